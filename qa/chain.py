"""From a question to an answer: the chain, and the one way to open it."""

from collections.abc import Sequence

from index.library import Library, open_library
from qa.model import Answer, Retrieved
from qa.settings import Settings


class Chain:
    """Answers questions from one open library."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings

    def search(self, question: str, history: Sequence[str] = (), documents: Sequence[str] = ()) -> Retrieved:
        """Find the articles for a question; `history` are earlier user questions, `documents` filter by title or key.

        Raises:
            UsageError: an empty or over-long question, or an unknown document.
        """
        raise NotImplementedError

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] = ()) -> Answer:
        """Answer a question; see `search` for the arguments."""
        raise NotImplementedError


def open_chain(settings: Settings, *, for_query_only: bool = True) -> Chain:
    """Open the index named in `settings`.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable.
    """
    index = settings.index
    return Chain(open_library(index.dir, index.embedder, index.cache_dir, for_query_only=for_query_only), settings)
