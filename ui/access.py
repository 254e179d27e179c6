"""The outermost layer of the server: gives each request an id, logs it, and counts it.

A request may bring its own id (`X-Request-ID`), so that a proxy's log and ours tell of the same; the response names
it. Bodies, query strings, cookies and other headers are not looked at and stand in no log.
"""

import logging
import re
from collections.abc import Callable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.asgi import header, path_of
from ui.logs import FIELDS, about, new_id

HEADER = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLOSED = 499
"""Where there was no response since the client had gone; the number that nginx gives it."""
_ELSE = "(other)"
Count = Callable[[str, str, int, float], None]
"""Is told method, route, status and seconds of a request."""
log = logging.getLogger(__name__)


class Access:
    """The ASGI application `app` with an id for each request; `count` is told of each when it is over.

    `own` are paths that no route of the application stands for, but what stands before it.
    """

    def __init__(self, app: ASGIApp, count: Count, own: frozenset[str], root_path: str | None = None) -> None:
        self._app = app
        self._count = count
        self._own = own
        self._root = root_path or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_of(scope, self._root)
        given = header(scope, HEADER)
        id_ = given if _SANE.fullmatch(given) else new_id()
        start, status = perf_counter(), 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (HEADER.encode(), id_.encode())]}
            await send(message)

        with about(id_):
            try:
                await self._app(scope, receive, named)
            except BaseException:
                status = status or 500
                raise
            finally:
                seconds = perf_counter() - start
                method = str(scope["method"])
                method = method if method in _METHODS else _ELSE
                route = self._route(scope, path)
                self._count(method, route, status or _CLOSED, seconds)
                fields = {
                    "method": method,
                    "route": route,
                    "status": status or _CLOSED,
                    "ms": round(seconds * 1000, 1),
                }
                log.info("request", extra={FIELDS: fields})

    def _route(self, scope: Scope, path: str) -> str:
        """The template of the path; of what no route stands for, not the path, which anybody may make up."""
        if path in self._own:
            return path
        template = str(getattr(scope.get("route"), "path", ""))
        literal = template.partition("{")[0]
        if not template:
            return _ELSE
        # a route of a router that is included below a path tells only its own part
        if literal != "/":
            return path[: max(path.find(literal), 0)] + template
        return (
            template if ":path}" in template else "/".join(path.split("/")[: -template.count("/")]) + template
        )
