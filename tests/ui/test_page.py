"""The chat page in a real browser, over a fake chain."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from index.errors import UsageError
from qa.model import Answer
from qa.settings import WebSettings
from tests.ui.browser import NARROW, WIDE, answered, ask, watched
from tests.ui.conftest import FREE, TURN, FakeChain, as_chain
from ui.app import App
from ui.environment import prepare
from ui.live import LiveChain
from ui.records import FILE, Records

pytestmark = pytest.mark.browser

INJECTION = "<img src=x onerror=\"document.title='hacked'\"> <附件1> **粗** $$x$$ ${1+1} {{x}} [链](javascript:alert(1))"
WAIT = 20.0


class PageChain(FakeChain):
    """Waits after its first sentence where the question holds 慢慢."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()

    def stream(self, question: str, *rest: Any, **more: Any) -> Iterator[Answer]:
        for answer in super().stream(question, *rest, **more):
            yield answer
            if "慢慢" in question:
                assert self.go.wait(WAIT)


@dataclass
class Server:
    """The page, served; it can be stopped and started again on the same port, with the same records.

    `fall` ends the serving alone, as if the process had been killed; what it returns ends what is left of it.
    """

    records: Records
    chain: PageChain = field(default_factory=PageChain)
    address: str = ""
    stop: Callable[[], None] = lambda: None
    fall: Callable[[], Callable[[], None]] = lambda: lambda: None

    def start(self) -> None:
        from ui.web import build_page, launch

        port = urlsplit(self.address).port or 0
        app = App(LiveChain(lambda: as_chain(self.chain)), self.records, WebSettings(port=port))
        page = build_page(app)
        server = launch(page, app)
        self.address = server.address

        def stop() -> None:
            Timer(0.2, self.chain.go.set).start()  # a chain that waits is let go once it is told to stop
            app.close()
            server.close()

        def fall() -> Callable[[], None]:
            server.close()
            return app.close

        self.stop, self.fall = stop, fall


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    prepare("default")
    records = Records(tmp_path_factory.mktemp("web") / FILE)
    served = Server(records)
    served.start()
    yield served
    served.stop()
    records.close()


@pytest.fixture
def page(browser: BrowserContext, server: Server) -> Iterator[Page]:
    """The page, freshly opened; it fails the test if it asks for anything outside or throws an error."""
    server.chain.asked.clear()
    server.chain.go.clear()
    with watched(browser, server.address) as opened:
        expect(opened.locator(".pq-welcome")).to_be_visible()
        yield opened
        server.chain.go.set()


def test_the_page_is_chinese_and_waits_for_a_question(page: Page) -> None:
    expect(page).to_have_title("政策问答")
    expect(page.locator("h1")).to_have_text("政策问答")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#chat")).to_contain_text("请输入问题。回答只依据已收录的政策文件，并逐条注明出处。")
    expect(page.locator("#pq-box")).to_be_focused()
    expect(page.locator("footer")).to_have_count(0)


def heard(listening: socket.socket) -> bytes:
    """What has been sent there so far. Chromium connects early where a frame or a form might lead, and says nothing."""
    told = b""
    while True:
        try:
            line, _ = listening.accept()
        except BlockingIOError:
            return told
        with line:
            line.settimeout(0.2)
            try:
                told += line.recv(4096)
            except TimeoutError:
                continue


def test_what_slips_into_the_page_as_html_runs_nothing_and_fetches_nothing(
    browser: BrowserContext, server: Server
) -> None:
    """Should text ever be put into the page unescaped, the browser itself still refuses (Content-Security-Policy)."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(server.address)
    expect(page.locator(".pq-welcome")).to_be_visible()
    attacker = socket.create_server(("127.0.0.1", 0))
    attacker.setblocking(False)
    page.evaluate(
        """(evil) => {
            window.ran = [];
            const slipped = `<img src=x onerror="ran.push('handler')"><a id=evil href="javascript:ran.push('link')">x</a>
                <img src="${evil}/pixel"><iframe src="${evil}/frame"></iframe>
                <form id=form action="${evil}/form"><input name=q></form>`;
            document.querySelector("#chat").insertAdjacentHTML("beforeend", slipped);
            const inline = document.createElement("script");
            inline.textContent = "ran.push('inline')";
            const remote = document.createElement("script");
            remote.src = `${evil}/remote.js`;
            document.body.append(inline, remote);
            document.querySelector("#evil").click();
            document.querySelector("#form").submit();
            fetch(`${evil}/told`).catch(() => ran.push("no fetch"));
        }""",
        f"http://127.0.0.1:{attacker.getsockname()[1]}",
    )
    page.wait_for_function("ran.includes('no fetch')")
    page.wait_for_timeout(300)
    assert page.evaluate("ran") == ["no fetch"]
    assert page.url == server.address
    assert heard(attacker) == b""
    attacker.close()
    assert sum("Content Security Policy" in line for line in said) >= 7
    page.close()


def test_a_question_is_answered_with_its_sources_word_for_word(page: Page) -> None:
    ask(page, "收费吗")
    expect(page.locator(".pq-question")).to_have_text("收费吗")
    expect(page.locator(".pq-answer")).to_contain_text("不收取费用。[1]")
    cards = page.locator(".pq-card")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("[1] 《检测评定管理办法（试行）》第二十七条")
    expect(cards.first.locator(".pq-facts")).to_contain_text("国市监质规〔2024〕3号")
    expect(cards.first.locator("blockquote")).to_have_text("不向申请单位收取费用")
    expect(page.locator("#pq-box")).to_have_value("")
    expect(page.locator("#pq-box")).to_be_focused()


def test_a_mark_selects_its_card_and_shows_the_quote_in_its_article(page: Page) -> None:
    ask(page, "收费吗")
    answered(page)
    panel = page.locator("#pq-panel")
    expect(panel.locator("mark")).to_have_text(
        "不向申请单位收取费用"
    )  # the first, of itself, on a wide screen
    page.locator(".pq-mark", has_text="[2]").click()
    expect(panel.locator("mark")).to_have_text("记者：何时实施？司长：见<附件1>。", use_inner_text=False)
    expect(page.locator(".pq-card.pq-selected")).to_contain_text("[2]")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".pq-mark", has_text="[2]")).to_be_focused()
    page.reload()
    expect(panel).to_be_hidden()  # who closed it does not get it back unasked


def test_earlier_questions_are_handed_on_and_a_new_conversation_forgets_them(
    page: Page, server: Server
) -> None:
    for number, question in enumerate(("收费吗", "那第二批呢"), start=1):
        ask(page, question)
        answered(page, number)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".pq-welcome")).to_be_visible()
    ask(page, "新问题")
    answered(page)
    assert [(question, history) for question, history, _ in server.chain.asked] == [
        ("收费吗", ()),
        ("那第二批呢", ("收费吗",)),
        ("新问题", ()),
    ]


def test_a_conversation_survives_a_reload_and_is_found_again_in_the_list(page: Page) -> None:
    ask(page, "收费吗")
    answered(page)
    page.reload()
    answered(page)
    page.locator(".pq-mark").first.click()
    expect(page.locator("#pq-panel mark")).to_have_text("不向申请单位收取费用")
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".pq-turn")).to_have_count(0)
    page.locator(".pq-past").first.click()
    answered(page)
    page.locator(".pq-delete").first.click()
    expect(page.locator(".pq-welcome")).to_be_visible()


def test_a_refusal_looks_different_and_its_choices_can_be_clicked(page: Page) -> None:
    ask(page, "哪个批次")
    back = page.locator(".pq-refusal.pq-back")
    expect(back).to_contain_text("需要更多信息")
    back.get_by_role("button", name="第二批").click()
    answered(page, 2)
    expect(page.locator(".pq-question").last).to_have_text("第二批哪个批次")
    ask(page, "月亮上收费吗")
    refusal = page.locator(".pq-refusal").last
    expect(refusal).to_contain_text("资料未收录")
    expect(page.locator(".pq-answer")).to_have_count(1)
    border = refusal.evaluate("node => getComputedStyle(node).borderLeftColor")
    assert border == "rgb(180, 95, 6)"


def test_try_again_and_edit_take_the_place_of_the_last_turn(page: Page, server: Server) -> None:
    ask(page, "收费吗")
    answered(page)
    page.get_by_role("button", name="重试").click()
    answered(page)
    page.get_by_role("button", name="修改问题").click()
    box = page.get_by_label("修改问题")
    expect(box).to_have_value("收费吗")
    box.fill("要多少钱")
    page.get_by_role("button", name="重新提问").click()
    expect(page.locator(".pq-question")).to_have_text("要多少钱")
    answered(page)
    assert [question for question, _, _ in server.chain.asked] == ["收费吗", "收费吗", "要多少钱"]


def test_an_answer_grows_without_a_jump_and_can_be_stopped(page: Page) -> None:
    ask(page, "慢慢说收费吗")
    answer = page.locator(".pq-answer")
    expect(answer).to_have_text("不收取费用。[1]")
    top = page.locator(".pq-turn").bounding_box()
    page.locator("#pq-box").fill("等不及")
    for _ in range(200):
        page.locator("#pq-box").press("Enter")
    expect(page.locator("[data-outlet=notice]")).to_contain_text("上一个问题还在回答")
    expect(page.locator("#pq-box")).to_have_value("等不及")
    page.get_by_role("button", name="停止").click()
    expect(answer).to_contain_text("（已按要求停止，以上内容可能不全。）")
    answered(page)
    assert page.locator(".pq-turn").bounding_box() == top
    expect(page.get_by_role("button", name="发送")).to_be_visible()


def test_a_reload_while_an_answer_is_given_goes_on_with_it(page: Page, server: Server) -> None:
    ask(page, "慢慢说收费吗")
    expect(page.locator(".pq-answer")).to_have_text("不收取费用。[1]")
    page.reload()
    expect(page.locator(".pq-answer")).to_have_text("不收取费用。[1]")
    server.chain.go.set()
    expect(page.locator(".pq-answer")).to_contain_text("此前 0 问")
    assert len(server.chain.asked) == 1


def test_a_server_that_is_started_anew_is_noticed_and_the_conversation_goes_on(
    page: Page, server: Server
) -> None:
    ask(page, "收费吗")
    answered(page)
    server.stop()
    ask(page, "那第二批呢")
    expect(page.locator("[data-outlet=notice]")).to_have_text("连接已断开，问题没有发出。正在重连……")
    expect(page.locator("#pq-box")).to_have_value("那第二批呢")
    page.evaluate("window.old = true")
    server.start()
    page.wait_for_function("!window.old")
    answered(page)
    expect(page.locator("#pq-box")).to_have_value("那第二批呢")
    page.locator("#pq-box").press("Enter")
    answered(page, 2)
    assert server.chain.asked[-1][1] == ("收费吗",)


def test_a_stop_in_the_middle_of_an_answer_is_told_and_the_question_can_be_asked_again(
    page: Page, server: Server
) -> None:
    ask(page, "慢慢说收费吗")
    expect(page.locator(".pq-answer")).to_have_text("不收取费用。[1]")
    server.stop()
    expect(page.get_by_role("alert")).to_have_text("服务正在停止，这个问题没有答完。请稍后再问。")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    server.start()
    page.reload()
    ask(page, "收费吗")
    answered(page)


def cut_off_in_the_middle(page: Page) -> None:
    """Lose the line while an answer is being told, and notice it."""
    ask(page, "慢慢说收费吗")
    expect(page.locator(".pq-answer")).to_have_text("不收取费用。[1]")
    page.context.set_offline(True)
    expect(page.locator("[data-outlet=notice]")).to_contain_text("断开")


def test_a_server_that_dies_in_the_middle_of_an_answer_gives_the_question_back(
    page: Page, server: Server
) -> None:
    cut_off_in_the_middle(page)
    end = server.fall()
    server.start()
    page.context.set_offline(False)
    expect(page.locator("[data-outlet=notice]")).to_contain_text("没有答完。问题已放回输入框")
    expect(page.locator("#pq-box")).to_have_value("慢慢说收费吗")
    expect(page.locator(".pq-turn")).to_have_count(0)
    end()


def test_an_answer_that_was_finished_while_the_line_was_dead_is_there_afterwards(
    page: Page, server: Server
) -> None:
    cut_off_in_the_middle(page)
    server.chain.go.set()
    page.context.set_offline(False)
    expect(page.locator(".pq-answer")).to_contain_text("此前 0 问")
    answered(page)


def test_two_tabs_are_two_conversations_of_one_browser(
    page: Page, browser: BrowserContext, server: Server
) -> None:
    other = browser.new_page()
    other.goto(server.address)
    ask(page, "收费吗")
    ask(other, "另一个问题")
    answered(page)
    answered(other)
    assert sorted(history for _, history, _ in server.chain.asked) == [(), ()]
    expect(other.locator(".pq-past span").first).to_have_text("另一个问题")
    expect(other.locator(".pq-past span").nth(1)).to_have_text("收费吗")
    other.close()


def test_a_verdict_is_written_with_the_right_article_and_a_comment(page: Page, server: Server) -> None:
    ask(page, "收费吗")
    answered(page)
    page.get_by_role("button", name="依据不对").click()
    expect(page.locator(".pq-pick button")).to_have_count(2)
    page.get_by_label("都不是？按关键词找").fill("没有的词")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("#pq-panel .pq-none")).to_have_text(
        "没有找到。请换几个关键词，或在回答下方补充说明。"
    )
    page.get_by_label("都不是？按关键词找").fill("何时实施")
    page.get_by_role("button", name="查找").click()
    page.locator(".pq-pick button", has_text="吹风会").click()
    expect(page.locator(".pq-comment")).to_contain_text("正确的依据：《国务院政策例行吹风会》问答1")
    page.get_by_label("补充说明（可不填）").fill("见实录")
    page.get_by_role("button", name="提交说明").click()
    expect(page.locator("[data-outlet=notice]")).to_have_text("谢谢，已记录。")
    kept = []
    for _ in range(
        50
    ):  # the same thanks stood there for the verdict, so that they do not tell that this is done
        kept = [
            (j.feedback.verdict, j.feedback.comment, j.feedback.article)
            for j in server.records.judged()
            if j.feedback
        ]
        if kept[0][1]:
            break
        page.wait_for_timeout(100)
    assert kept[0] == ("依据不对", "见实录", TURN.id)


def test_questions_can_be_limited_to_documents(page: Page, server: Server) -> None:
    page.locator(".pq-filter summary").click()
    page.get_by_label("《检测评定管理办法（试行）》").check()
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".pq-filter summary")).to_have_text("只查《检测评定管理办法（试行）》")
    ask(page, "收费吗")
    answered(page)
    assert server.chain.asked[-1][2] == (FREE.meta.key,)
    page.reload()
    page.locator(".pq-filter summary").click()
    page.get_by_role("button", name="全部文件").click()
    expect(page.locator(".pq-filter summary")).to_have_text("范围：全部文件")


def test_a_conversation_is_exported_and_an_answer_copied(page: Page) -> None:
    ask(page, "收费吗")
    answered(page)
    page.get_by_text("导出对话").click()
    with page.expect_download() as download:
        page.locator(".pq-actions").get_by_role("button", name="Markdown").click()
    assert download.value.suggested_filename.startswith("问答-")
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("# 政策问答\n")
    page.get_by_role("button", name="复制回答").click()
    expect(page.locator("[data-outlet=notice]")).to_have_text("已复制。")
    cited = "[1] 《检测评定管理办法（试行）》（国市监质规〔2024〕3号）第二十七条：“不向申请单位收取费用”"
    assert cited in page.evaluate("navigator.clipboard.readText()").splitlines()
    page.locator(".pq-card").first.get_by_role("button", name="复制引文").click()
    page.wait_for_function("async cited => await navigator.clipboard.readText() === cited", arg=cited[4:])


@pytest.mark.parametrize(
    ("question", "told"), [("   ", "问题为空。请输入要查询的问题。"), ("长" * 2001, "问题过长（2001 字）。")]
)
def test_a_question_that_cannot_be_asked_stays_in_the_box(page: Page, question: str, told: str) -> None:
    ask(page, question)
    expect(page.locator("[data-outlet=notice]")).to_contain_text(told)
    expect(page.locator("#pq-box")).to_have_value(question)
    expect(page.locator(".pq-turn")).to_have_count(0)


def test_a_fault_of_ours_does_not_end_the_page(page: Page) -> None:
    ask(page, "出错")
    expect(page.locator(".pq-error")).to_contain_text("程序内部错误")
    ask(page, "收费吗")
    answered(page)


def test_an_injected_string_stays_inert(page: Page) -> None:
    ask(page, INJECTION)
    expect(page.locator(".pq-question")).to_have_text(INJECTION)
    expect(page.locator(".pq-answer")).to_contain_text("另见<附件1>。")
    expect(page.locator(".pq-past span").first).to_contain_text("<img src=x")
    page.get_by_role("button", name="修改问题").click()
    expect(page.get_by_label("修改问题")).to_have_value(INJECTION)
    page.reload()
    expect(page.locator(".pq-question")).to_have_text(INJECTION)
    expect(page).to_have_title("政策问答")
    for tag in ("img", "a", "script", "iframe", "em", ".katex"):
        expect(page.locator(f".pq-chat {tag}")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_is_wider_than_the_screen(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    ask(page, "收费吗" + "很长的问题" * 60)
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]


def test_on_a_narrow_screen_the_source_is_a_sheet_and_the_list_a_drawer(page: Page) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    ask(page, "收费吗")
    answered(page)
    sheet = page.locator("#pq-panel")
    expect(sheet).to_be_hidden()
    page.locator(".pq-mark").first.click()
    expect(sheet.locator("mark")).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert (box["x"], box["width"], round(box["height"])) == (0, NARROW[0], round(NARROW[1] * 0.78))
    sheet.get_by_role("button", name="关闭原文").click()
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="对话记录").click()
    page.locator(".pq-side").get_by_role("button", name="新对话").click()
    expect(page.locator(".pq-side")).to_be_hidden()


def test_a_port_in_use_is_one_line(server: Server) -> None:
    from ui.web import build_page, launch

    port = urlsplit(server.address).port or 0
    app = App(LiveChain(lambda: as_chain(FakeChain())), server.records, WebSettings(port=port))
    with pytest.raises(UsageError) as caught:
        launch(build_page(app), app)
    assert str(caught.value) == (
        f"无法在 127.0.0.1:{port} 打开网页。请换一个 --port（可能已被占用），或检查 --host。"
    )
