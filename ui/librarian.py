"""Who changes the library while it answers: with the embedder that is loaded, the next answer from what is new."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UsageError
from index.intake import Progress
from index.plan import FilePlan
from index.sidecar import FIELDS, NAMES, SUFFIX
from ui.listing import change_text
from ui.live import LiveChain

if TYPE_CHECKING:
    from index.build import Builder, Change
    from qa.chain import Chain

Make = Callable[["Chain", Progress], "Builder"]
"""What changes the library of a chain."""


@dataclass(frozen=True)
class Typed:
    """What a maintainer has written about a document where its file does not say it; empty is not written."""

    title: str = ""
    doc_number: str = ""
    date: str = ""


@dataclass(frozen=True)
class Chosen:
    """A file to be taken in as it was planned, with its errors if they are `accepted`."""

    path: Path
    plans: tuple[FilePlan, ...]
    accepted: bool = False


@dataclass(frozen=True)
class Told:
    """What came of it: one line for all, and what was done with each file."""

    said: str
    done: Mapping[Path, tuple[FilePlan, ...]] = field(default_factory=dict)

    def failed(self, path: Path) -> str:
        """Why nothing of a file was taken in; empty if something was."""
        plans = self.done.get(path, ())
        out = bool(plans) and all(plan.status in ("blocked", "unreadable") for plan in plans)
        return plans[0].message if out else ""


def make_builder(chain: "Chain", progress: Progress) -> "Builder":
    """Changes the library of `chain`, with the embedder that answers: none is loaded beside it."""
    from index.build import Builder

    library, settings = chain.library, chain.settings.index
    return Builder(
        library.folder,
        lambda: library.embedder,
        library.embedder.name,
        settings.cache_dir,
        progress,
        library.engine,
    )


class Librarian:
    """Plans and makes changes to the library that answers; one change at a time is up to the caller.

    Raises (from every method that changes):
        IndexBusy, IndexUnwritable, IndexMismatch: nothing was changed.
    """

    def __init__(self, live: LiveChain, make: Make = make_builder) -> None:
        self._live = live
        self._make = make

    def held(self) -> set[str]:
        """The SHA-256 of every file in the library."""
        with self._live.lent() as chain:
            return {source.sha256 for source in chain.library.manifest.sources}

    def plan(self, path: Path, progress: Progress, *, restore: bool = False) -> tuple[FilePlan, ...]:
        """What adding a file would do; nothing is changed. With `restore`, what was removed comes back."""
        with self._live.lent() as chain:
            builder = self._make(chain, progress)
            plans = builder.plan([path])
            if restore and chain.library.manifest.removed:
                plans = tuple(map(_fuller, plans, builder.plan([path], restore=True)))
        return tuple(replace(plan, message=_without_folder(plan.message, path)) for plan in plans)

    def describe(self, path: Path, typed: Mapping[str, Typed]) -> None:
        """Put what is written about the documents of a file beside it.

        Raises:
            UsageError: a value that the library does not take.
        """
        lines: list[str] = []
        for key, own in typed.items():
            given = {name: value for name, value in asdict(own).items() if value}
            for name, value in given.items():
                expected, read = FIELDS[name]
                if read(value) is None:
                    raise UsageError(f"{NAMES[name]}无效：{value}。应为{expected}。")
            if given:
                lines += [f"[{_quoted(key)}]", *(f"{name} = {_quoted(v)}" for name, v in given.items()), ""]
        sidecar = path.with_name(path.stem + SUFFIX)
        if lines:
            sidecar.write_text("\n".join(lines), encoding="utf-8")
        else:
            sidecar.unlink(missing_ok=True)

    def lost(self, plans: Sequence[FilePlan]) -> tuple[str, ...]:
        """Names of documents that the library holds from files of these names alone, and that are not in them now."""
        found = {document.meta.key for plan in plans for document in plan.documents}
        names = {plan.name for plan in plans if plan.documents}
        with self._live.lent() as chain:
            entries = chain.library.manifest.documents
        return tuple(e.meta.name for e in entries if {*e.sources} <= names and e.meta.key not in found)

    def add(
        self, chosen: Sequence[Chosen], collection: str, progress: Progress, *, restore: bool = False
    ) -> Told:
        """Take files in; one that cannot be does not keep the others out."""
        changes: list[Change] = []
        done: dict[Path, tuple[FilePlan, ...]] = {}
        for accepted in (False, True):
            own = [c for c in chosen if c.accepted == accepted]
            if not own:
                continue
            with self._live.lent() as chain:
                change = self._make(chain, progress).add(
                    [c.path for c in own],
                    collection=collection or None,
                    accept_errors=accepted,
                    restore=restore,
                )
            changes.append(change)
            by_name = {plan.name: plan for plan in change.files}
            for c in own:
                done[c.path] = tuple(
                    replace(by_name[plan.name], message=_without_folder(by_name[plan.name].message, c.path))
                    for plan in c.plans
                    if plan.name in by_name
                )
        self._follow()
        return Told(change_text(_sum(changes)), done)

    def remove(self, key: str, progress: Progress) -> str:
        """Take a document out; returns what came of it."""
        with self._live.lent() as chain:
            change = self._make(chain, progress).remove([key])
        self._follow()
        return change_text(change)

    def rename(self, key: str, title: str, progress: Progress) -> str:
        """Give a document another title; returns what came of it."""
        with self._live.lent() as chain:
            self._make(chain, progress).rename(key, title)
        self._follow()
        return f"新标题：《{title}》"

    def _follow(self) -> None:
        """Open the newer index now, so that the next question need not wait for it."""
        with self._live.lent() as chain:
            _ = chain.library.articles


def _fuller(plain: FilePlan, restored: FilePlan) -> FilePlan:
    """What adding a file does: as it is without bringing anything back, unless that brings something."""
    return restored if any(document.added for document in restored.documents) else plain


def _sum(changes: Sequence["Change"]) -> "Change":
    """Changes that were made one after another, as one."""
    last = changes[-1]
    return replace(
        last,
        added=sum(c.added for c in changes),
        updated=sum(c.updated for c in changes),
        removed=sum(c.removed for c in changes),
    )


def _without_folder(message: str, path: Path) -> str:
    """A message as who has sent the file understands it: without the folder in which it waits."""
    return message.replace(f"{path.parent}{os.sep}", "")


def _quoted(text: str) -> str:
    """A string of TOML: one of JSON, but that control characters may not stand in it."""
    return json.dumps("".join(c for c in text if c.isprintable()), ensure_ascii=False)
