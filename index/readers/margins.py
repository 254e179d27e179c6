"""What all pages of a file have in common: margins, size of the text, spacing, whether paragraphs are indented."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.readers.columns import Column
from index.readers.sheet import Line, Sheet

_NEAR = 3.0
"""Points within which lines end at one margin."""
_SHARE = 0.02
_MIN_LINES = 8
_SHORT = 2.5
"""Empty space at the right, in characters, after which a line ends its paragraph for certain."""
_LONG = 0.7
_FIRST_INDENT = (1.0, 4.5)

Page = tuple[Sheet, list[Column]]
_Key = tuple[int, int, tuple[int, int]]
"""Width of the page, odd or even (-1: both), place of the column."""


@dataclass(frozen=True)
class Placed:
    """A line between the margins of its column; distances are in characters of its size."""

    line: Line
    left: float
    right: float

    @property
    def indent(self) -> float:
        """Empty space before the line."""
        return (self.line.x0 - self.left) / self.line.size

    @property
    def slack(self) -> float:
        """Empty space after the line."""
        return (self.right - self.line.x1) / self.line.size

    @property
    def centred(self) -> bool:
        """Whether the line leaves as much space on the left as on the right."""
        return min(self.indent, self.slack) >= 1 and abs(self.indent - self.slack) < 1.5


class Margins:
    """Measures the pages of a file once."""

    def __init__(self, pages: Sequence[Page]) -> None:
        lines = [x for _, columns in pages for c in columns for x in c.items if isinstance(x, Line)]
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
        self.size = max(sizes, key=lambda s: sizes[s], default=0.0)
        """The font size of most text, in points."""
        self._sides = _sides(pages)
        pairs = [
            (self.place(sheet, column, a), self.place(sheet, column, b))
            for sheet, columns in pages
            for column in columns
            for a, b in zip(column.items, column.items[1:], strict=False)
            if isinstance(a, Line) and isinstance(b, Line)
        ]
        self._pitch = _pitch(pairs)
        self.indented = _indented(pairs)
        """Whether paragraphs begin with an indented line, so that a line at the margin goes on with one."""

    def place(self, sheet: Sheet, column: Column, line: Line) -> Placed:
        """A line between the margins of its column."""
        key = (round(sheet.width), sheet.number % 2, column.place)
        left, right = self._sides.get(key) or self._sides[key[0], -1, key[2]]
        return Placed(line, left, right)

    def pitch(self, size: float) -> float:
        """The usual distance of two lines of this size, in points; 0 if there is none."""
        return self._pitch.get(round(size), 0.0)


def _sides(pages: Sequence[Page]) -> dict[_Key, tuple[float, float]]:
    """The left and right margin of each kind of column, for odd and even pages and for both."""
    found: dict[_Key, list[Line]] = defaultdict(list)
    for sheet, columns in pages:
        for column in columns:
            own = [x for x in column.items if isinstance(x, Line)]
            found[round(sheet.width), sheet.number % 2, column.place] += own
            found[round(sheet.width), -1, column.place] += own
    return {
        key: (-_margin(-line.x0 for line in own), _margin(line.x1 for line in own))
        for key, own in found.items()
        if own and (key[1] == -1 or len(own) >= _MIN_LINES)
    }


def _margin(ends: Iterable[float]) -> float:
    """The outermost place at which several lines end."""
    places = sorted(ends, reverse=True)
    enough = max(2, round(len(places) * _SHARE))
    for i, place in enumerate(places):
        if i + enough <= len(places) and place - places[i + enough - 1] <= _NEAR:
            return place
    return places[0]


def _pitch(pairs: Iterable[tuple[Placed, Placed]]) -> dict[int, float]:
    found: dict[int, Counter[float]] = defaultdict(Counter)
    for a, b in pairs:
        step = b.line.middle - a.line.middle
        if 0 < step < 4 * a.line.size and abs(a.line.size - b.line.size) < 1:
            found[round(a.line.size)][round(step * 2) / 2] += 1
    return {size: max(steps, key=lambda s: (steps[s], -s)) for size, steps in found.items()}


def _indented(pairs: Iterable[tuple[Placed, Placed]]) -> bool:
    """Whether most long lines below a short one are indented."""
    starts = [
        b.indent
        for a, b in pairs
        if a.slack > _SHORT and not a.centred and b.line.x1 - b.line.x0 > _LONG * (b.right - b.left)
    ]
    low, high = _FIRST_INDENT
    return sum(low <= indent <= high for indent in starts) * 2 > len(starts)
