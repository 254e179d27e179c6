import pytest

from index.library import Library
from qa.find import Finder
from qa.followup import Standalone
from qa.model import Retrieved
from qa.question import read_question
from qa.settings import RetrievalSettings

MEASURE = "国市监质规〔2024〕3号"
STANDARDS = "国市监标技发〔2024〕第34号"
TAX = "财政部税务总局公告2024年第2号"


@pytest.fixture(scope="module")
def finder(library: Library) -> Finder:
    return Finder(library, RetrievalSettings())


def find(finder: Finder, question: str, keys: list[str] | None = None) -> Retrieved:
    return finder.find(question, Standalone(question, question), keys)


def ids(found: Retrieved) -> list[str]:
    return [h.article.id for h in found.hits]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("首台套检测评定怎么收费", "首台套检测评定"),
        ("特色产业集群虚假申报怎么处理", "特色产业集群"),
        ("那第三批呢", ""),
        ("收费吗", ""),
    ],
)
def test_the_part_of_a_text_that_names_a_document(finder: Finder, text: str, named: str) -> None:
    assert finder.words.name(text) == named


def test_a_place_that_is_named_comes_first(finder: Finder) -> None:
    found = find(finder, "管理办法第二十七条")
    assert ids(found)[0] == f"{MEASURE}/第二十七条"
    assert len(found.hits) == 20
    assert len(set(ids(found))) == 20
    scores = [h.score for h in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_rows_that_fit_come_first_in_their_order(finder: Finder) -> None:
    found = find(finder, "2025年应急管理部主管的强制性标准有哪些")
    assert ids(found)[:3] == [f"{STANDARDS}/附件2/序号{n}" for n in (46, 47, 48)]
    assert len(found.hits) == 20


def test_a_comparison_has_the_best_article_of_each_document_first(finder: Finder) -> None:
    found = find(finder, "首台套目录和小巨人企业称号的有效期有什么区别")
    assert {i.split("/")[0] for i in ids(found)[:2]} == {MEASURE, "工信厅企业函〔2024〕142号"}


def test_the_place_in_the_question_itself_comes_before_that_of_the_topic(finder: Finder) -> None:
    asked = Standalone("管理办法第八条说什么，那第九条呢", "那第九条呢")
    found = finder.find("那第九条呢", asked)
    assert found.place is not None
    assert [a.id for a in found.place.articles] == [f"{MEASURE}/第九条"]


def test_the_place_of_the_topic_holds_if_the_question_names_none(finder: Finder) -> None:
    found = finder.find("为什么", Standalone("管理办法第八条说什么，为什么", "为什么"))
    assert found.place is not None
    assert [a.id for a in found.place.articles] == [f"{MEASURE}/第八条"]


def test_a_filter_leaves_only_its_documents(finder: Finder) -> None:
    found = find(finder, "收费吗", [TAX])
    assert {h.article.meta.key for h in found.hits} == {TAX}
    assert len(found.hits) == 9
    assert {h.article.meta.key for h in find(finder, "第二十七条", [TAX]).hits} == {TAX}


@pytest.mark.parametrize("question", ["第二十七条", "413号文", "应急管理部主管的强制性标准有哪些"])
def test_a_filter_leaves_no_place_and_no_rows_of_other_documents(finder: Finder, question: str) -> None:
    found = find(finder, question, [TAX])
    articles = [*(found.place.articles if found.place else ()), *(r for f in found.filtered for r in f.rows)]
    assert {a.meta.key for a in articles} <= {TAX}


def test_no_more_than_twenty_are_retrieved(finder: Finder) -> None:
    found = find(finder, "2024年强制性标准有哪些")
    assert ids(found) == [r.id for r in found.filtered[0].rows[:20]]


def test_without_look_up_a_named_article_is_only_searched_for(library: Library) -> None:
    question = "管理办法第三条"
    plain = Finder(library, RetrievalSettings(look_up=False))
    found, searched = (
        find(plain, question),
        plain.searcher.search(question, read_question(question), named={MEASURE: 1.0})[0],
    )
    assert found.place is not None
    assert [h.score for h in found.hits] == [h.score for h in searched[:20]]
    assert find(Finder(library, RetrievalSettings()), question).hits[0].score > searched[0].score


def test_a_follow_up_whose_words_nobody_holds_does_not_break_the_search(library: Library) -> None:
    by_words = Finder(library, RetrievalSettings(vector_weight=0))
    asked = Standalone("zyzzyva怎么办", "zyzzyva", topic="首台套检测评定", before="首台套检测评定收费吗")
    assert by_words.leaves_topic(asked) is False
