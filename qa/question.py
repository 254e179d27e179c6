"""What a question asks for, read from its words alone: pure, no index, no model.

The kinds decide which articles are preferred (`qa.retrieve`), what the first sentence must contain
(`qa.extract`) and when the honest reply is that the text does not say (`qa.refuse`).
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from index.text import normalize
from qa.wording import wording

Kind = Literal[
    "yes_no", "money", "percent", "quantity", "duration", "date", "who", "where", "list", "definition",
    "condition", "procedure", "reason", "comparison",
    "issuer", "doc_number", "issue_date", "effective", "expiry", "attachments", "addressees",
    "in_force", "trial", "repeals",
]  # fmt: skip

KINDS: tuple[Kind, ...] = get_args(Kind)
METADATA: frozenset[Kind] = frozenset(
    (
        "issuer", "doc_number", "issue_date", "effective", "expiry", "attachments", "addressees",
        "in_force", "trial", "repeals",
    )
)  # fmt: skip


_DOCUMENT = re.compile(r"[一-鿿\d“”]{0,24}(?:通知|办法|意见|公告|规定|条例|细则)")
"""A document with the name before it: the 试点 in its name is not what is asked about."""


_SPOKEN = ((re.compile("啥"), "什么"), (re.compile("咋(?!么)"), "怎么"))
"""Question words as they are spoken, and as the kinds have them: 啥样的企业, 咋申报."""


_RESULT = re.compile(r"(?:名单|结果)[^，,。]{0,6}(?:什么时候|啥时|何时|哪天|几号|几月)")
"""When the outcome is made known is no matter of the document's own date."""


@dataclass(frozen=True)
class Asked:
    """A question's kinds and what it says of its source."""

    text: str
    """The normalised question."""
    kinds: frozenset[Kind]
    commentary: bool
    """Whether it asks for what was said about a document (解读, 吹风会) rather than for the document."""
    structure: bool
    """Whether it asks how a document is divided."""

    def has(self, *kinds: Kind) -> bool:
        """Whether any of `kinds` is asked."""
        return any(k in self.kinds for k in kinds)

    @property
    def metadata(self) -> frozenset[Kind]:
        """The metadata kinds among the kinds."""
        return self.kinds & METADATA


def read_question(question: str) -> Asked:
    """Read the kinds of `question` from its words."""
    text = normalize(question)
    words = wording()
    plain = text
    for said, written in _SPOKEN:
        plain = said.sub(written, plain)
    kinds = frozenset(k for k in KINDS if words.kinds[k].search(text) or words.kinds[k].search(plain))
    if words.phrases["not_of_document"].search(_DOCUMENT.sub("", text)):
        kinds -= {"effective", "expiry", "in_force"}
    if _RESULT.search(text):
        kinds -= {"issue_date"}
    commentary = bool(words.phrases["commentary"].search(text))
    return Asked(text, kinds, commentary, bool(words.phrases["structure"].search(text)))
