"""Daily counts as a plot and a table. Pure.

The plot is stretched to the width of the page, so it holds no letters: its axes are told beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ui.saved import USER_VERDICTS, Day

_BY_WEEK = 100
"""Days from which on a bar of the plot is a week."""
_HEIGHT = 100.0
_SLOT = 10.0
"""Width of a bar with its gap, in units of the plot; the bar of feedback stands in front."""
_ASKED = "提问"


@dataclass(frozen=True)
class _Bar:
    first: date
    last: date
    asked: int
    refused: int
    judged: int

    @property
    def said(self) -> str:
        when = _day(self.first) if self.first == self.last else f"{_day(self.first)}至{_day(self.last)}"
        return f"{when}：提问 {self.asked}，其中拒答 {self.refused}，评价 {self.judged}"


def daily_html(days: Sequence[Day]) -> str:
    """The section: plot, and a table of the days on which something happened, the newest first."""
    if not any(d.asked or any(d.verdicts.values()) for d in days):
        body = '<p class="pq-none">这段时间没有提问。</p>'
    else:
        body = f"{_plot_html(days)}{_table_html(days)}"
    return f'<section aria-label="每日数量"><h3>每日数量</h3>{body}</section>'


def _plot_html(days: Sequence[Day]) -> str:
    size = 7 if len(days) > _BY_WEEK else 1
    bars = [_bar(days[max(end - size, 0) : end]) for end in range(len(days), 0, -size)][::-1]
    most = max(max(b.asked, b.judged) for b in bars)
    total = _bar(days)
    unit = "每周" if size > 1 else "每日"
    title = f"{unit}提问、拒答和评价的数量"
    highest = max(bars, key=lambda b: b.asked)
    desc = f"共提问 {total.asked}，其中拒答 {total.refused}，评价 {total.judged}。最多的是{highest.said}。"
    drawn = "".join(_bar_svg(n, bar, most) for n, bar in enumerate(bars))
    legend = "".join(
        f'<span><i class="pq-key pq-{kind}"></i>{name}</span>'
        for kind, name in (("asked", "已答"), ("refused", "拒答（含请补充信息）"), ("judged", "评价"))
    )
    return (
        f'<figure class="pq-plot"><figcaption>{title}<span class="pq-legend">{legend}</span></figcaption>'
        f'<div class="pq-axes"><span class="pq-most">{most}</span><span class="pq-zero">0</span>'
        f'<svg role="img" aria-labelledby="pq-plot-title pq-plot-desc" viewBox="0 0 {len(bars) * _SLOT:g} {_HEIGHT:g}"'
        f' preserveAspectRatio="none"><title id="pq-plot-title">{title}</title>'
        f'<desc id="pq-plot-desc">{desc}</desc>{drawn}</svg>'
        f"<span>{_day(bars[0].first)}</span><span>{_day(bars[-1].last)}</span></div></figure>"
    )


def _bar_svg(n: int, bar: _Bar, most: int) -> str:
    def rect(kind: str, x: float, width: float, count: int, below: int = 0) -> str:
        height, y = _HEIGHT * count / most, _HEIGHT * (most - below - count) / most
        return (
            f'<rect class="pq-{kind}" x="{n * _SLOT + x:g}" y="{y:.2f}" width="{width:g}" height="{height:.2f}"/>'
            if count
            else ""
        )

    parts = (
        rect("refused", 1, 5, bar.refused),
        rect("asked", 1, 5, bar.asked - bar.refused, bar.refused),
        rect("judged", 6.5, 2.5, bar.judged),
    )
    # the clear rectangle gives the tooltip of a bar its whole height
    whole = f'<rect class="pq-clear" x="{n * _SLOT:g}" y="0" width="{_SLOT:g}" height="{_HEIGHT:g}"/>'
    return f"<g><title>{bar.said}</title>{whole}{''.join(parts)}</g>"


def _table_html(days: Sequence[Day]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("日期", _ASKED, "拒答", *USER_VERDICTS))
    rows = "".join(
        f'<tr><th scope="row">{d.day.isoformat()}</th>{_cells(d)}</tr>'
        for d in reversed(days)
        if d.asked or any(d.verdicts.values())
    )
    total = Day(
        days[-1].day,
        sum(d.asked for d in days),
        sum(d.refused for d in days),
        {v: sum(d.verdicts[v] for d in days) for v in USER_VERDICTS},
    )
    return (
        '<div class="pq-scroll" tabindex="0" role="region" aria-label="每日数量表">'
        f'<table class="pq-counts"><thead><tr>{heads}</tr></thead>'
        f'<tbody><tr class="pq-total"><th scope="row">合计</th>{_cells(total)}</tr>{rows}</tbody></table></div>'
    )


def _cells(day: Day) -> str:
    return "".join(f"<td>{n}</td>" for n in (day.asked, day.refused, *day.verdicts.values()))


def _bar(days: Sequence[Day]) -> _Bar:
    judged = sum(sum(d.verdicts.values()) for d in days)
    asked, refused = sum(d.asked for d in days), sum(d.refused for d in days)
    return _Bar(days[0].day, days[-1].day, asked, refused, judged)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
