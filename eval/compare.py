"""Two runs side by side: which questions flipped, and by how much each metric differs."""

from dataclasses import dataclass

from eval.errors import RunError
from eval.paired import bootstrap_interval, two_sided
from eval.rows import Row, SavedAnswer
from eval.runs import Run
from eval.summary import LABELS, MEANS

_METRICS = (*MEANS, "length", "seconds")
_LABELS = LABELS | {
    "polarity_error": "是非答反",
    "forbidden": "说出禁语",
    "length": "字数",
    "seconds": "耗时（秒）",
}

_SHOWN = 400
"""Characters of an answer that are shown side by side."""
_CITED = 5


@dataclass(frozen=True)
class Flip:
    """A case that is right in one run and wrong in the other."""

    before: Row
    after: Row


@dataclass(frozen=True)
class Difference:
    """A metric over the cases that have it in both runs: both means, and the interval of their difference."""

    metric: str
    cases: int
    before: float
    after: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Comparison:
    """What changed from one run to another."""

    cases: int
    better: tuple[Flip, ...]
    worse: tuple[Flip, ...]
    differences: tuple[Difference, ...]
    p_value: float
    """Two-sided exact McNemar test on the flips."""
    unpaired: tuple[str, ...] = ()
    """Cases that only one of the runs has."""
    answered: bool = True
    """Whether both runs have answers; a run of retrieval alone has none that could flip."""
    closed: bool = False
    """Whether a run holds cases that must not be read by whoever tunes, so that only their ids are told."""


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs over the cases that both have.

    Raises:
        RunError: they have no case in common.
    """
    old, new = before.by_id, after.by_id
    pairs = [Flip(old[i], new[i]) for i in old if i in new]
    if not pairs:
        raise RunError(f"两次评测没有相同的案例：{before.folder}、{after.folder}。请选择同一题集的评测记录。")
    better = tuple(p for p in pairs if _right(p.after) and not _right(p.before))
    worse = tuple(p for p in pairs if _right(p.before) and not _right(p.after))
    return Comparison(
        cases=len(pairs),
        better=better,
        worse=worse,
        differences=tuple(d for m in _METRICS if (d := _difference(m, pairs))),
        p_value=two_sided(len(worse), len(better)),
        unpaired=tuple(sorted(old.keys() ^ new.keys())),
        answered=any(
            p.before.score("right") is not None and p.after.score("right") is not None for p in pairs
        ),
        closed=any(run.info.split != "dev" for run in (before, after)),
    )


def markdown(comparison: Comparison) -> str:
    """The comparison as Markdown for the terminal; A is the earlier run, B the later."""
    c = comparison
    flips = (
        f"由错变对 {len(c.better)} 题，由对变错 {len(c.worse)} 题（McNemar 精确检验 p = {c.p_value:.3f}）。"
    )
    lines = [f"## 评测对比（{c.cases} 题）", "", flips if c.answered else "两次评测未都作答，只比较检索。"]
    if c.unpaired:
        lines.append(f"只在一方出现、未比较：{'、'.join(c.unpaired)}。")
    lines += ["", "| 指标 | 题数 | A | B | B − A | 95 % 区间 |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    lines += [_line(d) for d in c.differences]
    lines += ["", "区间为配对自助法（2000 次重抽样，固定种子）；* 表示区间不含 0。"]
    for title, found in (("由对变错", c.worse), ("由错变对", c.better)):
        if found:
            lines += ["", f"### {title}（{len(found)} 题）"]
            ids = ["", f"编号：{'、'.join(flip.after.case_id for flip in found)}（含测试题，不显示题面）"]
            lines += ids if c.closed else [line for flip in found for line in _side_by_side(flip)]
    return "\n".join(lines)


def _right(row: Row) -> bool:
    return row.score("right") == 1


def _value(row: Row, metric: str) -> float | None:
    return row.seconds if metric == "seconds" else row.score(metric)


def _difference(metric: str, pairs: list[Flip]) -> Difference | None:
    both = [
        (a, b)
        for p in pairs
        if (a := _value(p.before, metric)) is not None and (b := _value(p.after, metric)) is not None
    ]
    interval = bootstrap_interval([b - a for a, b in both])
    if interval is None:
        return None
    before = sum(a for a, _ in both) / len(both)
    after = sum(b for _, b in both) / len(both)
    return Difference(metric, len(both), before, after, *interval)


def _line(d: Difference) -> str:
    star = " *" if d.is_clear else ""
    numbers = f"{d.before:.3f} | {d.after:.3f} | {d.after - d.before:+.3f} | [{d.low:+.3f}, {d.high:+.3f}]"
    return f"| {_LABELS[d.metric]} | {d.cases} | {numbers}{star} |"


def _side_by_side(flip: Flip) -> list[str]:
    return [
        "",
        f"**{flip.after.case_id}**（{flip.after.stratum}）{flip.after.question}",
        f"- A：{said(flip.before)}",
        f"- B：{said(flip.after)}",
    ]


def said(row: Row) -> str:
    """What was answered, on one line: the error, the refusal or the answer, and what it cites."""
    if row.error is not None:
        return f"（出错）{row.error}"
    answer: SavedAnswer = row.answer
    text = " ".join(answer.text.split())
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……（共 {len(text)} 字）"
    if answer.refused:
        return f"（拒答：{answer.refusal}）{text}"
    labels = [c.label for c in answer.citations]
    more = f"等 {len(labels)} 处" if len(labels) > _CITED else ""
    cited = "、".join(labels[:_CITED]) + more
    return f"{text}（引用：{cited or '无'}）"
