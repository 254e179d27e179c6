"""axe-core over every part of the page, light and dark, wide and narrow."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.ui.browser import NARROW, WIDE, answered, ask
from tests.ui.test_sign_in_page import MAINTAINER, Server, serving, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


def violations(page: Page, state: str) -> list[str]:
    """What axe-core finds: state, rule, gravity and the first place of each."""
    page.wait_for_timeout(300)  # colours that are still changing are measured half way
    found = Axe().run(page).response["violations"]
    return [f"{state}: {v['id']} ({v['impact']}) {v['nodes'][0]['html'][:160]}" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_violation(
    chromium: Browser, server: Server, size: tuple[int, int], scheme: str
) -> None:
    dark = scheme == "dark"
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.goto(server.address)
    expect(page.get_by_label("用户名")).to_be_visible()
    found = violations(page, "sign-in")
    sign_in(page, MAINTAINER)
    expect(page.locator(".pq-welcome")).to_be_visible()
    found += violations(page, "empty")
    ask(page, "收费吗")
    answered(page)
    found += violations(page, "answer")
    page.locator(".pq-turn .pq-mark").first.click()
    expect(page.locator("#pq-panel mark").first).to_be_visible()
    found += violations(page, "source panel")
    page.keyboard.press("Escape")
    ask(page, "月亮上收费吗")
    answered(page, 2)
    found += violations(page, "refusal")
    ask(page, "这会出错")
    expect(page.locator(".pq-turn .pq-error")).to_be_visible()
    found += violations(page, "error")
    page.locator(".pq-switch").click()
    found += violations(page, "operator")
    page.locator("#pq-tab-library-button").click()
    expect(page.locator(".pq-library .pq-doc").first).to_be_visible()
    found += violations(page, "library")
    page.locator("#pq-tab-maintain-button").click()
    expect(page.locator(".pq-state")).to_be_visible()
    page.get_by_role("region", name="最近的错误").get_by_text("详情").first.click()
    expect(page.locator(".pq-trace").first).to_be_visible()
    found += violations(page, "maintainer")
    context.close()
    assert found == []
