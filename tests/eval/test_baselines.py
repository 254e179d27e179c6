from dataclasses import replace
from pathlib import Path

import pytest

from eval.baselines import (
    bm25_only,
    chunk_articles,
    chunks_and_vectors,
    measure,
    recall_of_pieces,
    vectors_only,
)
from eval.cases import Case
from index.build import Builder
from index.embed import Encoding
from index.library import Library
from tests.eval.samples import BAN, FEE, FEE_CASE, TERM, TERM_CASE, WEATHER_CASE, article
from tests.fakes import FakeEmbedder


class SmallIds(FakeEmbedder):
    """The shared fake with token ids that fit the index's 32-bit file."""

    def _encoding(self, text: str) -> Encoding:
        made = super()._encoding(text)
        return replace(made, token_ids=tuple(i & 0x7FFFFFFF for i in made.token_ids))


A, B = frozenset({"a"}), frozenset({"b", "c"})


def test_recall_counts_all_articles_a_piece_shows() -> None:
    assert recall_of_pieces(1, [B, A], [("a",), ("c",)]) == 0.5
    assert recall_of_pieces(2, [B, A], [("a",), ("c",)]) == 1.0
    assert recall_of_pieces(5, [], [("a",)]) == 0.0


def test_documents_are_cut_by_length_and_a_chunk_shows_what_it_holds_enough_of() -> None:
    texts = [article("第一条", "甲" * 6), article("第二条", "乙" * 3), article("第三条", "丙" * 20)]
    # 甲甲甲甲甲甲|乙乙乙|丙*20: with line ends 7 + 4 + 21 = 32 characters, cut each 8
    chunks = chunk_articles([*texts, article("要目", "目录", role="outline")], size=8)
    assert [c.text for c in chunks] == ["甲甲甲甲甲甲\n乙", "乙乙\n丙丙丙丙丙", "丙" * 8, "丙" * 7 + "\n"]
    marks = [sorted(i.rpartition("/")[2] for i in c.shows) for c in chunks]
    # 1 of 3 乙 is not half; 2 of 3 is, and 5 of the 8 characters of the second chunk are 丙
    assert marks == [["第一条"], ["第三条", "第二条"], ["第三条"], ["第三条"]]


def test_documents_do_not_run_into_each_other() -> None:
    other = replace(FEE, id="乙/第一条", meta=replace(FEE.meta, key="乙"))
    assert len(chunk_articles([FEE, other])) == 2


def test_measuring_leaves_out_unanswerable_cases_and_asks_follow_ups_whole() -> None:
    asked: list[str] = []

    def rank(question: str) -> list[frozenset[str]]:
        asked.append(question)
        return [frozenset({BAN.id}), frozenset({FEE.id})]

    follow_up = replace(TERM_CASE, history=("目录是什么？",))
    found = measure(rank, [FEE_CASE, follow_up, WEATHER_CASE])
    assert asked == [FEE_CASE.question, "目录是什么？ 目录管几年？"]
    assert (found["recall@1"], found["recall@3"], found["mrr"]) == (0.0, 0.5, 0.25)  # 1/2 and 0
    assert measure(rank, [WEATHER_CASE])["mrr"] is None


def test_chunks_are_ranked_by_their_vectors() -> None:
    longer = [replace(a, text=a.text * 20) for a in (FEE, TERM, BAN)]
    rank = chunks_and_vectors(longer, FakeEmbedder())
    assert FEE.id in rank("检测评定收取费用")[0]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("library")
    source = folder / "办法.txt"
    lines = [
        "检测评定管理办法",
        *(f"第{n}条 {a.text}" for n, a in zip("一二三", (FEE, TERM, BAN), strict=True)),
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    embedder = SmallIds()
    Builder(folder / "index", lambda: embedder, embedder.name, folder / "cache").add([source])
    return Library(folder / "index", embedder, folder / "cache")


def test_bm25_and_vectors_rank_the_articles_of_a_real_library(library: Library) -> None:
    by_mark = {i.rpartition("/")[2]: i for i in library.position}
    asks = [
        Case("d001", "检测评定收取费用", "fact", gold=((by_mark["第一条"],),), facts=(("不",),)),
        Case("d002", "弄虚作假不再受理", "fact", gold=((by_mark["第三条"],),), facts=(("不",),)),
    ]
    assert measure(bm25_only(library), asks)["recall@1"] == 1.0
    assert measure(vectors_only(library), asks)["recall@1"] == 1.0
    assert bm25_only(library)("xyzzy") == []
    assert len(vectors_only(library, depth=2)("费用")) == 2
