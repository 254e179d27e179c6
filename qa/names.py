"""Which document or table a question names: titles are matched by their characters' pairs, rare pairs weighing most."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, log

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


class Names:
    """The names of a library's documents and tables."""

    def __init__(self, documents: dict[str, Metadata], articles: Iterable[Article]) -> None:
        self._documents = documents
        tables: dict[str, dict[str, str]] = {}
        for a in articles:
            if a.role == "row":
                tables.setdefault(a.meta.key, {}).setdefault(
                    a.locator.steps[0].mark, a.locator.steps[0].title
                )
        self.documents = [
            Name(key, None, cited_title(m.title), grams(f"{m.title}{m.heading}"))
            for key, m in documents.items()
        ]
        self.tables = [
            Name(key, mark, f"{cited_title(documents[key].title)}{mark} {title}", grams(title + mark))
            for key, marks in tables.items()
            for mark, title in marks.items()
        ]
        self._titles = counts = Counter(g for n in (*self.documents, *self.tables) for g in n.grams)
        total = len(self.documents) + len(self.tables)
        self._weight = {g: log((total + 1) / c) for g, c in counts.items()}

    def weights(self, text: str) -> dict[str, float]:
        """Document key -> weight of its name (or of one of its tables' names) that `text` holds."""
        out: dict[str, float] = {}
        said = grams(without_marks(text))
        for name in (*self.documents, *self.tables):
            out[name.key] = max(out.get(name.key, 0.0), self._held(said, name))
        return out

    def clearest(self, text: str) -> tuple[str, float] | None:
        """The document that `text` names with most weight (see `weights`), and the weight; None if there is none.

        Of two that weigh the same, what is said about a document gives way unless the question says 解读, 吹风会 …
        """
        weights, commentary = self.weights(text), bool(COMMENTARY.search(text))
        top = max(
            weights,
            key=lambda k: (weights[k], commentary or not COMMENTARY.search(self._documents[k].title)),
            default=None,
        )
        return None if top is None else (top, weights[top])

    def apart(self, text: str, least: float) -> list[str]:
        """Keys of the documents that `text` names each by words of its own, the clearest first; at most three.

        A document and what is said about it share their words: the latter is named by 解读, 吹风会 … alone.

        Args:
            text: a question.
            least: the weight of its own words from which on a document counts as named.
        """
        said = grams(without_marks(text))
        found: list[Name] = []
        for _ in range(_MOST_NAMED):
            left = [n for n in self.documents if n.key not in {f.key for f in found}]
            best = max(left, key=lambda n: self._held(said, n), default=None)
            if best is None:
                break
            spoken = any(word in best.text for word in COMMENTARY.findall(text))
            if self._held(said, best) < (least / 2 if spoken and found else least):
                break
            found.append(best)
            said = said - best.grams
        return [n.key for n in found]

    def best(self, text: str, among: Sequence[Name]) -> list[Name]:
        """The names that `text` holds most of: one if it leads, several if it cannot be told, none if none."""
        said = grams(without_marks(text))
        scored = [(self._held(said, n), n) for n in among]
        top = max((held for held, _ in scored), default=0.0)
        best = [(held / self._total(n), n) for held, n in scored if held > 0 and held > top - _MIN_LEAD]
        best.sort(key=lambda sn: -sn[0])
        if not COMMENTARY.search(text) and any(not COMMENTARY.search(n.text) for _, n in best):
            best = [(share, n) for share, n in best if not COMMENTARY.search(n.text)]
        rare = any(self._titles[g] < _COMMON for _, n in best for g in said & n.grams)
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
        for key, meta in self._documents.items():
            m = _DOC_NUMBER.fullmatch(number_key(meta.doc_number)) if meta.doc_number else None
            if m and m["number"] == number and year in (None, m["year"] or m["plain"]):
                held = m["body"] or ""
                agree[key] = max(_common_end(body, held), _common_end(body, held.removesuffix("公告")))
        best = max(agree.values(), default=0)
        return [k for k, n in agree.items() if n == best and (n > 0 or not body or year is None)]

    def _held(self, said: frozenset[str], name: Name) -> float:
        return fsum(
            self._weight[g] for g in name.grams & said
        )  # exact: equal names must weigh the same in any order

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
