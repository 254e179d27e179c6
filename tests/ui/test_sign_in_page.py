"""Signing in and the maintainer's page in a real browser, over a fake chain."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qa.settings import WebSettings
from tests.ui.browser import NARROW, WIDE, answered, ask, watched
from tests.ui.conftest import FakeChain, as_chain
from tests.ui.test_page import INJECTION
from ui.app import App
from ui.attempts import Attempts
from ui.environment import prepare
from ui.faults import FILE as FAULTS
from ui.faults import Faults, noted
from ui.live import LiveChain
from ui.page_door import CALL
from ui.records import FILE, Records
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.sign_in import Anonymous, SignIn
from ui.users import Cost, User, Users, changing, hashed

pytestmark = pytest.mark.browser

CHEAP = Cost(n=2, r=1, p=1)
PASSWORDS = {"张三": "mima-12345", "李四": "mima-67890", "维护员": "weihu-12345"}
MAINTAINER = "维护员"


@dataclass
class Server:
    address: str
    users: Path
    known: Anonymous | SignIn

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Server]:
    """The page; those of `PASSWORDS` may sign in, or everybody comes in if `settings` say `users=None`."""
    prepare("default")
    from ui.web import build_page, launch

    path = folder / "users.jsonl"
    with changing(path) as users:
        users.update({n: User(n, hashed(p, CHEAP), n == MAINTAINER) for n, p in PASSWORDS.items()})
    web = WebSettings(**{"port": 0, "data_dir": folder, "users": path, **settings})
    live = Users(path, Attempts())
    sessions = Sessions(folder / SESSIONS, live)
    known = SignIn(live, sessions) if web.users else Anonymous(web)
    records = Records(folder / FILE)
    faults = Faults(folder / FAULTS)
    app = App(LiveChain(lambda: as_chain(FakeChain())), records, web, faults=faults)
    page = build_page(app, known)
    server = launch(page, app, known)
    with noted(faults, app.metrics.error):
        yield Server(server.address, path, known)
    app.close()
    server.close()
    sessions.close()
    records.close()
    faults.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here; it speaks English, for the page must be Chinese all the same."""
    made = chromium.new_context(locale="en-US", viewport={"width": WIDE[0], "height": WIDE[1]})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """The page, freshly opened; it fails the test if it asks for anything outside or throws an error."""
    with watched(context, server.address) as opened:
        yield opened


def sign_in(page: Page, name: str, password: str | None = None) -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORDS.get(name, "") if password is None else password)
    page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    page.locator(".pq-me summary").click()
    page.get_by_role("button", name="退出登录").click()


def send(
    server: Server, method: str, path: str, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """A request without a browser: status, headers and body of the answer."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    sent = {k.replace("_", "-"): v for k, v in headers.items()}
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(form) if form is not None else None, sent)
    answer = connection.getresponse()
    told = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
    connection.close()
    return told


# ---- signing in --------------------------------------------------------------------------------------------
def test_a_wrong_password_is_refused_and_the_right_one_granted(page: Page) -> None:
    expect(page).to_have_title("登录 - 政策问答")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_label("用户名")).to_be_focused()
    sign_in(page, "张三", "falsch-123")
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不正确。请重新输入。")
    expect(page.get_by_label("用户名")).to_have_value("张三")
    expect(page.get_by_label("密码")).to_have_value("")
    expect(page.get_by_label("密码")).to_be_focused()
    sign_in(page, "张三")
    expect(page.locator(".pq-me summary")).to_have_text("张三")
    expect(page.locator("#pq-box")).to_be_focused()
    ask(page, "收费吗")
    answered(page)


def test_history_is_the_users_own_in_any_browser(page: Page, chromium: Browser, server: Server) -> None:
    sign_in(page, "张三")
    ask(page, "张三的问题")
    answered(page)
    sign_out(page)
    sign_in(page, "李四")  # in the same tab
    expect(page.locator(".pq-me summary")).to_have_text("李四")
    expect(page.locator(".pq-welcome")).to_be_visible()
    expect(page.locator("#pq-side")).not_to_contain_text("张三的问题")
    ask(page, "李四的问题")
    answered(page)
    other = chromium.new_context()
    elsewhere = other.new_page()
    elsewhere.goto(server.address)
    sign_in(elsewhere, "张三")
    elsewhere.locator("#pq-side").get_by_text("张三的问题").click()
    expect(elsewhere.locator(".pq-answer")).to_contain_text("不收取费用。")
    expect(elsewhere.locator("#pq-side")).not_to_contain_text("李四的问题")
    other.close()


def test_who_signs_out_is_out(page: Page, context: BrowserContext, server: Server) -> None:
    sign_in(page, "张三")
    expect(page.locator(".pq-me")).to_be_visible()
    (cookie,) = context.cookies()
    sign_out(page)
    expect(page).to_have_title("登录 - 政策问答")
    assert context.cookies() == []
    assert send(server, "GET", "/config", Cookie=f"{cookie['name']}={cookie['value']}")[0] == 401


def test_who_is_removed_is_led_to_the_sign_in_page_with_the_next_click(page: Page, server: Server) -> None:
    with changing(server.users) as users:
        users["临时"] = User("临时", hashed("linshi-12345", CHEAP))
    sign_in(page, "临时", "linshi-12345")
    expect(page.locator(".pq-me summary")).to_have_text("临时")
    with changing(server.users) as users:
        del users["临时"]
    ask(page, "收费吗")
    expect(page).to_have_title("登录 - 政策问答", timeout=15_000)


def test_too_many_failures_are_told_with_the_time_to_wait(page: Page, server: Server) -> None:
    for _ in range(5):
        assert send(server, "POST", "/sign-in", {"name": "黑客", "password": "x"})[0] == 401
    status, headers, _ = send(server, "POST", "/sign-in", {"name": "黑客", "password": "x"})
    assert (status, headers["retry-after"]) == (429, "30")
    sign_in(page, "黑客", "x")
    expect(page.get_by_role("alert")).to_contain_text("登录失败次数过多。请 ")


def test_without_signing_in_nothing_is_told(server: Server) -> None:
    for method, path in (
        ("GET", "/config"), ("GET", "/?view=api/../config"), ("GET", "//"), ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/app_id"), ("GET", "/gradio_api/token"), ("GET", "/monitoring"),
        ("GET", "/gradio_api/vibe-code"), ("POST", "/gradio_api/component_server"), ("POST", "/gradio_api/upload"),
        ("GET", f"/gradio_api/file={server.users}"), ("POST", "/gradio_api/queue/join"), ("POST", "/login"),
        ("GET", "/gradio_api/heartbeat/x"), ("GET", "/sign-in/../config"), ("GET", "/nothing"),
    ):  # fmt: skip
        status, _, body = send(server, method, path, {} if method == "POST" else None)
        shown = (status, "登录" in body, "pq-box" in body)
        assert shown in ((401, True, False), (200, True, False)), (path, status, body[:200])
        assert status == 401 or path.startswith("/?"), path


def test_a_made_up_session_is_none(server: Server) -> None:
    for cookie in (
        "policy-qa-session=",
        "policy-qa-session=张三".encode().decode("latin-1"),
        "policy-qa-session=' OR 1=1 --",
    ):
        assert send(server, "GET", "/config", Cookie=cookie)[0] == 401


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(server: Server) -> None:
    form = {"name": "张三", "password": PASSWORDS["张三"]}
    status, headers, _ = send(server, "POST", "/sign-in", form)
    name, _, rest = headers["set-cookie"].partition("=")
    assert (status, headers["location"], name) == (303, "./", "policy-qa-session")
    assert rest.split("; ")[1:] == ["HttpOnly", "Path=/", "SameSite=lax"]
    safe = send(server, "POST", "/sign-in", form, X_Forwarded_Proto="https")[1]["set-cookie"]
    shown, *safely = safe.split("; ")
    assert (shown.split("=")[0], safely) == (
        "__Host-policy-qa-session",
        ["HttpOnly", "Path=/", "SameSite=lax", "Secure"],
    )
    assert (
        send(server, "POST", CALL, {}, Cookie=shown, X_Forwarded_Proto="https")[0] == 400
    )  # known, but no call
    assert send(server, "POST", CALL, {}, Cookie=shown)[0] == 401
    out = send(server, "POST", "/sign-out", {}, Cookie=shown, X_Forwarded_Proto="https")
    assert out[1]["set-cookie"].split("; ")[0] == '__Host-policy-qa-session=""'
    assert send(server, "POST", CALL, {}, Cookie=shown, X_Forwarded_Proto="https")[0] == 401
    for path in ("/sign-in", "/sign-out"):
        assert send(server, "POST", path, form, Sec_Fetch_Site="cross-site")[0] == 403


def test_a_form_that_is_none_is_refused(server: Server) -> None:
    for form in ({}, {"name": "张三"}, {"name": "张三" * 10_000, "password": "x"}):
        status, _, body = send(server, "POST", "/sign-in", form)
        assert (status, "用户名或密码不正确" in body) == (401, True)
    assert send(server, "GET", "/sign-in")[:2][0] == 303


def test_the_name_that_was_typed_is_shown_and_not_run(page: Page) -> None:
    sign_in(page, f'"><script>document.title="x"</script>{INJECTION}', "x")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("img")).to_have_count(0)
    expect(page).to_have_title("登录 - 政策问答")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_fits_a_telephone_and_can_be_read(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.reload()
    sign_in(page, "张三", "falsch-123")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(24, 26, 31)"}[scheme]


# ---- what is kept ------------------------------------------------------------------------------------------
def test_ones_own_records_can_be_deleted_with_one_button(page: Page) -> None:
    sign_in(page, "李四")
    expect(page.locator("#pq-side .pq-kept")).to_have_text(
        "提问、回答和评价会保存在服务器上，不会自动删除；维护者可以查看，用于改进回答。"
    )
    ask(page, "要删除的问题")
    answered(page)
    page.locator(".pq-me summary").click()
    page.get_by_role("button", name="删除我的全部记录").click()
    expect(page.locator(".pq-notice")).to_have_text("已删除您的全部记录。")
    expect(page.locator(".pq-welcome")).to_be_visible()
    expect(page.locator("#pq-side")).to_contain_text("还没有对话记录。")
    page.reload()
    expect(page.locator("#pq-side")).to_contain_text("还没有对话记录。")
    ask(page, "新的问题")
    answered(page)


# ---- the maintainer's page ---------------------------------------------------------------------------------
def test_a_user_neither_sees_the_maintainers_page_nor_can_call_it(
    page: Page, context: BrowserContext
) -> None:
    with page.expect_request(lambda r: "component_server" in r.url) as opening:
        sign_in(page, "张三")
    expect(page.locator(".pq-me")).to_be_visible()
    expect(page.locator("#pq-tab-maintain-button")).to_be_hidden()
    body = json.loads(opening.value.post_data or "")
    for act in ("maintain", "maintain-export", "maintain-clear"):
        body["data"] = {**body["data"], "act": act, "days": "365"}
        answer = context.request.post(opening.value.url, data=body).json()
        assert answer == {"state": {}, "notice": "只有维护者可以查看维护页。请用维护者的账号登录。"}


def test_a_maintainer_sees_what_was_not_answered_and_what_users_said(page: Page) -> None:
    sign_in(page, "张三")
    ask(page, f"月亮 {INJECTION}")
    answered(page)
    ask(page, "收费吗")
    answered(page, 2)
    page.get_by_role("button", name="没答到").last.click()
    page.locator(".pq-comment input").last.fill("<b>说明</b>")
    page.get_by_role("button", name="提交说明").click()
    expect(page.locator(".pq-notice")).to_contain_text("已记录")
    sign_out(page)
    sign_in(page, MAINTAINER)
    expect(page.locator(".pq-me summary")).to_contain_text("维护者")
    page.get_by_role("tab", name="维护").click()
    section = page.get_by_role("region", name="未答好的问题")
    expect(section.locator(".pq-case").nth(0)).to_contain_text("说明：<b>说明</b>")
    expect(section.locator(".pq-case").nth(1)).to_contain_text("资料未收录")
    expect(section.locator(".pq-case").nth(1)).to_contain_text(INJECTION)
    expect(page.locator(".pq-page img, .pq-page b, .pq-page script")).to_have_count(0)
    expect(page.get_by_role("img", name="每日提问、拒答和评价的数量")).to_be_visible()
    year = page.get_by_role("button", name="近一年")
    year.click()
    expect(year).to_have_attribute("aria-pressed", "true")
    expect(year).to_be_focused()
    expect(page.get_by_role("img", name="每周提问、拒答和评价的数量")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("button", name="导出评价（JSONL）").click()
    lines = Path(saving.value.path()).read_text(encoding="utf-8").splitlines()
    assert saving.value.suggested_filename.endswith(".jsonl")
    assert (json.loads(lines[0])["question"], json.loads(lines[0])["comment"]) == (
        "收费吗",
        "没答到：<b>说明</b>",
    )
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_a_user_is_told_the_id_by_which_the_maintainer_finds_the_error(page: Page) -> None:
    sign_in(page, "张三")
    ask(page, f"这会出错 {INJECTION}")
    failed = page.locator(".pq-turn .pq-error")
    expect(failed).to_contain_text("程序内部错误，请稍后重试；如仍出现，请把编号 ")
    id_ = failed.inner_text().partition("编号 ")[2][:8]
    sign_out(page)
    sign_in(page, MAINTAINER)
    page.get_by_role("tab", name="维护").click()
    first = page.get_by_role("region", name="最近的错误").locator(".pq-case").first
    expect(first.locator(".pq-case-head")).to_contain_text("程序内部错误")
    expect(first.locator(".pq-case-head")).to_contain_text(f"1 次编号 {id_}")
    expect(first.locator(".pq-case-question")).to_have_text("程序内部错误：ZeroDivisionError")
    trace = first.locator(".pq-trace")
    expect(trace).to_be_hidden()
    first.get_by_text("详情").click()
    expect(trace).to_be_visible()
    expect(trace).to_contain_text("ZeroDivisionError: 除数为零")
    expect(trace).not_to_contain_text("onerror")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="清空", exact=True).click()
    expect(page.get_by_role("region", name="最近的错误")).to_contain_text("没有出错。")


def test_without_users_this_machine_is_the_maintainer_only_if_the_settings_say_so(
    context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()
    for said in (False, True):
        folder = tmp_path / str(said)
        folder.mkdir()
        with serving(folder, users=None, local_maintainer=said) as server:
            with page.expect_request(lambda r: "component_server" in r.url) as opening:
                page.goto(server.address)
            expect(page.locator(".pq-me summary")).to_contain_text("我的记录")
            expect(page.get_by_role("button", name="退出登录")).to_have_count(0)
            expect(page.locator("#pq-tab-maintain-button")).to_be_visible(visible=said)
            body = json.loads(opening.value.post_data or "")
            body["data"]["act"] = "maintain"
            asked = [
                "maintain" in context.request.post(opening.value.url, data=body, headers=headers).json()
                for headers in ({}, {"X-Forwarded-For": "10.0.0.7"}, {"Host": "evil.example"})
            ]
            assert asked == [said, False, False]


# ---- behind a reverse proxy --------------------------------------------------------------------------------
@contextmanager
def proxied(server: Server, prefix: str, *, strip: bool) -> Iterator[str]:
    """The address of a reverse proxy that shows the page below `prefix`, and nothing elsewhere."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # an answer ends where the connection does, so that events can stream

        def _hand_on(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_error(404)
                return
            path = self.path.removeprefix(prefix) if strip else self.path
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            inner = HTTPConnection("127.0.0.1", server.port, timeout=30)
            inner.request(self.command, path, body, dict(self.headers.items()))  # Host is the proxy's own
            answer = inner.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "date", "server"):
                    self.send_header(name, value)
            self.end_headers()
            try:
                while part := answer.read1(65536):
                    self.wfile.write(part)
            except OSError:
                pass  # the browser has gone
            inner.close()

        do_GET = do_POST = do_HEAD = _hand_on  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    proxy.daemon_threads = True
    Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_port}{prefix}/"
    proxy.shutdown()
    proxy.server_close()


@pytest.mark.parametrize("strip", [True, False], ids=["prefix taken off", "prefix left"])
def test_behind_a_reverse_proxy_all_works_below_its_path(
    context: BrowserContext, tmp_path: Path, strip: bool
) -> None:
    page = context.new_page()
    failed: list[tuple[int, str]] = []
    page.on("response", lambda r: failed.append((r.status, r.url)) if r.status >= 400 else None)
    with (
        serving(tmp_path, root_path="/policy-qa") as server,
        proxied(server, "/policy-qa", strip=strip) as address,
    ):
        page.goto(address)
        sign_in(page, "张三")
        expect(page.locator(".pq-me summary")).to_have_text("张三")
        assert page.url == address
        assert [(c["path"], c["httpOnly"]) for c in context.cookies()] == [("/policy-qa/", True)]
        ask(page, "收费吗")
        answered(page)
        page.reload()
        answered(page)
        sign_out(page)
        expect(page).to_have_title("登录 - 政策问答")
        assert (page.url, context.cookies()) == (address, [])
    assert failed == []
