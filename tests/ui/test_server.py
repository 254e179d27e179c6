"""The HTTP server, over small applications and over the page; without a browser."""

import asyncio
import socket
import time
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from index.errors import UsageError
from ui.server import Server


def small() -> FastAPI:
    asgi = FastAPI()
    done: list[str] = []
    asgi.state.done = done

    @asgi.get("/")
    async def slow() -> PlainTextResponse:
        await asyncio.sleep(0.3)
        done.append("answered")
        return PlainTextResponse("fertig")

    return asgi


def get(address: str, path: str = "/") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", urlsplit(address).port or 0, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def test_a_port_is_chosen_and_told() -> None:
    server = Server(small(), "127.0.0.1", 0)
    assert urlsplit(server.address).port
    assert get(server.address) == (200, "fertig")
    server.close()
    with pytest.raises(ConnectionRefusedError):
        get(server.address)


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "localhost"), ("localhost", "localhost"), ("127.0.0.1", "127.0.0.1")]
)
def test_the_address_can_be_opened_on_this_machine(host: str, shown: str) -> None:
    server = Server(small(), host, 0)
    assert (urlsplit(server.address).hostname, get(server.address)[0]) == (shown, 200)
    server.close()
    server.close()


@pytest.mark.parametrize("host", ["a..b", ""])
def test_a_host_that_is_not_this_machine_is_one_line(host: str) -> None:
    with pytest.raises(UsageError, match=f"^无法在 {host}:1 打开网页。请换一个 --port"):
        Server(small(), host, 1)


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="可能已被占用"):
        Server(small(), "127.0.0.1", taken.getsockname()[1])


def test_an_answer_under_way_is_finished_before_the_server_stops() -> None:
    asgi = small()
    server = Server(asgi, "127.0.0.1", 0)
    told: list[tuple[int, str]] = []
    caller = Thread(target=lambda: told.append(get(server.address)))
    caller.start()
    time.sleep(0.1)
    server.close()
    caller.join()
    assert (told, asgi.state.done) == ([(200, "fertig")], ["answered"])


def test_an_application_that_does_not_start_is_an_error() -> None:
    async def broken(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "kaputt"})

    with pytest.raises(RuntimeError, match="did not start"):
        Server(broken, "127.0.0.1", 0)
