"""From page text to paragraphs: page breaks healed, table rows assembled, furniture set aside.

The rules, in order:
1. A blank line ends a paragraph only if the sentence has ended: a page break cuts sentences, even words.
2. A line with tabs (or Markdown pipes) is a table row; the first row of a table is its header.
3. A header that returns after a page break is furniture, and so is a line of dashes.
4. A row whose first cell is empty continues the row before it, column by column.
5. What the print shows to go on over a page break (`GOES_ON`) does, whatever it looks like.
6. Headings, numbered lines, dates, document numbers, attachment lists and bullets continue no line above.
"""

import re
from dataclasses import dataclass, replace

from index.marks import find_mark
from index.model import GOES_ON, Paragraph, SourceText
from index.text import close_gaps, squeeze

DATE_LINE = re.compile(
    r"^(\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*"
    r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*日$"
)
DOC_NUMBER_LINE = re.compile(
    r"^[\w\s（）()]{1,30}?(?:[〔\[［(（【]\s*\d{4}\s*[〕\]］)）】]|\d{4}\s*年)\s*第?\s*\d+\s*号$"
)
ATTACHMENT_LINE = re.compile(
    r"^(?:[-*•]\s*)?附\s*[件表录图]?\s*([\d０-９]+|[一二三四五六七八九十]+)?\s*([：:]|$)"
)
_HEADING_PREFIX = re.compile(r"^(#{1,6})\s+")
_BULLET = re.compile(r"^[-*•]\s|^[—–-]{2}|^·")
_CAPTION = re.compile(r"^[续附]?表\s*[\d一二三四五六七八九十]")
_DASHES = re.compile(r"^[\s\-—_|:=+]*-{3,}[\s\-—_|:=+]*$")
_TERMINAL = "。！？；：!?;:…"
_PROSE = re.compile(r"[，。；]")
_CLOSERS = "”’）)】》〉"
_PAIRS = (("《", "》"), ("（", "）"), ("“", "”"))
_MIN_PROSE = 15
_MIN_TABS = 2


@dataclass(frozen=True)
class Line:
    """One non-blank source line, its number over all pages and its page."""

    text: str
    no: int
    page: int | None
    level: int = 0
    goes_on: bool = False
    """Whether the print shows that it continues the line before over a page break."""


def read_lines(source: SourceText) -> list[Line]:
    """The non-blank lines of `source`, Markdown heading marks and comments taken off."""
    lines, no = [], 0
    for page in source.pages:
        for raw in page.text.splitlines():
            text = raw.strip(" \r\n　\ufeff\xa0")
            if text.strip():
                goes_on = text.startswith(GOES_ON)
                text = text.removeprefix(GOES_ON)
                text = text.strip() if text.count("\t") < _MIN_TABS else text
                m = _HEADING_PREFIX.match(text)
                lines.append(
                    Line(text[m.end() :] if m else text, no, page.number, len(m[1]) if m else 0, goes_on)
                )
            no += 1
    return lines


def to_paragraphs(lines: list[Line]) -> list[Paragraph]:
    """Heal `lines` into paragraphs and table rows, in order; every line lands in exactly one paragraph."""
    out: list[Paragraph] = []
    header: tuple[str, ...] = ()
    for line in lines:
        cells = _cells(line.text)
        if cells and not header and not any(cells[:-1]):  # tabs that indent a line are no empty cells
            line, cells = replace(line, text=line.text.strip()), ()
        if _DASHES.match(line.text):
            out.append(replace(_paragraph(line), furniture=True))
        elif cells:
            header = _add_row(out, line, cells, header)
        else:
            header = () if ends_table(_paragraph(line)) else header
            previous = out[-1] if out and not out[-1].cells and not out[-1].furniture else None
            if previous is not None and (line.goes_on or _continues(previous, line)):
                out[-1] = _join(previous, line)
            else:
                out.append(_paragraph(line))
    return out


def _paragraph(line: Line, cells: tuple[str, ...] = ()) -> Paragraph:
    return Paragraph(line.text, (line.no,), line.page, line.page, line.level, cells)


def _cells(text: str) -> tuple[str, ...]:
    if text.count("\t") >= _MIN_TABS:
        return tuple(close_gaps(c.strip()) for c in text.split("\t"))
    if text.startswith("|") and text.count("|") >= 3:
        return tuple(close_gaps(c.strip()) for c in text.removeprefix("|").removesuffix("|").split("|"))
    return ()


def ends_table(paragraph: Paragraph) -> bool:
    """Whether a paragraph below a table ends it; a short line (a page number, a unit) may stand inside."""
    text = paragraph.text
    return bool(
        paragraph.level
        or ATTACHMENT_LINE.match(text)
        or _CAPTION.match(text)
        or find_mark(text)
        or is_prose(text)
    )


def _add_row(
    out: list[Paragraph], line: Line, cells: tuple[str, ...], header: tuple[str, ...]
) -> tuple[str, ...]:
    row = replace(_paragraph(line, cells), text="\t".join(cells))
    if tuple(map(squeeze, cells)) == tuple(map(squeeze, header)):
        out.append(replace(row, furniture=True))
    elif header and (line.goes_on or not cells[0]) and out and out[-1].cells and not out[-1].furniture:
        out[-1] = _merge_row(out[-1], row)
    elif header and not cells[0] and (last := _last_row(out)) is not None:
        out[last] = _merge_row(out[last], row)
    else:
        out.append(row)
        return cells if opens_table(cells, header) else header
    return header


def opens_table(cells: tuple[str, ...], header: tuple[str, ...]) -> bool:
    """Whether a row is the header of a table: the first row, or one that begins like the header before."""
    return not header or squeeze(cells[0]) == squeeze(header[0]) != ""


def _last_row(out: list[Paragraph]) -> int | None:
    """The last real row when only furniture (a repeated header) stands after it."""
    for i in range(len(out) - 1, -1, -1):
        if out[i].cells and not out[i].furniture:
            return i
        if not out[i].furniture:
            return None
    return None


def _merge_row(row: Paragraph, more: Paragraph) -> Paragraph:
    width = max(len(row.cells), len(more.cells))
    pad = ("",) * width
    cells = tuple(
        close_gaps(a + b) for a, b in zip((row.cells + pad)[:width], (more.cells + pad)[:width], strict=True)
    )
    return replace(
        row, cells=cells, text="\t".join(cells), lines=row.lines + more.lines, last_page=more.last_page
    )


def _continues(previous: Paragraph, line: Line) -> bool:
    """Whether `line` goes on with the sentence that `previous` left open."""
    if line.level or previous.level or not is_prose(previous.text) or sentence_ended(previous.text):
        return False
    if DATE_LINE.match(line.text) or DOC_NUMBER_LINE.match(line.text) or ATTACHMENT_LINE.match(line.text):
        return False
    if _BULLET.match(line.text):
        return False
    mark = find_mark(line.text)
    return mark is None or (mark.kind == "article" and not mark.spaced)


def is_prose(text: str) -> bool:
    """Whether `text` is running text, as opposed to a title, a name, a heading or a list entry."""
    if text.startswith(("- ", "* ")) or ATTACHMENT_LINE.match(text):
        return False
    mark = find_mark(text)
    rest = text[mark.end :] if mark else text
    if mark and mark.kind != "article":
        return "。" in rest or len(rest) > 50
    return (len(rest) >= _MIN_PROSE and bool(_PROSE.search(rest))) or len(rest) > 60


def sentence_ended(text: str) -> bool:
    """Whether `text` ends where a sentence ends; an open bracket or quotation says it does not."""
    if any(text.count(opening) > text.count(closing) for opening, closing in _PAIRS):
        return False
    bare = text.rstrip(_CLOSERS)
    if text[-1] in _TERMINAL:
        return True
    return bare != text and (bare[-1:] in _TERMINAL or bare.endswith(("负责", "略")))


def _join(previous: Paragraph, line: Line) -> Paragraph:
    gap = " " if previous.text[-1].isascii() and line.text[0].isascii() and line.text[0].isalnum() else ""
    return replace(
        previous,
        text=previous.text + gap + line.text,
        lines=(*previous.lines, line.no),
        last_page=line.page,
    )
