"""Watched folders, looked at round by round."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import IndexBusy, UsageError
from qa.settings import WebSettings, load_settings
from tests.ui.conftest import Run
from tests.ui.ingesting import FakeShelf
from ui.ingest import Ingest
from ui.librarian import Librarian
from ui.live import LiveChain
from ui.staging import Staging
from ui.watch import Watch

GOOD, BAD = "第一条 一。", "第二条 缺条。"


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture
def ingest(shelf: FakeShelf, tmp_path: Path) -> Iterator[Ingest]:
    staging = Staging(tmp_path / "uploads", WebSettings(data_dir=tmp_path))
    made = Ingest(Librarian(LiveChain(shelf.open), shelf.make), staging)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "收文"
    made.mkdir()
    return made


@pytest.fixture
def watch(ingest: Ingest, folder: Path) -> Watch:
    return Watch([folder], ingest, pause=0)


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(f"{path.stem}\n{text}", encoding="utf-8")
    os.utime(path, ns=(before + 10**9,) * 2)  # clocks of file systems are coarse
    return path


def told(watch: Watch) -> list[tuple[str, str]]:
    return [(report.path.name, report.kind) for report in watch.reports()]


def added(shelf: FakeShelf) -> list[tuple[str, ...]]:
    return [names for names, _, _ in shelf.calls]


def test_a_file_is_taken_in_once_it_looks_the_same_twice(
    watch: Watch, folder: Path, shelf: FakeShelf
) -> None:
    put(folder / "甲.txt", GOOD)
    watch.look()
    assert added(shelf) == []
    put(folder / "甲.txt", GOOD + "\n第二条 还在写。")
    watch.look()
    assert added(shelf) == []
    watch.look()
    assert (added(shelf), told(watch)) == ([("甲.txt",)], [("甲.txt", "taken")])
    for _ in range(3):
        watch.look()
    assert (added(shelf), shelf.planned) == ([("甲.txt",)], ["甲.txt"])


def test_several_files_are_one_change(watch: Watch, folder: Path, shelf: FakeShelf) -> None:
    for path in (folder / "甲.txt", folder / "下级" / "乙.md", folder / ".隐藏.txt", folder / "~$丙.docx"):
        put(path, GOOD)
    put(folder / "程序.exe", GOOD)
    watch.look()
    watch.look()
    assert added(shelf) == [("乙.md", "甲.txt")]


def test_a_broken_file_is_told_once_and_again_when_it_changes(
    watch: Watch, folder: Path, shelf: FakeShelf
) -> None:
    bad = put(folder / "坏.txt", BAD)
    for _ in range(4):
        watch.look()
    (report,) = watch.reports()
    assert (report.kind, report.plans[0].findings[0].message) == ("blocked", "缺少第一条")
    assert (added(shelf), shelf.planned) == ([], ["坏.txt"])
    put(bad, "乱码")
    watch.look()
    watch.look()
    assert told(watch) == [("坏.txt", "unreadable")]
    put(bad, GOOD)
    watch.look()
    watch.look()
    assert (added(shelf), told(watch)) == ([("坏.txt",)], [("坏.txt", "taken")])


def test_the_same_content_is_never_taken_twice(watch: Watch, folder: Path, shelf: FakeShelf) -> None:
    first = put(folder / "甲.txt", GOOD)
    watch.look()
    watch.look()
    (folder / "副本.txt").write_bytes(first.read_bytes())
    os.utime(first)  # touched, not changed
    watch.look()
    watch.look()
    assert added(shelf) == [("甲.txt",)]
    assert shelf.planned == ["甲.txt"]


def test_what_the_library_holds_is_not_read_again_after_a_restart(
    ingest: Ingest, folder: Path, shelf: FakeShelf
) -> None:
    import hashlib

    path = put(folder / "甲.txt", GOOD)
    shelf.shas.add(hashlib.sha256(path.read_bytes()).hexdigest())
    shelf.generation += 1
    watch = Watch([folder], ingest)
    watch.look()
    watch.look()
    assert (shelf.planned, told(watch)) == ([], [])


def test_what_is_deleted_stays_in_the_library_and_is_told(
    watch: Watch, folder: Path, shelf: FakeShelf
) -> None:
    path = put(folder / "甲.txt", GOOD)
    watch.look()
    watch.look()
    path.unlink()
    watch.look()
    assert (told(watch), "甲" in shelf.held) == ([("甲.txt", "deleted")], True)
    put(path, GOOD)
    watch.look()
    watch.look()
    assert told(watch) == []  # it is back, and the library holds it
    assert added(shelf) == [("甲.txt",)]


def test_a_folder_that_cannot_be_read_for_a_while_loses_nothing(watch: Watch, folder: Path) -> None:
    put(folder / "甲.txt", GOOD)
    watch.look()
    watch.look()
    folder.rename(folder.with_name("断开"))
    watch.look()
    assert told(watch) == [("收文", "folder"), ("甲.txt", "taken")]
    folder.with_name("断开").rename(folder)
    watch.look()
    assert told(watch) == [("甲.txt", "taken")]


def test_an_index_that_is_busy_is_tried_again(watch: Watch, folder: Path, shelf: FakeShelf) -> None:
    put(folder / "甲.txt", GOOD)
    shelf.fail = IndexBusy("另一个进程正在更新索引。")
    watch.look()
    watch.look()
    (report,) = watch.reports()
    assert (report.kind, report.message) == ("waiting", "另一个进程正在更新索引。稍后会自动重试。")
    shelf.fail = None
    watch.look()
    assert told(watch) == [("甲.txt", "taken")]


def test_a_held_document_is_not_lost_to_another_file_of_its_name(
    watch: Watch, folder: Path, shelf: FakeShelf
) -> None:
    put(folder / "办法.txt", GOOD)
    watch.look()
    watch.look()
    (report,) = watch.reports()
    assert (report.kind, added(shelf)) == ("blocked", [])
    assert "收录会移除《检测评定管理办法（试行）》" in report.message


def test_links_are_not_followed(watch: Watch, folder: Path, tmp_path: Path, shelf: FakeShelf) -> None:
    (folder / "链接.txt").symlink_to(put(tmp_path / "别处.txt", GOOD))
    watch.look()
    watch.look()
    assert shelf.planned == []


def test_it_looks_by_itself_until_it_is_closed(ingest: Ingest, folder: Path, shelf: FakeShelf) -> None:
    watch = Watch([folder], ingest, seconds=0.05)
    watch.start()
    put(folder / "甲.txt", GOOD)
    while not watch.reports():
        ingest.wait(ingest.tasks.seen, 5)
    watch.close()
    put(folder / "乙.txt", GOOD)
    assert added(shelf) == [("甲.txt",)]


def test_a_folder_that_is_not_there_is_told_at_once(ingest: Ingest, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="要监视的文件夹不存在"):
        Watch([tmp_path / "没有"], ingest)


def test_folders_come_from_the_settings_and_from_the_command_line(run: Run, tmp_path: Path) -> None:
    from ui.session import Doors

    named = {"POLICY_QA_WEB__WATCH": os.pathsep.join(["/a", "/b"])}
    assert load_settings(named).web.watch == (Path("/a"), Path("/b"))
    served: list[WebSettings] = []
    doors = Doors(serve=lambda _, settings: served.append(settings.web))
    assert run("serve", "--watch", str(tmp_path), "--watch", "收文", doors=doors).exit_code == 0
    assert served[0].watch == (tmp_path, Path("收文"))
