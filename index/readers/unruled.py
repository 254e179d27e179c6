"""Tables without rules: numbered rows whose cells stand below each other in clear columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.readers.grid import Cell
from index.readers.sheet import Grid, Line, Sheet

_MIN_CELLS = 3
_MIN_ROWS = 3
_MAX_STEP = 3.5
"""Distance of two lines of a table at most, in characters."""


@dataclass
class _Found:
    """The rows of one table as they are gathered: by column, from left to right."""

    columns: list[tuple[float, float]]
    rows: list[list[list[Line]]]

    def take(self, row: Sequence[Line]) -> bool:
        """Add a row of print, or the second lines of cells; False if it does not stand in the columns."""
        at = [self._column(line) for line in row]
        if None in at or len(set(at)) < len(at):
            return False
        if at[0] == 0 or not self.rows:
            self.rows.append([[] for _ in self.columns])
        for i, line in zip(at, row, strict=True):
            assert i is not None
            self.columns[i] = (min(self.columns[i][0], line.x0), max(self.columns[i][1], line.x1))
            self.rows[-1][i].append(line)
        return True

    def _column(self, line: Line) -> int | None:
        over = [i for i, (x0, x1) in enumerate(self.columns) if line.x0 < x1 and line.x1 > x0]
        return over[0] if len(over) == 1 else None

    def is_table(self) -> bool:
        """Whether its rows are numbered: a list of names in columns is none."""
        first = ["".join(line.text for line in row[0]) for row in self.rows[1:]]
        numbers = [int(text) for text in first if text.isdigit()]
        return len(first) >= _MIN_ROWS and numbers == sorted(set(numbers)) and len(numbers) == len(first)

    def lines(self) -> list[Line]:
        return [line for row in self.rows for cell in row for line in cell]

    def grid(self) -> Grid:
        lines = self.lines()
        half = max(line.size for line in lines) / 2
        top, bottom = min(line.middle for line in lines) - half, max(line.middle for line in lines) + half
        borders = (*(x0 for x0, _ in self.columns), self.columns[-1][1])
        rows = tuple(tuple(Cell(tuple(line.text for line in cell)) for cell in row) for row in self.rows)
        return Grid(borders[0], top, borders[-1], bottom, borders, rows)


def with_unruled_tables(sheet: Sheet) -> Sheet:
    """The sheet with its numbered lists in columns as tables."""
    rows = _rows(sheet.lines)
    grids: list[Grid] = []
    taken: set[int] = set()
    i = 0
    while i < len(rows):
        found = _gather(rows[i:])
        if found is None:
            i += 1
            continue
        lines = found.lines()
        grids.append(found.grid())
        taken |= {id(line) for line in lines}
        while i < len(rows) and id(rows[i][0]) in taken:
            i += 1
    kept = tuple(line for line in sheet.lines if id(line) not in taken)
    return replace(sheet, lines=kept, grids=(*sheet.grids, *grids)) if grids else sheet


def _gather(rows: Sequence[Sequence[Line]]) -> _Found | None:
    """The table that begins with the first of `rows`, or None."""
    if len(rows[0]) < _MIN_CELLS:
        return None
    found = _Found([(line.x0, line.x1) for line in rows[0]], [])
    before = rows[0][0]
    for row in rows:
        if row[0].middle - before.middle > _MAX_STEP * before.size or not found.take(row):
            break
        before = row[0]
    return found if found.is_table() else None


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by baseline, from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda x: x.middle):
        if rows and line.middle - rows[-1][0].middle < line.size / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda x: x.x0) for row in rows]
