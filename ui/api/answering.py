"""Questions of programs: they wait in the same line as those of the page, and nothing of them is kept.

The line works in threads, an application of ASGI in one event loop: what a thread has made is handed over the loop.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from ui.live import LiveChain
from ui.queueing import Line, Ticket

if TYPE_CHECKING:
    from qa.chain import Chain

_T = TypeVar("_T")


class Answering:
    """Lets `who` asks work with the chain of `live`, when the line says so.

    Raises (from every method):
        Busy, Late: see `ui.queueing`.
        PolicyQAError: what the work raises.
    """

    def __init__(self, live: LiveChain, line: Line) -> None:
        self.live = live
        self.line = line

    async def one(self, who: str, work: Callable[["Chain"], _T]) -> _T:
        """What `work` gives."""
        async for made in self.each(who, lambda chain: (work(chain),)):
            return made
        raise AssertionError("the work has given nothing")

    async def each(self, who: str, work: Callable[["Chain"], Iterable[_T]]) -> AsyncIterator[_T]:
        """One after another what `work` gives, as it comes; who stops listening stops the work."""
        loop = asyncio.get_running_loop()
        made: asyncio.Queue[tuple[_T] | BaseException | None] = asyncio.Queue()

        def tell(what: tuple[_T] | BaseException | None) -> None:
            try:
                loop.call_soon_threadsafe(made.put_nowait, what)
            except RuntimeError:
                return  # the server has stopped meanwhile: nobody listens

        def run(ticket: Ticket) -> None:
            try:
                with self.live.lent() as chain:
                    for one in work(chain):
                        if ticket.over:
                            return
                        tell((one,))
            except Exception as error:  # noqa: BLE001
                # Whatever it was, who waits must hear of it; it is told and logged where the request ends.
                tell(error)
            else:
                tell(None)

        ticket = self.line.enter(who, run, tell)
        try:
            while (got := await made.get()) is not None:
                if isinstance(got, BaseException):
                    raise got
                yield got[0]
        finally:
            self.line.cancel(ticket)
