"""The nouns of answering: what was found, what is said, what is quoted, and why nothing is said.

All are frozen values; `to_json` gives the contract's objects.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from index.model import Article

RefusalType = Literal["资料未收录", "无此条", "条文未明确", "超出范围", "需要更多信息"]


@dataclass(frozen=True)
class Hit:
    """An article that was found; `score` orders hits of one question and means nothing across questions."""

    article: Article
    score: float


@dataclass(frozen=True)
class Citation:
    """`n` is the mark [n] in the answer; `quote` is a verbatim span of the article."""

    n: int
    article: Article
    quote: str

    def to_json(self) -> dict[str, Any]:
        """The citation as in the contract for machines."""
        a = self.article
        return {
            "n": self.n,
            "document": a.meta.title,
            "locator": str(a.locator),
            "label": a.label,
            "quote": self.quote,
            "text": a.text,
            "doc_number": a.meta.doc_number,
            "issuers": list(a.meta.issuers),
            "date": a.meta.date,
            "source": a.meta.source,
            "page": a.page,
            "id": a.id,
        }


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer, which articles come nearest, and what the user can choose from."""

    type: RefusalType
    reason: str
    nearest: tuple[Article, ...] = ()
    choices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Type, reason, nearest articles and choices."""
        return {
            "type": self.type,
            "reason": self.reason,
            "nearest": [{"id": a.id, "label": a.label} for a in self.nearest],
            "choices": list(self.choices),
        }


@dataclass(frozen=True)
class Retrieved:
    """What retrieval found for a question: hits in rank order, and how sure it is."""

    question: str
    standalone_question: str
    hits: tuple[Hit, ...]
    confidence: float
    """Between 0 and 1: the probability that the hits answer the question; calibrated on the dev split."""
    exact: bool = False
    """Whether the question named the place (an article number, 文号, row) and it was looked up."""
    refusal: Refusal | None = None
    """A refusal already decided by look-up: the article named does not exist."""


@dataclass(frozen=True)
class Answer:
    """What is said to one question."""

    question: str
    standalone_question: str
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    answerer: str
    refusal: Refusal | None = None
    confidence: float = 0.0
    timings_ms: dict[str, float] = field(default_factory=dict, compare=False)

    @property
    def refused(self) -> bool:
        """Whether this is a refusal."""
        return self.refusal is not None

    def to_json(self) -> dict[str, Any]:
        """The contract's object."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answer": self.text,
            "refused": self.refused,
            "refusal": self.refusal.to_json() if self.refusal else None,
            "citations": [c.to_json() for c in self.citations],
            "retrieved": [hit_json(h) for h in self.hits],
            "answerer": self.answerer,
            "confidence": round(self.confidence, 4),
            "timings_ms": {k: round(v, 1) for k, v in self.timings_ms.items()},
        }


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as in the contract's `retrieved`."""
    a = hit.article
    return {
        "id": a.id,
        "document": a.meta.title,
        "locator": str(a.locator),
        "text": a.text,
        "score": round(float(hit.score), 4),
    }
