"""The language of questions, from `wording.toml`: patterns of what callers say, and official terms for it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Wording:
    """The compiled patterns of `wording.toml`; see the comments there."""

    kinds: dict[str, re.Pattern[str]]
    phrases: dict[str, re.Pattern[str]]
    synonyms: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]


@cache
def wording() -> Wording:
    """The packaged wording, read and compiled once."""
    data = tomllib.loads(files("qa").joinpath("wording.toml").read_text(encoding="utf-8"))
    return Wording(
        {name: re.compile("|".join(parts)) for name, parts in data["kinds"].items()},
        {name: re.compile("|".join(parts)) for name, parts in data["phrases"].items()},
        tuple((re.compile(said), tuple(written.split())) for said, written in data["synonyms"].items()),
    )


def official_terms(question: str) -> str:
    """The official terms for what `question` says, separated by blanks; none where it holds one."""
    found = {
        term: None
        for said, terms in wording().synonyms
        if said.search(question) and not any(term in question for term in terms)
        for term in terms
    }
    return " ".join(found)
