"""When the honest reply is no answer: decided here, before any model, from what retrieval found."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.model import Article
from index.text import normalize
from qa.question import Asked, Kind, answers_slot
from qa.wording import wording


@dataclass(frozen=True)
class Evidence:
    """What the decision rests on."""

    closeness: float
    """Late-interaction score of the best article, at most 1."""
    residue: float
    """The same over only those words of the question that the title and place of the best article do not hold."""
    known: float
    """Share (by idf) of the question's words that occur anywhere in the library."""
    slot: bool
    """Whether one of the best articles holds what is asked for: a sum of money, a ratio, a date …."""


# Logistic regression on the dev split's questions that name no place (157 answerable, 20 not) and 48 further
# unanswerable questions written for this fit, ten-fold. The share of words known was tried too: it added nothing.
_INTERCEPT = -52.8
_CLOSENESS = 40.8
_RESIDUE = 16.1
_SLOT = 5.0
_FLOOR = 0.79
"""A residue below this means that no article speaks of what is asked, however close its subject is."""

_QUOTED = re.compile(r"《([^《》]{4,})》")
_UNQUOTED = re.compile(
    r"([一-鿿]{4,24}?(?:实施细则|细则|管理办法|暂行办法|条例|规程|若干措施|实施方案|行动方案|指导目录))(?=里|中|第|规定|是怎么|的|对|怎么)"
)
_OWN_TEXT = re.compile(r"原文|全文|里|中|规定|怎么写|写的|内容|第.{1,4}条|目标")
_SAME_NAME = 0.6
"""Share of a name's character pairs that a title must hold to be the document meant."""


def confidence(evidence: Evidence) -> float:
    """The probability, between 0 and 1, that the articles found answer the question."""
    z = _INTERCEPT + _CLOSENESS * evidence.closeness + _RESIDUE * evidence.residue + _SLOT * evidence.slot
    sure = 1 / (1 + math.exp(-z))
    return sure if evidence.residue >= _FLOOR else min(sure, 0.1)


def has_slot(asked: Asked, articles: Sequence[Article]) -> bool:
    """Whether any of `articles` holds what the question asks for; True if it asks for nothing countable."""
    asks: tuple[Kind, ...] = ("money", "percent", "duration")
    kinds = [k for k in asks if k in asked.kinds]
    if not kinds or asked.metadata:
        return True
    return any(answers_slot(k, a.text, asked.text) for k in kinds for a in articles)


def missing_document(question: str, titles: Sequence[str], texts: Iterable[str]) -> str | None:
    """The name of a document whose own text the question asks for and the library does not hold, or None.

    A name in 《》 counts if no title is the same; a bare name (…实施细则, …条例) only if nothing in the library's
    texts is called so.
    """
    text = normalize(question)
    known = [normalize(t) for t in titles]
    for m in _QUOTED.finditer(text):
        if _OWN_TEXT.search(text[m.end() :]) and not any(_same(m[1], t) for t in known):
            return m[1]
    for m in _UNQUOTED.finditer(text):
        if not any(_alike(m[1], t) >= _SAME_NAME for t in known) and not any(m[1] in t for t in texts):
            return m[1]
    return None


def lacks_subject(question: str) -> bool:
    """Whether the question holds nothing but words that fit any document: “申报截止是几号”."""
    rest = wording().phrases["generic"].sub("", re.sub(r"[^一-鿿a-z0-9]", "", normalize(question).lower()))
    return len(rest) <= 1


def _same(name: str, title: str) -> bool:
    return name == title or (name in title and len(name) > 0.8 * len(title))


def _alike(name: str, title: str) -> float:
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    return sum(p in title for p in pairs) / max(1, len(pairs))
