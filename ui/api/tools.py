"""The library as tools of a language model: a server of the Model Context Protocol on stdin and stdout.

The only door to mcp. While it serves, stdout is the protocol's alone: mcp turns what else is printed to stderr.
"""

import logging
from typing import TYPE_CHECKING, Annotated, Any, cast

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError, with_config
from pydantic.config import ConfigDict
from typing_extensions import TypedDict

from index.errors import PolicyQAError
from qa.contract import AnswerJson
from qa.model import unsaid
from ui.api.contract import ArticleJson
from ui.api.errors import wrong_part
from ui.api.requests import AsOf, Collections, Documents, History, Name, Question
from ui.asked import AskedChain, Observer
from ui.catalogue import Catalogue
from ui.environment import program_version
from ui.faults import fault
from ui.live import LiveChain
from ui.logs import about, new_id
from ui.plain import answer_text, hits_text
from ui.showing import look_up
from ui.text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qa.chain import Chain
    from qa.model import Answer

_ABOUT = (
    "中文政策文件的问答：按条检索，逐条注明依据，没有依据时拒答。"
    "回答用 ask；只要条文用 search；按文件和位置看原文用 show。请引用回答中的编号和条文，不要自行补充条文内容。"
)
_NAME = 40
"""Characters of a tool's name that are repeated."""
log = logging.getLogger(__name__)
_READING = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
Place = Annotated[
    str, Field(max_length=500, description="位置，如 第二十七条、附件1 序号44；空则给出文件的目录")
]


@with_config(ConfigDict(extra="forbid"))
class ShownJson(TypedDict):
    """按位置找到的条文；只看目录时为空。"""

    articles: list[ArticleJson]


class _Server(MCPServer[None]):
    """A server whose tools tell what is wrong with a call in one line of Chinese."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                place, reason = wrong_part(cast("Mapping[str, Any]", cause.errors()[0]))
                return _wrong(f"参数有误（{place}）：{reason}。请更正后重试。")
            if cause is None:
                names = "、".join(tool.name for tool in await self.list_tools())
                return _wrong(f"没有工具 {shorten(name, _NAME)}。可用的工具：{names}。")
            log.exception("unexpected in a tool", exc_info=cause)
            return _wrong(fault())


def tools_server(live: LiveChain, version: str) -> MCPServer[None]:
    """A server with the tools ask, search and show, over `live`."""
    server = _Server("policy-qa", title="政策问答", instructions=_ABOUT, version=version, log_level="WARNING")

    @server.tool(title="提问", annotations=_READING)
    def ask(
        question: Question,
        history: History | None = None,
        documents: Documents | None = None,
        collections: Collections | None = None,
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, AnswerJson]:
        """回答一个关于政策文件的问题，逐条引用依据；没有依据时拒答，并说明原因。"""

        def work(chain: "Chain") -> CallToolResult:
            answer = chain.ask(question, history or (), documents or (), as_of, collections or ())
            return _told(answer_text(answer), answer)

        return _guarded(live, work)

    @server.tool(title="查找条文", annotations=_READING)
    def search(
        question: Question,
        history: History | None = None,
        documents: Documents | None = None,
        collections: Collections | None = None,
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, AnswerJson]:
        """查找与问题相关的条文，按相关程度排列，不作回答。"""

        def work(chain: "Chain") -> CallToolResult:
            found = chain.search(question, history or (), documents or (), as_of, collections or ())
            return _told(hits_text(found.hits), unsaid(found))

        return _guarded(live, work)

    @server.tool(title="看原文", annotations=_READING)
    def show(document: Name, place: Place = "") -> Annotated[CallToolResult, ShownJson]:
        """显示一份文件中某处的全文；文件可写标题、文号、关键词或条文编号。"""

        def work(chain: "Chain") -> CallToolResult:
            library = chain.library
            catalogue = Catalogue(library.generation, library.manifest, library.engine)
            shown = look_up(catalogue, document, place, library.articles.of)
            structured = {"articles": shown.json}
            return CallToolResult(
                content=[TextContent(type="text", text=shown.text)], structured_content=structured
            )

        return _guarded(live, work)

    return server


def serve_tools(open_chain: "Callable[[], Chain]") -> None:
    """Serve the tools on stdin and stdout until stdin ends.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable.
    """
    live = LiveChain(open_chain, lambda used: used.renewed())
    tools_server(live, program_version()).run("stdio")
    live.close()


def _told(text: str, answer: "Answer") -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=dict(answer.to_json())
    )


def _guarded(live: LiveChain, work: "Callable[[Chain], CallToolResult]") -> CallToolResult:
    """What `work` gives; an error in one line."""
    try:
        with live.lent() as chain, about(id_ := new_id()):
            return work(cast("Chain", AskedChain(chain, id_, "mcp", Observer())))
    except PolicyQAError as error:
        return _wrong(str(error))


def _wrong(message: str) -> CallToolResult:
    text = " ".join(message.split())
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
