import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index import generations
from index.build import current_generation
from index.doctor import Fault, examine
from index.embed import Embedder
from index.errors import IndexBusy, IndexMismatch, IndexMissing
from index.ledger import read_ledger
from index.locks import building
from index.manifest import FILE, Manifest
from index.mend import mend
from index.store import Store
from tests.fakes import FakeEmbedder
from tests.index.shelf import Counting, Shelf, State, measure
from tests.index.texts import split_text

QUESTIONS = '"乙管理办法/第二条" = ["乙要交钱吗"]\n'


@pytest.fixture(scope="module")
def original(tokenizer_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Two measures, one of them changed once, so that there is a generation before; one has a likely question."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"), tokenizer_cache)
    shelf.write("甲.txt", measure("甲", 3, "收费"))
    shelf.write("乙.txt", measure("乙", 4, "免费"))
    shelf.write("乙.questions.toml", QUESTIONS)
    shelf.add("甲.txt", "乙.txt")
    shelf.write("甲.txt", measure("甲", 3, "缓交"))
    shelf.add("甲.txt")
    return shelf


@pytest.fixture
def shelf(original: Shelf, tmp_path: Path) -> Shelf:
    """A copy to break."""
    return original.copied(tmp_path)


@pytest.fixture(scope="module")
def whole(original: Shelf) -> State:
    return original.state()


def mended(shelf: Shelf, embedder: FakeEmbedder | None = None) -> tuple[list[Fault], list[Fault]]:
    return mend(shelf.index, lambda: embedder or FakeEmbedder(), shelf.cache)


def generation(shelf: Shelf) -> Path:
    return current_generation(shelf.index)


# --- the damages, each with what is said of it and how many articles are embedded for it ---


def drop_a_row(shelf: Shelf) -> None:
    store = Store(generation(shelf) / "chroma")
    store.delete({"乙管理办法/第二条": 1})
    store.close()


def alter_a_text(shelf: Shelf) -> None:
    with closing(sqlite3.connect(generation(shelf) / "chroma" / "chroma.sqlite3")) as db:
        changed = db.execute(
            "UPDATE embedding_metadata SET string_value = '第二条 乙第1款收费。' WHERE string_value LIKE '第二条 乙%'"
        )
        assert changed.rowcount == 1
        db.commit()


def add_a_stray_row(shelf: Shelf) -> None:
    (article, *_) = split_text(measure("丙", 1, "收费"))
    store = Store(generation(shelf) / "chroma")
    store.upsert([article], [np.ones((1, 64), np.float32)])
    store.close()


def lose_the_store(shelf: Shelf) -> None:
    shutil.rmtree(generation(shelf) / "chroma")


def garble_the_store(shelf: Shelf) -> None:
    (generation(shelf) / "chroma" / "chroma.sqlite3").write_bytes(b"x" * 9000)


def cut_the_graph(shelf: Shelf) -> None:
    for path in (generation(shelf) / "chroma").rglob("data_level0.bin"):
        path.write_bytes(path.read_bytes()[:50])


def truncate_the_tokens(shelf: Shelf) -> None:
    (path,) = shelf.index.glob("tokens-*/tokens.i8")
    path.write_bytes(path.read_bytes()[: -20 * 64])  # 64 bytes a row, 20 rows


def lose_the_tokens(shelf: Shelf) -> None:
    for path in shelf.index.glob("tokens-*"):
        shutil.rmtree(path)


def lose_the_ranking(shelf: Shelf) -> None:
    shutil.rmtree(generation(shelf) / "lexical")


def alter_the_ranking(shelf: Shelf) -> None:
    path = generation(shelf) / "lexical" / "indices.csc.index.npy"
    data = bytearray(path.read_bytes())
    data[-4] ^= 1
    path.write_bytes(data)


def lose_the_texts(shelf: Shelf) -> None:
    shutil.rmtree(generation(shelf) / "articles")


def alter_a_record(shelf: Shelf) -> None:
    path = generation(shelf) / "articles" / "records.bin"
    path.write_bytes(path.read_bytes().replace("免费".encode(), "收费".encode(), 1))


def cut_the_texts(shelf: Shelf) -> None:
    path = generation(shelf) / "articles" / "records.bin"
    path.write_bytes(path.read_bytes()[:100])


def lose_the_ledger(shelf: Shelf) -> None:
    (generation(shelf) / "articles.json").unlink()


def alter_the_ledger(shelf: Shelf) -> None:
    path = generation(shelf) / "articles.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held.pop("乙管理办法/第二条")
    path.write_text(json.dumps(held), encoding="utf-8")


def garble_the_manifest(shelf: Shelf) -> None:
    (generation(shelf) / FILE).write_text('{"format": 2, "sou', encoding="utf-8")


def point_to_the_one_before(shelf: Shelf) -> None:
    (shelf.index / generations.CURRENT).write_text("000001", encoding="utf-8")


def point_to_nothing(shelf: Shelf) -> None:
    (shelf.index / generations.CURRENT).write_text("000099", encoding="utf-8")


def lose_current(shelf: Shelf) -> None:
    (shelf.index / generations.CURRENT).unlink()


DAMAGES: list[tuple[Callable[[Shelf], None], list[str], int]] = [
    (drop_a_row, ["articles 向量库中 1 条缺失或与清单不符（乙管理办法/第二条）；可由原文件重建"], 2),
    (alter_a_text, ["articles 向量库中 1 条缺失或与清单不符（乙管理办法/第二条）；可由原文件重建"], 2),
    (add_a_stray_row, ["articles 向量库中多出 1 条（丙管理办法/文首）；可删去"], 0),
    (lose_the_store, ["store 向量库缺失或损坏：{}/chroma；可由原文件重建"], 10),
    (garble_the_store, ["store 向量库缺失或损坏：{}/chroma；可由原文件重建"], 10),
    (truncate_the_tokens, ["tokens 词向量文件缺少 1 条的内容（甲管理办法/第三条）；可由原文件重建"], 1),
    (lose_the_tokens, [
        "tokens 词向量文件缺少 9 条的内容（乙管理办法/文首、乙管理办法/第一条、乙管理办法/第三条 等）；可由原文件重建"
    ], 10),
    (lose_the_ranking, ["lexical 关键词索引缺失或损坏；可由条文重建"], 0),
    (alter_the_ranking, ["lexical 关键词索引缺失或损坏；可由条文重建"], 0),
    (lose_the_texts, ["texts 条文文件缺失或损坏；可由向量库重建"], 0),
    (alter_a_record, ["texts 条文文件缺失或损坏；可由向量库重建"], 0),
    (cut_the_texts, ["texts 条文文件缺失或损坏；可由向量库重建"], 0),
    (lose_the_ledger, ["ledger 条文清单缺失或损坏；可由向量库重建"], 0),
    (alter_the_ledger, ["ledger 条文清单缺失或损坏；可由向量库重建"], 0),
    (garble_the_manifest, ["manifest 索引已损坏：{}/manifest.json"], 0),
    (point_to_the_one_before, [
        "newer 完整的版本 000002 未启用（上次更新在最后一步中断，或 CURRENT 被改动）；可启用它"
    ], 0),
    (point_to_nothing, ["current CURRENT 文件损坏；可改用最新的完整版本 000002"], 0),
    (lose_current, ["current CURRENT 文件缺失；可改用最新的完整版本 000002"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "said", "embedded"), DAMAGES, ids=[d[0].__name__ for d in DAMAGES])
def test_each_damage_is_found_and_mended(
    shelf: Shelf, whole: State, damage: Callable[[Shelf], None], said: list[str], embedded: int
) -> None:
    expected = [line.format(generation(shelf)) for line in said]
    damage(shelf)
    assert [f"{f.check} {f.message}" for f in examine(shelf.index)] == expected
    embedder = Counting()
    wrong, left = mended(shelf, embedder)
    assert ([f"{f.check} {f.message}" for f in wrong], left) == (expected, [])
    assert embedder.encoded == embedded
    assert shelf.state() == whole
    library = shelf.library()
    assert len(library.question_tokens("乙管理办法/第二条")) == 1
    library.close()


def test_a_cut_graph_is_found_before_chroma_crashes_on_it(tokenizer_cache: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, tokenizer_cache)
    for i in range(13):  # enough articles for Chroma to save its graph
        shelf.write(f"{i}.txt", measure("子丑寅卯辰巳午未申酉戌亥甲"[i], 9, "收费"))
    shelf.add(*(f"{i}.txt" for i in range(13)))
    before = shelf.state()
    cut_the_graph(shelf)
    assert [f.check for f in examine(shelf.index)] == ["store"]
    embedder = Counting()
    assert mended(shelf, embedder)[1] == []
    assert (embedder.encoded, shelf.state()) == (130, before)


def test_a_sound_index_is_left_alone(shelf: Shelf) -> None:
    before = generation(shelf)
    assert mended(shelf) == ([], [])
    assert generation(shelf) == before


def test_a_lost_original_is_told_and_stays_a_fault(shelf: Shelf, whole: State) -> None:
    (source,) = [s for s in Manifest.read(generation(shelf)).sources if s.name == "甲.txt"]
    path = shelf.index / "originals" / source.original
    path.unlink()
    line = f"甲.txt 的原文件缺失：{path}。问答不受影响，但无法据以重建；请重新收录该文件"
    fault = Fault("original", line, mendable=False)
    assert mended(shelf) == ([fault], [fault])
    path.write_text("别的", encoding="utf-8")
    assert [f.message for f in examine(shelf.index)] == [line.replace("缺失", "内容被改动")]
    path.write_text(measure("甲", 3, "缓交"), encoding="utf-8")
    assert shelf.state() == whole


def test_what_cannot_be_made_again_stays_as_it_is(shelf: Shelf) -> None:
    """A row is lost, and so is the original that holds it: nothing is thrown away."""
    drop_a_row(shelf)
    for path in (shelf.index / "originals").glob("*"):
        path.unlink()
    before = generation(shelf)
    _, left = mended(shelf)
    assert [f.check for f in left] == ["articles", "original", "original", "original"]
    assert generation(shelf) == before


def test_several_damages_are_mended_together(shelf: Shelf, whole: State) -> None:
    drop_a_row(shelf)
    lose_the_ranking(shelf)
    truncate_the_tokens(shelf)
    garble_the_manifest(shelf)
    wrong, left = mended(shelf)
    assert ([f.check for f in wrong], left) == (["manifest", "articles", "tokens", "lexical"], [])
    assert shelf.state() == whole


def test_a_manifest_without_a_copy_leads_back_to_the_generation_before(shelf: Shelf, whole: State) -> None:
    garble_the_manifest(shelf)
    (generation(shelf) / generations.MANIFEST_COPY).unlink()
    assert mended(shelf)[1] == []
    assert shelf.state() == whole | {
        "甲管理办法": tuple(t.replace("缓交", "收费") for t in whole["甲管理办法"])
    }


def test_a_mended_index_can_be_changed_again(shelf: Shelf, whole: State) -> None:
    alter_the_ledger(shelf)
    mended(shelf)
    shelf.write("丙.txt", measure("丙", 2, "收费"))
    assert shelf.add("丙.txt").added == 3
    assert {k: v for k, v in shelf.state().items() if k in whole} == whole
    assert list(read_ledger(generation(shelf))) == list(Manifest.read(generation(shelf)).spans)


def test_an_embedder_of_another_name_mends_no_vectors(shelf: Shelf) -> None:
    drop_a_row(shelf)

    def other() -> Embedder:
        return FakeEmbedder("other")

    with pytest.raises(IndexMismatch, match="由向量模型 fake 建立，当前配置为 other"):
        mend(shelf.index, other, shelf.cache)
    assert [f.check for f in examine(shelf.index)] == ["articles"]


def test_mending_waits_for_no_builder(shelf: Shelf) -> None:
    with building(shelf.index), pytest.raises(IndexBusy):
        mended(shelf)


def test_no_index_is_no_fault_of_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        examine(tmp_path)
