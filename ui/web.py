"""The chat page: the only door to gradio. It answers as the command line does, from the same chain.

Gradio serves the page and calls `ui.app.App.act` for every click; what that gives back is put in its place by
the page's script (`ui/static/page.js`).
"""

import logging
import re
import signal
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from types import FrameType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click
import gradio as gr

from index.errors import SettingsError, UsageError
from qa.settings import WebSettings
from ui.app import ACTS, App
from ui.colour import accents_css
from ui.live import LiveChain
from ui.records import FILE, Records
from ui.shell import chat_html, header_html, library_html, maintain_html
from ui.users import Person
from ui.views import views_json

if TYPE_CHECKING:
    from qa.chain import Chain

_BROWSER = re.compile("[0-9a-f]{32}")
_THREADS = 200
"""Clicks that are served at once; who waits for an answer holds one."""
_FONT = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "monospace")
log = logging.getLogger(__name__)


def build_page(app: App) -> Any:
    """The page, not yet served: a `gradio.Blocks`."""

    def act(action: dict[str, str]) -> dict[str, Any]:
        # a browser that gives no id of its own is a stranger each time: nobody shares what it keeps
        browser = str(action.get("browser", ""))
        who = Person(f"browser:{browser if _BROWSER.fullmatch(browser) else uuid4().hex}")
        return views_json(app.act({k: str(v) for k, v in action.items()}, who))

    web = app.web
    with gr.Blocks(title=web.title, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        gr.HTML(
            header_html(web),
            apply_default_css=False,
            server_functions=[act],
            js_on_load=_static("page.js") + _static("operator.js"),
        )
        with gr.Tabs(elem_id="pq-tabs"):
            for name, label, html in (
                ("chat", "问答", chat_html()),
                ("library", "文件库", library_html()),
                ("maintain", "维护", maintain_html()),
            ):
                if name != "chat" and name not in ACTS:
                    continue
                with gr.Tab(label, id=name, elem_id=f"pq-tab-{name}", render_children=True):
                    gr.HTML(html, apply_default_css=False, js_on_load=None)
    return page


def launch(page: Any, web: WebSettings) -> str:
    """Serve `page` in the background; returns its address.

    Raises:
        UsageError: the address cannot be used.
    """
    try:
        _, address, _ = page.launch(
            server_name=web.host,
            server_port=web.port or None,
            root_path=web.root_path,
            share=False,
            prevent_thread_lock=True,
            quiet=True,
            max_threads=_THREADS,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            theme=gr.themes.Default(font=_FONT, font_mono=_MONO),
            head=f"<style>{accents_css(web.colour)}{_static('page.css')}{_static('operator.css')}</style>",
        )
    except OSError as error:
        log.debug("cannot listen", exc_info=True)
        raise UsageError(
            f"无法在 {web.host}:{web.port} 打开网页。请换一个 --port（可能已被占用），或检查 --host。"
        ) from error
    return str(address)


def serve(open_chain: Callable[[], "Chain"], web: WebSettings) -> None:
    """Serve the page until Ctrl-C or SIGTERM.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable, RecordsUnavailable, SettingsError, UsageError.
    """
    if web.users is not None:  # nobody may think that the page asks who they are
        raise SettingsError(
            "这个版本的网页还不能登录。请去掉 --auth 或设置 web.users，并只在可信的网络内开放。"
        )
    records = Records(web.data_dir / FILE, keep_days=web.keep_days)
    chain = LiveChain(open_chain)
    app = App(chain, records, web, version=_version())
    app.prepare()
    page = build_page(app)
    stop = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    address = launch(page, web)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    click.echo(f"{web.title}：{address}（按 Ctrl-C 停止）", err=True)
    while not stop.wait(0.5):  # a wait without end cannot be interrupted on Windows
        pass
    page.close(verbose=False)
    app.close()
    chain.close()
    records.close()
    click.echo("已停止。", err=True)


def _static(name: str) -> str:
    return (files("ui") / "static" / name).read_text(encoding="utf-8")


def _version() -> str:
    try:
        return version("policy-qa")
    except PackageNotFoundError:
        return ""
