"""The API as a whole: what it says of itself, its operations and their errors."""

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.settings import WebSettings
from ui.api.answering import Answering
from ui.api.completions import completions_router
from ui.api.door import WHO
from ui.api.errors import add_handlers
from ui.api.paths import DESCRIPTION, LATEST, OPENAI, VERSION, is_api
from ui.api.routes import health_router, library_router
from ui.asgi import path_of

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_ABOUT = """政策问答的接口：与命令行相同的回答和 JSON。

- 认证：请求头 `Authorization: Bearer 密钥`（`policy-qa key add` 生成）；登录网页的人也可使用。
  没有用户、也没有密钥时，仅限本机。
- 错误：都是 `{"error": {"type", "message", "request_id"}}`。
- 版本：地址中可以不写版本（`/api/ask`），即最新版。
"""


def api_app(answering: Answering, web: WebSettings, version: str, before: list[Middleware]) -> FastAPI:
    """The application with all operations of the API; each request goes through `before`, from the outermost on."""
    asgi = FastAPI(
        title=web.title,
        description=_ABOUT,
        version=version or "0",
        openapi_url=DESCRIPTION,
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        middleware=[*before, Middleware(_Below, web.root_path or "")],
    )
    library = library_router(answering)
    by_key = [Depends(_LetIn(description="policy-qa key add 生成的密钥"))]
    asgi.include_router(library, prefix=VERSION, dependencies=by_key)
    asgi.include_router(library, prefix=LATEST, dependencies=by_key, include_in_schema=False)
    asgi.include_router(completions_router(answering), prefix=OPENAI, dependencies=by_key)
    asgi.include_router(health_router(answering))
    add_handlers(asgi)
    return asgi


class _LetIn(HTTPBearer):
    """Says in the description that a key is needed, and holds that `ui.api.door` has let somebody in."""

    async def __call__(self, request: HTTPConnection) -> None:
        """Refuse who has come by another way."""
        if WHO not in request.scope:
            raise HTTPException(401)


class _Below:
    """The ASGI application `app`, which is told that it is below `root_path`."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        scope["root_path"] = self._root  # in place: what the router adds is read by what stands before it
        await self._app(scope, receive, send)


class Elsewhere:
    """What is asked for and no operation of the API: the page `app`, unless the path is one of the API's."""

    def __init__(self, app: ASGIApp, root_path: str | None) -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on.

        Raises:
            HTTPException: it is for the API, which has nothing there.
        """
        if scope["type"] == "http" and is_api(path_of(scope, self._root)):
            raise HTTPException(404)
        await self._app(scope, receive, send)
