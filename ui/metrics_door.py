"""Where a Prometheus server reads the metrics: `/metrics`, before the sign-in page, since it signs in nowhere.

They tell how much is asked and how the server fares, not what is asked; all the same they are not for everybody. This
machine may read them, a maintainer who has signed in, and the holder of an API key, as Prometheus can send one. So
where nobody signs in and there is no key, nobody else may, whatever address the server listens on.
"""

import logging
from asyncio import to_thread
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import PolicyQAError
from ui.asgi import header, host_name, is_direct_local, is_loopback, path_of, refuse
from ui.logs import log_told
from ui.metrics import CONTENT_TYPE, Metrics
from ui.users import Person

PATH = "/metrics"
Proved = Callable[[Scope], Awaitable[str | None]]
"""Who has proved to be somebody: `key:NAME` or `user:NAME`."""
_KEY = "key:"
log = logging.getLogger(__name__)


class MetricsDoor:
    """The ASGI application `app`, and before it `metrics` for those who may read them; below `root_path`."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        person: Callable[[Request, str], Person],
        proved: Proved,
        root_path: str | None = None,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._person = person
        self._proved = proved
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http" or path_of(scope, self._root) != PATH:
            await self._app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await refuse(send, 405, "method_not_allowed", "指标只能读取。请用 GET。", {"Allow": "GET, HEAD"})
            return
        if not await self._may_read(scope):
            await refuse(
                send,
                403,
                "forbidden",
                "只有本机、维护者和 API 密钥的持有者可以读取指标。请用密钥或维护者的账号。",
            )
            return
        text = await to_thread(self._metrics.text)
        headers = [(b"content-type", CONTENT_TYPE.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": text if scope["method"] == "GET" else b""})

    async def _may_read(self, scope: Scope) -> bool:
        if is_direct_local(scope) and is_loopback(host_name(header(scope, "host"))):
            return True
        try:
            if ((await self._proved(scope)) or "").startswith(_KEY):
                return True
            return (await to_thread(self._person, Request(scope), "")).maintainer
        except PolicyQAError as error:  # nobody who has signed in, or what would tell cannot be read
            log_told(log, error)
            return False
