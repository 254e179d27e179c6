"""Asking an ASGI application without a server: what a test sends, and what it gets."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.asgi import body_of


@dataclass
class Got:
    """An answer; no status means that there was none."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def error(self) -> dict[str, str]:
        """What the JSON form of errors says."""
        told: dict[str, dict[str, str]] = json.loads(self.body)
        assert told.keys() == {"error"}
        return told["error"]


class Inner:
    """An application that answers with what it is told, and remembers what it was asked."""

    def __init__(self, body: bytes = b"ok", status: int = 200, **headers: str) -> None:
        self.body = body
        self.status = status
        self.headers = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
        self.asked: list[tuple[str, str, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            body = await body_of(receive)
            self.asked.append((scope["method"], scope["path"], body or b""))
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            half = len(self.body) // 2
            await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
            await send({"type": "http.response.body", "body": self.body[half:]})
        else:
            self.asked.append((scope["type"], "", b""))


def ask(
    app: ASGIApp,
    method: str = "GET",
    path: str = "/",
    parts: Sequence[bytes] = (),
    *,
    client: str = "127.0.0.1",
    scheme: str = "http",
    wait: float = 0,
    head: Mapping[str, str] | None = None,
    **headers: str,
) -> Got:
    """Send a request, its body in `parts` with `wait` seconds before each; names of headers with `_` for `-`."""
    waiting = [
        {"type": "http.request", "body": p, "more_body": n < len(parts)} for n, p in enumerate(parts, 1)
    ]
    raw = [
        (k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in {**(head or {}), **headers}.items()
    ]
    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": raw, "client": (client, 5000), "scheme": scheme, "root_path": "", "server": ("127.0.0.1", 80),
    }  # fmt: skip
    got = Got()

    async def receive() -> Message:
        await asyncio.sleep(wait)
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert got.status == 0
            got.status = message["status"]
            got.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            got.body += message.get("body", b"")

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return got
