"""From a question to an answer: LCEL runnables over one open library, and the one way to open it.

    question -> Standalone -> Retrieved -> Answer

`Chain.as_retriever()` gives the search alone as a LangChain `BaseRetriever`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableLambda

from index.errors import UsageError
from index.library import Library, open_library
from qa.answer import Answerer
from qa.conversation import Conversation
from qa.find import Finder
from qa.model import Answer, Retrieved
from qa.settings import Settings
from qa.validity import with_validity

if TYPE_CHECKING:
    from qa.retriever import ArticleRetriever

MAX_QUESTION = 2000
"""Characters; a longer question is a mistake, not a question."""


@dataclass(frozen=True)
class Request:
    """A question with the earlier user questions, the documents it is limited to, and the day (None: today)."""

    question: str
    history: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    as_of: date | None = None


class Chain:
    """Answers questions from one open library."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self._finder = Finder(library, settings.retrieval)
        self._answerer = Answerer(library, self._finder, settings.answer)
        self._conversation = Conversation(self._finder, self._answerer)
        self.search_runnable: Runnable[Request, Retrieved] = RunnableLambda(self._find)
        self.runnable: Runnable[Request, Answer] = self.search_runnable | RunnableLambda(self._answer)

    def search(self, question: str, history: Sequence[str] = (), documents: Sequence[str] = ()) -> Retrieved:
        """Find the articles for a question; `history` are earlier user questions, `documents` filter by title or key.

        Raises:
            UsageError: an empty or over-long question, or an unknown document.
        """
        return self.search_runnable.invoke(Request(question, tuple(history), tuple(documents)))

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
    ) -> Answer:
        """Answer a question as of the day `as_of` (None: today); see `search` for the other arguments."""
        start = perf_counter()
        answer = self.runnable.invoke(Request(question, tuple(history), tuple(documents), as_of))
        total = (perf_counter() - start) * 1000
        found = answer.timings_ms.get("retrieve", 0.0)
        return replace(answer, timings_ms={"retrieve": found, "answer": total - found, "total": total})

    def as_retriever(self) -> "ArticleRetriever":
        """The search alone, as a LangChain retriever."""
        from qa.retriever import (
            ArticleRetriever,
        )  # LangChain's retriever module takes half a second to import

        return ArticleRetriever(chain=self)

    def _find(self, request: Request) -> Retrieved:
        start = perf_counter()
        question = request.question.encode("utf-8", "ignore").decode().strip()  # no half characters
        if not question:
            raise UsageError("问题为空。请输入要查询的问题。")
        if len(question) > MAX_QUESTION:
            raise UsageError(f"问题过长（{len(question)} 字）。请缩短到 {MAX_QUESTION} 字以内。")
        keys = self._finder.keys(request.documents) if request.documents else None
        found = self._conversation.find(question, [h for h in request.history if h.strip()], keys)
        as_of = request.as_of or date.today()
        return replace(found, as_of=as_of, milliseconds=(perf_counter() - start) * 1000)

    def _answer(self, found: Retrieved) -> Answer:
        return with_validity(self._answerer.answer(found), self.library.documents, found.as_of)


def open_chain(settings: Settings, *, for_query_only: bool = True) -> Chain:
    """Open the index named in `settings`.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable.
    """
    index = settings.index
    return Chain(
        open_library(index.dir, index.embedder, index.cache_dir, for_query_only=for_query_only), settings
    )
