"""The door to chat models, with langchain-openai and a service on loopback."""

import logging
import socket
import subprocess
import sys
from importlib import import_module
from time import perf_counter
from typing import Any

import pytest

from index.errors import ModelUnavailable
from qa.llm import MAX_REPLY, ChatModel, Messages, Usage, open_chat_model, without_thoughts
from qa.settings import Settings
from tests.conftest import ROOT
from tests.qa.model_server import BROKEN, serve

ASKED: Messages = [("system", "规则"), ("user", "问题")]
KEY = "sk-geheim"


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """LangChain is imported at the first question, which takes its time on a busy machine."""
    import_module("langchain_openai")


def opened(url: str | None, name: str = "m", timeout: float = 5.0, key: str | None = KEY) -> ChatModel:
    values: dict[str, Any] = {"llm": name, "llm_base_url": url, "llm_api_key": key, "llm_timeout": timeout}
    model = open_chat_model(Settings(**values))
    assert model is not None
    return model


def failure(model: ChatModel, usage: Usage | None = None) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        list(model.stream(ASKED, usage or Usage()))
    return str(caught.value)


def test_without_a_name_there_is_no_model() -> None:
    assert open_chat_model(Settings()) is None


def test_a_reply_comes_in_pieces_and_its_tokens_are_counted() -> None:
    usage = Usage()
    with serve(["不收", "费。", "[1]"]) as server:
        assert list(opened(server.url).stream(ASKED, usage)) == ["不收", "费。", "[1]"]
    assert usage == Usage(attempts=1, tokens_in=7, tokens_out=3)
    (request,) = server.asked
    assert (request["model"], request["temperature"], request["stream"]) == ("m", 0, True)
    assert request["messages"] == [
        {"role": "system", "content": "规则"},
        {"role": "user", "content": "问题"},
    ]
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("name", "sent"),
    [("openai:m", "m"), ("deepseek-chat", "deepseek-chat"), ("qwen2.5:7b", "qwen2.5:7b")],
)
def test_behind_an_address_of_ones_own_any_name_will_do(name: str, sent: str) -> None:
    with serve(["好"]) as server:
        list(opened(server.url, name).stream(ASKED, Usage()))
    assert [request["model"] for request in server.asked] == [sent]


def test_a_key_for_another_service_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve(["好"]) as server:
        list(opened(server.url, key=None).stream(ASKED, Usage()))
    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize(
    ("status", "line", "attempts"),
    [
        (429, "聊天模型繁忙（429）", 2),
        (500, "聊天模型服务出错", 2),
        (503, "聊天模型服务出错", 2),
        (401, "聊天模型拒绝了密钥，请检查 POLICY_QA_LLM_API_KEY", 1),
        (403, "聊天模型拒绝了密钥，请检查 POLICY_QA_LLM_API_KEY", 1),
        (404, "聊天模型服务没有此模型，请检查 POLICY_QA_LLM", 1),
        (400, "聊天模型出错", 1),
    ],
)
def test_a_status_is_told_within_two_seconds_and_never_with_the_key(
    status: int, line: str, attempts: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    usage = Usage()
    with serve(status) as server:
        model = opened(server.url)
        list(without_thoughts(iter(())))
        start = perf_counter()
        assert failure(model, usage) == line
        assert perf_counter() - start < 2
    assert (len(server.asked), usage.attempts) == (attempts, attempts)
    assert "geheim" not in caplog.text + repr(model)


def test_what_fails_once_at_once_is_asked_again() -> None:
    usage = Usage()
    with serve(429, ["好。[1]"]) as server:
        assert list(opened(server.url).stream(ASKED, usage)) == ["好。[1]"]
    assert (usage.attempts, len(server.asked)) == (2, 2)


def test_a_refused_connection_is_told_within_two_seconds() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        model = opened(f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        start = perf_counter()
        assert failure(model) == "聊天模型无法连接"
        assert perf_counter() - start < 2


@pytest.mark.parametrize(
    "pieces",
    [[3.0, "晚"], ["早", 3.0, "晚"], ["慢", *([0.1, "慢"] * 30)]],
    ids=["silent", "stops", "trickles"],
)
def test_no_reply_outlasts_the_time_limit(pieces: list[str | float]) -> None:
    usage = Usage()
    with serve(pieces) as server:
        start = perf_counter()
        assert failure(opened(server.url, timeout=0.6), usage) == "聊天模型超时"
        assert 0.5 < perf_counter() - start < 2
    assert usage.attempts == 1


def test_a_reply_that_breaks_off_is_not_asked_for_again() -> None:
    with serve(["不收费", BROKEN]) as server:
        reply = opened(server.url).stream(ASKED, Usage())
        assert next(reply) == "不收费"
        with pytest.raises(ModelUnavailable) as caught:
            next(reply)
    assert str(caught.value) == "聊天模型的回答中断了"
    assert len(server.asked) == 1


def test_an_endless_reply_is_cut() -> None:
    with serve(["长" * 1000] * 50) as server:
        assert len("".join(opened(server.url).stream(ASKED, Usage()))) == MAX_REPLY + 1000


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("no-such-model", "聊天模型无法打开，请检查 POLICY_QA_LLM（如 openai:模型名）和密钥"),
        ("openai:m", "聊天模型无法打开，请检查 POLICY_QA_LLM（如 openai:模型名）和密钥"),
        ("groq:m", "聊天模型的 LangChain 扩展包没有安装，请安装后重试"),
    ],
    ids=["no provider", "no key", "no package"],
)
def test_a_model_that_cannot_be_opened_says_what_to_do(name: str, line: str) -> None:
    assert failure(opened(None, name, key=None)) == line


@pytest.mark.parametrize(
    ("pieces", "left"),
    [
        (["<think>想", "想</think>不收费。"], "不收费。"),
        (["<thi", "nk>想</th", "ink>不收费。"], "不收费。"),
        (["甲<5", "乙<t"], "甲<5乙<t"),
        (["好<think>没想完"], "好"),
        (["一<think>想</think>二<think>想</think>三"], "一二三"),
    ],
)
def test_what_a_model_thinks_aloud_is_left_out(pieces: list[str], left: str) -> None:
    assert "".join(without_thoughts(iter(pieces))) == left


def test_the_offline_path_imports_no_chat_package() -> None:
    program = (
        "import sys, qa.chain, qa.llm; from qa.settings import Settings;"
        "assert qa.llm.open_chat_model(Settings(llm='openai:m')).name == 'openai:m';"
        "print(sorted({'langchain', 'langchain_openai', 'openai'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
