import math

import pytest

from eval import metrics
from qa.claims import Claim
from tests.eval.samples import BAN, FEE, ROW, TERM, article

PLACES = (("a",), ("b", "c"))


def test_recall_counts_a_place_once_however_many_alternatives_are_found() -> None:
    ranking = ["x", "c", "b", "a"]
    assert metrics.recall_at(1, ranking, PLACES) == 0.0
    assert metrics.recall_at(2, ranking, PLACES) == 0.5  # c serves the second of 2 places
    assert metrics.recall_at(3, ranking, PLACES) == 0.5  # b serves the same place again
    assert metrics.recall_at(4, ranking, PLACES) == 1.0
    assert metrics.recall_at(20, [], PLACES) == 0.0


def test_the_reciprocal_rank_is_that_of_the_first_article_that_serves_any_place() -> None:
    assert metrics.reciprocal_rank(["x", "y", "c", "a"], PLACES) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(["x"], PLACES) == 0.0


def test_ndcg_gains_for_each_new_place_and_nothing_for_a_second_alternative() -> None:
    # DCG = 1/log2(2 + 1) + 0 + 1/log2(4 + 1) = 0.630930 + 0.430677 = 1.061606
    # ideal = 1/log2(2) + 1/log2(3) = 1.630930; 1.061606 / 1.630930 = 0.650921
    assert metrics.ndcg_at(10, ["x", "c", "b", "a"], PLACES) == pytest.approx(0.650921, abs=1e-6)
    assert metrics.ndcg_at(10, ["a", "b"], PLACES) == pytest.approx(1.0)
    assert metrics.ndcg_at(3, ["x", "y", "z", "a"], PLACES) == 0.0


def test_ndcg_of_more_places_than_ranks_can_still_be_one() -> None:
    places = [(str(i),) for i in range(12)]
    assert metrics.ndcg_at(10, [str(i) for i in range(10)], places) == pytest.approx(1.0)
    # without the first rank: 1 - 1 / sum of 1/log2(i + 1) for i = 1..10 = 1 - 1/4.543559 = 0.779908
    ideal = sum(1 / math.log2(i + 1) for i in range(1, 11))
    assert metrics.ndcg_at(10, ["x", *map(str, range(1, 10))], places) == pytest.approx(1 - 1 / ideal)


def test_the_first_citation_is_right_if_it_serves_any_place() -> None:
    assert metrics.first_citation_right(["c", "x"], PLACES) == 1.0
    assert metrics.first_citation_right(["x", "c"], PLACES) == 0.0
    assert metrics.first_citation_right([], PLACES) == 0.0


def test_citation_precision_and_recall_count_articles_and_places() -> None:
    # cited b, c, x: b and c serve a place, 2 of 3; places served: only the second, 1 of 2
    assert metrics.citation_precision(["b", "c", "x", "x"], PLACES) == pytest.approx(2 / 3)
    assert metrics.citation_recall(["b", "c", "x", "x"], PLACES) == 0.5
    assert metrics.citation_precision([], PLACES) is None
    assert metrics.citation_recall([], PLACES) == 0.0


@pytest.mark.parametrize(
    "score",
    [
        metrics.recall_at(5, ["a"], ()),
        metrics.reciprocal_rank(["a"], ()),
        metrics.ndcg_at(10, ["a"], ()),
        metrics.first_citation_right(["a"], ()),
        metrics.citation_precision(["a"], ()),
        metrics.citation_recall(["a"], ()),
        metrics.facts_share("是", ()),
        metrics.forbidden_said("是", ()),
        metrics.polarity_error("是。", None),
        metrics.direct_answer("是。", None),
        metrics.statement_support("", {}),
        metrics.quotes_verbatim([]),
        metrics.ratio(0, 0),
        metrics.mean([None]),
        metrics.percentile([], 0.5),
    ],
)
def test_without_gold_there_is_no_score(score: float | None) -> None:
    assert score is None


def test_facts_count_in_any_wording_and_across_a_mark() -> None:
    facts = (("3年内", "三年之内"), ("收费", "缴费"))
    assert metrics.facts_share("目录三 年[1]内有效。", facts) == 0.5
    assert metrics.facts_share("目录三年内有效，不缴费。", facts) == 1.0
    assert metrics.facts_share("目录2023年内有效，不缴费。", facts) == 0.5


def test_a_forbidden_fact_is_not_sought_in_the_grounds_line() -> None:
    assert metrics.forbidden_said("有效期5年。", ("五年",)) == 1.0
    assert metrics.forbidden_said("有效期3年。\n依据：《办法》第5年", ("五年",)) == 0.0
    assert metrics.forbidden_said("有效期15年。", ("5年",)) == 0.0


def test_a_polarity_error_needs_the_opposite_side() -> None:
    assert metrics.polarity_error("需要缴费[1]。", "no") == 1.0
    assert metrics.polarity_error("不收取费用[1]。", "no") == 0.0
    assert metrics.polarity_error("检测评定不收取费用[1]。", "yes") == 0.0


def test_a_direct_answer_takes_the_right_side_at_once() -> None:
    assert metrics.direct_answer("不收取费用[1]。", "no") == 1.0
    assert metrics.direct_answer("检测评定不收取费用[1]。", "no") == 0.0
    assert metrics.direct_answer("需要缴费。", "no") == 0.0


def test_a_statement_stands_in_its_article_with_four_fifths_of_its_bigrams() -> None:
    # 检测评定不向单位收取费用 has 11 pairs; 向单 is not in the article, which has 向申请单位: 10/11 = 0.909
    assert metrics.is_supported(Claim("检测评定不向单位收取费用。", ()), [FEE], 1)
    # 申请单位可以免费参加检测 has 11 pairs, of which 申请 请单 单位 检测 are there: 4/11
    assert not metrics.is_supported(Claim("申请单位可以免费参加检测。", ()), [FEE], 1)


def test_a_statement_with_another_number_is_not_supported() -> None:
    assert metrics.is_supported(Claim("目录自公告之日起三年内有效", ()), [TERM], 1)
    assert not metrics.is_supported(Claim("目录自公告之日起5年内有效", ()), [TERM], 1)


def test_what_is_known_of_an_article_supports_a_statement() -> None:
    assert metrics.is_supported(Claim("《检测评定管理办法》第二十七条，2024年3月22日", ()), [FEE], 1)
    assert metrics.is_supported(Claim("标准项目名称：电梯用钢丝绳；强制/推荐：强制", ()), [ROW], 1)
    assert metrics.is_supported(Claim("标准项目名称为电梯用钢丝绳，制定/修订为修订", ()), [ROW], 1)


def test_the_number_of_cited_articles_may_be_said() -> None:
    rows = [article(f"序号{n}", f"{n}\t起重机标准项目\t修订") for n in (1, 2, 8)]
    assert metrics.is_supported(Claim("起重机标准项目修订3项", ()), rows, 3)
    assert not metrics.is_supported(Claim("起重机标准项目修订4项", ()), rows, 3)


def test_support_holds_each_statement_against_the_articles_it_marks() -> None:
    cited = {1: FEE, 2: TERM}
    said = "检测评定不向申请单位收取费用[1]。目录自公告之日起3年内有效[1]。目录自公告之日起3年内有效[2]。"
    assert metrics.statement_support(said, cited) == pytest.approx(
        2 / 3
    )  # the second marks the wrong article
    assert metrics.statement_support("目录自公告之日起3年内有效。", cited) == 1.0  # unmarked: against all
    assert metrics.statement_support("目录自公告之日起3年内有效[7]。", cited) == 0.0
    assert metrics.statement_support("目录自公告之日起3年内有效。", {}) == 0.0


def test_an_answer_word_alone_and_the_grounds_line_are_no_statements() -> None:
    said = "不收费。检测评定不向申请单位收取费用[1]。\n依据：《无关的办法》第九十九条"
    assert metrics.statement_support(said, {1: FEE}) == 1.0


def test_a_quote_must_stand_in_its_article_character_for_character() -> None:
    quotes = [("不再受理", BAN.text), ("五年内", BAN.text), ("", BAN.text), ("不再受理", None)]
    assert metrics.quotes_verbatim(quotes) == 0.25


def test_length_counts_neither_marks_nor_spaces() -> None:
    assert metrics.answer_length("不 收费[1]。\n第3条[12]") == 7.0  # 不收费。第3条


def test_percentiles_are_nearest_ranks() -> None:
    times = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert metrics.percentile(times, 0.5) == 3.0  # ceil(0.5 * 5) = 3rd
    assert metrics.percentile(times, 0.95) == 5.0  # ceil(4.75) = 5th
    assert metrics.percentile([7.0], 0.05) == 7.0


def test_a_mean_leaves_out_what_has_no_score() -> None:
    assert metrics.mean([1.0, None, 0.5]) == 0.75
    assert metrics.ratio(1, 4) == 0.25
