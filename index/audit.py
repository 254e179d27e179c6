"""What looks wrong in a document after splitting: for the person who adds a file, before anyone cites it.

The checks, in order: metadata; 第N条 missing, twice or out of order; outline numbers that jump; articles
without text or too long; table rows that do not fit their header; characters that landed nowhere.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from index.blocks import Block, blocks
from index.compendium import divide
from index.intake import read_documents
from index.marks import Mark, article_label, find_mark
from index.model import Article, Document, Paragraph
from index.numerals import parse_numeral
from index.paragraphs import is_prose, read_lines, to_paragraphs
from index.readers import read
from index.split import LIMIT, split

Severity = Literal["error", "warning"]
_SHOWN = 20
"""Characters of the source that a message quotes."""


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong: in which document, where, and what, in one line of Chinese."""

    severity: Severity
    document: str
    place: str
    message: str


def audit(document: Document) -> list[Finding]:
    """All findings about `document`; none means that nothing looks wrong, not that all is right."""
    every, articles = blocks(document), split(document)
    found: list[tuple[Severity, str, str]] = [*_metadata(document)]
    for name, part in _parts(document):
        found += _articles_in_order(name, part)
        found += _outline_in_order(name, part)
    found += _sizes(articles)
    found += _tables(every)
    found += unplaced(_paragraphs(document), every)
    return [Finding(severity, document.meta.key, place, message) for severity, place, message in found]


def audit_file(path: Path) -> list[Finding]:
    """All findings about the documents of a file, and whether each of its lines reached one of them.

    Raises:
        ReadError: the file cannot be read.
    """
    parts = divide(read_lines(read(path))).parts
    found: list[Finding] = []
    for part, document in zip(parts, read_documents(path), strict=True):
        found += audit(document)
        lost = unplaced(to_paragraphs(list(part.lines)), blocks(document))
        found += [Finding(severity, document.meta.key, place, message) for severity, place, message in lost]
    return found


_Found = Iterator[tuple[Severity, str, str]]


def _metadata(document: Document) -> _Found:
    meta = document.meta
    if not any(c.isalnum() for c in meta.title):
        yield "error", "文首", "没有标题"
    elif find_mark(meta.title) or (is_prose(meta.title) and meta.title[-1] in "。；，："):
        yield "warning", "文首", f"标题像是正文：{meta.title[:_SHOWN]}"
    if meta.doc_number is None:
        yield "warning", "文首", "没有文号"
    if meta.date is None:
        yield "warning", "落款", "没有发文日期"


def _parts(document: Document) -> Iterator[tuple[str, Sequence[Paragraph]]]:
    """The body and every annex: numbering starts anew in each."""
    yield "正文", document.body
    for annex in document.annexes:
        yield annex.name, annex.paragraphs


def _paragraphs(document: Document) -> list[Paragraph]:
    annexes = [p for a in document.annexes for p in (*a.heading, *a.paragraphs)]
    return [*document.front, *document.body, *document.attachment_list, *document.closing, *annexes]


def _opened(part: Sequence[Paragraph]) -> list[Mark]:
    """The marks of a part that split it by 条, as the splitter takes them."""
    marks = [m for p in part if not p.cells and (m := find_mark(p.text)) and m.kind == "article"]
    taken: list[Mark] = []
    for mark in marks:
        last = taken[-1].number if taken else 0
        if mark.spaced or mark.number in (last, last + 1):
            taken.append(mark)
    return taken if len(marks) > 1 else []


def _articles_in_order(name: str, part: Sequence[Paragraph]) -> _Found:
    last, seen = (0, 0), set[tuple[int, int]]()
    for mark in _opened(part):
        this = (mark.number, mark.sub)
        if this in seen:
            yield "error", f"{name} {mark.label}", f"{mark.label}重复出现"
            continue
        seen.add(this)
        if this < last:
            yield "error", f"{name} {mark.label}", f"{mark.label}排在{article_label(*last)}之后"
            continue
        if gap := _missing(last, this):
            yield "error", f"{name} {mark.label}", f"缺少{gap}"
        last = this


def _missing(last: tuple[int, int], this: tuple[int, int]) -> str:
    """The articles between two that follow each other, in words."""
    number, sub = this
    if number == last[0] or (
        sub and number == last[0] + 1
    ):  # 第二十条之一 may follow 第十九条 when 第二十条 is repealed
        first, end = (last[1] + 1 if number == last[0] else 1), sub - 1
        labels = [article_label(number, n) for n in (first, end)]
    else:
        first, end = last[0] + 1, number - 1
        labels = [article_label(n) for n in (first, end)]
    if first > end:
        return ""
    return labels[0] if first == end else f"{labels[0]}至{labels[1]}"


def _outline_in_order(name: str, part: Sequence[Paragraph]) -> _Found:
    """A number follows the one before at its level, starts again at 1, or runs on from the section before."""
    here: dict[int, Mark] = {}
    ever: dict[int, int] = {}
    for p in part:
        mark = None if p.cells else find_mark(p.text)
        if mark is None:
            continue
        here = {depth: m for depth, m in here.items() if depth <= mark.depth}
        if mark.kind != "article":
            before = here.get(mark.depth)
            expected = {1, ever.get(mark.depth, 0) + 1, before.number + 1 if before else 1}
            if mark.number not in expected:
                words = f"{before.label}之后是{mark.label}" if before else f"从{mark.label}开始"
                yield "warning", f"{name} {mark.label}", f"编号不连续：{words}"
            ever[mark.depth] = mark.number
        here[mark.depth] = mark


def _sizes(articles: Iterable[Article]) -> _Found:
    for article in articles:
        mark = find_mark(article.text)
        rest = article.text[mark.end :] if mark and article.role == "text" else article.text
        if not any(c.isalnum() for c in rest):
            yield "error", str(article.locator), "没有内容"
        elif len(article.text) > LIMIT:
            yield (
                "warning",
                str(article.locator),
                f"过长：{len(article.text)} 字（超过 {LIMIT} 字），无法再分",
            )


def _tables(every: Iterable[Block]) -> _Found:
    header: tuple[str, ...] = ()
    rows: list[Block] = []
    for block in every:
        cells = block.paragraphs[0].cells
        if block.heading and cells and not block.paragraphs[0].furniture:
            yield from _rows_in_order(rows)
            header, rows = cells, []
        elif block.role == "row":
            rows.append(block)
            if len(cells) != len(header):
                yield "error", _place(block), f"有 {len(cells)} 格，表头有 {len(header)} 格"
    yield from _rows_in_order(rows)


def _rows_in_order(rows: Sequence[Block]) -> _Found:
    number: Callable[[Block], int | None] = lambda row: parse_numeral(row.paragraphs[0].cells[0])  # noqa: E731
    for before, row in pairwise(rows):
        last, this = number(before), number(row)
        if last is not None and this is not None and this != last + 1:
            yield "warning", _place(row), f"序号不连续：{last} 之后是 {this}"


def _place(block: Block) -> str:
    return " / ".join(s.mark for s in block.steps)


def unplaced(paragraphs: Iterable[Paragraph], every: Iterable[Block]) -> _Found:
    """Characters of `paragraphs` that no block holds, or that more blocks hold than the source has."""
    paragraphs = list(paragraphs)
    source = _visible(p.text for p in paragraphs)
    placed = _visible(p.text for b in every for p in b.paragraphs)
    for difference, words in ((source - placed, "没有归入任何条文"), (placed - source, "归入了不止一处")):
        if count := difference.total():
            place = next((p.text for p in paragraphs if difference.keys() & set(p.text)), "")
            yield "error", place[:_SHOWN], f"有 {count} 个字{words}"


def _visible(texts: Iterable[str]) -> Counter[str]:
    return Counter("".join("".join(texts).split()))
