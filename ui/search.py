"""Search by keyword: the articles that hold all words of a query, by document."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.model import Article, Metadata
from ui.marking import fold

if TYPE_CHECKING:
    from index.library import Library

MAX_WORDS = 10
_MAX_QUERY = 100


@dataclass(frozen=True)
class Found:
    """The articles of a document that hold all words, in order."""

    meta: Metadata
    articles: tuple[Article, ...]
    hits: int
    """How often the words stand in the articles' texts."""
    named: bool
    """Whether the document's title or 文号 holds all words."""


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a query, each once."""
    words = (fold(word) for word in query[:_MAX_QUERY].split())
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_WORDS]


class FullText:
    """The folded texts of a library; made once for each generation, as that takes about a second for 30,000."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        self._texts = [fold(a.text) for a in articles]
        self._heads: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}

    def find(self, words: Sequence[str]) -> list[Found]:
        """The documents that hold all `words` (see `words_of`): those named by them first, then by hits.

        An article is found where each word stands in its text or in the headings above it, and one at least in its
        text.
        """
        found: dict[str, list[Article]] = {}
        hits: dict[str, int] = {}
        metas: dict[str, Metadata] = {}
        named: set[str] = set()
        for article, text in zip(self._articles, self._texts, strict=True):
            meta = article.meta
            if meta.key not in metas:
                metas[meta.key] = meta
                if words and all(word in self._name(meta) for word in words):
                    named.add(meta.key)
                    found[meta.key], hits[meta.key] = [], 0
            missing = [word for word in words if word not in text]
            if len(missing) == len(words) or (missing and not self._heads_hold(article, missing)):
                continue
            found.setdefault(meta.key, []).append(article)
            hits[meta.key] = hits.get(meta.key, 0) + sum(map(text.count, words))
        everything = [Found(metas[k], tuple(a), hits[k], k in named) for k, a in found.items()]
        return sorted(everything, key=lambda f: (not f.named, -f.hits))

    def _heads_hold(self, article: Article, words: Sequence[str]) -> bool:
        key = (article.meta.key, str(article.locator))
        if key not in self._heads:
            self._heads[key] = fold(key[1])
        head, name = self._heads[key], self._name(article.meta)
        return all(word in head or word in name for word in words)

    def _name(self, meta: Metadata) -> str:
        if meta.key not in self._names:
            self._names[meta.key] = fold(f"{meta.title}\n{meta.heading}\n{meta.doc_number or ''}")
        return self._names[meta.key]


class Texts:
    """The full text of the library in use, made anew when the library is; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[Path, FullText] | None = None

    def of(self, library: "Library") -> FullText:
        """The full text of `library`."""
        with self._lock:
            if self._made is None or self._made[0] != library.generation:
                self._made = (library.generation, FullText(library.articles))
            return self._made[1]
