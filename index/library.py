"""An open index: what a question is answered from. It stays as it was opened while others build."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article_file import ArticleFile, TokenIdf, frequency, has_articles
from index.articles import Articles
from index.embed import DEFAULT, DEFAULT_NAME, Embedder, load_embedder
from index.engine import EMBEDDED, Engine
from index.generations import check_manifest, current_generation, leased_generation
from index.lexical import Lexical
from index.manifest import Manifest
from index.model import Article
from index.register import Register
from index.settings import Service
from index.tokens import TokenFile, TokenRows


def embedder_name(setting: str, service: Service | None = None) -> str:
    """The name under which the index remembers the embedder that `setting` opens, or that is served."""
    if service is not None:
        return service.name
    return DEFAULT_NAME if setting == DEFAULT else setting


_SPARE = 1.25
"""How many more of the nearest articles are asked for at once than a part's share of them, as a factor."""


class Library:
    """The articles of one generation with everything needed to search them.

    Raises (on opening):
        IndexMissing, IndexMismatch: see `index.build`.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        cache_dir: Path,
        engine: Engine = EMBEDDED,
        known: tuple[Path, Manifest] | None = None,
    ) -> None:
        """`known` is a generation with its manifest, which need not be read again."""
        self.folder = folder
        self.embedder = embedder
        self.engine = engine
        self._cache_dir = cache_dir
        self.generation, self._lease = leased_generation(folder)
        try:
            self.manifest = known[1] if known and known[0] == self.generation else _manifest(self.generation)
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
        if "_tokens" in vars(self):
            self._tokens.close()
        self._give_back()

    def _give_back(self) -> None:
        if self._lease is not None:
            self._lease.close()

    @cached_property
    def documents(self) -> Register:
        """Metadata by document key, in the order of indexing."""
        return Register((e.meta.key, e.meta) for e in self.manifest.documents)

    @property
    def held(self) -> Register:
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
    def _file(self) -> ArticleFile | None:
        """The articles in files; None in a generation of a former program."""
        try:
            return ArticleFile(self.generation)
        except FileNotFoundError:
            return None

    @cached_property
    def articles(self) -> Articles:
        """All articles; positions are those of `scores`."""
        if self._file is not None:
            return self._file.open(self.documents)
        return Articles.of_list(self._store.articles(self.documents), list(self.documents))

    @property
    def position(self) -> Mapping[str, int]:
        """Article id -> position in `articles`."""
        return self.articles.position

    @cached_property
    def lexical(self) -> Lexical:
        """The keyword ranking."""
        return Lexical.load(self.generation / "lexical", self._cache_dir)

    @cached_property
    def _tokens(self) -> TokenRows:
        return TokenFile(self.folder / self.manifest.tokens, self._width).open()

    @property
    def _width(self) -> int:
        return self.manifest.width

    def article(self, article_id: str) -> Article | None:
        """The article of that id, or None."""
        at = self.position.get(article_id)
        return None if at is None else self.articles[at]

    def scores(self, question: str) -> NDArray[np.float32]:
        """(n,) keyword scores of the n articles for `question`."""
        return self.lexical.scores(question)

    def holding(self, text: str) -> Iterator[Article]:
        """The articles whose search text may hold `text` (normalised), in order: they have all its pairs."""
        found = self.lexical.candidates(text)
        places = range(len(self.articles)) if found is None else self._own(found).tolist()
        return (self.articles[i] for i in places)

    def says(self, text: str) -> bool:
        """Whether the search text of any article holds `text` (normalised)."""
        return any(text in a.search_text for a in self.holding(text))

    def _own(self, places: NDArray[np.int32]) -> NDArray[np.int32]:
        """Positions in the keyword ranking as positions in `articles`."""
        return places

    def nearest(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first; only documents `keys` if given.

        Chroma's own filter takes many times longer than a search: where it would have to leave out little, what it finds
        is filtered here; else the articles that are wanted are looked at one by one, whichever is less.
        """
        if keys is None:
            return self._store.nearest(vector, k)
        held = self.articles.of_any(keys)
        own = np.flatnonzero(held)
        wanted = -(-k * len(held) // max(1, len(own)))
        if wanted > len(own):
            return self._store.nearest(vector, k, keys, [self.articles.ids[i] for i in own.tolist()])
        while True:
            near = self._store.nearest(vector, wanted)
            found = [(id_, score) for id_, score in near if held[self.position[id_]]]
            if len(found) >= k or len(near) < wanted:
                return found[:k]
            wanted *= 2

    def tokens(self, article_id: str) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """The article's token vectors times 127, (n, width), and the (n,) vocabulary ids."""
        file = self._file
        start, n = file.span(file.position[article_id]) if file else self.manifest.spans[article_id]
        rows = self._tokens
        return rows.vectors(start, n), rows.ids[start : start + n]

    def question_tokens(self, article_id: str) -> list[NDArray[np.int8]]:
        """The token vectors times 127, (n, width), of each likely question of the article."""
        asked = self.manifest.questions.get(article_id, ())
        return [self._tokens.vectors(q.start, q.n) for q in asked]

    @cached_property
    def token_idf(self) -> TokenIdf:
        """ln(N / df) of each vocabulary id over the articles."""
        if self._file is not None:
            return TokenIdf(self._file.frequency, len(self.articles))
        spans = (self.manifest.spans[id_] for id_ in self.articles.ids)
        df = dict(frequency(spans, self._tokens.ids))  # a Counter would have 0 where there is none
        return TokenIdf(df, len(self.articles))


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
    def held(self) -> Register:
        """Metadata of all documents that are held, also those that are left out."""
        return self._whole.held

    @cached_property
    def documents(self) -> Register:
        """Metadata by document key, in the order of indexing."""
        return Register((k, m) for k, m in self._whole.documents.items() if k not in self._left_out)

    @cached_property
    def articles(self) -> Articles:
        """All articles; positions are those of `scores`."""
        return self._whole.articles.part(self._left_out)

    @cached_property
    def lexical(self) -> Lexical:
        """The keyword ranking of the whole library; for that of its part see `scores`."""
        return self._whole.lexical

    def scores(self, question: str) -> NDArray[np.float32]:
        """(n,) keyword scores of the n articles for `question`."""
        return self._whole.scores(question)[self.articles.rows]

    def _own(self, places: NDArray[np.int32]) -> NDArray[np.int32]:
        """Positions in the keyword ranking as positions in `articles`."""
        rows = self.articles.rows
        at = np.searchsorted(rows, places)
        held = at < len(rows)
        held[held] = rows[at[held]] == places[held]
        return at[held].astype(np.int32)

    def nearest(
        self, vector: NDArray[np.float32], k: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first."""
        if keys is not None:
            return self._whole.nearest(vector, k, [key for key in keys if key in self.documents])
        share = len(self._whole.articles) / max(1, len(self.articles))
        wanted = ceil(k * min(2.0, _SPARE * share))
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
    def token_idf(self) -> TokenIdf:
        """As in the whole library."""
        return self._whole.token_idf


def open_library(
    folder: Path,
    embedder: str,
    cache_dir: Path,
    *,
    for_query_only: bool = True,
    engine: Engine = EMBEDDED,
    service: Service | None = None,
) -> Library:
    """Open the index in `folder`; the embedder loads only after the manifest is known to fit.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable.
    """
    generation = current_generation(folder)
    manifest = _manifest(generation)
    check_manifest(manifest, embedder_name(embedder, service), folder)
    engine.check(manifest, folder)
    model = load_embedder(embedder, cache_dir, for_query_only=for_query_only, service=service)
    return Library(folder, model, cache_dir, engine, (generation, manifest))


def _manifest(generation: Path) -> Manifest:
    """The manifest for one who asks: without the articles' rows in the token file, if their own files say them."""
    return Manifest.read(generation, spans=not has_articles(generation))
