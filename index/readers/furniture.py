"""Running heads, feet and page numbers: what returns at one place of the pages and belongs to none of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.marks import find_mark
from index.paragraphs import ATTACHMENT_LINE
from index.readers.sheet import Line, Sheet
from index.text import squeeze

_NUMBER = r"(?:\d{1,4}|[ivxlcⅰ-ⅻⅠ-ⅫIVXLC]{1,6})"
_SIGN = r"[—\-–―－~～·•\[\]［］【】()（）|/／.\s]"
_PLAIN_NUMBER = re.compile(rf"{_NUMBER}")
_PAGE_NUMBER = re.compile(
    rf"{_SIGN}+{_NUMBER}{_SIGN}+|{_SIGN}*(?:第{_NUMBER}页|第[〇零一二三四五六七八九十百]+页|{_NUMBER}页)"
    rf"(?:{_SIGN}|，|,|、)*(?:共{_NUMBER}页|共[〇零一二三四五六七八九十百]+页)?{_SIGN}*"
    rf"|{_SIGN}*{_NUMBER}{_SIGN}*[/／]{_SIGN}*(?:共)?{_NUMBER}(?:页)?{_SIGN}*|[Pp](?:age|\.)?{_NUMBER}(?:of{_NUMBER})?"
)
_DIGITS = re.compile(r"\d+")
_MIN_PAGES = 3
_DEEP = 3
"""Rows of running text that a page may have above or below its own."""
_SAME_PLACE = 2.5
_MARGIN = 0.1
"""The share of a page's height in which a bare number is its number, and a line on two pages a running head."""
_WATERMARK = 1.6


@dataclass(frozen=True)
class _Row:
    """What stands on one baseline, over all columns."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return squeeze("".join(line.text for line in self.lines))

    @property
    def middle(self) -> float:
        return self.lines[0].middle

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)


def without_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The same sheets without running heads, running feet, page numbers and repeated watermarks."""
    stamped = _stamps(sheets)
    rows = [_rows([x for x in sheet.lines if squeeze(x.text) not in stamped], sheet) for sheet in sheets]
    repeated = _repeated(sheets, rows)
    slots = _slots(repeated)
    out = []
    for sheet, own in zip(sheets, rows, strict=True):
        for last in (False, True):
            own = _strip(own, sheet, repeated, slots, last=last)
        kept = {id(line) for row in own for line in row.lines}
        out.append(replace(sheet, lines=tuple(line for line in sheet.lines if id(line) in kept)))
    return out


_Key = tuple[bool, str]
_Place = tuple[float, float, int]
"""The place of a row, its size, and the index of its page."""


def _rows(lines: Sequence[Line], sheet: Sheet) -> list[_Row]:
    """Rows from top to bottom, but for what stands beside a table."""
    rows: list[list[Line]] = []
    for line in lines:
        if any(grid.top <= line.middle < grid.bottom for grid in sheet.grids):
            rows.append([line])
        elif rows and abs(rows[-1][-1].middle - line.middle) <= line.size / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_Row(tuple(sorted(row, key=lambda x: x.x0))) for row in rows]


def _edge(rows: list[_Row], sheet: Sheet, *, last: bool) -> list[_Row]:
    """The outermost rows of a page, from the outside; a table ends them."""
    tops = [grid.top for grid in sheet.grids]
    bottoms = [grid.bottom for grid in sheet.grids]
    if last:
        return [r for r in rows[: -_DEEP - 1 : -1] if r.middle > max(bottoms, default=0)]
    return [r for r in rows[:_DEEP] if r.middle < min(tops, default=sheet.height)]


def _keys(text: str, page: int) -> list[str]:
    """The text of a row, and as it is with each of its numbers counted from the number of the page."""
    return [text] + [
        f"{text[: m.start()]}<{int(m[0]) - page}>{text[m.end() :]}" for m in _DIGITS.finditer(text)
    ]


def _repeated(sheets: Sequence[Sheet], rows: list[list[_Row]]) -> dict[_Key, list[_Place]]:
    """The outer rows that return at one place of at least three pages (two, in the margin of a short file)."""
    found: dict[_Key, list[_Place]] = defaultdict(list)
    for sheet, own in zip(sheets, rows, strict=True):
        for last in (False, True):
            for row in _edge(own, sheet, last=last):
                if not find_mark(row.text) and not ATTACHMENT_LINE.match(row.text):
                    for key in _keys(row.text, sheet.number):
                        found[last, key].append((row.middle, row.size, sheet.number))
    out: dict[_Key, list[_Place]] = {}
    for side, places in found.items():
        middle = sorted(p[0] for p in places)[len(places) // 2]
        here = [p for p in places if abs(p[0] - middle) <= _SAME_PLACE]
        height = sheets[0].height
        in_margin = middle < height * _MARGIN or middle > height * (1 - _MARGIN)
        if len(here) >= _MIN_PAGES or (in_margin and len(here) == 2 and len(sheets) < 2 * _MIN_PAGES):
            out[side] = here
    return out


def _slots(repeated: dict[_Key, list[_Place]]) -> list[tuple[bool, float, float]]:
    """Places of running heads and feet (below, middle, size): a head that changes with the chapter stands there too."""
    slots: Counter[tuple[bool, float, float]] = Counter()
    for (last, _), places in repeated.items():
        for middle, size, _ in places:
            slots[last, round(middle), round(size)] += 1
    return [slot for slot, n in slots.items() if n >= 2 * _MIN_PAGES]


def _strip(
    rows: list[_Row],
    sheet: Sheet,
    repeated: dict[_Key, list[_Place]],
    slots: list[tuple[bool, float, float]],
    *,
    last: bool,
) -> list[_Row]:
    """A page's rows without the running text on one side."""
    gone = 0
    for row in _edge(rows, sheet, last=last):
        places = [p for key in _keys(row.text, sheet.number) for p in repeated.get((last, key), ())]
        running = any(abs(p[0] - row.middle) <= _SAME_PLACE for p in places)
        if not running and not _is_number(row, sheet) and not _in_slot(row, slots, last=last):
            break
        gone += 1
    return rows[: len(rows) - gone] if last else rows[gone:]


def _is_number(row: _Row, sheet: Sheet) -> bool:
    if _PLAIN_NUMBER.fullmatch(row.text):
        return row.middle < sheet.height * _MARGIN or row.middle > sheet.height * (1 - _MARGIN)
    return bool(_PAGE_NUMBER.fullmatch(row.text))


def _in_slot(row: _Row, slots: list[tuple[bool, float, float]], *, last: bool) -> bool:
    return any(
        below == last and abs(middle - row.middle) <= 1 and abs(size - row.size) <= 1
        for below, middle, size in slots
    )


def _stamps(sheets: Sequence[Sheet]) -> set[str]:
    """Large words that return at one place of most pages: a watermark that stands upright."""
    sizes = Counter(round(line.size) for sheet in sheets for line in sheet.lines)
    usual = max(sizes, key=lambda s: sizes[s], default=0)
    places: dict[str, list[float]] = defaultdict(list)
    for sheet in sheets:
        for line in sheet.lines:
            if line.size > usual * _WATERMARK:
                places[squeeze(line.text)].append(line.middle)
    return {
        text
        for text, here in places.items()
        if len(here) >= max(_MIN_PAGES, len(sheets) / 2) and max(here) - min(here) <= _SAME_PLACE
    }
