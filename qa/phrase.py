"""A pattern of the language of questions that costs nothing until a text may hold it.

Compiling all of them takes longer than answering a question, and few fit one question: so each knows words of which any
match holds one, and is compiled at the first text that has such a word.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(
    r"\\.|\[\^?.(?:\\.|[^\]\\])*\]|\((?:\?(?:[:!=]|<[!=]|.))?|[)|]|[?*]\??|\{[^}]*\}\??|.", re.DOTALL
)
_TAKEN = ("(", "(?:")
_GROUPS = (*_TAKEN, "(?!", "(?=", "(?<!", "(?<=")
_OPTIONAL = "?*{"
_SIGNS = f"|+.^${_OPTIONAL}"
_NONE: tuple[str, ...] = ("",)


class Phrase:
    """What a regular expression finds; see `re.Pattern` for the methods."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __repr__(self) -> str:
        return f"Phrase({self.source!r})"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.source)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of which every match holds one; see `words_of`."""
        return words_of(self.source)

    def _may_be_in(self, text: str) -> bool:
        return any(word in text for word in self.words)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self._pattern.search(text) if self._may_be_in(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches."""
        return self._pattern.finditer(text) if self._may_be_in(text) else iter(())

    def sub(self, by: str, text: str) -> str:
        """`text` with each match replaced."""
        return self._pattern.sub(by, text) if self._may_be_in(text) else text


class Phrases(Generic[T]):
    """Many phrases, each with what it stands for: those are looked for together that a text may hold."""

    def __init__(self, phrases: Iterable[tuple[Phrase, T]]) -> None:
        self._phrases = tuple(phrases)

    def __iter__(self) -> Iterator[tuple[Phrase, T]]:
        return iter(self._phrases)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """A word -> the places of the phrases that it may begin."""
        found: dict[str, list[int]] = {}
        for n, (phrase, _) in enumerate(self._phrases):
            for word in phrase.words:
                found.setdefault(word, []).append(n)
        return found

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(map(len, self._places))

    def near(self, text: str) -> list[tuple[Phrase, T]]:
        """In order those of which `text` has a word; no other is in it."""
        held = {text[i : i + n] for n in self._lengths for i in range(len(text) - n + 1)}
        places = {n for word in self._places.keys() & held for n in self._places[word]}
        return [self._phrases[n] for n in sorted(places)]


def words_of(source: str) -> tuple[str, ...]:
    """Words of which every match of the pattern `source` holds one; ("",) where nothing is sure."""
    tokens = _TOKEN.findall(source)
    if any(token.startswith("(?") and token not in _GROUPS for token in tokens):
        return _NONE  # flags: letters may stand for others
    tokens.reverse()
    return _alternatives(tokens)


def _alternatives(tokens: list[str]) -> tuple[str, ...]:
    """What `words_of` says of the tokens (the last one first) up to the end of their group, which are taken away."""
    found: list[tuple[str, ...]] = []
    best, run = _NONE, ""
    while tokens and (token := tokens.pop()) != ")":
        if token in _GROUPS:
            words = _alternatives(tokens)
            best = max(best, (run,), key=_worth)
            run = ""
            if token in _TAKEN and not (tokens and tokens[-1][0] in _OPTIONAL):
                best = max(best, words, key=_worth)
        elif len(token) == 1 and token not in _SIGNS:
            run += token
        else:
            if token[0] in _OPTIONAL:
                run = run[:-1]  # of a group or class it was ended before
            best = max(best, (run,), key=_worth)
            run = ""
            if token == "|":  # noqa: S105
                found.append(best)
                best = _NONE
    found.append(max(best, (run,), key=_worth))
    return tuple(word for words in found for word in words) if all(map(all, found)) else _NONE


def _worth(words: tuple[str, ...]) -> tuple[int, int]:
    """Long words are rarely held in vain, and of few words one is rarely held."""
    return min(map(len, words)), -len(words)
