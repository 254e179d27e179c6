"""OpenAI's chat completions: by its own client over a real connection, and what is wrong without one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import (
    APIError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OpenAI,
    UnprocessableEntityError,
)
from starlette.testclient import TestClient

from qa.model import Answer
from tests.ui.api.conftest import Make, add_key
from tests.ui.api.test_library import error
from tests.ui.conftest import FakeChain, Run
from ui.server import Server

Message = dict[str, Any]
ASKED: list[Any] = [
    {"role": "system", "content": "You are a pirate."},
    {"role": "user", "content": "首台套是什么"},
    {"role": "assistant", "content": "首台套是……"},
    {"role": "user", "content": [{"type": "text", "text": "收费吗"}]},
]


@pytest.fixture
def client(make: Make, keys: Path) -> Iterator[OpenAI]:
    """OpenAI's client with a key, of a server on this machine."""
    server = Server(make().app, "127.0.0.1", 0)
    with OpenAI(base_url=f"{server.address}v1", api_key=add_key(keys), max_retries=0) as opened:
        yield opened
    server.close()


def test_the_text_is_that_of_the_command_line_and_the_citations_its_json(
    client: OpenAI, chain: FakeChain, run: Run
) -> None:
    made = client.chat.completions.create(model="policy-qa", messages=ASKED, temperature=0.2)
    message = made.choices[0].message
    assert (message.content or "") + "\n" == run("ask", "收费吗", "--history", "首台套是什么").stdout
    assert chain.asked[0] == ("收费吗", ("首台套是什么",), ())
    same = chain.ask("收费吗", ["首台套是什么"]).to_json()
    assert message.model_extra == {"citations": same["citations"]}
    assert (made.object, made.model, made.choices[0].finish_reason) == (
        "chat.completion",
        "policy-qa",
        "stop",
    )
    assert made.usage is not None
    prompt, said = len("首台套是什么收费吗"), len(message.content or "")
    usage = (made.usage.prompt_tokens, made.usage.completion_tokens, made.usage.total_tokens)
    assert usage == (prompt, said, prompt + said)


def test_a_stream_gives_the_same_text(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="policy-qa", messages=ASKED)
    streamed = list(
        client.chat.completions.create(
            model="policy-qa", messages=ASKED, stream=True, stream_options={"include_usage": True}
        )
    )
    pieces = [chunk.choices[0].delta.content for chunk in streamed if chunk.choices]
    assert "".join(piece or "" for piece in pieces) == whole.choices[0].message.content
    assert pieces[:2] == ["", "不收取费用。[1]"]
    assert streamed[-2].choices[0].finish_reason == "stop"
    assert streamed[-1].usage == whole.usage
    cited = [c.choices[0].delta.model_extra for c in streamed if c.choices and c.choices[0].delta.model_extra]
    assert cited == [whole.choices[0].message.model_extra]


def test_a_refusal_is_told_as_on_the_command_line(client: OpenAI, run: Run) -> None:
    asked: list[Any] = [{"role": "user", "content": "月亮"}]
    made = client.chat.completions.create(model="policy-qa", messages=asked)
    assert (made.choices[0].message.content or "") + "\n" == run("ask", "月亮").stdout
    stream = client.chat.completions.create(model="policy-qa", messages=asked, stream=True)
    text = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
    assert text == made.choices[0].message.content


def test_what_was_taken_back_is_told_as_such(client: OpenAI, chain: FakeChain) -> None:
    """A chat model that fails half way: the built-in answer does not begin with what was said before."""
    last = chain.ask("收费吗")

    def stream(*_: object, **__: object) -> Iterator[Answer]:
        yield Answer("收费吗", "收费吗", "模型说收费。[1]", (), (), "假模型")
        yield last

    chain.stream = stream  # type: ignore[method-assign]
    chunks = client.chat.completions.create(model="policy-qa", messages=ASKED, stream=True)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text.startswith(
        "模型说收费。[1]\n\n（以上内容未通过核对，请以下面的回答为准：）\n\n不收取费用。[1]\n"
    )


def test_a_fault_on_the_way_is_an_error_of_the_client(client: OpenAI, chain: FakeChain) -> None:
    last = chain.ask("收费吗")

    def stream(*_: object, **__: object) -> Iterator[Answer]:
        yield last
        raise ZeroDivisionError("geheim")

    chain.stream = stream  # type: ignore[method-assign]
    with pytest.raises(APIError, match="程序内部错误") as caught:
        list(client.chat.completions.create(model="policy-qa", messages=ASKED, stream=True))
    assert "geheim" not in str(caught.value)


def test_the_models_are_one(client: OpenAI) -> None:
    assert [m.id for m in client.models.list()] == ["policy-qa"]
    assert client.models.retrieve("policy-qa").owned_by == "policy-qa"
    with pytest.raises(NotFoundError, match="没有这个模型"):
        client.models.retrieve("gpt-4o")


Wrong = Callable[[OpenAI], object]


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda c: c.chat.completions.create(model="gpt-4o", messages=ASKED), NotFoundError, "没有这个模型"),
        (lambda c: c.chat.completions.create(model="policy-qa", messages=ASKED, n=2), BadRequestError, "n 只能为 1"),
        (
            lambda c: c.chat.completions.create(
                model="policy-qa", messages=ASKED, response_format={"type": "json_object"}
            ),
            BadRequestError,
            "response_format",
        ),
        (
            lambda c: c.chat.completions.create(model="policy-qa", messages=ASKED, tool_choice="required"),
            BadRequestError,
            "tool_choice",
        ),
        (lambda c: c.chat.completions.create(model="policy-qa", messages=ASKED[:-1]), BadRequestError, "最后一条"),
        (
            lambda c: c.chat.completions.create(model="policy-qa", messages=[]),
            UnprocessableEntityError,
            "messages",
        ),
        (
            lambda c: c.chat.completions.create(
                model="policy-qa",
                messages=[
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://a/b.png"}}]}
                ],
            ),
            UnprocessableEntityError,
            "messages",
        ),
        (
            lambda c: c.chat.completions.create(model="policy-qa", messages=[{"role": "user", "content": " "}]),
            UnprocessableEntityError,
            "问题为空",
        ),
        (lambda c: c.with_options(api_key="pqa_x").models.list(), AuthenticationError, "密钥无效"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(
    client: OpenAI, wrong: Wrong, kind: type[APIError], message: str
) -> None:
    with pytest.raises(kind, match=message):
        wrong(client)


def test_errors_have_the_one_form(api: TestClient) -> None:
    sent = {"Content-Type": "application/json"}
    assert error(api.post("/v1/chat/completions", content=b"{", headers=sent))[:2] == (400, "malformed")
    wrong = {"model": "policy-qa", "messages": [{"role": "king", "content": "x"}]}
    assert error(api.post("/v1/chat/completions", content=json.dumps(wrong), headers=sent))[:2] == (
        422,
        "invalid_request",
    )
