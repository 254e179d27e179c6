"""Building and updating an index, all or nothing.

A folder holds generations; CURRENT names the one in use. A build copies the current generation, changes the
copy, and only then switches CURRENT: readers see the old index or the new one, and an interrupted build
leaves the old one. Articles are compared by content hash, so only new and changed ones are embedded.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from index.embed import Embedder
from index.engine import EMBEDDED, Engine
from index.errors import IndexMismatch, IndexMissing, ReadError, UsageError
from index.generations import check_manifest, current_generation, settle
from index.intake import Intake, Progress, ReadFile, read_documents
from index.locks import building
from index.manifest import Manifest
from index.merge import Merged, merge, without
from index.model import Metadata
from index.plan import FilePlan
from index.readers.given import given
from index.study import Wishes, study
from index.text import compare_key
from index.versions import are_versions
from index.work import work_of
from index.writing import Base, Work, Writer, read_base

__all__ = ["Builder", "Change", "check_manifest", "current_generation", "read_documents"]


@dataclass(frozen=True)
class Change:
    """What a build did: counts of articles, documents in the index, and files that were not taken in."""

    added: int
    updated: int
    removed: int
    documents: int
    articles: int
    failed: tuple[str, ...] = ()
    files: tuple[FilePlan, ...] = field(default=(), compare=False)
    """What was done with each file."""


class Builder:
    """Adds, updates and removes documents of the index in `folder`."""

    def __init__(
        self,
        folder: Path,
        embedder: Callable[[], Embedder],
        embedder_name: str,
        cache_dir: Path,
        progress: Progress | None = None,
        engine: Engine = EMBEDDED,
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._embedder_name = embedder_name
        self._progress: Progress = progress or (lambda *_: None)
        self._intake = Intake(folder, self._progress)
        self._writer = Writer(folder, embedder, cache_dir, self._progress, engine)

    def plan(
        self,
        paths: Sequence[Path],
        *,
        collection: str | None = None,
        accept_errors: bool = False,
        restore: bool = False,
    ) -> tuple[FilePlan, ...]:
        """What `add` would do with `paths`; nothing is changed.

        Raises:
            IndexMismatch: `add` would stop too.
        """
        base = self._base(rebuild=False)
        old, held = (base.manifest, base.held) if base else (None, {})
        wishes = Wishes(collection, accept_errors=accept_errors, restore=restore)
        with given(paths) as (files, failed):
            plans = study(self._intake, files, old, held, wishes).plans
        return (*_unreadable(failed), *plans)

    def add(
        self,
        paths: Sequence[Path],
        *,
        rebuild: bool = False,
        collection: str | None = None,
        accept_errors: bool = False,
        restore: bool = False,
    ) -> Change:
        """Add or update the documents in `paths`; a file that the library holds unchanged is not read again.

        A file that cannot be read, or in which the audit finds errors, is told in `Change.failed`; the others go on.

        Args:
            paths: the files.
            rebuild: everything is split and embedded anew, also what `paths` do not name, from the kept originals.
            collection: the collection that the files are put into; None leaves them where they are.
            accept_errors: whether files are taken in although the audit finds errors.
            restore: whether documents of the files that were removed come back.

        Raises:
            IndexBusy, IndexUnwritable, IndexMismatch: nothing was changed.
        """
        with self._locked(), given(paths) as (files, failed):
            base = self._base(rebuild=rebuild)
            wishes = Wishes(collection, rebuild, accept_errors, restore)
            old, held = (base.manifest, base.held) if base else (self._old_manifest(), {})
            found = study(self._intake, files, old, held, wishes)
            for file in found.keep:
                self._intake.keep(file)
            change = self._apply(base, found.merged, found.read)
            plans = (*_unreadable(failed), *found.plans)
            return replace(change, failed=(*failed, *found.failed), files=plans)

    def remove(self, keys: Sequence[str]) -> Change:
        """Remove the documents `keys`.

        Raises:
            UsageError: a document is not in the index.
            IndexBusy, IndexUnwritable, IndexMismatch, IndexMissing: nothing was changed.
        """
        with self._locked():
            base = self._held(keys)
            merged = without(base.manifest, list(dict.fromkeys(keys)))
            if not merged.entries:
                raise UsageError("不能移除最后一个文件：索引不能为空。如需清空，请删除索引文件夹。")
            return self._apply(base, merged, ())

    def rename(self, key: str, title: str) -> Change:
        """Give the document `key` another title, under which it is shown, cited and found; its key and text stay.

        Raises:
            UsageError: a document is not in the index, or the title is empty or another document's.
            IndexBusy, IndexUnwritable, IndexMismatch, IndexMissing: nothing was changed.
            ReadError: its original cannot be read.
        """
        if not title.strip():
            raise UsageError("新标题为空。请写出文件的标题。")
        with self._locked():
            base = self._held([key])
            metas = {e.meta.key: e.meta for e in base.manifest.documents}
            if taken := next((m for m in metas.values() if _is_taken(title, m, metas[key])), None):
                raise UsageError(
                    f"已有标题为{taken.name}的文件（{taken.doc_number or taken.date or taken.key}）："
                    "同名会被当作它的另一个版本。请换一个标题，如加上年份或文号。"
                )
            manifest = replace(base.manifest, titles=base.manifest.titles | {key: title.strip()})
            name = next(e.meta.source for e in manifest.documents if e.meta.key == key)
            read = self._intake.read_originals([s for s in manifest.sources if s.name == name])[name]
            if isinstance(read, ReadError):
                raise read
            return self._apply(base, merge(manifest, [read]), [read])

    def _held(self, keys: Sequence[str]) -> Base:
        """The generation in use, which holds `keys`."""
        base = self._read(current_generation(self._folder))
        known = {e.meta.key for e in base.manifest.documents}
        if missing := [k for k in keys if k not in known]:
            raise UsageError(
                f"索引中没有该文件：{'、'.join(missing)}。可用 policy-qa documents 查看已收录的文件。"
            )
        return base

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with building(self._folder):
            settle(self._folder)
            yield

    def _base(self, *, rebuild: bool) -> Base | None:
        """The generation to start from, or None to start afresh."""
        try:
            generation = current_generation(self._folder)
        except IndexMissing:
            return None
        if rebuild:
            return None
        return self._read(generation)

    def _read(self, generation: Path) -> Base:
        base = read_base(generation, self._engine)
        check_manifest(base.manifest, self._embedder_name, self._folder)
        return base

    def _old_manifest(self) -> Manifest | None:
        try:
            return Manifest.read(current_generation(self._folder))
        except (IndexMissing, IndexMismatch):
            return None

    def _apply(self, base: Base | None, merged: Merged, files: Sequence[ReadFile]) -> Change:
        """Make the library what `merged` says, from the generation `base`; `files` are those that were read."""
        old, before = (base.manifest, base.held) if base else (None, {})
        self._progress("比对条文", 0, 1)
        work, likely = work_of(merged, files, before, old.questions if old else {})
        self._progress("比对条文", 1, 1)
        added = sum(a.id not in before for a in work.fresh)
        n_articles = len(before) + added - len(work.stale)
        change = Change(added, len(work.fresh) - added, len(work.stale), len(merged.entries), n_articles)
        if not merged.entries:
            return change
        gone = set(work.stale)
        draft = Manifest(
            embedder=self._embedder_name,
            dimension=old.dimension if old else 0,
            token_width=old.token_width if old else 0,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tokens=old.tokens if old else "",
            collection=old.collection if old else "",
            sources=tuple(merged.sources.values()),
            documents=tuple(merged.entries.values()),
            removed=merged.removed,
            titles=merged.titles,
            spans={k: v for k, v in old.spans.items() if k not in gone} if old else {},
            questions=likely,
        )
        if (
            old is not None
            and work == Work([], [], [], [])
            and draft == replace(old, built_at=draft.built_at)
        ):
            return change
        self._writer.write(base, draft, work)
        return change


def _unreadable(failed: Sequence[str]) -> tuple[FilePlan, ...]:
    """The lines about archives, or members of them, that cannot be unpacked."""
    return tuple(FilePlan("", "unreadable", line, (), ()) for line in failed)


def _is_taken(title: str, other: Metadata, own: Metadata) -> bool:
    """Whether `title` is that of another document, which is no version of the one to be renamed so."""
    return (
        other.key != own.key
        and compare_key(other.title) == compare_key(title)
        and not are_versions(other, own)
        and bool(other.doc_number and own.doc_number)
    )
