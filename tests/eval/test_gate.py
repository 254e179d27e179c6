from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import Case
from eval.errors import RunError
from eval.gate import accept, add_to_changelog, gate, hold, invariants, read_baseline, slim
from eval.runs import Run, read_run
from tests.eval.runs import FORBIDDEN, RIGHT, WRONG, case, row, run_by_right, run_of
from tests.eval.samples import ARTICLES, BAN, FEE, FEE_ANSWER, FEE_CASE, TERM, answer

CASES = [case(n) for n in range(1, 7)]
NEEDS_FEE = answer("需要缴费，检测评定向申请单位收取费用[1]。", [FEE])


def told(run: object, baseline: object) -> list[str]:
    return [str(f) for f in gate(run, baseline)]  # type: ignore[arg-type]


def test_a_run_equal_to_its_baseline_passes() -> None:
    assert told(run_by_right("110"), run_by_right("110")) == []


def test_a_few_flips_pass_and_five_without_a_better_one_do_not() -> None:
    # 4 of 4 worse: 1/16 = 0.0625, allowed at 0.05; 5 of 5: 1/32 = 0.03125
    assert told(run_by_right("000011"), run_by_right("111111")) == []
    assert told(run_by_right("000001"), run_by_right("111111")) == [
        "答案由对变错超出允许范围（5 题）：d001、d002、d003、d004、d005。"
        "同时由错变对 0 题；符号检验 p = 0.031 < 0.05"
    ]


def test_flips_for_the_better_count_against_flips_for_the_worse() -> None:
    # 5 worse, 1 better: (C(6,5) + C(6,6)) / 64 = 7/64 = 0.109
    assert told(run_by_right("0000011"), run_by_right("1111101")) == []


def test_the_level_can_be_set() -> None:
    found = gate(run_by_right("0"), run_by_right("1"), level=0.6)
    assert [f.case_ids for f in found] == [("d001",)]


def test_a_quote_that_is_not_verbatim_fails_even_if_the_baseline_had_it() -> None:
    bad = row(FEE_CASE, answer(FEE_ANSWER.text, [FEE], quotes=["检测评定不收取费用"]))
    assert told(run_of(bad), run_of(bad)) == ["引文与原文不一致（1 题）：d001"]


def test_a_citation_that_does_not_resolve_fails() -> None:
    lost = replace(FEE, id="乙/第九条")
    bad = row(FEE_CASE, answer(FEE_ANSWER.text, [lost]))
    assert told(run_of(bad), run_of(bad)) == [
        "引文与原文不一致（1 题）：d001",
        "引用的条文不存在（1 题）：d001",
    ]


def test_an_index_that_lost_a_needed_article_fails() -> None:
    bad = row(replace(FEE_CASE, gold=((FEE.id, "乙/第九条"),)), FEE_ANSWER)
    assert told(run_of(bad), run_of(bad)) == ["索引中没有案例所需的条文（1 题）：d001"]


def test_first_citations_that_go_wrong_fail_although_the_answers_stay_right() -> None:
    moved = answer(RIGHT.text, [BAN, TERM])
    before = run_of(*(row(case(n), RIGHT) for n in range(1, 6)))
    after = run_of(*(row(case(n), moved) for n in range(1, 6)))
    assert told(after, before) == [
        "首条引用由对变错超出允许范围（5 题）：d001、d002、d003、d004、d005。"
        "同时由错变对 0 题；符号检验 p = 0.031 < 0.05"
    ]


def test_an_error_fails() -> None:
    bad = row(FEE_CASE, ValueError("坏了"))
    assert told(run_of(bad), run_of(bad)) == ["出错（1 题）：d001"]


def test_a_polarity_error_fails_only_if_it_is_new() -> None:
    good, bad = row(FEE_CASE, FEE_ANSWER), row(FEE_CASE, NEEDS_FEE)
    assert told(run_of(bad), run_of(good)) == ["新出现是非答反（1 题）：d001"]
    assert told(run_of(bad), run_of(bad)) == []


def test_a_forbidden_fact_fails_only_if_it_is_new() -> None:
    good, bad = row(case(1), RIGHT), row(case(1), FORBIDDEN)
    assert told(run_of(bad), run_of(good)) == ["新出现禁止的说法（1 题）：d001"]
    assert told(run_of(bad), run_of(bad)) == []
    assert told(run_of(bad), run_of(row(case(2), RIGHT), folder=Path("b"))) == [
        "基线中的案例没有评测（1 题）：d002",
        "新出现禁止的说法（1 题）：d001",
    ]


def test_a_wrong_answer_without_citations_breaks_no_invariant() -> None:
    assert invariants(run_of(row(case(1), answer("不清楚。")))) == []


def changelog(folder: Path) -> Path:
    path = folder / "CHANGELOG.md"
    path.write_text("# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n", encoding="utf-8")
    return path


def test_an_accepted_run_is_the_baseline_and_its_reason_is_in_the_changelog(tmp_path: Path) -> None:
    log = changelog(tmp_path)
    rows = run_by_right("110").rows
    accept(run_of(*reversed(rows)), " 更换\n模型 ", folder=tmp_path / "baseline", changelog=log)
    baseline = read_baseline(tmp_path / "baseline")
    assert [r.case_id for r in baseline.rows] == ["d001", "d002", "d003"]
    assert gate(run_of(*rows), baseline) == []
    assert log.read_text(encoding="utf-8") == (
        "# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n"
        "### Changed\n\n- Evaluation baseline (dev, 3 cases, 0.667 right): 更换 模型\n"
    )


def test_accepting_the_same_run_again_changes_no_row(tmp_path: Path) -> None:
    for seconds in (0.1, 0.7):
        run = run_of(row(case(1), RIGHT, seconds), row(case(2), WRONG, seconds))
        accept(run, "x", folder=tmp_path / str(seconds), changelog=tmp_path / "CHANGELOG.md")
    assert (tmp_path / "0.1/rows.jsonl").read_bytes() == (tmp_path / "0.7/rows.jsonl").read_bytes()


def test_a_slim_row_keeps_scores_and_the_first_hits() -> None:
    hits = [TERM] * 9
    kept = slim(row(case(1), answer(RIGHT.text, [TERM], hits)))
    assert (len(kept.answer.retrieved), kept.seconds, kept.answer.timings_ms) == (5, None, {})
    assert kept.score("right") == 1.0


def test_no_run_is_accepted_without_a_reason_or_unfinished_or_broken(tmp_path: Path) -> None:
    def refused(run: object, reason: str = "x") -> str:
        with pytest.raises(RunError) as error:
            accept(run, reason, folder=tmp_path / "b", changelog=tmp_path / "c.md")  # type: ignore[arg-type]
        return str(error.value)

    good = row(case(1), RIGHT)
    assert refused(run_of(good), " ") == "接受新基线需要写明原因：--reason “原因”。"
    assert refused(run_of(good, count=2)) == "评测尚未完成：runs/x。请加 --resume 跑完后再接受为基线。"
    assert (
        refused(run_of(row(FEE_CASE, ValueError("坏了")))) == "不能接受为基线：出错（1 题）：d001。请先修正。"
    )
    with pytest.raises(RunError, match=r"^不能接受为基线：只评测了一部分，缺 2 题（d002 等）。"):
        accept(run_of(good), "x", folder=tmp_path / "b", changelog=tmp_path / "c.md", cases=CASES[:3])
    assert list(tmp_path.iterdir()) == []


def test_a_missing_baseline_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"^没有评测基线：.*policy-qa eval accept --reason"):
        read_baseline(tmp_path / "none")


ENTRY = "- B"
LOGS = [
    ("# Changelog\n", "# Changelog\n\n## Unreleased\n\n### Changed\n\n- B\n"),
    ("", "\n## Unreleased\n\n### Changed\n\n- B\n"),
    (
        "# Changelog\n\n## Unreleased\n\n### Changed\n\n- A\n\n### Fixed\n\n- C\n\n## 0.1\n\n- D\n",
        "# Changelog\n\n## Unreleased\n\n### Changed\n\n- A\n- B\n\n### Fixed\n\n- C\n\n## 0.1\n\n- D\n",
    ),
    (
        "# Changelog\n\n## [Unreleased]\n\n## 0.1\n\n### Changed\n\n- D\n",
        "# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- B\n\n## 0.1\n\n### Changed\n\n- D\n",
    ),
    (
        "# Changelog\n\nWords.\n\n## 0.1\n\n- D\n",
        "# Changelog\n\nWords.\n\n## Unreleased\n\n### Changed\n\n- B\n\n## 0.1\n\n- D\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), LOGS)
def test_the_reason_lands_under_changed_of_the_unreleased_part(before: str, after: str) -> None:
    assert add_to_changelog(before, ENTRY) == after


def test_the_baseline_is_an_ordinary_run_folder(tmp_path: Path) -> None:
    accept(run_by_right("10"), "x", folder=tmp_path / "b", changelog=tmp_path / "c.md")
    assert read_run(tmp_path / "b").complete


def held(run: Run, baseline: Run, *cases: Case) -> tuple[list[str], list[str]]:
    verdict = hold(run, baseline, cases, ARTICLES)
    return [str(f) for f in verdict.failures], [str(n) for n in verdict.notes]


RENEW = "确认后可用 policy-qa eval accept 更新基线"


def test_a_scorer_that_was_more_lenient_makes_no_answer_worse() -> None:
    """The baseline was scored when its answers counted as right; today the same answers are wrong."""
    today = run_by_right("000000")
    lenient = run_of(*(replace(r, scores=r.scores | {"right": 1.0}) for r in today.rows))
    assert told(today, lenient)[0].startswith("答案由对变错超出允许范围（6 题）")
    assert held(today, lenient, *CASES) == ([], [])


def test_a_case_whose_facts_changed_makes_no_answer_worse_and_a_worse_answer_still_fails() -> None:
    stricter = [replace(c, facts=(("3 年",), ("每年复审",))) for c in CASES]
    assert held(run_by_right("111111"), run_by_right("111111"), *stricter) == ([], [])
    failures, _ = held(run_by_right("000000"), run_by_right("111111"), *CASES)
    assert failures[0].startswith("答案由对变错超出允许范围（6 题）")


def test_a_kept_run_is_scored_with_todays_scorers_too() -> None:
    stale = run_of(*(replace(r, scores=r.scores | {"right": 0.0}) for r in run_by_right("111111").rows))
    assert held(stale, run_by_right("111111"), *CASES) == ([], [])


def test_cases_that_the_baseline_lacks_are_named_and_not_compared() -> None:
    assert held(run_by_right("110"), run_by_right("1"), *CASES) == (
        [],
        [f"基线没有这些案例，未与基线比较（2 题）：d002、d003。{RENEW}"],
    )


def test_a_case_asked_in_other_words_is_not_compared() -> None:
    reworded = [replace(c, question=f"请问{c.question}") for c in CASES]
    assert held(run_by_right("000000"), run_by_right("111111"), *reworded) == (
        [],
        [f"题面已改，未与基线比较（6 题）：d001、d002、d003、d004、d005、d006。{RENEW}"],
    )


def test_a_case_that_was_taken_out_is_not_missed_but_one_that_was_not_asked_is() -> None:
    assert held(run_by_right("1"), run_by_right("111"), *CASES[:2]) == (
        ["基线中的案例没有评测（1 题）：d002"],
        [f"基线中的案例已不在题集里，不再比较（1 题）：d003。{RENEW}"],
    )


def test_a_run_of_another_split_is_not_held_against_the_baseline() -> None:
    test = replace(run_by_right("1"), info=replace(run_by_right("1").info, split="test"))
    with pytest.raises(RunError, match=r"^基线是 dev 题集的，这次评测的是 test，无法比较。"):
        hold(test, run_by_right("1"), CASES, ARTICLES)
