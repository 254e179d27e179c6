"""Runs made by hand for the tests of compare, gate and report."""

from dataclasses import replace
from pathlib import Path

from eval.cases import Case
from eval.rows import Row, SavedAnswer, save_answer
from eval.runs import Run, RunInfo
from eval.score import score_row
from qa.model import Answer
from tests.eval.samples import ARTICLES, BAN, TERM, TERM_ANSWER, TERM_CASE, answer

RIGHT = TERM_ANSWER
WRONG = answer("目录自公告之日起有效[1]。", [TERM])
FORBIDDEN = answer("弄虚作假的，5 年内不再受理其申请[1]。", [BAN])


def case(n: int, base: Case = TERM_CASE) -> Case:
    return replace(base, id=f"d{n:03d}", question=f"{base.question}（{n}）")


def row(c: Case, said: Answer | Exception, seconds: float = 0.1) -> Row:
    if isinstance(said, Exception):
        made = Row(c.id, "", "", SavedAnswer(""), error=str(said))
    else:
        made = Row(c.id, "", "", save_answer(said), seconds=seconds)
    return score_row(c, made, ARTICLES)


def run_of(*rows: Row, folder: Path = Path("runs/x"), count: int | None = None) -> Run:
    return Run(folder, RunInfo(split="dev", case_count=len(rows) if count is None else count), rows)


def run_by_right(pattern: str, folder: Path = Path("runs/x")) -> Run:
    """A run with a right answer for each 1 and a wrong one for each 0."""
    return run_of(
        *(row(case(n), RIGHT if c == "1" else WRONG) for n, c in enumerate(pattern, 1)), folder=folder
    )
