"""The language of questions: how callers ask (`wording.toml`) and official terms for what they say (`synonyms.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from qa.phrase import Phrase, Phrases

_SHORT = range(2, 5)
"""How many characters a colloquial word has; longer matches are whole phrases, in which a word may be mistyped."""


@dataclass(frozen=True)
class Wording:
    """The patterns of both files; see the comments there."""

    kinds: dict[str, Phrase]
    phrases: dict[str, Phrase]
    synonyms: Phrases[tuple[str, ...]]
    families: dict[str, Phrase]


@cache
def wording() -> Wording:
    """The packaged wording, read once."""
    data, official = _packaged("wording.toml"), _packaged("synonyms.toml")
    return Wording(
        {name: Phrase("|".join(parts)) for name, parts in data["kinds"].items()},
        {name: Phrase("|".join(parts)) for name, parts in data["phrases"].items()},
        Phrases((Phrase(said), tuple(written.split())) for said, written in official["synonyms"].items()),
        {name: Phrase(words) for name, words in official["families"].items()},
    )


@lru_cache(maxsize=256)
def official_terms(question: str) -> str:
    """The official terms for what `question` says, separated by blanks; none where it holds one."""
    found = {
        term: None
        for said, terms in wording().synonyms.near(question)
        if said.search(question) and not any(term in question for term in terms)
        for term in terms
    }
    return " ".join(found)


def colloquial_spans(question: str) -> list[tuple[int, int]]:
    """Where `question` has a colloquial word that has an official term, in order and without overlap.

    Such a word is no typo although no document holds it: “踢出” is not 提出.
    """
    found = sorted(
        m.span()
        for said, _ in wording().synonyms.near(question)
        for m in said.finditer(question)
        if m.end() - m.start() in _SHORT
    )
    out: list[tuple[int, int]] = []
    for start, end in found:
        if not out or start >= out[-1][1]:
            out.append((start, end))
    return out


def _packaged(name: str) -> dict[str, Any]:
    return tomllib.loads(files("qa").joinpath(name).read_text(encoding="utf-8"))
