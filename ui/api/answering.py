"""Questions of programs: they wait in the same line as those of the page, and nothing of them is kept.

The line works in threads, an application of ASGI in one event loop: what a thread has made is handed over the loop.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

from ui.asked import AskedChain, Observer
from ui.live import LiveChain
from ui.logs import about, current_id
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

    def __init__(self, live: LiveChain, line: Line, observer: Observer | None = None) -> None:
        """`observer` is told what became of each question."""
        self.live = live
        self._observer = observer or Observer()
        self.line = line

    async def one(self, who: str, work: Callable[["Chain"], _T]) -> _T:
        """What `work` gives."""
        async with aclosing(self.each(who, lambda chain: (work(chain),))) as made:
            return await anext(made)

    async def each(self, who: str, work: Callable[["Chain"], Iterable[_T]]) -> AsyncGenerator[_T]:
        """One after another what `work` gives, as it comes; who stops listening stops the work."""
        loop, id_, begun = asyncio.get_running_loop(), current_id(), monotonic()
        made: asyncio.Queue[tuple[_T] | BaseException | None] = asyncio.Queue()

        def tell(what: tuple[_T] | BaseException | None) -> None:
            try:
                loop.call_soon_threadsafe(made.put_nowait, what)
            except RuntimeError:
                return  # the server has stopped meanwhile: nobody listens

        def run(ticket: Ticket) -> None:
            try:
                with about(id_), self.live.lent() as chain:
                    waited = (monotonic() - begun) * 1000
                    asked = cast("Chain", AskedChain(chain, id_, "api", self._observer, waited))
                    for one in work(asked):
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
