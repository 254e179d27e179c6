"""The pages of a PDF as sheets: the only door to pdfplumber."""

import logging
import math
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import pdfplumber
from pdfplumber import table as tables
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from index.readers.glyphs import plain, to_lines
from index.readers.grids import Box, holds, to_grid
from index.readers.sheet import Glyph, Rule, Sheet

Thing = dict[str, Any]
"""A character or rule as pdfplumber gives it."""

_SNAP = 3.0
"""Points within which two rules count as one."""
_MAX_EDGES = 4000
"""Rules on a page above which it is a drawing: looking for cells takes time that grows with the square."""
_TINY = 2.0
_LARGE = 1.8
_PALE = 0.55
_BACKDROP = 0.8
_MIN_BORDERS = 3
_MOST = 0.5
"""The share of a page that pictures of text cover, margins left out."""


_BROKEN = (
    PdfminerException, MalformedPDFException, ArithmeticError, AssertionError, AttributeError,
    EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What pdfminer raises for damaged files: it trusts what it reads."""


class BrokenPages(Exception):
    """The file is damaged."""


def sheets(file: Path | BytesIO, beat: Callable[[int], None]) -> list[Sheet]:
    """The pages of a PDF that opens without a password; `beat` is called with the number of each that is done.

    Raises:
        BrokenPages: the file is damaged.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    found = []
    try:
        with pdfplumber.open(file) as pdf:
            for number, page in enumerate(pdf.pages, 1):
                found.append(_sheet(page, number))
                page.close()
                beat(number)
    except _BROKEN as error:
        raise BrokenPages(str(error)) from error
    return found


def _sheet(page: Page, number: int) -> Sheet:
    chars = [c for c in page.chars if _is_shown(c, page)]
    turn = _Turn(_main_angle(chars), float(page.width), float(page.height))
    upright = [c for c in chars if _angle(c) == turn.angle]
    usual = median(c["size"] for c in upright) if upright else 0.0
    glyphs = [_glyph(c, turn) for c in upright if not (c["size"] > usual * _LARGE and _is_pale(c))]
    edges = [turn.edge(e) for e in page.edges if not _is_backdrop(e, page)]
    sheet = _with_tables(number, (turn.width, turn.height), glyphs, edges)
    pictures = sum(float(i["width"]) * float(i["height"]) for i in page.images)
    return replace(sheet, pictured=pictures > _MOST * turn.width * turn.height)


def ruled_sheet(
    number: int, size: tuple[float, float], glyphs: Iterable[Glyph], rules: Iterable[Rule]
) -> Sheet:
    """A page of `size` by its characters and the rules on it, from wherever they were read."""
    edges = [_edge(x0, top, x1, bottom, across=across) for x0, top, x1, bottom, across in rules]
    return _with_tables(number, size, list(glyphs), edges)


def _with_tables(number: int, size: tuple[float, float], glyphs: list[Glyph], edges: list[Thing]) -> Sheet:
    grids = []
    for cells, cut in _tables(edges):
        grid = to_grid(cells, glyphs, cut=cut)
        if grid is not None:
            grids.append(grid)
    outside = [g for g in glyphs if not any(holds(grid, g) for grid in grids)]
    return Sheet(number, *size, tuple(to_lines(outside)), tuple(grids))


class _Turn:
    """Turns a page so that its text stands upright."""

    def __init__(self, angle: int, width: float, height: float) -> None:
        self.angle = angle
        self._page = (width, height)
        self.width, self.height = (height, width) if angle % 180 else (width, height)

    def box(self, thing: Thing) -> Box:
        x0, top, x1, bottom = (float(thing[k]) for k in ("x0", "top", "x1", "bottom"))
        width, height = self._page
        if self.angle == 90:
            return height - bottom, x0, height - top, x1
        if self.angle == 270:
            return top, width - x1, bottom, width - x0
        if self.angle == 180:
            return width - x1, height - bottom, width - x0, height - top
        return x0, top, x1, bottom

    def edge(self, edge: Thing) -> Thing:
        across = (edge["orientation"] == "h") != bool(self.angle % 180)
        return _edge(*self.box(edge), across=across)


def _edge(x0: float, top: float, x1: float, bottom: float, *, across: bool) -> Thing:
    return {
        "object_type": "line", "orientation": "h" if across else "v", "x0": x0, "top": top, "x1": x1,
        "bottom": bottom, "width": x1 - x0, "height": bottom - top,
    }  # fmt: skip


def _angle(char: Thing) -> int:
    """The direction of a character in degrees against the clock: a whole number."""
    a, b = char["matrix"][:2]
    return round(math.degrees(math.atan2(b, a))) % 360


def _main_angle(chars: list[Thing]) -> int:
    """The right angle that most characters stand at; slanted ones are stamps and watermarks."""
    count = Counter(angle for c in chars if (angle := _angle(c)) % 90 == 0)
    return max(count, key=lambda angle: count[angle], default=0)


def _is_shown(char: Thing, page: Page) -> bool:
    x0, top, x1, bottom = page.cropbox
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(x0 <= x <= x1 and top <= y <= bottom and char["size"] >= _TINY)


def _is_pale(char: Thing) -> bool:
    """Whether a character is light grey or lightly tinted, as watermarks are."""
    colour = char.get("non_stroking_color")
    if not isinstance(colour, tuple | list) or not all(isinstance(v, int | float) for v in colour):
        return False
    if len(colour) == 4:
        return bool(1 - min(1.0, max(colour[:3]) + colour[3]) >= _PALE)
    return bool(colour) and min(colour) >= _PALE


def _glyph(char: Thing, turn: _Turn) -> Glyph:
    return Glyph(plain(char["text"]), *turn.box(char), char["fontname"].partition("+")[2] or char["fontname"])


def _is_backdrop(edge: Thing, page: Page) -> bool:
    """Whether an edge belongs to a coloured area behind the whole page."""
    width, height = edge.get("rect_width", 0), edge.get("rect_height", 0)
    return bool(width > page.width * _BACKDROP and height > page.height * _BACKDROP)


def _tables(edges: list[Thing]) -> Iterator[tuple[list[Box], bool]]:
    """The cells of each ruled table, and whether it is cut off below by the page's end."""
    if not _MIN_BORDERS <= len(edges) <= _MAX_EDGES:
        return
    merged = tables.merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    ends = _open_ends(merged)
    crossings = tables.edges_to_intersections(merged + ends, _SNAP, _SNAP)
    for cells in tables.cells_to_tables(tables.intersections_to_cells(crossings)):
        bottom = max(cell[3] for cell in cells)
        yield list(cells), any(abs(end["top"] - bottom) <= _SNAP for end in ends)


def _open_ends(edges: list[Thing]) -> list[Thing]:
    """Rules that a page break left out: where borders between columns end together without one across."""
    across = [e for e in edges if e["orientation"] == "h"]
    out: list[Thing] = []
    for side in ("top", "bottom"):
        down = sorted((e for e in edges if e["orientation"] == "v"), key=lambda e: e[side])
        while down:
            together = [e for e in down if e[side] - down[0][side] <= _SNAP]
            down = down[len(together) :]
            x0, x1 = min(e["x0"] for e in together), max(e["x0"] for e in together)
            y = together[0][side]
            ruled = sum(h["width"] for h in across if abs(h["top"] - y) <= _SNAP)
            if len(together) >= _MIN_BORDERS and ruled < (x1 - x0) / 2:
                out.append(_edge(x0, y, x1, y, across=True))
    return out
