"""The tools of the Model Context Protocol, by mcp's own client: in memory, and over the pipes of a process."""

import json
import subprocess
import sys
from typing import Any

import anyio
import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, TextContent

from tests.conftest import ROOT
from tests.ui.conftest import FREE, FakeChain, Run, as_chain
from ui.api.tools import tools_server
from ui.live import LiveChain

PROGRAM = """
import sys
from tests.ui.conftest import FakeChain, as_chain
from ui.api.tools import serve_tools

class Chatty(FakeChain):
    def ask(self, *args, **more):
        print("what must not be among the messages")
        return super().ask(*args, **more)

serve_tools(lambda: as_chain(Chatty()))
"""


def call(chain: FakeChain, name: str, **arguments: Any) -> tuple[str, Any, bool]:
    """Text, structured content and whether it is an error."""

    async def go() -> CallToolResult:
        async with Client(tools_server(LiveChain(lambda: as_chain(chain)), "1")) as client:
            return await client.call_tool(name, arguments)

    result = anyio.run(go)
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text, result.structured_content, bool(result.is_error)


def test_an_answer_is_text_and_json_of_the_command_line(chain: FakeChain, run: Run) -> None:
    text, data, wrong = call(chain, "ask", question="收费吗", history=["首台套是什么"], as_of="2024-05-01")
    assert (text + "\n", wrong) == (run("ask", "收费吗", "--history", "首台套是什么").stdout, False)
    assert data == chain.ask("收费吗", ["首台套是什么"]).to_json()
    assert str(chain.days[0]) == "2024-05-01"


def test_a_search_is_that_of_the_command_line(chain: FakeChain, run: Run) -> None:
    text, data, wrong = call(chain, "search", question="收费吗")
    assert (text + "\n", wrong) == (run("search", "收费吗").stdout, False)
    assert data == json.loads(run("search", "收费吗", "--json").stdout)


@pytest.mark.parametrize(
    ("document", "place"),
    [("检测评定管理办法", "27条"), (FREE.id, ""), ("国市监质规〔2024〕3号", "第二十七条")],
)
def test_an_article_is_shown_in_full(chain: FakeChain, document: str, place: str) -> None:
    text, data, wrong = call(chain, "show", document=document, place=place)
    assert not wrong
    assert FREE.text in text
    assert [(a["id"], a["text"]) for a in data["articles"]] == [(FREE.id, FREE.text)]


def test_without_a_place_the_outline_is_shown(chain: FakeChain) -> None:
    text, data, _ = call(chain, "show", document="检测评定")
    assert text.startswith("《检测评定管理办法（试行）》") or "检测评定管理办法" in text.splitlines()[0]
    assert data == {"articles": []}


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("show", {"document": "没有的文件"}, "没有名为“没有的文件”的文件。"),
        ("show", {"document": "检测评定", "place": "第九百条"}, "中没有“第九百条”。"),
        ("ask", {"question": "  "}, "参数有误（question）：不能为空。请更正后重试。"),
        ("ask", {"question": "问" * 2001}, "参数有误（question）：超过 2000 字。请更正后重试。"),
        ("ask", {"question": "收费吗", "as_of": "gestern"}, "应为日期"),
        ("ask", {}, "参数有误（question）：缺少这一项。请更正后重试。"),
        (
            "search",
            {"question": "收费吗", "history": "首台套"},
            "参数有误（history）：应为列表。请更正后重试。",
        ),
        ("ask", {"question": "出错"}, "程序内部错误"),
        ("delete", {"question": "收费吗"}, "没有工具 delete。可用的工具：ask、search、show。"),
    ],
)
def test_what_is_wrong_is_told(chain: FakeChain, name: str, arguments: Any, told: str) -> None:
    text, _, wrong = call(chain, name, **arguments)
    assert wrong
    assert told in text
    assert "Traceback" not in text
    assert "除数" not in text


def test_over_the_pipes_of_a_process_stdout_is_the_protocol_alone() -> None:
    async def go() -> tuple[list[str], CallToolResult]:
        process = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM], cwd=str(ROOT))
        async with Client(stdio_client(process)) as client:
            tools = (await client.list_tools()).tools
            return sorted(tool.name for tool in tools), await client.call_tool("ask", {"question": "收费吗"})

    names, result = anyio.run(go)
    assert names == ["ask", "search", "show"]
    assert result.structured_content == FakeChain().ask("收费吗").to_json()


def test_every_line_of_stdout_is_a_message() -> None:
    sent = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "ask", "arguments": {"question": "收费吗"}}},
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for message in sent:
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        heard = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, errors = process.communicate(timeout=60)
    assert ([m["id"] for m in heard], rest) == ([1, 2], "")
    assert "what must not be among the messages" in errors
    assert heard[1]["result"]["structuredContent"]["answer"].startswith("不收取费用。")
