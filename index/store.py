"""The vector store: the only door to chromadb. Cosine is set by us; telemetry is off."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("CHROMA_TELEMETRY", "False")

import chromadb
import numpy as np
from chromadb.config import Settings
from numpy.typing import NDArray

from index.model import Article, Locator, Metadata, Step

_COLLECTION = "articles"
_HNSW = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
_WINDOW = "␟"  # separates the article's id from the number of a further window


class Store:
    """Articles with their vectors in one Chroma collection under `folder`."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        open_ = self._client.get_or_create_collection if create else self._client.get_collection
        options = {"configuration": _HNSW} if create else {}
        self._collection = open_(_COLLECTION, embedding_function=None, **options)  # type: ignore[operator]

    def close(self) -> None:
        """Release the files."""
        self._client.close()

    def upsert(self, articles: Sequence[Article], vectors: Sequence[NDArray[np.float32]]) -> None:
        """Add or replace articles; `vectors[i]` is (windows, dim), one row per window of the article's text."""
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
        """All articles, by document in the order of `metas`, then in their order; `metas` maps document keys."""
        got = self._collection.get(include=["documents", "metadatas"])
        place = {key: i for i, key in enumerate(metas)}
        found = [
            _article(record, text, metas[str(record["key"])])
            for id_, text, record in zip(got["ids"], got["documents"] or [], got["metadatas"] or [], strict=True)
            if _WINDOW not in id_ and str(record["key"]) in metas
        ]
        return sorted(found, key=lambda a: (place[a.meta.key], a.order))

    def hashes(self) -> dict[str, tuple[str, str]]:
        """Article id -> (document key, content hash)."""
        got = self._collection.get(include=["metadatas"])
        return {str(r["id"]): (str(r["key"]), str(r["hash"])) for r in got["metadatas"] or []}

    def nearest(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first; only documents `keys` if given."""
        where: dict[str, Any] | None = {"key": {"$in": list(keys)}} if keys is not None else None
        k = min(k, self._collection.count())
        if k == 0:
            return []
        got = self._collection.query(
            query_embeddings=vector[None, :], n_results=k, where=where, include=["distances"]
        )
        best: dict[str, float] = {}
        for id_, distance in zip(got["ids"][0], (got["distances"] or [[]])[0], strict=True):
            best.setdefault(id_.split(_WINDOW)[0], 1.0 - float(distance))
        return list(best.items())


def content_hash(article: Article) -> str:
    """Sixteen hex digits over everything that is stored of an article but its order."""
    parts = json.dumps([article.text, article.search_text, article.label, _details(article)], ensure_ascii=False)
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


