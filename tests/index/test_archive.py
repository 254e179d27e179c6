"""Archives: what they hold becomes files of the library, with their names and what stands beside them."""

import zipfile
from pathlib import Path

import pytest

from index.build import Builder
from index.errors import ReadError
from index.generations import current_generation
from index.manifest import Manifest
from index.readers.archive import name_of
from index.readers.given import given, names_of
from index.readers.kinds import walk
from tests.fakes import FakeEmbedder
from tests.index.bad_files import TEXT, gbk_zip, nested, zipped


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_members_are_named_after_their_archive(tmp_path: Path) -> None:
    inner = zipped(("乙.md", b"x"))
    path = written(tmp_path, "汇编.zip", zipped(("甲/办法.txt", b"x"), ("内层.zip", inner), ("甲/", b"")))
    with given([path, written(tmp_path, "丙.txt", b"x")]) as (files, failed):
        assert [f.name for f in files] == ["汇编.zip/甲/办法.txt", "汇编.zip/内层.zip/乙.md", "丙.txt"]
        assert [f.path.read_bytes() for f in files] == [b"x"] * 3
        assert failed == ()
        unpacked = files[0].path
    assert not unpacked.exists()


def test_names_from_windows_are_gbk(tmp_path: Path) -> None:
    with given([written(tmp_path, "包.zip", gbk_zip())]) as (files, _):
        assert [f.name for f in files] == ["包.zip/检验办法.txt"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("办法.txt".encode("gbk"), "办法.txt"),
        ("办法.txt".encode(), "办法.txt"),
        (b"a\\b.txt", "a/b.txt"),
        (b"a.txt", "a.txt"),
    ],
)
def test_a_name_without_a_mark_is_utf8_or_gbk(raw: bytes, name: str) -> None:
    info = zipfile.ZipInfo(raw.decode("cp437"))
    assert name_of(info) == name


def test_what_systems_add_is_left_out(tmp_path: Path) -> None:
    names = ("__MACOSX/._办法.txt", ".DS_Store", "~$办法.docx", "setup.exe", "办法.txt")
    path = written(tmp_path, "包.zip", zipped(*((name, b"x") for name in names)))
    with given([path]) as (files, failed):
        assert [f.name for f in files] == ["包.zip/办法.txt"]
        assert failed == ()
    for name in names:
        written(tmp_path / "夹", name, b"x")
    assert list(walk(tmp_path / "夹")) == [tmp_path / "夹" / "办法.txt"]


def test_what_stands_beside_a_member_stays_beside_it(tmp_path: Path) -> None:
    path = written(
        tmp_path, "包.zip", zipped(("办法.questions.toml", b"q"), ("办法.txt", b"x"), ("他.toml", b"t"))
    )
    with given([path]) as (files, _):
        (file,) = files
        assert file.path.with_name(f"{file.path.stem}.questions.toml").read_bytes() == b"q"
        assert len(list(file.path.parent.iterdir())) == 2


def test_an_error_names_the_member_and_not_where_it_was_unpacked(tmp_path: Path) -> None:
    with given([written(tmp_path, "包.zip", zipped(("空.txt", b"")))]) as (files, _):
        (file,) = files
        assert file.tell(ReadError(f"文件为空：{file.path}。")) == "文件为空：包.zip/空.txt。"


def test_files_that_share_a_name_have_their_folder_before_it() -> None:
    assert names_of([Path("/甲/a.txt"), Path("/乙/a.txt"), Path("/b.txt")]) == [
        "甲/a.txt",
        "乙/a.txt",
        "b.txt",
    ]


def test_documents_of_an_archive_are_in_the_library(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    builder = Builder(tmp_path / "index", lambda: embedder, embedder.name, tmp_path / "cache")
    path = written(tmp_path, "二层.zip", nested(2))
    assert builder.add([path]).failed == ()
    manifest = Manifest.read(current_generation(tmp_path / "index"))
    assert [s.name for s in manifest.sources] == ["二层.zip/内层.zip/办法.txt"]
    (kept,) = (tmp_path / "index" / "originals").iterdir()
    assert kept.read_text(encoding="utf-8") == TEXT
    assert builder.add([path]).added == 0
