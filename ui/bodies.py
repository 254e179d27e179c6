"""How long a request's body may be, and how long it may take: read whole before anything else sees it.

What is below works on bodies of a known, small size that have arrived, so a client that sends a byte a second holds
no thread and no place in a queue. Files have a way of their own, with limits of its own (`ui.upload`).
"""

import asyncio
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.asgi import body_of, header, path_of, refuse, replayed

LONGEST = 2**20
"""Bytes. The longest honest body is a question with its conversation, or what a maintainer writes down of a file."""
_PATIENCE = 30.0


class BodyLimit:
    """The ASGI application `app`, which gets only bodies of at most `longest` bytes, whole.

    `without` are paths below `root_path` that are left alone. A body must have arrived after `patience` seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        root_path: str | None = None,
        without: Collection[str] = (),
        *,
        longest: int = LONGEST,
        patience: float = _PATIENCE,
    ) -> None:
        self._app = app
        self._root = root_path
        self._without = frozenset(without)
        self._longest = longest
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body and hand the request on, or refuse it: 413 too long, 408 too slow, 400 malformed."""
        if scope["type"] != "http" or path_of(scope, self._root) in self._without:
            await self._app(scope, receive, send)
            return
        announced = header(scope, "content-length")
        if announced and not (announced.isascii() and announced.isdecimal()):
            await refuse(send, 400, "bad_request", "请求头 Content-Length 无效。请检查客户端。")
            return
        if announced and (len(announced) > 18 or int(announced) > self._longest):
            await self._too_long(send)
            return
        if announced in ("", "0") and not header(scope, "transfer-encoding"):
            await self._app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(body_of(receive, self._longest), self._patience)
        except TimeoutError:
            await refuse(send, 408, "timeout", f"请求在 {self._patience:g} 秒内没有发完。请检查网络后重试。")
            return
        if body is None:
            return
        if len(body) > self._longest:
            await self._too_long(send)
            return
        await self._app(scope, replayed(body, receive), send)

    async def _too_long(self, send: Send) -> None:
        await refuse(
            send,
            413,
            "too_large",
            f"请求内容超过 {self._longest // 1024} KB。请缩短后重试；文件请用“收录”页上传。",
        )
