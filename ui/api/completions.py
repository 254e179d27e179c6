"""`/v1/chat/completions` as OpenAI's servers have it, so that chat programs made for those can ask.

Only what the user says counts: his last message is the question, those before it are the history. What a system message
asks for has no effect, for the answer is made of the articles alone. The text is that of the command line, with its
numbered marks and the articles that they stand for; the message carries `citations` besides, as `ask --json` has them.

The form is that of https://platform.openai.com/docs/api-reference/chat.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from ui.api.answering import Answering
from ui.api.completion_contract import CompletionJson, ModelJson, ModelsJson
from ui.api.door import WHO
from ui.api.errors import NotFound, Refused, as_json, responses
from ui.api.requests import MAX_HISTORY, MAX_QUESTION, CompletionRequest
from ui.logs import hide
from ui.plain import answer_text
from ui.text import json_line, safe

if TYPE_CHECKING:
    from qa.chain import Chain
    from qa.model import Answer

MODEL = "policy-qa"
STREAM = "text/event-stream"
_INSTEAD = "\n\n（以上内容未通过核对，请以下面的回答为准：）\n\n"
"""What has been sent cannot be taken back."""


@dataclass(frozen=True)
class _Said:
    """An answer, and how many tokens question and answer have by the embedder's reckoning."""

    answer: "Answer"
    text: str
    asked: int
    said: int

    @property
    def usage(self) -> dict[str, int]:
        return {
            "prompt_tokens": self.asked,
            "completion_tokens": self.said,
            "total_tokens": self.asked + self.said,
        }


def completions_router(answering: Answering, *, clock: Callable[[], float] = time) -> APIRouter:
    """Chat completions and the list of models; `clock` gives seconds since 1970."""
    router = APIRouter(tags=["OpenAI 兼容"])
    model: ModelJson = {"id": MODEL, "object": "model", "created": int(clock()), "owned_by": MODEL}

    @router.get(
        "/models",
        summary="模型列表",
        response_model=None,
        responses={200: {"model": ModelsJson}, **responses(401, 500)},
    )
    async def models() -> Response:
        """只有一个：本引擎。"""
        return _json({"object": "list", "data": [model]})

    @router.get(
        "/models/{name}",
        summary="一个模型",
        response_model=None,
        responses={200: {"model": ModelJson}, **responses(401, 404, 422, 500)},
    )
    async def one_model(name: str) -> Response:
        """模型的说明。"""
        _check_model(name)
        return _json(model)

    @router.post(
        "/chat/completions",
        summary="对话",
        response_model=None,
        responses={
            200: {"model": CompletionJson, "description": "回答；流式时为 chunk", "content": {STREAM: {}}},
            **responses(400, 401, 404, 413, 422, 429, 500, 503, 504),
        },
    )
    async def complete(asked: CompletionRequest, request: Request) -> Response:
        """回答对话中用户的最后一条消息；依据列在文字之后，也在 message.citations 中。"""
        _check_model(asked.model)
        _check_options(asked)
        *before, question = _said_by_user(asked)
        history = [text[:MAX_QUESTION] for text in before[-MAX_HISTORY:]]
        hide(question, *history)
        who = request.scope[WHO]
        head = {"id": f"chatcmpl-{uuid4().hex}", "created": int(clock()), "model": MODEL}
        if asked.stream:
            pieces = answering.each(who, lambda chain: _grow(chain, question, history))
            first = await anext(pieces)
            with_usage = asked.stream_options is not None and asked.stream_options.include_usage
            return StreamingResponse(_chunks(first, pieces, head, with_usage), media_type=STREAM)
        whole = await answering.one(who, lambda chain: _whole(chain, question, history))
        message = {
            "role": "assistant",
            "content": whole.text,
            "refusal": None,
            "citations": [c.to_json() for c in whole.answer.citations],
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return _json({**head, "object": "chat.completion", "choices": [choice], "usage": whole.usage})

    return router


def _check_model(name: str) -> None:
    if name != MODEL:
        raise NotFound(f"没有这个模型。请用 {MODEL}。")


def _check_options(asked: CompletionRequest) -> None:
    """Refuse what would have to change the answer; what only steers a language model has no effect."""
    if asked.n not in (None, 1):
        raise Refused("同一问题只有一个回答，n 只能为 1。")
    if asked.response_format is not None and asked.response_format.type != "text":
        raise Refused("不支持 response_format。需要 JSON 请用 /api/v1/ask。")
    if asked.tool_choice == "required" or isinstance(asked.tool_choice, dict):
        raise Refused("不支持调用工具。请去掉 tool_choice。")


def _said_by_user(asked: CompletionRequest) -> list[str]:
    """What the user has said, the question last."""
    if asked.messages[-1].role != "user":
        raise Refused("最后一条消息应是用户的问题。")
    return [message.text for message in asked.messages if message.role == "user"]


def _whole(chain: "Chain", question: str, history: list[str]) -> _Said:
    return _counted(chain, chain.ask(question, history), [*history, question])


def _grow(chain: "Chain", question: str, history: list[str]) -> Iterator[str | _Said]:
    """What is said so far, each time longer or another; last of all the whole answer."""
    answer: Answer | None = None
    for answer in chain.stream(question, history):
        if not answer.refused:
            yield safe(answer.text).strip()
    assert answer is not None
    yield _counted(chain, answer, [*history, question])


def _counted(chain: "Chain", answer: "Answer", asked: list[str]) -> _Said:
    text, count = answer_text(answer), chain.library.embedder.token_spans
    return _Said(answer, text, sum(len(count(one)) for one in asked), len(count(text)))


async def _chunks(
    first: str | _Said, pieces: AsyncGenerator[str | _Said], head: dict[str, Any], with_usage: bool
) -> AsyncIterator[str]:
    """The events of a streamed answer."""
    said = ""
    part = first

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "object": "chat.completion.chunk", "choices": [choice], "usage": None})

    try:
        async with aclosing(pieces):
            yield chunk({"role": "assistant", "content": ""})
            while isinstance(part, str):
                if part.startswith(said):
                    yield chunk({"content": part[len(said) :]})
                    said = part
                part = await anext(pieces)
        rest = part.text[len(said) :] if part.text.startswith(said) else _INSTEAD + part.text
        yield chunk({"content": rest, "citations": [c.to_json() for c in part.answer.citations]})
        yield chunk({}, "stop")
        if with_usage:
            counted = {**head, "object": "chat.completion.chunk", "choices": [], "usage": part.usage}
            yield _event(counted)
        yield "data: [DONE]\n\n"
    except Exception as error:  # noqa: BLE001 -- the edge of the program: it is told and logged
        yield _event(as_json(error))


def _event(data: object) -> str:
    return f"data: {json_line(data)}\n\n"


def _json(data: object) -> Response:
    return Response(json_line(data), media_type="application/json")
