"""The vector store: the only door to chromadb. Cosine is set by us; telemetry is off."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("CHROMA_TELEMETRY", "False")

import chromadb
import numpy as np
from chromadb.config import Settings
from numpy.typing import NDArray

from index.model import Article, Locator, Metadata, Step

_COLLECTION = "articles"
_HNSW: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
_WINDOW = "␟"  # separates the article's id from the number of a further window


@dataclass(frozen=True)
class Stored:
    """What the store holds of an article beside its text: its document's key, content hash and order."""

    key: str
    hash: str
    order: int


class Store:
    """Articles with their vectors in one Chroma collection under `folder`."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._client: Any = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collection: Any
        if create:
            self._collection = self._client.get_or_create_collection(
                _COLLECTION, embedding_function=None, configuration=_HNSW
            )
        else:
            self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)

    def close(self) -> None:
        """Release the files."""
        self._client.close()

    def upsert(self, articles: Sequence[Article], vectors: Sequence[NDArray[np.float32]]) -> None:
        """Add or replace articles; `vectors[i]` is (windows, dim), one row per window of article i."""
        rows = [
            (article.id if n == 0 else f"{article.id}{_WINDOW}{n}", vector, article)
            for article, windows in zip(articles, vectors, strict=True)
            for n, vector in enumerate(windows)
        ]
        limit = self._client.get_max_batch_size()
        for start in range(0, len(rows), limit):
            batch = rows[start : start + limit]
            self._collection.upsert(
                ids=[i for i, _, _ in batch],
                embeddings=np.stack([v for _, v, _ in batch]),
                documents=[a.text for _, _, a in batch],
                metadatas=[_record(a) for _, _, a in batch],
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Delete articles with all their windows."""
        limit = self._client.get_max_batch_size()
        for start in range(0, len(ids), limit):
            self._collection.delete(where={"id": {"$in": list(ids[start : start + limit])}})

    def articles(self, metas: Mapping[str, Metadata]) -> list[Article]:
        """All articles, by document in the order of `metas` (by document key), then in their order."""
        got = self._collection.get(include=["documents", "metadatas"])
        place = {key: i for i, key in enumerate(metas)}
        found = [
            _article(record, text, metas[str(record["key"])])
            for id_, text, record in zip(got["ids"], got["documents"], got["metadatas"], strict=True)
            if _WINDOW not in id_ and str(record["key"]) in metas
        ]
        return sorted(found, key=lambda a: (place[a.meta.key], a.order))

    def stored(self) -> dict[str, Stored]:
        """What is stored under each article id."""
        got = self._collection.get(include=["metadatas"])
        return {
            str(r["id"]): Stored(str(r["key"]), str(r["hash"]), int(str(r["order"])))
            for r in got["metadatas"]
        }

    def reorder(self, articles: Sequence[Article]) -> None:
        """Take over the `order` of stored articles whose content is unchanged; their vectors stay."""
        order = {a.id: a.order for a in articles}
        limit = self._client.get_max_batch_size()
        ids = list(order)
        for start in range(0, len(ids), limit):
            got = self._collection.get(
                where={"id": {"$in": ids[start : start + limit]}}, include=["metadatas"]
            )
            moved = [{**r, "order": order[str(r["id"])]} for r in got["metadatas"]]
            for at in range(0, len(moved), limit):  # windows make more rows than articles
                self._collection.update(ids=got["ids"][at : at + limit], metadatas=moved[at : at + limit])

    def nearest(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first; only documents `keys` if given.

        An article counts once, with the nearest of its windows.
        """
        where: dict[str, Any] | None = {"key": {"$in": list(keys)}} if keys is not None else None
        count = self._collection.count()
        rows = min(k, count)
        if rows <= 0 or (keys is not None and not keys):
            return []
        while True:
            got = self._collection.query(
                query_embeddings=vector[None, :], n_results=rows, where=where, include=["distances"]
            )
            ids, distances = got["ids"][0], got["distances"][0]
            best: dict[str, float] = {}
            for id_, distance in zip(ids, distances, strict=True):
                best.setdefault(id_.split(_WINDOW)[0], 1.0 - float(distance))
            if len(best) >= k or len(ids) < rows or rows == count:
                return list(best.items())[:k]
            rows = min(2 * rows, count)  # further windows of one article took places


def content_hash(article: Article) -> str:
    """Sixteen hex digits over everything that is stored of an article but its order."""
    parts = json.dumps(
        [article.text, article.search_text, article.label, _details(article)], ensure_ascii=False
    )
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _details(article: Article) -> dict[str, Any]:
    return {
        "steps": [[s.mark, s.title] for s in article.locator.steps],
        "role": article.role,
        "page": article.page,
        "last_page": article.last_page,
        "columns": article.columns,
        "speaker": article.speaker,
    }


def _record(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "key": article.meta.key,
        "hash": content_hash(article),
        "order": article.order,
        "label": article.label,
        "search_text": article.search_text,
        "details": json.dumps(_details(article), ensure_ascii=False),
    }


def _article(record: Mapping[str, Any], text: str, meta: Metadata) -> Article:
    details = json.loads(record["details"])
    for name in ("page", "last_page"):  # stored as in the file, cited as the document counts
        if details[name] is not None:
            details[name] += meta.page_offset
    return Article(
        id=record["id"],
        meta=meta,
        locator=Locator(tuple(Step(*s) for s in details.pop("steps"))),
        label=record["label"],
        text=text,
        search_text=record["search_text"],
        order=record["order"],
        columns=tuple((name, cell) for name, cell in details.pop("columns")),
        **details,
    )
