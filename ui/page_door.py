"""What of Gradio stands open: the page, what it loads, and the one call of its script.

Gradio has some eighty routes more: they send files of this machine, fetch addresses of other machines, take uploads,
let everybody edit the program (vibe-…). The page needs none of them, and what a later Gradio adds stays shut too.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.asgi import body_of, header, path_of, refuse, replayed

CALL = "/gradio_api/component_server"
_SEEN = ("", "/", "/theme.css", "/manifest.json", "/favicon.ico")
_LOADED = re.compile(r"/(?:assets|static)(?:/(?!\.)[\w.@+-]+)+")
_CALLED = "act"
"""The server function of `ui.web.build_page`."""
_LONGEST_ID = 200
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self';"
    " frame-ancestors 'none'"
)
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


class PageDoor:
    """Gradio's ASGI application `app`, behind a list of what may be asked of it; below `root_path`.

    `called` is the number of the component whose server function the page's script calls.
    """

    def __init__(self, app: ASGIApp, called: int, root_path: str | None = None) -> None:
        self._app = app
        self._called = called
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it: 404 not needed by the page, 405 the wrong method, 400 no call of the page."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_of(scope, self._root)
        method = scope["method"]
        if path in (CALL, f"{CALL}/"):
            if method != "POST":
                await refuse(send, 405, "method_not_allowed", "请从本网页操作。", {"Allow": "POST"})
                return
            await self._call(scope, receive, send)
        elif path not in _SEEN and not _LOADED.fullmatch(path):
            await refuse(send, 404, "not_found", "没有这个页面。请检查网址。")
        elif method not in ("GET", "HEAD"):
            await refuse(send, 405, "method_not_allowed", "请从本网页操作。", {"Allow": "GET, HEAD"})
        else:
            await self._app(scope, receive, _with_policy(send))

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call on that the page's script can have made."""
        body = await body_of(receive)  # short: `ui.bodies`
        if body is None:
            return
        if not header(scope, "content-type").startswith("application/json") or not _is_call(
            body, self._called
        ):
            await refuse(send, 400, "bad_request", "请求格式有误。请刷新页面后重试。")
            return
        await self._app(scope, replayed(body, receive), send)


def policy(scripts: Iterable[str]) -> str:
    """The Content-Security-Policy of a page with these inline scripts, and no others.

    Gradio makes its components and runs our script with `new Function`, and styles them in place: hence
    `unsafe-eval`, and `unsafe-inline` for styles. An attribute such as onerror, a script put into HTML, and whatever
    is elsewhere stay forbidden.
    """
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return _POLICY.format(scripts="".join(f" 'sha256-{made}'" for made in hashes))


def _with_policy(send: Send) -> Send:
    """`send`, which gives a page of HTML the policy that its inline scripts need."""
    start: Message | None = None
    body = bytearray()

    async def sent(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_html(message):
            start = message  # kept until the scripts are known
        elif start is None:
            await send(message)
        else:
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                said = policy(_SCRIPT.findall(body.decode("utf-8", "replace")))
                fields = [*start["headers"], (b"content-security-policy", said.encode())]
                await send({**start, "headers": fields})
                await send({**message, "body": bytes(body)})

    return sent


def _is_html(start: Message) -> bool:
    return any(
        k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in start.get("headers", ())
    )


def _is_call(body: bytes, component: int) -> bool:
    """Whether it is what Gradio's script sends for `server.act({...})` of that component."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(told, dict)
        and told.get("fn_name") == _CALLED
        and type(told.get("component_id")) is int
        and told["component_id"] == component
        and isinstance(told.get("session_hash"), str)
        and len(told["session_hash"]) <= _LONGEST_ID
        and isinstance(told.get("data"), dict)
    )
