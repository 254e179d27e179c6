import pytest

from eval.rows import Row, SavedAnswer, SavedCitation, row_from_json, row_to_json, save_answer
from eval.score import score_answer, score_row
from tests.eval.samples import (
    ARTICLES,
    BAN,
    FEE,
    FEE_ANSWER,
    FEE_CASE,
    REFUSAL,
    TERM_ANSWER,
    TERM_CASE,
    WEATHER_CASE,
    answer,
)


def test_a_right_answer_scores_full_marks() -> None:
    assert score_answer(FEE_CASE, save_answer(FEE_ANSWER), ARTICLES) == {
        "recall@1": 1.0,
        "recall@3": 1.0,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "recall@20": 1.0,
        "mrr": 1.0,
        "ndcg@10": 1.0,
        "first_citation": 1.0,
        "citation_precision": 1.0,
        "citation_recall": 1.0,
        "support": 1.0,
        "facts_share": 1.0,
        "facts_right": 1.0,
        "list_completeness": None,
        "forbidden": 0.0,
        "polarity_error": 0.0,
        "direct": 1.0,
        "quotes_verbatim": 1.0,
        "unresolved": 0.0,
        "gold_missing": 0.0,
        "refused": 0.0,
        "refusal_type": None,
        "right": 1.0,
        "length": 19.0,  # 不收费。 4 + 检测评定不向申请单位收取费用。 15
    }


def test_a_wrong_number_is_a_wrong_answer_and_a_forbidden_one() -> None:
    wrong = save_answer(answer("目录5年内有效[1]。", [BAN], [BAN]))
    scores = score_answer(TERM_CASE, wrong, ARTICLES)
    assert (scores["facts_right"], scores["forbidden"], scores["right"]) == (0.0, 1.0, 0.0)
    assert (scores["first_citation"], scores["recall@1"], scores["citation_precision"]) == (0.0, 0.0, 0.0)


def test_a_refused_answerable_question_is_wrong_but_its_retrieval_counts() -> None:
    scores = score_answer(FEE_CASE, save_answer(REFUSAL), ARTICLES)
    assert (scores["recall@1"], scores["facts_right"], scores["first_citation"], scores["right"]) == (
        1.0,
        0.0,
        0.0,
        0.0,
    )
    assert [scores[n] for n in ("support", "citation_precision", "length", "refusal_type")] == [None] * 4


def test_a_refused_unanswerable_question_is_right_and_has_no_retrieval_score() -> None:
    scores = score_answer(WEATHER_CASE, save_answer(REFUSAL), ARTICLES)
    assert (scores["right"], scores["refused"], scores["refusal_type"]) == (1.0, 1.0, 1.0)
    assert [scores[n] for n in ("recall@1", "mrr", "facts_right", "first_citation")] == [None] * 4


def test_another_type_of_refusal_is_right_but_not_of_the_right_type() -> None:
    other = save_answer(answer("没有这一条。", refusal="无此条"))
    scores = score_answer(WEATHER_CASE, other, ARTICLES)
    assert (scores["right"], scores["refusal_type"]) == (1.0, 0.0)


def test_a_citation_that_is_not_in_the_corpus_is_counted_and_its_quote_is_not_verbatim() -> None:
    lost = SavedAnswer("检测评定不收取费用[1]。", (SavedCitation(1, "乙/第九条", "《乙》第九条", "不收取"),))
    scores = score_answer(FEE_CASE, lost, ARTICLES)
    assert (scores["unresolved"], scores["quotes_verbatim"], scores["support"]) == (1.0, 0.0, 0.0)


def test_an_error_is_an_empty_answer_and_is_counted() -> None:
    row = score_row(FEE_CASE, Row("d001", "", "", SavedAnswer(""), error="ValueError: x"), ARTICLES)
    assert (row.stratum, row.question) == ("yes_no", FEE_CASE.question)
    assert (row.score("error"), row.score("right"), row.score("recall@20")) == (1.0, 0.0, 0.0)
    assert row.score("length") is None


def test_a_row_survives_being_written_and_read() -> None:
    row = score_row(TERM_CASE, Row("d002", "", "", save_answer(TERM_ANSWER), seconds=0.25), ARTICLES)
    again = row_from_json(row_to_json(row))
    assert again.answer == row.answer
    assert again.scores == pytest.approx(row.scores, abs=1e-6)
    assert again.answer.cited == (TERM_ANSWER.citations[0].article.id,)
    assert again.answer.retrieved == (BAN.id, TERM_CASE.gold[0][0])
    assert FEE.id not in again.answer.retrieved
