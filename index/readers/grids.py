"""Ruled tables: from rules and characters to cells, and from cells to rows of text over pages."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.model import GOES_ON
from index.readers.glyphs import to_lines
from index.readers.grid import EMPTY, Cell, table_lines
from index.readers.seams import join_lines
from index.readers.sheet import Glyph, Grid
from index.text import close_gaps, squeeze

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom."""

_SNAP = 3.0
_MIN_COLUMNS = 2


def to_grid(boxes: Sequence[Box], glyphs: Iterable[Glyph], *, cut: bool = False) -> Grid | None:
    """The table that the cells `boxes` form, filled with the characters in them; None if it has only one column."""
    xs, ys = _borders(x for b in boxes for x in b[::2]), _borders(y for b in boxes for y in b[1::2])
    if len(xs) <= _MIN_COLUMNS or len(ys) < 2:
        return None
    places = [_place(box, xs, ys) for box in boxes]
    owner = {
        (r, c): i
        for i, (top, bottom, left, right) in enumerate(places)
        for r in range(top, bottom)
        for c in range(left, right)
    }
    content: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        at = owner.get((bisect_right(ys, y) - 1, bisect_right(xs, x) - 1))
        if at is not None:
            content.setdefault(at, []).append(glyph)
    rows = []
    for r in range(len(ys) - 1):
        row = []
        for c in range(len(xs) - 1):
            i = owner.get((r, c))
            if i is None:
                row.append(Cell(()))
            elif (places[i][0], places[i][2]) == (r, c):
                lines = tuple(line.text for line in to_lines(content.get(i, ())))
                row.append(Cell(lines, places[i][3] - places[i][2], places[i][1] - places[i][0]))
        rows.append(tuple(row))
    return Grid(xs[0], ys[0], xs[-1], ys[-1], tuple(xs), tuple(rows), cut) if content else None


def _on_one_line(rows: Iterable[Sequence[Cell]], *, spaced: bool) -> list[list[Cell]]:
    """The same cells, each with its visual lines as one."""
    return [
        [replace(c, lines=(close_gaps(join_lines(c.lines, spaced=spaced)),) if c.lines else ()) for c in row]
        for row in rows
    ]


def holds(grid: Grid, glyph: Glyph) -> bool:
    """Whether a character stands inside the table."""
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return grid.x0 <= x < grid.x1 and grid.top <= y < grid.bottom


def _borders(places: Iterable[float]) -> list[float]:
    """Places of borders, those within a few points of each other as one."""
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > _SNAP:
            out.append(place)
    return out


def _place(box: Box, xs: list[float], ys: list[float]) -> tuple[int, int, int, int]:
    """The rows (from, before) and columns (from, before) that a cell covers."""

    def nearest(borders: list[float], place: float) -> int:
        return min(range(len(borders)), key=lambda i: abs(borders[i] - place))

    return nearest(ys, box[1]), nearest(ys, box[3]), nearest(xs, box[0]), nearest(xs, box[2])


@dataclass(frozen=True)
class Continued:
    """A table that may go on over the page: its first part, whose header may return, and its latest."""

    first: Grid
    part: Grid


def rows_of(grid: Grid, above: Continued | None, *, spaced: bool = False) -> tuple[list[str], Continued]:
    """The rows of a table as lines of text, and what the next page needs to go on with it.

    Args:
        grid: the table, or its part on one page.
        above: the table that ended the page before, if nothing stands between.
        spaced: whether a line that ends between a Chinese character and a number has lost a space there.

    A header that returns is left out; a first row that goes on with the last one begins with `GOES_ON`; a first
    cell over rows that the page cuts is filled in again.
    """
    if above is None or not _same_columns(above.part, grid):
        return table_lines(_on_one_line(grid.rows, spaced=spaced)), Continued(grid, grid)
    rows = list(grid.rows[_repeated(above.first, grid) :])
    goes_on = False
    if rows and not _text(rows[0], 0):
        spans = _last_first(above.part).down > 1 or rows[0][0].down > 1
        if spans and _text(rows[0], 1):
            rows[0] = (replace(rows[0][0], lines=_last_first(above.part).lines), *rows[0][1:])
        else:
            goes_on = True
    elif rows:
        goes_on = above.part.cut
    # any names will do for the header, which table_lines wants to see first
    names = tuple(Cell((str(i),)) for i in range(len(grid.columns) - 1))
    lines = table_lines([names, *_on_one_line(rows, spaced=spaced)])[1:] if rows else []
    if goes_on and lines:
        lines[0] = GOES_ON + lines[0].removeprefix(EMPTY)
    return lines, Continued(
        above.first, replace(grid, rows=grid.rows[: len(grid.rows) - len(rows)] + tuple(rows))
    )


def _text(row: Sequence[Cell], column: int) -> str:
    return row[column].text if column < len(row) else ""


def _last_first(grid: Grid) -> Cell:
    """The first cell of the last row, which may begin in a row above."""
    i, cell = 0, Cell(())
    while i < len(grid.rows):
        cell = grid.rows[i][0]
        i += cell.down
    return cell


def _repeated(first: Grid, grid: Grid) -> int:
    """How many rows at the top of a part repeat the first rows of the table."""
    n = 0
    for a, b in zip(first.rows, grid.rows, strict=False):
        if [squeeze(c.text) for c in a] != [squeeze(c.text) for c in b]:
            break
        n += 1
    return n


def _same_columns(a: Grid, b: Grid) -> bool:
    """Whether two tables have columns of the same widths."""
    return len(a.columns) == len(b.columns) and all(
        abs((x2 - x1) - (y2 - y1)) <= 2 * _SNAP
        for (x1, x2), (y1, y2) in zip(pairwise(a.columns), pairwise(b.columns), strict=True)
    )
