"""The nouns of answering: what was found, what is said, what is quoted, and why nothing is said.

All are frozen values; `to_json` gives the contract's objects.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from index.embed import Encoding
from index.model import Article
from qa.followup import Standalone
from qa.question import Asked

if TYPE_CHECKING:
    from qa.contract import AnswerJson, CitationJson, HitJson, RefusalJson

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

    def to_json(self) -> "CitationJson":
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

    def to_json(self) -> "RefusalJson":
        """Type, reason, nearest articles and choices."""
        return {
            "type": self.type,
            "reason": self.reason,
            "nearest": [{"id": a.id, "label": a.label} for a in self.nearest],
            "choices": list(self.choices),
        }


@dataclass(frozen=True)
class Place:
    """What a question names: articles that exist, or a statement that there is none."""

    articles: tuple[Article, ...] = ()
    missing: str | None = None
    """A sentence saying what does not exist and how many there are."""
    choices: tuple[str, ...] = ()
    """The places the number could mean, when the question does not say which."""
    document: str | None = None
    """The key of the document named by its 文号."""
    item: str | None = None
    """The mark of the 项 asked for within the article: （六）."""
    section: bool = False
    """Whether the articles are those of a chapter or section, or several that the number can mean."""
    note: str | None = None
    """What the look-up itself answers: “共29条”."""
    nearest: tuple[Article, ...] = ()
    """What comes nearest to a place that does not exist."""


@dataclass(frozen=True)
class Filtered:
    """All rows of one table that fit: the table's name, the conditions, the rows, and how many rows there are."""

    table: str
    conditions: tuple[tuple[str, str], ...]
    rows: tuple[Article, ...]
    total: int
    excluded: tuple[tuple[str, str], ...] = ()
    """(column, value) pairs that no row may hold."""
    shown: tuple[Article, ...] = ()
    """The rows that are listed and cited: the first of `rows`, as many as `Retrieved.hits` has room for."""
    brief: bool = False
    """Whether only their number is asked for, so that a few rows are enough."""


@dataclass(frozen=True)
class Tally:
    """The rows of one table that fit `conditions`, by the values of one column; `total` is how many fit."""

    table: str
    column: str
    conditions: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[Article, ...]], ...]
    """(value, its rows), most rows first."""
    total: int
    shown: int = 0
    """How many groups are listed, each with a citation."""


@dataclass(frozen=True)
class Retrieved:
    """What was found for a question."""

    question: str
    standalone: Standalone
    asked: Asked
    hits: tuple[Hit, ...]
    """In rank order: places named in the question first, then by score."""
    place: Place | None = None
    """The place that the question names, if it names one."""
    filtered: tuple[Filtered, ...] = ()
    """The rows that fit, if the question asks for rows of a table."""
    sides: int = 0
    """How many documents are compared; the best article of each comes first in `hits`."""
    tallies: tuple[Tally, ...] = ()
    """The rows of each table counted by a column, if the question asks for that."""
    named: tuple[Article, ...] = ()
    """Rows of a table that the question tells by their name."""
    encoding: Encoding | None = None
    within: tuple[str, ...] | None = None
    """Keys of the documents that the search was limited to; None if to none."""
    milliseconds: float = field(default=0.0, compare=False)
    as_of: date = field(default_factory=date.today)
    """The day as of which is answered: today, or the day asked for."""
    left_out: frozenset[str] = frozenset()
    """Keys of the documents that had no part in it: other versions of a document than the one asked for."""
    unavailable: str = ""
    """Why the chat model, asked to complete the question, could not be reached; it is not asked again."""


@dataclass(frozen=True)
class Struck:
    """A sentence of a chat model that no cited article says, and in what it differs."""

    text: str
    reason: str


@dataclass(frozen=True)
class Writing:
    """What became of a chat model's reply."""

    model: str
    failure: str = ""
    """Why the built-in answer stands; empty if the model's does."""
    attempts: int = 0
    tokens_in: int | None = None
    tokens_out: int | None = None
    sentences: int = 0
    """Sentences that were kept."""
    marks_dropped: int = 0
    """Marks of articles that the model was not given."""
    struck: tuple[Struck, ...] = ()


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
    as_of: str | None = None
    """The date of the collection that the answer rests on (信息截至): a day or a month, None if not known."""
    writing: Writing | None = None
    """Set if a chat model was asked to word the answer."""

    @property
    def refused(self) -> bool:
        """Whether this is a refusal."""
        return self.refusal is not None

    def to_json(self) -> "AnswerJson":
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
            "as_of": self.as_of,
            "timings_ms": {k: round(v, 1) for k, v in self.timings_ms.items()},
        }


def unsaid(found: Retrieved) -> Answer:
    """What was found, in the form of an answer that says nothing."""
    return Answer(
        question=found.question,
        standalone_question=found.standalone.text,
        text="",
        citations=(),
        hits=found.hits,
        answerer="",
        timings_ms={"retrieve": found.milliseconds, "answer": 0.0, "total": found.milliseconds},
    )


def hit_json(hit: Hit) -> "HitJson":
    """A hit as in the contract's `retrieved`."""
    a = hit.article
    return {
        "id": a.id,
        "document": a.meta.title,
        "locator": str(a.locator),
        "text": a.text,
        "score": round(float(hit.score), 4),
    }
