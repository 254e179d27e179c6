"""Editions that are not here: the third batch of what is held as the sixth, the year before last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize

_BATCH = re.compile(rf"第\s*([{NUMERAL_CHARS}]+)\s*批|(首)批")
_YEAR = re.compile(r"(20\d\d)\s*年(度?)的?")
_NAME_PART = 4
"""So many characters after the year must stand in the document's name for the year to be that of an edition."""


@dataclass(frozen=True)
class Edition:
    """A batch or year that was asked for, and those that the document speaks of."""

    asked: str
    held: tuple[str, ...]


def names_edition(question: str) -> bool:
    """Whether `question` names a batch or a year, so that an edition may be missing."""
    text = normalize(question)
    return bool(_BATCH.search(text) or _YEAR.search(text))


def missing_edition(question: str, names: Sequence[str], texts: Sequence[str]) -> Edition | None:
    """The batch or year in `question` that the documents meant do not have, or None.

    Args:
        question: as asked.
        names: titles of the documents meant, with those of their tables.
        texts: all their articles; a batch that is spoken of anywhere is there.
    """
    text = normalize(question)
    plain = [normalize(n) for n in names]
    return _batch(text, plain, texts) or _year(text, plain, texts)


def _batch(question: str, names: Sequence[str], texts: Sequence[str]) -> Edition | None:
    asked = _batches([question])
    spoken = _batches([*names, *texts])
    if not asked or not spoken or asked.keys() & spoken.keys():
        return None
    titled = _batches(names) or spoken
    return Edition(next(iter(asked.values())), tuple(titled[n] for n in sorted(titled)))


def _batches(texts: Sequence[str]) -> dict[int, str]:
    """Number -> how it is written: {6: 第六批}; 首批 is the first."""
    out: dict[int, str] = {}
    for text in texts:
        for m in _BATCH.finditer(normalize(text)):
            number = 1 if m[2] else parse_numeral(m[1])
            if number is not None:
                out.setdefault(number, m[0])
    return out


def _year(question: str, names: Sequence[str], texts: Sequence[str]) -> Edition | None:
    titled = sorted({m[1] for n in names for m in _YEAR.finditer(n)})
    for m in _YEAR.finditer(question):
        if m[1] in titled:
            continue
        after = re.sub(r"[《“”》\s]", "", question[m.end() :])[:_NAME_PART]
        bare = [_YEAR.sub("", re.sub(r"[《“”》\s]", "", n)) for n in names]
        of_name = len(after) == _NAME_PART and bool(titled) and any(after in n for n in bare)
        unspoken = bool(m[2]) and not any(m[1] in t for t in texts)  # 2022年度…, and no word of that year
        if of_name or unspoken:
            return Edition(f"{m[1]}{'年度' if m[2] else '年'}", tuple(f"{y}年" for y in titled))
    return None
