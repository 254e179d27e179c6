"""Clients that are slow to send, and clients that do not wait."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message, Receive, Scope, Send

from ui.limits import HangUp, in_time


async def arriving(*parts: bytes, wait: float) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(wait)
        yield part


async def read(parts: AsyncIterator[bytes]) -> list[bytes]:
    return [part async for part in parts]


def test_a_body_that_comes_in_time_comes_whole() -> None:
    assert asyncio.run(read(in_time(arriving(b"a", b"b", wait=0), 5))) == [b"a", b"b"]


def test_a_body_that_trickles_is_given_up() -> None:
    got: list[bytes] = []

    async def take() -> None:
        async for part in in_time(arriving(*[b"a"] * 100, wait=0.02), 0.1):
            got.append(part)

    with pytest.raises(TimeoutError):
        asyncio.run(take())
    assert 0 < len(got) < 10


def test_a_large_body_has_more_time() -> None:
    parts = [b"a" * 5000] * 10  # a tenth of a second each
    assert asyncio.run(read(in_time(arriving(*parts, wait=0.02), 0.05))) == parts


class Client:
    """Sends a body in two parts, and hangs up after the first of the answer it is sent, or when it is told to."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.sent: list[Message] = []
        self._parts = [b"a", b"b"]

    async def receive(self) -> Message:
        if self._parts:
            part = self._parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self._parts)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.gone.set()  # uvicorn tells so too, once it has sent all


class Worker:
    """Reads the body, works, and answers."""

    def __init__(self, seconds: float, *, listens: bool = False) -> None:
        self.seconds = seconds
        self.listens = listens
        self.log: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        while (await receive()).get("more_body"):
            self.log.append("part")
        self.log.append("begun")
        try:
            if self.listens:
                self.log.append((await receive())["type"])
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.log.append("ended")
            raise
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})
        await asyncio.sleep(0)
        self.log.append("done")


def run(worker: Worker, path: str = "/api/v1/ask", hang_up: float | None = None) -> Client:
    async def go() -> Client:
        client = Client()
        if hang_up is not None:
            asyncio.get_running_loop().call_later(hang_up, client.gone.set)
        await HangUp(worker)({"type": "http", "path": path}, client.receive, client.send)
        return client

    return asyncio.run(go())


def test_who_waits_is_answered() -> None:
    worker = Worker(0.02)
    assert [m["type"] for m in run(worker).sent] == ["http.response.start", "http.response.body"]
    assert worker.log == ["part", "begun", "done"]


def test_work_ends_when_the_client_is_gone() -> None:
    worker = Worker(10)
    assert run(worker, hang_up=0.05).sent == []
    assert worker.log == ["part", "begun", "ended"]


def test_who_listens_hears_it_too() -> None:
    worker = Worker(10, listens=True)
    run(worker, hang_up=0.05)
    assert worker.log[:2] == ["part", "begun"]
    assert worker.log[-1] == "ended"


def test_what_the_page_asks_goes_on() -> None:
    worker = Worker(0.1)
    assert len(run(worker, "/gradio_api/component_server", hang_up=0.02).sent) == 2


def test_who_is_stopped_from_outside_is_stopped() -> None:
    async def go() -> None:
        client = Client()
        task = asyncio.create_task(
            HangUp(Worker(10))({"type": "http", "path": "/api/v1/ask"}, client.receive, client.send)
        )
        await asyncio.sleep(0.02)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(go())
