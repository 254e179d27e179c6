"""Where a line ends and the next begins: whether a space stood there, which print does not show."""

import re
from collections.abc import Iterable

_LATIN_BESIDE = re.compile("(?<=[一-鿿])( ?)(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])( ?)(?=[一-鿿])")
_COMMA_BEFORE = re.compile("(?<=[,;:])( ?)(?=[一-鿿])")
_SOFT_HYPHEN = "\u00ad"


def is_chinese(c: str) -> bool:
    """Whether a character belongs to Chinese text, punctuation included, and stands without spaces."""
    return c >= "⺀" or c in "“”‘’—…·"


def is_spaced(texts: Iterable[str], otherwise: bool = False, place: re.Pattern[str] = _LATIN_BESIDE) -> bool:
    """Whether texts usually have a space between Chinese characters and Latin ones or numbers.

    `otherwise` is the answer where they do not tell.
    """
    spaced = close = 0
    for text in texts:
        for found in place.finditer(text):
            spaced += bool(found[0])
            close += not found[0]
    return spaced > close if spaced != close else otherwise


def join_lines(lines: Iterable[str], *, spaced: bool = False) -> str:
    """The text of lines that follow each other, with a space between Latin words.

    Between Chinese characters and numbers there is one if these lines have it elsewhere, or the file has (`spaced`).
    """
    texts = list(lines)
    out = ""
    for text in texts:
        if out.endswith(_SOFT_HYPHEN):
            out = out[:-1]
        elif out and text and _is_gap(out[-1] + text[0], texts, spaced=spaced):
            out += " "
        out += text
    return out


def _is_gap(seam: str, texts: list[str], *, spaced: bool) -> bool:
    """Whether the end of a line between two characters stands for a space."""
    if _LATIN_BESIDE.search(seam):
        return is_spaced(texts, spaced)
    if _COMMA_BEFORE.search(seam):
        return is_spaced(texts, place=_COMMA_BEFORE)
    return not is_chinese(seam[0]) and not is_chinese(seam[1]) and seam[0] not in "-/"
