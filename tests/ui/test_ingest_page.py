"""Maintainers take files in, in a real browser, over a library that a fake builder changes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from qa.settings import WebSettings
from tests.ui.browser import NARROW, WIDE, answered, ask, watched
from tests.ui.ingesting import FakeShelf
from tests.ui.test_accessibility_page import violations
from tests.ui.test_page import INJECTION
from tests.ui.test_sign_in_page import CHEAP, MAINTAINER, PASSWORDS, sign_in
from ui.app import App
from ui.attempts import Attempts
from ui.environment import prepare
from ui.live import LiveChain
from ui.records import FILE, Records
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.sign_in import Anonymous, SignIn
from ui.users import User, Users, changing, hashed

pytestmark = pytest.mark.browser


@dataclass
class Server:
    address: str
    shelf: FakeShelf
    app: App
    folder: Path


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Server]:
    """The page of a library that can be changed, for those of `PASSWORDS`."""
    prepare("default")
    from ui.web import build_page, launch

    path = folder / "users.jsonl"
    with changing(path) as users:
        users.update({n: User(n, hashed(p, CHEAP), n == MAINTAINER) for n, p in PASSWORDS.items()})
    web = WebSettings(**{"port": 0, "data_dir": folder / "data", "users": path, **settings})
    live = Users(path, Attempts())
    sessions = Sessions(folder / SESSIONS, live)
    known = SignIn(live, sessions) if web.users else Anonymous(web)
    records = Records(folder / FILE)
    shelf = FakeShelf()
    app = App(LiveChain(shelf.open), records, web, make_builder=shelf.make)
    page = build_page(app, known)
    server = launch(page, app, known)
    yield Server(server.address, shelf, app, folder)
    shelf.read_go.set()
    shelf.add_go.set()
    app.close()
    server.close()
    sessions.close()
    records.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("ingest"), upload_file_mb=1) as server:
        yield server


@pytest.fixture
def server(served: Server) -> Iterator[Server]:
    """The server, its library as at first and nothing waiting."""
    fresh, shelf = FakeShelf(), served.shelf
    shelf.held, shelf.fail = fresh.held, None
    shelf.calls.clear()
    shelf.generation += 1
    yield served
    shelf.read_go.set()
    shelf.add_go.set()
    owner, ingest = f"user:{MAINTAINER}", served.app.ingest
    while any(task.open for task in ingest.tasks.listed()):
        for task in ingest.tasks.listed():
            ingest.tasks.cancel(owner, task.id)
        ingest.wait(ingest.tasks.seen, 1)
    for task in ingest.tasks.listed():
        ingest.tasks.dismiss(owner, task.id)
    for item in ingest.items(owner):
        ingest.discard(owner, item.id)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """The page of a maintainer on 收录; it fails the test if it asks for anything outside or throws an error."""
    with watched(context, server.address) as opened:
        sign_in(opened, MAINTAINER)
        open_tab(opened)
        yield opened
        opened.goto("about:blank")


def open_tab(page: Page) -> None:
    page.locator("#pq-tab-ingest-button").click()
    expect(page.locator("#pq-held")).to_be_visible()


def paper(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def choose(page: Page, *paths: Path) -> None:
    page.locator("#pq-pick").set_input_files([str(path) for path in paths])


def drop(page: Page, name: str, text: str) -> None:
    """Drag a file from the desktop onto the page."""
    data = page.evaluate_handle(
        """([name, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([text], name, { type: "text/plain" }));
            return data;
        }""",
        [name, text],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("[data-drop]", event, {"dataTransfer": data})


def file_of(page: Page, name: str) -> Locator:
    return page.locator(".pq-file", has=page.get_by_role("heading", name=name, exact=True))


def confirm(page: Page, count: int = 1) -> None:
    page.get_by_role("button", name=f"收录 {count} 个文件").click()


# ---- from the desktop into an answer -------------------------------------------------------------------------
def test_a_dropped_file_is_read_shown_confirmed_and_then_in_the_library(page: Page, server: Server) -> None:
    drop(page, "新办法.txt", "新办法\n第一条 新的规定，留意。\n第二条 二。")
    one = file_of(page, "新办法.txt")
    expect(one.locator(".pq-badge").first).to_have_text("新文件")
    expect(one).to_contain_text("新增 2 条")
    expect(one.locator(".pq-findings summary")).to_have_text("检查结果：提醒 1 处")
    expect(one.locator(".pq-findings li")).to_be_hidden()
    one.locator(".pq-findings summary").click()
    expect(one.locator(".pq-findings li")).to_have_text("提醒 正文 第二条，第 3 页，第 3 行 没有文号")
    assert server.shelf.calls == []  # nothing is taken in before the maintainer says so
    confirm(page)
    expect(one.locator(".pq-file-head .pq-badge")).to_have_text("已收录")
    expect(one).to_contain_text("《新办法》：新增 2 条")
    assert server.shelf.calls == [(("新办法.txt",), "", False)]
    expect(page.locator("#pq-held")).to_contain_text("《新办法》")
    expect(page.locator(".pq-task")).to_contain_text("收录 新办法.txt")
    page.locator("#pq-tab-library-button").click()
    expect(page.locator(".pq-library")).to_contain_text("《新办法》")
    page.locator("#pq-tab-chat-button").click()
    page.locator(".pq-filter summary").click()
    expect(page.locator(".pq-filter")).to_contain_text("《新办法》")


def test_the_articles_of_a_file_can_be_read_before_it_is_taken_in(page: Page, tmp_path: Path) -> None:
    lines = "\n".join(f"第{n}条 正文{n}。" for n in range(1, 61))
    choose(page, paper(tmp_path, "长办法.txt", f"长办法\n{lines}"))
    page.get_by_role("button", name="《长办法》").click()
    dialog = page.locator("#pq-preview")
    expect(dialog.get_by_role("heading")).to_be_focused()
    expect(dialog.locator("details")).to_have_count(50)
    expect(dialog).to_contain_text("共 60 条")
    expect(dialog.locator("details > div").nth(1)).to_be_hidden()
    dialog.locator("summary").nth(1).click()
    expect(dialog.locator("details > div").nth(1)).to_have_text("第2条 正文2。")
    dialog.get_by_role("button", name="下一页").click()
    expect(dialog.locator("details")).to_have_count(10)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="《长办法》")).to_be_focused()


# ---- what keeps a file out -----------------------------------------------------------------------------------
def test_a_file_with_errors_is_taken_in_only_if_it_is_ticked(
    page: Page, server: Server, tmp_path: Path
) -> None:
    choose(
        page,
        paper(tmp_path, "缺条.txt", "缺条办法\n第二条 缺条。"),
        paper(tmp_path, "乱码.txt", "乱码"),
        paper(tmp_path, "好.txt", "好办法\n第一条 一。"),
    )
    bad, broken = file_of(page, "缺条.txt"), file_of(page, "乱码.txt")
    expect(bad.locator(".pq-badge").first).to_have_text("有错误，不收录")
    expect(bad.locator(".pq-findings li")).to_have_text("错误 正文 第二条，第 3 页，第 3 行 缺少第一条")
    expect(broken).to_contain_text("无法读取")
    expect(broken).to_contain_text("不是文本文件：乱码.txt。请另存为 UTF-8。")
    expect(page.get_by_role("button", name="收录 1 个文件")).to_be_visible()
    expect(page.locator("#pq-ingest-said")).to_have_text("1 个可以收录，1 个有错误")
    bad.get_by_label("仍要收录").check()
    expect(bad.locator(".pq-badge").first).to_have_text("有错误，仍收录")
    bad.get_by_label("仍要收录").uncheck()
    expect(page.get_by_role("button", name="收录 1 个文件")).to_be_visible()
    bad.get_by_label("仍要收录").check()
    page.get_by_label("收录到合集").fill("四月")
    confirm(page, 2)
    expect(bad).to_contain_text("已收录")
    assert server.shelf.calls == [(("好.txt",), "四月", False), (("缺条.txt",), "四月", True)]
    page.get_by_role("button", name="清除已收录的").click()
    expect(page.locator("#pq-tray .pq-file")).to_have_count(1)
    page.get_by_role("button", name="移出：乱码.txt").click()
    expect(page.locator("#pq-tray .pq-file")).to_have_count(0)


def test_what_cannot_be_a_document_is_not_even_sent(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "很大.txt"
    large.write_bytes(b"x" * (2**20 + 1))
    choose(page, paper(tmp_path, "程序.exe", "MZ"), large)
    rows = page.locator("#pq-sending > li")
    expect(rows.nth(0)).to_contain_text("不支持的格式。支持 TXT、Markdown、DOCX")
    expect(rows.nth(1)).to_contain_text("文件超过 1 MB。请拆分或压缩后上传")
    expect(page.locator("#pq-tray .pq-file")).to_have_count(0)
    page.get_by_role("button", name="不上传：程序.exe").click()
    expect(rows).to_have_count(1)


def test_missing_facts_are_written_beside_the_file(page: Page, server: Server, tmp_path: Path) -> None:
    choose(page, paper(tmp_path, "无号.txt", "无号办法\n第一条 一。"))
    one = file_of(page, "无号.txt")
    one.get_by_text("补充标题、文号、日期").click()
    one.get_by_label("文号").fill('某发〔2024〕1号"')
    one.get_by_label("日期").fill("2024-05-01")
    one.get_by_role("button", name="保存并重新检查").click()
    expect(one).to_contain_text('doc_number = "某发〔2024〕1号\\""')  # the fake shows the file beside it
    (item,) = server.app.ingest.items(f"user:{MAINTAINER}")
    assert item.path.with_name("无号.meta.toml").read_text(encoding="utf-8") == (
        '["无号办法"]\ndoc_number = "某发〔2024〕1号\\""\ndate = "2024-05-01"\n'
    )


# ---- while the library changes -------------------------------------------------------------------------------
def test_a_reload_while_the_library_changes_loses_nothing(page: Page, server: Server, tmp_path: Path) -> None:
    choose(
        page,
        paper(tmp_path, "甲.txt", "甲办法\n第一条 一。"),
        paper(tmp_path, "乙.txt", "乙办法\n第二条 缺条。"),
    )
    expect(file_of(page, "乙.txt")).to_contain_text("有错误，不收录")
    server.shelf.add_go.clear()
    confirm(page)
    expect(page.locator(".pq-task")).to_contain_text("计算向量：0 / 2")
    page.reload()
    open_tab(page)
    expect(file_of(page, "甲.txt")).to_contain_text("正在收录")
    expect(file_of(page, "乙.txt")).to_contain_text("有错误，不收录")
    expect(page.locator(".pq-task").get_by_role("button", name="取消")).to_be_visible()
    page.locator("#pq-tab-chat-button").click()
    ask(page, "收费吗")
    answered(page)  # questions are answered meanwhile
    open_tab(page)
    server.shelf.add_go.set()
    expect(file_of(page, "甲.txt")).to_contain_text("已收录")
    expect(page.locator("#pq-held")).to_contain_text("《甲办法》")


def test_what_is_called_off_changes_nothing(page: Page, server: Server, tmp_path: Path) -> None:
    choose(page, paper(tmp_path, "甲.txt", "甲办法\n第一条 一。"))
    expect(file_of(page, "甲.txt")).to_contain_text("新文件")
    server.shelf.add_go.clear()
    confirm(page)
    page.locator(".pq-task").get_by_role("button", name="取消").click()
    expect(page.locator(".pq-task")).to_contain_text("正在取消")
    server.shelf.add_go.set()
    expect(page.locator(".pq-task")).to_contain_text("已取消，文件库没有改动。")
    expect(file_of(page, "甲.txt")).to_contain_text("新文件")
    expect(page.get_by_role("button", name="收录 1 个文件")).to_be_visible()
    expect(page.locator("#pq-held")).not_to_contain_text("《甲办法》")


def test_what_is_being_written_stays_while_other_files_change(page: Page, tmp_path: Path) -> None:
    choose(page, paper(tmp_path, "甲.txt", "甲办法\n第一条 一。"))
    one = file_of(page, "甲.txt")
    one.get_by_text("补充标题、文号、日期").click()
    one.get_by_label("文号").fill("写到一半")
    page.get_by_label("收录到合集").fill("五月")
    choose(page, paper(tmp_path, "乙.txt", "乙办法\n第一条 一。"))
    expect(file_of(page, "乙.txt")).to_contain_text("新文件")
    expect(one.get_by_label("文号")).to_have_value("写到一半")
    expect(page.get_by_label("收录到合集")).to_have_value("五月")


def test_a_document_is_removed_or_renamed_once_that_is_confirmed(page: Page, server: Server) -> None:
    held = page.locator("#pq-held")
    page.get_by_label("按标题、文号或文件名查找").fill("吹风")
    held.get_by_role("button", name="查找").click()
    expect(held.locator(".pq-held-item")).to_have_count(1)
    held.get_by_text("改名").click()
    held.get_by_label("新标题").fill("四月吹风会")
    held.get_by_role("button", name="保存").click()
    expect(held).to_contain_text("《四月吹风会》")
    held.get_by_role("button", name="移除：《四月吹风会》").click()
    expect(held).to_contain_text("没有这样的文件。")
    expect(page.locator(".pq-task").last).to_contain_text("移除《四月吹风会》")
    assert list(server.shelf.held) == ["国市监质规〔2024〕3号"]


# ---- who may, and what is harmless ---------------------------------------------------------------------------
def send(server: Server, body: bytes = b"x", **headers: str) -> tuple[int, str]:
    """A file without a browser: status and what is told."""
    connection = HTTPConnection("127.0.0.1", urlsplit(server.address).port or 0, timeout=20)
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    connection.request("POST", "/upload", body, {"X-Policy-QA": "upload", "X-Name": "a.txt", **named})
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def cookie_of(server: Server, context: BrowserContext, name: str) -> str:
    page = context.new_page()
    page.goto(server.address)
    sign_in(page, name)
    expect(page.locator(".pq-me")).to_be_visible()
    (cookie,) = context.cookies()
    page.close()
    return f"{cookie['name']}={cookie['value']}"


def test_nobody_but_a_maintainer_can_send_or_see_anything(server: Server, context: BrowserContext) -> None:
    assert send(server) == (401, "请先登录。")
    page = context.new_page()
    page.goto(server.address)
    with page.expect_request(lambda r: "component_server" in r.url) as opening:
        sign_in(page, "张三")
    expect(page.locator(".pq-me")).to_be_visible()
    expect(page.locator("#pq-tab-ingest-button")).to_be_hidden()
    (cookie,) = context.cookies()
    own = f"{cookie['name']}={cookie['value']}"
    assert send(server, Cookie=own) == (403, "只有维护者可以收录文件。请用维护者的账号登录。")
    from ui.ingest_acts import ACTS

    body = json.loads(opening.value.post_data or "")
    for act in ACTS:
        body["data"] = {**body["data"], "act": act, "key": "吹风会", "title": "x"}
        answer = context.request.post(opening.value.url, data=body).json()
        assert answer == {"state": {}, "notice": "只有维护者可以收录文件。请用维护者的账号登录。"}
    assert len(server.shelf.held) == 2


def test_without_users_only_who_sits_at_this_machine_and_is_its_maintainer_can_send(tmp_path: Path) -> None:
    refused = 403, "只有维护者可以收录文件。请用维护者的账号登录。"
    for said in (False, True):
        folder = tmp_path / str(said)
        folder.mkdir()
        with serving(folder, users=None, local_maintainer=said) as server:
            assert send(server, "甲".encode()) == ((201, "已上传。") if said else refused)
            assert send(server, X_Forwarded_For="10.0.0.7") == refused
            assert send(server, Host="evil.example")[0] == 421


def test_another_site_cannot_send_a_file(server: Server, context: BrowserContext) -> None:
    cookie = cookie_of(server, context, MAINTAINER)
    for status, told in (
        send(server, Cookie=cookie, Sec_Fetch_Site="cross-site"),
        send(server, Cookie=cookie, Sec_Fetch_Site="same-site"),
        send(server, Cookie=cookie, Origin="http://evil.example"),
    ):
        assert (status, json.loads(told)["error"]["type"]) == (403, "foreign_page")
    connection = HTTPConnection("127.0.0.1", urlsplit(server.address).port or 0, timeout=20)
    connection.request(
        "POST", "/upload", b"x", {"Cookie": cookie, "X-Name": "a.txt"}
    )  # as a form would send it
    assert connection.getresponse().status == 403
    connection.close()
    assert server.app.ingest.items(f"user:{MAINTAINER}") == ()


def test_a_name_leads_nowhere(server: Server, context: BrowserContext) -> None:
    own = cookie_of(server, context, MAINTAINER)
    assert (
        send(server, "穿越\n第一条 一。".encode(), Cookie=own, X_Name=quote("../../../etc/穿越.txt"))[0]
        == 201
    )
    assert send(server, b"x", Cookie=own, X_Name=quote("C:\\windows\\a.exe"))[0] == 400
    assert send(server, b"x", Cookie=own, X_Name="")[0] == 400
    assert send(server, b"x" * (2**20 + 1), Cookie=own)[0] == 413
    (item,) = server.app.ingest.items(f"user:{MAINTAINER}")
    assert (item.name, item.path.name) == ("穿越.txt", "穿越.txt")
    assert item.path.is_relative_to(server.folder / "data" / "uploads")
    assert len(list((server.folder / "data" / "uploads").rglob("*.txt"))) == 1


def test_names_and_texts_are_shown_and_not_run(page: Page) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    drop(page, f"{nasty}.txt", f"{INJECTION}\n第一条 {INJECTION} 缺条\n{nasty} 二")
    one = page.locator("#pq-tray .pq-file")
    expect(one.locator("h4")).to_have_text("img src=x onerror=alert(1).txt")
    one.locator(".pq-open").click()
    expect(page.locator("#pq-preview h3")).to_contain_text("<img src=x")
    page.locator("#pq-preview summary").nth(0).click()
    expect(page.locator("#pq-preview details > div").nth(0)).to_contain_text("onerror=")
    page.keyboard.press("Escape")
    one.get_by_label("仍要收录").check()
    confirm(page)
    expect(one).to_contain_text("已收录")
    expect(page.locator("#pq-held")).to_contain_text("<img src=x")
    expect(page.locator(".pq-ingest :is(img, script, b, a)")).to_have_count(0)
    expect(page).to_have_title("政策问答")


# ---- for everybody -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_violation_and_nothing_is_too_wide(
    page: Page, server: Server, tmp_path: Path, size: tuple[int, int], scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.reload()
    open_tab(page)
    found = violations(page, "empty")
    choose(
        page,
        paper(tmp_path, "缺条.txt", "缺条办法\n第二条 缺条，留意。"),
        paper(tmp_path, "乱码.txt", "乱码"),
        paper(tmp_path, "程序.exe", "MZ"),
        paper(tmp_path, f"{'很长的名字' * 12}.txt", "好办法\n第一条 一。"),
    )
    expect(page.locator(".pq-file[data-state=read]")).to_have_count(3)
    file_of(page, "缺条.txt").get_by_text("补充标题、文号、日期").click()
    page.locator(".pq-held-item summary").first.click()
    found += violations(page, "files")
    page.get_by_role("button", name="《缺条办法》").click()
    found += violations(page, "preview")
    page.keyboard.press("Escape")
    server.shelf.add_go.clear()
    confirm(page)
    expect(page.locator(".pq-task")).to_contain_text("计算向量")
    found += violations(page, "changing")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert found == []
