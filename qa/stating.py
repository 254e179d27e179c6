"""Which documents state a detail of some form at all: found one after another as they are asked for, and remembered."""

import re
from collections.abc import Iterator, Sequence
from threading import Lock

from index.articles import Articles
from index.model import Article
from qa.slots import Slot


class Stating:
    """The documents with an article that fills all `slots` and holds all `values`; may be used from several threads."""

    def __init__(self, articles: Articles, slots: Sequence[Slot], values: Sequence[re.Pattern[str]]) -> None:
        self._articles = articles
        self._slots, self._values = slots, values
        self._left = iter(articles.columns.keys)
        self._found: list[str] = []
        self._lock = Lock()

    def __contains__(self, key: str) -> bool:
        """Whether the document is one of them."""
        return any(map(self._states, self._articles.of(key)))

    def __iter__(self) -> Iterator[str]:
        """Their keys, in order."""
        at = 0
        while True:
            with self._lock:
                if at == len(self._found):
                    key = next((k for k in self._left if k in self), None)
                    if key is None:
                        return
                    self._found.append(key)
            yield self._found[at]
            at += 1

    def _states(self, article: Article) -> bool:
        said = article.plain
        return (
            article.role == "text"
            and all(s.value.search(said) for s in self._slots)
            and all(v.search(said) for v in self._values)
        )
