"""A chat model service on loopback that speaks OpenAI's protocol and says what a test tells it to."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = int | Sequence[str | float]
"""An HTTP status to fail with, or pieces of text to stream; a number among them waits so many seconds."""
BROKEN = "\0"
"""As a piece: the connection is cut."""


@dataclass
class ModelServer:
    """The service: its address, and what it was asked."""

    url: str
    replies: list[Reply]
    """Given in turn; the last one again and again."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def serve(*replies: Reply) -> Iterator[ModelServer]:
    """The service, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers["Authorization"])
            reply = state.replies.pop(0) if len(state.replies) > 1 else state.replies[0]
            if isinstance(reply, int):
                self._fail(reply)
            else:
                self._stream(reply)

        def _fail(self, status: int) -> None:
            # as some services do, it repeats the key
            body = json.dumps({"error": {"message": f"no: {self.headers['Authorization']}"}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, pieces: Sequence[str | float]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in pieces:
                if isinstance(piece, float):
                    time.sleep(piece)
                elif piece == BROKEN:
                    self.close_connection = True
                    return
                else:
                    self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}}]})
            self._event(
                {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}
            )
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")

        def _event(self, data: dict[str, Any]) -> None:
            head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
            self._chunk(f"data: {json.dumps(head | data)}\n\n".encode())

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked did not wait for the end
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state = ModelServer(f"http://127.0.0.1:{server.server_port}/v1", list(replies))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
