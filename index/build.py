"""Building and updating an index, all or nothing.

A folder holds generations; CURRENT names the one in use. A build copies the current generation, changes the
copy, and only then switches CURRENT: readers see the old index or the new one, and an interrupted build
leaves the old one. Articles are compared by content hash, so only new and changed ones are embedded.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.embed import Embedder
from index.errors import (
    IndexBusy,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    ReadError,
    UsageError,
)
from index.generations import check_manifest, current_generation, next_generation, switch
from index.intake import Intake, Progress, ReadFile, read_documents
from index.lexical import Lexical
from index.manifest import Likely, Manifest
from index.merge import Merged, merge, without
from index.model import Article
from index.plan import FilePlan
from index.store import Store, Stored
from index.study import Wishes, study
from index.tokens import TokenFile
from index.windows import embed_texts
from index.work import Work, work_of

__all__ = ["Builder", "Change", "check_manifest", "current_generation", "read_documents"]

_CHUNK = 512
"""Articles embedded between two writes, so that memory stays bounded."""


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
    ) -> None:
        self._folder = folder
        self._load_embedder = embedder
        self._embedder_name = embedder_name
        self._cache_dir = cache_dir
        self._progress: Progress = progress or (lambda *_: None)
        self._intake = Intake(folder, self._progress)

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
        old = Manifest.read(base) if base else None
        wishes = Wishes(collection, accept_errors=accept_errors, restore=restore)
        return study(self._intake, paths, old, _stored(base), wishes).plans

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
        with self._locked():
            base = self._base(rebuild=rebuild)
            wishes = Wishes(collection, rebuild, accept_errors, restore)
            found = study(self._intake, paths, self._old_manifest(), _stored(base), wishes)
            for file in found.keep:
                self._intake.keep(file)
            change = self._apply(base, found.merged, found.read)
            return replace(change, failed=found.failed, files=found.plans)

    def remove(self, keys: Sequence[str]) -> Change:
        """Remove the documents `keys`.

        Raises:
            UsageError: a document is not in the index.
            IndexBusy, IndexUnwritable, IndexMismatch, IndexMissing: nothing was changed.
        """
        with self._locked():
            generation, manifest = self._held(keys)
            merged = without(manifest, list(dict.fromkeys(keys)))
            if not merged.entries:
                raise UsageError("不能移除最后一个文件：索引不能为空。如需清空，请删除索引文件夹。")
            return self._apply(generation, merged, ())

    def rename(self, key: str, title: str) -> Change:
        """Give the document `key` another title, under which it is shown, cited and found; its key and text stay.

        Raises:
            UsageError: a document is not in the index, or the title is empty.
            IndexBusy, IndexUnwritable, IndexMismatch, IndexMissing: nothing was changed.
            ReadError: its original cannot be read.
        """
        if not title.strip():
            raise UsageError("新标题为空。请写出文件的标题。")
        with self._locked():
            generation, manifest = self._held([key])
            manifest = replace(manifest, titles=manifest.titles | {key: title.strip()})
            name = next(e.meta.source for e in manifest.documents if e.meta.key == key)
            read = self._intake.read_originals([s for s in manifest.sources if s.name == name])[name]
            if isinstance(read, ReadError):
                raise read
            return self._apply(generation, merge(manifest, [read]), [read])

    def _held(self, keys: Sequence[str]) -> tuple[Path, Manifest]:
        """The generation in use and what it holds, `keys` among it."""
        generation = current_generation(self._folder)
        manifest = Manifest.read(generation)
        check_manifest(manifest, self._embedder_name, self._folder)
        known = {e.meta.key for e in manifest.documents}
        if missing := [k for k in keys if k not in known]:
            raise UsageError(
                f"索引中没有该文件：{'、'.join(missing)}。可用 policy-qa documents 查看已收录的文件。"
            )
        return generation, manifest

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self._folder / "lock", timeout=0)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise IndexBusy(f"另一个进程正在更新索引：{self._folder}。请等它结束后重试。") from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            lock.release()

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

    def _apply(self, base: Path | None, merged: Merged, files: Sequence[ReadFile]) -> Change:
        """Make the library what `merged` says, from the generation `base`; `files` are those that were read."""
        old = Manifest.read(base) if base else None
        before = _stored(base)
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
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tokens=old.tokens if old else "",
            sources=tuple(merged.sources.values()),
            documents=tuple(merged.entries.values()),
            removed=merged.removed,
            titles=merged.titles,
            spans={k: v for k, v in old.spans.items() if k not in gone} if old else {},
            questions=likely,
        )
        if old is not None and not work and draft == replace(old, built_at=draft.built_at):
            return change
        self._write(base, draft, work)
        return change

    def _write(self, base: Path | None, draft: Manifest, work: Work) -> None:
        target = next_generation(self._folder, base)
        try:
            self._fill(target, draft, work)
        except BaseException:  # Ctrl-C included: the generation in use stays, the half-made one goes
            shutil.rmtree(target, ignore_errors=True)
            raise
        switch(self._folder, target)

    def _fill(self, target: Path, draft: Manifest, work: Work) -> None:
        """Write a whole generation into `target`, its manifest last."""
        manifest = draft if draft.tokens else replace(draft, tokens=f"tokens-{target.name}")
        store = Store(target / "chroma", create=True)
        try:
            store.delete([*work.stale, *(a.id for a in work.fresh)])
            store.reorder(work.moved)
            tokens = self._folder / manifest.tokens
            if work.fresh or work.asked:
                embedder = self._load_embedder()
                spans = self._embed(store, embedder, work.fresh, tokens)
                manifest = replace(manifest, dimension=embedder.dimension, spans=manifest.spans | spans)
                manifest = replace(
                    manifest, questions=self._embed_asked(embedder, manifest, work.asked, tokens)
                )
            texts = [a.search_text for a in store.articles({e.meta.key: e.meta for e in manifest.documents})]
        finally:
            store.close()
        self._progress("建立关键词索引", 0, 1)
        Lexical.build(texts, self._cache_dir).save(target / "lexical")
        self._progress("建立关键词索引", 1, 1)
        manifest.write(target)

    def _embed(
        self, store: Store, embedder: Embedder, fresh: Sequence[Article], tokens: Path
    ) -> dict[str, tuple[int, int]]:
        spans: dict[str, tuple[int, int]] = {}
        done = 0

        def step(n: int) -> None:
            nonlocal done
            done = min(done + n, len(fresh))
            self._progress("计算向量", done, len(fresh))

        for start in range(0, len(fresh), _CHUNK):
            chunk = fresh[start : start + _CHUNK]
            embedded = embed_texts(embedder, [a.search_text for a in chunk], step)
            file = TokenFile(tokens, embedded[0].tokens.shape[1])
            rows = file.append([(e.tokens, e.token_ids) for e in embedded])
            spans |= {a.id: span for a, span in zip(chunk, rows, strict=True)}
            store.upsert(chunk, [e.vectors for e in embedded])
        return spans

    def _embed_asked(
        self, embedder: Embedder, manifest: Manifest, asked: Sequence[tuple[str, str]], tokens: Path
    ) -> dict[str, tuple[Likely, ...]]:
        """All likely questions by article, those of `asked` embedded: as passages, since they are found, not asked."""
        questions = dict(manifest.questions)
        for start in range(0, len(asked), _CHUNK):
            self._progress("计算相似问的向量", start, len(asked))
            chunk = asked[start : start + _CHUNK]
            embedded = embed_texts(embedder, [text for _, text in chunk])
            rows = TokenFile(tokens, embedder.dimension).append([(e.tokens, e.token_ids) for e in embedded])
            for (id_, text), span in zip(chunk, rows, strict=True):
                questions[id_] = (*questions.get(id_, ()), Likely(text, *span))
        if asked:
            self._progress("计算相似问的向量", len(asked), len(asked))
        return questions


def _stored(base: Path | None) -> dict[str, Stored]:
    if base is None:
        return {}
    store = Store(base / "chroma")
    try:
        return store.stored()
    finally:
        store.close()
