"""The real browser for tests of the page: how it is started, its sizes, and what every test does with the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import CHROMIUM

WIDE, NARROW = (1280, 900), (390, 844)
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def one_browser(folder: Path) -> Iterator[BrowserContext]:
    """A Chinese browser of one person with the empty profile `folder`; it may use the clipboard."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=CHROMIUM,
            headless=True,
            args=list(_FLAGS),
            locale="zh-CN",
            permissions=["clipboard-read", "clipboard-write"],
        )
        yield context
        context.close()


@contextmanager
def many_browsers() -> Iterator[Browser]:
    """A browser that makes contexts of several persons."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def watched(context: BrowserContext, address: str) -> Iterator[Page]:
    """A new page at `address`, every dialog accepted; it may ask for nothing outside, and no script may fail."""
    page = context.new_page()
    asked_for: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("websocket", lambda socket: asked_for.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    page.on("dialog", lambda dialog: dialog.accept())
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto(address)
    yield page
    page.close()
    outside = [url for url in asked_for if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert (outside, errors) == ([], [])
    assert asked_for


def ask(page: Page, question: str) -> None:
    """Type a question into the box, and send."""
    page.locator("#pq-box").fill(question)
    page.locator("#pq-box").press("Enter")


def answered(page: Page, count: int = 1) -> None:
    """Wait until so many turns are done."""
    expect(page.locator(".pq-turn[data-state=done]")).to_have_count(count)
