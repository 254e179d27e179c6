"""When the honest reply is no answer: decided here, before any model, from what retrieval found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.model import Article
from index.text import normalize
from qa.question import Asked, answers_slot


@dataclass(frozen=True)
class Evidence:
    """What the decision rests on."""

    closeness: float
    """Late-interaction score of the best article, at most 1."""
    known: float
    """Share (by idf) of the question's words that occur anywhere in the library."""
    covered: float
    """Share (by idf) of the question's words that the best article holds."""
    slot: bool
    """Whether one of the best articles holds what is asked for: a sum of money, a ratio, a date …."""


# Logistic regression over the dev split; see `eval/cases/README.md`.
_INTERCEPT = -68.0
_CLOSENESS = 82.0
_KNOWN = 0.6
_COVERED = 1.5
_SLOT = 1.6


def confidence(evidence: Evidence) -> float:
    """The probability, between 0 and 1, that the articles found answer the question."""
    z = (
        _INTERCEPT
        + _CLOSENESS * evidence.closeness
        + _KNOWN * evidence.known
        + _COVERED * evidence.covered
        + (_SLOT if evidence.slot else -_SLOT)
    )
    return 1 / (1 + math.exp(-z))


def has_slot(asked: Asked, articles: Sequence[Article]) -> bool:
    """Whether any of `articles` holds what the question asks for; True if it asks for nothing countable."""
    kinds = [k for k in ("money", "percent", "duration", "date") if k in asked.kinds]
    if not kinds or asked.metadata:
        return True
    return any(answers_slot(k, a.text) for k in kinds for a in articles)  # type: ignore[arg-type]


def names_missing_document(question: str, titles: Sequence[str]) -> str | None:
    """A 《…》 in the question that is no document of the library, if the question asks for its own text."""
    import re

    text = normalize(question)
    known = [normalize(t) for t in titles]
    for m in re.finditer(r"《([^《》]{4,})》", text):
        inner = m[1]
        if not any(inner == t or inner in t and len(inner) > 0.8 * len(t) for t in known):
            if re.search(r"原文|全文|里|中|规定|怎么写|内容|第.{1,4}条|目标", text[m.end() :]):
                return inner
    return None
