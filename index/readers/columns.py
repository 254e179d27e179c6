"""The order in which a page is read: tables where they stand, two columns one after the other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from index.readers.sheet import Grid, Line, Sheet

_MIN_LINES = 4
"""Lines on each side that make two columns."""
_MAX_ACROSS = 0.35
"""The share of lines that may run across the gutter: titles, and text in one column."""
_MIN_FILL = 0.6
"""How much of its column a usual line fills: less is a list or a table without rules."""
_MIN_WIDTH = 0.75
"""How much of the width of the text both columns take together."""
_ZONE = 0.35
"""Where the gutter may be: this share of the width from either side."""
_MIN_GUTTER = 0.8
"""Width of the empty space between two columns, in characters."""


@dataclass(frozen=True)
class Column:
    """Lines and tables to be read from top to bottom; `place` tells columns of one kind over the pages."""

    items: tuple[Line | Grid, ...]
    place: tuple[int, int] = (1, 0)
    """How many columns stand side by side, and which of them this is, from 0."""


Gutter = tuple[float, float]
"""The empty stripe between two columns (from, to)."""


def read_columns(sheets: Sequence[Sheet]) -> list[list[Column]]:
    """The columns of each sheet in reading order.

    A page with too little text to show its columns has those of the other pages of its width, if its lines fit.
    """
    own = [_gutter(sheet.lines) for sheet in sheets]
    usual: dict[int, list[Gutter]] = defaultdict(list)
    for sheet, gutter in zip(sheets, own, strict=True):
        if gutter:
            usual[round(sheet.width)].append(gutter)
    out = []
    for sheet, gutter in zip(sheets, own, strict=True):
        others = usual[round(sheet.width)]
        if gutter is None and others:
            common = sorted(others)[len(others) // 2]
            gutter = common if _fits(sheet.lines, common) else None
        out.append(_columns(sheet, gutter))
    return out


def _columns(sheet: Sheet, gutter: Gutter | None) -> list[Column]:
    items: list[Line | Grid] = [*sheet.lines, *sheet.grids]
    if gutter is None:
        return [Column(tuple(sorted(items, key=_order)))] if items else []
    out: list[Column] = []
    band: list[Line | Grid] = []
    for item in sorted(items, key=_order):
        if _crosses(item, gutter):
            out += _halves(band, gutter)
            band = []
            if out and out[-1].place == (1, 0):
                out[-1] = Column((*out[-1].items, item))
            else:
                out.append(Column((item,)))
        else:
            band.append(item)
    return out + _halves(band, gutter)


def _order(item: Line | Grid) -> tuple[float, float]:
    return (item.top if isinstance(item, Grid) else item.middle, item.x0)


def _crosses(item: Line | Grid, gutter: Gutter) -> bool:
    return item.x0 < gutter[0] and item.x1 > gutter[1]


def _halves(band: list[Line | Grid], gutter: Gutter) -> list[Column]:
    middle = sum(gutter) / 2
    left = tuple(item for item in band if (item.x0 + item.x1) / 2 < middle)
    right = tuple(item for item in band if (item.x0 + item.x1) / 2 >= middle)
    if not left or not right:
        return [Column(tuple(band), (2, 0 if left else 1))] if band else []
    return [Column(left, (2, 0)), Column(right, (2, 1))]


def _gutter(lines: Sequence[Line]) -> Gutter | None:
    """The stripe (from, to) between two columns of text that the fewest lines run across, or None."""
    if len(lines) < 2 * _MIN_LINES:
        return None
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    zone = range(round(x0 + (x1 - x0) * _ZONE), round(x1 - (x1 - x0) * _ZONE))
    cover = [sum(line.x0 < x < line.x1 for line in lines) for x in zone]
    if not cover:
        return None
    fewest = min(cover)
    stripes = [list(g) for free, g in groupby(range(len(cover)), lambda i: cover[i] == fewest) if free]
    widest = max(stripes, key=len)
    begin, end = float(zone[widest[0]]), float(zone[widest[-1]])
    return (begin, end) if _parts(lines, begin, end) else None


def _fits(lines: Sequence[Line], gutter: Gutter) -> bool:
    """Whether a page has lines on both sides of a gutter, and few across."""
    left = sum(line.x1 <= gutter[0] + 1 for line in lines)
    right = sum(line.x0 >= gutter[1] - 1 for line in lines)
    return min(left, right) >= 1 and len(lines) - left - right <= len(lines) * _MAX_ACROSS


def _parts(lines: Sequence[Line], begin: float, end: float) -> bool:
    """Whether a stripe parts two columns of running text, as wide as each other and side by side."""
    left = [line for line in lines if line.x1 <= begin + 1]
    right = [line for line in lines if line.x0 >= end - 1]
    if min(len(left), len(right)) < _MIN_LINES:
        return False
    if end - begin < _MIN_GUTTER * median(line.size for line in lines):
        return False
    if len(lines) - len(left) - len(right) > len(lines) * _MAX_ACROSS:
        return False
    widths = [max(x.x1 for x in side) - min(x.x0 for x in side) for side in (left, right)]
    usual = [median(x.x1 - x.x0 for x in side) for side in (left, right)]
    across = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    if min(widths) < _MIN_FILL * max(widths) or sum(widths) < _MIN_WIDTH * across:
        return False
    beside = min(x[-1].middle for x in (left, right)) - max(x[0].middle for x in (left, right))
    return beside > 0 and all(u > _MIN_FILL * w for u, w in zip(usual, widths, strict=True))
