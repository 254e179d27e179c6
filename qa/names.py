"""Which document or table a question names: titles are matched by their characters' pairs, rare pairs weighing most."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from index.model import Article, Metadata
from index.text import normalize, number_key

_MIN_LEAD = 0.5
"""How much more of a name's weight (idf of character pairs) a question must hold than of any other name."""
_CLEAR_SHARE = 1.25
"""Of names that a question holds equally, the one it holds more fully by this factor is meant."""
_DOC_NUMBER = re.compile(
    r"(?P<body>[一-鿿]{1,12}?)?\s*(?:[〔\[［(（【]\s*(?P<year>\d{4})\s*[〕\]］)）】]|(?P<plain>\d{4})\s*年)\s*第?\s*(?P<number>\d+)\s*号"
)
_BARE_NUMBER = re.compile(
    r"(?P<body>[一-鿿]{0,8}?)第?(?P<number>\d{1,4})\s*号(?:文|文件|公告|通知|函)|(?P<office>[一-鿿]{2,8}(?:规|函|发|环资|建))(?P<tail>\d{1,4})号"
)

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
            Name(key, None, f"《{m.title}》", grams(f"{m.title}{m.heading}")) for key, m in documents.items()
        ]
        self.tables = [
            Name(key, mark, f"《{documents[key].title}》{mark} {title}", grams(title + mark))
            for key, marks in tables.items()
            for mark, title in marks.items()
        ]
        counts = Counter(g for n in (*self.documents, *self.tables) for g in n.grams)
        total = len(self.documents) + len(self.tables)
        self._weight = {g: log((total + 1) / c) for g, c in counts.items()}

    def weights(self, text: str) -> dict[str, float]:
        """Document key -> weight of its name (or of one of its tables' names) that `text` holds."""
        out: dict[str, float] = {}
        said = grams(normalize(text))
        for name in (*self.documents, *self.tables):
            out[name.key] = max(out.get(name.key, 0.0), self._held(said, name))
        return out

    def best(self, text: str, among: Sequence[Name]) -> list[Name]:
        """The names that `text` holds most of: one if it leads, several if it cannot be told, none if none."""
        said = grams(normalize(text))
        scored = [(self._held(said, n), n) for n in among]
        top = max((held for held, _ in scored), default=0.0)
        best = [(held / self._total(n), n) for held, n in scored if held > 0 and held > top - _MIN_LEAD]
        best.sort(key=lambda sn: -sn[0])
        if not COMMENTARY.search(text) and any(not COMMENTARY.search(n.text) for _, n in best):
            best = [(share, n) for share, n in best if not COMMENTARY.search(n.text)]
        if len(best) > 1 and best[0][0] >= _CLEAR_SHARE * best[1][0]:
            best = best[:1]
        return [n for _, n in best]

    def by_number(self, text: str) -> tuple[str | None, str | None]:
        """(key of the document whose 文号 stands in `text`, a 文号 in `text` that no document has)."""
        missing = None
        for m in _DOC_NUMBER.finditer(text):
            year, number = m["year"] or m["plain"], m["number"]
            found = [
                k for k, d in self._documents.items() if _matches(d.doc_number, m["body"] or "", year, number)
            ]
            if len(found) == 1:
                return found[0], None
            missing = missing or m[0].strip()
        for m in _BARE_NUMBER.finditer(_DOC_NUMBER.sub("", text)):
            body, number = m["body"] or m["office"] or "", m["number"] or m["tail"]
            found = [k for k, d in self._documents.items() if _matches(d.doc_number, body, None, number)]
            if len(found) == 1:
                return found[0], None
        return None, missing

    def _held(self, said: frozenset[str], name: Name) -> float:
        return sum(self._weight[g] for g in name.grams & said)

    def _total(self, name: Name) -> float:
        return sum(self._weight[g] for g in name.grams)


def grams(text: str) -> frozenset[str]:
    """Character pairs of the Chinese runs of a name, and its whole numbers."""
    out: set[str] = set()
    for run in re.findall(r"[一-鿿]+|\d+", normalize(text).lower()):
        out |= {run} if run[0].isdigit() else {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(out)


def without_number(text: str) -> str:
    """`text` without the 文号 in it."""
    return _BARE_NUMBER.sub("", _DOC_NUMBER.sub("", text))


def _matches(doc_number: str | None, body: str, year: str | None, number: str) -> bool:
    """Whether a document's 文号 has this number (and year), and its letters are those said, as far as said.

    国市监质规〔2024〕3号 is also meant by 市监质规2024年3号 or 质规〔2024〕3号; words around it do not count.
    """
    m = _DOC_NUMBER.fullmatch(number_key(doc_number)) if doc_number else None
    if m is None or m["number"] != number or (year is not None and (m["year"] or m["plain"]) != year):
        return False
    known = m["body"] or ""
    if not body:
        return True
    shared = sum(c in known for c in dict.fromkeys(body))
    return shared >= 2 and (shared >= 0.6 * len(set(known)) or known.endswith(body[-2:]))
