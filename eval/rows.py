"""What is kept of a run: one row per case, with the answer slimmed and all scores."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from qa.model import Answer, Struck, Writing

Scores = dict[str, float | None]


@dataclass(frozen=True)
class SavedCitation:
    """A citation without the article's text, which the corpus has."""

    n: int
    id: str
    label: str
    quote: str


@dataclass(frozen=True)
class SavedAnswer:
    """An answer as kept in a run."""

    text: str
    citations: tuple[SavedCitation, ...] = ()
    retrieved: tuple[str, ...] = ()
    """Article ids in rank order."""
    refusal: str | None = None
    """The type of the refusal; None if the question was answered."""
    reason: str = ""
    standalone_question: str = ""
    answerer: str = ""
    confidence: float = 0.0
    timings_ms: dict[str, float] = field(default_factory=dict)
    writing: Writing | None = None
    """What became of a chat model's reply, if one was asked."""

    @property
    def refused(self) -> bool:
        """Whether this is a refusal."""
        return self.refusal is not None

    @property
    def cited(self) -> tuple[str, ...]:
        """The cited article ids, in the order of the citations."""
        return tuple(c.id for c in self.citations)


@dataclass(frozen=True)
class Row:
    """One case of a run. Where `error` is set, the answer is empty and scored as such."""

    case_id: str
    stratum: str
    question: str
    answer: SavedAnswer
    seconds: float | None = None
    """Wall-clock time of the call that answered."""
    error: str | None = None
    attempts: int = 1
    should_refuse: str | None = None
    """The type of refusal that is right; None for an answerable case."""
    scores: Scores = field(default_factory=dict)

    def score(self, name: str) -> float | None:
        """The score of that name, or None."""
        return self.scores.get(name)


def save_answer(answer: Answer) -> SavedAnswer:
    """`answer` without the texts of its articles."""
    return SavedAnswer(
        text=answer.text,
        citations=tuple(SavedCitation(c.n, c.article.id, c.article.label, c.quote) for c in answer.citations),
        retrieved=tuple(h.article.id for h in answer.hits),
        refusal=answer.refusal.type if answer.refusal else None,
        reason=answer.refusal.reason if answer.refusal else "",
        standalone_question=answer.standalone_question,
        answerer=answer.answerer,
        confidence=round(float(answer.confidence), 4),
        timings_ms={k: round(float(v), 1) for k, v in answer.timings_ms.items()},
        writing=answer.writing,
    )


def row_to_json(row: Row) -> dict[str, Any]:
    """The row as kept in rows.jsonl."""
    return asdict(row)


def row_from_json(data: Mapping[str, Any]) -> Row:
    """The row of `row_to_json`.

    Raises:
        KeyError, TypeError: it was written by something else.
    """
    plain = dict(data["answer"])
    plain["citations"] = tuple(SavedCitation(**c) for c in plain["citations"])
    plain["retrieved"] = tuple(plain["retrieved"])
    if written := plain.get("writing"):
        struck = tuple(Struck(**s) for s in written["struck"])
        plain["writing"] = Writing(**{**written, "struck": struck})
    return Row(**{**data, "answer": SavedAnswer(**plain)})
