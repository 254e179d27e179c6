"""Commands that look at the library: documents, show; and those that serve it: serve, mcp."""

import json
import re
from pathlib import Path
from typing import Any

import click

from ui.session import Session, global_options, pass_session

_SHOW = """显示文件的目录，或其中一条的全文。

文件可写标题、文号或关键词；位置如 第二十七条、27条、附件1 序号44、二（三）。
"""

_MCP = """作为大模型的工具运行（Model Context Protocol，标准输入输出），提供 ask、search、show。

由支持 MCP 的客户端启动，例如在其配置中写 {"command": "policy-qa", "args": ["mcp"]}。
"""


@click.command(help="列出已收录的文件，以及各自的效力。")
@click.option("--collection", metavar="NAME", help="只列这个合集。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 列表。")
@global_options
@pass_session
def documents(session: Session, as_json: bool, collection: str | None) -> int:
    """List the documents of the index."""
    from ui.catalogue import open_catalogue
    from ui.listing import document_json, documents_text

    catalogue = open_catalogue(session.settings.index)
    listed = catalogue.listed(collection)
    text = (
        json.dumps([document_json(item) for item in listed], ensure_ascii=False)
        if as_json
        else documents_text(listed)
    )
    click.echo(text)
    return 0


@click.command(help=_SHOW)
@click.argument("document", metavar="文件")
@click.argument("steps", nargs=-1, metavar="[位置]")
@global_options
@pass_session
def show(session: Session, document: str, steps: tuple[str, ...]) -> int:
    """Show an article, or where a document has its articles."""
    from ui.catalogue import open_catalogue
    from ui.showing import look_up
    from ui.text import from_argument

    catalogue = open_catalogue(session.settings.index)
    click.echo(look_up(catalogue, from_argument(document), from_argument(" ".join(steps))).text)
    return 0


def _below(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001
    """A path as the settings want it: `/policy-qa`."""
    from qa.settings import ROOT_PATH

    path = value and value.rstrip("/")
    if path and not re.fullmatch(ROOT_PATH, path):
        raise click.BadParameter("应以 / 开头，如 /policy-qa")
    return path


@click.command(help="打开网页问答，按 Ctrl-C 停止。")
@click.option("--host", metavar="HOST", help="监听地址，默认 127.0.0.1（仅本机）。")
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", help="端口，默认 7860；0 为自动选择。")
@click.option("--root-path", metavar="PATH", callback=_below, help="反向代理下的路径前缀，如 /policy-qa。")
@click.option(
    "--auth", "users", type=click.Path(path_type=Path), metavar="FILE", help="用户文件；给出后须登录。"
)
@click.option(
    "--watch",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="监视文件夹，自动收录放进去的文件（可多次给出）。",
)
@global_options
@pass_session
def serve(session: Session, /, **options: Any) -> int:
    """Serve the chat page until Ctrl-C."""
    settings = session.settings  # read first: it prepares the environment for what the door imports
    web = settings.web.model_copy(update={name: v for name, v in options.items() if v not in (None, ())})
    session.doors.serve(lambda: session.doors.open_chain(settings), settings.model_copy(update={"web": web}))
    return 0


@click.command(help=_MCP)
@global_options
@pass_session
def mcp(session: Session) -> int:
    """Serve the tools of the Model Context Protocol on stdin and stdout."""
    settings = session.settings  # read first: it prepares the environment for what the door imports
    session.doors.serve_tools(lambda: session.doors.open_chain(settings))
    return 0
