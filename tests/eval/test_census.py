from dataclasses import replace

from eval.census import by_document, markdown
from tests.eval.samples import ARTICLES, FEE, FEE_CASE, META, TERM_CASE, WEATHER_CASE

TWO = replace(FEE_CASE, id="d009", gold=((FEE.id, "乙/第一条"),), stratum="misleading")


def test_a_case_counts_once_for_each_document_it_needs() -> None:
    counts = by_document([FEE_CASE, TERM_CASE, TWO, WEATHER_CASE], ARTICLES)
    assert counts == {META.title: 3, "（不在索引中）": 1}


def test_the_census_counts_strata_refusals_and_documents_and_tells_no_question() -> None:
    text = markdown({"dev": [FEE_CASE, WEATHER_CASE], "test": [TWO]}, ARTICLES)
    lines = text.splitlines()
    assert lines[0] == "| 题型 | dev | test | 合计 |"
    assert "| yes_no | 1 | 0 | 1 |" in lines
    assert "| number | 0 | 0 | 0 |" in lines
    assert lines[22:25] == ["| 合计 | 2 | 1 | 3 |", "| 其中应拒答 | 1 | 0 | 1 |", "| 其中误导 | 0 | 1 | 1 |"]
    assert lines[-2:] == [f"| {META.title} | 1 | 1 | 2 |", "| （不在索引中） | 0 | 1 | 1 |"]
    assert FEE_CASE.question not in text
