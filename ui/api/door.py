"""Who may use the API: the holder of a key, and who has signed in to the page.

Where there are neither users nor keys, this machine itself may, and nobody else: unlike the page, which the host that
it listens on opens to others, the API is not opened by a slip in that setting.
"""

import logging
from asyncio import to_thread

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import PolicyQAError
from ui.api.keys import Keys
from ui.api.paths import OPEN, is_api
from ui.asgi import header, host_name, is_direct_local, is_loopback, path_of, refuse
from ui.sign_in import SignIn
from ui.users import USER

KEY, LOCAL = "key:", "local"
WHO = "policy_qa.who"
"""Where a request's scope says who sends it: `key:NAME`, `user:NAME` or `local`."""
_SCHEME = "bearer "
log = logging.getLogger(__name__)


class Callers:
    """Knows who sends a request: by its key, or by who has signed in if users sign in at all."""

    def __init__(self, keys: Keys, sign_in: SignIn | None) -> None:
        self._keys = keys
        self._sign_in = sign_in

    async def proved(self, scope: Scope) -> str | None:
        """`key:NAME` or `user:NAME`; None for everybody else, and while the file of keys cannot be read."""
        try:
            return await self._known(scope)
        except PolicyQAError as error:
            log.warning("%s", error)
            return None

    async def let_in(self, scope: Scope) -> str | None:
        """Who sends a request to the API, None if he may not.

        Raises:
            SettingsError: the file of keys cannot be read.
        """
        who = await self._known(scope)
        if who is None and not _secret(scope) and self._sign_in is None and _is_local(scope):
            return None if await to_thread(self._keys.any) else LOCAL
        return who

    async def _known(self, scope: Scope) -> str | None:
        if secret := _secret(scope):
            name = await to_thread(self._keys.holder, secret)
            return name and KEY + name
        name = await self._sign_in.user_name(Request(scope)) if self._sign_in else None
        return name and USER + name


class ApiDoor:
    """The ASGI application `app`, whose API is open to those whom `callers` lets in; below `root_path`."""

    def __init__(self, app: ASGIApp, callers: Callers, root_path: str | None = None) -> None:
        self._app = app
        self._callers = callers
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it with 401."""
        path = path_of(scope, self._root) if scope["type"] == "http" else ""
        if not is_api(path) or path in OPEN:
            await self._app(scope, receive, send)
            return
        try:
            who = await self._callers.let_in(scope)
        except PolicyQAError as error:
            log.warning("%s", error)
            await refuse(send, 503, "unavailable", "暂时无法核对密钥，请联系维护者查看服务端日志。")
            return
        if who is None:
            told = "密钥无效、已过期或已撤销" if _secret(scope) else "没有密钥"
            await refuse(
                send,
                401,
                "unauthorized",
                f"{told}。请维护者用 policy-qa key add 生成密钥，放在请求头 Authorization: Bearer 中。",
                {"WWW-Authenticate": "Bearer"},
            )
            return
        scope[WHO] = who
        await self._app(scope, receive, send)


def _secret(scope: Scope) -> str:
    """The key that a request brings; nothing if it brings none."""
    given = header(scope, "authorization")
    return given[len(_SCHEME) :].strip() if given.lower().startswith(_SCHEME) else ""


def _is_local(scope: Scope) -> bool:
    """Whether this machine's own programs ask, under its own name: a foreign page can point a name of its own here."""
    return is_direct_local(scope) and is_loopback(host_name(header(scope, "host")))
