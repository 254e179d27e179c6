"""Ruled tables: from rules and characters to rows of cells."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.model import GOES_ON
from index.readers.glyphs import join_lines, to_lines
from index.readers.sheet import Glyph, Grid
from index.text import close_gaps, squeeze

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom."""

_SNAP = 3.0
_MIN_COLUMNS = 2
_MIN_MERGED = 3
"""Columns from which a line of text is known as a row."""


def to_grid(cells: Sequence[Box], glyphs: Iterable[Glyph], *, cut: bool = False) -> Grid | None:
    """The table that `cells` form, filled with the characters in them; None if it has only one column.

    A cell over several rows stands in each of them, since each row is cited alone; a cell over several columns
    stands in the first of them.
    """
    xs, ys = (
        _borders(x for b in cells for x in (b[0], b[2])),
        _borders(y for b in cells for y in (b[1], b[3])),
    )
    if len(xs) <= _MIN_COLUMNS:
        return None
    places = [_place(cell, xs, ys) for cell in cells]
    owner = {
        (r, c): i
        for i, (top, bottom, left, right) in enumerate(places)
        for r in range(top, bottom)
        for c in range(left, right)
    }
    content: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            at = owner.get((bisect_right(ys, y) - 1, bisect_right(xs, x) - 1))
            if at is not None:
                content.setdefault(at, []).append(glyph)
    text = {i: cell_text(line.text for line in to_lines(inside)) for i, inside in content.items()}
    rows: list[tuple[str, ...]] = []
    merged: list[int] = []
    for r in range(len(ys) - 1):
        owners = [owner.get((r, c)) for c in range(len(xs) - 1)]
        rows.append(
            tuple("" if i is None or places[i][2] != c else text.get(i, "") for c, i in enumerate(owners))
        )
        merged.append(1 if owners[0] is None else places[owners[0]][1] - places[owners[0]][0])
    kept = [(row, m) for row, m in zip(rows, merged, strict=True) if any(row)]
    if not kept:
        return None
    rows, merged = _one_header([row for row, _ in kept], [m for _, m in kept])
    return Grid(xs[0], ys[0], xs[-1], ys[-1], tuple(xs), tuple(rows), tuple(merged), cut)


def cell_text(lines: Iterable[str]) -> str:
    """The text of a cell on one line, without tabs."""
    return close_gaps(" ".join(join_lines(lines).split()))


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


def _place(cell: Box, xs: list[float], ys: list[float]) -> tuple[int, int, int, int]:
    """The rows (from, before) and columns (from, before) that a cell covers."""

    def nearest(borders: list[float], place: float) -> int:
        return min(range(len(borders)), key=lambda i: abs(borders[i] - place))

    return nearest(ys, cell[1]), nearest(ys, cell[3]), nearest(xs, cell[0]), nearest(xs, cell[2])


def _one_header(rows: list[tuple[str, ...]], merged: list[int]) -> tuple[list[tuple[str, ...]], list[int]]:
    """A header of two or three tiers (a first cell over rows, others over columns) as one row.

    A column is named by what stands above it, from the widest: 投资 over 总额 gives 投资总额.
    """
    tiers = merged[0]
    top = rows[0]
    spread = [bool(cell) or not c for c, cell in enumerate(top)]
    if tiers not in (2, 3) or tiers >= len(rows) or all(spread):
        return rows, merged
    names: list[str] = []
    above = ""
    for c in range(len(top)):
        above = top[c] or above
        parts = [above, *(rows[r][c] for r in range(1, tiers))]
        names.append("".join(part for n, part in enumerate(parts) if part and part not in parts[:n]))
    return [tuple(names), *rows[tiers:]], [1, *merged[tiers:]]


@dataclass(frozen=True)
class Continued:
    """A table that may go on over the page: its header, the part on the page before, its last row."""

    header: tuple[str, ...]
    part: Grid
    last: tuple[str, ...]


def rows_of(grid: Grid, above: Continued | None) -> tuple[list[str], Continued]:
    """The rows of a table as lines of text, and what the next page needs to go on with it.

    Args:
        grid: the table, or its part on one page.
        above: the table that ended the page before, if nothing stands between.

    A header that returns is left out; a first row that goes on with the last one begins with `GOES_ON`; a first
    cell over rows that the page cuts is filled in again.
    """
    if above is None or not _same_columns(above.part, grid):
        return ["\t".join(row) for row in grid.rows], Continued(grid.rows[0], grid, grid.rows[-1])
    repeated = tuple(map(squeeze, grid.rows[0])) == tuple(map(squeeze, above.header))
    rows, merged = list(grid.rows[repeated:]), grid.merged[repeated:]
    if not rows:
        return [], Continued(above.header, grid, above.last)
    if not rows[0][0] and (above.part.merged[-1] > 1 or merged[0] > 1) and len(rows[0]) > 1 and rows[0][1]:
        for i in range(merged[0]):
            rows[i] = (above.last[0], *rows[i][1:])
        goes_on = False
    else:
        goes_on = above.part.cut or not rows[0][0]
    lines = ["\t".join(row) for row in rows]
    if goes_on and len(rows[0]) >= _MIN_MERGED:
        lines[0] = GOES_ON + lines[0]
    return lines, Continued(above.header, grid, rows[-1])


def _same_columns(a: Grid, b: Grid) -> bool:
    """Whether two tables have columns of the same widths."""
    return len(a.columns) == len(b.columns) and all(
        abs((x2 - x1) - (y2 - y1)) <= 2 * _SNAP
        for (x1, x2), (y1, y2) in zip(pairwise(a.columns), pairwise(b.columns), strict=True)
    )
