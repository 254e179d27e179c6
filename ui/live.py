"""A chain that follows its index: opened once, and opened anew when a newer generation has been built."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import PolicyQAError

if TYPE_CHECKING:
    from qa.chain import Chain
    from qa.model import Answer

log = logging.getLogger(__name__)


class LiveChain:
    """Answers from the newest index; may be called from several threads.

    Raises (on opening):
        IndexMissing, IndexMismatch, ModelUnavailable.
    """

    def __init__(
        self, open_chain: Callable[[], "Chain"], renew: Callable[["Chain"], "Chain"] | None = None
    ) -> None:
        """`renew` opens the newest index with what a chain has loaded; without it all is opened anew."""
        self._renew = renew or (lambda _: open_chain())
        self._lock = Lock()
        self._chain = open_chain()
        self._users: dict[int, int] = {}

    def stream(
        self, question: str, history: Sequence[str] = (), documents: Sequence[str] = ()
    ) -> Iterator["Answer"]:
        """The answer as it grows; see `qa.chain.Chain.stream`."""
        with self.lent() as chain:
            yield from chain.stream(question, history, documents)

    def close(self) -> None:
        """Release the index."""
        self._chain.library.close()

    @contextmanager
    def lent(self) -> Iterator["Chain"]:
        """The chain in use; one that was replaced is closed by the last who asks it."""
        with self._lock:
            self._follow()
            chain = self._chain
            self._users[id(chain)] = self._users.get(id(chain), 0) + 1
        try:
            yield chain
        finally:
            with self._lock:
                self._users[id(chain)] -= 1
                self._close_if_done(chain)

    def _follow(self) -> None:
        """Open the newest generation if there is one; if that fails, go on with the one that is open."""
        try:
            if self._chain.library.is_current():
                return
            newer = self._renew(self._chain)
        except PolicyQAError as error:
            log.warning("the newer index cannot be opened: %s", error)
            return
        old, self._chain = self._chain, newer
        log.info("the index was rebuilt; answering from the newer one")
        self._close_if_done(old)

    def _close_if_done(self, chain: "Chain") -> None:
        if chain is not self._chain and not self._users.get(id(chain)):
            self._users.pop(id(chain), None)
            chain.library.close()
