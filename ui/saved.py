"""What the page keeps: a question with its answer and what made it, a conversation, a verdict, a note of a call.

All are frozen values; `ui.records` stores them. Times are UTC, ISO, to the millisecond.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import uuid4

from index.record import content_hash

if TYPE_CHECKING:
    from qa.model import Answer

UserVerdict = Literal["有用", "依据不对", "过期", "没答到"]
USER_VERDICTS: tuple[UserVerdict, ...] = get_args(UserVerdict)


def now_utc() -> str:
    """This moment, as times are kept."""
    return iso(datetime.now(UTC))


def iso(moment: datetime) -> str:
    """A moment as times are kept: equal in length, so that they sort as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Reference:
    """An article that an answer cited or that was found: its id, the hash of its content, and its place.

    `rank` counts from 1; for a citation it is the mark [n].
    """

    id: str
    hash: str
    rank: int


@dataclass(frozen=True)
class Versions:
    """What answered: the program, the index (its generation and when it was built), embedder and splitter."""

    program: str = ""
    generation: str = ""
    built_at: str = ""
    embedder: str = ""
    splitter: int = 0


@dataclass(frozen=True)
class Replay:
    """What is needed to ask again and to tell what has changed since."""

    history: tuple[str, ...] = ()
    """The earlier questions, as they were handed to the chain."""
    documents: tuple[str, ...] = ()
    """Keys of the documents the question was limited to; empty is all."""
    cited: tuple[Reference, ...] = ()
    retrieved: tuple[Reference, ...] = ()
    versions: Versions = Versions()


@dataclass(frozen=True)
class SavedTurn:
    """One question with its answer, the contract's JSON object (`qa.model.Answer.to_json`)."""

    id: str
    conversation: str
    owner: str
    time: str
    answer: Mapping[str, Any]
    replay: Replay = Replay()

    @property
    def question(self) -> str:
        """The question as it was asked."""
        return str(self.answer["question"])

    @property
    def standalone_question(self) -> str:
        """The question as it was understood, with what earlier ones say."""
        return str(self.answer["standalone_question"])

    @property
    def refusal(self) -> str | None:
        """The type of the refusal, None if this is an answer."""
        refusal = self.answer["refusal"]
        return str(refusal["type"]) if refusal else None


@dataclass(frozen=True)
class Conversation:
    """A conversation as it is listed; `title` is its first question, `updated` the time of its last."""

    id: str
    title: str
    updated: str
    turns: int


@dataclass(frozen=True)
class Feedback:
    """What its owner said about an answer; `article` is the id of the right article, if one was chosen."""

    turn: str
    owner: str
    verdict: UserVerdict
    comment: str = ""
    article: str | None = None
    time: str = field(default_factory=now_utc)


@dataclass(frozen=True)
class Judged:
    """An answer with what was said about it."""

    turn: SavedTurn
    feedback: Feedback | None


@dataclass(frozen=True)
class Day:
    """Counts of one day, in the time zone of this machine."""

    day: date
    asked: int = 0
    refused: int = 0
    verdicts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(USER_VERDICTS, 0))
    """Feedback given on that day, by verdict."""


@dataclass(frozen=True)
class ModelUse:
    """How often a chat model worded an answer, how often it failed, and when and why it last did."""

    worded: int = 0
    failed: int = 0
    last_failure: str | None = None
    reason: str = ""


def saved_turn(
    answer: "Answer",
    conversation: str,
    owner: str,
    *,
    history: Sequence[str] = (),
    documents: Sequence[str] = (),
    versions: Versions = Versions(),
) -> SavedTurn:
    """An answer just given, with a fresh id, as it is to be kept."""
    cited = tuple(Reference(c.article.id, content_hash(c.article), c.n) for c in answer.citations)
    found = tuple(
        Reference(h.article.id, content_hash(h.article), n) for n, h in enumerate(answer.hits, start=1)
    )
    replay = Replay(tuple(history), tuple(documents), cited, found, versions)
    return SavedTurn(uuid4().hex, conversation, owner, now_utc(), answer.to_json(), replay)
