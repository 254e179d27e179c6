"""Checks of tables: rows that lost or gained cells, a header that is missing, row numbers that jump."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.audit_subject import SHOWN, Item, Subject
from index.blocks import Block
from index.finding import Finding
from index.numerals import parse_numeral
from index.text import squeeze


def check_rows(subject: Subject) -> Iterator[Finding]:
    """row-width, no-header, no-rows, row-number-jumps: each table beside its header.

    A header that is itself numbered 1 is the first row of a table whose header is gone.
    """
    header: Block | None = None
    rows: list[Block] = []
    for block in [*subject.blocks, None]:
        cells = block.paragraphs[0].cells if block else ()
        opens = block is None or (block.heading and cells and not block.paragraphs[0].furniture)
        if opens and header:
            yield from _table(subject, header, rows)
        if opens:
            header, rows = block, []
        elif block and block.role == "row":
            rows.append(block)


def _table(subject: Subject, header: Block, rows: Sequence[Block]) -> Iterator[Finding]:
    top = header.paragraphs[0]
    names = " ".join(c for c in map(squeeze, top.cells) if c)[:SHOWN]
    if parse_numeral(top.cells[0]) is not None:
        message = f"表格没有表头：第一行是“{names}”，各列的名称无从得知"
        yield subject.error("no-header", _place(rows[0] if rows else header), message, [top])
        return
    if not rows:
        yield subject.warning("no-rows", _place(header) or "表格", f"表格只有一行：{names}", [top])
    for row in rows:
        cells = row.paragraphs[0].cells
        if len(cells) != len(top.cells):
            message = f"有 {len(cells)} 格，表头有 {len(top.cells)} 格"
            yield subject.error("row-width", _place(row), message, row.paragraphs)
    for before, row in pairwise(rows):
        last, this = _number(before), _number(row)
        if last is not None and this is not None and this != last + 1:
            message = f"序号不连续：{last} 之后是 {this}"
            yield subject.warning("row-number-jumps", _place(row), message, row.paragraphs)


def check_stray_rows(subject: Subject) -> Iterator[Finding]:
    """stray-row: a line between two rows of one table that is no row itself, so its cells are in no row."""
    for part in subject.parts:
        table: list[Item] = []
        for item in part.items:
            if item.paragraph.furniture:
                continue
            if item.paragraph.cells:
                for stray in table[1:]:
                    message = f"表格中夹有不成行的文字：{stray.text[:SHOWN]}"
                    yield subject.error("stray-row", part.name, message, [stray.paragraph])
                table = [item]
            elif table:
                table = [*table, item] if "\t" in item.text else []


def _number(row: Block) -> int | None:
    return parse_numeral(row.paragraphs[0].cells[0])


def _place(block: Block) -> str:
    return " / ".join(s.mark for s in block.steps)
