"""The way by which a maintainer's file comes in: one request for each file, its body the file itself.

`Uploads` stands before Gradio, behind the gate where there is one (`ui.sign_in`).
"""

import logging
from asyncio import to_thread
from collections.abc import Callable
from urllib.parse import unquote

from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import PolicyQAError, UsageError
from ui.asgi import path_of
from ui.faults import fault
from ui.ingest import Ingest
from ui.limits import in_time
from ui.logs import log_told
from ui.staging import TooLarge, Unstorable
from ui.users import Person

PATH = "/upload"
MARK = "x-policy-qa"
"""A header that no form and no image of another site can bring; what `ui.origin` refuses does not come here."""
_MAX_NAME = 2000
_DRAINED = 256 * 2**20
"""Bytes of a refused file that are read and thrown away."""
Known = Callable[[Request, str], Person]
log = logging.getLogger(__name__)


class Uploads:
    """The ASGI application `app`, with a place for files of those who `known` says are maintainers."""

    def __init__(
        self, app: ASGIApp, ingest: Ingest, known: Known, root_path: str | None, patience: float
    ) -> None:
        self._app = app
        self._ingest = ingest
        self._known = known
        self._root = root_path or ""
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http" or path_of(scope, self._root) != PATH:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception:
            # The edge of the program: the page goes on, the trace is in the log.
            log.exception("unexpected")
            response = _told(500, fault())
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return _told(405, "请在“收录”页上传文件。")
        if MARK not in request.headers:
            return _told(403, "请从本网页上传文件。")
        try:
            who = await to_thread(self._known, request, request.headers.get("x-browser", ""))
        except PolicyQAError as error:
            return _told(401, str(error))
        if not who.maintainer:
            return _told(403, "只有维护者可以收录文件。请用维护者的账号登录。")
        try:
            await self._receive(request, who)
        except TooLarge as error:
            return _told(413, str(error))
        except Unstorable as error:
            log_told(log, error)
            return _told(507, str(error))
        except TimeoutError:
            return _told(408, "文件传得太慢，已放弃。请检查网络后重新上传。")
        except UsageError as error:
            return _told(400, str(error))
        return _told(201, "已上传。")

    async def _receive(self, request: Request, who: Person) -> None:
        name = unquote(request.headers.get("x-name", ""))[:_MAX_NAME]
        announced = request.headers.get("content-length", "")
        parts = in_time(request.stream(), self._patience)
        try:
            with self._ingest.staging.receive(who.name, name) as arriving:
                if announced.isdecimal():
                    arriving.expect(int(announced))
                async for part in parts:
                    await to_thread(arriving.write, part)
                kept = arriving.finished()
        except UsageError:
            left = _DRAINED  # a browser hears why only when it has sent all
            async for part in parts:
                left -= len(part)
                if left < 0:
                    break
            raise
        self._ingest.take(kept)


def uploads(ingest: Ingest, known: Known, root_path: str | None, patience: float) -> Middleware:
    """What puts the place for files before an application; a file has `patience` seconds to come (`in_time`)."""
    return Middleware(Uploads, ingest, known, root_path, patience)


def _told(status: int, text: str) -> PlainTextResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if status >= 400:
        headers["Connection"] = "close"  # the rest of the file need not be sent
    return PlainTextResponse(text, status, headers)
