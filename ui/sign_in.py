"""Who asks for the page, and the sign-in page that stands before it where there is a users file.

`Gate` stands before Gradio: who has not signed in gets the sign-in page in the place of the page, and nothing of
anything else. Gradio itself asks `SignIn.user_name` too (its `auth_dependency`). All links are relative, so that
they work below any path.
"""

import logging
from asyncio import to_thread
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from re import fullmatch
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import PolicyQAError, UsageError
from qa.settings import WebSettings
from ui.api.paths import is_api
from ui.asgi import is_direct_local, is_loopback, is_secure, path_of
from ui.attempts import LockedOut
from ui.colour import accents_css
from ui.render import attribute, escaped
from ui.sessions import Sessions
from ui.shell import logo_html
from ui.users import BROWSER, USER, Person, Users

_COOKIE = "policy-qa-session"
_MAX_FORM = 8192
_SCRIPT = (
    'matchMedia("(prefers-color-scheme: dark)").matches && document.documentElement.classList.add("dark");'
)
_ENDED = "登录已失效。请刷新页面，重新登录。"
log = logging.getLogger(__name__)


class Anonymous:
    """Nobody signs in: a browser is known by the random id that it made for itself."""

    def __init__(self, web: WebSettings) -> None:
        self._maintained = web.local_maintainer

    def person(self, request: Request, browser: str) -> Person:
        """Who sends `request`; a browser without an id is a new one each time.

        With the setting `local_maintainer`, who comes straight from this machine is a maintainer.
        """
        id_ = browser if fullmatch("[0-9a-f]{32}", browser) else uuid4().hex
        return Person(BROWSER + id_, self._maintained and _is_local(request))


class SignIn:
    """Only users sign in, and are known by their names; may be used from several threads."""

    def __init__(self, users: Users, sessions: Sessions) -> None:
        self.users = users
        self.sessions = sessions

    async def user_name(self, request: Request) -> str | None:
        """Who has signed in, None if nobody has; also while the users file cannot be read."""
        try:
            user = await to_thread(self.sessions.user, _token(request))
        except PolicyQAError as error:
            log.warning("%s", error)
            return None
        return user.name if user else None

    def person(self, request: Request, browser: str) -> Person:  # noqa: ARG002
        """Who sends `request`.

        Raises:
            UsageError: nobody who has signed in.
        """
        user = self.sessions.user(_token(request))
        if user is None:
            raise UsageError(_ENDED)
        return Person(USER + user.name, user.maintainer)


class Gate:
    """The ASGI application `app`, for those who have signed in; the others get the sign-in page."""

    def __init__(self, app: ASGIApp, sign_in: SignIn, web: WebSettings) -> None:
        self._app = app
        self._sign_in = sign_in
        self._web = web
        self._root = web.root_path or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        path = path_of(scope, self._root)
        response: Response | None = None
        if path == "/sign-in":
            response = await self._sign_in_with(request) if request.method == "POST" else _home()
        elif path == "/sign-out":
            response = await self._sign_out(request) if request.method == "POST" else _home()
        elif not is_api(path) and await self._sign_in.user_name(request) is None:
            response = self._page() if path in ("", "/") else PlainTextResponse("请先登录。", 401)
        await (response or self._app)(scope, receive, send)

    async def _sign_in_with(self, request: Request) -> Response:
        """Check the form; then lead to the page, or show the form again with what is wrong."""
        form = await _form(request)
        name = form.get("name", "")
        try:
            user = await to_thread(self._sign_in.users.check, name, form.get("password", ""))
            await to_thread(self._sign_in.sessions.end, _token(request))
            token = await to_thread(self._sign_in.sessions.begin, user)
        except LockedOut as error:
            return self._page(429, str(error), name, {"Retry-After": str(error.wait)})
        except UsageError as error:
            return self._page(401, str(error), name)
        except PolicyQAError as error:
            log.warning("%s", error)
            return self._page(503, "暂时无法登录，请联系维护者查看服务端日志。", name)
        response = _home()
        response.set_cookie(
            _cookie(request, self._root),
            token,
            path=f"{self._root}/",
            httponly=True,
            samesite="lax",
            secure=is_secure(request.scope),
        )
        return response

    async def _sign_out(self, request: Request) -> Response:
        try:
            await to_thread(self._sign_in.sessions.end, _token(request))
        except PolicyQAError as error:
            log.warning("%s", error)
        response = _home()
        response.delete_cookie(
            _cookie(request, self._root),
            path=f"{self._root}/",
            httponly=True,
            samesite="lax",
            secure=is_secure(request.scope),
        )
        return response

    def _page(
        self, status: int = 200, error: str = "", name: str = "", headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        return HTMLResponse(
            sign_in_html(self._web, error, name),
            status,
            {"Content-Security-Policy": _policy(self._web), **(headers or {})},
        )


def _policy(web: WebSettings) -> str:
    """The page's one style and one script, and nothing else."""
    style, script = (b64encode(sha256(text.encode()).digest()).decode() for text in (_style(web), _SCRIPT))
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _style(web: WebSettings) -> str:
    css = (files("ui") / "static" / "page.css").read_text(encoding="utf-8")
    return f"{accents_css(web.colour)}{css}"


def sign_in_html(web: WebSettings, error: str = "", name: str = "") -> str:
    """The sign-in page; after a failure with what is wrong and the name that was typed."""
    told = f'<p class="pq-error" id="pq-told" role="alert">{escaped(error)}</p>' if error else ""
    about = ' aria-describedby="pq-told"' if error else ""
    name_focus, password_focus = ("", " autofocus") if name else (" autofocus", "")
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>登录 - {escaped(web.title)}</title><link rel="icon" href="data:,">
<style>{_style(web)}</style>
<script>{_SCRIPT}</script>
</head><body class="pq-sign-in"><main><h1>{logo_html(web)}{escaped(web.title)}</h1>{told}
<form method="post" action="sign-in">
<label for="pq-name">用户名</label>
<input id="pq-name" name="name" value="{attribute(name)}" autocomplete="username" autocapitalize="none" spellcheck="false"
 required{name_focus}{about}>
<label for="pq-password">密码</label>
<input id="pq-password" name="password" type="password" autocomplete="current-password" required{password_focus}{about}>
<button type="submit">登录</button>
</form><p class="pq-none">没有账号或忘记密码，请联系维护者。</p></main></body></html>"""


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none of one that is longer than any honest one."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MAX_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _home() -> RedirectResponse:
    """To the page, which stands beside `sign-in`."""
    return RedirectResponse("./", 303)


def _cookie(request: Request, root_path: str) -> str:
    """The name of the cookie: behind https one that a browser takes only over https, and from no other host."""
    return f"{('__Secure-' if root_path else '__Host-') if is_secure(request.scope) else ''}{_COOKIE}"


def _token(request: Request) -> str:
    """What the browser shows of its session; nothing if it shows none."""
    return request.cookies.get(_cookie(request, ""), "") or request.cookies.get(_cookie(request, "/"), "")


def _is_local(request: Request) -> bool:
    """Whether this machine's own browser asks, and no proxy for somebody else.

    The name that it asks for must be this machine's too: a foreign site can point a name of its own here.
    """
    return is_direct_local(request.scope) and is_loopback(request.url.hostname or "")


def gate(sign_in: SignIn, web: WebSettings) -> Middleware:
    """What puts the gate before an application."""
    return Middleware(Gate, sign_in, web)
