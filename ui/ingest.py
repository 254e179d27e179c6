"""What maintainers have sent, from its arrival to the library: read and audited at once, taken in when they say so.

Who sends a document that was removed from the library wants it back.

Reading has a thread of its own, so that the next file is shown while the library changes. What is known of a file is
a frozen value that is replaced with every step; a page waits for a step that it has not seen.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Condition
from time import monotonic
from typing import Literal
from uuid import uuid4

from index.errors import PolicyQAError, UsageError
from index.plan import FilePlan
from ui.faults import fault
from ui.librarian import Chosen, Librarian, Typed
from ui.logs import about, log_told
from ui.staging import Kept, Staging
from ui.tasks import Cancelled, Task, Tasks
from ui.tasks import State as TaskState

State = Literal["waiting", "reading", "read", "adding", "added", "failed"]
_KEPT = 24 * 3600.0
"""Seconds for which a file waits to be taken in."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """A file that a maintainer has sent."""

    id: str
    owner: str
    name: str
    path: Path
    size: int
    state: State = "waiting"
    stage: str = ""
    """What is being done with it."""
    plans: tuple[FilePlan, ...] = ()
    """What adding it would do; more than one if it holds files."""
    lost: tuple[str, ...] = ()
    """Names of held documents that it would take the place of though it does not hold them."""
    message: str = ""
    """What came of it, in one line."""
    accepted: bool = False
    """Whether it is to be taken in with its errors."""
    typed: Mapping[str, Typed] = field(default_factory=dict)
    """By document key."""
    task: str = ""
    """Which task takes it in."""
    touched: float = field(default_factory=monotonic)

    @property
    def blocked(self) -> bool:
        """Whether errors keep (a part of) it out unless it is accepted."""
        return any(plan.status == "blocked" for plan in self.plans)

    @property
    def ready(self) -> bool:
        """Whether taking it in would change the library."""
        takes = {"new", "changed", *(("blocked",) if self.accepted else ())}
        return self.state == "read" and any(plan.status in takes for plan in self.plans)


class Ingest:
    """The files of all maintainers; may be used from several threads."""

    def __init__(
        self,
        librarian: Librarian,
        staging: Staging,
        changed: Condition | None = None,
        ended: Callable[[TaskState], None] = lambda _: None,
    ) -> None:
        """`ended` is told how each change to the library has ended."""
        self.librarian = librarian
        self.staging = staging
        self.changed = changed or Condition()
        self.tasks = Tasks(self.changed, ended)
        self._reader = ThreadPoolExecutor(1, "ingest")
        self._items: dict[str, Item] = {}
        self._closing = False

    # ---- looking -------------------------------------------------------------------------------------------
    def items(self, owner: str) -> tuple[Item, ...]:
        """The files of a maintainer, in the order in which they came."""
        with self.changed:
            return tuple(item for item in self._items.values() if item.owner == owner)

    def item(self, owner: str, id_: str) -> Item:
        """One of them.

        Raises:
            UsageError: there is none.
        """
        with self.changed:
            item = self._items.get(id_)
        if item is None or item.owner != owner:
            raise UsageError("这个文件已不在待收录的文件中。请刷新页面。")
        return item

    def step(self) -> None:
        """Something else that the page shows has changed."""
        with self.changed:
            self.tasks.seen += 1
            self.changed.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """How many steps there were, as soon as there are more than `seen`, or after `seconds`."""
        with self.changed:
            self.changed.wait_for(lambda: self._closing or self.tasks.seen > seen, seconds)
            return self.tasks.seen

    # ---- what comes and goes -------------------------------------------------------------------------------
    def take(self, kept: Kept) -> Item:
        """A file has arrived: it is read in the background. One of the same name that waits is replaced."""
        self._expire()
        for item in self.items(kept.owner):
            if item.name == kept.name and item.state != "adding":
                self._drop(item)
        item = Item(uuid4().hex, kept.owner, kept.name, kept.path, kept.size)
        self._show(item)
        self._reader.submit(self._read, item.id)
        return item

    def discard(self, owner: str, id_: str) -> None:
        """Forget a file; one that is being read is read no further.

        Raises:
            UsageError: there is none, or it is being taken in.
        """
        item = self.item(owner, id_)
        if item.state == "adding":
            raise UsageError("这个文件正在收录。请先取消收录。")
        self._drop(item)

    def clear(self, owner: str) -> None:
        """Forget the files that are taken in."""
        for item in self.items(owner):
            if item.state == "added":
                self._drop(item)

    def accept(self, owner: str, id_: str, *, accepted: bool) -> None:
        """A file is to be taken in with its errors, or not.

        Raises:
            UsageError: there is none.
        """
        item = self.item(owner, id_)
        if item.state == "read":
            self._show(replace(item, accepted=accepted))

    def describe(self, owner: str, id_: str, key: str, typed: Typed) -> None:
        """What a maintainer has written about a document; the file is read anew with it.

        What is no other than the file itself says is not written down.

        Raises:
            UsageError: there is none, or what was written cannot be used.
        """
        item = self.item(owner, id_)
        if item.state != "read":
            raise UsageError("这个文件正在处理。请稍后再填写。")
        found = next((d.meta for plan in item.plans for d in plan.documents if d.meta.key == key), None)
        if found is None:
            raise UsageError("这个文件已重新检查，内容有变化。请刷新页面。")
        former = item.typed.get(key, Typed())
        own = {
            name: value
            for name, value in asdict(typed).items()
            if (value and value != (getattr(found, name) or "")) or getattr(former, name)
        }
        all_typed = {**item.typed, key: Typed(**own)}
        self.librarian.describe(item.path, all_typed)
        self._reread(replace(item, typed=all_typed))

    # ---- the library ---------------------------------------------------------------------------------------
    def confirm(self, owner: str, collection: str = "") -> Task:
        """Take in all that is ready.

        Raises:
            UsageError: nothing is.
        """
        with self.changed:
            chosen = [item for item in self.items(owner) if item.ready]
            if not chosen:
                raise UsageError(
                    "没有可以收录的文件。请先上传；有错误的文件，请改正后重新上传，或勾选“仍要收录”。"
                )
            ids = [item.id for item in chosen]
            for item in chosen:
                self._show(replace(item, state="adding", stage="", message=""))

        def run(progress: Callable[[str, int, int], None]) -> str:
            told = self.librarian.add(
                [Chosen(i.path, i.plans, i.accepted) for i in chosen], collection, progress, restore=True
            )
            for item in chosen:
                failure = told.failed(item.path)
                plans = told.done.get(item.path, item.plans)
                state: State = "failed" if failure else "added"
                self._show(replace(item, state=state, message=failure, plans=plans))
            return told.said

        def after(task: Task) -> None:
            """What was not taken in goes back to where it was; what is held has changed for all others."""
            for id_ in ids:
                with self.changed:
                    item = self._items.get(id_)
                if item is None:
                    continue
                if item.state == "adding":
                    self._show(replace(item, state="read"))
                elif item.state == "added":
                    self.staging.discard(item.path)
            if task.state == "done":
                self.read_again()

        title = f"收录 {chosen[0].name}" if len(chosen) == 1 else f"收录 {len(chosen)} 个文件"
        return self.tasks.start(owner, title, run, after)

    def change(self, owner: str, title: str, run: Callable[[Callable[[str, int, int], None]], str]) -> Task:
        """Change the library otherwise; see `Tasks.start`."""
        return self.tasks.start(
            owner, title, run, lambda task: self.read_again() if task.state == "done" else None
        )

    def read_again(self) -> None:
        """The library has changed: see anew what the waiting files would do to it."""
        with self.changed:
            waiting = [item for item in self._items.values() if item.state == "read"]
        for item in waiting:
            self._reread(item)

    def close(self) -> None:
        """Call everything off and remove the files."""
        self._closing = True
        self.step()  # who waits need wait no longer
        self._reader.shutdown(wait=True, cancel_futures=True)
        self.tasks.close()
        self.staging.close()

    # ---- reading -------------------------------------------------------------------------------------------
    def _reread(self, item: Item) -> None:
        self._show(replace(item, state="waiting", stage=""))
        self._reader.submit(self._read, item.id)

    def _read(self, id_: str) -> None:
        def step(stage: str, done: int, total: int) -> None:  # noqa: ARG001
            with self.changed:
                now = self._items.get(id_)
                if now is None or self._closing:
                    raise Cancelled
                if now.stage != stage:
                    self._show(replace(now, state="reading", stage=stage))

        try:
            with self.changed:
                item = self._items.get(id_)
                if item is None or item.state != "waiting":
                    return
            step("读取文件", 0, 1)
            plans = self.librarian.plan(item.path, step, restore=True)
            lost = self.librarian.lost(plans)
            self._step(id_, state="read", plans=plans, lost=lost, message=_unreadable(plans))
        except Cancelled:
            return
        except PolicyQAError as error:
            log_told(log, error)
            self._step(id_, state="failed", message=str(error))
        except Exception:
            # The edge of the thread: the next file goes on, the trace is in the log.
            with about(id_):
                log.exception("unexpected")
            self._step(id_, state="failed", message=fault(id_))

    def _step(
        self,
        id_: str,
        *,
        state: State,
        message: str,
        plans: tuple[FilePlan, ...] = (),
        lost: tuple[str, ...] = (),
    ) -> None:
        with self.changed:
            if item := self._items.get(id_):
                self._show(replace(item, state=state, stage="", plans=plans, lost=lost, message=message))

    def _show(self, item: Item) -> None:
        with self.changed:
            self._items[item.id] = replace(item, touched=monotonic())
            self.step()

    def _drop(self, item: Item) -> None:
        with self.changed:
            self._items.pop(item.id, None)
            self.step()
        self.staging.discard(item.path)

    def _expire(self) -> None:
        with self.changed:
            old = [i for i in self._items.values() if monotonic() - i.touched > _KEPT and i.state != "adding"]
        for item in old:
            self._drop(item)


def _unreadable(plans: Sequence[FilePlan]) -> str:
    """Why nothing of a file can be read."""
    if plans and all(plan.status == "unreadable" for plan in plans):
        return plans[0].message
    return ""
