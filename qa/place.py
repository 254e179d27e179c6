"""Exact places named in a question: articles by number, rows by number, documents by 文号 or title.

A look-up, not a search: what is named is found, or its absence is stated.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from index.library import Library
from index.marks import article_label, outline_label
from index.model import Article, Metadata
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import compare_key, normalize, number_key
from qa.model import Place

_N = NUMERAL_CHARS
_ARTICLE = re.compile(rf"第?\s*([{_N}]+)\s*条(?:之([{_N}]+))?(?:\s*第?\s*([{_N}]+)\s*款)?(?:\s*第?\s*[（(]?([{_N}]+)[)）]?\s*项)?")
_ROW = re.compile(rf"(?:第\s*([{_N}]+)\s*(?:个项目|行|项|号|个|条)|序号\s*(?:为|是)?\s*([{_N}]+)|(?<![\d年])([0-9]+)\s*号(?!文)(?!令))")
_ITEM = re.compile(rf"第\s*([{_N}]+)\s*(?:项|点|条|个任务|项任务)")
_DOC_NUMBER = re.compile(r"[一-鿿]{1,12}?\s*(?:[〔\[［(（【]\s*\d{4}\s*[〕\]］)）】]|\d{4}\s*年)\s*第?\s*\d+\s*号")
_ANNEX = re.compile(rf"附件\s*([{_N}]+)")
_TABLE_WORDS = re.compile(r"清单|目录表|附件|表格|表里|项目表")
_MAX_CHOICES = 3
_MIN_LEAD = 0.5
"""How much more of a name's weight (idf of character pairs) a question must hold than of any other name."""


@dataclass(frozen=True)
class _Name:
    """A thing that can be named: a document (annex is None) or one of its tables."""

    key: str
    annex: str | None
    text: str
    grams: frozenset[str]


class Places:
    """Looks up places in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._by_document: dict[str, list[Article]] = {}
        for a in library.articles:
            self._by_document.setdefault(a.meta.key, []).append(a)
        self._names = list(self._all_names())
        counts = Counter(g for n in self._names for g in n.grams)
        total = len(self._names)
        self._weight = {g: log((total + 1) / c) for g, c in counts.items()}

    def _all_names(self) -> list[_Name]:
        names = []
        for key, meta in self._library.documents.items():
            names.append(_Name(key, None, meta.title, _grams(f"{meta.title}{meta.heading}")))
            annexes = {a.locator.steps[0]: a for a in self._by_document.get(key, []) if a.role == "row"}
            for step in annexes:
                names.append(_Name(key, step.mark, f"{step.mark} {step.title}", _grams(step.title + step.mark)))
        return names

    def find(self, question: str) -> Place | None:
        """The place that `question` names, or None if it names none."""
        text = normalize(question)
        by_number = self._document_number(text)
        if isinstance(by_number, Place) and by_number.missing:
            return by_number
        rest = _DOC_NUMBER.sub("", text)
        document = by_number.document if by_number else None
        found = self._article(rest, document) or self._row(rest, document) or self._item(rest, document)
        return found or by_number

    def _document_number(self, text: str) -> Place | None:
        for m in _DOC_NUMBER.finditer(text):
            asked = number_key(m[0])
            for key, meta in self._library.documents.items():
                if meta.doc_number and _same_number(asked, meta.doc_number):
                    front = [a for a in self._by_document[key] if a.role == "front"]
                    return Place(tuple(front), document=key)
            if not any(m[0] in normalize(a.text) for a in self._library.articles):
                return Place(missing=f"已收录的资料中没有文号为{m[0]}的文件。")
        return None

    def _article(self, text: str, document: str | None) -> Place | None:
        marks = [m for m in _ARTICLE.finditer(text) if m[0][0] == "第" or not text[m.start() - 1 : m.start()].isdigit()]
        marks = [m for m in marks if parse_numeral(m[1]) is not None]
        if not marks or (_TABLE_WORDS.search(text) and not self._lawlike(text, document)):
            return None
        keys = [document] if document else self._named_documents(text)
        numbered = {k: self._numbering(k) for k in (keys or self._library.documents)}
        laws = [k for k in self._library.documents if self._is_law(k)]
        if len(keys) > 1 and (own := [k for k in keys if k in laws]):
            keys = own
        keys = keys or laws
        if len(keys) != 1:
            titles = tuple(self._library.documents[k].title for k in keys[:_MAX_CHOICES])
            return Place(choices=titles) if len(keys) > 1 else None
        unit, have = numbered[keys[0]]
        articles, missing, item = [], None, None
        for m in marks:
            number, sub = parse_numeral(m[1]) or 0, parse_numeral(m[2]) if m[2] else 0
            found = have.get((number, sub or 0))
            if found:
                articles += found
                item = outline_label("h2", parse_numeral(m[4]) or 0) if m[4] else item
            elif missing is None:
                missing = self._no_article(keys[0], article_label(number, sub or 0), unit, have)
        if item and not any(item in normalize_mark(a.text) for a in articles):
            missing = f"{articles[0].label}没有第{item}项。"
            return Place(tuple(articles), missing=missing)
        return Place(tuple(articles), missing=None if articles else missing, item=item)

    def _lawlike(self, text: str, document: str | None) -> bool:
        keys = [document] if document else self._named_documents(text)
        return len(keys) == 1 and self._is_law(keys[0])

    def _is_law(self, key: str) -> bool:
        return any(s.mark.startswith("第") and s.mark.endswith("条") for a in self._by_document[key] for s in a.locator.steps)

    def _no_article(
        self, key: str, label: str, unit: str, have: dict[tuple[int, int], list[Article]]
    ) -> str:
        title = self._library.documents[key].title
        if not have:
            return f"《{title}》没有按条编号，没有{label}。"
        last = max(n for n, _ in have)
        return f"《{title}》共{last}{unit}，没有{label}。"

    def _numbering(self, key: str) -> tuple[str, dict[tuple[int, int], list[Article]]]:
        """How the document numbers its articles (条 or 项), and the articles by number."""
        by_mark: dict[tuple[int, int], list[Article]] = {}
        for a in self._by_document.get(key, []):
            for step in a.locator.steps:
                m = re.fullmatch(rf"第([{_N}]+)条(?:之([{_N}]+))?", step.mark)
                if m and not a.locator.steps[0].mark.startswith("附"):
                    by_mark.setdefault((parse_numeral(m[1]) or 0, parse_numeral(m[2]) if m[2] else 0) , []).append(a)  # type: ignore[arg-type]
        if by_mark:
            return "条", by_mark
        found = self._outline_numbers(key)
        first = next(iter(found.values()))[0].locator.steps[-1].mark if found else ""
        return ("条" if first.endswith("、") else "项"), found

    def _outline_numbers(self, key: str) -> dict[tuple[int, int], list[Article]]:
        """The longest numbering of an outline whose numbers do not repeat and which carries text."""
        best: dict[tuple[int, int], list[Article]] = {}
        for pattern in (r"([一二三四五六七八九十百]+)、", r"（([一二三四五六七八九十百]+)）", r"(\d+)\."):
            found: dict[tuple[int, int], list[Article]] = {}
            repeats = False
            for a in self._by_document.get(key, []):
                m = re.fullmatch(pattern, a.locator.steps[-1].mark)
                if m and a.role == "text":
                    number = (parse_numeral(m[1]) or 0, 0)
                    repeats |= number in found
                    found.setdefault(number, []).append(a)
            if len(found) > max(1, len(best)) and not repeats:
                best = found
        return best

    def _row(self, text: str, document: str | None) -> Place | None:
        numbers = [parse_numeral(m[1] or m[2] or m[3]) for m in _ROW.finditer(text)]
        tables = self._named_tables(text, document)
        wanted = [n for n in numbers if n is not None]
        if not wanted or not (_TABLE_WORDS.search(text) or "标准" in text or "项目" in text):
            return None
        if len(tables) != 1:
            return Place(choices=tuple(_table_label(self._library.documents[t.key], t) for t in tables[:_MAX_CHOICES]))
        table = tables[0]
        rows = {r.columns[0][1]: r for r in self._by_document[table.key] if r.role == "row" and r.locator.steps[0].mark == table.annex}
        found = [rows[str(n)] for n in wanted if str(n) in rows]
        if not found:
            name = _table_label(self._library.documents[table.key], table)
            return Place(missing=f"{name}共{len(rows)}行，没有第{wanted[0]}行。")
        return Place(tuple(found))

    def _item(self, text: str, document: str | None) -> Place | None:
        """第7项 of a notice whose items are numbered through."""
        m = _ITEM.search(text)
        keys = [document] if document else self._named_documents(text) if m else []
        if not m or len(keys) != 1:
            return None
        unit, have = self._numbering(keys[0])
        number = parse_numeral(m[1]) or 0
        if not have or (number, 0) in have:
            return Place(tuple(have.get((number, 0), ()))) if have else None
        title = self._library.documents[keys[0]].title
        return Place(missing=f"《{title}》共{max(n for n, _ in have)}{unit}，没有第{m[1]}项。")

    def _named_tables(self, text: str, document: str | None) -> list[_Name]:
        """The tables whose names the question holds best; several if it cannot be told which."""
        if m := _ANNEX.search(text):
            marked = [n for n in self._names if n.annex == f"附件{parse_numeral(m[1])}"]
            if document:
                marked = [n for n in marked if n.key == document]
            if marked:
                return self._best(text, marked)
        return self._best(text, [n for n in self._names if n.annex and (document is None or n.key == document)])

    def _named_documents(self, text: str) -> list[str]:
        """The keys of the documents that the question names best."""
        best = self._best(text, [n for n in self._names if n.annex is None])
        return [n.key for n in best] if len(best) <= _MAX_CHOICES else []

    def tables_named(self, text: str) -> list[tuple[str, str]]:
        """(document key, annex) of the tables that `text` names best; empty if it names none."""
        return [(n.key, n.annex) for n in self._named_tables(text, None) if n.annex]

    def named(self, text: str) -> dict[str, float]:
        """Document key -> weight of its name (or of one of its tables' names) that `text` holds."""
        out: dict[str, float] = {}
        grams = _grams(normalize(text))
        for name in self._names:
            out[name.key] = max(out.get(name.key, 0.0), self._held(grams, name))
        return out

    def _best(self, text: str, names: Sequence[_Name]) -> list[_Name]:
        """The names that the question holds most of: one if it leads, several if it cannot be told, none if none."""
        grams = _grams(text)
        scored = sorted(((self._held(grams, n), n) for n in names), key=lambda sn: -sn[0])
        top = scored[0][0] if scored else 0.0
        return [n for held, n in scored if held > 0 and held > top - _MIN_LEAD]

    def _held(self, grams: frozenset[str], name: _Name) -> float:
        return sum(self._weight[g] for g in name.grams & grams)


def _grams(text: str) -> frozenset[str]:
    """Character pairs of Chinese runs, and whole numbers, of a name."""
    key = re.sub(r"[^0-9a-z一-鿿]", " ", normalize(text).lower())
    out: set[str] = set()
    for run in re.findall(r"[一-鿿]+|\d+", key):
        out |= {run} if run[0].isdigit() else {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(out)


def _same_number(asked: str, known: str) -> bool:
    a, b = asked.replace("第", ""), number_key(known).replace("第", "")
    return a.endswith(b) or b.endswith(a) and len(a) >= len(b) - 2


def _table_label(meta: Metadata, name: _Name) -> str:
    return f"《{meta.title}》{name.text}"


def normalize_mark(text: str) -> str:
    """Brackets of marks as full width, so that （六） is found in any spelling."""
    return text.replace("(", "（").replace(")", "）")


def same_title(a: str, b: str) -> bool:
    """Whether two titles are the same but for width, spaces and brackets."""
    return compare_key(a) == compare_key(b)
