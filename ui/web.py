"""The chat page, and the whole of what is served: the only door to gradio. It answers as the command line does.

Gradio serves the page and calls `ui.app.App.act` for every click; what that gives back is put in its place by
the page's script (`ui/static/page.js`).
"""

import signal
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Mount

from index.errors import PolicyQAError
from qa.settings import Settings, WebSettings
from ui.api.answering import Answering
from ui.api.application import NO_TELEMETRY, Elsewhere, api_app
from ui.api.door import ApiDoor, Callers
from ui.api.keys import FILE as KEYS
from ui.api.keys import Keys
from ui.app import ACTS, App
from ui.asgi import is_loopback
from ui.bodies import BodyLimit
from ui.colour import accents_css
from ui.headers import SafeHeaders
from ui.ingest_html import frame_html
from ui.live import LiveChain
from ui.mine import kept_text
from ui.origin import OwnOrigin, allowed_hosts
from ui.page_door import PageDoor
from ui.queueing import Line
from ui.rate import RateLimit
from ui.records import FILE, Records
from ui.server import Server
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.shell import chat_html, header_html, library_html, maintain_html
from ui.sign_in import Anonymous, SignIn, gate
from ui.upload import PATH as UPLOAD
from ui.upload import uploads
from ui.users import Users
from ui.views import Views, views_json

if TYPE_CHECKING:
    from qa.chain import Chain

_THREADS = 200
"""Clicks that are served at once; who waits for an answer holds one."""
_AT_ONCE = 2
"""Questions of the API that are answered at once."""
_FONT = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "monospace")


def build_page(app: App, known: Anonymous | SignIn | None = None) -> Any:
    """The page for those who are `known` (else for everybody), not yet served: a `gradio.Blocks`."""
    known = known or Anonymous(app.web)

    def act(action: dict[str, str], request: gr.Request) -> dict[str, Any]:
        told = {k: str(v) for k, v in action.items()}
        asked: Any = request  # whatever its type says, Gradio hands over Starlette's own here
        try:
            who = known.person(asked, told.get("browser", ""))
        except PolicyQAError as error:
            return views_json(Views(notice=str(error)))
        return views_json(app.act(told, who))

    web = app.web
    with gr.Blocks(title=web.title, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        gr.HTML(
            header_html(web),
            apply_default_css=False,
            server_functions=[act],
            js_on_load=_static("page.js") + _static("operator.js") + _static("ingest.js"),
        )
        with gr.Tabs(elem_id="pq-tabs"):
            for name, label, html in (
                ("chat", "问答", chat_html(kept_text(web))),
                ("library", "文件库", library_html()),
                ("ingest", "收录", frame_html(web.upload_file_mb)),
                ("maintain", "维护", maintain_html()),
            ):
                if name != "chat" and name not in ACTS:
                    continue
                with gr.Tab(label, id=name, elem_id=f"pq-tab-{name}", render_children=True):
                    gr.HTML(html, apply_default_css=False, js_on_load=None)
    return page


def build_app(page: Any, app: App, known: Anonymous | SignIn, settings: Settings) -> FastAPI:
    """The whole ASGI application: what stands before every request, in order, the API, and `page` for all else."""
    web = app.web
    callers = Callers(
        Keys(settings.api.keys or web.data_dir / KEYS), known if isinstance(known, SignIn) else None
    )
    answering = Answering(app.live, Line(settings.limits.at_once or _AT_ONCE, settings.limits))
    asgi = api_app(answering, web, app.version, _before(app, known, callers))
    page.max_threads = _THREADS
    gr.mount_gradio_app(
        asgi,
        page,
        "/",
        root_path=web.root_path,
        auth_dependency=known.user_name if isinstance(known, SignIn) else None,
        app_kwargs={"telemetry": NO_TELEMETRY, "middleware": [Middleware(PageDoor, web.root_path)]},
        show_error=False,
        max_file_size=1,  # files come in by `ui.upload`
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Default(font=_FONT, font_mono=_MONO),
        head=f"<style>{accents_css(web.colour)}{_static('page.css')}{_static('operator.css')}{_static('ingest.css')}</style>",
    )
    # Gradio puts itself where it would take every path, also those that the API has with another method.
    mounted = asgi.router.routes.pop()
    assert isinstance(mounted, Mount)
    page.server_app = mounted.app
    asgi.router.default = Elsewhere(mounted.app, web.root_path)
    return asgi


def _before(app: App, known: Anonymous | SignIn, callers: Callers) -> list[Middleware]:
    """What a request goes through before it is answered, from the outermost on."""
    web = app.web
    return [
        Middleware(SafeHeaders),
        Middleware(BodyLimit, web.root_path, (UPLOAD,)),
        Middleware(OwnOrigin, allowed_hosts(web)),
        Middleware(RateLimit, known.proved, web.requests_per_minute, web.root_path),
        Middleware(ApiDoor, callers, web.root_path),
        *([gate(known, web)] if isinstance(known, SignIn) else []),
        uploads(app.ingest, known.person, web.root_path),
    ]


def launch(
    page: Any, app: App, known: Anonymous | SignIn | None = None, settings: Settings | None = None
) -> Server:
    """Serve the page of `app` and the API in the background, to those who are `known`, until the server is closed.

    Raises:
        UsageError: the address cannot be used.
    """
    asgi = build_app(page, app, known or Anonymous(app.web), settings or Settings(web=app.web))

    return Server(asgi, app.web.host, app.web.port, before_close=lambda: page.close(verbose=False))


def serve(open_chain: Callable[[], "Chain"], settings: Settings) -> None:
    """Serve the page and the API until Ctrl-C or SIGTERM.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable, RecordsUnavailable, SettingsError, UsageError.
    """
    web = settings.web
    known = _known(web)
    records = Records(web.data_dir / FILE, keep_days=web.keep_days)
    chain = LiveChain(open_chain, lambda used: used.renewed())
    app = App(chain, records, web, version=_version())
    app.prepare()
    page = build_page(app, known)
    stop = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    server = launch(page, app, known, settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    click.echo(f"{web.title}：{server.address}（按 Ctrl-C 停止）", err=True)
    if web.users is None and not is_loopback(web.host):
        click.echo("没有启用登录：能打开这个地址的人都可以使用。需要登录请加 --auth FILE。", err=True)
    while not stop.wait(0.5):  # a wait without end cannot be interrupted on Windows
        pass
    app.close()  # first: pages that wait would hold the server up
    server.close()
    chain.close()
    records.close()
    if isinstance(known, SignIn):
        known.sessions.close()
    click.echo("已停止。", err=True)


def _known(web: WebSettings) -> Anonymous | SignIn:
    if web.users is None:
        return Anonymous(web)
    return SignIn(users := Users(web.users), Sessions(web.data_dir / SESSIONS, users))


def _static(name: str) -> str:
    return (files("ui") / "static" / name).read_text(encoding="utf-8")


def _version() -> str:
    try:
        return version("policy-qa")
    except PackageNotFoundError:
        return ""
