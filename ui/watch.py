"""Folders that are watched: what is put there is audited and taken in by itself.

The folders are looked through every few seconds, which works on every system and on network drives, where events do
not. A file is taken when it looked the same twice; what was seen once, by its content, is not looked at again. A file
with errors is told to the maintainers and stays out; one that is deleted stays in the library.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Literal

from index.errors import PolicyQAError, ReadError, UsageError
from index.plan import FilePlan
from index.readers.kinds import walk
from ui.librarian import Chosen, Told
from ui.logs import log_told
from ui.tasks import Task

if TYPE_CHECKING:
    from ui.ingest import Ingest

SECONDS = 5.0
Kind = Literal["taken", "blocked", "unreadable", "deleted", "folder", "waiting"]
_OWNER = ""
PAUSE = 60.0
"""Seconds until the library is tried again when it could not be changed."""
_OTHER_NAME = "没有收录。请换一个文件名，或在上方上传后确认。"
_TOLD = 200
"""Reports that are kept; the oldest go first."""
_CHUNK = 2**20
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What became of a file in a watched folder, or of the folder: told on the maintainers' page."""

    path: Path
    kind: Kind
    message: str
    plans: tuple[FilePlan, ...] = ()


@dataclass(frozen=True)
class _Look:
    """What a file looks like without reading it."""

    size: int
    mtime_ns: int


class Watch:
    """Watches `folders` once it is started; `look` does one round, for tests."""

    def __init__(
        self, folders: Sequence[Path], ingest: "Ingest", seconds: float = SECONDS, pause: float = PAUSE
    ) -> None:
        for folder in folders:
            if not folder.is_dir():
                raise UsageError(f"要监视的文件夹不存在：{folder}。请检查 --watch 或设置 web.watch。")
        self.folders = tuple(folder.absolute() for folder in folders)
        self._ingest = ingest
        self._seconds, self._pause = seconds, pause
        self._looks: dict[Path, _Look] = {}
        """What each file looked like last time."""
        self._seen: dict[Path, tuple[_Look, str]] = {}
        """Files that were dealt with: how they looked then, and the hash of their content."""
        self._reports: dict[Path, Report] = {}
        self._not_before = 0.0
        self._stop = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        if self.folders:
            self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def reports(self) -> tuple[Report, ...]:
        """What is to be told, the newest first."""
        return tuple(reversed(self._reports.values()))

    def look(self) -> None:
        """One round: what has settled since the last one is taken in."""
        found, gone = self._found()
        settled = [
            path
            for path, look in found.items()
            if self._looks.get(path) == look and (path not in self._seen or self._seen[path][0] != look)
        ]
        for path in gone:
            del self._seen[path]
            self._report(
                Report(path, "deleted", "文件已从文件夹中删除，仍保留在文件库中。需要移除请在下方操作。")
            )
        self._looks = found
        if settled and monotonic() >= self._not_before:
            self._take(settled)

    def _found(self) -> tuple[dict[Path, _Look], list[Path]]:
        """How every file looks now, and those that are gone from folders that can be read."""
        found: dict[Path, _Look] = {}
        unread: list[Path] = []
        for folder in self.folders:
            try:
                found |= dict(_files(folder))
                self._reports.pop(folder, None)
            except OSError as error:
                unread.append(folder)
                reason = error.strerror or str(error)
                self._report(
                    Report(
                        folder,
                        "folder",
                        f"无法读取监视的文件夹（{reason}）。请检查网络和权限，恢复后会自动继续。",
                    )
                )
        found |= {p: look for p, look in self._looks.items() if any(p.is_relative_to(f) for f in unread)}
        return found, [path for path in self._seen if path not in found]

    def _take(self, settled: Sequence[Path]) -> None:
        """Read what has settled, and take in what is new and right."""
        held = self._ingest.librarian.held()
        chosen: dict[Path, tuple[str, tuple[FilePlan, ...]]] = {}
        for path in settled:
            if self._stop.is_set():
                return
            try:
                content = _content(path)
                others = {sha for other, (_, sha) in self._seen.items() if other != path}
                others |= {sha for sha, _ in chosen.values()}
                if content in held or content in others or content == self._seen.get(path, ("", ""))[1]:
                    self._done(path, content)
                    continue
                plans = self._ingest.librarian.plan(path, self._step)
            except OSError:
                continue  # gone, or held by who writes it: it is looked at again
            except ReadError as error:
                self._report(Report(path, "unreadable", str(error)))
                self._done(path, content)
                continue
            takes = any(plan.status in ("new", "changed") for plan in plans)
            if takes and path not in self._seen and (lost := self._ingest.librarian.lost(plans)):
                self._report(
                    Report(
                        path, "blocked", f"文件库中已有同名文件，收录会移除{'、'.join(lost)}。{_OTHER_NAME}"
                    )
                )
                self._done(path, content)
            elif takes:
                chosen[path] = (content, plans)
            else:
                self._tell(path, plans)
                self._done(path, content)
        if chosen:
            self._add(chosen)

    def _add(self, chosen: dict[Path, tuple[str, tuple[FilePlan, ...]]]) -> None:
        told = Told("")

        def run(progress: Callable[[str, int, int], None]) -> str:
            nonlocal told
            told = self._ingest.librarian.add(
                [Chosen(path, plans) for path, (_, plans) in chosen.items()], "", progress
            )
            return told.said

        ended = Event()
        first = next(iter(chosen)).name
        title = f"自动收录 {first}" + (f" 等 {len(chosen)} 个文件" if len(chosen) > 1 else "")
        tasks = self._ingest.tasks
        last: list[Task] = []

        def after(task: Task) -> None:
            last.append(task)
            if task.state == "done":
                self._ingest.read_again()
            ended.set()

        task = tasks.start(_OWNER, title, run, after)
        while not ended.wait(0.1):
            if self._stop.is_set():
                tasks.cancel(_OWNER, task.id)
        if last[0].state != "done":
            self._not_before = monotonic() + self._pause
            for path in chosen:
                self._report(Report(path, "waiting", f"{last[0].message}稍后会自动重试。"))
            return
        for path, (content, plans) in chosen.items():
            self._tell(path, told.done.get(path) or plans)
            self._done(path, content)

    def _tell(self, path: Path, plans: tuple[FilePlan, ...]) -> None:
        """What became of a file: taken in, or what kept (a part of) it out; nothing of one that changes nothing."""
        blocked = [plan for plan in plans if plan.status == "blocked"]
        unreadable = [plan for plan in plans if plan.status == "unreadable"]
        if blocked:
            message = "有错误，没有收录。请改正后重新保存，或在上方上传并勾选“仍要收录”。"
            self._report(Report(path, "blocked", message, tuple(blocked)))
        elif unreadable:
            self._report(Report(path, "unreadable", unreadable[0].message))
        elif any(plan.status in ("new", "changed") for plan in plans):
            self._report(Report(path, "taken", "", plans))
        else:
            self._reports.pop(path, None)

    def _done(self, path: Path, content: str) -> None:
        if look := self._looks.get(path):
            self._seen[path] = (look, content)

    def _report(self, report: Report) -> None:
        if self._reports.get(report.path) == report:
            return
        self._reports.pop(report.path, None)
        self._reports[report.path] = report
        while len(self._reports) > _TOLD:
            del self._reports[next(iter(self._reports))]
        self._ingest.step()

    def _step(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002
        if self._stop.is_set():
            raise UsageError("监视已停止。")

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.look()
            except PolicyQAError as error:
                log_told(log, error)
            except Exception:
                # The edge of the thread: it looks again, the trace is in the log.
                log.exception("unexpected")


def _files(folder: Path) -> Iterator[tuple[Path, _Look]]:
    """The documents of a folder, and how they look; links are not followed."""
    next(folder.iterdir(), None)  # a folder that cannot be read is no empty one
    for path in walk(folder):
        with suppress(OSError):  # gone since
            if not path.is_symlink():
                stat = path.stat()
                yield path, _Look(stat.st_size, stat.st_mtime_ns)


def _content(path: Path) -> str:
    """The SHA-256 of a file, with what stands beside it if anything does."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
