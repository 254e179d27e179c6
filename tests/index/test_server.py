"""Vectors on a real Chroma server, exact; and what is said where the server is none, or not as it should be."""

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.backup import backup, restore
from index.chroma_server import ChromaServer
from index.doctor import examine
from index.errors import IndexMismatch, IndexUnavailable
from index.generations import current_generation
from index.ledger import Held
from index.library import Library
from index.manifest import Manifest
from index.mend import mend
from index.model import Article
from index.record import content_hash
from index.server import COLLECTIONS, ServerEngine
from index.server_store import ServerStore
from qa.chain import Chain
from qa.settings import load_settings
from tests.chroma_process import ChromaProcess, chroma_process, free_port
from tests.fakes import FakeEmbedder
from tests.index.loopback import VERSION, Reply, answering
from tests.index.shelf import Counting, Shelf, measure
from tests.index.texts import split_text

TEXT = "甲办法\n第一条 甲甲甲。\n第二条 甲乙丙。\n第三条 丁戊己。"


def vectors(*angles: float) -> NDArray[np.float32]:
    """Unit vectors in the plane: their cosine is that of the difference of the angles (in degrees)."""
    radians = np.deg2rad(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


@pytest.fixture
def articles() -> list[Article]:
    return [*split_text(TEXT), *split_text(TEXT.replace("甲", "乙"))]


@pytest.fixture
def shelf(chroma: ChromaProcess, tokenizer_cache: Path, tmp_path: Path) -> Shelf:
    """Two measures, their vectors on the server."""
    made = Shelf(tmp_path / "shelf", tokenizer_cache, chroma.engine)
    for name in "甲乙":
        made.write(f"{name}.txt", measure(name, 3, "收费"))
    made.add("甲.txt", "乙.txt")
    return made


def collection(shelf: Shelf) -> str:
    """The name of the collection in use."""
    return Manifest.read(current_generation(shelf.index)).collection


def held_as(articles: list[Article], windows: int = 1) -> dict[str, Held]:
    return {a.id: Held(a.meta.key, content_hash(a), a.order, windows) for a in articles}


# --- the rows of one generation among others ---


def test_a_generation_sees_its_own_rows_alone(
    chroma: ChromaProcess, articles: list[Article], request: pytest.FixtureRequest
) -> None:
    """Article 第一条 at 10 degrees in the old generation, changed and at 80 degrees in the new one."""
    server = ChromaServer(chroma.url)
    name = f"policy-qa-{abs(hash(request.node.name))}"
    changed = [replace(a, text="新") if a.id == "甲办法/第一条" else a for a in articles]
    writer = ServerStore(server, name, lambda: held_as(articles), server.make(name, {"made_by": "a test"}))
    writer.upsert(articles, [vectors(10 * n) for n in range(len(articles))])
    writer.upsert(changed[1:2], [vectors(80, 81)])
    writer.check_whole(held_as(articles))
    old = ServerStore(server, name, lambda: held_as(articles))
    new = ServerStore(server, name, lambda: held_as(changed) | held_as(changed[1:2], 2))
    assert [i for i, _ in old.nearest(vectors(11)[0], 3)] == ["甲办法/第一条", "甲办法/第二条", "甲办法/文首"]
    assert [round(c, 4) for _, c in old.nearest(vectors(11)[0], 3)] == [0.9998, 0.9877, 0.9816]
    assert [i for i, _ in new.nearest(vectors(11)[0], 3)] == ["甲办法/第二条", "甲办法/文首", "甲办法/第三条"]
    ((nearest, cosine),) = new.nearest(vectors(80)[0], 1)
    assert (nearest, round(cosine, 4)) == ("甲办法/第一条", 1.0)
    assert len(old.nearest(vectors(0)[0], 1000)) == len(new.nearest(vectors(0)[0], 1000)) == 8
    assert old.nearest(vectors(0)[0], 0) == old.nearest(vectors(0)[0], 9, []) == []
    assert [i for i, _ in old.nearest(vectors(0)[0], 9, ["乙办法"])] == [
        "乙办法/文首", "乙办法/第一条", "乙办法/第二条", "乙办法/第三条"
    ]  # fmt: skip
    metas = {a.meta.key: a.meta for a in reversed(articles)}
    assert [a.text for a in new.articles(metas)] == [a.text for a in (*changed[4:], *changed[:4])]
    assert old.articles({"甲办法": metas["甲办法"]}) == articles[:4]
    assert old.held() == held_as(articles)
    assert new.held()["甲办法/第一条"].windows == 2
    assert new.sound(2) == {a.id for a in articles}
    assert new.sound(3) == set()
    assert new.search_texts(["乙办法/文首", "甲办法/第一条"]) == [
        "《乙办法》文首\n乙办法",
        changed[1].search_text,
    ]
    ((article, own),) = new.rows({"甲办法/第一条": new.held()["甲办法/第一条"]})
    assert (article.text, own.round(4).tolist()) == ("新", vectors(80, 81).round(4).tolist())


def test_the_rows_of_an_article_that_is_gone_stay_until_nobody_may_read_them(
    shelf: Shelf, chroma: ChromaProcess
) -> None:
    rows = chroma.rows(collection(shelf))
    library = shelf.library()
    assert shelf.builder().remove(["乙管理办法"]).removed == 4
    assert chroma.rows(collection(shelf)) == rows  # of the generation before
    shelf.write("丙.txt", measure("丙", 1, "收费"))
    shelf.add("丙.txt")
    assert len(chroma.rows(collection(shelf))) == len(rows) + 2  # somebody reads them
    vector = FakeEmbedder().encode_queries(["乙第1款收费"])[0].vector
    assert library.nearest(vector, 1)[0][0] == "乙管理办法/第二条"
    library.close()
    shelf.write("丁.txt", measure("丁", 1, "收费"))
    shelf.add("丁.txt")
    assert {row.split("/")[0] for row in chroma.rows(collection(shelf))} == {
        "甲管理办法", "丙管理办法", "丁管理办法"
    }  # fmt: skip


def test_a_rebuild_fills_a_collection_of_its_own_and_the_old_one_goes(
    shelf: Shelf, chroma: ChromaProcess
) -> None:
    first = collection(shelf)
    shelf.builder().add([], rebuild=True)
    second = collection(shelf)
    assert second != first
    assert chroma.rows(first) == chroma.rows(second)
    shelf.write("丙.txt", measure("丙", 1, "收费"))
    shelf.add("丙.txt")
    assert (chroma.rows(first), collection(shelf)) == ([], second)
    assert [p.name for p in (shelf.index / COLLECTIONS).iterdir()] == [second]


def test_a_new_title_keeps_text_and_vectors_right(shelf: Shelf) -> None:
    shelf.builder().rename("甲管理办法", "甲暂行办法")
    library = shelf.library()
    assert library.documents["甲管理办法"].title == "甲暂行办法"
    vector = FakeEmbedder().encode_queries(["《甲暂行办法》第二条\n第二条甲第1款收费。"])[0].vector
    assert library.nearest(vector, 1)[0][0] == "甲管理办法/第二条"
    library.close()
    assert examine(shelf.index, shelf.engine) == []


# --- doctor, backup, moving between the kinds ---


def test_the_doctor_finds_and_mends_rows_that_are_lost(shelf: Shelf, chroma: ChromaProcess) -> None:
    rows = chroma.rows(collection(shelf))
    found = ServerEngine(chroma.url).server.find(collection(shelf))
    assert found is not None
    found.delete(ids=[r for r in rows if r.startswith("乙管理办法/第三条")])
    library = shelf.library()
    lost = f"Chroma 服务 {chroma.url} 的集合 {collection(shelf)} 缺少 1 行。"
    with pytest.raises(IndexMismatch, match=re.escape(lost)):
        library.nearest(FakeEmbedder().encode_queries(["乙"])[0].vector, 1)
    with pytest.raises(IndexMismatch, match=re.escape(lost)):
        shelf.builder().remove(["甲管理办法"])
    library.close()
    line = "向量库中 1 条缺失或与清单不符（乙管理办法/第三条）；可由原文件重建"
    assert [f.message for f in examine(shelf.index, shelf.engine)] == [line]
    embedder = Counting()
    wrong, left = mend(shelf.index, lambda: embedder, shelf.cache, engine=shelf.engine)
    assert ([f.message for f in wrong], left, embedder.encoded) == ([line], [], 1)
    assert chroma.rows(collection(shelf)) == rows
    assert len(shelf.state()) == 2


def test_the_doctor_makes_a_lost_collection_again(shelf: Shelf, chroma: ChromaProcess) -> None:
    rows, name = chroma.rows(collection(shelf)), collection(shelf)
    ServerEngine(chroma.url).server.drop(name)
    library = shelf.library()
    gone = (
        f"Chroma 服务 {chroma.url} 上没有本索引的集合 {name}。"
        "请确认服务的数据文件夹没有换，或运行 policy-qa doctor --repair 重建。"
    )
    with pytest.raises(IndexMismatch, match=re.escape(gone)):
        library.nearest(FakeEmbedder().encode_queries(["乙"])[0].vector, 1)
    assert [f.message for f in examine(shelf.index, shelf.engine)] == [
        f"向量库缺失或损坏：{name}；可由原文件重建"
    ]
    assert mend(shelf.index, FakeEmbedder, shelf.cache, engine=shelf.engine)[1] == []
    assert chroma.rows(name) == rows
    assert library.nearest(
        FakeEmbedder().encode_queries(["乙"])[0].vector, 1
    )  # who has it open goes on by himself
    library.close()


def test_the_doctor_clears_rows_that_nobody_names(shelf: Shelf, chroma: ChromaProcess) -> None:
    rows = chroma.rows(collection(shelf))
    found = ServerEngine(chroma.url).server.find(collection(shelf))
    assert found is not None
    found.upsert(
        ids=["甲管理办法/第一条␟0␟0"],
        embeddings=np.ones((1, 64), np.float32),
        documents=["旧"],
        metadatas=[{"id": "旧"}],
    )
    assert mend(shelf.index, FakeEmbedder, shelf.cache, engine=shelf.engine) == ([], [])
    assert chroma.rows(collection(shelf)) == rows


def test_a_backup_moves_an_index_to_the_server_and_away_again_and_embeds_nothing(
    shelf: Shelf, chroma: ChromaProcess, tmp_path: Path
) -> None:
    state = shelf.state()
    backup(shelf.index, tmp_path / "一.zip", engine=shelf.engine)
    files = Shelf(tmp_path / "files", shelf.cache)
    restore(files.index, tmp_path / "一.zip")
    assert files.state() == state
    assert not (files.index / COLLECTIONS).exists()
    backup(files.index, tmp_path / "二.zip")
    again = Shelf(tmp_path / "again", shelf.cache, chroma.engine)
    restore(again.index, tmp_path / "二.zip", engine=again.engine)
    assert again.state() == state
    assert collection(again) != collection(shelf)
    assert chroma.rows(collection(again)) == chroma.rows(collection(shelf))
    assert not (current_generation(again.index) / "chroma").exists()


def test_an_index_of_the_other_kind_says_how_to_go_on(
    shelf: Shelf, chroma: ChromaProcess, tmp_path: Path
) -> None:
    there = (
        f"索引 {shelf.index} 的向量在 Chroma 服务上，当前没有配置服务地址。"
        "请设置 POLICY_QA_CHROMA_URL，或运行 policy-qa index --rebuild 在本机重建。"
    )
    files = Shelf(tmp_path / "files", shelf.cache)
    files.write("甲.txt", measure("甲", 3, "收费"))
    files.add("甲.txt")
    here = (
        f"索引 {files.index} 的向量在本机文件夹，当前配置为 Chroma 服务 {chroma.url}。"
        "请先不设 POLICY_QA_CHROMA_URL 备份（policy-qa backup），再设置后恢复（policy-qa restore --force），"
        "无需重新计算；或运行 policy-qa index --rebuild 重建。"
    )
    shelf.engine, files.engine = files.engine, shelf.engine
    for one, said in ((shelf, there), (files, here)):
        for use in (
            one.library,
            lambda one=one: one.add("甲.txt"),
            lambda one=one: examine(one.index, one.engine),
            lambda one=one: mend(one.index, FakeEmbedder, one.cache, engine=one.engine),
            lambda one=one: backup(one.index, tmp_path / "三.zip", engine=one.engine),
        ):
            with pytest.raises(IndexMismatch) as told:
                use()
            assert str(told.value) == said
    files.builder().add([], rebuild=True)
    assert files.state().keys() == {"甲管理办法"}


# --- bad servers ---

HTML: Reply = (200, "text/html", b"<html>welcome</html>")
NOT_CHROMA = "{} 不是 Chroma 服务（回应看不懂）。请检查 POLICY_QA_CHROMA_URL。"
FAILED = "Chroma 服务出错：{}（%s）。请查看该服务是否正常；恢复后会自动继续。"
BAD: dict[str, tuple[Callable[[str], Reply | None], str]] = {
    "another site": (lambda _: HTML, NOT_CHROMA),
    "another path": (lambda _: (404, "text/html", b"nothing here"), NOT_CHROMA),
    "an object": (lambda _: (200, "application/json", b"{}"), NOT_CHROMA),
    "empty": (lambda _: (200, "application/json", b""), FAILED % "回应不完整"),
    "half": (lambda _: (200, "application/json", b'"1.0'), FAILED % "回应不完整"),
    "500": (lambda _: (500, "text/plain", b"boom"), FAILED % "HTTP 500"),
    "503 of a proxy": (lambda _: (503, "text/html", b"<html>proxy</html>"), FAILED % "HTTP 503"),
    "401": (
        lambda _: (401, "application/json", b"{}"),
        "Chroma 服务拒绝访问：{}。请检查 POLICY_QA_CHROMA_TOKEN。",
    ),
    "hangs": (lambda _: None, FAILED % "没有及时回应"),
    "old": (
        lambda _: (200, "application/json", b'"0.6.3"'),
        "Chroma 服务的版本不合：{} 是 0.6.3，本程序需要 1.x。请换用相应版本的服务。",
    ),
    "a site, later": (lambda path: VERSION if path.endswith("/version") else HTML, NOT_CHROMA),
    "hangs, later": (
        lambda path: VERSION if path.endswith("/version") else None,
        FAILED % "没有及时回应",
    ),
    "an object, later": (
        lambda path: VERSION if path.endswith("/version") else (200, "application/json", b"{}"),
        FAILED % "回应不完整",
    ),
    "refuses the call": (
        lambda path: (
            VERSION
            if path.endswith("/version")
            else (400, "application/json", b'{"error":"InvalidArgumentError","message":"no\\nway"}')
        ),
        FAILED % "no way",
    ),
}


@pytest.mark.parametrize(("reply", "said"), BAD.values(), ids=BAD)
def test_a_bad_server_is_told_in_one_line_and_in_time(
    reply: Callable[[str], Reply | None], said: str, tokenizer_cache: Path, tmp_path: Path
) -> None:
    with answering(lambda _, path, __: reply(path)) as url:
        shelf = Shelf(tmp_path, tokenizer_cache, ServerEngine(url, timeout=0.5))
        shelf.write("甲.txt", measure("甲", 3, "收费"))
        store = ServerStore(ChromaServer(url, timeout=0.5), "policy-qa-0", dict[str, Held])
        for use in (lambda: store.nearest(vectors(0)[0], 1), lambda: shelf.add("甲.txt")):
            begun = time.monotonic()
            with pytest.raises(IndexUnavailable) as told:
                use()
            assert str(told.value) == said.format(url)
            assert time.monotonic() - begun < 10
    assert not (shelf.index / "CURRENT").exists()
    assert list((shelf.index / "generations").iterdir()) == []


def test_nobody_listening_is_told_in_one_line(tokenizer_cache: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    shelf = Shelf(tmp_path, tokenizer_cache, ServerEngine(url))
    shelf.write("甲.txt", measure("甲", 3, "收费"))
    with pytest.raises(IndexUnavailable) as told:
        shelf.add("甲.txt")
    assert str(told.value) == (
        f"连不上 Chroma 服务：{url}。请确认服务已启动（chroma run）、地址正确；恢复后会自动继续。"
    )


def test_a_token_is_sent_and_told_to_nobody() -> None:
    heard: list[tuple[str, str]] = []

    def reply(method: str, path: str, _: bytes) -> Reply:
        heard.append((method, path))
        return 403, "application/json", b'{"error":"AuthorizationError","message":"no: geheim"}'

    with answering(reply) as url, pytest.raises(IndexUnavailable) as told:
        ChromaServer(url, "geheim").find("policy-qa-0")
    assert heard == [("GET", "/api/v2/version")]
    assert "geheim" not in str(told.value)


# --- a server that goes away and comes back ---


def test_a_server_that_is_killed_and_started_again_needs_nobody_to_do_anything(
    tokenizer_cache: Path, tmp_path: Path
) -> None:
    with chroma_process(tmp_path / "data") as chroma:
        shelf = Shelf(tmp_path / "shelf", tokenizer_cache, chroma.engine)
        for name in "甲乙":
            shelf.write(f"{name}.txt", measure(name, 3, "收费"))
        shelf.add("甲.txt", "乙.txt")
        state, library = shelf.state(), shelf.library()
        vector = FakeEmbedder().encode_queries(["乙第1款收费"])[0].vector
        before = library.nearest(vector, 3)
        chroma.kill()
        down = f"连不上 Chroma 服务：{chroma.url}。"
        with pytest.raises(IndexUnavailable, match=re.escape(down)):
            library.nearest(vector, 3)
        shelf.write("丙.txt", measure("丙", 3, "收费"))
        embedder = Counting()
        with pytest.raises(IndexUnavailable, match=re.escape(down)):
            shelf.add("丙.txt", embedder=embedder)
        assert embedder.encoded == 0  # told before anything is computed
        opened = shelf.library()  # an app that starts meanwhile starts
        chain = Chain(opened, load_settings({}))
        with pytest.raises(IndexUnavailable, match=re.escape(down)):
            chain.ask("《甲管理办法》第二条")
        chroma.start(tmp_path / "empty")
        with pytest.raises(IndexMismatch, match="没有本索引的集合"):
            library.nearest(vector, 3)
        chroma.kill()
        chroma.start()
        assert library.nearest(vector, 3) == before
        assert chain.ask("《甲管理办法》第二条").text.startswith("甲第1款收费。[1]")
        for one in (library, opened):
            one.close()
        assert shelf.state() == state
        assert shelf.add("丙.txt").added == 4


def test_a_replica_of_the_folder_follows(shelf: Shelf, tmp_path: Path) -> None:
    """As rsync would bring it: everything else first, CURRENT last."""

    def brought() -> None:
        for part in (shutil.ignore_patterns("CURRENT", "readers", "lock"), None):
            shutil.copytree(shelf.index, replica, ignore=part, dirs_exist_ok=True)

    replica = tmp_path / "replica"
    brought()
    library = Library(replica, FakeEmbedder(), shelf.cache, shelf.engine)
    old, new = (FakeEmbedder().encode_queries([f"{name}第1款收费"])[0].vector for name in "乙丙")
    assert library.nearest(old, 1)[0][0] == "乙管理办法/第二条"
    shelf.write("丙.txt", measure("丙", 3, "收费"))
    shelf.add("丙.txt")
    shelf.builder().remove(["乙管理办法"])
    assert library.is_current()
    assert library.nearest(old, 1)[0][0] == "乙管理办法/第二条"  # the generation before is still whole
    brought()
    assert not library.is_current()
    newer = library.renewed()
    assert newer.nearest(new, 1)[0][0] == "丙管理办法/第二条"
    for one in (library, newer):
        one.close()


def test_a_server_that_dies_during_a_build_stops_it_and_the_next_run_goes_on(
    tokenizer_cache: Path, tmp_path: Path
) -> None:
    """Three chunks of articles; the server dies before the second is written."""
    with chroma_process(tmp_path / "data") as chroma:
        shelf = Shelf(tmp_path / "shelf", tokenizer_cache, chroma.engine)
        shelf.write("甲.txt", measure("甲", 3, "收费"))
        shelf.add("甲.txt")
        state = shelf.state()
        names = [f"{n}.txt" for n in range(120)]
        for n, name in enumerate(names):
            shelf.write(name, measure("乙" + "零一二三四五六七八九"[n % 10] * (1 + n // 10), 9, "收费"))
        dying = Counting(lambda n: chroma.kill() if n == 600 else None)
        with pytest.raises(IndexUnavailable, match="连不上 Chroma 服务"):
            shelf.add(*names, embedder=dying)
        assert dying.encoded == 1024
        chroma.start()
        assert shelf.state() == state
        rest = Counting()
        assert shelf.add(*names, embedder=rest).added == 1200
        assert rest.encoded == 1200 - 1024
        assert len(chroma.rows(collection(shelf))) == 1204
        assert len(shelf.state()) == 121
