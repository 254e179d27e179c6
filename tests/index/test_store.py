from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings
from numpy.typing import NDArray

from index.ledger import Held
from index.model import Article
from index.record import content_hash
from index.store import Store
from tests.index.texts import split_text

ONE = "甲办法\n第一条 甲甲甲。\n第二条 甲乙丙。\n第三条 丁戊己。"
TWO = "乙办法\n第一条 乙乙乙。\n第二条 庚辛壬。"


def vectors(*angles: float) -> NDArray[np.float32]:
    """Unit vectors in the plane: their cosine is that of the difference of the angles (in degrees)."""
    radians = np.deg2rad(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


@pytest.fixture
def articles() -> list[Article]:
    return [*split_text(ONE), *split_text(TWO)]


@pytest.fixture
def store(tmp_path: Path, articles: list[Article]) -> Iterator[Store]:
    opened = Store(tmp_path / "chroma", create=True)
    opened.upsert(articles, [vectors(10 * n) for n in range(len(articles))])
    yield opened
    opened.close()


def test_articles_come_back_as_they_were_stored(store: Store, articles: list[Article]) -> None:
    assert store.articles({a.meta.key: a.meta for a in articles}) == articles


def test_rows_are_read_page_by_page(store: Store, articles: list[Article]) -> None:
    store.page = 2
    metas = {a.meta.key: a.meta for a in articles}
    assert store.articles(metas) == articles
    assert [store.held()[a.id].hash for a in articles] == [content_hash(a) for a in articles]
    assert store.sound(2) == {a.id for a in articles}


def test_a_table_row_keeps_its_columns(tmp_path: Path) -> None:
    articles = split_text("甲通知\n附件1\n甲清单\n序号\t名称\t地区\n1\t风电\t河北")
    store = Store(tmp_path / "rows", create=True)
    store.upsert(articles, [vectors(0)] * len(articles))
    assert store.articles({articles[0].meta.key: articles[0].meta})[-1].columns == (
        ("序号", "1"), ("名称", "风电"), ("地区", "河北"),
    )  # fmt: skip
    store.close()


def test_documents_come_in_the_order_asked_for(store: Store, articles: list[Article]) -> None:
    metas = {a.meta.key: a.meta for a in reversed(articles)}
    assert [a.id for a in store.articles(metas)][:3] == ["乙办法/文首", "乙办法/第一条", "乙办法/第二条"]
    assert [a.id for a in store.articles({"乙办法": metas["乙办法"]})] == [
        "乙办法/文首",
        "乙办法/第一条",
        "乙办法/第二条",
    ]


def test_the_nearest_come_first_with_their_cosine(store: Store) -> None:
    found = store.nearest(vectors(11)[0], 3)
    assert [id_ for id_, _ in found] == [
        "甲办法/第一条",
        "甲办法/第二条",
        "甲办法/文首",
    ]  # at 10, 20 and 0 degrees
    assert [round(cosine, 4) for _, cosine in found] == [0.9998, 0.9877, 0.9816]  # cos 1, cos 9, cos 11


def test_a_search_may_be_held_to_documents(store: Store) -> None:
    assert [id_ for id_, _ in store.nearest(vectors(0)[0], 9, ["乙办法"])] == [
        "乙办法/文首",
        "乙办法/第一条",
        "乙办法/第二条",
    ]
    assert store.nearest(vectors(0)[0], 9, []) == []
    assert store.nearest(vectors(0)[0], 9, ["无"]) == []


def test_the_engine_finds_what_chromas_client_finds(
    store: Store, articles: list[Article], tmp_path: Path
) -> None:
    store.upsert([articles[1]], [vectors(90, 3)])
    client = chromadb.PersistentClient(
        str(tmp_path / "chroma"), settings=Settings(anonymized_telemetry=False)
    )
    got = client.get_collection("articles").query(query_embeddings=vectors(7), n_results=3)
    reader = Store(tmp_path / "chroma")
    assert got["distances"] is not None
    assert reader.nearest(vectors(7)[0], 3) == [
        (id_.split("␟")[0], 1 - distance)
        for id_, distance in zip(got["ids"][0], got["distances"][0], strict=True)
    ]
    reader.close()


def test_a_few_articles_are_looked_at_one_by_one(store: Store, articles: list[Article]) -> None:
    long = articles[4]
    store.upsert([long], [vectors(80, 12, 60)])
    question = vectors(10)[0]
    found = store.nearest(
        question, 2, ["甲办法", "乙办法"], [articles[3].id, long.id, articles[2].id, "没有"]
    )
    assert [id_ for id_, _ in found] == [long.id, articles[2].id]
    assert [round(score, 4) for _, score in found] == [0.9994, 0.9848]
    assert store.nearest(question, 2, [], []) == []


def test_more_than_there_is_gives_all(store: Store, articles: list[Article]) -> None:
    assert len(store.nearest(vectors(0)[0], 1000)) == len(articles)
    assert store.nearest(vectors(0)[0], 0) == []


def test_an_article_of_several_windows_counts_once_with_its_nearest(
    store: Store, articles: list[Article]
) -> None:
    store.upsert([articles[1]], [vectors(90, 3, 2, 1)])
    found = store.nearest(vectors(2)[0], 3)
    assert [id_ for id_, _ in found] == ["甲办法/第一条", "甲办法/文首", "甲办法/第二条"]
    assert round(found[0][1], 4) == 1.0
    assert len(store.articles({a.meta.key: a.meta for a in articles})) == len(articles)


def test_deleting_an_article_takes_all_its_windows(store: Store, articles: list[Article]) -> None:
    store.upsert([articles[1]], [vectors(0, 1, 2)])
    store.delete({articles[1].id: 3})
    assert articles[1].id not in store.held()
    assert len(store.nearest(vectors(0)[0], 1000)) == len(articles) - 1
    store.delete({})


def test_the_store_knows_hash_and_place_of_every_article(store: Store, articles: list[Article]) -> None:
    store.upsert([articles[1]], [vectors(0, 1, 2)])
    windows = {articles[1].id: 3}
    assert store.held() == {
        a.id: Held(a.meta.key, content_hash(a), a.order, windows.get(a.id, 1)) for a in articles
    }


def test_search_texts_come_in_the_order_asked_for(store: Store, articles: list[Article]) -> None:
    wanted = [articles[3], articles[0]]
    assert store.search_texts([a.id for a in wanted]) == [a.search_text for a in wanted]
    assert store.search_texts([]) == []
    with pytest.raises(KeyError, match="无"):
        store.search_texts(["无"])


def test_a_new_place_needs_no_new_vector(store: Store, articles: list[Article]) -> None:
    store.upsert([articles[1]], [vectors(90, 1)])
    store.reorder([replace(articles[1], order=9)], {articles[1].id: 2})
    store.reorder([], {})
    assert store.held()[articles[1].id].order == 9
    assert [a.id for a in store.articles({"甲办法": articles[0].meta})][-1] == "甲办法/第一条"
    ((nearest, cosine),) = store.nearest(vectors(1)[0], 1)
    assert (nearest, round(cosine, 4)) == ("甲办法/第一条", 1.0)


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "empty", create=True)
    assert store.nearest(vectors(0)[0], 5) == []
    assert store.held() == {}
    store.close()


def test_the_hash_changes_with_all_but_the_place(articles: list[Article]) -> None:
    article = articles[1]
    assert content_hash(replace(article, order=99, lines=(1, 2))) == content_hash(article)
    for changed in (
        replace(article, text="第一条 别的。"),
        replace(article, search_text="别的"),
        replace(article, label="《别的》第一条"),
        replace(article, page=3),
        replace(article, columns=(("序号", "1"),)),
        replace(article, speaker="某某"),
        replace(article, role="turn"),
    ):
        assert content_hash(changed) != content_hash(article)
    assert len(content_hash(article)) == 16
