from pathlib import Path

import pytest

from index.errors import UsageError
from qa.settings import WebSettings
from ui.staging import Staging, TooLarge, Unstorable, harmless

MIB = 2**20


def staging(folder: Path, **limits: int) -> Staging:
    return Staging(folder / "uploads", WebSettings(**{"data_dir": folder, **limits}))


def put(into: Staging, name: str, data: bytes = b"x", owner: str = "user:a") -> Path:
    with into.receive(owner, name) as arriving:
        arriving.write(data)
        return arriving.finished().path


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("办法.TXT", "办法.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\办法.pdf", "办法.pdf"),
        ("/etc/办法.pdf", "办法.pdf"),
        ("..", "未命名"),
        ("", "未命名"),
        ("  办　法 \n 一 .md", "办 法 一.md"),
        ("办\u202e法\x00\u200b.txt", "办法.txt"),
        ('<a href="x">|?*:.txt', "a href=x.txt"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        (".隐藏.txt", "隐藏.txt"),
        ("法" * 300 + ".txt", "法" * 60 + ".txt"),
    ],
)
def test_a_name_becomes_harmless(name: str, kept: str) -> None:
    assert harmless(name) == kept


def test_a_file_lies_alone_in_a_folder_with_a_random_name(tmp_path: Path) -> None:
    home = staging(tmp_path)
    one, other = put(home, "办法.txt", b"1"), put(home, "办法.txt", b"2")
    assert (one.name, other.name, one.parent != other.parent) == ("办法.txt", "办法.txt", True)
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert one.is_relative_to(tmp_path / "uploads")
    home.discard(one)
    assert (one.parent.exists(), other.exists()) == (False, True)
    home.close()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_nothing_outside_is_ever_removed(tmp_path: Path) -> None:
    home = staging(tmp_path)
    put(home, "办法.txt")
    mine = tmp_path / "重要" / "文件.txt"
    mine.parent.mkdir()
    mine.write_text("x")
    home.discard(mine)
    assert mine.exists()


def test_limits_hold_for_a_file_a_person_and_all(tmp_path: Path) -> None:
    home = staging(tmp_path, upload_file_mb=2, upload_person_mb=3, upload_total_mb=4)
    with pytest.raises(TooLarge, match=r"文件超过 2 MB：大\.txt"):
        put(home, "大.txt", b"x" * (2 * MIB + 1))
    put(home, "一.txt", b"x" * 2 * MIB)
    with pytest.raises(TooLarge, match="您待收录的文件合计超过 3 MB"):
        put(home, "二.txt", b"x" * 2 * MIB)
    put(home, "三.txt", b"x" * MIB, owner="user:b")
    with pytest.raises(TooLarge, match="服务器上待收录的文件合计超过 4 MB"):
        put(home, "四.txt", b"x" * 2 * MIB, owner="user:b")
    assert sorted(p.name for p in tmp_path.rglob("*.txt")) == [
        "一.txt",
        "三.txt",
    ]  # nothing of the others stays


def test_what_is_announced_too_large_is_refused_before_it_comes(tmp_path: Path) -> None:
    home = staging(tmp_path, upload_file_mb=1)
    with pytest.raises(TooLarge), home.receive("user:a", "大.txt") as arriving:
        arriving.expect(MIB + 1)
    with home.receive("user:a", "小.txt") as arriving:
        arriving.expect(MIB)
        arriving.write(b"x" * MIB)
        assert arriving.finished().size == MIB


def test_a_file_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    home = staging(tmp_path, upload_person_mb=1)
    with home.receive("user:a", "半.txt") as arriving:
        arriving.write(b"x" * MIB)  # and then the browser goes
    assert list(tmp_path.rglob("*.txt")) == []
    put(home, "全.txt", b"x" * MIB)  # its bytes count no more


def test_only_documents_and_not_too_many(tmp_path: Path) -> None:
    home = staging(tmp_path)
    for name in ("程序.exe", "无后缀", "a.txt.sh"):
        with pytest.raises(UsageError, match="不支持的格式"):
            put(home, name)
    for n in range(200):
        put(home, f"{n}.txt")
    with pytest.raises(UsageError, match="待收录的文件已有 200 个"):
        put(home, "多.txt")
    put(home, "别人的.txt", owner="user:b")


def test_a_disk_that_takes_nothing_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file where the folder should be")
    with pytest.raises(Unstorable, match=r"服务器无法保存上传的文件：办法\.txt"):
        put(staging(tmp_path), "办法.txt")


def test_what_a_killed_server_left_goes_after_a_day(tmp_path: Path) -> None:
    import os
    import time

    old, young = tmp_path / "uploads" / ("a" * 32), tmp_path / "uploads" / ("b" * 32)
    foreign = tmp_path / "uploads" / "别的"
    for folder in (old, young, foreign):
        folder.mkdir(parents=True)
    for folder in (old, foreign):
        os.utime(folder, (time.time() - 90_000,) * 2)
    put(staging(tmp_path), "办法.txt")
    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)
