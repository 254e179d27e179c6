"""An open index: what a question is answered from. It stays as it was opened while others build."""

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import DEFAULT, DEFAULT_NAME, Embedder, load_embedder
from index.engine import EMBEDDED, Engine
from index.generations import check_manifest, current_generation, leased_generation
from index.lexical import Lexical
from index.manifest import Manifest
from index.model import Article, Metadata
from index.tokens import TokenFile


def embedder_name(setting: str) -> str:
    """The name under which the index remembers the embedder that `setting` opens."""
    return DEFAULT_NAME if setting == DEFAULT else setting


class Library:
    """The articles of one generation with everything needed to search them.

    Raises (on opening):
        IndexMissing, IndexMismatch: see `index.build`.
    """

    def __init__(self, folder: Path, embedder: Embedder, cache_dir: Path, engine: Engine = EMBEDDED) -> None:
        self.folder = folder
        self.embedder = embedder
        self.engine = engine
        self._cache_dir = cache_dir
        self.generation, self._lease = leased_generation(folder)
        try:
            self.manifest = Manifest.read(self.generation)
            check_manifest(self.manifest, embedder.name, folder)
            engine.check(self.manifest, folder)
            self._store = engine.open(self.generation, self.manifest)
        except BaseException:
            self._give_back()
            raise

    def is_current(self) -> bool:
        """Whether no newer generation has been built."""
        return current_generation(self.folder) == self.generation

    def check(self) -> None:
        """Stop where no question can be answered now.

        Raises:
            IndexUnavailable: the server that holds the vectors cannot be reached, or fails.
            IndexMismatch: it does not hold them any more.
        """
        self._store.check_whole({})

    def renewed(self) -> "Library":
        """The newest generation of the same index, with the embedder that is loaded; this one stays open."""
        return Library(self.folder, self.embedder, self._cache_dir, self.engine)

    def close(self) -> None:
        """Release the files."""
        self._store.close()
        self._give_back()

    def _give_back(self) -> None:
        if self._lease is not None:
            self._lease.close()

    @cached_property
    def documents(self) -> dict[str, Metadata]:
        """Metadata by document key, in the order of indexing."""
        return {e.meta.key: e.meta for e in self.manifest.documents}

    @property
    def held(self) -> dict[str, Metadata]:
        """Metadata of all documents that are held, also those that a part leaves out: they say how others stand."""
        return self.documents

    @cached_property
    def collections(self) -> dict[str, tuple[str, ...]]:
        """Name of a collection -> keys of its documents, in the order of indexing."""
        return self.manifest.collections

    def without(self, keys: Collection[str]) -> "Library":
        """The library without the documents `keys`; itself if there are none."""
        return Part(self, keys) if keys else self

    @cached_property
    def articles(self) -> list[Article]:
        """All articles; positions are those of `scores`."""
        return self._store.articles(self.documents)

    @cached_property
    def position(self) -> dict[str, int]:
        """Article id -> position in `articles`."""
        return {a.id: i for i, a in enumerate(self.articles)}

    @cached_property
    def lexical(self) -> Lexical:
        """The keyword ranking."""
        return Lexical.load(self.generation / "lexical", self._cache_dir)

    @cached_property
    def _tokens(self) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        return TokenFile(self.folder / self.manifest.tokens, self._width).open()

    @property
    def _width(self) -> int:
        return self.manifest.dimension

    def article(self, article_id: str) -> Article | None:
        """The article of that id, or None."""
        at = self.position.get(article_id)
        return None if at is None else self.articles[at]

    def scores(self, question: str) -> NDArray[np.float32]:
        """(n,) keyword scores of the n articles for `question`."""
        return self.lexical.scores(question)

    def nearest(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first."""
        return self._store.nearest(vector, k, keys)

    def tokens(self, article_id: str) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """The article's token vectors times 127, (n, width), and the (n,) vocabulary ids."""
        start, n = self.manifest.spans[article_id]
        vectors, ids = self._tokens
        return vectors[start : start + n], ids[start : start + n]

    def question_tokens(self, article_id: str) -> list[NDArray[np.int8]]:
        """The token vectors times 127, (n, width), of each likely question of the article."""
        vectors, _ = self._tokens
        return [vectors[q.start : q.start + q.n] for q in self.manifest.questions.get(article_id, ())]

    @cached_property
    def token_idf(self) -> dict[int, float]:
        """ln(N / df) of each vocabulary id over the articles; an id that occurs nowhere gets ln N."""
        df: dict[int, int] = {}
        for article in self.articles:
            for token in np.unique(self.tokens(article.id)[1]).tolist():
                df[token] = df.get(token, 0) + 1
        n = len(self.articles)
        return {token: float(np.log(n / count)) for token, count in df.items()}


class Part(Library):
    """A library without some of its documents, for questions that they have no part in.

    It shares what the whole library has open; the words that are known and how rare they are stay those of the whole.
    """

    def __init__(self, whole: Library, left_out: Collection[str]) -> None:
        self.folder, self.generation = whole.folder, whole.generation
        self.manifest, self.embedder, self.engine = whole.manifest, whole.embedder, whole.engine
        self._whole = whole
        self._left_out = frozenset(left_out)

    def check(self) -> None:
        """As for the whole library."""
        self._whole.check()

    def close(self) -> None:
        """Leave all open: the files are those of the whole library."""

    @property
    def held(self) -> dict[str, Metadata]:
        """Metadata of all documents that are held, also those that are left out."""
        return self._whole.held

    @cached_property
    def documents(self) -> dict[str, Metadata]:
        """Metadata by document key, in the order of indexing."""
        return {k: m for k, m in self._whole.documents.items() if k not in self._left_out}

    @cached_property
    def articles(self) -> list[Article]:
        """All articles; positions are those of `scores`."""
        return [a for a in self._whole.articles if a.meta.key not in self._left_out]

    @cached_property
    def lexical(self) -> Lexical:
        """The keyword ranking of the whole library; for that of its part see `scores`."""
        return self._whole.lexical

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        return np.array([self._whole.position[a.id] for a in self.articles], dtype=np.int64)

    def scores(self, question: str) -> NDArray[np.float32]:
        """(n,) keyword scores of the n articles for `question`."""
        return self._whole.scores(question)[self._rows]

    def nearest(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first."""
        if keys is not None:
            return self._whole.nearest(vector, k, [key for key in keys if key in self.documents])
        wanted = k
        while True:
            near = self._whole.nearest(vector, wanted)
            own = [(id_, score) for id_, score in near if id_ in self.position]
            if len(own) >= k or len(near) < wanted:
                return own[:k]
            wanted *= 2  # what is left out took places

    def tokens(self, article_id: str) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """The article's token vectors times 127, (n, width), and the (n,) vocabulary ids."""
        return self._whole.tokens(article_id)

    def question_tokens(self, article_id: str) -> list[NDArray[np.int8]]:
        """The token vectors times 127, (n, width), of each likely question of the article."""
        return self._whole.question_tokens(article_id)

    @cached_property
    def token_idf(self) -> dict[int, float]:
        """As in the whole library."""
        return self._whole.token_idf


def open_library(
    folder: Path, embedder: str, cache_dir: Path, *, for_query_only: bool = True, engine: Engine = EMBEDDED
) -> Library:
    """Open the index in `folder`; the embedder loads only after the manifest is known to fit.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable.
    """
    manifest = Manifest.read(current_generation(folder))
    check_manifest(manifest, embedder_name(embedder), folder)
    engine.check(manifest, folder)
    loaded = load_embedder(embedder, cache_dir, for_query_only=for_query_only)
    return Library(folder, loaded, cache_dir, engine)
