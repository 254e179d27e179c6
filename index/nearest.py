"""The nearest articles, asked of Chroma's engine without its Python client.

The engine is `chromadb_rust_bindings`, the module of the package chromadb that its `PersistentClient` calls. Importing
the client (its servers, exporters and embedding functions) takes longer than all else that a question needs, and adds
nothing to a query; so a question goes to the engine as the client does (`chromadb/api/rust.py`). A test holds that
both find the same.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb_rust_bindings as chroma
import numpy as np
from numpy.typing import NDArray

from index.record import WINDOW

DATABASE = "chroma.sqlite3"
_PLACE = ("default_tenant", "default_database")
_BATCH = 1000
"""Vectors that are read at once."""
_GRAPHS = 4
"""Graphs that the engine keeps open; a store has one."""


class Nearest:
    """The vectors of a store in `folder`, open for questions.

    Raises (on opening and from `find`):
        chromadb.errors.ChromaError: the store is damaged, or has no such collection.
    """

    def __init__(self, folder: Path, collection: str) -> None:
        database = chroma.SqliteDBConfig(
            hash_type=chroma.MigrationHash.MD5,
            migration_mode=chroma.MigrationMode.Apply,
            url=str(folder / DATABASE),
        )
        self._engine: Any = chroma.Bindings(
            allow_reset=False, sqlite_db_config=database, persist_path=str(folder), hnsw_cache_size=_GRAPHS
        )
        self._collection = str(self._engine.get_collection(collection, *_PLACE).id)

    def close(self) -> None:
        """Release the files."""
        self._engine = None

    def find(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first; only documents `keys` if given.

        An article counts once, with the nearest of its windows.
        """
        if k <= 0 or (keys is not None and not keys):
            return []
        where = json.dumps({"key": {"$in": list(keys)}}) if keys is not None else None
        rows = k
        while True:
            got = self._engine.query(
                self._collection, None, [vector], rows, where, None, ["distances"], *_PLACE
            )
            ids, distances = got.ids[0], got.distances[0]
            best: dict[str, float] = {}
            for id_, distance in zip(ids, distances, strict=True):
                best.setdefault(id_.split(WINDOW)[0], 1.0 - float(distance))
            if len(best) >= k or len(ids) < rows:
                return list(best.items())[:k]
            rows *= 2  # further windows of one article took places

    def among(self, vector: NDArray[np.float32], k: int, ids: Sequence[str]) -> list[tuple[str, float]]:
        """The k nearest of the articles `ids`, each held against `vector`: exact, and for a few faster."""
        best: dict[str, float] = {}
        rows = {id_: id_ for id_ in ids}
        window = 0
        while rows:
            further: dict[str, str] = {}
            window += 1
            for own in _batched(rows, _BATCH):
                got = self._engine.get(
                    self._collection, list(own), None, None, 0, None, ["embeddings"], *_PLACE
                )
                if not got.ids:
                    continue
                found = np.array(got.embeddings, np.float32)
                similar = found @ vector / (np.linalg.norm(found, axis=1) * np.linalg.norm(vector))
                for row, score in zip(got.ids, similar.tolist(), strict=True):
                    id_ = rows[row]
                    best[id_] = max(best.get(id_, -1.0), score)
                    further[f"{id_}{WINDOW}{window}"] = id_
            rows = further
        place = {id_: n for n, id_ in enumerate(ids)}
        return sorted(best.items(), key=lambda found: (-found[1], place[found[0]]))[:k]


def _batched(rows: Iterable[str], n: int) -> Iterator[tuple[str, ...]]:
    """`rows` in groups of `n`; the last may be shorter."""
    left = iter(rows)
    while group := tuple(islice(left, n)):
        yield group
