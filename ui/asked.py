"""What became of a question: the one place through which the page, the API and the command line ask.

Each question is told once, when it is over: as a line of the log, and to whoever counts.
"""

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from index.errors import ModelUnavailable
from ui.logs import FIELDS, PRIVATE, about

if TYPE_CHECKING:
    from qa.chain import Chain
    from qa.model import Answer

Channel = Literal["page", "api", "mcp", "cli"]
Outcome = Literal["answered", "refused", "stopped", "failed"]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """A question that is being asked: its id, by which way it came, and with what it is answered."""

    id: str
    channel: Channel
    question: str
    history: tuple[str, ...] = ()
    revision: str = ""
    """The generation of the index that answers."""
    waited: float = 0.0
    """Milliseconds that it stood in line."""


@dataclass(frozen=True)
class Asked:
    """A question that is over."""

    asking: Asking
    outcome: Outcome
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    """Waited, found, first (words), worded, total, as far as it came; all but `waited` and `worded` from its start."""
    refusal: str | None = None
    citations: int = 0
    documents: tuple[str, ...] = ()
    """Keys of the documents that were cited."""
    answerer: str = ""
    model_failure: str = ""
    """Why a chat model did not word the answer though it was asked to."""
    error: str = ""
    """The class of what went wrong."""


class Observer:
    """Whoever counts; this one does not."""

    def question(self, asked: Asked) -> None:
        """A question is over."""

    def build(self, outcome: str) -> None:
        """A change to the library is over: done, failed or cancelled."""


class AskedChain:
    """The chain `chain`, whose questions have the id `id_`; `observer` is told what became of each."""

    def __init__(
        self, chain: "Chain", id_: str, channel: Channel, observer: Observer, waited: float = 0.0
    ) -> None:
        """`waited` are the milliseconds that the question stood in line."""
        self._chain = chain
        self._id = id_
        self._channel = channel
        self._observer = observer
        self._waited = waited

    def ask(self, question: str, history: Sequence[str] = (), *more: Any, **options: Any) -> "Answer":
        """See `qa.chain.Chain.ask`."""
        answers = (self._chain.ask(question, history, *more, **options) for _ in range(1))
        (answer,) = observed(answers, self._asking(question, history), self._observer)
        return answer

    def stream(
        self, question: str, history: Sequence[str] = (), *more: Any, **options: Any
    ) -> Generator["Answer", None, None]:
        """See `qa.chain.Chain.stream`; who stops listening is to close it."""
        answers = self._chain.stream(question, history, *more, **options)
        return observed(answers, self._asking(question, history), self._observer)

    def __getattr__(self, name: str) -> Any:
        """All else of a chain, which is no question."""
        return getattr(self._chain, name)

    def _asking(self, question: str, history: Sequence[str]) -> Asking:
        revision = self._chain.library.generation.name
        return Asking(self._id, self._channel, question, tuple(history), revision, self._waited)


def observed(
    answers: Iterator["Answer"], asking: Asking, observer: Observer
) -> Generator["Answer", None, None]:
    """`answers` as they come, which may be asked for in changing threads; who stops listening is to close it."""
    start, first = perf_counter(), 0.0
    last: Answer | None = None
    outcome: Outcome = "stopped"
    error = ""
    try:
        while (answer := _next(answers, asking)) is not None:
            first, last = first or _since(start), answer
            yield answer
        outcome = "refused" if last is not None and last.refused else "answered"
    except Exception as wrong:
        outcome, error = "failed", type(wrong).__name__
        raise
    finally:
        if isinstance(answers, Generator):
            answers.close()
        with about(asking.id, asking.question, *asking.history):
            _tell(_asked(asking, outcome, error, last, first, _since(start)), observer)


def _next(answers: Iterator["Answer"], asking: Asking) -> "Answer | None":
    # not around the whole loop: what is set while a generator rests would be seen by whoever runs it
    with about(asking.id, asking.question, *asking.history):
        return next(answers, None)


def _since(start: float) -> float:
    """Milliseconds."""
    return (perf_counter() - start) * 1000


def _asked(
    asking: Asking, outcome: Outcome, error: str, last: "Answer | None", first: float, total: float
) -> Asked:
    times = {"waited": asking.waited} if asking.waited else {}
    if last is None:
        return Asked(asking, outcome, times | {"total": total}, error=error)
    found = last.timings_ms.get("retrieve", 0.0)
    times |= {"found": found, "first": first, "worded": max(total - found, 0.0), "total": total}
    return Asked(
        asking,
        outcome,
        times,
        last.refusal.type if last.refusal else None,
        len(last.citations),
        tuple(dict.fromkeys(c.article.meta.key for c in last.citations)),
        last.answerer,
        last.writing.failure if last.writing else "",
        error,
    )


def _tell(asked: Asked, observer: Observer) -> None:
    observer.question(asked)
    asking = asked.asking
    fields = {
        "channel": asking.channel,
        "outcome": asked.outcome,
        "refusal": asked.refusal,
        "ms": {name: round(value, 1) for name, value in asked.milliseconds.items()},
        "citations": asked.citations,
        "documents": list(asked.documents),
        "answerer": asked.answerer,
        "model_failure": asked.model_failure,
        "revision": asking.revision,
        "error": asked.error,
        PRIVATE: asking.question,
    }
    told = {name: value for name, value in fields.items() if value not in (None, "")}
    log.info("question", extra={FIELDS: told})
    if asked.model_failure:
        log.warning("%s", ModelUnavailable(asked.model_failure))
