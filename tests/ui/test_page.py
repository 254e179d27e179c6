"""The chat page in a real browser, over a fake chain."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from index.errors import UsageError
from tests.conftest import CHROMIUM
from tests.ui.conftest import FakeChain, as_chain
from ui.environment import prepare
from ui.live import LiveChain

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDE, NARROW = (1280, 900), (390, 844)
INJECTION = "<img src=x onerror=\"document.title='hacked'\"> <附件1> **粗** $$x$$ [链](javascript:alert(1))"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, FakeChain]]:
    """The address of the page, and the chain behind it."""
    prepare("default")
    from ui.web import build_page, launch

    chain = FakeChain()
    page = build_page(LiveChain(lambda: as_chain(chain)))
    yield launch(page, "127.0.0.1", None), chain
    page.close(verbose=False)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    folder = tmp_path_factory.mktemp("chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, headless=True, args=list(FLAGS), locale="zh-CN"
        )
        yield context
        context.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page(browser: BrowserContext, served: tuple[str, FakeChain]) -> Iterator[Page]:
    """The page, freshly opened; it fails the test if it asks for anything outside or throws an error."""
    address, chain = served
    chain.asked.clear()
    opened = browser.new_page()
    asked_for: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda request: asked_for.append(request.url))
    opened.on("websocket", lambda socket: asked_for.append(socket.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    opened.goto(address)
    yield opened
    opened.close()
    outside = [url for url in asked_for if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert (outside, errors) == ([], [])
    assert asked_for


def ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def test_the_page_is_chinese_and_waits_for_a_question(page: Page) -> None:
    expect(page).to_have_title("政策问答")
    expect(page.locator("h1")).to_have_text("政策问答")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#chat")).to_contain_text("请输入问题，例如：首台套检测评定收费吗？")
    expect(page.locator("#question button")).to_have_text("发送")
    expect(page.locator("footer")).to_have_count(0)


def test_a_question_is_answered_with_its_sources_word_for_word(page: Page) -> None:
    ask(page, "收费吗")
    expect(page.locator(".pq-question")).to_have_text("收费吗")
    expect(page.locator(".pq-answer")).to_contain_text("不收取费用。[1]")
    sources = page.locator(".pq-sources")
    expect(sources.locator("summary")).to_have_text("原文（2 条）")
    expect(sources).to_contain_text("[1] 《检测评定管理办法（试行）》第二十七条")
    expect(sources).to_contain_text("国市监质规〔2024〕3号")
    expect(sources).to_contain_text("2024-03-22")
    quotes = sources.locator("blockquote")
    expect(quotes.first).to_have_text("不向申请单位收取费用")
    expect(quotes.first).to_be_visible()
    sources.locator("summary").click()
    expect(quotes.first).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value("")


def test_earlier_questions_are_handed_on_until_the_conversation_is_cleared(
    page: Page, served: tuple[str, FakeChain]
) -> None:
    for number, question in enumerate(("收费吗", "那第二批呢"), start=1):
        ask(page, question)
        expect(page.locator(".pq-answer")).to_have_count(number)
    page.get_by_label("清空对话").click()
    expect(page.locator(".pq-answer")).to_have_count(0)
    ask(page, "新问题")
    expect(page.locator(".pq-answer")).to_have_count(1)
    assert [(question, history) for question, history, _ in served[1].asked] == [
        ("收费吗", ()),
        ("那第二批呢", ("收费吗",)),
        ("新问题", ()),
    ]


def test_a_refusal_looks_different_and_names_the_nearest(page: Page) -> None:
    ask(page, "月亮上收费吗")
    refusal = page.locator(".pq-refusal")
    expect(refusal).to_contain_text("资料未收录")
    expect(refusal).to_contain_text("《检测评定管理办法（试行）》第二十七条")
    expect(page.locator(".pq-answer")).to_have_count(0)
    border = refusal.evaluate("node => getComputedStyle(node).borderLeftColor")
    assert border == "rgb(217, 119, 6)"


def test_an_empty_question_is_told_so(page: Page) -> None:
    ask(page, "   ")
    expect(page.locator(".pq-error")).to_have_text("问题为空。请输入要查询的问题。")
    expect(page.locator(".pq-question")).to_have_count(0)


def test_a_fault_of_ours_does_not_end_the_page(page: Page) -> None:
    ask(page, "出错")
    expect(page.locator(".pq-error")).to_contain_text("程序内部错误")
    expect(page.locator("#question textarea")).to_have_value("出错")
    ask(page, "收费吗")
    expect(page.locator(".pq-answer")).to_have_count(1)


def test_an_injected_string_stays_inert(page: Page) -> None:
    ask(page, INJECTION)
    expect(page.locator(".pq-question")).to_have_text(INJECTION)
    expect(page.locator(".pq-answer")).to_contain_text("另见<附件1>。")
    expect(page).to_have_title("政策问答")
    for tag in ("img", "a", "script", "iframe", "strong em", ".katex"):
        expect(page.locator(f".pq-question {tag}")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_is_wider_than_the_screen(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    ask(page, "收费吗" + "很长的问题" * 60)
    expect(page.locator(".pq-answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_port_in_use_is_one_line(served: tuple[str, FakeChain]) -> None:
    from ui.web import build_page, launch

    port = urlsplit(served[0]).port
    page = build_page(LiveChain(lambda: as_chain(FakeChain())))
    with pytest.raises(UsageError) as caught:
        launch(page, "127.0.0.1", port)
    assert str(caught.value) == (
        f"无法在 127.0.0.1:{port} 打开网页。请换一个 --port（可能已被占用），或检查 --host。"
    )
