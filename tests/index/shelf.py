"""A small library to break: its texts, the changes made to it, and what a reader sees of it."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from index.build import Builder, Change
from index.doctor import examine
from index.embed import Encoding
from index.engine import EMBEDDED, Engine
from index.library import Library
from index.server import COLLECTIONS, ServerEngine
from tests.fakes import FakeEmbedder

State = dict[str, tuple[str, ...]]
"""Document key -> the texts of its articles, in order."""


def measure(name: str, articles: int, says: str) -> str:
    """A measure of so many articles."""
    numbers = "一二三四五六七八九"
    lines = (f"第{numbers[i]}条 {name}第{i}款{says}。" for i in range(articles))
    return "\n".join((f"{name}管理办法", *lines, ""))


class Shelf:
    """Texts in a folder and an index of them, made by an embedder that may be slow or stop."""

    def __init__(self, folder: Path, cache: Path, engine: Engine = EMBEDDED) -> None:
        self.engine = engine
        self.papers = folder / "文件"
        self.papers.mkdir(parents=True, exist_ok=True)
        self.index = folder / "index"
        self.cache = cache

    def copied(self, folder: Path) -> "Shelf":
        """The same shelf in another folder."""
        copy = Shelf(folder, self.cache, self.engine)
        shutil.copytree(self.index, copy.index)
        if isinstance(self.engine, ServerEngine):
            _copy_collection(self.engine, copy.index)
        shutil.copytree(self.papers, copy.papers, dirs_exist_ok=True)
        return copy

    def write(self, name: str, text: str) -> Path:
        path = self.papers / name
        path.write_text(text, encoding="utf-8")
        return path

    def builder(self, embedder: FakeEmbedder | None = None) -> Builder:
        return Builder(self.index, lambda: embedder or FakeEmbedder(), "fake", self.cache, None, self.engine)

    def add(self, *names: str, embedder: FakeEmbedder | None = None) -> Change:
        return self.builder(embedder).add([self.papers / name for name in names])

    def library(self) -> Library:
        return Library(self.index, FakeEmbedder(), self.cache, self.engine)

    def state(self) -> State:
        """What the library holds, all parts of it agreeing; each article is found by its own words."""
        assert [fault for fault in examine(self.index, self.engine) if fault.check != "newer"] == []
        library = self.library()
        try:
            seen: dict[str, list[str]] = {}
            for i, article in enumerate(library.articles):
                seen.setdefault(article.meta.key, []).append(article.text)
                assert library.lexical.scores(article.text)[i] > 0
                assert len(library.tokens(article.id)[1]) > 0
            assert list(seen) == list(library.documents)
            vector = library.embedder.encode_queries([library.articles[-1].search_text])[0].vector
            assert library.nearest(vector, 1)[0][1] > 0.99
            return {key: tuple(texts) for key, texts in seen.items()}
        finally:
            library.close()


def _copy_collection(engine: ServerEngine, index: Path) -> None:
    """Give a copied index a collection of its own, with the same rows."""
    (made,) = (index / COLLECTIONS).iterdir()
    name = f"policy-qa-{uuid4().hex[:16]}"
    source, target = engine.server.find(made.name), engine.server.make(name, {"made_by": "a test"})
    assert source is not None
    rows = source.get(include=["documents", "metadatas", "embeddings"])
    target.upsert(
        ids=rows["ids"],
        embeddings=rows["embeddings"],
        documents=rows["documents"],
        metadatas=rows["metadatas"],
    )
    for path in index.glob("generations/*/manifest*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(made.name, name), encoding="utf-8")
    made.rename(made.with_name(name))


class Counting(FakeEmbedder):
    """Counts the passages it encodes; `tell` hears of each before it is encoded."""

    def __init__(self, tell: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.encoded = 0
        self._tell = tell

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        found = []
        for text in texts:
            self._tell(self.encoded)
            found += super().encode_passages([text], progress)
            self.encoded += 1
        return found
