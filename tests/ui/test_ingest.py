"""What becomes of files that maintainers send, without a browser."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from index.errors import IndexBusy, UsageError
from qa.settings import WebSettings
from tests.ui.ingesting import FakeShelf
from ui.faults import fault
from ui.ingest import Ingest, Item
from ui.librarian import Librarian, Typed
from ui.live import LiveChain
from ui.staging import Staging
from ui.tasks import Task

OWNER = "user:维护员"


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture
def ingest(shelf: FakeShelf, tmp_path: Path) -> Iterator[Ingest]:
    staging = Staging(tmp_path / "uploads", WebSettings(data_dir=tmp_path))
    made = Ingest(Librarian(LiveChain(shelf.open), shelf.make), staging)
    yield made
    shelf.read_go.set()
    shelf.add_go.set()
    made.close()


def put(ingest: Ingest, name: str, text: str, owner: str = OWNER) -> Item:
    with ingest.staging.receive(owner, name) as arriving:
        arriving.write(text.encode())
        kept = arriving.finished()
    return ingest.take(kept)


def settled(ingest: Ingest, owner: str = OWNER) -> tuple[Item, ...]:
    """The files of a maintainer, once nothing is being done any more."""
    for _ in range(200):
        seen = ingest.tasks.seen
        items = ingest.items(owner)
        busy = any(i.state in ("waiting", "reading", "adding") for i in items)
        if not busy and not any(t.open for t in ingest.tasks.listed()):
            return items
        ingest.wait(seen, 0.1)
    raise AssertionError(items)


def last(ingest: Ingest) -> Task:
    settled(ingest)
    return ingest.tasks.listed()[-1]


def test_a_file_is_read_taken_in_and_then_gone_from_the_disk(ingest: Ingest, shelf: FakeShelf) -> None:
    put(ingest, "甲.txt", "甲办法\n第一条 一。")
    (item,) = settled(ingest)
    assert (item.state, item.ready, [p.status for p in item.plans]) == ("read", True, ["new"])
    ingest.confirm(OWNER, "四月")
    (item,) = settled(ingest)
    assert (item.state, item.path.exists()) == ("added", False)
    assert shelf.calls == [(("甲.txt",), "四月", False)]
    assert last(ingest).message == "新增 1，更新 0，删除 0；共 3 份文件、0 条"
    ingest.clear(OWNER)
    assert ingest.items(OWNER) == ()


def test_ones_files_are_ones_own(ingest: Ingest) -> None:
    item = put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    assert ingest.items("user:别人") == ()
    for act in (ingest.item, ingest.discard):
        with pytest.raises(UsageError, match="已不在待收录的文件中"):
            act("user:别人", item.id)
    with pytest.raises(UsageError, match="没有可以收录的文件"):
        ingest.confirm("user:别人")


def test_a_file_of_the_same_name_takes_the_place_of_one_that_waits(ingest: Ingest) -> None:
    first = put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    put(ingest, "甲.txt", "乙办法\n第一条 一。")
    (item,) = settled(ingest)
    assert (item.plans[0].documents[0].meta.title, first.path.exists()) == ("乙办法", False)


def test_a_held_file_of_the_same_name_is_not_replaced_unsaid(ingest: Ingest) -> None:
    put(ingest, "办法.txt", "别的办法\n第一条 一。")
    put(ingest, "另一个.txt", "别的办法\n第一条 一。")
    same, other = settled(ingest)
    assert (same.lost, other.lost) == (("《检测评定管理办法（试行）》",), ())


def test_files_with_errors_wait_for_a_tick(ingest: Ingest, shelf: FakeShelf) -> None:
    item = put(ingest, "缺.txt", "缺办法\n第二条 缺条")
    settled(ingest)
    with pytest.raises(UsageError, match="没有可以收录的文件"):
        ingest.confirm(OWNER)
    ingest.accept(OWNER, item.id, accepted=True)
    ingest.confirm(OWNER)
    (item,) = settled(ingest)
    assert (item.state, shelf.calls) == ("added", [(("缺.txt",), "", True)])


def test_an_index_that_is_busy_leaves_the_files_waiting(ingest: Ingest, shelf: FakeShelf) -> None:
    put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    shelf.fail = IndexBusy("另一个进程正在更新索引。请等它结束后重试。")
    ingest.confirm(OWNER)
    (item,) = settled(ingest)
    assert (item.state, item.ready, item.path.exists()) == ("read", True, True)
    assert (last(ingest).state, last(ingest).message) == ("failed", str(shelf.fail))
    shelf.fail = None
    ingest.confirm(OWNER)
    assert settled(ingest)[0].state == "added"


def test_one_change_at_a_time_in_the_order_asked(ingest: Ingest, shelf: FakeShelf) -> None:
    put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    shelf.add_go.clear()
    ingest.confirm(OWNER)
    ran = Event()

    def run(progress: object) -> str:  # noqa: ARG001
        ran.set()
        return "好"

    second = ingest.change(OWNER, "移除", run)
    assert not ran.wait(0.2)
    ingest.tasks.cancel("user:别人", second.id)  # not theirs to call off
    shelf.add_go.set()
    assert ran.wait(5)
    assert [t.state for t in (last(ingest), *ingest.tasks.listed())] == ["done", "done", "done"]


def test_what_waits_is_called_off_before_it_begins(ingest: Ingest, shelf: FakeShelf) -> None:
    put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    shelf.add_go.clear()
    first = ingest.confirm(OWNER)
    ran = Event()

    def run(progress: object) -> str:  # noqa: ARG001
        ran.set()
        return "好"

    second = ingest.change(OWNER, "移除", run)
    ingest.tasks.cancel(OWNER, second.id)
    ingest.tasks.cancel(OWNER, first.id)
    shelf.add_go.set()
    settled(ingest)
    assert [t.state for t in ingest.tasks.listed()] == ["cancelled", "cancelled"]
    assert (ran.is_set(), shelf.generation, ingest.items(OWNER)[0].state) == (False, 0, "read")


def test_a_change_of_the_library_is_seen_in_what_waits(ingest: Ingest, shelf: FakeShelf) -> None:
    put(ingest, "甲.txt", "甲办法\n第一条 一。")
    put(ingest, "同样.txt", "甲办法\n第一条 一。", owner="user:别人")
    settled(ingest)
    settled(ingest, "user:别人")
    ingest.confirm(OWNER)
    settled(ingest)
    (other,) = settled(ingest, "user:别人")
    assert ([p.status for p in other.plans], other.ready) == (["unchanged"], False)
    assert shelf.planned.count("同样.txt") == 2


def test_a_fault_of_ours_is_one_line_and_the_next_file_goes_on(ingest: Ingest, shelf: FakeShelf) -> None:
    shelf.read_go.clear()
    bad = put(ingest, "甲.txt", "甲办法\n第一条 一。")
    bad.path.unlink()
    shelf.read_go.set()
    put(ingest, "乙.txt", "乙办法\n第一条 一。")
    first, second = settled(ingest)
    assert ((first.state, first.message), second.state) == (("failed", fault(first.id)), "read")


def test_a_file_that_is_taken_back_while_it_is_read_is_gone(ingest: Ingest, shelf: FakeShelf) -> None:
    shelf.read_go.clear()
    item = put(ingest, "甲.txt", "甲办法\n第一条 一。")
    ingest.discard(OWNER, item.id)
    shelf.read_go.set()
    put(ingest, "乙.txt", "乙办法\n第一条 一。")
    assert [i.name for i in settled(ingest)] == ["乙.txt"]
    assert not item.path.exists()


def test_what_is_written_about_a_document_stands_beside_its_file(ingest: Ingest) -> None:
    item = put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    sidecar = item.path.with_name("甲.meta.toml")
    ingest.describe(OWNER, item.id, "甲办法", Typed("甲办法", "某发[2024] 1号", "2024-5-1"))
    settled(ingest)
    assert sidecar.read_text(encoding="utf-8") == (
        '["甲办法"]\ndoc_number = "某发[2024] 1号"\ndate = "2024-5-1"\n'
    )  # the title is no other than that of the file
    with pytest.raises(UsageError, match=r"^日期无效：昨天。应为日期，如 2024-05-01。$"):
        ingest.describe(OWNER, item.id, "甲办法", Typed(date="昨天"))
    ingest.describe(OWNER, item.id, "甲办法", Typed())
    settled(ingest)
    assert not sidecar.exists()


def test_when_the_server_ends_no_file_stays(ingest: Ingest, tmp_path: Path) -> None:
    put(ingest, "甲.txt", "甲办法\n第一条 一。")
    settled(ingest)
    ingest.close()
    assert list(tmp_path.rglob("*.txt")) == []
