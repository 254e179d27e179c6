"""Checks of numbering: 条 that are missing, doubled or glued together; outlines and annexes that jump."""

import re
from collections.abc import Iterator, Sequence

from index.audit_subject import Item, Part, Subject
from index.finding import Finding
from index.marks import Mark, article_label, find_mark
from index.numerals import NUMERAL_CHARS, parse_numeral

_INLINE = re.compile(rf"(?<=[。；：\s])第\s*[{NUMERAL_CHARS}]+\s*条")
_LABEL = re.compile(r"[^\s，。；：:]{1,6}[：:]\s*")
_ANNEX = re.compile(r"^附件(\d+)$")

Number = tuple[int, int]
"""The number of a 条 and of its 之: 第二十条之一 is (20, 1)."""


def check_articles(subject: Subject) -> Iterator[Finding]:
    """missing-article, duplicate-article, article-out-of-order, article-restart, merged-articles.

    A number that stands elsewhere in its part is not missing but out of order; one that stands inside another
    paragraph is merged. Numbering that begins again at 第一条 is one finding, not one for each article.
    """
    for part in subject.parts:
        opened = part.opened
        known = {_number(o) for o in opened}
        inside = [f for section in _sections(part, opened) for f in _glued(section, known)]
        for item, numbers, quote in inside:
            first, last = (article_label(*n) for n in (numbers[0], numbers[-1]))
            words = first if len(numbers) == 1 else f"{first}至{last}"
            place = f"{part.name} {first}"
            message = f"{words}没有另起一段，会被当作前一条的内容"
            yield subject.error("merged-articles", place, message, [item.paragraph], quote)
        merged = {n for _, numbers, _ in inside for n in numbers}
        yield from _in_order(subject, part.name, opened, merged)


def _number(item: Item) -> Number:
    return (item.mark.number, item.mark.sub) if item.mark else (0, 0)


def _in_order(subject: Subject, name: str, opened: Sequence[Item], merged: set[Number]) -> Iterator[Finding]:
    ahead = [_number(i) for i in opened]
    last, seen = (0, 0), set[Number]()
    for at, item in enumerate(opened):
        this, label = ahead[at], article_label(*ahead[at])
        place, where = f"{name} {label}", [item.paragraph]
        if _restarts(ahead, at, seen):
            message = "条文从第一条重新编号：可能是两份文件或附件没有分开，引用会混淆"
            yield subject.error("article-restart", place, message, where)
            last, seen = this, {this}
            continue
        if this in seen:
            yield subject.error("duplicate-article", place, f"{label}重复出现", where)
            continue
        seen.add(this)
        if this < last:
            message = f"{label}排在{article_label(*last)}之后"
            yield subject.error("article-out-of-order", place, message, where)
            continue
        if gap := _between(last, this, {*ahead, *merged}):
            yield subject.error("missing-article", place, f"缺少{gap}", where)
        last = this


def _restarts(ahead: Sequence[Number], at: int, seen: set[Number]) -> bool:
    """Whether numbering begins anew here: 第一条 again, and 第二条 again right after it."""
    return ahead[at] == (1, 0) and {(1, 0), (2, 0)} <= seen and ahead[at + 1 : at + 2] in ([], [(2, 0)])


def _between(last: Number, this: Number, present: set[Number]) -> str:
    """The articles that are missing between two that follow each other, in words."""
    number, sub = this
    # 第二十条之一 may follow 第十九条 when 第二十条 is repealed
    same = number == last[0] or (sub and number == last[0] + 1)
    if same:
        wanted = [(number, n) for n in range(last[1] + 1 if number == last[0] else 1, sub)]
    else:
        wanted = [(n, 0) for n in range(last[0] + 1, number)]
    missing = [article_label(*n) for n in wanted if n not in present]
    if len(missing) > 1 and len(missing) == len(wanted):
        return f"{missing[0]}至{missing[-1]}"
    return "、".join(missing)


def _sections(part: Part, opened: Sequence[Item]) -> Iterator[tuple[Number, Item]]:
    """Each item of a part that is numbered by 条, with the number of its 条."""
    if not opened:
        return
    heads = {id(i) for i in opened}
    number = (0, 0)
    for item in part.items:
        number = _number(item) if id(item) in heads else number
        yield number, item


def _glued(section: tuple[Number, Item], opened: set[Number]) -> Iterator[tuple[Item, list[Number], str]]:
    """An item with the 条 that stand inside its paragraph instead of on lines of their own, and the first as written."""
    number, item = section
    found: list[Number] = []
    quote = ""
    if item.paragraph.cells or "条" not in item.text:
        return
    for m in _INLINE.finditer(item.text):
        mark = find_mark(item.text[m.start() :])
        last = found[-1] if found else number
        if mark and mark.spaced and mark.number == last[0] + 1 and (mark.number, 0) not in opened:
            found.append((mark.number, 0))
            quote = quote or m[0]
    if found:
        yield item, found, quote


def check_outline(subject: Subject) -> Iterator[Finding]:
    """number-jumps: 章, 节, 一、（一）1. that do not go on as they should.

    A number follows the one before at its level, starts again at 1, or runs on from the section before.
    """
    for part in subject.parts:
        here: dict[int, Mark] = {}
        ever: dict[int, int] = {}
        for item in part.items:
            mark = item.mark
            if mark is None:
                if labelled := _after_label(item):
                    here[labelled.depth] = labelled
                continue
            here = {depth: m for depth, m in here.items() if depth <= mark.depth}
            if mark.kind != "article":
                before = here.get(mark.depth)
                expected = {1, ever.get(mark.depth, 0) + 1, before.number + 1 if before else 1}
                if mark.number not in expected:
                    words = f"{before.label}之后是{mark.label}" if before else f"从{mark.label}开始"
                    place, message = f"{part.name} {mark.label}", f"编号不连续：{words}"
                    yield subject.warning("number-jumps", place, message, [item.paragraph])
                ever[mark.depth] = mark.number
            here[mark.depth] = mark


def _after_label(item: Item) -> Mark | None:
    """The mark that opens a numbered row of notes behind its label, as in 注：1．本表所称."""
    m = None if item.paragraph.cells else _LABEL.match(item.text)
    return find_mark(item.text[m.end() :]) if m else None


def check_annexes(subject: Subject) -> Iterator[Finding]:
    """annex-number-jumps: 附件1 followed by 附件3."""
    last = 0
    for annex in subject.document.annexes:
        if not (m := _ANNEX.match(annex.name)):
            continue
        number = parse_numeral(m[1]) or 0
        if number != last + 1:
            words = f"附件{last}之后是{annex.name}" if last else f"从{annex.name}开始"
            yield subject.warning("annex-number-jumps", annex.name, f"附件编号不连续：{words}", annex.heading)
        last = number
