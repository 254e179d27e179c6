"""Two plots as inline SVG, without a plotting library: lines over numbers, and bars by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 14, 26, 42
COLOURS = ("#1f5fa8", "#c2571a", "#3b7d4f", "#7a4b9c")
_GRID, _INK, _COLUMN = "#e3e6ea", "#4a5058", "#d5dae1"
_BAR, _NAME = 28, 112


@dataclass(frozen=True)
class Line:
    """A named line through points."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


def line_plot(
    title: str,
    lines: Sequence[Line],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float] = (0.0, 1.0),
    x_ticks: Sequence[float] = (),
    columns: Sequence[tuple[float, float, float]] = (),
    mark: float | None = None,
) -> str:
    """The lines with their points marked; values outside the ranges are drawn at the edge.

    Behind them stand grey `columns` (from x, to x, height) and a vertical line at `mark`.
    """
    across = _scale(x_range, (_LEFT, WIDTH - _RIGHT))
    up = _scale(y_range, (HEIGHT - _BOTTOM, _TOP))
    parts = [_column(across(a) + 1, across(b) - 1, up(h), up(y_range[0])) for a, b, h in columns]
    if mark is not None:
        ends = f'x1="{across(mark):.1f}" x2="{across(mark):.1f}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"'
        parts.append(f'<line {ends} stroke="{_INK}" stroke-dasharray="2 3"/>')
    for i in range(6):
        value = y_range[0] + (y_range[1] - y_range[0]) * i / 5
        y = up(value)
        parts.append(f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 6, y + 4, f"{value:.3g}" if value < 1000 else f"{value:.0f}", "end"))
    for tick in x_ticks or x_range:
        parts.append(_text(across(tick), HEIGHT - _BOTTOM + 16, f"{tick:g}", "middle"))
    parts.append(_text((_LEFT + WIDTH) / 2, HEIGHT - 6, x_label, "middle"))
    parts.append(_text(4, _TOP - 12, y_label, "start"))
    for n, line in enumerate(lines):
        colour = COLOURS[n % len(COLOURS)]
        points = [(across(x), up(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if len(points) <= 30 and not line.dashed:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.8" fill="{colour}"/>' for x, y in points]
        if len(lines) > 1:
            x = WIDTH - _RIGHT - 92 * (len(lines) - n)
            parts.append(f'<rect x="{x}" y="4" width="12" height="12" fill="{colour}"/>')
            parts.append(_text(x + 17, 14, line.name, "start"))
    return _svg(title, WIDTH, HEIGHT, parts)


def bar_plot(title: str, bars: Sequence[tuple[str, float | None, str]]) -> str:
    """A horizontal bar for each (name, share from 0 to 1 or None, remark)."""
    height = _BAR * len(bars) + 8
    room = WIDTH - _NAME - 96
    parts = []
    for i, (name, share, remark) in enumerate(bars):
        y = 4 + i * _BAR
        parts.append(_text(_NAME - 8, y + 18, name, "end"))
        parts.append(f'<rect x="{_NAME}" y="{y + 4}" width="{room}" height="{_BAR - 8}" fill="{_GRID}"/>')
        if share is not None:
            width = room * min(max(share, 0.0), 1.0)
            parts.append(
                f'<rect x="{_NAME}" y="{y + 4}" width="{width:.1f}" height="{_BAR - 8}" fill="{COLOURS[0]}"/>'
            )
        shown = "—" if share is None else f"{share:.2f}"
        parts.append(_text(_NAME + room + 8, y + 18, f"{shown}　{remark}", "start"))
    return _svg(title, WIDTH, height, parts)


def _column(left: float, right: float, top: float, bottom: float) -> str:
    width, height = right - left, bottom - top
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{_COLUMN}"/>'


def _scale(domain: tuple[float, float], target: tuple[float, float]) -> Callable[[float], float]:
    low, high = domain
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return target[0] + (target[1] - target[0]) * (min(max(value, low), high) - low) / span

    return place


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    # Screen readers read the title; the numbers stand in the tables beside.
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" font-size="12" '
        f'fill="{_INK}" font-family="inherit">{"".join(parts)}</svg>'
    )
