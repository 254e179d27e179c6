"""The line before the chain: a few questions are answered at once, the others wait, and all take turns.

The line takes one question of each person in turn, so that who has asked forty does not keep a caller waiting:
before a new person's question comes at most one of everybody who waits already. Its length is bounded; who finds
no place is told after how many seconds to come back, reckoned from how long the last questions took. Nothing
waits for ever: a question that is late is given up, and if the thread that answers it does not come back, another
takes its place.
"""

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from threading import Condition, Thread
from time import monotonic

from index.errors import PolicyQAError, UsageError
from qa.settings import LimitSettings, Settings

_BUILTIN, _WITH_MODEL = 3, 8
_LOST = 8
"""Threads that may hang at the same time before no further question is begun."""
_WEIGHT = 0.1
"""How much the last question counts in the mean time of one."""
_TICK = 1.0
"""Seconds between two looks for questions that are late."""
_AFTER_RESTART = 10
"""Seconds after which a server that is being stopped may be there again."""
log = logging.getLogger(__name__)

Start = Callable[[Callable[[], None]], None]
"""Runs what it is given, in a thread of its own."""


class Busy(UsageError):
    """There is no place in the line: `status` is that of HTTP, `wait` the seconds until the next try."""

    def __init__(self, status: int, wait: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait


class Late(PolicyQAError):
    """A question was given up, since its time was over or the server stops: `status` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(eq=False)
class Ticket:
    """A question in the line."""

    who: str
    since: float
    """When it came, and once it is begun: when that was."""
    work: Callable[["Ticket"], None] = field(repr=False)
    given_up: Callable[[Late], None] = field(repr=False)
    running: bool = False
    over: bool = False
    """Whether nobody wants to hear more of it: the work is to end."""


@dataclass(frozen=True)
class Figures:
    """How the line stands."""

    running: int
    waiting: int
    lost: int
    """Questions that were given up and whose threads have not come back."""
    seconds: float
    """The mean time of a question, the last ones counting most."""
    closing: bool


class Line:
    """Questions that are answered or wait for it; may be used from several threads.

    `at_once` questions run at the same time. `clock` gives seconds.
    """

    def __init__(
        self,
        at_once: int,
        limits: LimitSettings,
        *,
        clock: Callable[[], float] = monotonic,
        start: Start | None = None,
    ) -> None:
        self._at_once = at_once
        self._limits = limits
        self._clock = clock
        self._start = start or _in_thread
        self._changed = Condition()
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._running: set[Ticket] = set()
        self._lost: set[Ticket] = set()
        self._seconds = 0.0
        self._closing = False
        self._watched = False

    def enter(self, who: str, work: Callable[[Ticket], None], given_up: Callable[[Late], None]) -> Ticket:
        """Put a question of `who` into the line.

        Args:
            who: the person or the key that asks.
            work: answers the question; it looks at the ticket's `over` now and then and ends if it is set.
            given_up: is told, once, if the question is given up before `work` has come back.

        Raises:
            Busy: `who` has too many questions here (429), the line is full or the server stops (503).
        """
        with self._changed:
            self.check(who)
            ticket = Ticket(who, self._clock(), work, given_up)
            self._waiting.setdefault(who, deque()).append(ticket)
            self._fill()
            if not self._watched:
                self._watched = True
                self._start(self._watch)
        return ticket

    def check(self, who: str) -> None:
        """Whether a question may be asked now.

        Raises:
            Busy: see `enter`.
        """
        with self._changed:
            self.check_open()
            own = [*(t for t in self._running if t.who == who), *self._waiting.get(who, ())]
            if len(own) >= self._limits.per_person:
                wait = self._reckoned(self.ahead(own[0]) + 1)
                raise Busy(
                    429, wait, f"您已有 {len(own)} 个问题在等待回答。请等前面的答完再问（约 {wait} 秒后）。"
                )
            waiting = self._count()
            if waiting >= self._limits.waiting or len(self._lost) >= _LOST:
                wait = self._reckoned(waiting + len(self._running))
                raise Busy(503, wait, f"现在提问的人太多（{waiting} 个问题在排队）。请约 {wait} 秒后再问。")

    def check_open(self) -> None:
        """Whether anybody may ask.

        Raises:
            Busy: the server stops.
        """
        if self._closing:
            raise Busy(503, _AFTER_RESTART, "服务正在停止，不再接受新问题。请稍后再问。")

    def ahead(self, ticket: Ticket) -> int:
        """How many questions are to be answered before `ticket`, those under way among them; 0 once it is begun."""
        with self._changed:
            mine = self._waiting.get(ticket.who)
            if mine is None or ticket not in mine:
                return 0
            rounds, before, is_before = mine.index(ticket), len(self._running), True
            for who, own in self._waiting.items():
                is_before = is_before and who != ticket.who
                before += rounds if who == ticket.who else min(len(own), rounds + is_before)
            return before

    def cancel(self, ticket: Ticket) -> None:
        """Who asked does not want to hear it any more; nothing happens to a question that is over."""
        with self._changed:
            ticket.over = True
            self._take_out(ticket)
            self._changed.notify_all()

    def figures(self) -> Figures:
        """How the line stands now."""
        with self._changed:
            return Figures(
                len(self._running), self._count(), len(self._lost), self._seconds, closing=self._closing
            )

    def drain(self, seconds: float) -> bool:
        """Let nobody in any more, and wait until all is answered, `seconds` at most; False if something is left."""
        with self._changed:
            self._closing = True
            return self._changed.wait_for(lambda: not self._running and not self._waiting, seconds)

    def close(self, patience: float = 5.0) -> None:
        """Let nobody in any more, give up what is left, and wait so many seconds for its threads to come back."""
        with self._changed:
            self._closing = True
            left = [*self._running, *(t for own in self._waiting.values() for t in own)]
        self._give_up(left, Late(503, "服务正在停止，这个问题没有答完。请稍后再问。"))
        with self._changed:
            self._changed.wait_for(lambda: not self._lost, patience)

    def give_up_late(self) -> None:
        """Give up the questions whose time is over."""
        limits = self._limits
        with self._changed:
            now = self._clock()
            slow = [t for t in self._running if now - t.since > limits.question_seconds]
            waiting = (t for own in self._waiting.values() for t in own)
            unlucky = [t for t in waiting if now - t.since > limits.wait_seconds]
        self._give_up(slow, Late(504, f"回答用时超过 {limits.question_seconds:g} 秒，已放弃。请稍后重试。"))
        self._give_up(
            unlucky, Late(503, f"排队超过 {limits.wait_seconds:g} 秒还没有轮到。请稍后再问，或联系维护者。")
        )

    def _give_up(self, tickets: list[Ticket], late: Late) -> None:
        for ticket in tickets:
            with self._changed:
                ended = ticket not in self._running and not self._take_out(ticket)
                told = ticket.over
                ticket.over = True
                if ticket in self._running:  # its thread may hang: another one takes its place
                    self._running.discard(ticket)
                    self._lost.add(ticket)
                    self._fill()
                self._changed.notify_all()
            if not ended and not told:
                log.warning("a question was given up: %s", late)
                ticket.given_up(late)

    def _take_out(self, ticket: Ticket) -> bool:
        own = self._waiting.get(ticket.who)
        if own is None or ticket not in own:
            return False
        own.remove(ticket)
        if not own:
            del self._waiting[ticket.who]
        return True

    def _fill(self) -> None:
        """Begin questions while there is room."""
        while (ticket := self._next()) is not None:
            self._start(partial(self._serve, ticket))

    def _next(self) -> Ticket | None:
        """The next question, begun; None if there is none or no room for one."""
        if not self._waiting or len(self._running) >= self._at_once or len(self._lost) >= _LOST:
            return None
        who, own = next(iter(self._waiting.items()))
        ticket = own.popleft()
        if own:
            self._waiting.move_to_end(who)
        else:
            del self._waiting[who]
        ticket.running, ticket.since = True, self._clock()
        self._running.add(ticket)
        return ticket

    def _serve(self, ticket: Ticket) -> None:
        """Answer one question after another, as long as there is one."""
        todo: Ticket | None = ticket
        while todo is not None:
            try:
                todo.work(todo)
            except Exception:
                # The edge of the thread: who asked is told by the work itself; the trace is in the log.
                log.exception("unexpected")
            todo = self._after(todo)

    def _after(self, ticket: Ticket) -> Ticket | None:
        """Note that a question is done; the next one for the same thread."""
        with self._changed:
            took = self._clock() - ticket.since
            self._seconds += (took - self._seconds) * (_WEIGHT if self._seconds else 1)
            is_lost = ticket in self._lost
            self._lost.discard(ticket)
            self._running.discard(ticket)
            self._changed.notify_all()
            if is_lost:
                self._fill()
                return None
            return self._next()

    def _watch(self) -> None:
        """Look for questions that are late, as long as there are any."""
        while True:
            self.give_up_late()
            with self._changed:
                self._changed.wait_for(lambda: not self._running and not self._waiting, _TICK)
                if not self._running and not self._waiting:
                    self._watched = False
                    return

    def _reckoned(self, questions: int) -> int:
        """Whole seconds until so many questions have been answered, at least one."""
        return max(1, ceil(questions * self._seconds / self._at_once))

    def _count(self) -> int:
        return sum(map(len, self._waiting.values()))


def places(settings: Settings) -> int:
    """How many questions are best answered at once.

    Half of the work is the encoder's, which lets Python go on meanwhile (measured: 48 of 91 ms), one text at a time.
    So two keep two cores busy, and a third sees to it that neither half waits for the other; eight are slower again.
    Who waits for a chat model computes nothing.
    """
    return settings.limits.at_once or (_WITH_MODEL if settings.llm else _BUILTIN)


def _in_thread(work: Callable[[], None]) -> None:
    Thread(target=work, name="answer", daemon=True).start()
