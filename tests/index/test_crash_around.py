"""A library while others get in the way: a full disk, a locked store, another builder, readers who ask all the time."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import IndexBusy
from index.generations import current_generation
from index.locks import building
from qa.chain import Chain
from qa.settings import load_settings
from tests.index.nursery import Nursery, change, nursery
from tests.index.outcome import finish, outcome
from tests.index.shelf import Shelf, State
from ui.live import LiveChain

# --- a full disk ---


UNWRITABLE = "IndexUnwritable: 无法写入索引文件夹：.*请检查权限和磁盘空间"


@pytest.mark.parametrize(
    "step",
    [
        "新增 open /originals",
        "新增 open .*/data_level0.bin",
        "新增 embed 4",
        "新增 open .*/tokens.ids",
        "新增 open .*/pending-",
        "新增 open .*/lexical/terms.json",
        "新增 open .*/articles.json",
        "新增 open .*/manifest.json",
        "新增 open /CURRENT",
        "移除 open .*/lexical",
    ],
)
def test_a_disk_that_is_full_at_any_step_leaves_the_library_whole(
    measures: Shelf, states: list[State], killer: Nursery, tmp_path: Path, step: str
) -> None:
    shelf = measures.copied(tmp_path)
    death = killer.run(tmp_path, full=step)
    assert re.match(UNWRITABLE, death.reached), death.reached
    assert outcome(shelf, states) == (2 if step.startswith("移除") else 1)
    finish(shelf, states)


@pytest.mark.parametrize("limit", [2_000, 100_000])
def test_a_database_that_cannot_grow_leaves_the_library_whole(
    measures: Shelf, states: list[State], killer: Nursery, tmp_path: Path, limit: int
) -> None:
    """No file may have more bytes than the limit, in Chroma and SQLite too."""
    shelf = measures.copied(tmp_path)
    death = killer.run(tmp_path, limit=limit)
    assert re.match(UNWRITABLE, death.reached), death.reached
    assert outcome(shelf, states) == 0
    finish(shelf, states)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of 3 MB in memory where it may be mounted; whether it is."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0  # only root may
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_small_disk_that_fills_up_answers_and_stays_whole(
    measures: Shelf, states: list[State], killer: Nursery, tmp_path: Path
) -> None:
    """Where nothing may be mounted, the disk is one on which nothing can grow: see above."""
    with small_disk(tmp_path / "disk") as mounted:
        shelf = measures.copied(tmp_path / "disk" / "shelf")
        filler = tmp_path / "disk" / "filler"
        done = 0
        for free in (0, 120_000, 240_000) if mounted else (0,):
            if mounted:
                filler.write_bytes(b"x" * (os.statvfs(filler.parent).f_bavail * 4096 - free))
                death = killer.run(tmp_path / "disk" / "shelf")
            else:
                death = killer.run(tmp_path / "disk" / "shelf", limit=3_000)
            assert re.search("无法写入索引文件夹|No space left", death.reached), (free, death.reached)
            before, done = done, outcome(shelf, states)
            assert before <= done < 3
            filler.unlink(missing_ok=True)
        finish(shelf, states)


# --- a locked store ---


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process that holds an SQLite file for itself."""
    hold = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('BEGIN EXCLUSIVE')\n"
        "print(flush=True)\n"
        "sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    other.stdout.readline()
    try:
        yield
    finally:
        other.kill()
        other.wait()


def test_a_store_that_another_program_has_locked_is_told_and_not_waited_for_for_ever(
    measures: Shelf, states: list[State], tmp_path: Path
) -> None:
    shelf = measures.copied(tmp_path)
    database = current_generation(shelf.index) / "chroma" / "chroma.sqlite3"
    message = re.escape(f"索引文件正被其他程序占用：{database}。请关闭占用它的程序后重试。")
    with locked(database):
        for use in (lambda: change(shelf, "更新"), shelf.library):
            began = time.monotonic()
            with pytest.raises(IndexBusy, match=message):
                use()
            assert time.monotonic() - began < 30
    assert outcome(shelf, states) == 0
    finish(shelf, states)


# --- two builders, and readers ---


def test_of_two_builders_at_once_one_is_told_to_wait(
    measures: Shelf, states: list[State], tokenizer_cache: Path, killer: Nursery, tmp_path: Path
) -> None:
    shelf = measures.copied(tmp_path / "one")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index").symlink_to(shelf.index)
    with nursery(tokenizer_cache) as another, ThreadPoolExecutor(2) as pool:
        assert another.run(measures.copied(tmp_path / "warm").papers.parent).signal == 0
        runs = ((killer, tmp_path / "one"), (another, tmp_path / "other"))
        ends = [death.reached for death in pool.map(lambda run: run[0].run(run[1]), runs)]
    busy = [end for end in ends if end.startswith("IndexBusy: 另一个进程正在更新索引：")]
    assert len(busy) < 2
    assert all(end in busy or end.startswith("移除") for end in ends)
    assert shelf.state() == states[-1]
    finish(shelf, states)


def test_a_builder_that_holds_the_lock_is_told_of(measures: Shelf, killer: Nursery, tmp_path: Path) -> None:
    shelf = measures.copied(tmp_path)
    with building(shelf.index):
        told = killer.run(tmp_path).reached
    assert told == f"IndexBusy: 另一个进程正在更新索引：{shelf.index}。请等它结束后重试。"


def test_whoever_asks_while_a_builder_changes_things_is_answered_from_the_old_or_the_new(
    measures: Shelf, states: list[State], killer: Nursery, tmp_path: Path
) -> None:
    """Three runs of changes; one reader follows the index, one opens it anew for each question."""
    shelf = measures.copied(tmp_path)
    old, new = "【无此条】", "甲第5款缓交。[1]\n依据：《甲管理办法》第六条"
    seen: list[str] = []

    def open_chain() -> Chain:
        return Chain(shelf.library(), load_settings({}))

    live = LiveChain(open_chain)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(killer.run, tmp_path)
        while not running.done():
            *_, answer = live.stream("《甲管理办法》第六条")
            seen.append(answer.text)
            chain = open_chain()
            seen.append(chain.ask("《甲管理办法》第六条").text)
            chain.library.close()
        assert running.result().signal == 0, running.result().reached
    *_, answer = live.stream("《甲管理办法》第六条")
    live.close()
    assert answer.text == new
    assert {text for text in seen if text != new and not text.startswith(old)} == set()
    assert any(text.startswith(old) for text in seen)
    assert shelf.state() == states[-1]


def test_a_generation_that_somebody_reads_stays_however_much_is_built(
    measures: Shelf, killer: Nursery, tmp_path: Path
) -> None:
    """Opened before three changes, and asked only after them: nothing of it was loaded yet."""
    shelf = measures.copied(tmp_path)
    library = shelf.library()
    assert killer.run(tmp_path).signal == 0
    assert sorted(p.name for p in (shelf.index / "generations").iterdir()) == ["000002", "000004", "000005"]
    assert Chain(library, load_settings({})).ask("《丙管理办法》第一条").text.startswith("丙第0款收费。")
    library.close()
    shelf.write("己.txt", "己管理办法\n第一条 己。\n")
    shelf.add("己.txt")
    assert sorted(p.name for p in (shelf.index / "generations").iterdir()) == ["000005", "000006"]


def test_leases_of_readers_that_died_hold_nothing(measures: Shelf, tmp_path: Path) -> None:
    shelf = measures.copied(tmp_path)
    (shelf.index / "readers").mkdir(exist_ok=True)
    (shelf.index / "readers" / "000001-dead.lock").touch()
    change(shelf, "更新")
    assert sorted(p.name for p in (shelf.index / "generations").iterdir()) == ["000002", "000003"]
    assert [p.name for p in (shelf.index / "readers").iterdir()] == ["lock"]
