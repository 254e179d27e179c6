"""What looks wrong in a document after splitting: for the person who adds a file, before anyone cites it.

The checks, in order: metadata; 第N条 missing, twice or out of order; outline numbers that jump; articles
without text or too long; table rows that do not fit their header; characters that landed nowhere.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from index.audit_subject import Subject
from index.blocks import Block, blocks
from index.finding import Finding
from index.marks import Mark, article_label, find_mark
from index.model import Article, Document, Paragraph
from index.numerals import parse_numeral
from index.paragraphs import Line, is_prose, to_paragraphs
from index.split import LIMIT, split

_SHOWN = 20
"""Characters of the source that a message quotes."""


def audit(
    document: Document, articles: Sequence[Article] | None = None, lines: Sequence[Line] = ()
) -> list[Finding]:
    """All findings about `document`; none means that nothing looks wrong, not that all is right.

    Args:
        document: the document.
        articles: its articles, if they are at hand: then it is not split again.
        lines: the lines of the file that it was read from; with them, what reading lost is found too.
    """
    every = tuple(blocks(document))
    subject = Subject(document, every, tuple(split(document) if articles is None else articles))
    found = [*_metadata(subject)]
    for name, part in subject.parts():
        found += _articles_in_order(subject, name, part)
        found += _outline_in_order(subject, name, part)
    found += _sizes(subject)
    found += _tables(subject)
    found += unplaced(subject, to_paragraphs(list(lines)) if lines else subject.paragraphs)
    return found


def _metadata(subject: Subject) -> Iterator[Finding]:
    meta, first = subject.document.meta, subject.paragraphs[:1]
    if not any(c.isalnum() for c in meta.title):
        yield subject.error("no-title", "文首", "没有标题", *first)
    elif find_mark(meta.title) or (is_prose(meta.title) and meta.title[-1] in "。；：，"):
        yield subject.warning("odd-title", "文首", f"标题像是正文：{meta.title[:_SHOWN]}", *first)
    if meta.doc_number is None:
        yield subject.warning("no-number", "文首", "没有文号")
    if meta.date is None:
        yield subject.warning("no-date", "落款", "没有发文日期")


def _opened(part: Sequence[Paragraph]) -> list[tuple[Mark, Paragraph]]:
    """The marks of a part that split it by 条, as the splitter takes them."""
    marks = [(m, p) for p in part if not p.cells and (m := find_mark(p.text)) and m.kind == "article"]
    taken: list[tuple[Mark, Paragraph]] = []
    for mark, p in marks:
        last = taken[-1][0].number if taken else 0
        if mark.spaced or mark.number in (last, last + 1):
            taken.append((mark, p))
    return taken if len(marks) > 1 else []


def _articles_in_order(subject: Subject, name: str, part: Sequence[Paragraph]) -> Iterator[Finding]:
    last, seen = (0, 0), set[tuple[int, int]]()
    for mark, p in _opened(part):
        this, place = (mark.number, mark.sub), f"{name} {mark.label}"
        if this in seen:
            yield subject.error("duplicate-article", place, f"{mark.label}重复出现", p)
            continue
        seen.add(this)
        if this < last:
            words = f"{mark.label}排在{article_label(*last)}之后"
            yield subject.error("article-out-of-order", place, words, p)
            continue
        if gap := _missing(last, this):
            yield subject.error("missing-article", place, f"缺少{gap}", p)
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


def _outline_in_order(subject: Subject, name: str, part: Sequence[Paragraph]) -> Iterator[Finding]:
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
                yield subject.warning("number-jumps", f"{name} {mark.label}", f"编号不连续：{words}", p)
            ever[mark.depth] = mark.number
        here[mark.depth] = mark


def _sizes(subject: Subject) -> Iterator[Finding]:
    paragraphs = {p.lines[0]: p for p in subject.paragraphs}
    for article in subject.articles:
        at = paragraphs[article.lines[0]]
        mark = find_mark(article.text)
        rest = article.text[mark.end :] if mark and article.role == "text" else article.text
        if not any(c.isalnum() for c in rest):
            yield subject.error("empty-article", str(article.locator), "没有内容", at)
        elif len(article.text) > LIMIT:
            words = f"过长：{len(article.text)} 字（超过 {LIMIT} 字），无法再分"
            yield subject.warning("long-article", str(article.locator), words, at)


def _tables(subject: Subject) -> Iterator[Finding]:
    header: tuple[str, ...] = ()
    rows: list[Block] = []
    for block in subject.blocks:
        cells = block.paragraphs[0].cells
        if block.heading and cells and not block.paragraphs[0].furniture:
            yield from _rows_in_order(subject, rows)
            header, rows = cells, []
        elif block.role == "row":
            rows.append(block)
            if len(cells) != len(header):
                words = f"有 {len(cells)} 格，表头有 {len(header)} 格"
                yield subject.error("row-width", _place(block), words, block.paragraphs[0])
    yield from _rows_in_order(subject, rows)


def _rows_in_order(subject: Subject, rows: Sequence[Block]) -> Iterator[Finding]:
    number: Callable[[Block], int | None] = lambda row: parse_numeral(row.paragraphs[0].cells[0])  # noqa: E731
    for before, row in pairwise(rows):
        last, this = number(before), number(row)
        if last is not None and this is not None and this != last + 1:
            words = f"序号不连续：{last} 之后是 {this}"
            yield subject.warning("row-number-jumps", _place(row), words, row.paragraphs[0])


def _place(block: Block) -> str:
    return " / ".join(s.mark for s in block.steps)


def unplaced(subject: Subject, paragraphs: Iterable[Paragraph]) -> Iterator[Finding]:
    """Characters of `paragraphs` that no block holds, or that more blocks hold than the source has."""
    paragraphs = list(paragraphs)
    source = _visible(p.text for p in paragraphs)
    placed = _visible(p.text for b in subject.blocks for p in b.paragraphs)
    for difference, check, words in (
        (source - placed, "text-lost", "没有归入任何条文"),
        (placed - source, "text-twice", "归入了不止一处"),
    ):
        if count := difference.total():
            at = [p for p in paragraphs if difference.keys() & set(p.text)][:1]
            place = at[0].text[:_SHOWN] if at else ""
            yield subject.error(check, place, f"有 {count} 个字{words}", *at)


def _visible(texts: Iterable[str]) -> Counter[str]:
    return Counter("".join("".join(texts).split()))
