"""The audit's page in a real browser: no violation of axe-core, no sideways scrolling, no request but itself."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from index.audit import audit
from index.finding import Finding
from index.model import Page as SourcePage
from index.model import SourceText
from tests.index.sound import MEASURE
from tests.index.texts import documents_of
from tests.ui.browser import NARROW, WIDE
from ui.audit_html import report_html
from ui.audit_report import FileReport
from ui.excerpt import source_lines

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with errors, warnings, a long word and a file that could not be read."""
    text = MEASURE.replace("保障设备安全", "锟斤拷").replace("在十个工作日内", "abcdefgh" * 40)
    (document,) = documents_of(text.replace("第二章 检验\n", ""))
    findings = (
        *audit(document, today=date(2024, 12, 31)),
        Finding("warning", "empty-page", "", "第2页", "空", (3,), 2),
    )
    source = SourceText("办法.txt", (SourcePage(None, text),))
    report = FileReport("办法.txt", findings, {document.meta.key: document.meta}, source_lines(source))
    path = tmp_path_factory.mktemp("audit") / "报告.html"
    html = report_html(
        [report, FileReport("坏.pdf", failed="无法读取 PDF：坏.pdf。请重新导出。")], "2024年5月1日"
    )
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_page_can_be_read_by_everybody(
    chromium: Browser, page_file: Path, size: tuple[int, int], scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    violations = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    marked = page.locator("mark").all_inner_texts()
    context.close()
    assert [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in violations] == []
    assert (wide, asked) == (size[0], [page_file.as_uri()])
    assert "锟斤拷" in marked
