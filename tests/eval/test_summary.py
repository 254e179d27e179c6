from eval.rows import Row, save_answer
from eval.score import score_row
from eval.summary import intervals_of, markdown, numbers_of, shown, summarize
from tests.eval.samples import (
    ARTICLES,
    BAN,
    FEE_ANSWER,
    FEE_CASE,
    FUTURE_CASE,
    REFUSAL,
    TERM_CASE,
    WEATHER_CASE,
    answer,
)


def rows() -> list[Row]:
    """One right, one wrong by a forbidden number, one rightly refused, one wrongly answered."""
    given = [
        (FEE_CASE, FEE_ANSWER, 0.1),
        (TERM_CASE, answer("目录5年内有效[1]。", [BAN]), 0.2),
        (WEATHER_CASE, REFUSAL, 0.3),
        (FUTURE_CASE, answer("可以再申请。", [BAN]), 0.4),
    ]
    return [
        score_row(case, Row(case.id, "", "", save_answer(said), seconds=seconds), ARTICLES)
        for case, said, seconds in given
    ]


def test_means_are_over_the_cases_that_have_gold() -> None:
    total = numbers_of(rows())
    assert total["cases"] == 4
    assert total["recall@1"] == 0.5  # 1 of 2 answerable
    assert total["facts_right"] == 0.5
    assert total["right"] == 0.5  # fee and weather of 4
    assert total["list_completeness"] is None


def test_refusals_are_counted_both_ways() -> None:
    found = rows()
    total = numbers_of(found)
    assert total["refusal_precision"] == 1.0  # 1 refusal, rightly
    assert total["refusal_recall"] == 0.5  # 1 of 2 unanswerable
    assert total["refusal_type"] == 1.0
    assert total["answerable_refused"] == 0.0  # 0 of 2 answerable
    refused = score_row(FEE_CASE, Row("d001", "", "", save_answer(REFUSAL)), ARTICLES)
    total = numbers_of([refused, *found[1:]])
    assert total["refusal_precision"] == 0.5
    assert total["answerable_refused"] == 0.5


def test_wrongs_are_counted_and_times_are_percentiles() -> None:
    total = numbers_of(rows())
    assert (total["forbidden_said"], total["polarity_errors"]) == (1, 0)
    assert (total["errors"], total["unresolved"]) == (0, 0)
    assert (total["latency_p50"], total["latency_p95"]) == (0.2, 0.4)
    # 目录5年内有效。 has 8 characters, 可以再申请。 6 and the first answer 19: the 2nd of 3
    assert total["length_median"] == 8.0


def test_a_summary_has_the_total_the_strata_and_the_counts() -> None:
    summary = summarize(rows())
    assert list(summary["by_stratum"]) == ["yes_no", "number", "unanswerable"]
    assert summary["by_stratum"]["unanswerable"]["refusal_recall"] == 0.5
    assert summary["by_stratum"]["unanswerable"]["recall@1"] is None
    assert summary["counts"]["recall@1"] == 2
    assert summary["by_refusal"] == {
        "超出范围": {"cases": 1, "refused": 1, "type_right": 1},
        "无此条": {"cases": 1, "refused": 0, "type_right": 0},
    }


def test_each_share_has_its_interval_over_the_cases_in_its_denominator() -> None:
    found = intervals_of(rows())
    assert found["facts_right"] == (0.0, 1.0)  # 1 of 2
    assert found["quotes_verbatim"] == (1.0, 1.0)
    assert found["refusal_precision"] == (1.0, 1.0)  # the one refusal is right
    assert found["refusal_recall"] == (0.0, 1.0)  # 1 of 2
    assert found["answerable_refused"] == (0.0, 0.0)
    assert found["list_completeness"] is None
    assert summarize(rows())["intervals"] == found


def test_no_rows_give_no_numbers() -> None:
    total = summarize([])["total"]
    assert total["cases"] == 0
    assert total["recall@1"] is None
    assert "| 召回@1 | — | — |" in markdown(summarize([]))


def test_the_markdown_has_a_line_for_each_total_and_each_stratum() -> None:
    text = markdown(summarize(rows()), "开发集")
    lines = text.splitlines()
    assert lines[0] == "## 开发集（4 题）"
    assert "| 召回@1 | 0.500 | [0.000, 1.000] |" in lines
    assert "| 说出禁语 | 1 | — |" in lines
    assert "| 耗时 p50（秒） | 0.20 | — |" in lines
    assert (
        "| number | 1 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | — | 0.000 |" in lines
    )
    assert "| 无此条 | 1 | 0 | 0 |" in lines


def test_numbers_are_shown_as_people_read_them() -> None:
    assert shown("recall@1", 0.12345) == "0.123"
    assert shown("errors", 0) == "0"
    assert shown("length_median", 121.0) == "121"
    assert shown("latency_p95", 1.234) == "1.23"
    assert shown("support", None) == "—"
