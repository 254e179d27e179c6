"""Building and updating an index, all or nothing.

A folder holds generations; CURRENT names the one in use. A build copies the current generation, changes the copy,
and only then switches CURRENT: readers see the old index or the new one, and an interrupted build leaves the old one.
Articles are compared by content hash, so only new and changed ones are embedded.
"""

import hashlib
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.compendium import divide
from index.document import read_document, with_key
from index.embed import Embedder
from index.errors import IndexBusy, IndexMismatch, IndexMissing, IndexUnwritable, ReadError, UsageError
from index.lexical import Lexical
from index.manifest import FILE, Entry, Manifest, Source
from index.model import Article, Document
from index.paragraphs import read_lines
from index.readers import read
from index.split import SPLITTER_VERSION, split
from index.store import Store, Stored, content_hash
from index.tokens import TokenFile
from index.windows import embed_texts

CURRENT = "CURRENT"
_CHUNK = 512
"""Articles embedded between two writes, so that memory stays bounded."""

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
"""Called with a stage's name, the number done and the number to do."""


@dataclass(frozen=True)
class Change:
    """What a build did: counts of articles, documents in the index, and files that could not be read."""

    added: int
    updated: int
    removed: int
    documents: int
    articles: int
    failed: tuple[str, ...] = ()


def read_documents(path: Path, name: str | None = None) -> list[Document]:
    """All documents of a file, in order, with unique keys.

    Raises:
        ReadError: the file cannot be read, or holds no text to cite.
    """
    source = read(path)
    collection = divide(read_lines(source))
    taken: dict[str, int] = {}
    documents = []
    for part in collection.parts:
        document = read_document(part, name or path.name, collection.as_of)
        key = document.meta.key
        taken[key] = taken.get(key, 0) + 1
        documents.append(with_key(document, f"{key}#{taken[key]}") if taken[key] > 1 else document)
    if not any(c.isalnum() for d in documents for a in split(d) for c in a.text):
        raise ReadError(f"文件中没有可引用的条文：{path}。请检查文件内容。")
    return documents


def current_generation(folder: Path) -> Path:
    """The generation in use.

    Raises:
        IndexMissing: there is none.
    """
    pointer = folder / CURRENT
    try:
        generation = folder / "generations" / pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        generation = folder / "none"
    if not (generation / FILE).is_file():
        raise IndexMissing(f"没有索引：{folder}。请先运行 policy-qa index（不带参数即收录内置汇编）。")
    return generation


def check_manifest(manifest: Manifest, embedder: str, folder: Path) -> None:
    """Stop when the index does not fit this program or this embedder.

    Raises:
        IndexMismatch: and how to mend it.
    """
    if manifest.embedder != embedder:
        raise IndexMismatch(
            f"索引 {folder} 由向量模型 {manifest.embedder} 建立，当前配置为 {embedder}。"
            "请改回原模型，或运行 policy-qa index --rebuild 重建。"
        )
    if manifest.splitter != SPLITTER_VERSION:
        raise IndexMismatch(
            f"索引 {folder} 由第 {manifest.splitter} 版切分规则建立，当前为第 {SPLITTER_VERSION} 版。"
            "请运行 policy-qa index --rebuild 重建（原文件已留存，无需重新提供）。"
        )


@dataclass(frozen=True)
class _Read:
    """A file that was read: its record, and its articles by document."""

    source: Source
    documents: tuple[tuple[Entry, tuple[Article, ...]], ...]


@dataclass(frozen=True)
class _Work:
    """What a build changes: articles to embed, ids to delete, and articles whose place alone has changed."""

    fresh: Sequence[Article]
    stale: Sequence[str]
    moved: Sequence[Article]


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

    def add(self, paths: Sequence[Path], *, rebuild: bool = False) -> Change:
        """Add or update the documents in `paths`; with `rebuild`, everything is split and embedded anew.

        A file that cannot be read is reported in `Change.failed`; the others go on.

        Raises:
            IndexBusy, IndexUnwritable, IndexMismatch: nothing was changed.
        """
        with self._locked():
            base = self._base(rebuild=rebuild)
            read_files, failed = self._read_all(paths)
            removed: set[str] = set()
            if rebuild and (old := self._old_manifest()):
                fresh = {r.source.name for r in read_files}
                removed = set(old.removed)
                kept, broken = self._read_originals([s for s in old.sources if s.name not in fresh], removed)
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
                raise UsageError(f"索引中没有该文件：{'、'.join(missing)}。可用 policy-qa documents 查看已收录的文件。")
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
            f"无法写入索引文件夹：{self._folder}（{error.strerror or error}）。请检查权限和磁盘空间，或用 --index-dir 换一个位置。"
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

    def _read_all(self, paths: Sequence[Path]) -> tuple[list[_Read], list[str]]:
        done, failed = [], []
        for n, (path, name) in enumerate(zip(paths, _names(paths), strict=True)):
            self._progress("读取文件", n, len(paths))
            try:
                done.append(self._read_file(path, name))
            except ReadError as error:
                failed.append(str(error))
        self._progress("读取文件", len(paths), len(paths))
        return done, failed

    def _read_originals(
        self, sources: Sequence[Source], removed: set[str]
    ) -> tuple[list[_Read], list[str]]:
        done, failed = [], []
        for source in sources:
            try:
                file = self._read_file(self._folder / "originals" / source.original, source.name)
                kept = tuple(d for d in file.documents if d[0].meta.key not in removed)
                done.append(replace(file, documents=kept))
            except ReadError as error:
                failed.append(str(error))
        return done, failed

    def _read_file(self, path: Path, name: str) -> _Read:
        documents = read_documents(path, name)
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        original = self._keep_original(path, sha)
        entries = []
        for document in documents:
            articles = tuple(split(document))
            entries.append((Entry(document.meta, sha, len(articles)), articles))
        return _Read(Source(name, sha, original), tuple(entries))

    def _keep_original(self, path: Path, sha: str) -> str:
        folder = self._folder / "originals"
        folder.mkdir(exist_ok=True)
        target = folder / f"{sha[:16]}{path.suffix.lower()}"
        if not target.exists():
            part = target.with_suffix(target.suffix + ".part")
            shutil.copyfile(path, part)
            part.replace(target)
        return target.name

    def _apply(
        self,
        base: Path | None,
        files: Sequence[_Read],
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
        added = sum(a.id not in before for a in fresh)
        change = Change(
            added, len(fresh) - added, len(stale), len(entries), len(before) + added - len(stale)
        )
        unchanged = old is not None and (old.sources, old.documents) == (
            tuple(sources.values()), tuple(entries.values())
        )  # fmt: skip
        if not fresh and not stale and not moved and unchanged:
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
        )
        self._write(base, draft, _Work(fresh, stale, moved))
        return change

    def _write(self, base: Path | None, draft: Manifest, work: _Work) -> None:
        target = self._next_generation(base)
        try:
            self._fill(target, draft, work)
        except BaseException:  # Ctrl-C included: the generation in use stays, the half-made one goes
            shutil.rmtree(target, ignore_errors=True)
            raise
        self._switch(target)

    def _fill(self, target: Path, draft: Manifest, work: _Work) -> None:
        """Write a whole generation into `target`, its manifest last."""
        manifest = draft if draft.tokens else replace(draft, tokens=f"tokens-{target.name}")
        store = Store(target / "chroma", create=True)
        try:
            store.delete([*work.stale, *(a.id for a in work.fresh)])
            store.reorder(work.moved)
            if work.fresh:
                embedder = self._load_embedder()
                spans = self._embed(store, embedder, work.fresh, self._folder / manifest.tokens)
                manifest = replace(manifest, dimension=embedder.dimension, spans=manifest.spans | spans)
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

    def _next_generation(self, base: Path | None) -> Path:
        """A fresh folder for the next generation, with a copy of `base`; half-made ones are cleared away."""
        root = self._folder / "generations"
        root.mkdir(exist_ok=True)
        for path in root.iterdir():
            if not (path / FILE).is_file():
                shutil.rmtree(path, ignore_errors=True)
        newest = max((int(p.name) for p in root.iterdir() if p.name.isdigit()), default=0)
        target = root / f"{newest + 1:06}"
        target.mkdir()
        if base is not None:
            shutil.copytree(base / "chroma", target / "chroma")
        return target

    def _switch(self, target: Path) -> None:
        pointer = self._folder / f"{CURRENT}.part"
        pointer.write_text(target.name, encoding="utf-8")
        pointer.replace(self._folder / CURRENT)
        keep = {target.name, f"{int(target.name) - 1:06}"}
        for path in target.parent.iterdir():
            if path.name not in keep:
                shutil.rmtree(path, ignore_errors=True)
        used = {Manifest.read(target.parent / name).tokens for name in keep if (target.parent / name / FILE).is_file()}
        for path in self._folder.glob("tokens-*"):
            if path.name not in used:
                shutil.rmtree(path, ignore_errors=True)


def _names(paths: Sequence[Path]) -> list[str]:
    """The name of each file in the index; of files that share a name, with the folder before it."""
    count = Counter(path.name for path in paths)
    return [path.name if count[path.name] == 1 else "/".join(path.absolute().parts[-2:]) for path in paths]


def _stored(base: Path | None) -> dict[str, Stored]:
    if base is None:
        return {}
    store = Store(base / "chroma")
    try:
        return store.stored()
    finally:
        store.close()
