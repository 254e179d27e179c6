import numpy as np
import pytest

from index.library import Library
from index.model import Article
from qa.question import read_question
from qa.reading import Reader
from qa.retrieve import Searcher
from qa.sentences import sentences
from qa.settings import RetrievalSettings

MEASURE = "国市监质规〔2024〕3号"
COAL = "发改能源规〔2024〕413号"
FEE = "首台套检测评定收费吗"


@pytest.fixture(scope="module")
def reader(library: Library) -> Reader:
    return Reader(library)


@pytest.fixture(scope="module")
def searcher(library: Library, reader: Reader) -> Searcher:
    return Searcher(library, RetrievalSettings(), reader)


def test_closeness_is_comparable_and_at_most_one(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    articles = [by_id[f"{MEASURE}/第二十七条"], by_id[f"{COAL}/三/（一）"]]
    _, encoding = searcher.search(FEE, read_question(FEE))
    near, far = reader.closeness(encoding, articles).tolist()
    assert far < near <= 1.0
    again = reader.closeness(encoding, articles[::-1])
    np.testing.assert_allclose(again, [far, near], rtol=1e-5)


def test_what_the_title_holds_says_nothing_of_the_text(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    free = by_id[f"{MEASURE}/第二十七条"]
    assert reader.residue(searcher.focus("首台套重大技术装备检测评定"), free) == 1.0
    assert reader.residue(searcher.focus("首台套检测评定的奖励金额"), free) < 0.9


def test_the_sentence_that_answers_is_the_closest(
    reader: Reader, searcher: Searcher, by_id: dict[str, Article]
) -> None:
    eighth = by_id[f"{MEASURE}/第八条"]
    reading = reader.read(searcher.focus("个人信息能存到境外吗"), eighth)
    assert len(reading.scores) == len(reading.parts) == len(sentences(eighth.text))
    assert reading.parts[int(np.argmax(reading.scores))].text.startswith("（六）")
    assert float(reading.weights.sum()) == pytest.approx(1.0)


def test_a_part_that_is_not_in_the_article_scores_as_its_beginning(
    searcher: Searcher, reader: Reader, by_id: dict[str, Article]
) -> None:
    eighth = by_id[f"{MEASURE}/第八条"]
    strange = sentences("没有这句话，也没有那句话")[0]
    similar = reader.read_clauses(searcher.focus("收费吗"), eighth, strange).similar
    assert len(similar) == 2
    np.testing.assert_array_equal(similar[0], similar[1])
