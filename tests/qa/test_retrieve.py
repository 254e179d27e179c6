from collections.abc import Sequence

import numpy as np
import pytest

from index.library import Library
from qa.model import Hit
from qa.prefer import Preference
from qa.question import read_question
from qa.reading import Reader
from qa.retrieve import Searcher
from qa.settings import RetrievalSettings

MEASURE = "国市监质规〔2024〕3号"
COAL = "发改能源规〔2024〕413号"
FEE = "首台套检测评定收费吗"


@pytest.fixture(scope="module")
def searcher(library: Library) -> Searcher:
    return open_searcher(library, RetrievalSettings())


def open_searcher(library: Library, settings: RetrievalSettings) -> Searcher:
    return Searcher(library, settings, Reader(library))


def search(searcher: Searcher, question: str, keys: Sequence[str] | None = None) -> list[Hit]:
    return searcher.search(question, read_question(question), keys)[0]


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        (FEE, f"{MEASURE}/第二十七条"),
        ("首台套检侧评定收费吗", f"{MEASURE}/第二十七条"),
        ("首 台（套） 检测评定要掏钱吗", f"{MEASURE}/第二十七条"),
        ("申报建设储备产能的煤矿要符合什么条件", f"{COAL}/三/（一）"),
        ("检测评审机构有哪些行为会被移出", f"{MEASURE}/第二十三条"),
        ("检测评审机构做了哪些事会被踢出名单", f"{MEASURE}/第二十三条"),
        ("这个办法的规矩拿不准，首台套检测评定谁来解释", f"{MEASURE}/第二十八条"),
        ("首台套检测评定的专家跟我们沾亲怎么办", f"{MEASURE}/第二十四条"),
        ("股权激励个税可以在多少个月内缴纳", "财政部税务总局公告2024年第2号/一"),
    ],
)
def test_the_right_article_comes_first(searcher: Searcher, question: str, id_: str) -> None:
    assert search(searcher, question)[0].article.id == id_


def test_hits_come_once_and_best_first(searcher: Searcher) -> None:
    hits = search(searcher, FEE)
    assert len(hits) == 60
    assert len({h.article.id for h in hits}) == 60
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_filter_leaves_only_its_documents(searcher: Searcher, library: Library) -> None:
    assert {h.article.meta.key for h in search(searcher, FEE, [COAL])} == {COAL}
    both = {h.article.meta.key for h in search(searcher, FEE, [COAL, MEASURE])}
    assert both == {COAL, MEASURE}
    own = [a for a in library.articles if a.meta.key == COAL]
    assert len(search(searcher, FEE, [COAL])) == len(own)


def test_articles_of_a_document_that_is_named_gain_by_how_clearly_it_is(searcher: Searcher) -> None:
    asked = read_question(FEE)
    plain = {h.article.id: h for h in searcher.search(FEE, asked)[0]}
    named = {h.article.id: h for h in searcher.search(FEE, asked, named={MEASURE: 1.0, COAL: 0.5})[0]}
    assert named.keys() == plain.keys()
    for id_, hit in named.items():
        gain = {MEASURE: 1.0, COAL: 0.5}.get(hit.article.meta.key, 0.0)
        assert hit.score - plain[id_].score == pytest.approx(gain, abs=1e-4)


def test_a_question_is_encoded_with_its_typos_mended_and_official_terms(searcher: Searcher) -> None:
    np.testing.assert_array_equal(searcher.encode("检侧评定").vector, searcher.encode("检测评定").vector)
    assert len(searcher.encode("要掏钱").token_ids) > len(searcher.encode("要多少").token_ids)


def test_a_colloquial_word_is_no_typo(searcher: Searcher) -> None:
    # 踢出 sounds like 提出, which the documents have; 市工信局 like 施工信局
    assert searcher.focus("被踢出名单").text == "被踢出名单"
    assert searcher.focus("我在市工信局").text == "我在市工信局"
    assert searcher.focus("踢出检侧评定名单").text == "踢出检测评定名单"


def test_without_reranking_the_fused_order_is_the_order(library: Library) -> None:
    plain = open_searcher(library, RetrievalSettings(rerank=False, candidates=5))
    assert [h.score for h in search(plain, FEE)] == [1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5]


def test_a_ranking_of_weight_zero_takes_no_part(library: Library) -> None:
    words = open_searcher(library, RetrievalSettings(vector_weight=0, candidates=500))
    vectors = open_searcher(library, RetrievalSettings(lexical_weight=0, candidates=500))
    assert search(words, "zyzzyva") == []
    assert len(search(vectors, "zyzzyva")) == 100
    lexical = library.lexical.scores("股权激励")
    assert all(lexical[library.position[h.article.id]] > 0 for h in search(words, "股权激励"))


def test_without_expansion_a_question_is_searched_as_it_is_typed(library: Library) -> None:
    plain = open_searcher(library, RetrievalSettings(expand=False))
    typed = library.embedder.encode_queries(["检侧评定"])[0]
    np.testing.assert_array_equal(plain.encode("检侧评定").vector, typed.vector)


def test_a_named_document_gains_as_much_as_is_set(library: Library) -> None:
    asked = read_question(FEE)
    double = open_searcher(library, RetrievalSettings(named_bonus=2.0))
    without = {h.article.id: h.score for h in double.search(FEE, asked)[0]}
    for hit in double.search(FEE, asked, named={MEASURE: 1.0})[0]:
        gain = 2.0 if hit.article.meta.key == MEASURE else 0.0
        assert hit.score - without[hit.article.id] == pytest.approx(gain, abs=1e-4)


def test_an_article_gains_by_a_likely_question_that_is_near(library: Library) -> None:
    asked = read_question(FEE)
    (plain, encoding), (found, _) = (
        open_searcher(library, RetrievalSettings(likely=w)).search(FEE, asked) for w in (0.0, 2.0)
    )
    without = {h.article.id: h.score for h in plain}
    gains = {h.article.id: h.score - without[h.article.id] for h in found}
    alike = Reader(library).likeness(encoding, [h.article for h in found])
    for hit, score in zip(found, alike.tolist(), strict=True):
        assert gains[hit.article.id] == pytest.approx(2 * max(0, score - 0.84) / 0.05, abs=1e-3)
    assert gains[f"{MEASURE}/第二十七条"] > 1
    rows = [i for h, i in zip(found, alike.tolist(), strict=True) if h.article.role == "row"]
    assert set(rows) <= {0.0}


def test_what_the_kind_of_question_prefers_weighs_as_much_as_is_set(library: Library) -> None:
    question = "管理办法是哪些部门印发的"
    asked = read_question(question)
    ranked = [
        open_searcher(library, RetrievalSettings(preference=w)).search(question, asked)[0] for w in (0.0, 2.0)
    ]
    plain, double = ({h.article.id: h for h in hits} for hits in ranked)
    for id_, hit in double.items():
        gain = 2 * Preference(asked)(hit.article)
        assert hit.score - plain[id_].score == pytest.approx(gain, abs=1e-4)


def test_words_of_the_library_are_known(searcher: Searcher) -> None:
    assert searcher.known_share("首台套检测评定") == 1.0
    assert searcher.known_share("zyzzyva") == 0.0
    assert 0 < searcher.known_share("首台套 zyzzyva") < 1
    assert searcher.known_share("") == 0.0
