"""The operations of the API on the library: ask, search, documents, articles; and whether it can answer at all.

What they give is what the command line prints with `--json`, and made by the same functions.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from qa.contract import AnswerJson
from qa.model import unsaid
from qa.validity import article_status
from ui.api.answering import Answering
from ui.api.contract import AliveJson, ArticleJson, DocumentJson, ReadyJson
from ui.api.door import WHO
from ui.api.errors import NotFound, as_json, responses
from ui.api.paths import ALIVE, READY
from ui.api.requests import AskRequest, DocumentsQuery, SearchRequest
from ui.catalogue import Catalogue
from ui.listing import article_json, document_json
from ui.logs import hide
from ui.text import json_line

if TYPE_CHECKING:
    from qa.chain import Chain
    from qa.model import Answer

STREAM = "text/event-stream"
_ASKED = responses(400, 401, 413, 422, 429, 500, 503, 504)
_READ = responses(401, 422, 500, 503)
_EVENTS = (
    "stream 为 true 时是 server-sent events：若干 text（到目前为止的回答），"
    "最后一个是 answer（整个 JSON）或 error"
)


def library_router(answering: Answering) -> APIRouter:
    """Ask, search, documents, articles; to be put below a path."""
    router = APIRouter(tags=["问答"])

    @router.post(
        "/ask",
        summary="回答一个问题",
        response_model=None,
        responses={
            200: {"model": AnswerJson, "description": f"回答或拒答。{_EVENTS}", "content": {STREAM: {}}},
            **_ASKED,
        },
    )
    async def ask(asked: AskRequest, request: Request) -> Response:
        """回答一个问题，并逐条引用依据；没有依据时拒答，并说明原因。"""
        hide(asked.question, *asked.history)
        who = request.scope[WHO]
        if asked.stream:
            answers = answering.each(who, lambda chain: _growing(chain, asked))
            first = await anext(answers)  # what is wrong with the question is told by the status
            return StreamingResponse(_events(first, answers), media_type=STREAM)
        return _json(await answering.one(who, lambda chain: _answer(chain, asked).to_json()))

    async def found(asked: SearchRequest, request: Request) -> Response:
        hide(asked.question, *asked.history)
        return _json(await answering.one(request.scope[WHO], lambda chain: _found(chain, asked).to_json()))

    described: dict[str, Any] = {
        "summary": "只查找条文",
        "response_model": None,
        "responses": {
            200: {"model": AnswerJson, "description": "找到的条文在 retrieved 中，answer 为空"},
            **_ASKED,
        },
    }

    @router.post("/search", **described)
    async def search(asked: SearchRequest, request: Request) -> Response:
        """查找与问题相关的条文，不作回答。"""
        return await found(asked, request)

    @router.get("/search", **described)
    async def search_by_address(asked: Annotated[SearchRequest, Query()], request: Request) -> Response:
        """同 POST，参数写在地址中；列表重复给出，如 history=…&history=…。"""
        return await found(asked, request)

    @router.get(
        "/documents",
        summary="列出已收录的文件",
        response_model=None,
        responses={
            200: {"model": list[DocumentJson], "description": "文件，按收录的先后"},
            **responses(404),
            **_READ,
        },
    )
    async def documents(wanted: Annotated[DocumentsQuery, Query()]) -> Response:
        """列出已收录的文件，以及各自今天的效力。"""
        return _json(await run_in_threadpool(_documents, answering, wanted.collection))

    @router.get(
        "/articles/{id:path}",
        summary="一条的全文",
        response_model=None,
        responses={200: {"model": ArticleJson, "description": "全文和出处"}, **responses(404), **_READ},
    )
    async def article(
        id: Annotated[str, Path(description="条文编号，即引用的 id；其中的 / 照写", max_length=500)],
    ) -> Response:
        """按编号取一条的全文和出处。"""
        return _json(await run_in_threadpool(_article, answering, id))

    return router


def health_router(answering: Answering) -> APIRouter:
    """Whether the process lives, and whether it can answer."""
    router = APIRouter(tags=["状态"])

    @router.head(ALIVE, include_in_schema=False)
    @router.get(ALIVE, summary="进程在运行", responses={200: {"model": AliveJson}})
    async def healthz() -> Response:
        """只说明进程在运行。"""
        return _json(AliveJson(status="ok"))

    @router.head(READY, include_in_schema=False)
    @router.get(
        READY,
        summary="可以作答",
        response_model=None,
        responses={200: {"model": ReadyJson, "description": "索引已打开，模型已加载"}, **responses(503)},
    )
    async def readyz() -> Response:
        """索引已打开、模型已加载时为 200，否则为 503，并说明原因。"""
        return _json(await run_in_threadpool(_ready, answering))

    return router


def _answer(chain: "Chain", asked: AskRequest) -> "Answer":
    return chain.ask(asked.question, asked.history, asked.documents, asked.as_of, asked.collections)


def _growing(chain: "Chain", asked: AskRequest) -> Any:
    return chain.stream(
        asked.question,
        asked.history,
        as_of=asked.as_of,
        documents=asked.documents,
        collections=asked.collections,
    )


def _found(chain: "Chain", asked: SearchRequest) -> "Answer":
    return unsaid(
        chain.search(asked.question, asked.history, asked.documents, asked.as_of, asked.collections)
    )


def _documents(answering: Answering, collection: str | None) -> list[DocumentJson]:
    with answering.live.lent() as chain:
        catalogue = Catalogue(chain.library.generation, chain.library.manifest, chain.library.engine)
        if collection is not None and collection not in catalogue.manifest.collections:
            raise NotFound(
                f"没有名为“{collection}”的合集。已有：{'、'.join(catalogue.manifest.collections)}。"
            )
        return [document_json(item) for item in catalogue.listed(collection)]


def _article(answering: Answering, id_: str) -> ArticleJson:
    with answering.live.lent() as chain:
        article = chain.library.article(id_)
        if article is None:
            raise NotFound("没有这一条。请用 /api/v1/search 查找，或核对编号。")
        return article_json(article, article_status(article, date.today(), chain.library.held))


def _ready(answering: Answering) -> ReadyJson:
    answering.line.check_open()
    with answering.live.lent() as chain:
        library = chain.library
        library.is_current()  # the folder is still there
        library.check()
        made = library.manifest
        return {
            "status": "ready",
            "revision": library.generation.name,
            "built_at": made.built_at,
            "embedder": made.embedder,
            "documents": len(made.documents),
            "articles": sum(entry.articles for entry in made.documents),
        }


async def _events(first: "Answer", answers: AsyncGenerator["Answer"]) -> AsyncIterator[str]:
    """The answer as it grows, then the whole; what goes wrong on the way is the last event."""
    last = first
    try:
        async with aclosing(answers):
            yield _event("text", {"answer": last.text})
            async for last in answers:
                yield _event("text", {"answer": last.text})
        yield _event("answer", last.to_json())
    except Exception as error:  # noqa: BLE001 -- the edge of the program: it is told and logged
        yield _event("error", as_json(error))


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json_line(data)}\n\n"


def _json(data: object) -> Response:
    return Response(json_line(data), media_type="application/json")
