"""Changing the library that answers, with the real index and embedder."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import Builder
from index.embed import DEFAULT_NAME, Embedder
from index.library import Library
from qa.chain import Chain
from qa.settings import load_settings
from tests.conftest import ROOT
from ui.librarian import Chosen, Librarian, Typed
from ui.live import LiveChain

DATA = ROOT / "tests" / "data"
ANNEX, LEAVE = DATA / "附件重新编号的办法.md", DATA / "职工带薪年休假条例.md"
GAP = "缺条办法\n第一条 一。\n第三条 三。\n第四条 四。\n"


def silent(stage: str, done: int, total: int) -> None:
    """Tell nothing of the progress."""


@pytest.fixture
def live(tmp_path: Path, embedder: Embedder, cache_dir: Path) -> Iterator[LiveChain]:
    folder = tmp_path / "index"
    Builder(folder, lambda: embedder, DEFAULT_NAME, cache_dir).add([ANNEX])
    settings = load_settings({}, index__dir=folder, index__cache_dir=cache_dir)
    opened = LiveChain(
        lambda: Chain(Library(folder, embedder, cache_dir), settings), lambda used: used.renewed()
    )
    yield opened
    opened.close()


@pytest.fixture
def librarian(live: LiveChain) -> Librarian:
    return Librarian(live)


def titles(live: LiveChain) -> list[str]:
    with live.lent() as chain:
        return [meta.title for meta in chain.library.documents.values()]


def copied(path: Path, to: Path) -> Path:
    to.parent.mkdir(exist_ok=True)
    to.write_bytes(path.read_bytes())
    return to


def test_a_document_comes_goes_and_comes_back(live: LiveChain, librarian: Librarian, tmp_path: Path) -> None:
    path = copied(LEAVE, tmp_path / "in" / "年休假.md")
    plans = librarian.plan(path, silent, restore=True)
    assert [(p.name, p.status) for p in plans] == [("年休假.md", "new")]
    assert librarian.add([Chosen(path, plans)], "", silent).said.startswith("新增 11，更新 0，删除 0")
    assert titles(live)[1:] == ["职工带薪年休假条例"]
    assert [p.status for p in librarian.plan(path, silent, restore=True)] == ["unchanged"]
    assert librarian.rename("职工带薪年休假条例", "年休假条例", silent) == "新标题：《年休假条例》"
    assert titles(live)[1:] == ["年休假条例"]
    librarian.remove("职工带薪年休假条例", silent)
    assert len(titles(live)) == 1
    (watched,) = librarian.plan(path, silent)
    assert watched.documents == ()  # a folder does not bring back what was removed
    plans = librarian.plan(path, silent, restore=True)
    assert [d.added for p in plans for d in p.documents] == [11]
    librarian.add([Chosen(path, plans)], "", silent, restore=True)
    assert len(titles(live)) == 2


def test_of_an_archive_what_is_right_is_taken_and_the_rest_told(
    live: LiveChain, librarian: Librarian, tmp_path: Path
) -> None:
    path = tmp_path / "四月.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(LEAVE, "下级/年休假.md")
        archive.writestr("缺.txt", GAP)
        archive.writestr("坏.pdf", b"%PDF-1.4")
    plans = librarian.plan(path, silent)
    assert [(p.name, p.status) for p in plans] == [
        ("四月.zip/下级/年休假.md", "new"),
        ("四月.zip/缺.txt", "blocked"),
        ("四月.zip/坏.pdf", "unreadable"),
    ]
    told = librarian.add([Chosen(path, plans)], "四月", silent)
    assert told.failed(path) == ""
    assert [p.status for p in told.done[path]] == ["new", "blocked", "unreadable"]
    with live.lent() as chain:
        assert chain.library.collections["四月"] == ("职工带薪年休假条例",)
    librarian.add([Chosen(path, plans, accepted=True)], "四月", silent)
    assert "缺条办法" in titles(live)


def test_a_file_that_fails_is_told_without_the_folder_it_waits_in(
    librarian: Librarian, tmp_path: Path
) -> None:
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    plans = librarian.plan(path, silent)
    assert [p.status for p in plans] == ["unreadable"]
    assert str(tmp_path) not in plans[0].message
    assert librarian.add([Chosen(path, plans)], "", silent).failed(path) == plans[0].message


def test_another_document_in_a_file_of_the_same_name_would_be_lost(
    librarian: Librarian, tmp_path: Path
) -> None:
    plans = librarian.plan(copied(LEAVE, tmp_path / "in" / ANNEX.name), silent)
    assert librarian.lost(plans) == ("《某某设备检验管理办法》",)


def test_what_was_written_is_what_the_library_knows(
    live: LiveChain, librarian: Librarian, tmp_path: Path
) -> None:
    path = copied(LEAVE, tmp_path / "in" / "年休假.md")
    librarian.describe(path, {"职工带薪年休假条例": Typed("年休假条例", "国务院令第514号", "2007-12-14")})
    plans = librarian.plan(path, silent)
    meta = plans[0].documents[0].meta
    assert (meta.title, meta.doc_number, meta.date) == ("年休假条例", "国务院令第514号", "2007-12-14")
    librarian.add([Chosen(path, plans)], "", silent)
    assert titles(live)[1:] == ["年休假条例"]
