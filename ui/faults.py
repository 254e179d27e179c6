"""What went wrong lately: the errors and warnings of the log, alike ones together, for the maintainer to look at.

They are kept in an SQLite file beside the records, since who meets an error often starts the server anew first.
"""

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import local

from index.errors import (
    BackupError,
    IndexBusy,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    ModelUnavailable,
    PolicyQAError,
    ReadError,
    RecordsUnavailable,
)
from ui.database import Database
from ui.logs import OURS, current_id, private_words, without, without_secrets
from ui.queueing import Busy, Late
from ui.saved import iso
from ui.text import safe, shorten

FILE = "faults.sqlite3"
FAULT = "程序内部错误，请稍后重试；如仍出现，请把服务端日志反馈给维护者。"
SHORT = 8
"""Characters of an id that a person has to tell."""
KEPT = 100
"""Kinds of errors; the oldest makes room."""
_IDS = 20
_LINE = 300
_TRACE = 8000
_INTERNAL = "程序内部错误"
_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (ModelUnavailable, "模型"),
    ((IndexMissing, IndexMismatch, IndexBusy, IndexUnwritable), "索引"),
    (RecordsUnavailable, "记录"),
    (ReadError, "读取文件"),
    (BackupError, "备份"),
    ((Busy, Late), "繁忙"),
    (PolicyQAError, "请求"),
    (Exception, _INTERNAL),
)
_LOGGERS = {"ui.users": "登录", "index.readers.guard": "读取文件"}
_TOLD_BETTER = frozenset({"qa.llm"})
"""Loggers whose warnings `ui.asked` tells in the words that users see."""
_VERSIONS = (
    (
        """CREATE TABLE faults (
            kind TEXT NOT NULL, line TEXT NOT NULL, place TEXT NOT NULL, times INTEGER NOT NULL, first TEXT NOT NULL,
            last TEXT NOT NULL, ids TEXT NOT NULL, trace TEXT NOT NULL, PRIMARY KEY (kind, line, place)
        )""",
    ),
)


@dataclass(frozen=True)
class Fault:
    """Something that went wrong, once or several times; times are UTC, ISO."""

    kind: str
    line: str
    place: str
    """The logger that told it, and for an error the place in the code."""
    times: int
    first: str
    last: str
    ids: tuple[str, ...]
    """Of the requests and questions that met it, the last one first, as far as it was one."""
    trace: str
    """The last one; empty where there was none."""


def fault(id_: str = "") -> str:
    """What a user is told who has met an error of ours: with the id of what he asked for, if it has one."""
    known = (id_ or current_id())[:SHORT]
    return f"{_INTERNAL}，请稍后重试；如仍出现，请把编号 {known} 告诉维护者。" if known else FAULT


class Faults:
    """The faults in the file `path`; may be used from several threads and processes.

    Raises (from every method, and on opening):
        RecordsUnavailable: the file cannot be opened, read or written.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = Database(path, _VERSIONS)
        self._clock = clock

    def add(self, kind: str, line: str, place: str, id_: str = "", trace: str = "") -> None:
        """Note that something went wrong."""
        now = iso(self._clock())
        with self._db.writing() as db:
            found = db.execute(
                "SELECT ids FROM faults WHERE kind = ? AND line = ? AND place = ?", (kind, line, place)
            ).fetchone()
            ids = [*([id_] if id_ else []), *(found[0].split() if found else [])]
            db.execute(
                """INSERT INTO faults VALUES (?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                times = times + 1, last = excluded.last, ids = excluded.ids, trace = excluded.trace""",
                (kind, line, place, now, now, " ".join(dict.fromkeys(ids[:_IDS])), trace),
            )
            db.execute(
                "DELETE FROM faults WHERE rowid NOT IN (SELECT rowid FROM faults ORDER BY last DESC LIMIT ?)",
                (KEPT,),
            )

    def last(self) -> tuple[Fault, ...]:
        """All that are kept, the last one first."""
        rows = self._db.rows("SELECT * FROM faults ORDER BY last DESC, rowid DESC")
        return tuple(
            Fault(kind, line, place, times, first, last, tuple(ids.split()), trace)
            for kind, line, place, times, first, last, ids, trace in rows
        )

    def clear(self) -> None:
        """Forget all."""
        with self._db.writing() as db:
            db.execute("DELETE FROM faults")

    def close(self) -> None:
        """Release the file."""
        self._db.close()


@contextmanager
def noted(faults: Faults, count: Callable[[str], None], secrets: Sequence[str] = ()) -> Iterator[None]:
    """What the log tells meanwhile goes into `faults`, and the class of each to `count`."""
    handler = FaultLog(faults, count, secrets)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


class FaultLog(logging.Handler):
    """Takes the warnings and errors of the log into `faults`, and tells `count` the class or level of each.

    Of other people's code only errors are taken. What was typed is taken out, as from the log.
    """

    def __init__(self, faults: Faults, count: Callable[[str], None], secrets: Sequence[str]) -> None:
        super().__init__(logging.WARNING)
        self._secrets = secrets
        self._faults = faults
        self._count = count
        self._busy = local()

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`; a fault that cannot be kept is in the log all the same."""
        ours = record.name.partition(".")[0] in OURS
        if (not ours and record.levelno < logging.ERROR) or record.name in _TOLD_BETTER:
            return
        if getattr(self._busy, "now", False):
            return
        self._busy.now = True  # what keeping it logs is not kept
        try:
            error = _error(record)
            self._count(type(error).__name__ if error else record.levelname.lower())
            self._faults.add(*(without_secrets(part, self._secrets) for part in _told(record, error)))
        except PolicyQAError:
            return
        except Exception:  # noqa: BLE001 - a handler must never break what logs
            self.handleError(record)
        finally:
            self._busy.now = False


def _error(record: logging.LogRecord) -> BaseException | None:
    """The error that a record tells of."""
    if record.exc_info and record.exc_info[1] is not None:
        return record.exc_info[1]
    arguments = record.args if isinstance(record.args, tuple) else ()
    return next((a for a in arguments if isinstance(a, BaseException)), None)


def _told(record: logging.LogRecord, error: BaseException | None) -> tuple[str, str, str, str, str]:
    """Kind, line, place, id and trace."""
    words, place = private_words(), record.name
    kind = _LOGGERS.get(record.name, _INTERNAL if record.levelno >= logging.ERROR else "警告")
    line, trace = record.getMessage(), ""
    if error is not None:
        kind = next((name for kinds, name in _KINDS if isinstance(error, kinds)), _INTERNAL)
        line = str(error) if isinstance(error, PolicyQAError) else f"{_INTERNAL}：{type(error).__name__}"
    if record.exc_info and error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if any(f"/{name}/" in Path(f.filename).as_posix() for name in OURS)]
        if at := (own or frames)[-1:]:
            place += f"（{Path(at[0].filename).name}:{at[0].lineno}）"
        trace = "".join(traceback.format_exception(error))[-_TRACE:]
    told = line if error is not None and not isinstance(error, PolicyQAError) else without(line, words)
    return kind, shorten(safe(told), _LINE), place, current_id(), safe(without(trace, words))
