"""Who may do what with an index folder at the same time, between processes: the only door to `filelock`.

One builder at a time holds `lock`. A reader holds a lease on the generation that it has open, a small file of its
own under `readers/`; a generation on which somebody holds a lease is not deleted. The system itself drops all locks
of a process that dies, so nothing has to be cleared by hand.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from index.errors import IndexBusy, IndexUnwritable

_READERS = "readers"
_WAIT = 10.0
"""Seconds to wait for the short steps that readers and builders must not take at once."""


@contextmanager
def building(folder: Path) -> Iterator[None]:
    """Be the only builder of the index in `folder`, which is made if need be.

    Raises:
        IndexBusy: another process is building.
        IndexUnwritable: the folder cannot be written, or no longer can.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock", timeout=0):
            yield
    except Timeout as error:
        raise IndexBusy(f"另一个进程正在更新索引：{folder}。请等它结束后重试。") from error
    except OSError as error:
        raise IndexUnwritable(
            f"无法写入索引文件夹：{folder}（{error.strerror or error}）。"
            "请检查权限和磁盘空间，或用 --index-dir 换一个位置。"
        ) from error


class Lease:
    """A reader's hold on a generation, until it is given back or the process ends."""

    def __init__(self, folder: Path, generation: str) -> None:
        self._path = folder / _READERS / f"{generation}-{uuid4().hex}.lock"
        self._lock = FileLock(self._path, thread_local=False)
        self._lock.acquire()

    def close(self) -> None:
        """Give it back."""
        self._lock.release()
        self._path.unlink(missing_ok=True)


@contextmanager
def choosing(folder: Path) -> Iterator[bool]:
    """Take turns in choosing a generation to read and in deleting old ones; false where the folder cannot be written.

    Raises:
        IndexBusy: somebody else takes longer over it than anybody should.
    """
    readers = folder / _READERS
    with suppress(OSError):
        readers.mkdir(exist_ok=True)
    if not os.access(readers, os.W_OK):
        yield False
        return
    try:
        with FileLock(readers / "lock", timeout=_WAIT):
            yield True
    except Timeout as error:
        raise IndexBusy(f"索引正被其他进程占用：{folder}。请稍后重试。") from error


def is_leased(folder: Path, generation: str) -> bool:
    """Whether anybody reads the generation; call it while `choosing`. Leases of dead processes are cleared away."""
    held = False
    for path in (folder / _READERS).glob(f"{generation}-*.lock"):
        lock = FileLock(path, timeout=0, thread_local=False)
        try:
            with lock:
                path.unlink(missing_ok=True)
        except Timeout:
            held = True
    return held
