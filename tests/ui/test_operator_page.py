"""The operator's mode in a real browser, by keyboard alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.chain import open_chain
from qa.settings import WebSettings, load_settings
from tests.ui.browser import NARROW, watched
from tests.ui.conftest import as_chain
from tests.ui.test_page import PageChain
from ui.app import App
from ui.environment import prepare
from ui.live import LiveChain
from ui.records import FILE, Records

pytestmark = pytest.mark.browser

NOTICE = "[data-outlet=notice]"


@dataclass(frozen=True)
class Desk:
    address: str
    records: Records
    chain: PageChain


def serve(chain: LiveChain, records: Records) -> Iterator[str]:
    from ui.web import build_page, launch

    prepare("default")
    app = App(chain, records, WebSettings(port=0))
    page = build_page(app)
    server = launch(page, app)
    yield server.address
    app.close()
    server.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    records, chain = Records(tmp_path_factory.mktemp("desk") / FILE), PageChain()
    for address in serve(LiveChain(lambda: as_chain(chain)), records):
        yield Desk(address, records, chain)
    records.close()


def begin(page: Page) -> None:
    """Bring the page into the operator's mode, by keyboard."""
    expect(page.locator(".pq-welcome")).to_be_visible()
    expect(page.locator("#pq-notes")).to_have_count(1)
    if page.locator("[data-call=mode]").get_attribute("aria-checked") == "false":
        page.locator("[data-call=mode]").press("Enter")
    expect(page.locator("#pq-notes")).to_be_visible()


@pytest.fixture
def page(browser: BrowserContext, desk: Desk) -> Iterator[Page]:
    desk.chain.asked.clear()
    desk.chain.go.clear()
    with watched(browser, desk.address) as page:
        begin(page)
        yield page
        desk.chain.go.set()


def ask(page: Page, question: str) -> None:
    """Type where the focus is, and send."""
    page.keyboard.insert_text(question)
    page.keyboard.press("Enter")
    expect(page.locator(".pq-turn[data-state=done]").last).to_have_attribute("data-question", question)


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_call_from_the_first_key_to_the_next_caller(page: Page, desk: Desk) -> None:
    expect(page.locator("#pq-box")).to_be_focused()
    ask(page, "收费吗")
    brief = page.locator(".pq-brief")
    expect(brief.locator(".pq-sure strong")).to_have_text("请核对原文")
    expect(brief.locator(".pq-speech p")).to_have_text(["不收取费用。", "另见<附件1>。", "此前0问。"])
    expect(page.locator("#pq-panel mark")).to_have_text("不向申请单位收取费用")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".pq-card.pq-selected")).to_contain_text("[2]")
    expect(page.locator("#pq-panel h3")).to_contain_text("问答1")
    expect(page.locator("#pq-box")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")  # round to the first again
    expect(page.locator(".pq-card.pq-selected")).to_contain_text("[1]")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".pq-card.pq-selected")).to_contain_text("[2]")
    page.keyboard.press("Alt+c")
    expect(page.locator(NOTICE)).to_have_text("答复已复制。")
    assert clipboard(page).startswith("不收取费用。[1]\n")
    page.keyboard.press("Alt+m")
    expect(page.locator("#pq-notes")).to_be_focused()
    page.keyboard.insert_text("王工 0351-1234567")
    page.keyboard.press("Alt+q")
    expect(page.locator("#pq-box")).to_be_focused()
    ask(page, "那第二批呢")
    page.keyboard.press("F8")
    expect(page.locator(NOTICE)).to_have_text("工单已复制。")
    ticket = clipboard(page)
    assert ticket.count("【工单】") == 2
    assert "来电问题：收费吗\n" in ticket
    assert ticket.count("\n把握：") == 2
    assert ticket.endswith("备注：王工 0351-1234567")
    page.keyboard.press("F2")
    expect(page.locator(".pq-welcome")).to_be_visible()
    expect(page.locator("#pq-notes")).to_have_value("")
    expect(page.locator("#pq-box")).to_be_focused()
    assert [history for _, history, _ in desk.chain.asked] == [(), ("收费吗",)]


def test_notes_are_kept_with_their_conversation(page: Page) -> None:
    ask(page, "备注属于谁")
    page.keyboard.press("Alt+m")
    page.keyboard.insert_text("甲公司")
    page.keyboard.press("F2")  # before the pause in which notes are kept
    expect(page.locator(".pq-welcome")).to_be_visible()
    page.get_by_role("button", name="对话记录").press("Enter")
    page.locator(".pq-past", has_text="备注属于谁").press("Enter")
    expect(page.locator("#pq-notes")).to_have_value("甲公司")
    page.keyboard.press("Alt+m")
    page.keyboard.press("End")
    page.keyboard.insert_text("，已回电")
    expect(page.locator("#pq-kept")).to_have_text("备注已保存。")
    page.reload()
    expect(page.locator("#pq-notes")).to_have_value("甲公司，已回电")
    expect(page.locator("#pq-notes")).to_be_visible()  # the mode is remembered


def test_notes_that_could_not_be_sent_are_sent_later(page: Page, desk: Desk) -> None:
    page.context.set_offline(True)
    page.keyboard.press("Alt+m")
    page.keyboard.insert_text("断线时写的")
    expect(page.locator("#pq-kept")).to_have_text("备注还没有保存，连接恢复后会再试。")
    page.context.set_offline(False)
    expect(page.locator("#pq-kept")).to_have_text("备注已保存。", timeout=10000)
    id_ = str(page.locator("#pq-notes").get_attribute("data-conversation"))
    who = page.evaluate("localStorage.getItem('policy-qa.browser')")
    assert desk.records.note(id_, f"browser:{who}") == "断线时写的"


def test_an_enter_that_ends_a_composition_does_not_send(page: Page, desk: Desk) -> None:
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "shoufei", "selectionStart": 7, "selectionEnd": 7})
    page.keyboard.press("Enter")
    page.keyboard.press("F2")
    expect(page.locator("#pq-box")).to_have_value("shoufei\n")  # no input method here takes the key away
    keys.send("Input.insertText", {"text": ""})
    page.locator("#pq-box").fill("收费吗")
    assert desk.chain.asked == []
    page.keyboard.press("Enter")
    expect(page.locator(".pq-turn[data-state=done]")).to_have_count(1)
    assert [question for question, _, _ in desk.chain.asked] == ["收费吗"]


def test_a_question_back_is_answered_by_keyboard(page: Page) -> None:
    ask(page, "哪个批次")
    expect(page.locator(".pq-sure strong")).to_have_text("先问清楚")
    expect(page.locator(".pq-back")).to_be_hidden()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".pq-brief .pq-choice", has_text="第二批")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".pq-question").last).to_have_text("第二批哪个批次")
    expect(page.locator("#pq-box")).to_be_focused()


def test_a_refusal_says_so_and_offers_what_the_caller_may_mean(page: Page) -> None:
    ask(page, "月亮上收费吗")
    expect(page.locator(".pq-sure strong")).to_have_text("没有答案")
    expect(page.locator(".pq-speech")).to_have_text("资料中没有关于月亮的内容。")
    expect(page.locator(".pq-refusal")).to_be_hidden()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".pq-brief .pq-choice", has_text="火星")).to_be_focused()


@pytest.mark.parametrize("mark", ["?", "？"])
def test_all_keys_are_shown_by_a_question_mark_alone(page: Page, mark: str) -> None:
    page.keyboard.insert_text(mark)
    keys = page.locator("#pq-keys")
    expect(keys).to_be_visible()
    expect(keys.locator("tr")).to_have_count(11)
    page.keyboard.press("F2")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator("#pq-box")).to_be_focused()
    expect(page.locator("#pq-box")).to_have_value("")
    page.keyboard.insert_text(f"收费吗{mark}")
    expect(keys).to_be_hidden()


def test_the_next_caller_asks_all_documents_and_sees_the_panel(page: Page, desk: Desk) -> None:
    page.locator(".pq-filter summary").press("Enter")
    page.get_by_label("国务院政策例行吹风会").press("Space")
    page.get_by_role("button", name="应用").press("Enter")
    expect(page.locator(".pq-filter summary")).to_have_text("只查《国务院政策例行吹风会》")
    page.keyboard.press("Alt+q")
    ask(page, "收费吗")
    expect(page.locator("#pq-panel mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pq-panel")).to_be_hidden()
    page.keyboard.press("F2")
    expect(page.locator(".pq-filter summary")).to_have_text("范围：全部文件")
    ask(page, "收费吗")
    expect(page.locator("#pq-panel mark")).to_be_visible()
    assert [documents for _, _, documents in desk.chain.asked] == [("吹风会",), ()]


def test_a_caller_who_hangs_up_is_not_answered_to_the_next(page: Page, desk: Desk) -> None:
    page.keyboard.insert_text("慢慢说")
    page.keyboard.press("Enter")
    expect(page.locator(".pq-speech")).to_have_text("不收取费用。")
    page.keyboard.press("F2")
    expect(page.locator(".pq-welcome")).to_be_visible()
    desk.chain.go.set()
    ask(page, "收费吗")
    expect(page.locator(".pq-turn")).to_have_count(1)


def test_without_an_answer_there_is_no_ticket(page: Page) -> None:
    page.keyboard.press("F8")
    expect(page.locator(NOTICE)).to_have_text("这通来电还没有答复，没有可以复制的工单。请先提问。")
    page.keyboard.press("Alt+c")
    expect(page.locator(NOTICE)).to_have_text("还没有可以复制的答复。请先提问。")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(NOTICE)).to_have_text("这条答复没有依据可以切换。")


def test_outside_the_mode_its_keys_do_nothing(page: Page) -> None:
    page.locator("[data-call=mode]").press("Enter")
    ask(page, "收费吗")
    page.keyboard.press("F2")
    page.keyboard.press("Alt+m")
    expect(page.locator("#pq-box")).to_be_focused()
    expect(page.locator(".pq-turn")).to_have_count(1)
    for part in (".pq-brief", "#pq-desk"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".pq-side")).to_be_visible()


@pytest.mark.parametrize(("key", "box"), [("F2", "#pq-box"), ("Alt+q", "#pq-box"), ("Alt+m", "#pq-notes")])
def test_keys_of_a_call_lead_back_from_the_library(page: Page, key: str, box: str) -> None:
    page.locator("#pq-tab-library-button").click()
    expect(page.locator("#pq-box")).to_be_hidden()
    page.keyboard.press(key)
    expect(page.locator(box)).to_be_focused()


def test_on_a_narrow_screen_nothing_is_wider_than_it(page: Page) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    ask(page, "收费吗")
    expect(page.locator(".pq-speech")).to_be_in_viewport()
    expect(page.get_by_role("button", name="新来电")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    assert page.evaluate("document.documentElement.scrollHeight") <= NARROW[1]


def test_the_first_words_come_within_a_second_without_a_chat_model(
    browser: BrowserContext, index_dir: Path, cache_dir: Path, tmp_path: Path
) -> None:
    """From Enter to the first words, over the real index; the best of three, since others use this machine too."""
    settings = load_settings({}, index__dir=str(index_dir), index__cache_dir=str(cache_dir))
    chain = LiveChain(lambda: open_chain(settings))
    records = Records(tmp_path / FILE)
    seconds = []
    for address in serve(chain, records):
        page = browser.new_page()
        page.goto(address)
        begin(page)
        for question in ("首台套检测评定收费吗", "小巨人能不能找中介代办", "产业集群谁申报"):
            page.keyboard.insert_text(question)
            begun = monotonic()
            page.keyboard.press("Enter")
            words = page.locator(f".pq-turn[data-question={question}] .pq-speech p").first
            words.wait_for()
            seconds.append(monotonic() - begun)
            assert words.inner_text().strip()
            expect(page.locator(".pq-turn[data-state=done]").last).to_have_attribute(
                "data-question", question
            )
        page.close()
    records.close()
    chain.close()
    assert min(seconds) < 1.0, seconds
