"""A run in numbers: means over the cases that have gold for a metric, in total and by stratum."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.metrics import mean, percentile, ratio
from eval.paired import bootstrap_interval
from eval.rows import Row

Numbers = dict[str, float | int | None]
MEANS = (
    "recall@1", "recall@3", "recall@5", "recall@10", "recall@20", "mrr", "ndcg@10", "first_citation",
    "facts_right", "facts_share", "list_completeness", "citation_precision", "citation_recall", "support",
    "quotes_verbatim", "direct", "polarity_error", "forbidden", "right",
)  # fmt: skip
LABELS = {
    "cases": "题数",
    "recall@1": "召回@1",
    "recall@3": "召回@3",
    "recall@5": "召回@5",
    "recall@10": "召回@10",
    "recall@20": "召回@20",
    "mrr": "MRR",
    "ndcg@10": "nDCG@10",
    "first_citation": "首条引用正确",
    "facts_right": "事实正确",
    "facts_share": "事实覆盖",
    "list_completeness": "清单完整",
    "citation_precision": "引用准确率",
    "citation_recall": "引用召回率",
    "support": "语句有据",
    "quotes_verbatim": "引文逐字",
    "direct": "是非直答",
    "unresolved": "引用落空",
    "right": "综合正确",
    "refusal_precision": "拒答准确率",
    "refusal_recall": "拒答召回率",
    "refusal_type": "拒答类型正确",
    "answerable_refused": "可答被拒",
    "polarity_errors": "是非答反",
    "forbidden_said": "说出禁语",
    "length_median": "字数中位",
    "latency_p50": "耗时 p50（秒）",
    "latency_p95": "耗时 p95（秒）",
    "errors": "出错",
}
_TABLE = (
    "recall@1", "recall@5", "recall@10", "first_citation", "facts_right", "citation_precision",
    "citation_recall", "support", "list_completeness", "right",
)  # fmt: skip
_TOTALS = (
    "recall@1", "recall@5", "recall@10", "recall@20", "mrr", "ndcg@10", "first_citation", "facts_right",
    "list_completeness", "citation_precision", "citation_recall", "support", "quotes_verbatim", "unresolved",
    "refusal_precision", "refusal_recall", "refusal_type", "answerable_refused", "direct", "polarity_errors",
    "forbidden_said", "right", "length_median", "latency_p50", "latency_p95", "errors",
)  # fmt: skip
_COUNTS = ("cases", "unresolved", "polarity_errors", "forbidden_said", "errors")
_PLAIN = ("length_median", "latency_p50", "latency_p95")


def summarize(rows: Sequence[Row]) -> dict[str, Any]:
    """All numbers of a run: `total`, `intervals`, `by_stratum`, `by_refusal`, and how many cases each mean is over."""
    strata = dict.fromkeys(r.stratum for r in rows)
    return {
        "total": numbers_of(rows),
        "intervals": intervals_of(rows),
        "by_stratum": {s: numbers_of([r for r in rows if r.stratum == s]) for s in strata},
        "by_refusal": {
            kind: by_type([r for r in rows if r.should_refuse == kind])
            for kind in dict.fromkeys(r.should_refuse for r in rows if r.should_refuse)
        },
        "counts": {name: sum(r.score(name) is not None for r in rows) for name in MEANS},
    }


def numbers_of(rows: Sequence[Row]) -> Numbers:
    """The numbers of these rows; None where no case has gold for it."""
    unanswerable = [r for r in rows if r.should_refuse]
    refused = [r for r in rows if r.answer.refused]
    rightly = sum(r.answer.refused for r in unanswerable)
    times = [r.seconds for r in rows if r.seconds is not None]
    lengths = [v for r in rows if (v := r.score("length")) is not None]
    found: Numbers = {"cases": len(rows)}
    found |= {name: mean([r.score(name) for r in rows]) for name in MEANS}
    return found | {
        "refusal_precision": ratio(rightly, len(refused)),
        "refusal_recall": ratio(rightly, len(unanswerable)),
        "refusal_type": mean([r.score("refusal_type") for r in unanswerable]),
        "answerable_refused": ratio(len(refused) - rightly, len(rows) - len(unanswerable)),
        "polarity_errors": count(rows, "polarity_error"),
        "forbidden_said": count(rows, "forbidden"),
        "unresolved": count(rows, "unresolved"),
        "length_median": percentile(lengths, 0.5),
        "latency_p50": percentile(times, 0.5),
        "latency_p95": percentile(times, 0.95),
        "errors": sum(r.error is not None for r in rows),
    }


def intervals_of(rows: Sequence[Row]) -> dict[str, tuple[float, float] | None]:
    """The 95 % bootstrap interval of each share and mean of `numbers_of` (see `eval.paired.bootstrap_interval`).

    Shares of refusals are means over the cases in their denominator, and are drawn from these.
    """
    unanswerable = [r for r in rows if r.should_refuse]
    values = {name: [v for r in rows if (v := r.score(name)) is not None] for name in MEANS}
    values |= {
        "refusal_precision": [float(r.should_refuse is not None) for r in rows if r.answer.refused],
        "refusal_recall": [float(r.answer.refused) for r in unanswerable],
        "refusal_type": [v for r in unanswerable if (v := r.score("refusal_type")) is not None],
        "answerable_refused": [float(r.answer.refused) for r in rows if not r.should_refuse],
    }
    return {name: bootstrap_interval(found) for name, found in values.items()}


def by_type(rows: Sequence[Row]) -> dict[str, int]:
    """How many of these unanswerable cases were refused, and how many with the right type."""
    return {
        "cases": len(rows),
        "refused": sum(r.answer.refused for r in rows),
        "type_right": count(rows, "refusal_type"),
    }


def count(rows: Sequence[Row], name: str) -> int:
    """The cases whose score of that name is above zero."""
    return sum((r.score(name) or 0) > 0 for r in rows)


def markdown(summary: Mapping[str, Any], title: str = "评测结果") -> str:
    """The summary as Markdown for the terminal: the totals, and a table by stratum."""
    total: Numbers = summary["total"]
    lines = [f"## {title}（{total['cases']} 题）", "", "| 指标 | 值 | 95 % 区间 |", "| --- | ---: | ---: |"]
    for n in _TOTALS:
        lines.append(
            f"| {LABELS[n]} | {shown(n, total.get(n))} | {shown_interval(summary['intervals'].get(n))} |"
        )
    lines += ["", "区间为百分位自助法，按题重抽样 2000 次，固定种子。"]
    lines += ["", "| 题型 | 题数 | " + " | ".join(LABELS[n] for n in _TABLE) + " |"]
    lines += ["| --- | ---: |" + " ---: |" * len(_TABLE)]
    for stratum, found in summary["by_stratum"].items():
        cells = " | ".join(shown(n, found.get(n)) for n in _TABLE)
        lines.append(f"| {stratum} | {found['cases']} | {cells} |")
    if summary["by_refusal"]:
        lines += ["", "| 应拒答的类型 | 题数 | 拒答 | 类型正确 |", "| --- | ---: | ---: | ---: |"]
    for kind, n in summary["by_refusal"].items():
        lines.append(f"| {kind} | {n['cases']} | {n['refused']} | {n['type_right']} |")
    return "\n".join(lines)


def shown_interval(interval: Sequence[float] | None) -> str:
    """An interval of shares with three places, — for none."""
    return "—" if interval is None else f"[{interval[0]:.3f}, {interval[1]:.3f}]"


def shown(name: str, value: float | int | None) -> str:
    """A number as people read it: shares with three places, counts and lengths whole, — for no gold."""
    if value is None:
        return "—"
    if name in _COUNTS or name == "length_median":
        return f"{value:.0f}"
    return f"{value:.2f}" if name in _PLAIN else f"{value:.3f}"
