"""What a client may keep waiting: a body that comes too slowly is given up, and so is work that nobody waits for."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.paths import is_api
from ui.asgi import path_of

_BYTES_PER_SECOND = 50_000
"""What the slowest line of an honest client carries."""


async def in_time(parts: AsyncIterable[bytes], seconds: float) -> AsyncIterator[bytes]:
    """The parts of a body, which has so many seconds to come, and a second more for each 50 KB.

    Raises:
        TimeoutError: it comes more slowly.
    """
    coming = aiter(parts)
    end = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            async with asyncio.timeout_at(end):
                part = await anext(coming)
        except StopAsyncIteration:
            return
        end += len(part) / _BYTES_PER_SECOND
        yield part


class HangUp:
    """The ASGI application `app`, whose work for the API ends when the client is gone; below `root_path`.

    Without it only streamed responses are ended; a question whose asker has given up would keep its place in the line.
    Questions of the page go on: their answers are kept (`ui.jobs`).
    """

    def __init__(self, app: ASGIApp, root_path: str | None = None) -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and listen for its client once its body has come."""
        if scope["type"] != "http" or not is_api(path_of(scope, self._root)):
            await self._app(scope, receive, send)
            return
        work = asyncio.current_task()
        assert work is not None
        listening: asyncio.Task[Message] | None = None
        is_gone = False

        def end(heard: asyncio.Task[Message]) -> None:
            nonlocal is_gone
            if not heard.cancelled():
                is_gone = True
                work.cancel()

        async def hear() -> Message:
            nonlocal listening
            if listening is not None:
                return await asyncio.shield(listening)
            message = await receive()
            if not message.get("more_body", False):
                listening = asyncio.create_task(_next(receive))
                listening.add_done_callback(end)
            return message

        async def say(message: Message) -> None:
            if listening is not None and not message.get("more_body", True):
                listening.cancel()  # with the end of the answer the client is free to go
            await send(message)

        try:
            await self._app(scope, hear, say)
        except asyncio.CancelledError:
            if not is_gone:
                raise
            work.uncancel()
        finally:
            if listening is not None:
                listening.cancel()


async def _next(receive: Receive) -> Message:
    return await receive()
