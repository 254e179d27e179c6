"""Files that survive a power cut: on the disk before anything points to them, and never half under their own name."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import IndexBusy, IndexMismatch

_PATIENCE = 5.0
"""Seconds to wait for another process that has a database locked."""
PART = ".part"
"""The suffix of a file that is being written."""


def write_whole(path: Path, data: bytes) -> None:
    """Write or replace `path` in one step: whoever looks, even after a power cut, sees the old bytes or the new."""
    with _replacing(path) as part:
        part.write_bytes(data)


def copy_whole(source: Path, path: Path) -> None:
    """Copy `source` to `path` in one step."""
    with _replacing(path) as part:
        shutil.copyfile(source, part)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder that others may have open: SQLite files as of one moment, whatever is being written to them.

    Raises:
        IndexBusy: another process keeps a database locked.
        IndexMismatch: a database is damaged.
        OSError: the disk is full.
    """
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_dir():
            copy_tree(path, target / path.name)
        elif path.suffix == ".sqlite3":
            _copy_database(path, target / path.name)
        elif not path.name.endswith(("-journal", "-wal", "-shm")):  # they belong to the database
            shutil.copyfile(path, target / path.name)


def check_unlocked(database: Path) -> None:
    """Wait until nobody else writes to an SQLite file.

    Raises:
        IndexBusy: another process keeps it locked.
        sqlite3.DatabaseError: it is no database.
    """
    with _reserved(database):
        pass


@contextmanager
def _reserved(database: Path) -> Iterator[None]:
    """Keep others from writing to an SQLite file; what one that died left half is taken back first."""
    with closing(sqlite3.connect(database, timeout=_PATIENCE, isolation_level=None)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise IndexBusy(
                    f"索引文件正被其他程序占用：{database}。请关闭占用它的程序后重试。"
                ) from error
            if code != sqlite3.SQLITE_READONLY:  # then nobody writes to it
                raise
        yield


def _copy_database(source: Path, target: Path) -> None:
    try:
        with _reserved(source):
            shutil.copyfile(source, target)
    except sqlite3.DatabaseError as error:
        raise IndexMismatch(f"向量库已损坏：{source}。请运行 policy-qa doctor --repair 修复。") from error


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders; it writes names at once
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Wait until all that is in `folder` is on the disk."""
    for path in sorted(folder.rglob("*")):
        flush(path)
    flush(folder)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    part = path.with_name(path.name + PART)
    yield part
    flush(part)
    part.replace(path)
    flush(path.parent)
