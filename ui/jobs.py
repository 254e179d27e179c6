"""Questions of the page that are being answered, in the line, so that no lost connection loses an answer.

Who asked follows the answer by waiting for what is newer than what he has seen. An answer is kept before it is
shown as finished; a finished one can be waited for a while longer.
"""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import PolicyQAError, UsageError
from ui.asked import AskedChain, Observer
from ui.faults import fault
from ui.live import LiveChain
from ui.logs import about, log_told
from ui.queueing import Late, Line, Ticket
from ui.saved import SavedTurn, Versions, saved_turn
from ui.turn import STOPPED, Turn

if TYPE_CHECKING:
    from index.library import Library
    from qa.model import Answer

_KEPT = 120.0
"""Seconds for which a finished answer can still be waited for."""
_TOLD = 10.0
"""Seconds for which it can be waited for again."""
_TICK = 3.0
"""Seconds after which who waits in the line hears how many are before him."""
_NOTHING = "已停止，还没有回答。"
_PATIENCE = 5.0
"""Seconds that a write to the records may take."""
_UNKEPT = "这条回答没有存下来，刷新后会消失。"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """A question to be answered; `id` becomes the id of its turn."""

    id: str
    owner: str
    conversation: str
    question: str
    history: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass
class _Job:
    order: Order
    turn: Turn
    seen: int = 0
    """How many times `turn` has changed."""
    stopping: bool = False
    begun: float = field(default_factory=monotonic)
    ended: float | None = None
    told: float | None = None
    """When its end was first told to who asked."""
    ticket: Ticket | None = None
    answer: "Answer | None" = None
    versions: Versions = field(default_factory=Versions)


class Jobs:
    """Answers questions from `chain`, as they come out of `line`, and hands each finished turn to `keep`."""

    def __init__(
        self,
        chain: LiveChain,
        line: Line,
        keep: Callable[[SavedTurn], None],
        version: str,
        observer: Observer | None = None,
    ) -> None:
        """`observer` is told what became of each question."""
        self._chain = chain
        self._line = line
        self._keep = keep
        self._version = version
        self._observer = observer or Observer()
        self._changed = Condition()
        self._jobs: dict[str, _Job] = {}

    def start(self, order: Order) -> Turn:
        """Begin to answer; returns the turn as it stands.

        Raises:
            UsageError: the conversation still waits for an answer.
            Busy: too many questions are waiting.
        """
        with self._changed:
            self._forget()
            self.check(order.owner, order.conversation)
            job = _Job(order, Turn(order.id, order.question, "working"))
            job.ticket = self._line.enter(order.owner, partial(self._run, job), partial(self._give_up, job))
            job.turn = replace(job.turn, ahead=self._line.ahead(job.ticket))
            self._jobs[order.id] = job
            return job.turn

    def check(self, owner: str, conversation: str) -> None:
        """Whether a question may be asked now.

        Raises:
            UsageError, Busy: see `start`.
        """
        with self._changed:
            for job in self._jobs.values():
                same = (job.order.owner, job.order.conversation) == (owner, conversation)
                if same and job.ended is None:
                    raise UsageError("上一个问题还在回答。请等它答完，或先按“停止”。")
        self._line.check(owner)

    def working(self, owner: str, conversation: str) -> Turn | None:
        """The turn of a conversation that is being answered."""
        with self._changed:
            for job in self._jobs.values():
                same = (job.order.owner, job.order.conversation) == (owner, conversation)
                if same and job.turn.state == "working":
                    return job.turn
        return None

    def wait(self, id_: str, owner: str, seen: int, seconds: float) -> tuple[Turn, int] | None:
        """The turn as soon as it has changed more than `seen` times, and how many times; None if it is unknown.

        After `seconds` it is given as it stands; in the line earlier, with its place there.
        """
        with self._changed:
            job = self._jobs.get(id_)
            if job is None or job.order.owner != owner:
                return None
            if job.turn.ahead:
                seconds = min(seconds, _TICK)
            self._changed.wait_for(lambda: job.seen > seen, seconds)
            self._place(job)
            if job.told is None and job.turn.state != "working":
                job.told = monotonic()
                self._changed.notify_all()
            return job.turn, job.seen

    def stop(self, id_: str, owner: str) -> None:
        """End an answer where it stands; nothing happens to one that is finished or somebody else's."""
        with self._changed:
            job = self._jobs.get(id_)
            if job is None or job.order.owner != owner or job.ended is not None:
                return
            self._end(job)
        self._finish(job)

    def settle(self, seconds: float) -> bool:
        """Wait, `seconds` at most, until whoever follows an answer has been told its end; False if somebody was not."""

        def told() -> bool:
            return all(job.told is not None for job in self._jobs.values())

        with self._changed:
            return self._changed.wait_for(told, seconds)

    def forget(self, owner: str) -> None:
        """Give up all that an owner has asked, and keep no answer that is not kept yet."""
        with self._changed:
            own = [job for job in self._jobs.values() if job.order.owner == owner]
            for job in own:
                if job.ended is None:
                    self._end(job)
                    self._show(job, replace(job.turn, state="failed", answer=None, error=_NOTHING))
            # one that has just ended is being kept: who deletes next deletes that too
            self._changed.wait_for(lambda: all(job.turn.state != "working" for job in own), _PATIENCE)
            for job in own:
                self._jobs.pop(job.order.id, None)

    def _end(self, job: _Job) -> None:
        """Nobody wants to hear more of it."""
        job.stopping = True
        job.ended = monotonic()
        if job.ticket is not None:
            self._line.cancel(job.ticket)

    def _give_up(self, job: _Job, late: Late) -> None:
        """Its time is over, or the server stops."""
        with self._changed:
            if job.ended is not None:
                return
            self._end(job)
        self._finish(job, str(late))

    def _run(self, job: _Job, _: Ticket) -> None:
        order = job.order
        with about(order.id, order.question, *order.history):
            self._answer(job)

    def _answer(self, job: _Job) -> None:
        error, waited = "", (monotonic() - job.begun) * 1000
        try:
            with self._changed:
                self._place(job)
            with self._chain.lent() as chain:
                job.versions = versions(chain.library, self._version)
                order = job.order
                asked = AskedChain(chain, order.id, "page", self._observer, waited)
                with closing(asked.stream(order.question, order.history, order.documents)) as answers:
                    for answer in answers:
                        if not self._grow(job, answer):
                            return
        except PolicyQAError as known:
            log_told(log, known)
            error = str(known)
        except Exception:
            # The edge of the program: the page goes on, the trace is in the log.
            log.exception("unexpected")
            error = fault(job.order.id)
        with self._changed:
            if job.stopping:
                return
            job.ended = monotonic()
        self._finish(job, error)

    def _grow(self, job: _Job, answer: "Answer") -> bool:
        """Show what has been said so far; False if nobody wants to hear more."""
        with self._changed:
            if not job.stopping:
                job.answer = answer
                self._show(job, replace(job.turn, answer=answer.to_json()))
            return not job.stopping

    def _finish(self, job: _Job, error: str = "") -> None:
        """Keep the answer, then show it as finished; what broke off without an answer is only shown."""
        answer = job.answer
        if answer is None or error:
            turn = replace(job.turn, state="failed", answer=None, error=error or _NOTHING)
        else:
            if job.stopping:
                answer = replace(answer, text=f"{answer.text}\n{STOPPED}")
            turn = replace(job.turn, state="done", answer=answer.to_json())
            order = job.order
            saved = saved_turn(
                answer,
                order.conversation,
                order.owner,
                history=order.history,
                documents=order.documents,
                versions=job.versions,
            )
            try:
                self._keep(replace(saved, id=order.id))
            except PolicyQAError as unkept:
                log.warning("%s", unkept)
                turn = replace(turn, error=f"{_UNKEPT}{unkept}")
            except Exception:
                # Whatever it was, who asked must not wait for ever.
                log.exception("unexpected")
                turn = replace(turn, error=f"{_UNKEPT}{fault(order.id)}")
        with self._changed:
            job.answer = None
            self._show(job, turn)

    def _place(self, job: _Job) -> None:
        """Show how many are before it, if that has changed."""
        ahead = self._line.ahead(job.ticket) if job.ticket and job.ended is None else 0
        if ahead != job.turn.ahead:
            self._show(job, replace(job.turn, ahead=ahead))

    def _show(self, job: _Job, turn: Turn) -> None:
        job.turn = turn
        job.seen += 1
        self._changed.notify_all()

    def _forget(self) -> None:
        now = monotonic()
        for id_, job in list(self._jobs.items()):
            if job.ended and (now - job.ended > _KEPT or (job.told and now - job.told > _TOLD)):
                del self._jobs[id_]


def versions(library: "Library", program: str) -> Versions:
    """What answers: the program's version and what made the index."""
    made = library.manifest
    return Versions(program, library.generation.name, made.built_at, made.embedder, made.splitter)
