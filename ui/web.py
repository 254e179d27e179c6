"""The chat page: the only door to gradio. It answers as the command line does, from the same chain."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
import gradio as gr

from index.errors import PolicyQAError, UsageError
from ui.live import LiveChain
from ui.render import answer_html, error_html, question_html

if TYPE_CHECKING:
    from qa.chain import Chain

TITLE = "政策问答"
_HELLO = "请输入问题，例如：首台套检测评定收费吗？"
_WAITING = "正在查找……"
_REMEMBERED = 20
"""Earlier questions that are handed on for follow-ups."""
_AT_ONCE = 4
_FONT = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "monospace")
_CSS = """
.gradio-container { width: 100%; max-width: 60rem !important; margin: 0 auto !important; }
.gradio-container h1 { margin: 0 !important; }
.pq-answer, .pq-question, .pq-source, .pq-refusal, .pq-error { line-height: 1.7; overflow-wrap: anywhere; }
.pq-sources { margin-top: .75rem; border-top: 1px solid var(--border-color-primary); padding-top: .5rem; }
.pq-sources summary { cursor: pointer; font-weight: 600; }
.pq-source { margin: .5rem 0; }
.pq-fact { white-space: nowrap; opacity: .8; font-size: .9em; margin-right: 1em; }
.pq-source blockquote {
  margin: .25rem 0 0 !important; padding-left: .75rem; border-left: 3px solid var(--border-color-primary);
}
.pq-refusal, .pq-error { border-left: 4px solid #d97706; padding-left: .75rem; }
.pq-error { border-color: #dc2626; }
.main.app { padding: 1rem clamp(.5rem, 3vw, 2rem) !important; }
"""
_LANGUAGE = "() => { document.documentElement.lang = 'zh-CN'; }"

Message = dict[str, Any]
log = logging.getLogger(__name__)


def build_page(chain: LiveChain) -> Any:
    """The page, not yet served: a `gradio.Blocks`."""

    def reply(
        question: str, shown: list[Message], asked: list[str]
    ) -> Iterator[tuple[str, list[Message], list[str]]]:
        """First the question with a sign of work, then the answer as it grows; an unusable question stays in the box."""
        if question.strip():
            shown = [*shown, _message("user", question_html(question))]
        yield "", [*shown, _message("assistant", _WAITING)], asked
        for said, understood in _said(chain, question, asked):
            kept = [*asked, question][-_REMEMBERED:] if understood else asked
            yield "" if understood else question, [*shown, _message("assistant", said)], kept

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(f"# {TITLE}")
        asked = gr.State([])
        chat = gr.Chatbot(
            label="对话",
            show_label=False,
            elem_id="chat",
            scale=1,
            buttons=[],
            placeholder=_HELLO,
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=[],
            group_consecutive_messages=False,
            feedback_options=None,
        )
        box = gr.Textbox(
            show_label=False,
            label="问题",
            placeholder="请输入问题，按回车发送",
            elem_id="question",
            submit_btn="发送",
            autofocus=True,
            max_lines=6,
        )
        box.submit(
            reply,
            [box, chat, asked],
            [box, chat, asked],
            api_visibility="private",
            concurrency_limit=_AT_ONCE,
            show_progress="hidden",
        )
        chat.clear(list, None, asked, api_visibility="private", queue=False)
    page.queue(api_open=False)
    return page


def _said(chain: LiveChain, question: str, asked: list[str]) -> Iterator[tuple[str, bool]]:
    """The reply so far as HTML, and whether the question was understood; each takes the place of the one before."""
    try:
        for answer in chain.stream(question, tuple(asked)):
            yield answer_html(answer), True
    except UsageError as error:
        yield error_html(str(error)), False
    except PolicyQAError as error:
        log.warning("%s", error)
        yield error_html(str(error)), False
    except Exception:
        # The edge of the program: the page goes on, the trace is in the log.
        log.exception("unexpected")
        yield error_html("程序内部错误，请稍后重试；如仍出现，请把服务端日志反馈给维护者。"), False


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def launch(page: Any, host: str, port: int | None) -> str:
    """Serve `page` in the background; returns its address.

    Raises:
        UsageError: the address cannot be used.
    """
    try:
        _, address, _ = page.launch(
            server_name=host,
            server_port=port,
            share=False,
            prevent_thread_lock=True,
            quiet=True,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            theme=gr.themes.Default(font=_FONT, font_mono=_MONO),
            css=_CSS,
            js=_LANGUAGE,
        )
    except OSError as error:
        log.debug("cannot listen", exc_info=True)
        raise UsageError(
            f"无法在 {host}:{port} 打开网页。请换一个 --port（可能已被占用），或检查 --host。"
        ) from error
    return str(address)


def serve(open_chain: Callable[[], "Chain"], host: str, port: int) -> None:
    """Serve the page until Ctrl-C or SIGTERM.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable, UsageError.
    """
    chain = LiveChain(open_chain)
    page = build_page(chain)
    stop = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    address = launch(page, host, port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    click.echo(f"{TITLE}：{address}（按 Ctrl-C 停止）", err=True)
    while not stop.wait(0.5):  # a wait without end cannot be interrupted on Windows
        pass
    page.close(verbose=False)
    chain.close()
    click.echo("已停止。", err=True)
