"""Clients that keep the server waiting, over real sockets."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from qa.settings import LimitSettings
from ui.server import Server

PATIENCE = 0.3
LARGE = 64 * 2**20


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Sends as many bytes as its path says."""
    if scope["type"] == "lifespan":
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})
        return
    left = int(scope["path"][1:])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while left > 0:
        await send({"type": "http.response.body", "body": b"x" * min(left, 2**16), "more_body": True})
        left -= 2**16
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    served = Server(app, "127.0.0.1", 0, LimitSettings(body_seconds=PATIENCE, connections=3))
    yield served
    served.close()


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(server.address).port or 0), timeout=10)


def until_closed(client: socket.socket) -> float:
    """Seconds until the server ends the connection, without having said anything."""
    begun = time.monotonic()
    assert client.recv(100) == b""
    return time.monotonic() - begun


def ask(client: socket.socket, size: int) -> bytes:
    client.sendall(f"GET /{size} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    return client.recv(4096)


@pytest.mark.parametrize(
    "said",
    [b"GET /1 HTTP/1.1\r\n\r\n", b"GET /1 HTTP/1.1\r\nHost:\r\nHost: a\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n",
     b"POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_told_as_any_error(server: Server, said: bytes) -> None:
    with closing(connected(server)) as client:
        client.sendall(said)
        head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n")
    error = json.loads(body)["error"]
    assert (error["type"], error["message"].startswith("请求不符合 HTTP 协议")) == ("malformed", True)


def test_who_says_nothing_is_cut_off(server: Server) -> None:
    with closing(connected(server)) as client:
        assert until_closed(client) >= PATIENCE * 0.9


def test_who_says_a_byte_at_a_time_is_cut_off(server: Server) -> None:
    with closing(connected(server)) as client:
        begun = time.monotonic()
        with suppress(OSError):  # a reset or a broken pipe
            for byte in b"GET /1 HTTP/1.1\r\n" + b"X: y\r\n" * 1000:
                client.sendall(bytes([byte]))
                time.sleep(PATIENCE / 5)
        assert PATIENCE * 0.9 <= time.monotonic() - begun < PATIENCE * 20


def test_a_second_request_must_come_whole_too(server: Server) -> None:
    with closing(connected(server)) as client:
        assert ask(client, 0).startswith(b"HTTP/1.1 200 OK")
        client.sendall(b"GET /")
        assert until_closed(client) >= PATIENCE * 0.9


def test_who_does_not_read_is_cut_off(server: Server) -> None:
    with closing(connected(server)) as client:
        assert ask(client, LARGE)
        time.sleep(PATIENCE * 4)
        got = 0
        while part := client.recv(2**20):  # what the system has taken over from the server
            got += len(part)
        assert got < LARGE


def test_who_reads_slowly_is_not(server: Server) -> None:
    size = 16 * 2**20
    with closing(connected(server)) as client:
        got = len(ask(client, size))
        while got < size:
            time.sleep(PATIENCE / 10)
            part = client.recv(2**20)
            assert part
            got += len(part)


def test_beyond_its_connections_a_server_says_when_to_come_back(server: Server) -> None:
    held = [connected(server) for _ in range(3)]
    for client in held:
        ask(client, 0)
    with closing(connected(server)) as client:
        head, _, body = ask(client, 0).decode().partition("\r\n\r\n")
        assert head.startswith("HTTP/1.1 503 Service Unavailable")
        assert "retry-after: 5" in head
        assert json.loads(body)["error"]["message"] == "现在使用的人太多。请约 5 秒后再试。"
    for client in held:
        client.close()
    time.sleep(0.1)
    with closing(connected(server)) as client:
        assert ask(client, 0).startswith(b"HTTP/1.1 200 OK")
