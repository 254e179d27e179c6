import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index.backup import backup, restore
from index.build import current_generation
from index.doctor import examine
from index.errors import BackupError, IndexBusy, IndexMissing, UsageError
from index.locks import building
from tests.index.shelf import Shelf, State, measure

LIST = "policy-qa-backup.json"


@pytest.fixture(scope="module")
def kept(measures: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the three measures."""
    file = tmp_path_factory.mktemp("kept") / "库.zip"
    assert backup(measures.index, file) == file.stat().st_size
    return file


@pytest.fixture
def empty(tokenizer_cache: Path, tmp_path: Path) -> Shelf:
    """A shelf without an index."""
    return Shelf(tmp_path / "new", tokenizer_cache)


def other(shelf: Shelf) -> State:
    """Give the shelf an index of its own."""
    shelf.write("己.txt", measure("己", 2, "收费"))
    shelf.add("己.txt")
    return shelf.state()


def rewritten(file: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with other members, the list of them as it was."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def relisted(members: dict[str, bytes], **more: Sequence[object]) -> None:
    """List members that are not those that were written, with their sizes and sums."""
    listed = json.loads(members[LIST])
    listed["files"] |= more
    members[LIST] = json.dumps(listed).encode()


def test_what_was_kept_comes_back_whole_and_nothing_is_embedded(
    kept: Path, empty: Shelf, states: list[State]
) -> None:
    manifest = restore(empty.index, kept)
    assert [e.meta.key for e in manifest.documents] == ["甲管理办法", "乙管理办法", "丙管理办法"]
    assert empty.state() == states[0]
    empty.write("己.txt", measure("己", 2, "收费"))
    assert empty.add("己.txt").added == 3  # and goes on


def test_an_index_that_is_there_is_replaced_only_by_force_and_stays_as_the_one_before(
    kept: Path, empty: Shelf, states: list[State]
) -> None:
    before = other(empty)
    with pytest.raises(UsageError) as caught:
        restore(empty.index, kept)
    assert str(caught.value) == f"已有索引：{empty.index}。如要用备份替换它，请加 --force。"
    assert empty.state() == before
    library = empty.library()
    restore(empty.index, kept, force=True)
    assert list(library.documents) == list(before)
    assert not library.is_current()
    library.close()
    assert empty.state() == states[0]
    assert sorted(p.name for p in (empty.index / "generations").iterdir()) == ["000001", "000002"]


def test_a_damaged_index_is_replaced_by_force(kept: Path, empty: Shelf, states: list[State]) -> None:
    other(empty)
    (empty.index / "CURRENT").write_text("x", encoding="utf-8")
    restore(empty.index, kept, force=True)
    assert empty.state() == states[0]


def test_a_backup_is_taken_while_a_builder_is_at_work(
    measures: Shelf, empty: Shelf, states: list[State], tmp_path: Path
) -> None:
    with building(measures.index):
        backup(measures.index, tmp_path / "库.zip")
    restore(empty.index, tmp_path / "库.zip")
    assert empty.state() == states[0]


def test_a_backup_overwrites_nothing_and_leaves_nothing_half(measures: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "库.zip"
    file.write_bytes(b"mine")
    with pytest.raises(UsageError, match="文件已存在"):
        backup(measures.index, file)
    assert file.read_bytes() == b"mine"
    with pytest.raises(BackupError, match=r"备份失败：.*No such file or directory"):
        backup(measures.index, tmp_path / "无" / "库.zip")
    with pytest.raises(IndexMissing):
        backup(tmp_path, tmp_path / "另.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["库.zip"]


def test_a_builder_at_work_is_not_disturbed(kept: Path, empty: Shelf) -> None:
    with building(empty.index), pytest.raises(IndexBusy):
        restore(empty.index, kept)


# --- files that are not what they should be ---


def foreign(_: Path, target: Path) -> Path:
    target.write_text("不是压缩文件", encoding="utf-8")
    return target


def foreign_zip(_: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("甲.txt", "甲")
    return target


def no_list(kept: Path, target: Path) -> Path:
    return rewritten(kept, target, lambda members: members.update({LIST: b"[]"}))


def newer(kept: Path, target: Path) -> Path:
    return rewritten(kept, target, lambda members: members.update({LIST: b'{"format": 9, "files": {}}'}))


def truncated(kept: Path, target: Path) -> Path:
    target.write_bytes(kept.read_bytes()[:5000])
    return target


def flipped(kept: Path, target: Path) -> Path:
    data = bytearray(kept.read_bytes())
    data[len(data) // 3] ^= 0xFF
    target.write_bytes(data)
    return target


def member_missing(kept: Path, target: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        members.pop(next(name for name in members if name.startswith("originals/")))

    return rewritten(kept, target, change)


def member_unlisted(kept: Path, target: Path) -> Path:
    return rewritten(kept, target, lambda members: members.update({"originals/多.txt": b"x"}))


def climbing(name: str) -> Callable[[Path, Path], Path]:
    """A member outside of what may be written, listed with its right size and sum."""

    def make(kept: Path, target: Path) -> Path:
        sha = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of x

        def change(members: dict[str, bytes]) -> None:
            members[name] = b"x"
            relisted(members, **{name: [1, sha]})

        return rewritten(kept, target, change)

    make.__name__ = f"climbing {name}"
    return make


def longer_than_listed(kept: Path, target: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        name = next(n for n in members if n.startswith("originals/"))
        members[name] += b"\n" * 10_000_000

    return rewritten(kept, target, change)


def inconsistent(kept: Path, target: Path) -> Path:
    """Every member is as listed, but one article more is said to be held than there is."""

    def change(members: dict[str, bytes]) -> None:
        name = "generation/articles.json"
        held = json.loads(members[name])
        held["乙管理办法/第九条"] = held["乙管理办法/第一条"]
        members[name] = json.dumps(held).encode()
        relisted(members, **{name: [len(members[name]), hashlib.sha256(members[name]).hexdigest()]})

    return rewritten(kept, target, change)


FOREIGN = "不是本程序的备份文件：{}。请选择 policy-qa backup 生成的文件。"
DAMAGED = "备份文件已损坏：{}。请换用另一份备份；索引未改动。"
BAD: list[tuple[Callable[[Path, Path], Path], str]] = [
    (foreign, FOREIGN),
    (foreign_zip, FOREIGN),
    (no_list, FOREIGN),
    (truncated, FOREIGN),
    (newer, "备份文件 {} 由更新的程序建立。请升级程序后重试。"),
    (flipped, DAMAGED),
    (member_missing, DAMAGED),
    (member_unlisted, DAMAGED),
    (climbing("../../外.txt"), DAMAGED),
    (climbing("originals/../../外.txt"), DAMAGED),
    (climbing("/外.txt"), DAMAGED),
    (climbing("originals/..\\外.txt"), DAMAGED),
    (climbing("CURRENT"), DAMAGED),
    (longer_than_listed, DAMAGED),
    (inconsistent, DAMAGED),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[make.__name__ for make, _ in BAD])
def test_a_bad_file_is_refused_in_one_line_and_changes_nothing(
    kept: Path, empty: Shelf, tmp_path: Path, make: Callable[[Path, Path], Path], message: str
) -> None:
    file = make(kept, tmp_path / "坏.zip")
    before = other(empty)
    with pytest.raises(BackupError) as caught:
        restore(empty.index, file, force=True)
    assert str(caught.value) == message.format(file)
    assert empty.state() == before
    assert current_generation(empty.index).name == "000001"
    assert sorted(p.name for p in empty.index.iterdir()) == [
        "CURRENT", "generations", "lock", "originals", "readers", "tokens-000001"
    ]  # fmt: skip
    assert not list(tmp_path.rglob("外.txt"))


def test_a_file_that_is_not_there_is_told(empty: Shelf, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"打不开备份文件：.*无\.zip（No such file or directory）"):
        restore(empty.index, tmp_path / "无.zip")
    assert not (empty.index / "CURRENT").exists()


def test_what_is_restored_over_leftovers_of_a_killed_restore_is_whole(
    kept: Path, empty: Shelf, states: list[State]
) -> None:
    (empty.index / "restoring" / "generation").mkdir(parents=True)
    (empty.index / "generations" / "000001" / "chroma").mkdir(parents=True)
    (empty.index / "tokens-000002").mkdir()
    (empty.index / "tokens-000002" / "tokens.i8").write_bytes(b"left")
    restore(empty.index, kept)
    assert empty.state() == states[0]
    assert examine(empty.index) == []
