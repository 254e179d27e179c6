"""One question with its answer as the page shows it: made from an answer, or from what was kept of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ui.saved import Feedback, SavedTurn

STOPPED = "（已按要求停止，以上内容可能不全。）"
"""The last line of an answer that its user stopped."""
State = Literal["working", "done", "failed"]


@dataclass(frozen=True)
class Source:
    """An article that an answer cites, or that comes near to a question, with what its card says."""

    id: str
    label: str
    n: int = 0
    """The mark [n] in the answer; 0 where the answer has none."""
    quote: str = ""
    """A verbatim span of the article."""
    text: str = ""
    """The whole article, as it was when the answer was given."""
    locator: str = ""
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    date: str | None = None
    page: int | None = None


@dataclass(frozen=True)
class Turn:
    """A question and what has been said to it so far."""

    id: str
    question: str
    state: State = "done"
    answer: Mapping[str, Any] | None = None
    """The contract's object (`qa.model.Answer.to_json`); None while nothing has been said, or where that failed."""
    error: str = ""
    """What went wrong and what to do now, of a turn that failed."""
    feedback: Feedback | None = None
    ahead: int = 0
    """How many questions are to be answered before it."""

    @classmethod
    def of(cls, saved: SavedTurn, feedback: Feedback | None = None) -> "Turn":
        """The turn as it was kept."""
        return cls(saved.id, saved.question, "done", saved.answer, "", feedback)

    @property
    def text(self) -> str:
        """The answer with its marks, empty for a refusal."""
        return "" if self.answer is None or self.refusal else str(self.answer["answer"]).strip()

    @property
    def refusal(self) -> Mapping[str, Any] | None:
        """Type, reason and choices of a refusal."""
        return self.answer["refusal"] if self.answer else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The articles cited, in the order of their marks."""
        return tuple(
            Source(
                c["id"], c["label"], c["n"], c["quote"], c["text"], c["locator"], c["doc_number"],
                tuple(c["issuers"]), c["date"], c["page"],
            )
            for c in (self.answer["citations"] if self.answer else ())
        )  # fmt: skip

    @property
    def retrieved(self) -> tuple[Source, ...]:
        """The articles that were found, the best first."""
        return tuple(
            Source(r["id"], f"《{r['document']}》{r['locator']}", text=r["text"], locator=r["locator"])
            for r in (self.answer["retrieved"] if self.answer else ())
        )

    @property
    def nearest(self) -> tuple[Source, ...]:
        """The articles that come nearest to a question that was refused."""
        return tuple(Source(a["id"], a["label"]) for a in (self.refusal or {}).get("nearest", ()))

    def narrowed(self, choice: str) -> str:
        """The question to ask once a choice of the refusal is taken: a name alone would lose what was asked of it."""
        is_back = (self.refusal or {}).get("type") == "需要更多信息"
        return f"{choice}{self.question}" if is_back else choice

    def source(self, n: int) -> Source | None:
        """The source with the mark [n]."""
        return next((s for s in self.sources if s.n == n), None)
