"""Building and updating an index, all or nothing.

A folder holds generations; CURRENT names the one in use. A build copies the current generation, changes the
copy, and only then switches CURRENT: readers see the old index or the new one, and an interrupted build
leaves the old one. Articles are compared by content hash, so only new and changed ones are embedded.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.embed import Embedder
from index.errors import IndexBusy, IndexMismatch, IndexMissing, IndexUnwritable, UsageError
from index.generations import check_manifest, current_generation, next_generation, switch
from index.intake import Intake, Progress, ReadFile, read_documents
from index.lexical import LexicalDraft
from index.manifest import Likely, Manifest
from index.model import Article
from index.store import Store, Stored, content_hash
from index.tokens import TokenFile
from index.windows import embed_texts

__all__ = ["Builder", "Change", "check_manifest", "current_generation", "read_documents"]

_CHUNK = 512
"""Articles embedded between two writes, so that memory stays bounded."""


@dataclass(frozen=True)
class Change:
    """What a build did: counts of articles, documents in the index, and files that could not be read."""

    added: int
    updated: int
    removed: int
    documents: int
    articles: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Work:
    """What a build changes: articles to embed, ids to delete, articles whose place alone has changed, and questions."""

    fresh: Sequence[Article]
    stale: Sequence[str]
    moved: Sequence[Article]
    asked: Sequence[tuple[str, str]]
    """(article id, likely question) pairs to embed."""


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
        before = _stored(base)
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
            removed=tuple(sorted(removed)),
            spans={k: v for k, v in old.spans.items() if k not in set(stale)} if old else {},
            questions=kept,
        )
        self._write(base, draft, _Work(fresh, stale, moved, asked))
        return change

    def _write(self, base: Path | None, draft: Manifest, work: _Work) -> None:
        target = next_generation(self._folder, base)
        try:
            self._fill(target, draft, work)
        except BaseException:  # Ctrl-C included: the generation in use stays, the half-made one goes
            shutil.rmtree(target, ignore_errors=True)
            raise
        switch(self._folder, target)

    def _fill(self, target: Path, draft: Manifest, work: _Work) -> None:
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
        LexicalDraft.build(texts, self._cache_dir).save(target / "lexical")
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


def _stored(base: Path | None) -> dict[str, Stored]:
    if base is None:
        return {}
    store = Store(base / "chroma")
    try:
        return store.stored()
    finally:
        store.close()
