"""One SQLite file that threads and processes share: how it is opened, written to, and what is said when it fails.

Writes are short transactions, one at a time, on the disk when they return. Tables have versions: an older file
is brought up to date when it is opened, a newer one is refused.
"""

import errno
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

from index.errors import RecordsUnavailable

_APPLICATION = 0x70716131  # "pqa1": tells our file from any other SQLite file
_WAIT = 30.0
"""Seconds to wait for another process to finish its write."""
_REASONS = {
    sqlite3.SQLITE_FULL: "磁盘已满",
    sqlite3.SQLITE_READONLY: "只读",
    sqlite3.SQLITE_CANTOPEN: "打不开",
    sqlite3.SQLITE_IOERR: "磁盘读写出错",
    sqlite3.SQLITE_BUSY: "正被另一个进程占用",
    sqlite3.SQLITE_CORRUPT: "文件已损坏",
    sqlite3.SQLITE_NOTADB: "不是问答记录文件",
}
_SYSTEM_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "上级不是文件夹",
}


class Database:
    """The file `path`; `versions` are the statements that lead from each version of its tables to the next.

    Raises (from every method, and on opening):
        RecordsUnavailable: the file cannot be opened, read or written, is not ours, or a newer program made it.
    """

    def __init__(self, path: Path, versions: Sequence[Sequence[str]]) -> None:
        self.path = path
        self._versions = versions
        self._lock = Lock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # for this user alone; SQLite's side files take over the mode
            self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            try:
                self._set_up()
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What a query finds."""
        with self._told(), self._lock:
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or on an error nothing."""
        with self._told(), self._lock, _transaction(self._db):
            yield self._db

    def wipe(self) -> None:
        """Take deleted text out of SQLite's log too, unless somebody is reading; then the next call does."""
        with self._told(), self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _set_up(self) -> None:
        db = self._db
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA synchronous = FULL")  # what was kept survives a power cut
        self._check()
        _with_patience(lambda: db.execute("PRAGMA journal_mode = WAL"))
        if self._check() == len(self._versions):
            return
        with _transaction(db):
            for statements in self._versions[self._check() :]:  # another process may have come first
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(self._versions)}")
            db.execute(f"PRAGMA application_id = {_APPLICATION}")

    def _check(self) -> int:
        """The version of the tables in the file; 0 if it is empty."""
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if tables and application != _APPLICATION:
            raise RecordsUnavailable(f"{self.path} 不是问答记录文件。请移走它，或换一个数据文件夹。")
        if version > len(self._versions):
            raise RecordsUnavailable(
                f"问答记录 {self.path} 由更新的程序建立（格式 {version}，本程序到 {len(self._versions)}）。"
                "请升级程序，或换一个数据文件夹。"
            )
        return int(version)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the file, as one line."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a fault of ours
        except (OSError, sqlite3.Error) as error:
            raise RecordsUnavailable(
                f"无法读写问答记录：{self.path}（{_reason(error)}）。请检查权限和磁盘空间，或换一个数据文件夹。"
            ) from error


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite rolls back by itself when the disk is full
            db.execute("ROLLBACK")
        raise


def _with_patience(act: Callable[[], object]) -> None:
    """Try again while another process has the file: SQLite itself does not wait to change the kind of its log."""
    until = monotonic() + _WAIT
    while True:
        try:
            act()
            return
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.02)


def _code(error: sqlite3.Error) -> int:
    """SQLite's code without its details; 0 for an error of Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _reason(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return _SYSTEM_REASONS.get(error.errno or 0, error.strerror or str(error))
    return _REASONS.get(_code(error), str(error))
