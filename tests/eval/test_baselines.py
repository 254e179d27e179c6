from dataclasses import replace
from pathlib import Path

import pytest

from eval.baselines import (
    METRICS,
    bm25_only,
    chunk_articles,
    chunks_and_vectors,
    score_pieces,
    vectors_only,
)
from index.build import Builder
from index.embed import Encoding
from index.library import Library
from tests.eval.samples import BAN, FEE, TERM, article
from tests.fakes import FakeEmbedder


class SmallIds(FakeEmbedder):
    """The shared fake with token ids that fit the index's 32-bit file."""

    def _encoding(self, text: str) -> Encoding:
        made = super()._encoding(text)
        return replace(made, token_ids=tuple(i & 0x7FFFFFFF for i in made.token_ids))


A, B = frozenset({"a"}), frozenset({"b", "c"})


def test_a_piece_serves_every_place_of_which_it_shows_an_article() -> None:
    found = score_pieces([B, A], [("a",), ("c",)])
    assert (found["recall@1"], found["recall@3"], found["mrr"]) == (0.5, 1.0, 1.0)
    assert found["ndcg@10"] == 1.0  # one new place at each rank
    found = score_pieces([frozenset({"x"}), B], [("a", "b")])
    assert (found["recall@1"], found["recall@3"], found["mrr"]) == (0.0, 1.0, 0.5)
    assert found["ndcg@10"] == pytest.approx(0.63093, abs=1e-5)  # 1 / log2(3)
    assert score_pieces([], [("a",)]) == dict.fromkeys(METRICS, 0.0)


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
    for rank in (bm25_only(library), vectors_only(library)):
        assert rank("检测评定收取费用")[0] == {by_mark["第一条"]}
        assert rank("弄虚作假不再受理")[0] == {by_mark["第三条"]}
    assert bm25_only(library)("xyzzy") == []
    assert len(vectors_only(library, depth=2)("费用")) == 2
