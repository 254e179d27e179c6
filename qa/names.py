"""Which document or table a question names: titles are matched by their characters' pairs, rare pairs weighing most."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import fsum, log
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.model import Article, Metadata
from index.numerals import NUMERAL_CHARS
from index.text import normalize, number_key

_MIN_LEAD = 0.5
"""How much more of a name's weight (idf of character pairs) a question must hold than of any other name."""
_COMMON = 4
"""In so many names a pair of characters (通知) tells none of them."""
_CLEAR_SHARE = 1.25
"""Of names that a question holds equally, the one it holds more fully by this factor is meant."""
_MOST_NAMED = 3
_REMEMBERED = 64
"""Texts whose weights are kept: a question and its parts."""
_BITS = 62
"""Pairs of characters that are told apart in one number."""
_DOC_NUMBER = re.compile(
    r"(?P<body>[一-鿿]{1,12}?)?\s*(?:[〔\[［(（【]\s*(?P<year>\d{4})\s*[〕\]］)）】]|(?P<plain>\d{4})\s*年)\s*第?\s*(?P<number>\d+)\s*号"
)
_BARE_NUMBER = re.compile(
    r"(?P<body>[一-鿿]{0,8}?)第?(?P<number>\d{1,4})\s*号(?:文|文件|公告|通知|函)|(?P<office>[一-鿿]{2,8}(?:规|函|发|环资|建))(?P<tail>\d{1,4})号"
)

_MARKS = re.compile(rf"第\s*[{NUMERAL_CHARS}]+\s*(条|章|节|款|项|点|编|部分|大项|行|号)|[0-9]+条|全文|原文")
COMMENTARY = re.compile(r"解读|吹风会|实录|发布会|答记者问|访谈")
"""Titles of what is said about a document; such a text is meant only if the question says so."""


@dataclass(frozen=True)
class Name:
    """A thing that can be named: a document (annex is None) or one of its tables."""

    key: str
    annex: str | None
    text: str
    grams: frozenset[str]
    place: int
    """Its place among all names of the library."""


class Names:
    """The names of a library's documents and tables."""

    def __init__(self, documents: Mapping[str, Metadata], rows: Iterable[Article]) -> None:
        """`rows` are those of all tables."""
        self._documents = documents
        tables: dict[str, dict[str, str]] = {}
        for a in rows:
            if a.role == "row":
                tables.setdefault(a.meta.key, {}).setdefault(
                    a.locator.steps[0].mark, a.locator.steps[0].title
                )
        self.documents = [
            Name(key, None, cited_title(m.title), grams(f"{m.title}{m.heading}"), place)
            for place, (key, m) in enumerate(documents.items())
        ]
        self.tables = [
            Name(key, mark, f"{cited_title(documents[key].title)}{mark} {title}", grams(title + mark), place)
            for place, (key, mark, title) in enumerate(
                ((key, *named) for key, marks in tables.items() for named in marks.items()), len(documents)
            )
        ]
        every = (*self.documents, *self.tables)
        holding: dict[str, list[int]] = {}
        for name in every:
            for g in name.grams:
                holding.setdefault(g, []).append(name.place)
        self._holding = {g: np.array(places) for g, places in holding.items()}
        self._weight = {g: log((len(every) + 1) / len(places)) for g, places in holding.items()}
        self._commentary = {key: bool(COMMENTARY.search(m.title)) for key, m in documents.items()}
        self._held = lru_cache(_REMEMBERED)(self._weighed)
        self.weights = lru_cache(_REMEMBERED)(self._weights)
        """See `_weights`; a question is asked for them again and again."""

    def _weights(self, text: str) -> Mapping[str, float]:
        """Document key -> weight of its name (or of one of its tables' names) that `text` holds."""
        held = self._held(grams(without_marks(text))).tolist()
        out = dict(zip(self._documents, held, strict=False))
        for name in self.tables:
            out[name.key] = max(out[name.key], held[name.place])
        return MappingProxyType(out)

    def clearest(self, text: str) -> tuple[str, float] | None:
        """The document that `text` names with most weight (see `weights`), and the weight; None if there is none.

        Of two that weigh the same, what is said about a document gives way unless the question says 解读, 吹风会 …
        """
        weights, commentary = self.weights(text), bool(COMMENTARY.search(text))
        most = max(weights.values(), default=0.0)
        top = [key for key, weight in weights.items() if weight == most]
        clear = [key for key in top if commentary or not self._commentary[key]] or top
        return (clear[0], most) if top else None

    def apart(self, text: str, least: float) -> list[str]:
        """Keys of the documents that `text` names each by words of its own, the clearest first; at most three.

        A document and what is said about it share their words: the latter is named by 解读, 吹风会 … alone.

        Args:
            text: a question.
            least: the weight of its own words from which on a document counts as named.
        """
        said = grams(without_marks(text))
        found: list[Name] = []
        for _ in range(min(_MOST_NAMED, len(self.documents))):
            held = np.array(self._held(said)[: len(self.documents)])
            held[[n.place for n in found]] = -1
            best = self.documents[int(held.argmax())]
            spoken = any(word in best.text for word in COMMENTARY.findall(text))
            if held[best.place] < (least / 2 if spoken and found else least):
                break
            found.append(best)
            said = said - best.grams
        return [n.key for n in found]

    def best(self, text: str, among: Sequence[Name]) -> list[Name]:
        """The names that `text` holds most of: one if it leads, several if it cannot be told, none if none."""
        said = grams(without_marks(text))
        held = self._held(said)[[n.place for n in among]]
        least = max(0.0, float(held.max(initial=0.0)) - _MIN_LEAD)
        found = [(float(held[i]), among[i]) for i in np.flatnonzero(held > least).tolist()]
        best = [(weight / self._total(n), n) for weight, n in found]
        best.sort(key=lambda sn: -sn[0])
        if not COMMENTARY.search(text) and any(not COMMENTARY.search(n.text) for _, n in best):
            best = [(share, n) for share, n in best if not COMMENTARY.search(n.text)]
        rare = any(len(self._holding[g]) < _COMMON for _, n in best for g in said & n.grams)
        if len(best) > 1 and rare and best[0][0] >= _CLEAR_SHARE * best[1][0]:
            best = best[:1]
        return [n for _, n in best]

    def by_number(self, text: str) -> tuple[list[str], str | None]:
        """(keys of the documents whose 文号 stands in `text`, a 文号 in `text` that no document has).

        Several keys if only the number was said and several documents have it.
        """
        missing = None
        for m in _DOC_NUMBER.finditer(text):
            found = self._numbered(m["body"] or "", m["year"] or m["plain"], m["number"])
            if found:
                return found, None
            missing = missing or m[0].strip()
        for m in _BARE_NUMBER.finditer(_DOC_NUMBER.sub("", text)):
            found = self._numbered(m["body"] or m["office"] or "", None, m["number"] or m["tail"])
            if found:
                return found, None
        return [], missing

    def _numbered(self, body: str, year: str | None, number: str) -> list[str]:
        """The documents of that number whose letters end as `body` ends, those that agree longest."""
        agree: dict[str, int] = {}
        for key, own_year, held in self._numbers.get(number, ()):
            if year in (None, own_year):
                agree[key] = max(_common_end(body, held), _common_end(body, held.removesuffix("公告")))
        best = max(agree.values(), default=0)
        return [k for k, n in agree.items() if n == best and (n > 0 or not body or year is None)]

    @cached_property
    def _numbers(self) -> dict[str, list[tuple[str, str, str]]]:
        """Number within the year -> (key, year, letters) of the documents with such a 文号, in order."""
        out: dict[str, list[tuple[str, str, str]]] = {}
        for key, meta in self._documents.items():
            m = _DOC_NUMBER.fullmatch(number_key(meta.doc_number)) if meta.doc_number else None
            if m:
                out.setdefault(m["number"], []).append((key, m["year"] or m["plain"], m["body"] or ""))
        return out

    def _weighed(self, said: frozenset[str]) -> NDArray[np.float64]:
        """(names,) the weight of the pairs of each name that are `said`.

        Names that hold the same of these pairs are weighed once, by an exact sum: equal names must weigh the same in any
        order of their pairs.
        """
        known = sorted(said & self._weight.keys())
        groups = np.zeros(len(self.documents) + len(self.tables), np.int64)
        of_group: list[list[str]] = [[]]
        for start in range(0, len(known), _BITS):
            some = known[start : start + _BITS]
            masks = np.zeros(len(groups), np.int64)
            for bit, g in enumerate(some):
                masks[self._holding[g]] |= 1 << bit
            kinds, kind = np.unique(masks, return_inverse=True)
            merged, groups = np.unique(groups * len(kinds) + kind, return_inverse=True)
            of_group = [
                of_group[m // len(kinds)]
                + [g for bit, g in enumerate(some) if int(kinds[m % len(kinds)]) >> bit & 1]
                for m in merged.tolist()
            ]
        weights = np.array([fsum(self._weight[g] for g in own) for own in of_group])
        held: NDArray[np.float64] = weights[groups]
        return held

    def _total(self, name: Name) -> float:
        return fsum(self._weight[g] for g in name.grams)


def cited_title(title: str) -> str:
    """A title between 《》; marks inside become 〈〉 (GB/T 15834)."""
    return f"《{title.translate(str.maketrans('《》', '〈〉'))}》"


def without_marks(text: str) -> str:
    """`text` without 第一条, 第六章: their digits are no part of a title (第一批 is)."""
    return _MARKS.sub("", text)


def grams(text: str) -> frozenset[str]:
    """Character pairs of the Chinese runs of a name, and its whole numbers."""
    out: set[str] = set()
    for run in re.findall(r"[一-鿿]+|\d+", normalize(text).lower()):
        out |= {run} if run[0].isdigit() else {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(out)


def without_number(text: str) -> str:
    """`text` without the 文号 in it."""
    return _BARE_NUMBER.sub("", _DOC_NUMBER.sub("", text))


def _common_end(a: str, b: str) -> int:
    """How many characters two strings share at their ends: 请问金发 and 金发 share two."""
    n = 0
    while n < min(len(a), len(b)) and a[-1 - n] == b[-1 - n]:
        n += 1
    return n
