"""HTTP over one connection, with an end to each wait for the client.

uvicorn waits for ever for the first byte of a new connection, for the rest of a request's head, and for who does not
read what is sent to him: such clients would use up the connections of everybody. (For a request's body waits whoever
reads it: `ui.bodies`, `ui.upload`.)
"""

import asyncio
import json
from collections.abc import Callable

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.settings import LimitSettings
from ui.asgi import error_json, refuse

_NO_HTTP = "请求不符合 HTTP 协议（如缺少或写错 Host、Content-Length）。请检查客户端。"
_LATER = 5
"""Seconds after which a server whose connections are used up is asked again."""


class _Timer:
    """Calls back once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float, callback: Callable[..., None], *values: object) -> None:
        """Begin to wait, unless it waits already."""
        if self._handle is None:
            self._handle = self._loop.call_later(seconds, self._call, callback, *values)

    def stop(self) -> None:
        """Do not call any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _call(self, callback: Callable[..., None], *values: object) -> None:
        self._handle = None
        callback(*values)


def patient(limits: LimitSettings) -> type[H11Protocol]:
    """The protocol that has as much patience as `limits` say; beyond so many connections each is answered 503."""

    class Patient(H11Protocol):
        """uvicorn's, with two timers; what has not gone on for so long is cut off."""

        def connection_made(  # type: ignore[override]
            self, transport: asyncio.Transport
        ) -> None:
            super().connection_made(transport)
            self._head, self._reader = _Timer(self.loop), _Timer(self.loop)
            if len(self.connections) > limits.connections:
                self.app = _full
            self._watch_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch_head()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self._head.stop()
            self._reader.stop()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._watch_reader()

        def resume_writing(self) -> None:
            super().resume_writing()
            self._reader.stop()  # he has read; what stood in the buffer is replaced by more

        def send_400_response(self, msg: str) -> None:  # noqa: ARG002
            body = json.dumps(error_json("malformed", _NO_HTTP), ensure_ascii=False).encode()
            head = (
                "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._watch_reader()  # what stands in the buffer is still to be read, also if we close now

        def _watch_head(self) -> None:
            """Once a connection is made, or something of a request has come, the rest of the head must follow."""
            if self.cycle is not None and not self.cycle.response_complete:
                self._head.stop()
            else:
                self._head.start(limits.body_seconds, self.transport.abort)

        def _watch_reader(self) -> None:
            left = self.transport.get_write_buffer_size()
            if left:
                self._reader.start(limits.body_seconds, self._look, left)

        def _look(self, before: int) -> None:
            if self.transport.get_write_buffer_size() >= before:
                self.transport.abort()
            else:
                self._watch_reader()

    return Patient


async def _full(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    await refuse(
        send,
        503,
        "busy",
        f"现在使用的人太多。请约 {_LATER} 秒后再试。",
        {"Retry-After": str(_LATER)},
    )
