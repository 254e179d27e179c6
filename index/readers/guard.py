"""Reading in a child process: a file that hangs, swells or crashes its parser costs one line, not the program.

The child is a Python of our own (`python -m index.readers.worker`) that reads file after file. Requests and
replies are lines of JSON over its standard input and output:

    {"task": "read", "path": "..."}                     ->  {"page": 3} ... {"done": {"name": ..., "pages": ...}}
    {"task": "expand", "path": "...", "into": "..."}    ->  {"done": {"members": ..., "failed": ...}}
                                                        or  {"error": "one line"}, {"memory": true}, {"crash": "..."}

A `page` says that the work goes on and gives it time anew. What takes longer than its time is killed, and the next
file finds a new child. Memory is bounded where the system can bound it (Linux; macOS in part); Windows has no
such limit for a process that limits itself, so there only time is bounded.
"""

import atexit
import functools
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from typing import Any, Self

from index.errors import ReadError
from index.model import Page, SourceText

_log = logging.getLogger(__name__)
_MB = 1 << 20
_ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "PYTHONIOENCODING": "utf-8",
    "OPENBLAS_NUM_THREADS": "1",  # every thread reserves memory, and reading multiplies no matrices
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True)
class Limits:
    """How much a file may cost."""

    seconds: float = 60
    """Between two signs of progress, of which there is one a page; OCR takes some 5 to 20 seconds a page."""
    seconds_per_mb: float = 5
    """More for a large file."""
    memory_mb: int = 6144
    """Address space of the child. OCR alone reserves 3 GB and uses 1."""
    idle_seconds: float = 30
    """A child with nothing to do ends after this."""


@dataclass(frozen=True)
class Expanded:
    """What was in an archive: (file, name within the archive) pairs, and a line for each member left out."""

    members: tuple[tuple[Path, str], ...]
    failed: tuple[str, ...]


class Guard:
    """Reads files in a child, one at a time; threads wait for each other."""

    def __init__(self, limits: Limits | None = None, worker: str = "index.readers.worker") -> None:
        """`worker` is the module that the child runs."""
        self._limits = limits or Limits()
        self._worker = worker
        self._lock = Lock()
        self._child: subprocess.Popen[str] | None = None
        self._idle: Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the child, None while there is none."""
        return self._child.pid if self._child else None

    def read(self, path: Path) -> SourceText:
        """Read `path` by its kind.

        Raises:
            ReadError: it cannot be read, or not within the limits.
        """
        done = self._ask({"task": "read", "path": str(path)}, path)
        return SourceText(path.name, tuple(Page(number, text) for number, text in done["pages"]))

    def expand(self, path: Path, into: Path) -> Expanded | None:
        """Unpack the archive `path` into the folder `into`; None if it is a document (a DOCX is a ZIP too).

        Raises:
            ReadError: it is damaged, or cannot be unpacked within the limits.
        """
        done = self._ask({"task": "expand", "path": str(path), "into": str(into)}, path)
        if done is None:
            return None
        members = tuple((Path(file), name) for file, name in done["members"])
        return Expanded(members, tuple(done["failed"]))

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._stop()

    def _ask(self, request: Mapping[str, str], path: Path) -> Any:
        with self._lock:
            if self._idle:
                self._idle.cancel()
            try:
                return self._reply(request, path)
            except ReadError:
                raise
            except BaseException:  # Ctrl-C: no child stays behind
                self._stop()
                raise
            finally:
                self._idle = Timer(self._limits.idle_seconds, self.close)
                self._idle.daemon = True
                self._idle.start()

    def _reply(self, request: Mapping[str, str], path: Path) -> Any:
        seconds = self._limits.seconds + self._limits.seconds_per_mb * _size(path) / _MB
        child = self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        expired = False

        def end() -> None:
            nonlocal expired
            expired = True
            child.kill()

        while True:
            clock = Timer(seconds, end)
            clock.daemon = True
            clock.start()
            try:
                if request:
                    child.stdin.write(json.dumps({**request, "seconds": seconds}) + "\n")
                    child.stdin.flush()
                    request = {}
                line = child.stdout.readline()
            except OSError:
                line = ""  # it died before it had heard all
            finally:
                clock.cancel()
            if not line.endswith("\n"):
                self._stop()
                if expired:
                    raise ReadError(
                        f"读取超时：{path}（超过 {seconds:.0f} 秒没有进展）。文件可能已损坏，请重新导出或拆分后重试。"
                    )
                raise _died(path)
            reply = json.loads(line)
            if "done" in reply:
                return reply["done"]
            if "error" in reply:
                raise ReadError(reply["error"])
            if "memory" in reply:
                self._stop()  # what it holds is not sure to be given back
                raise ReadError(
                    f"读取所需内存过大：{path}（上限 {self._limits.memory_mb} MB）。请拆分文件或缩小其中的图片后重试。"
                )
            if "crash" in reply:
                self._stop()
                _log.warning("the reader of %s failed: %s", path, reply["crash"])
                raise _died(path)

    def _running(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._child = subprocess.Popen(  # noqa: S603 - our own module, nothing from outside in the command
                [sys.executable, "-P", "-m", self._worker, str(self._limits.memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env={**os.environ, **_ENVIRONMENT},
                start_new_session=True,  # Ctrl-C in a terminal is ours to pass on
            )
        return self._child

    def _stop(self) -> None:
        if self._idle:
            self._idle.cancel()
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _died(path: Path) -> ReadError:
    return ReadError(f"无法读取：{path}（解析时出错，文件可能已损坏）。请重新导出后重试。")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@functools.cache
def shared_guard() -> Guard:
    """The guard of this process, made when first needed and ended with the process."""
    guard = Guard()
    atexit.register(guard.close)
    return guard
