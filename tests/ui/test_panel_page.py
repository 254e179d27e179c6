"""The source panel and the library page in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from index.errors import UsageError
from qa.model import Answer, Citation, Hit
from qa.settings import WebSettings
from tests.index.pdfs import pdf
from tests.ui.browser import NARROW, answered, ask, watched
from tests.ui.conftest import FakeChain, as_chain
from tests.ui.papers import ROWS, paper_chain, row, rule
from ui.app import App
from ui.environment import prepare
from ui.live import LiveChain
from ui.records import FILE, Records

pytestmark = pytest.mark.browser


def answers(chain: FakeChain) -> FakeChain:
    """`chain`, which answers with a rule and a row of the list."""

    def ask_it(question: str, *_: object, **__: object) -> Answer:
        if not question.strip():
            raise UsageError("问题为空。请输入要查询的问题。")
        cited = (Citation(1, rule(17), "不收取<费用>"), Citation(2, row(30), "电梯 第30型"))
        said = "不收取<费用>。[1]\n电梯免收费用。[2]"
        return Answer(question, question, said, cited, tuple(Hit(c.article, 0.9) for c in cited), "fake")

    def stream(question: str, *_: object, **__: object) -> Iterator[Answer]:
        yield ask_it(question)

    chain.ask = ask_it  # type: ignore[method-assign]
    chain.stream = stream  # type: ignore[method-assign]
    return chain


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    prepare("default")
    from ui.web import build_page, launch

    folder: Path = tmp_path_factory.mktemp("panel")
    (folder / "originals").mkdir()
    (folder / "originals" / "aa.pdf").write_bytes(pdf([["第1条"], ["第17条"], ["第21条"]]))
    records = Records(folder / FILE)
    chain = answers(paper_chain(folder))
    app = App(LiveChain(lambda: as_chain(chain)), records, WebSettings(port=0))
    page = build_page(app)
    server = launch(page, app)
    yield server.address
    app.close()
    server.close()
    records.close()


@pytest.fixture
def page(browser: BrowserContext, address: str) -> Iterator[Page]:
    """The page, freshly opened; it fails the test if it throws an error."""
    with watched(browser, address) as opened:
        expect(opened.locator(".pq-welcome")).to_be_visible()
        yield opened


def narrow(page: Page) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})


def cite(page: Page, n: int) -> None:
    """Ask, and open the source with the mark [n]."""
    ask(page, "收费吗")
    answered(page)
    page.locator(f".pq-mark[data-n='{n}']").click()


def test_a_mark_opens_the_article_with_its_quote_and_its_neighbours(page: Page) -> None:
    cite(page, 1)
    panel = page.locator("#pq-panel")
    expect(panel.locator("mark")).to_have_text("不收取<费用>")
    expect(panel.locator(".pq-path li")).to_have_text(["第2章 程序", "第17条"])
    panel.get_by_role("button", name="复制引文").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "《首台（套）评定办法》（规〔2024〕1号）第17条：“不收取<费用>”"
    following = panel.get_by_role("button", name="下一条")
    following.focus()
    page.keyboard.press("Enter")
    expect(panel.locator("h3")).to_have_text("《首台（套）评定办法》第18条")
    expect(following).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.locator("h3")).to_have_text("《首台（套）评定办法》第19条")


def test_a_row_is_shown_in_its_table(page: Page) -> None:
    cite(page, 2)
    panel = page.locator("#pq-panel")
    expect(panel.locator(".pq-row mark")).to_have_text("电梯 第30型")
    expect(panel.locator(".pq-rows tbody tr")).to_have_count(7)
    expect(panel.locator(".pq-here td").first).to_have_text("30")
    panel.get_by_role("button", name="全部 60 行").click()
    expect(panel.locator(".pq-rows tbody tr")).to_have_count(ROWS)
    expect(panel.locator(".pq-here")).to_be_in_viewport()
    panel.get_by_role("button", name="只看前后几行").click()
    expect(panel.locator(".pq-rows tbody tr")).to_have_count(7)


def test_a_page_of_the_original_is_shown_and_turned(page: Page) -> None:
    cite(page, 1)
    panel = page.locator("#pq-panel")
    panel.get_by_role("button", name="查看原件第 2 页").click()
    expect(panel.locator("figcaption")).to_have_text("《首台（套）评定办法》原件第 2 页（共 3 页）")
    assert panel.locator("figure img").evaluate("image => image.naturalWidth") == 1200
    panel.get_by_role("button", name="下一页").click()
    expect(panel.locator("figcaption")).to_have_text("《首台（套）评定办法》原件第 3 页（共 3 页）")
    expect(panel.get_by_role("button", name="下一页")).to_have_count(0)


def test_the_whole_document_opens_at_the_place_that_was_cited(page: Page) -> None:
    cite(page, 1)
    page.get_by_role("button", name="打开全文").click()
    here = page.locator(".pq-library .pq-here")
    expect(here).to_be_in_viewport()
    expect(here).to_be_focused()
    expect(here.locator("mark")).to_have_text("不收取<费用>")
    expect(page.locator(".pq-outline [aria-current]")).to_have_text("第17条")
    page.locator(".pq-outline").get_by_role("button", name="第3条", exact=True).click()
    expect(page.locator(".pq-library .pq-here")).to_have_text("第3条 本条为第3条。")
    expect(page.locator(".pq-library .pq-here")).to_be_focused()
    page.locator("#pq-tab-chat-button").click()
    expect(page.locator("#pq-panel mark")).to_have_text("不收取<费用>")


def test_on_a_narrow_screen_the_panel_is_a_sheet_that_gives_the_focus_back(page: Page) -> None:
    narrow(page)
    cite(page, 1)
    panel = page.locator("#pq-panel")
    expect(panel).to_have_attribute("role", "dialog")
    expect(panel.locator("h3")).to_be_focused()
    assert page.locator(".pq-main").evaluate("node => node.inert") is True
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".pq-mark[data-n='1']")).to_be_focused()
    assert page.locator(".pq-main").evaluate("node => node.inert") is False
    page.locator(".pq-mark[data-n='2']").click()
    expect(panel.locator("h3")).to_be_focused()
    page.mouse.click(NARROW[0] / 2, 40)
    expect(panel).to_be_hidden()


def test_a_sheet_does_not_stay_over_what_it_opened(page: Page) -> None:
    narrow(page)
    cite(page, 2)
    page.get_by_role("button", name="打开全文").click()
    expect(page.locator(".pq-library .pq-here")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.locator("#pq-tab-chat-button").click()
    expect(page.locator("#pq-panel")).to_be_hidden()
    expect(page.locator("#pq-box")).to_be_visible()


def test_the_library_is_searched_by_keyboard(page: Page) -> None:
    page.locator("#pq-tab-library-button").click()
    library = page.locator(".pq-library")
    expect(library.locator(".pq-doc")).to_have_count(2)
    expect(library.locator("h2")).to_have_text("全部文件")
    page.locator("#pq-query").fill("首台套 费用")
    page.keyboard.press("Enter")
    expect(library.locator("h2")).to_have_text("“首台套 费用”的搜索结果")
    expect(page.locator("#pq-query")).to_be_focused()
    expect(page.locator("#pq-said")).to_have_text("1 份文件，3 条，6 处。")
    expect(library.locator(".pq-hits mark").first).to_have_text("首台 (套)")
    library.locator(".pq-hits button").nth(2).focus()
    page.keyboard.press("Enter")
    expect(library.locator(".pq-here")).to_be_focused()
    expect(library.locator(".pq-here")).to_contain_text("第27次评定")
    expect(library.locator(".pq-here")).to_be_in_viewport()
    page.get_by_role("button", name="← 返回搜索结果").click()
    expect(library.locator("h2")).to_be_focused()
    page.locator("#pq-tab-chat-button").click()
    page.locator("#pq-tab-library-button").click()
    expect(page.locator("#pq-query")).to_have_value("首台套 费用")


def test_the_chat_is_limited_to_a_document_from_the_library(page: Page) -> None:
    page.locator("#pq-tab-library-button").click()
    page.get_by_role("button", name="只问这份文件：《首台（套）评定办法》").click()
    expect(page.locator(".pq-filter summary")).to_have_text("只查《首台（套）评定办法》")
    expect(page.locator("#pq-box")).to_be_focused()


def test_nothing_of_a_document_becomes_markup(page: Page) -> None:
    page.locator("#pq-tab-library-button").click()
    expect(page.locator(".pq-library")).to_contain_text("《标准<b>清单》")
    page.get_by_role("button", name="《标准<b>清单》", exact=True).click()
    expect(page.locator(".pq-library .pq-rows tbody tr")).to_have_count(ROWS)
    expect(page.locator(".pq-library b")).to_have_count(0)
