"""The chat page, and the whole of what is served: the only door to gradio. It answers as the command line does.

Gradio serves the page and calls `ui.app.App.act` for every click; what that gives back is put in its place by
the page's script (`ui/static/page.js`).
"""

from collections.abc import Callable
from contextlib import ExitStack
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import click
import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Mount

from index.errors import PolicyQAError
from qa.settings import Settings, WebSettings
from ui.access import Access
from ui.api.answering import Answering
from ui.api.application import NO_TELEMETRY, Elsewhere, api_app
from ui.api.door import ApiDoor, Callers
from ui.api.keys import FILE as KEYS
from ui.api.keys import Keys
from ui.app import ACTS, App
from ui.asgi import is_loopback
from ui.bodies import BodyLimit
from ui.colour import accents_css
from ui.edge import Edge
from ui.environment import program_version, share_memory
from ui.faults import FILE as FAULTS
from ui.faults import Faults, noted
from ui.headers import SafeHeaders
from ui.ingest_html import frame_html
from ui.limits import HangUp
from ui.live import LiveChain
from ui.logs import secrets_of
from ui.metrics_door import PATH as METRICS
from ui.metrics_door import MetricsDoor
from ui.mine import kept_text
from ui.origin import OwnOrigin, allowed_hosts
from ui.page_door import PageDoor
from ui.rate import RateLimit
from ui.records import FILE, Records
from ui.server import Server
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.shell import chat_html, header_html, library_html, maintain_html
from ui.sign_in import Anonymous, SignIn, gate
from ui.stopping import Stop
from ui.upload import PATH as UPLOAD
from ui.upload import uploads
from ui.users import Users
from ui.views import Views, views_json

if TYPE_CHECKING:
    from qa.chain import Chain

_THREADS = 50
"""Clicks that are served at once, beside those who wait for an answer: each of them holds one."""
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
    answering = Answering(app.live, app.line, app.metrics)
    asgi = api_app(answering, web, app.version, _before(app, known, callers))
    page.max_threads = _THREADS + app.limits.waiting
    gr.mount_gradio_app(
        asgi,
        page,
        "/",
        root_path=web.root_path,
        auth_dependency=known.user_name if isinstance(known, SignIn) else None,
        app_kwargs={
            "telemetry": NO_TELEMETRY,
            "middleware": [Middleware(PageDoor, _called(page), web.root_path)],
        },
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
    asgi.router.default = Elsewhere(mounted.app, web.root_path)
    return asgi


def _called(page: Any) -> int:
    """The number of the component with the server function."""
    return next(int(number) for number, block in page.blocks.items() if getattr(block, "server_fns", ()))


def _before(app: App, known: Anonymous | SignIn, callers: Callers) -> list[Middleware]:
    """What a request goes through before it is answered, from the outermost on."""
    web, root = app.web, app.web.root_path
    own = frozenset({METRICS, UPLOAD, "/sign-in", "/sign-out"})
    return [
        Middleware(Access, app.metrics.request, own, root),
        Middleware(SafeHeaders),
        Middleware(Edge),
        Middleware(BodyLimit, root, (UPLOAD,), patience=app.limits.body_seconds),
        Middleware(OwnOrigin, allowed_hosts(web)),
        Middleware(RateLimit, callers.proved, web.requests_per_minute, root),
        Middleware(MetricsDoor, app.metrics, known.person, callers.proved, root),
        Middleware(ApiDoor, callers, root),
        *([gate(known, web)] if isinstance(known, SignIn) else []),
        uploads(app.ingest, known.person, root, app.limits.body_seconds),
        Middleware(HangUp, root),
    ]


def launch(
    page: Any, app: App, known: Anonymous | SignIn | None = None, settings: Settings | None = None
) -> Server:
    """Serve the page of `app` and the API in the background, to those who are `known`, until the server is closed.

    Raises:
        UsageError: the address cannot be used.
    """
    asgi = build_app(page, app, known or Anonymous(app.web), settings or Settings(web=app.web))
    web = app.web
    return Server(asgi, web.host, web.port, app.limits, before_close=lambda: page.close(verbose=False))


def serve(open_chain: Callable[[], "Chain"], settings: Settings) -> None:
    """Serve the page and the API until Ctrl-C or SIGTERM.

    Raises:
        IndexMissing, IndexMismatch, ModelUnavailable, RecordsUnavailable, SettingsError, UsageError.
    """
    share_memory()
    web = settings.web
    known = _known(web)
    records = Records(web.data_dir / FILE, keep_days=web.keep_days)
    chain = LiveChain(open_chain, lambda used: used.renewed())
    faults = Faults(web.data_dir / FAULTS)
    app = App(chain, records, web, version=program_version(), faults=faults)
    noting = ExitStack()
    noting.enter_context(noted(faults, app.metrics.error, secrets_of(settings)))
    app.prepare()
    page = build_page(app, known)
    server = launch(page, app, known, settings)
    stop = Stop()
    click.echo(f"{web.title}：{server.address}（按 Ctrl-C 停止）", err=True)
    if web.users is None and not is_loopback(web.host):
        click.echo("没有启用登录：能打开这个地址的人都可以使用。需要登录请加 --auth FILE。", err=True)
    stop.wait()
    click.echo("正在停止：等未答完的问题答完（再按一次 Ctrl-C 立即停止）。", err=True)
    app.drain()
    app.close()  # first: pages that wait would hold the server up
    server.close()
    chain.close()
    records.close()
    noting.close()
    faults.close()
    if isinstance(known, SignIn):
        known.sessions.close()
    click.echo("已停止。", err=True)


def _known(web: WebSettings) -> Anonymous | SignIn:
    if web.users is None:
        return Anonymous(web)
    return SignIn(users := Users(web.users), Sessions(web.data_dir / SESSIONS, users))


def _static(name: str) -> str:
    return (files("ui") / "static" / name).read_text(encoding="utf-8")
