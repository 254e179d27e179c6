"""Ink in a picture: ruled lines, which are the borders of tables, and empty space between characters."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from index.readers.sheet import Rule

Bits = NDArray[np.bool_]

_INK = 0.35
"""How far from paper to ink a pixel must be to count as dark; thin rules blur to grey."""
_MIN_DOTS = 3
"""Dark pixels in three columns side by side that are a thin stroke across, and no noise."""
_FULL = 0.9
"""The share of dark pixels in a run that may be broken by noise."""
_ACROSS, _DOWN = 2.5, 1.5
"""Shortest rules, in characters: a dash is two characters long, a stroke down at most one high."""
_THICK = 0.4
"""What is thicker than this, in characters, is a bar or a picture."""


def dark_pixels(grey: NDArray[np.uint8]) -> Bits:
    """Where there is ink in a picture of shape (height, width), 0 black."""
    paper, ink = float(np.median(grey)), float(grey.min())
    return np.asarray(grey < paper - _INK * (paper - ink))


def empty_space(dark: Bits, left: float, right: float, top: float, bottom: float) -> int:
    """The widest empty strip, in pixels, between two places of a line of text."""
    x0, x1, y0, y1 = (max(0, round(v)) for v in (left, right, top, bottom))
    dots = np.pad(dark[y0:y1, x0:x1].sum(axis=0), 1)
    inked = dots[:-2] + dots[1:-1] + dots[2:] >= _MIN_DOTS
    edges = np.flatnonzero(np.pad(inked, 1, constant_values=True))
    return int(np.diff(edges).max(initial=1)) - 1


def find_rules(dark: Bits, size: float) -> list[Rule]:
    """The rules in a picture of shape (height, width); `size` is the height of its type in pixels."""
    if size < 1:
        return []
    thick = max(3.0, size * _THICK)
    across = [Rule(x0, y, x1, y, across=True) for x0, x1, y in _runs(dark, round(size * _ACROSS), thick)]
    down = [Rule(x, y0, x, y1, across=False) for y0, y1, x in _runs(dark.T, round(size * _DOWN), thick)]
    return across + down


def _runs(dark: Bits, length: int, thick: float) -> Iterator[tuple[float, float, float]]:
    """Rules across: (start, end, height of the middle)."""
    near = dark.copy()  # a rule that is a little askew steps from row to row
    near[1:] |= dark[:-1]
    near[:-1] |= dark[1:]
    sums = np.cumsum(np.pad(near, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    if sums.shape[1] <= length:
        return
    full = sums[:, length:] - sums[:, :-length] >= length * _FULL
    open_rules: list[list[float]] = []  # start, end, first row, last row
    for y in np.flatnonzero(full.any(axis=1)).tolist():
        row = np.flatnonzero(np.diff(np.pad(full[y], 1).astype(np.int8)))
        for x0, x1 in zip(row[::2].tolist(), (row[1::2] + length - 1).tolist(), strict=True):
            for rule in open_rules:
                if y - rule[3] <= 2 and x0 < rule[1] and x1 > rule[0]:
                    rule[:] = [min(rule[0], x0), max(rule[1], x1), rule[2], y]
                    break
            else:
                open_rules.append([x0, x1, y, y])
    for x0, x1, first, last in open_rules:
        if last - first <= thick + 2:
            inked = np.flatnonzero(near[int(first) : int(last) + 1, int(x0) : int(x1)].any(axis=0))
            yield x0 + float(inked[0]), x0 + float(inked[-1]) + 1, (first + last) / 2
