"""Spans of a text: where a quote or the words of a search stand in it, and the text as HTML with them marked. Pure.

Texts meet in a folded spelling (`fold`), so that width, spaces, brackets and quotation marks do not matter; what is
marked is the text as it was printed.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from index.text import compare_key
from ui.render import escaped

Span = tuple[int, int]
_BREAKS = str.maketrans({"\n": "\0", "\t": "\0"})
_ROUND = str.maketrans("()", "〔〕")


def fold(text: str) -> str:
    """The spelling of `index.text.compare_key`, round brackets like square ones; NUL where a line or cell ends."""
    return compare_key(text.translate(_BREAKS)).translate(_ROUND)


def word_spans(text: str, words: Iterable[str]) -> list[Span]:
    """Where folded `words` stand in `text`: sorted, overlapping ones joined."""
    folded, places = fold(text), _places(text)
    if len(folded) != len(places):
        return []
    found = [
        (places[m.start()][0], places[m.end() - 1][1])
        for word in words
        for m in re.finditer(re.escape(word), folded)
    ]
    return _joined(found)


def quote_spans(text: str, quote: str) -> list[Span]:
    """Where `quote` stands in `text`: word for word, or else in the folded spelling; at most one span."""
    if not quote:
        return []
    start = text.find(quote)
    return [(start, start + len(quote))] if start >= 0 else word_spans(text, [fold(quote)])[:1]


def within(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The parts of `spans` between `start` and `end`, counted from `start`."""
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]


def marked(text: str, spans: Sequence[Span]) -> str:
    """`text` as HTML with `spans` (sorted, apart) in mark elements."""
    parts, at = [], 0
    for start, end in spans:
        parts.append(f"{escaped(text[at:start])}<mark>{escaped(text[start:end])}</mark>")
        at = end
    return "".join([*parts, escaped(text[at:])])


def _places(text: str) -> list[Span]:
    """For each character of `fold(text)` the span of `text` that it comes from."""
    folded = fold(text)
    places: list[Span] = []
    for i, char in enumerate(text):
        for piece in fold(char):
            if folded[len(places) : len(places) + 1] == piece:
                places.append((i, i + 1))
                continue
            # What fold leaves out belongs to the character before it: the bracket that closes 首台（套）.
            if places and unicodedata.category(char) == "Pe" and places[-1][1] == i:
                places[-1] = (places[-1][0], i + 1)
    return places


def _joined(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
