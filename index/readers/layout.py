"""What all pages of a file have in common: margins, size of the text, spacing, whether paragraphs are indented."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.readers.columns import Column
from index.readers.seams import is_spaced
from index.readers.sheet import Line, Sheet

_NEAR = 3.0
"""Points within which lines end at one margin."""
_SHARE = 0.02
_MIN_LINES = 8
_BOTH = -1
_SHORT = 2.5
"""Empty space at the right, in characters, after which a line ends its paragraph for certain."""
_LONG = 0.7
_AT_MARGIN = 0.5
_UNEVEN = 1.5
_FIRST_INDENT = (1.0, 4.5)

Page = tuple[Sheet, list[Column]]
_Key = tuple[int, int, tuple[int, int]]
"""Width of the page, odd (1) or even (0) or both, place of the column."""


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
    def has_first_indent(self) -> bool:
        """Whether the line is indented like the first of a paragraph."""
        return _FIRST_INDENT[0] <= self.indent <= _FIRST_INDENT[1]

    @property
    def even(self) -> bool:
        """Whether the line leaves as much space on the left as on the right, or none."""
        return abs(self.indent - self.slack) < _UNEVEN

    @property
    def centred(self) -> bool:
        """Whether the line is short and stands in the middle."""
        return self.even and min(self.indent, self.slack) >= 1


class Layout:
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
        self.spaced = is_spaced(_texts(pages))
        """Whether a space stands between Chinese characters and numbers, and so is lost where a line ends there."""

    def place(self, sheet: Sheet, column: Column, line: Line) -> Placed:
        """A line between the margins of its column."""
        key = (round(sheet.width), sheet.number % 2, column.place)
        left, right = self._sides.get(key) or self._sides[key[0], _BOTH, key[2]]
        return Placed(line, left, right)

    def pitch(self, size: float) -> float:
        """The usual distance of two lines of this size, in points; 0 if there is none."""
        return self._pitch.get(round(size), 0.0)


def _texts(pages: Sequence[Page]) -> Iterator[str]:
    for _, columns in pages:
        for item in (item for column in columns for item in column.items):
            if isinstance(item, Line):
                yield item.text
            else:
                yield from (text for row in item.rows for cell in row for text in cell.lines)


def _sides(pages: Sequence[Page]) -> dict[_Key, tuple[float, float]]:
    """The left and right margin of each kind of column; of odd and even pages apart where they are mirrored."""
    found: dict[_Key, list[Line]] = defaultdict(list)
    for sheet, columns in pages:
        for column in columns:
            own = [x for x in column.items if isinstance(x, Line)]
            for parity in (sheet.number % 2, _BOTH):
                found[round(sheet.width), parity, column.place] += own
    sides = {
        key: (-_margin(-line.x0 for line in own), _margin(line.x1 for line in own))
        for key, own in found.items()
        if len(own) >= (1 if key[1] == _BOTH else _MIN_LINES)
    }
    for width, _, place in [key for key in sides if key[1] == _BOTH]:
        odd, even = sides.get((width, 1, place)), sides.get((width, 0, place))
        shifts = (odd[0] - even[0], odd[1] - even[1]) if odd and even else (0.0, 0.0)
        if abs(shifts[0] - shifts[1]) > _NEAR or abs(shifts[0]) <= _NEAR:
            for parity in (0, 1):
                sides.pop((width, parity, place), None)
    return sides


def _margin(ends: Iterable[float]) -> float:
    """The outermost place at which several lines end; of a few lines, one is enough."""
    places = sorted(ends, reverse=True)
    enough = max(2, round(len(places) * _SHARE)) if len(places) > _MIN_LINES else 1
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
    """Whether more paragraphs begin with an indented line than without one."""
    indented = plain = 0
    for a, b in pairs:
        long = b.line.x1 - b.line.x0 > _LONG * (b.right - b.left)
        if a.has_first_indent and a.slack <= _SHORT and abs(b.indent) < _AT_MARGIN:
            indented += 1
        elif a.slack > _SHORT and not a.centred and long:
            indented += b.has_first_indent
            plain += abs(b.indent) < _AT_MARGIN
    return indented > plain
