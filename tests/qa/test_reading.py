"""Closeness of articles, sentences and clauses, on the real index."""

import numpy as np
import pytest

from index.library import Library
from index.model import Article
from qa.question import read_question
from qa.reading import Reader
from qa.retrieve import Searcher
from qa.sentences import sentences
from qa.settings import RetrievalSettings
from tests.qa.made import article

MEASURE = "国市监质规〔2024〕3号"
COAL = "发改能源规〔2024〕413号"
FEE = "首台套检测评定收费吗"


@pytest.fixture(scope="module")
def reader(library: Library) -> Reader:
    return Reader(library)


@pytest.fixture(scope="module")
def searcher(library: Library, reader: Reader) -> Searcher:
    return Searcher(library, RetrievalSettings(), reader)


@pytest.mark.parametrize(
    ("question", "place", "begins"),
    [
        ("个人信息能存到境外吗", "第八条", "（六）"),
        (FEE, "第二十七条", "第二十七条"),
    ],
)
def test_the_sentence_that_answers_is_the_closest(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article], question: str, place: str, begins: str
) -> None:
    reading = reader.read(searcher.focus(question), by_id[f"{MEASURE}/{place}"])
    assert reading.parts[int(np.argmax(reading.scores))].text.startswith(begins)


def test_a_reading_has_a_score_a_sentence_and_weights_that_sum_to_one(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    eighth = by_id[f"{MEASURE}/第八条"]
    focus = searcher.focus(FEE)
    reading = reader.read(focus, eighth)
    assert reading.article == eighth
    assert list(reading.parts) == sentences(eighth.text)
    assert reading.scores.shape == (len(reading.parts),)
    assert reading.similar.shape == (len(reading.parts), len(focus.encoding.token_ids))
    assert float(reading.weights.sum()) == pytest.approx(1.0)
    assert float(reading.similar.max()) <= 1.01


def test_a_score_is_the_weighted_match_and_what_the_own_words_add(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    reading = reader.read(searcher.focus(FEE), by_id[f"{MEASURE}/第二十七条"])
    extra = reading.scores - reading.similar @ reading.weights
    assert (extra >= -1e-5).all()
    assert (extra <= 0.05 + 1e-5).all()


def test_the_clause_that_answers_is_the_closest_of_its_sentence(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    free = by_id["财政部税务总局公告2024年第2号/一"]
    focus = searcher.focus("在多少个月的期限内缴纳个人所得税")
    whole = reader.read(focus, free)
    sentence = whole.parts[int(np.argmax(whole.scores))]
    reading = reader.read_clauses(focus, free, sentence)
    assert "".join(p.text for p in reading.parts) == sentence.text
    assert "36 个月" in reading.parts[int(np.argmax(reading.scores))].text


def test_a_part_that_is_not_in_the_article_is_as_close_as_its_beginning(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    eighth = by_id[f"{MEASURE}/第八条"]
    (alien,) = sentences("没有这句话，也没有那一句。")
    first, second = reader.read_clauses(searcher.focus("收费吗"), eighth, alien).similar
    np.testing.assert_array_equal(first, second)


def test_an_article_without_text_has_no_sentence(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    known = by_id[f"{MEASURE}/第八条"]
    empty = article("", "第八条", meta=known.meta, search_text=known.search_text)
    reading = reader.read(searcher.focus(FEE), empty)
    assert (reading.parts, reading.scores.shape, reading.similar.shape[0]) == ((), (0,), 0)


def test_of_a_row_the_longest_cell_is_read(reader: Reader, searcher: Searcher, library: Library) -> None:
    row = next(a for a in library.articles if a.role == "row" and max(len(c) for _, c in a.columns) > 100)
    longest = max((c for _, c in row.columns), key=len)
    reading = reader.read(searcher.focus("建设什么"), row)
    assert list(reading.parts) == sentences(longest)


def test_closeness_is_comparable_and_at_most_one(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    articles = [by_id[f"{MEASURE}/第二十七条"], by_id[f"{COAL}/三/（一）"]]
    _, encoding = searcher.search(FEE, read_question(FEE))
    near, far = reader.closeness(encoding, articles).tolist()
    assert far < near <= 1.0
    np.testing.assert_allclose(reader.closeness(encoding, articles[::-1]), [far, near], rtol=1e-5)


def test_what_the_title_holds_says_nothing_of_the_text(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    free = by_id[f"{MEASURE}/第二十七条"]
    assert reader.residue(searcher.focus("首台套重大技术装备检测评定"), free) == 1.0
    assert reader.residue(searcher.focus("首台套检测评定的奖励金额"), free) < 0.9
