"""The regression gate: does a run keep what the accepted baseline had?

Both are scored anew first, from their kept answers with the cases and scorers of today: a change of a scorer or
of a case is no change of answers. A case that the baseline lacks, or was asked in other words, has nothing to be
compared with; it is named, and held to the rules that need no comparison. The gate fails when
- a case of the baseline was not asked, or ended in an error;
- a quote does not stand word for word in its article, or a citation does not resolve;
- an article that a case needs is not in the index (a splitter that merges two articles loses one);
- a polarity error or a forbidden fact is new, that is, the baseline did not have it;
- answers, or first citations, flipped from right to wrong more often than chance allows: one-sided exact
  sign test on the flips, P(at least that many of the flips go wrong) < LEVEL. With none for the better,
  5 flips fail (1/32 = 0.031).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from eval.cases import Case
from eval.errors import RunError
from eval.paired import one_sided
from eval.rows import Row
from eval.run import score_again
from eval.runs import Run, finish_run, read_run
from eval.summary import summarize
from index.model import Article

LEVEL = 0.05
BASELINE = Path(__file__).parent / "baseline"
CURE = "确认改动合理后，运行 policy-qa eval accept --reason “原因” 接受新基线（原因会写入 CHANGELOG.md）。"
_KEPT_HITS = 5
_RENEW = "确认后可用 policy-qa eval accept 更新基线"


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, or a remark, and the cases that it concerns."""

    rule: str
    case_ids: tuple[str, ...]
    detail: str = ""

    def __str__(self) -> str:
        """One line of Chinese that names the cases."""
        return f"{self.rule}（{len(self.case_ids)} 题）：{'、'.join(self.case_ids)}" + (
            f"。{self.detail}" if self.detail else ""
        )


@dataclass(frozen=True)
class Verdict:
    """What a run breaks, and what could not be compared."""

    failures: tuple[Finding, ...]
    notes: tuple[Finding, ...] = ()


def hold(run: Run, baseline: Run, cases: Iterable[Case], articles: Mapping[str, Article]) -> Verdict:
    """Hold `run` against `baseline`, both scored anew with `cases`.

    Raises:
        RunError: they are of different splits.
    """
    if run.info.split != baseline.info.split:
        raise RunError(
            f"基线是 {baseline.info.split} 题集的，这次评测的是 {run.info.split}，无法比较。"
            f"请评测 --split {baseline.info.split}。"
        )
    known = {c.id: c for c in cases}
    old = baseline.by_id
    gone = [i for i in old if i not in known]
    reworded = [i for i in old if i in known and old[i].question != known[i].question]
    comparable = [r for r in baseline.rows if r.case_id not in {*gone, *reworded}]
    notes = [
        *_finding("基线没有这些案例，未与基线比较", [i for i in run.by_id if i not in old], _RENEW),
        *_finding("题面已改，未与基线比较", reworded, _RENEW),
        *_finding("基线中的案例已不在题集里，不再比较", gone, _RENEW),
    ]
    today = score_again(run, known, articles)
    failures = gate(today, score_again(replace(baseline, rows=tuple(comparable)), known, articles))
    return Verdict(tuple(failures), tuple(notes))


def gate(run: Run, baseline: Run, *, level: float = LEVEL) -> list[Finding]:
    """What `run` breaks of `baseline`; nothing means that the gate is open."""
    old, new = baseline.by_id, run.by_id
    failures = invariants(run)
    failures += _finding("基线中的案例没有评测", [i for i in old if i not in new])
    for rule, metric in (("新出现是非答反", "polarity_error"), ("新出现禁止的说法", "forbidden")):
        failures += _finding(rule, [i for i in new if _has(new[i], metric) and not _has(old.get(i), metric)])
    for rule, metric in (("答案由对变错", "right"), ("首条引用由对变错", "first_citation")):
        failures += _flips(rule, metric, old, new, level)
    return failures


def _flips(
    rule: str, metric: str, old: Mapping[str, Row], new: Mapping[str, Row], level: float
) -> list[Finding]:
    both = [i for i in new if i in old]
    worse = [i for i in both if _has(old[i], metric) and not _has(new[i], metric)]
    better = [i for i in both if _has(new[i], metric) and not _has(old[i], metric)]
    chance = one_sided(len(worse), len(better))
    if not worse or chance >= level:
        return []
    detail = f"同时由错变对 {len(better)} 题；符号检验 p = {chance:.3f} < {level}"
    return _finding(f"{rule}超出允许范围", worse, detail)


def invariants(run: Run) -> list[Finding]:
    """What must hold of every run, whatever the baseline."""
    rules: tuple[tuple[str, Callable[[Row], bool]], ...] = (
        ("出错", lambda r: r.error is not None),
        ("引文与原文不一致", lambda r: (r.score("quotes_verbatim") or 0) < 1 and bool(r.answer.citations)),
        ("引用的条文不存在", lambda r: _has(r, "unresolved")),
        ("索引中没有案例所需的条文", lambda r: _has(r, "gold_missing")),
    )
    return [f for rule, broken in rules for f in _finding(rule, [r.case_id for r in run.rows if broken(r)])]


def read_baseline(folder: Path = BASELINE) -> Run:
    """The accepted run.

    Raises:
        RunError: there is none, or it has another format.
    """
    if not folder.is_dir():
        raise RunError(f"没有评测基线：{folder}。{CURE}")
    return read_run(folder)


def accept(
    run: Run, reason: str, *, folder: Path = BASELINE, changelog: Path, cases: Iterable[Case] = ()
) -> Run:
    """Make `run` the baseline, and say why in the changelog; it must hold all of `cases`.

    Raises:
        RunError: there is no reason, or the run is incomplete, lacks a case, or breaks an invariant.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise RunError("接受新基线需要写明原因：--reason “原因”。")
    if not run.complete:
        raise RunError(f"评测尚未完成：{run.folder}。请加 --resume 跑完后再接受为基线。")
    if lacking := [c.id for c in cases if c.id not in run.by_id]:
        raise RunError(
            f"不能接受为基线：只评测了一部分，缺 {len(lacking)} 题（{lacking[0]} 等）。请评测整个题集。"
        )
    if broken := invariants(run):
        raise RunError(f"不能接受为基线：{'；'.join(map(str, broken))}。请先修正。")
    folder.mkdir(parents=True, exist_ok=True)
    rows = sorted((slim(r) for r in run.rows), key=lambda r: r.case_id)
    accepted = finish_run(folder, run.info, rows)
    text = changelog.read_text(encoding="utf-8") if changelog.exists() else "# Changelog\n"
    changelog.write_text(add_to_changelog(text, _entry(run, reason)), encoding="utf-8")
    return accepted


def slim(row: Row) -> Row:
    """`row` without its times, which differ although nothing changed, and with the first hits only."""
    answer = replace(row.answer, retrieved=row.answer.retrieved[:_KEPT_HITS], timings_ms={})
    return replace(row, answer=answer, seconds=None)


def add_to_changelog(text: str, entry: str) -> str:
    """`text` with `entry` last under “## Unreleased” / “### Changed”, which are made if missing."""
    lines = text.rstrip("\n").split("\n")
    start = next(
        (i for i, line in enumerate(lines) if re.match(r"## \[?unreleased", line, re.IGNORECASE)), None
    )
    if start is None:
        top = 1 if lines[0].startswith("# ") else 0
        first = next((i for i in range(top, len(lines)) if lines[i].startswith("## ")), len(lines))
        lines[first:first] = _spaced(lines, first, ["## Unreleased"])
        start = lines.index("## Unreleased")
    end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("## ")), len(lines))
    section = next((i for i in range(start + 1, end) if lines[i].strip() == "### Changed"), None)
    if section is None:
        lines[end:end] = _spaced(lines, end, ["### Changed", "", entry])
    else:
        stop = next((i for i in range(section + 1, end) if lines[i].startswith("### ")), end)
        while stop > section + 1 and not lines[stop - 1].strip():
            stop -= 1
        lines[stop:stop] = ["", entry] if stop == section + 1 else [entry]
    return "\n".join(lines) + "\n"


def _spaced(lines: list[str], at: int, new: list[str]) -> list[str]:
    """`new` with a blank line before it and after it, where there is none."""
    before = [""] if at and lines[at - 1].strip() else []
    return before + new + ([""] if at < len(lines) else [])


def _entry(run: Run, reason: str) -> str:
    right = summarize(run.rows)["total"]["right"]
    return f"- Evaluation baseline ({run.info.split}, {len(run.rows)} cases, {right:.3f} right): {reason}"


def _finding(rule: str, case_ids: list[str], detail: str = "") -> list[Finding]:
    return [Finding(rule, tuple(case_ids), detail)] if case_ids else []


def _has(row: Row | None, metric: str) -> bool:
    return row is not None and (row.score(metric) or 0) > 0
