"""From a question to an answer: LCEL runnables over one open library, and the one way to open it.

    question -> Standalone -> Retrieved -> Answer -> the same Answer worded by a chat model, if one is set

`Chain.as_retriever()` gives the search alone as a LangChain `BaseRetriever`.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableLambda

from index.engine import engine_of
from index.errors import ModelUnavailable, UsageError
from index.library import Library, open_library
from index.versions import families
from qa.answer import Answerer
from qa.conversation import Conversation
from qa.documents import Documents
from qa.find import Finder
from qa.llm import ChatModel, open_chat_model
from qa.model import Answer, Retrieved
from qa.settings import Settings
from qa.validity import with_validity
from qa.versions import choose

if TYPE_CHECKING:
    from qa.retriever import ArticleRetriever
    from qa.writer import Writer

MAX_QUESTION = 2000
"""Characters; a longer question is a mistake, not a question."""
_DESKS = 3
"""Parts of the library that are kept ready: that of today, and those of the days and versions asked for last."""


@dataclass(frozen=True)
class Request:
    """A question with the earlier user questions and the documents it is limited to."""

    question: str
    history: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    as_of: date | None = None
    """The day as of which to answer; None is today."""
    use_model: bool = True
    """Whether the chat model, if there is one, may complete the question and word the answer."""
    collections: tuple[str, ...] = ()
    """Names of the collections that it is limited to; none for all."""
    keys: tuple[str, ...] = ()
    """Keys of documents that it is limited to: of versions, those and no other."""


class _Desk:
    """What answers from a library, or from a part of it."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.finder = Finder(library, settings.retrieval)
        self.answerer = Answerer(library, self.finder, settings.answer)
        self.conversation = Conversation(self.finder, self.answerer)


class Chain:
    """Answers questions from one open library, worded by `model`, or by the one that `settings` name, if any."""

    def __init__(self, library: Library, settings: Settings, model: ChatModel | None = None) -> None:
        self.library = library
        self.settings = settings
        self._model = model or open_chat_model(settings)
        self._writer = _writer(self._model, settings.llm_context)
        self._documents = Documents(library.documents, library.collections)
        self._families = families(library.documents)
        self._desks: OrderedDict[frozenset[str], _Desk] = OrderedDict()
        self._lock = Lock()
        self._desk(choose("", (), self._families, library.documents, date.today()).left_out)
        self.search_runnable: Runnable[Request, Retrieved] = RunnableLambda(self._find)
        self.builtin_runnable: Runnable[Request, Answer] = self.search_runnable | RunnableLambda(self._answer)
        self.runnable: Runnable[Request, Answer] = self.search_runnable | RunnableLambda(self._word)

    def renewed(self) -> "Chain":
        """A chain over the newest generation of the same index; models that are loaded are not loaded again.

        Raises:
            IndexMissing, IndexMismatch.
        """
        return Chain(self.library.renewed(), self.settings, self._model)

    def search(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
        collections: Sequence[str] = (),
    ) -> Retrieved:
        """Find the articles for a question.

        Args:
            question: as asked.
            history: earlier user questions, the oldest first.
            documents: titles, 文号 or keys of the documents to search; none for all.
            as_of: the day as of which is asked: of several versions the one in force then is searched; None is today.
            collections: names of the collections to search; none for all.

        Raises:
            UsageError: an empty or over-long question, or an unknown document or collection.
        """
        return self.search_runnable.invoke(
            Request(question, tuple(history), tuple(documents), as_of, collections=tuple(collections))
        )

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
        collections: Sequence[str] = (),
        *,
        use_model: bool = True,
    ) -> Answer:
        """Answer a question as of the day `as_of` (None: today); without `use_model`, by the built-in answerer.

        See `search` for the other arguments.
        """
        start = perf_counter()
        request = Request(question, tuple(history), tuple(documents), as_of, use_model, tuple(collections))
        runnable = self.runnable if use_model else self.builtin_runnable
        return _timed(runnable.invoke(request), start)

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        keys: Sequence[str] = (),
        as_of: date | None = None,
        *,
        documents: Sequence[str] = (),
        collections: Sequence[str] = (),
    ) -> Iterator[Answer]:
        """The answer as it grows, sentence by verified sentence; the last one is that of `ask`.

        Each is shown in the place of the one before: if the model fails half way, the last is the built-in answer.
        `keys` are those of the documents to search; none for all. See `search` for the other arguments.
        """
        start = perf_counter()
        request = Request(
            question,
            tuple(history),
            tuple(documents),
            as_of,
            collections=tuple(collections),
            keys=tuple(keys),
        )
        found = self.search_runnable.invoke(request)
        builtin = self._builtin(found)
        for answer in self._writer.stream(found, builtin) if self._writer else (builtin,):
            yield _timed(with_validity(answer, self.library.documents, found.as_of), start)

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
        as_of = request.as_of or date.today()
        wanted = self._documents.keys(request.documents, request.collections, as_of, request.keys)
        history = [h for h in request.history if h.strip()]
        limited = wanted if wanted and (request.documents or request.keys) else ()
        chosen = choose(question, history, self._families, self.library.documents, as_of, limited)
        out, asked = chosen.left_out, chosen.question or question
        if not chosen.question and history:  # 旧版呢: the question before, of another version
            asked, history = history[-1], history[:-1]
        keys = None if wanted is None else [k for k in wanted if k not in out]
        unavailable: list[str] = []
        complete = partial(self._completed, unavailable=unavailable) if request.use_model else None
        found = self._desk(out).conversation.find(asked, history, keys, complete)
        return replace(
            found,
            question=question,
            as_of=as_of,
            left_out=out,
            unavailable="".join(unavailable),
            milliseconds=(perf_counter() - start) * 1000,
        )

    def _completed(self, question: str, history: Sequence[str], unavailable: list[str]) -> str | None:
        """The follow-up as the model completes it; None without a model, or where its reply is not sound."""
        if self._model is None:
            return None
        from qa.rewrite import rewrite

        try:
            return rewrite(question, history, self._model)
        except ModelUnavailable as error:
            unavailable.append(str(error))
            return None

    def _desk(self, out: frozenset[str]) -> _Desk:
        """What answers from the library without the documents `out`."""
        with self._lock:
            desk = self._desks.pop(out, None) or _Desk(self.library.without(out), self.settings)
            self._desks[out] = desk
            while len(self._desks) > _DESKS:
                self._desks.popitem(last=False)
            return desk

    def _builtin(self, found: Retrieved) -> Answer:
        return self._desk(found.left_out).answerer.answer(found)

    def _answer(self, found: Retrieved) -> Answer:
        return with_validity(self._builtin(found), self.library.documents, found.as_of)

    def _word(self, found: Retrieved) -> Answer:
        builtin = self._builtin(found)
        answer = self._writer.write(found, builtin) if self._writer else builtin
        return with_validity(answer, self.library.documents, found.as_of)


def _writer(model: ChatModel | None, room: int) -> "Writer | None":
    """What words answers with `model`; its checks of what a model says take a while to import."""
    if model is None:
        return None
    from qa.writer import Writer

    return Writer(model, room)


def _timed(answer: Answer, start: float) -> Answer:
    total = (perf_counter() - start) * 1000
    found = answer.timings_ms.get("retrieve", 0.0)
    return replace(answer, timings_ms={"retrieve": found, "answer": total - found, "total": total})


def open_chain(settings: Settings, *, for_query_only: bool = True) -> Chain:
    """Open the index named in `settings`.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable; where the vectors are on a server, IndexUnavailable.
    """
    index = settings.index
    return Chain(
        open_library(
            index.dir,
            index.embedder,
            index.cache_dir,
            for_query_only=for_query_only,
            engine=engine_of(index),
            service=index.service,
        ),
        settings,
    )
