"""The API and the tools over the real chain and the bundled compendium, against the command line's own output."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, TextContent
from pydantic import TypeAdapter
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from index.library import Library
from qa.chain import Chain, open_chain
from qa.contract import AnswerJson
from qa.settings import LimitSettings, Settings, WebSettings, load_settings
from tests.conftest import ROOT
from ui.api.answering import Answering
from ui.api.application import api_app
from ui.api.contract import DocumentJson
from ui.api.door import ApiDoor, Callers
from ui.api.keys import Keys
from ui.api.tools import tools_server
from ui.cli import cli
from ui.live import LiveChain
from ui.queueing import Line
from ui.session import Doors

QUESTIONS = (
    "首台套检测评定收费吗",
    "第三批科改示范企业名单里有多少家",
    "月球基地怎么申请",
    "管理办法第二十七条",
)


def served(chain: Chain, keys: Path) -> tuple[TestClient, Line]:
    line = Line(2, LimitSettings())
    door = Middleware(ApiDoor, Callers(Keys(keys), None))
    asgi = api_app(Answering(LiveChain(lambda: chain), line), WebSettings(), "1", [door])
    return TestClient(asgi, "http://127.0.0.1", client=("127.0.0.1", 1)), line


@pytest.fixture(scope="module")
def chain(library: Library) -> Chain:
    return Chain(library, Settings())


@pytest.fixture(scope="module")
def api(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    client, line = served(chain, tmp_path_factory.mktemp("api") / "keys")
    yield client
    line.close()


def printed(chain: Chain, index_dir: Path, *args: str) -> str:
    doors = Doors(open_chain=lambda _: chain)
    return CliRunner().invoke(cli, ["--index-dir", str(index_dir), *args], obj=doors).stdout


def timeless(answer: Any) -> Any:
    return {**answer, "timings_ms": sorted(answer["timings_ms"])}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_that_of_the_command_line(
    api: TestClient, chain: Chain, index_dir: Path, question: str
) -> None:
    told = api.post("/api/v1/ask", json={"question": question}).json()
    assert timeless(told) == timeless(json.loads(printed(chain, index_dir, "ask", question, "--json")))
    assert TypeAdapter(AnswerJson).validate_python(told, strict=True) == told
    found = api.get("/api/v1/search", params={"question": question}).json()
    assert timeless(found) == timeless(json.loads(printed(chain, index_dir, "search", question, "--json")))
    for citation in told["citations"]:
        article = api.get(f"/api/v1/articles/{citation['id']}").json()
        same = citation.keys() - {"n", "quote"}
        assert {k: article[k] for k in same} == {k: citation[k] for k in same}


def test_the_documents_are_those_of_the_command_line(api: TestClient, chain: Chain, index_dir: Path) -> None:
    listed = api.get("/api/v1/documents").json()
    assert listed == json.loads(printed(chain, index_dir, "documents", "--json"))
    assert TypeAdapter(list[DocumentJson]).validate_python(listed, strict=True) == listed
    assert api.get("/readyz").json()["documents"] == len(listed) > 10


def test_the_tool_shows_what_the_command_shows(chain: Chain, index_dir: Path) -> None:
    async def go() -> CallToolResult:
        async with Client(tools_server(LiveChain(lambda: chain), "1")) as client:
            return await client.call_tool("show", {"document": "检测评定管理办法", "place": "27条"})

    (content,) = anyio.run(go).content
    assert isinstance(content, TextContent)
    assert content.text + "\n" == printed(chain, index_dir, "show", "检测评定管理办法", "27条")


PROGRAM = ("-c", "from ui.cli import main; main()", "mcp", "--index-dir")


def test_the_command_serves_the_tools(chain: Chain, index_dir: Path, cache_dir: Path) -> None:
    async def go() -> CallToolResult:
        process = StdioServerParameters(
            command=sys.executable,
            args=[*PROGRAM, str(index_dir)],
            cwd=str(ROOT),
            env={**os.environ, "POLICY_QA_CACHE_DIR": str(cache_dir)},
        )
        async with Client(stdio_client(process)) as client:
            return await client.call_tool("ask", {"question": QUESTIONS[0]})

    result = anyio.run(go)
    assert timeless(result.structured_content) == timeless(chain.ask(QUESTIONS[0]).to_json())


def test_without_an_index_the_command_says_so_and_stdout_stays_empty(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *PROGRAM, str(tmp_path / "nichts")],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("错误：")


def test_an_index_that_is_gone_is_told_and_comes_back(
    index_copy: Path, cache_dir: Path, tmp_path: Path
) -> None:
    opened = open_chain(load_settings({}, index__dir=index_copy, index__cache_dir=cache_dir))
    api, line = served(opened, tmp_path / "keys")
    assert api.get("/readyz").status_code == 200
    away = index_copy.with_name("away")
    index_copy.rename(away)
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["error"]["type"]) == (503, "unavailable")
    away.rename(index_copy)
    assert api.get("/readyz").status_code == 200
    line.close()
    opened.library.close()
