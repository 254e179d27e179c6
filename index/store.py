"""The vector store: the door to chromadb, imported only where more is done than to ask for the nearest.

Cosine is set by us; telemetry is off.
"""

import errno
import logging
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, wraps
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.durable import check_unlocked
from index.errors import IndexMismatch, IndexUnwritable
from index.ledger import Held
from index.model import Article, Metadata
from index.nearest import DATABASE, Nearest
from index.record import WINDOW, article_of, content_hash, read_rows, record_of

log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")

_COLLECTION = "articles"
_SYNC = 100
"""Changes after which Chroma writes its graph; whoever opens the store replays the others, a millisecond each."""
_HNSW: Any = {
    "hnsw": {
        "space": "cosine",
        "ef_construction": 200,
        "ef_search": 200,
        "sync_threshold": _SYNC,
        "batch_size": _SYNC,
    }
}
_PAGE = 10_000
"""Rows that are read at once."""
_ROOM = 1 << 20
"""Bytes that Chroma needs on the disk to open a store."""
_NOBODY = Metadata("", "", "")
_ERRORS = "chromadb.errors"
"""The module of Chroma's errors: they are known by it, so that it need not be imported to name them."""


def _told(method: Callable[Concatenate[Any, _P], _R]) -> Callable[Concatenate[Any, _P], _R]:
    """A method of the store that tells in one line what Chroma cannot do with its files."""

    @wraps(method)
    def telling(self: Any, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(self, *args, **kwargs)
        except Exception as error:
            if not _is_damage(error):
                raise
            log.debug("chroma failed", exc_info=True)
            if self.writes:  # a sound copy, so that it is most likely the disk
                raise OSError(
                    errno.EIO, "向量库写入失败，磁盘可能已满；如磁盘未满，请运行 policy-qa doctor"
                ) from error
            raise IndexMismatch(
                f"向量库已损坏：{self.folder}。请运行 policy-qa doctor --repair 修复。"
            ) from error

    return telling


class Store:
    """Articles with their vectors in one Chroma collection under `folder`.

    Args:
        folder: Where Chroma keeps its files. Chroma writes even when it only reads: where it cannot, a copy is opened.
        create: Whether this is a builder's own store, to be made if need be and written to.

    Raises (from every method, and on opening):
        IndexMismatch: the store is damaged.
        OSError: a builder's store cannot be written.
        IndexBusy (on opening): another program keeps it locked; Chroma itself would wait for ever.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self.writes = create
        self.page = _PAGE
        self._copy: TemporaryDirectory[str] | None = None
        self._nearest: Nearest | None = None
        try:
            self._open()
        except BaseException:
            self._drop_copy()
            raise

    @_told
    def _open(self) -> None:
        self._place = self.folder
        if self.writes:
            self.folder.mkdir(parents=True, exist_ok=True)
        elif not (self.folder / DATABASE).is_file():
            raise sqlite3.DatabaseError(DATABASE)
        elif not _is_writable(self.folder):
            self._place = self._copied()
        if (self._place / DATABASE).is_file():
            check_unlocked(self._place / DATABASE)
        if self.writes:
            self._collection.count()  # fails now where it would fail later
        else:
            self._nearest = self._engine()

    def _engine(self) -> Nearest:
        return Nearest(self._place, _COLLECTION)

    @cached_property
    def _client(self) -> Any:
        os.environ.setdefault("CHROMA_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        return chromadb.PersistentClient(str(self._place), settings=settings)

    @cached_property
    def _collection(self) -> Any:
        if self.writes:
            return self._client.get_or_create_collection(
                _COLLECTION, embedding_function=None, configuration=_HNSW
            )
        return self._client.get_collection(_COLLECTION, embedding_function=None)

    def _copied(self) -> Path:
        self._copy = TemporaryDirectory(prefix="policy-qa-")
        copy = Path(self._copy.name) / self.folder.name
        try:
            shutil.copytree(self.folder, copy, copy_function=shutil.copyfile)
            copy.chmod(0o700)
        except (OSError, shutil.Error) as error:
            raise IndexUnwritable(
                f"索引所在磁盘已满或只读，临时文件夹也放不下副本：{self.folder}。请腾出磁盘空间后重试。"
            ) from error
        return copy

    def _drop_copy(self) -> None:
        if self._copy is not None:
            self._copy.cleanup()

    def close(self) -> None:
        """Release the files."""
        if self._nearest is not None:
            self._nearest.close()
        if "_client" in vars(self):
            self._client.close()
        self._drop_copy()

    @_told
    def upsert(self, articles: Sequence[Article], vectors: Sequence[NDArray[np.float32]]) -> None:
        """Add or replace articles; `vectors[i]` is (windows, dim), one row per window of article i."""
        rows = [
            (id_, vector, article)
            for article, windows in zip(articles, vectors, strict=True)
            for id_, vector in zip(_rows(article.id, len(windows)), windows, strict=True)
        ]
        limit = self._client.get_max_batch_size()
        for start in range(0, len(rows), limit):
            batch = rows[start : start + limit]
            self._collection.upsert(
                ids=[i for i, _, _ in batch],
                embeddings=np.stack([v for _, v, _ in batch]),
                documents=[a.text for _, _, a in batch],
                metadatas=[record_of(a) for _, _, a in batch],
            )

    @_told
    def delete(self, windows: Mapping[str, int]) -> None:
        """Delete articles, each with all its windows, whose number is given."""
        for ids in self._batches([row for id_, n in windows.items() for row in _rows(id_, n)]):
            self._collection.delete(ids=ids)

    @_told
    def search_texts(self, ids: Sequence[str]) -> list[str]:
        """The search texts of articles.

        Raises:
            KeyError: an article is not stored.
        """
        found: dict[str, str] = {}
        for batch in self._batches(ids):
            got = self._collection.get(ids=batch, include=["metadatas"])
            found |= {str(r["id"]): str(r["search_text"]) for r in got["metadatas"]}
        return [found[id_] for id_ in ids]

    @_told
    def articles(self, metas: Mapping[str, Metadata]) -> list[Article]:
        """All articles, by document in the order of `metas` (by document key), then in their order."""
        place = {key: i for i, key in enumerate(metas)}
        found = [
            article_of(record, text, metas[str(record["key"])])
            for got in self._pages("documents", "metadatas")
            for id_, text, record in zip(got["ids"], got["documents"], got["metadatas"], strict=True)
            if WINDOW not in id_ and str(record["key"]) in metas
        ]
        return sorted(found, key=lambda a: (place[a.meta.key], a.order))

    @_told
    def held(self) -> dict[str, Held]:
        """What is stored under each article id."""
        rows = [r for got in self._pages("metadatas") for r in got["metadatas"]]
        windows = Counter(str(r["id"]) for r in rows)
        return {
            (id_ := str(r["id"])): Held(str(r["key"]), str(r["hash"]), int(str(r["order"])), windows[id_])
            for r in rows
        }

    @_told
    def sound(self, dimension: int) -> set[str]:
        """Ids of the articles whose text fits their content hash, and all of whose windows have a vector."""
        good: dict[str, bool] = {}
        for got in self._pages("metadatas", "documents", "embeddings"):
            rows = zip(got["metadatas"], got["documents"], got["embeddings"], strict=True)
            for record, text, vector in rows:
                whole = vector.shape == (dimension,) and bool(np.isfinite(vector).all())
                fits = content_hash(article_of(record, text, _NOBODY)) == record["hash"]
                good[str(record["id"])] = good.get(str(record["id"]), True) and whole and fits
        return {id_ for id_, fine in good.items() if fine}

    @_told
    def reorder(self, articles: Sequence[Article], windows: Mapping[str, int]) -> None:
        """Take over the `order` of stored articles whose content is unchanged; their vectors stay."""
        order = {row: a.order for a in articles for row in _rows(a.id, windows[a.id])}
        for ids in self._batches(list(order)):
            got = self._collection.get(ids=ids, include=["metadatas"])
            moved = [{**r, "order": order[id_]} for id_, r in zip(got["ids"], got["metadatas"], strict=True)]
            self._collection.update(ids=got["ids"], metadatas=moved)

    @_told
    def rows(self, held: Mapping[str, Held]) -> list[tuple[Article, NDArray[np.float32]]]:
        """The articles that are stored of `held`, with their vectors; see `index.record.read_rows`."""
        names = {id_: _rows(id_, own.windows) for id_, own in held.items()}
        found: list[tuple[Article, NDArray[np.float32]]] = []
        for ids in self._batches(list(held)):
            got = self._collection.get(
                ids=[row for id_ in ids for row in names[id_]],
                include=["metadatas", "documents", "embeddings"],
            )
            found += read_rows(got, {id_: names[id_] for id_ in ids}, held)
        return found

    def check_whole(self, held: Mapping[str, Held]) -> None:
        """A builder's own files hold what was written to them."""

    def _pages(self, *include: str) -> Iterator[Any]:
        """All rows, so many at once: Chroma gets what it is asked for by one SQL statement, which has limits."""
        for start in count(0, self.page):
            got = self._collection.get(limit=self.page, offset=start, include=list(include))
            if not got["ids"]:
                return
            yield got

    def _batches(self, ids: Sequence[str]) -> Iterator[list[str]]:
        """Ids in as many calls as Chroma wants: it takes no empty list, and none that is too long."""
        limit = self._client.get_max_batch_size()
        for start in range(0, len(ids), limit):
            yield list(ids[start : start + limit])

    @_told
    def nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        keys: Sequence[str] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """See `index.engine.Vectors.nearest`."""
        self._nearest = self._nearest or self._engine()
        if among is not None:
            return self._nearest.among(vector, k, among)
        return self._nearest.find(vector, k, keys)


def _rows(article_id: str, windows: int) -> list[str]:
    """The ids of an article's rows in Chroma, one for each window."""
    return [article_id, *(f"{article_id}{WINDOW}{n}" for n in range(1, windows))]


def _is_damage(error: Exception) -> bool:
    """Whether it says that the files are damaged, or cannot be written."""
    kinds = type(error).__mro__
    return isinstance(error, sqlite3.DatabaseError) or any(k.__module__ == _ERRORS for k in kinds)


def _is_writable(folder: Path) -> bool:
    """Whether Chroma can write in `folder`: it is permitted, and the disk has some room."""
    permitted = os.access(folder, os.W_OK) and os.access(folder / DATABASE, os.W_OK)
    return permitted and shutil.disk_usage(folder).free >= _ROOM
