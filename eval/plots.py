"""The plots of a report, each from the rows of a run; what is drawn how stands in `eval.svg`."""

import math
from collections.abc import Mapping, Sequence

from eval.cases import Case
from eval.metrics import percentile, ratio, recall_at
from eval.rows import Row
from eval.summary import numbers_of
from eval.svg import Line, bar_plot, line_plot

_BINS = 10
_TENTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)


def by_stratum(rows: Sequence[Row], metric: str) -> str:
    """The mean of `metric` in each stratum."""
    bars = []
    for stratum in dict.fromkeys(r.stratum for r in rows):
        found = numbers_of([r for r in rows if r.stratum == stratum])
        bars.append((stratum, found[metric], f"{found['cases']} 题"))
    return bar_plot("各题型", bars)


def recall_curve(rows: Sequence[Row], cases: Mapping[str, Case]) -> str:
    """Recall over the number of articles that are read, from 1 to 20."""
    known = [(r.answer.retrieved, cases[r.case_id].gold) for r in rows if r.case_id in cases]
    gold = [(hits, places) for hits, places in known if places]
    points = [
        (float(k), sum(recall_at(k, hits, places) or 0.0 for hits, places in gold) / len(gold))
        for k in range(1, 21)
        if gold
    ]
    lowest = min((y for _, y in points), default=0.0)
    floor = math.floor(lowest * 5) / 5 if lowest < 1 else 0.8
    return line_plot(
        "召回曲线",
        [Line("召回", points)],
        x_label="前 k 条",
        y_label="召回" + (f"（纵轴自 {floor:g} 起）" if floor else ""),
        x_range=(1, 20),
        y_range=(floor, 1.0),
        x_ticks=(1, 5, 10, 15, 20),
    )


def reliability(rows: Sequence[Row]) -> str:
    """Whether confidence means what it says: shares answerable, and answered right, by tenths of confidence.

    A point stands at the mean confidence of its tenth; on the diagonal, 70 % confidence comes true in 70 % of
    the cases. The columns are the share of all cases in that tenth. DeGroot & Fienberg, The Statistician 32
    (1983).
    """
    bins: dict[int, list[Row]] = {}
    asked = [r for r in rows if r.error is None]
    for row in asked:
        bins.setdefault(min(int(row.answer.confidence * _BINS), _BINS - 1), []).append(row)
    found = [bins[b] for b in sorted(bins)]
    at = [sum(r.answer.confidence for r in rs) / len(rs) for rs in found]
    answerable = [sum(r.should_refuse is None for r in rs) / len(rs) for rs in found]
    right = [sum(r.score("facts_right") == 1 for r in rs) / len(rs) for rs in found]
    return line_plot(
        "把握的可靠性",
        [
            Line("可答", list(zip(at, answerable, strict=True))),
            Line("答对", list(zip(at, right, strict=True))),
            Line("理想", [(0, 0), (1, 1)], dashed=True),
        ],
        x_label="把握（confidence）；灰柱为题目占比",
        y_label="比例",
        x_range=(0, 1),
        x_ticks=_TENTHS,
        columns=[(b / _BINS, (b + 1) / _BINS, len(bins[b]) / len(asked)) for b in sorted(bins)],
    )


def refusal_curve(rows: Sequence[Row], threshold: float | None) -> str:
    """Refusal precision and recall, and the share of answerable cases refused, over the threshold.

    A case is refused where its confidence is below the threshold. What was refused at a confidence above
    `threshold`, the one in use, was refused by a rule (无此条 …) and stays so wherever the threshold stands.
    """
    asked = [r for r in rows if r.error is None]
    by_rule = {r.case_id for r in asked if r.answer.refused and r.answer.confidence >= (threshold or 0.0)}
    unanswerable = sum(r.should_refuse is not None for r in asked)
    precision: list[tuple[float, float]] = []
    recall: list[tuple[float, float]] = []
    lost: list[tuple[float, float]] = []
    for step in range(51):
        at = step / 50
        refused = [r for r in asked if r.answer.confidence < at or r.case_id in by_rule]
        rightly = sum(r.should_refuse is not None for r in refused)
        for line, value in (
            (precision, ratio(rightly, len(refused))),
            (recall, ratio(rightly, unanswerable)),
            (lost, ratio(len(refused) - rightly, len(asked) - unanswerable)),
        ):
            if value is not None:
                line.append((at, value))
    return line_plot(
        "拒答随阈值",
        [Line("准确率", precision), Line("召回率", recall), Line("可答被拒", lost)],
        x_label="拒答阈值" + ("" if threshold is None else f"（竖线为现用的 {threshold:g}）"),
        y_label="比例",
        x_range=(0, 1),
        x_ticks=_TENTHS,
        mark=threshold,
    )


def latency(rows: Sequence[Row]) -> str:
    """The share of cases that took at most so long."""
    times = sorted(1000 * r.seconds for r in rows if r.seconds is not None)
    points = [(t, (i + 1) / len(times)) for i, t in enumerate(times)]
    marks = [(name, percentile(times, share)) for name, share in (("p50", 0.5), ("p95", 0.95))]
    label = "，".join(f"{name} = {value:.0f} 毫秒" for name, value in marks if value is not None)
    top = times[-1] if times else 1.0
    return line_plot(
        "耗时分布",
        [Line("累计", points)],
        x_label=f"毫秒（{label or '无数据'}）",
        y_label="比例",
        x_range=(0, top),
        x_ticks=_round_ticks(top),
    )


def _round_ticks(top: float) -> list[float]:
    """Up to six round numbers from 0 to `top`, a step being 1, 2 or 5 times a power of ten."""
    step = 10.0 ** math.floor(math.log10(top / 5)) if top > 0 else 1.0
    step *= next((f for f in (1, 2, 5) if top / (step * f) <= 5), 10)
    return [step * i for i in range(int(top / step) + 1)]
