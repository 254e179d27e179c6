"""Changes to the library, made one after another in the background; who asked for one may watch it or call it off."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Condition
from time import monotonic
from typing import Literal
from uuid import uuid4

from index.errors import PolicyQAError
from index.intake import Progress
from ui.faults import fault
from ui.logs import FIELDS, about, log_told

State = Literal["waiting", "running", "done", "failed", "cancelled"]
_SHOWN = 600.0
"""Seconds for which a task that has ended is still told."""
log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Who asked for a change has called it off."""


@dataclass(frozen=True)
class Task:
    """A change to the library: who asked, what it is, and how far it is (`done` of `total` in its `stage`)."""

    id: str
    owner: str
    title: str
    state: State = "waiting"
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    """What came of it, in one line."""
    ended: float | None = None
    cancelling: bool = False
    """Whether it is to end with its next step."""

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")


class Tasks:
    """One thread that does one task at a time; `changed` is notified of every step."""

    def __init__(self, changed: Condition, ended: Callable[[State], None] = lambda _: None) -> None:
        """`ended` is told how each task has ended."""
        self.seen = 0
        """How many steps there were."""
        self._changed = changed
        self._ended = ended
        self._pool = ThreadPoolExecutor(1, "library")
        self._tasks: dict[str, Task] = {}
        self._cancelled: set[str] = set()

    def start(
        self,
        owner: str,
        title: str,
        run: Callable[[Progress], str],
        after: Callable[[Task], None] = lambda _: None,
    ) -> Task:
        """Begin a task: `run` is told how to report its progress, and says what came of it.

        `after` is called with the task as it ended, however that was, before anybody sees it ended.
        """
        task = Task(uuid4().hex, owner, title)
        self._show(task)
        self._pool.submit(self._run, task, run, after)
        return task

    def cancel(self, owner: str, id_: str) -> None:
        """Call an own task off: one that waits before it begins, one that runs with its next step."""
        with self._changed:
            if (task := self._tasks.get(id_)) and task.open and task.owner == owner:
                self._cancelled.add(id_)
                self._show(replace(task, cancelling=True))

    def listed(self) -> tuple[Task, ...]:
        """The tasks that are open or have ended a while ago, in the order in which they were asked for."""
        with self._changed:
            now = monotonic()
            old = [id_ for id_, t in self._tasks.items() if t.ended and now - t.ended > _SHOWN]
            for id_ in old:
                del self._tasks[id_]
            return tuple(self._tasks.values())

    def dismiss(self, owner: str, id_: str) -> None:
        """Tell no more of an own task that has ended."""
        with self._changed:
            if (task := self._tasks.get(id_)) and not task.open and task.owner == owner:
                del self._tasks[id_]
                self.seen += 1
                self._changed.notify_all()

    def close(self) -> None:
        """Call everything off, and wait until the library is whole."""
        with self._changed:
            self._cancelled |= {t.id for t in self._tasks.values() if t.open}
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, task: Task, run: Callable[[Progress], str], after: Callable[[Task], None]) -> None:
        with about(task.id):
            ended = self._done(task, run)
            log.info("change of the library", extra={FIELDS: {"outcome": ended.state}})
            self._ended(ended.state)
            try:
                after(ended)
            finally:
                self._cancelled.discard(task.id)
                self._show(replace(ended, ended=monotonic()))

    def _done(self, task: Task, run: Callable[[Progress], str]) -> Task:
        def step(stage: str, done: int, total: int) -> None:
            if task.id in self._cancelled:
                raise Cancelled
            self._show(replace(task, state="running", stage=stage, done=done, total=total))

        try:
            step("", 0, 0)
            return replace(task, message=run(step), state="done")
        except Cancelled:
            return replace(task, message="已取消，文件库没有改动。", state="cancelled")
        except PolicyQAError as error:
            log_told(log, error)
            return replace(task, message=str(error), state="failed")
        except Exception:
            # The edge of the thread: the next task goes on, the trace is in the log.
            log.exception("unexpected")
            return replace(task, message=fault(), state="failed")

    def _show(self, task: Task) -> None:
        with self._changed:
            self._tasks[task.id] = task
            self.seen += 1
            self._changed.notify_all()
