"""Building and updating an index, all or nothing.

A folder holds generations; CURRENT names the one in use. A build copies the current generation, changes the
copy, and only then switches CURRENT: readers see the old index or the new one, and an interrupted build
leaves the old one. Articles are compared by content hash, so only new and changed ones are embedded.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from index.embed import Embedder
from index.errors import IndexMismatch, IndexMissing, IndexUnwritable, UsageError
from index.generations import check_manifest, current_generation, settle
from index.intake import Intake, Progress, ReadFile, read_documents
from index.locks import building
from index.manifest import Likely, Manifest
from index.store import content_hash
from index.writing import Work, Writer, held_articles

__all__ = ["Builder", "Change", "check_manifest", "current_generation", "read_documents"]


@dataclass(frozen=True)
class Change:
    """What a build did: counts of articles, documents in the index, and files that could not be read."""

    added: int
    updated: int
    removed: int
    documents: int
    articles: int
    failed: tuple[str, ...] = ()


class Builder:
    """Adds, updates and removes documents of the index in `folder`."""

    def __init__(
        self,
        folder: Path,
        embedder: Callable[[], Embedder],
        embedder_name: str,
        cache_dir: Path,
        progress: Progress | None = None,
    ) -> None:
        self._folder = folder
        self._embedder_name = embedder_name
        self._progress: Progress = progress or (lambda *_: None)
        self._intake = Intake(folder, self._progress)
        self._writer = Writer(folder, embedder, cache_dir, self._progress)

    def add(self, paths: Sequence[Path], *, rebuild: bool = False) -> Change:
        """Add or update the documents in `paths`; with `rebuild`, everything is split and embedded anew.

        A file that cannot be read is reported in `Change.failed`; the others go on.

        Raises:
            IndexBusy, IndexUnwritable, IndexMismatch: nothing was changed.
        """
        with self._locked():
            base = self._base(rebuild=rebuild)
            read_files, failed = self._intake.read_all(paths)
            removed: set[str] = set()
            if rebuild and (old := self._old_manifest()):
                fresh = {r.source.name for r in read_files}
                removed = set(old.removed)
                kept, broken = self._intake.read_originals(
                    [s for s in old.sources if s.name not in fresh], removed
                )
                read_files, failed = kept + read_files, failed + broken
            return replace(self._apply(base, read_files, (), removed), failed=tuple(failed))

    def remove(self, keys: Sequence[str]) -> Change:
        """Remove the documents `keys`.

        Raises:
            UsageError: a document is not in the index.
            IndexBusy, IndexUnwritable, IndexMismatch, IndexMissing: nothing was changed.
        """
        with self._locked():
            generation = current_generation(self._folder)
            manifest = Manifest.read(generation)
            check_manifest(manifest, self._embedder_name, self._folder)
            known = {e.meta.key for e in manifest.documents}
            if missing := [k for k in keys if k not in known]:
                raise UsageError(
                    f"索引中没有该文件：{'、'.join(missing)}。可用 policy-qa documents 查看已收录的文件。"
                )
            return self._apply(generation, [], keys)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with building(self._folder):
                settle(self._folder)
                yield
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> IndexUnwritable:
        return IndexUnwritable(
            f"无法写入索引文件夹：{self._folder}（{error.strerror or error}）。"
            "请检查权限和磁盘空间，或用 --index-dir 换一个位置。"
        )

    def _base(self, *, rebuild: bool) -> Path | None:
        """The generation to start from, or None to start afresh."""
        try:
            generation = current_generation(self._folder)
        except IndexMissing:
            return None
        if rebuild:
            return None
        check_manifest(Manifest.read(generation), self._embedder_name, self._folder)
        return generation

    def _old_manifest(self) -> Manifest | None:
        try:
            return Manifest.read(current_generation(self._folder))
        except (IndexMissing, IndexMismatch):
            return None

    def _apply(
        self,
        base: Path | None,
        files: Sequence[ReadFile],
        remove: Sequence[str],
        removed_before: set[str] | frozenset[str] = frozenset(),
    ) -> Change:
        old = Manifest.read(base) if base else None
        entries = {e.meta.key: e for e in old.documents} if old else {}
        sources = {s.name: s for s in old.sources} if old else {}
        before = held_articles(base)
        gone = set(remove)
        for file in files:
            sources[file.source.name] = file.source
            gone |= {k for k, e in entries.items() if e.meta.source == file.source.name}
        read = {entry.meta.key: (entry, own) for file in files for entry, own in file.documents}
        gone -= set(read)
        entries |= {key: entry for key, (entry, _) in read.items()}
        for key in gone:
            entries.pop(key)
        touched = set(read) | gone
        articles = {a.id: a for _, own in read.values() for a in own}
        fresh = [a for a in articles.values() if a.id not in before or before[a.id].hash != content_hash(a)]
        renewed = {a.id for a in fresh}
        moved = [a for a in articles.values() if a.id not in renewed and before[a.id].order != a.order]
        stale = [i for i, stored in before.items() if stored.key in touched and i not in articles]
        used = {e.meta.source for e in entries.values()}
        sources = {name: s for name, s in sources.items() if name in used}
        kept, asked = _questions(old.questions if old else {}, files, set(stale))
        added = sum(a.id not in before for a in fresh)
        change = Change(added, len(fresh) - added, len(stale), len(entries), len(before) + added - len(stale))
        unchanged = old is not None and (old.sources, old.documents) == (
            tuple(sources.values()), tuple(entries.values())
        )  # fmt: skip
        if not fresh and not stale and not moved and not asked and unchanged:
            return change
        if not entries:
            if remove:
                raise UsageError("不能移除最后一个文件：索引不能为空。如需清空，请删除索引文件夹。")
            return change
        removed = (set(old.removed if old else removed_before) | gone) - set(entries)
        draft = Manifest(
            embedder=self._embedder_name,
            dimension=old.dimension if old else 0,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tokens=old.tokens if old else "",
            sources=tuple(sources.values()),
            documents=tuple(entries.values()),
            removed=dict.fromkeys(sorted(removed), ""),
            spans={k: v for k, v in old.spans.items() if k not in set(stale)} if old else {},
            questions=kept,
        )
        self._writer.write(base, draft, Work(fresh, stale, moved, asked))
        return change


def _questions(
    old: Mapping[str, tuple[Likely, ...]], files: Sequence[ReadFile], stale: Collection[str]
) -> tuple[dict[str, tuple[Likely, ...]], list[tuple[str, str]]]:
    """The likely questions that stay, and the (article id, question) pairs to embed."""
    kept = {i: own for i, own in old.items() if i not in stale}
    asked: list[tuple[str, str]] = []
    for file in files:
        for id_ in (a.id for _, articles in file.documents for a in articles):
            wanted = file.questions.get(id_, ())
            own = tuple(q for q in kept.pop(id_, ()) if q.text in wanted)
            asked += [(id_, text) for text in wanted if text not in {q.text for q in own}]
            if own:
                kept[id_] = own
    return kept, asked
