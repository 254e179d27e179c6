"""Servers on loopback, good or bad: what they say to every call is given."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Reply = tuple[int, str, bytes]
"""HTTP status, content type, body."""
VERSION: Reply = (200, "application/json", b'"1.0.0"')


@contextmanager
def answering(reply: Callable[[str, str, bytes], Reply | None]) -> Iterator[str]:
    """The address of a server that answers a call (method, path, body) as `reply` says; None for never."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found = reply(self.command, self.path, body)
            if found is None:
                ended.wait()
                return
            status, kind, said = found
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked did not wait for the end
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
