"""A printed page as geometry: lines of text and ruled grids, in points from the upper left corner."""

from dataclasses import dataclass
from typing import NamedTuple

from index.readers.grid import Cell


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character and its box; white space is a glyph too."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    font: str = ""

    @property
    def size(self) -> float:
        """The height of the box: the font size."""
        return self.bottom - self.top


class Rule(NamedTuple):
    """A ruled line and its box, and whether it runs across or down."""

    x0: float
    top: float
    x1: float
    bottom: float
    across: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Characters that stand side by side on one baseline, without a wide gap between them."""

    text: str
    x0: float
    x1: float
    middle: float
    """Half the height of its characters: what lines on one baseline have in common."""
    size: float
    fonts: frozenset[str] = frozenset()
    """The fonts of its Chinese characters."""
    parts: int = 1
    """Of how many pieces with wide gaps between them it was joined."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: its box, the places of its column borders and its cells."""

    x0: float
    top: float
    x1: float
    bottom: float
    columns: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """The cells that begin in each row."""
    cut: bool = False
    """Whether its lower border is missing: its last row goes on over the page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a page; `number` counts from 1."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...] = ()
    pictured: bool = False
    """Whether pictures cover most of it, as on a scanned page."""
