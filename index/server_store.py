"""The vectors of one generation on a Chroma server, among those of others in one collection.

A row is named by the article, its content hash and the window, so that it never changes. Whoever reads goes by what the
list of the generation names.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.chroma_server import ChromaServer, CollectionGone
from index.errors import IndexMismatch, IndexUnavailable
from index.ledger import Held
from index.model import Article, Metadata
from index.record import WINDOW, article_of, content_hash, read_rows, record_of

_P = ParamSpec("_P")
_R = TypeVar("_R")

_BATCH = 256
"""Rows in one call: the server takes some milliseconds for each."""
_IDS = 5000
"""Names of rows in one call."""


def _told(method: Callable[Concatenate[Any, _P], _R]) -> Callable[Concatenate[Any, _P], _R]:
    """A method of the store that tells in one line what is wrong, and looks for the collection anew next time."""

    @wraps(method)
    def telling(self: Any, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            with self.server.making_sense():
                return method(self, *args, **kwargs)
        except IndexUnavailable:
            self.forget()
            raise
        except CollectionGone as error:
            self.forget()
            raise self.lost() from error

    return telling


class ServerStore:
    """The rows of one generation in the collection `name` of a server; may be used from several threads.

    Args:
        server: The server.
        name: The collection.
        held: What the generation holds; read when it is needed.
        found: The collection, if it is known to be there.

    Raises (from every method that asks the server):
        IndexUnavailable: the server cannot be reached, or fails.
        IndexMismatch: the collection is not there, or lacks rows.
    """

    def __init__(
        self, server: ChromaServer, name: str, held: Callable[[], Mapping[str, Held]], found: Any = None
    ) -> None:
        self.server = server
        self._name = name
        self._read_held = held
        self._known: Mapping[str, Held] | None = None
        self._found: Any = found
        self._whole = False

    def close(self) -> None:
        """Nothing is open but connections that are shared."""

    def forget(self) -> None:
        """Look again whether everything is there before the next answer."""
        self._found = None
        self._whole = False

    def lost(self) -> IndexMismatch:
        """What to say where the collection is not there."""
        return IndexMismatch(
            f"Chroma 服务 {self.server.url} 上没有本索引的集合 {self._name}。"
            "请确认服务的数据文件夹没有换，或运行 policy-qa doctor --repair 重建。"
        )

    @_told
    def nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        keys: Sequence[str] | None = None,
        among: Sequence[str] | None = None,  # noqa: ARG002  the server filters faster than it sends vectors
    ) -> list[tuple[str, float]]:
        """See `index.store.Store.nearest`."""
        if k <= 0 or (keys is not None and not keys):
            return []
        where = {"key": {"$in": list(keys)}} if keys is not None else None
        held = self._held()
        if not self._whole:
            self.check_whole(held)
            self._whole = True
        collection, rows = self._collection(), k + k // 4
        while True:
            got = collection.query(
                query_embeddings=vector[None, :], n_results=rows, where=where, include=["distances"]
            )
            ids, distances = got["ids"][0], got["distances"][0]
            best: dict[str, float] = {}
            for row, distance in zip(ids, distances, strict=True):
                id_, hash_, _ = row.split(WINDOW)
                if id_ in held and held[id_].hash == hash_:
                    best.setdefault(id_, 1.0 - float(distance))
            if len(best) >= k or len(ids) < rows:
                return list(best.items())[:k]
            rows *= 2  # further windows, and rows of other generations, took places

    @_told
    def articles(self, metas: Mapping[str, Metadata]) -> list[Article]:
        """See `index.store.Store.articles`."""
        wanted = {id_: own for id_, own in self._held().items() if own.key in metas}
        place = {key: i for i, key in enumerate(metas)}
        first = {_row(id_, own.hash, 0): own for id_, own in wanted.items()}
        found = [
            article_of({**fields, "order": first[row].order}, text, metas[first[row].key])
            for row, fields, text in self._get(list(first))
        ]
        if len(found) < len(wanted):
            raise self._lacking(len(wanted) - len(found))
        return sorted(found, key=lambda a: (place[a.meta.key], a.order))

    @_told
    def search_texts(self, ids: Sequence[str]) -> list[str]:
        """See `index.store.Store.search_texts`."""
        held = self._held() if ids else {}
        found = {
            str(fields["id"]): str(fields["search_text"])
            for _, fields, _ in self._get([_row(id_, held[id_].hash, 0) for id_ in ids])
        }
        return [found[id_] for id_ in ids]

    @_told
    def held(self) -> dict[str, Held]:
        """Of what the generation holds, what is there, with the windows that are there; rows of others do not count."""
        held = self._held()
        rows = list(all_rows(held))
        there: Counter[str] = Counter()
        for start in range(0, len(rows), _IDS):
            got = self._collection().get(ids=rows[start : start + _IDS], include=[])
            there.update(row.split(WINDOW)[0] for row in got["ids"])
        return {id_: replace(own, windows=there[id_]) for id_, own in held.items() if there[id_]}

    @_told
    def sound(self, dimension: int) -> set[str]:
        """See `index.store.Store.sound`."""
        held = self._held()
        return {
            article.id
            for article, vectors in self.rows(held)
            if vectors.shape == (held[article.id].windows, dimension)
            and bool(np.isfinite(vectors).all())
            and content_hash(article) == held[article.id].hash
        }

    @_told
    def rows(self, held: Mapping[str, Held]) -> list[tuple[Article, NDArray[np.float32]]]:
        """The articles that are stored of `held`, with their vectors; see `index.record.read_rows`."""
        found: list[tuple[Article, NDArray[np.float32]]] = []
        for own in batches(held):
            names = {id_: list(all_rows({id_: wanted})) for id_, wanted in own.items()}
            got = self._collection().get(
                ids=[row for rows in names.values() for row in rows],
                include=["documents", "metadatas", "embeddings"],
            )
            found += read_rows(got, names, held)
        return found

    @_told
    def upsert(self, articles: Sequence[Article], vectors: Sequence[NDArray[np.float32]]) -> None:
        """See `index.store.Store.upsert`."""
        rows = [
            (_row(article.id, content_hash(article), n), vector, article)
            for article, windows in zip(articles, vectors, strict=True)
            for n, vector in enumerate(windows)
        ]
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            self._collection().upsert(
                ids=[i for i, _, _ in batch],
                embeddings=np.stack([v for _, v, _ in batch]),
                documents=[a.text for _, _, a in batch],
                metadatas=[_fields(a) for _, _, a in batch],
            )

    def delete(self, windows: Mapping[str, int]) -> None:
        """Their rows stay as long as a generation names them; see `ServerEngine.sweep`."""

    def reorder(self, articles: Sequence[Article], windows: Mapping[str, int]) -> None:
        """No row knows its order: the list of each generation does."""

    @_told
    def check_whole(self, held: Mapping[str, Held]) -> None:
        """See `index.engine.Vectors.check_whole`."""
        wanted, there = sum(own.windows for own in held.values()), self._collection().count()
        if there < wanted:
            raise self._lacking(wanted - there)

    def _collection(self) -> Any:
        if self._found is None:
            found = self.server.find(self._name)
            if found is None:
                raise self.lost()
            self._found = found
        return self._found

    def _held(self) -> Mapping[str, Held]:
        if self._known is None:
            self._known = self._read_held()
        return self._known

    def _get(self, ids: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        """(row, its fields, its text) of those rows that are there."""
        for start in range(0, len(ids), _BATCH):
            got = self._collection().get(
                ids=list(ids[start : start + _BATCH]), include=["metadatas", "documents"]
            )
            yield from zip(got["ids"], got["metadatas"], got["documents"], strict=True)

    def _lacking(self, n: int) -> IndexMismatch:
        return IndexMismatch(
            f"Chroma 服务 {self.server.url} 的集合 {self._name} 缺少 {n} 行。"
            "请确认服务的数据文件夹没有换，或运行 policy-qa doctor --repair 修复。"
        )


def _row(article_id: str, content: str, window: int) -> str:
    return f"{article_id}{WINDOW}{content}{WINDOW}{window}"


def all_rows(held: Mapping[str, Held]) -> Iterator[str]:
    """The names of all rows of what is held."""
    return (_row(id_, own.hash, n) for id_, own in held.items() for n in range(own.windows))


def _fields(article: Article) -> dict[str, Any]:
    """What is stored of an article but its order, which is not part of its content."""
    return {name: value for name, value in record_of(article).items() if name != "order"}


def batches(held: Mapping[str, Held]) -> Iterator[dict[str, Held]]:
    """What is held, in parts for one call each."""
    items = iter(held.items())
    while part := dict(islice(items, _BATCH)):
        yield part
