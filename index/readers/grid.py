"""Tables with merged cells as the lines of a table: one row a line, cells parted by tabs.

The rules, in order:
1. A cell that spans rows is repeated in each of them, so that every row can be read alone.
2. A cell that spans columns stands in the first of them; in the header it names all of them.
3. Rows at the top that span the whole table are its caption: lines, not rows.
4. A header of several rows becomes one, each column named by all that stands above it.
5. A row whose first cell is empty gets the sign for an empty cell there: without it, the row would be taken for
   the second line of the row above.
6. A table of one row or one column is layout: its cells are paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

EMPTY = "—"
MAX_ACROSS = 200
"""Columns of a table at most; what stands further right is left out."""
_MAX_DOWN = 1000
_MAX_HEADER = 4
_MAX_NAME = 40
_MAX_REPEATED = 300
"""Characters above which a cell that spans rows is not repeated."""


@dataclass(frozen=True)
class Cell:
    """A cell: its paragraphs, and how many columns and rows it spans."""

    lines: tuple[str, ...]
    across: int = 1
    down: int = 1

    @property
    def text(self) -> str:
        """The cell on one line."""
        return one_line(" ".join(self.lines))


@dataclass(frozen=True)
class _Placed:
    cell: Cell
    row: int
    column: int

    @property
    def bottom(self) -> int:
        return self.row + self.cell.down


def one_line(text: str) -> str:
    """Without line breaks and tabs; white space is kept but for that."""
    return " ".join(text.replace("\t", " ").splitlines()).strip()


def table_lines(rows: Sequence[Sequence[Cell]], head: int = 0) -> list[str]:
    """The lines of a table whose cells stand in their rows from left to right, spans taken off.

    Args:
        rows: The cells that begin in each row.
        head: How many rows the format itself calls the header; 0 if it does not say.
    """
    grid = _narrowed(_placed(rows))
    width = len(grid[0]) if grid else 0
    if width < 2:
        return [line for row in rows for cell in row for line in _own_lines(cell)]
    out: list[str] = []
    while grid and _spans_all(grid[0]):
        first = grid[0][0]
        out += _own_lines(first.cell) if first is not None else []
        grid, head = grid[1:], max(0, head - 1)
    body = [row for row in grid if any(p is not None and p.cell.text for p in row)]
    if not body:
        return out
    if len(body) == 1:
        return out + [line for p in dict.fromkeys(body[0]) if p is not None for line in _own_lines(p.cell)]
    n = _header_rows(body, head)
    out.append(_line(_header(body[:n])))
    return out + [_line(_row(body, i)) for i in range(n, len(body))]


def _own_lines(cell: Cell) -> list[str]:
    """The paragraphs of a cell, and the rows of a table inside it."""
    return [line for line in cell.lines if line.strip()]


def _placed(rows: Sequence[Sequence[Cell]]) -> list[list[_Placed | None]]:
    """The grid of the table: which cell covers each place."""
    grid: list[list[_Placed | None]] = [[] for _ in rows]
    for i, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(grid[i]) and grid[i][column] is not None:
                column += 1
            across = max(1, min(cell.across, MAX_ACROSS - column))
            if column >= MAX_ACROSS:
                break
            placed = _Placed(cell, i, column)
            for below in grid[i : i + max(1, min(cell.down, _MAX_DOWN))]:
                below += [None] * (column + across - len(below))
                below[column : column + across] = [placed] * across
            column += across
    width = max(map(len, grid), default=0)
    return [row + [None] * (width - len(row)) for row in grid]


def _narrowed(grid: list[list[_Placed | None]]) -> list[list[_Placed | None]]:
    """Without columns in which no cell begins: Word and web pages make them where borders nearly meet."""
    used = sorted({p.column for row in grid for p in row if p is not None})
    return [[row[c] for c in used] for row in grid]


def _spans_all(row: list[_Placed | None]) -> bool:
    return row[0] is not None and all(p is row[0] for p in row)


def _header_rows(grid: list[list[_Placed | None]], head: int) -> int:
    if head > 1:
        return min(head, _MAX_HEADER, len(grid) - 1)
    first = [p for p in grid[0] if p is not None]
    top = first[0].row if first else 0
    n = max((p.bottom - top for p in first), default=1)
    grouped = any(first.count(p) > 1 and p.cell.text and p.bottom - top < max(n, 2) for p in first)
    if not grouped or len(grid) < 3:
        return 1
    if n == 1:  # groups without a cell beside them that spans both rows: the row below must look like names
        below = grid[1]
        named = all(p is not None and below.count(p) == 1 and _is_name(p.cell.text) for p in below)
        return 2 if named else 1
    fits = all(p is None or p.bottom - top <= n for row in grid[:n] for p in row)
    return n if n <= _MAX_HEADER and n < len(grid) and fits else 1


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _MAX_NAME and not any(c.isdigit() for c in text)


def _header(rows: list[list[_Placed | None]]) -> list[str]:
    """One name a column: what stands above it, from the top down, each cell once."""
    return [
        " ".join(p.cell.text for p in dict.fromkeys(column) if p is not None)
        for column in zip(*rows, strict=True)
    ]


def _row(grid: list[list[_Placed | None]], i: int) -> list[str]:
    cells: list[str] = []
    for c, p in enumerate(grid[i]):
        once = p is not None and i > 0 and grid[i - 1][c] is p and len(p.cell.text) > _MAX_REPEATED
        beside = c > 0 and grid[i][c - 1] is p
        cells.append("" if p is None or beside or once else p.cell.text)
    return [cells[0] or EMPTY, *cells[1:]]


def _line(cells: list[str]) -> str:
    """Tabs part the cells; two cells need the pipes of Markdown, as one tab makes no row."""
    if len(cells) > 2:
        return "\t".join(cells)
    return "|" + "|".join(" {} ".format(c.replace("|", "｜")) for c in cells) + "|"
