"""Values that take each other's place: 第六批 and 第三批, 2024年 and 2025年, 强制 and 推荐, one ministry and another."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from index.model import Article, Metadata
from index.numerals import NUMERAL_CHARS
from index.text import normalize
from qa.wording import wording

_N = NUMERAL_CHARS
_PATTERNS = (
    re.compile(rf"第\s*[{_N}]+\s*批"),
    re.compile(rf"第\s*[{_N}]+\s*条(?:第\s*[{_N}]+\s*[款项])?"),
    re.compile(rf"第\s*[{_N}]+\s*(?:项|行|号|个|款|章|节)"),
    re.compile(rf"附件\s*[{_N}]+"),
    re.compile(r"(?:19|20)\d\d\s*年|今年|去年|明年"),
    re.compile(
        r"计划单列市|新疆生产建设兵团|新疆兵团|兵团|省会城市|直辖市|自治区|东北地区|[东中西]部地区|(?:一个|每个|每|各)省(?!级)"
    ),
    re.compile(r"新建|在建"),
    re.compile(r"政策解读|解读|实施意见|意见|吹风会|实录"),
)
_SHORT = 16
"""Characters of the longest cell that is a value."""


@dataclass(frozen=True)
class Words:
    """What a library knows of names and values.

    Attributes:
        name: the part of a text that names a document of the library, or "".
        values: of each kind of value (a column, the issuing bodies) its spellings.
    """

    name: Callable[[str], str] = lambda _: ""
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def pairs(self, new: str, old: str) -> list[tuple[str, str]]:
        """The values in `new` and those of the same kind in `old` whose place they take, as both are written."""
        out = [(n[0], o[0]) for p in _PATTERNS if (n := p.search(new)) and (o := p.search(old))]
        for spellings in self.values.values():
            mine, theirs = _longest(spellings, new), _longest(spellings, old)
            if mine and theirs:
                out.append((mine, theirs))
        return out

    def swapped(self, new: str, old: str) -> tuple[str, str]:
        """`old` with the values of `new` in their places, and what `new` says besides them."""
        rest = new
        for mine, theirs in self.pairs(new, old):
            if mine in rest:
                old, rest = old.replace(theirs, mine, 1), rest.replace(mine, "", 1)
        return old, rest


def values_of(documents: Iterable[Metadata], rows: Iterable[Article]) -> dict[str, frozenset[str]]:
    """The short values of the tables' columns that repeat, and the bodies that issue or govern, each by kind."""
    counts: dict[str, dict[str, int]] = {}
    bodies = {normalize(i) for meta in documents for i in meta.issuers}
    for article in rows:
        for name, cell in article.columns[2:]:
            for value in re.split(r"[、，]", normalize(cell)):
                if 2 <= len(value) <= _SHORT:
                    column = counts.setdefault(name, {})
                    column[value] = column.get(value, 0) + 1
    kinds = {name: frozenset(column) for name, column in counts.items() if max(column.values()) > 1}
    for name in [n for n in kinds if kinds[n] & bodies]:
        bodies |= kinds.pop(name)
    return {**kinds, "": frozenset(bodies)}


def _longest(spellings: frozenset[str], text: str) -> str | None:
    """The spelling that `text` holds, as it stands there; 工信部 stands for 工业和信息化部."""
    held = [s for s in spellings if s in text]
    held += [
        m[0]
        for said, terms in wording().synonyms.near(text)
        if any(t in spellings for t in terms) and (m := said.search(text))
    ]
    return max(held, key=len) if held else None
