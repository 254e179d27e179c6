from dataclasses import replace
from pathlib import Path

import pytest

from eval.compare import compare, markdown, said
from eval.errors import RunError
from tests.eval.runs import RIGHT, case, row, run_by_right, run_of
from tests.eval.samples import FEE_CASE, REFUSAL


def test_flips_are_listed_each_way() -> None:
    found = compare(run_by_right("1100"), run_by_right("1011"))
    assert [f.after.case_id for f in found.worse] == ["d002"]
    assert [f.after.case_id for f in found.better] == ["d003", "d004"]
    assert found.p_value == 1.0  # n = 3, two better: 2 * (C(3,2) + C(3,3)) / 8 = 1


def test_each_metric_has_its_means_and_an_interval() -> None:
    found = compare(run_by_right("0000000000"), run_by_right("1111111111"))
    right = next(d for d in found.differences if d.metric == "right")
    assert (right.cases, right.before, right.after, right.low, right.high) == (10, 0.0, 1.0, 1.0, 1.0)
    assert right.is_clear
    recall = next(d for d in found.differences if d.metric == "recall@20")
    assert (recall.low, recall.high, recall.is_clear) == (0.0, 0.0, False)
    assert found.p_value == pytest.approx(2 / 1024)


def test_a_metric_without_gold_in_both_runs_is_left_out() -> None:
    metrics = [d.metric for d in compare(run_by_right("1"), run_by_right("1")).differences]
    assert "list_completeness" not in metrics
    assert "polarity_error" not in metrics


def test_cases_of_one_run_only_are_named_and_not_compared() -> None:
    found = compare(run_by_right("11"), run_by_right("111"))
    assert (found.cases, found.unpaired) == (2, ("d003",))
    assert "只在一方出现、未比较：d003。" in markdown(found)


def test_runs_without_a_common_case_cannot_be_compared() -> None:
    other = run_of(row(case(9), RIGHT), folder=Path("runs/y"))
    with pytest.raises(RunError) as error:
        compare(run_by_right("1"), other)
    assert str(error.value) == "两次评测没有相同的案例：runs/x、runs/y。请选择同一题集的评测记录。"


def test_the_markdown_shows_both_answers_of_every_flip() -> None:
    lines = markdown(compare(run_by_right("10"), run_by_right("01"))).splitlines()
    assert lines[2] == "由错变对 1 题，由对变错 1 题（McNemar 精确检验 p = 1.000）。"
    at = lines.index("### 由对变错（1 题）")
    assert lines[at + 2 : at + 5] == [
        "**d001**（number）目录管几年？（1）",
        "- A：目录自公告之日起三年内有效[1]。（引用：《检测评定管理办法》第十四条）",
        "- B：目录自公告之日起有效[1]。（引用：《检测评定管理办法》第十四条）",
    ]
    assert "| 综合正确 | 2 | 0.500 | 0.500 | +0.000 | [-1.000, +1.000] |" in lines


def test_flips_of_the_test_split_are_told_by_id_only() -> None:
    after = run_by_right("01")
    text = markdown(compare(run_by_right("10"), replace(after, info=replace(after.info, split="test"))))
    assert "### 由对变错（1 题）\n\n编号：d001（含测试题，不显示题面）" in text
    assert "目录" not in text


def test_runs_of_retrieval_alone_have_no_flips() -> None:
    bare = run_of(replace(row(case(1), RIGHT), scores={"mrr": 0.5}))
    found = compare(bare, run_by_right("1"))
    assert markdown(found).splitlines()[2] == "两次评测未都作答，只比较检索。"
    assert [(d.metric, d.before, d.after) for d in found.differences] == [
        ("mrr", 0.5, 0.5),
        ("seconds", 0.1, 0.1),
    ]


def test_a_refusal_and_an_error_are_shown_as_such() -> None:
    assert said(row(FEE_CASE, REFUSAL)) == "（拒答：超出范围）现有资料中没有这方面的内容。"
    assert said(row(FEE_CASE, ValueError("坏了"))) == "（出错）坏了"
