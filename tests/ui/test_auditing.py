"""The command `audit`: its text, its JSON, its page, and how it leaves."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from index.finding import Finding
from index.model import Metadata, Page, SourceText
from tests.fakes import FakeEmbedder
from tests.index.sound import MEASURE, NOTICE
from tests.ui.conftest import Run
from ui.audit_html import report_html
from ui.audit_report import FileReport, counts, report_text, where
from ui.excerpt import excerpt, source_lines
from ui.session import Doors

BROKEN = MEASURE.replace("第三条 市市场监督管理局负责检验的监督管理。\n", "")
PAGED = NOTICE.replace("二、重点任务", "\f\f二、重点任务")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "办法.txt").write_text(BROKEN, encoding="utf-8")
    (folder / "好.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "通知.txt").write_text(PAGED, encoding="utf-8")
    return folder


def test_findings_are_told_by_file_and_document_with_their_line(run: Run, folder: Path) -> None:
    result = run("audit", str(folder))
    assert result.exit_code == 1
    assert result.stdout == (
        "办法.txt\n"
        "  《某某设备检验管理办法》（某市监规〔2024〕3号）\n"
        "    错误  正文 第四条，第8行：缺少第三条\n"
        "          第四条 检验机构应当具备下列条件：\n"
        "\n"
        "通知.txt\n"
        "  整个文件\n"
        "    提醒  第2页：第2页没有文字：可能是空白页，也可能是扫描图像，请核对原件\n"
        "          二、重点任务\n"
        "\n"
        "各项检查：\n"
        "  缺条：错误 1 处\n"
        "  页面没有文字：提醒 1 处\n"
        "\n"
        "共 3 个文件：错误 1 处，提醒 1 处\n"
    )


def test_warnings_alone_are_a_success(run: Run, folder: Path) -> None:
    result = run("audit", str(folder / "通知.txt"), str(folder / "好.txt"))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "共 2 个文件：错误 0 处，提醒 1 处")


def test_files_that_cannot_be_read_are_told_and_the_others_audited(run: Run, folder: Path) -> None:
    (folder / "空.txt").write_bytes(b"")
    result = run("audit", str(folder / "好.txt"), str(folder / "空.txt"))
    assert (result.exit_code, result.stdout) == (1, "共 2 个文件：错误 0 处，提醒 0 处\n")
    failures = [line for line in result.stderr.splitlines() if line.startswith("无法检查：")]
    assert failures == [f"无法检查：文件为空：{folder / '空.txt'}。请检查文件内容，或将其移出后重试。"]


def test_machines_get_lines_from_one_and_the_text_there(run: Run, folder: Path) -> None:
    result = run("audit", "--json", str(folder))
    told = json.loads(result.stdout)
    assert (result.exit_code, told["errors"], told["warnings"]) == (1, 1, 1)
    assert told["counts"] == {
        "missing-article": {"error": 1, "warning": 0},
        "empty-page": {"error": 0, "warning": 1},
    }
    assert [(file["name"], file["failed"], len(file["findings"])) for file in told["files"]] == [
        ("办法.txt", None, 1),
        ("好.txt", None, 0),
        ("通知.txt", None, 1),
    ]
    assert told["files"][0]["findings"] == [
        {
            "severity": "error",
            "check": "missing-article",
            "document": "某市监规〔2024〕3号",
            "title": "某某设备检验管理办法",
            "place": "正文 第四条",
            "message": "缺少第三条",
            "lines": [8],
            "page": None,
            "text": "第四条 检验机构应当具备下列条件：",
            "quote": None,
        }
    ]


def test_the_page_is_written_where_it_is_wanted(run: Run, folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "报告.html"
    result = run("audit", "--html", str(page), str(folder))
    assert (result.exit_code, f"报告已存为 {page}" in result.stderr) == (1, True)
    assert "<mark>第四条 检验机构应当具备下列条件：</mark>" in page.read_text(encoding="utf-8")
    lost = run("audit", "--html", str(tmp_path / "无" / "报告.html"), str(folder))
    assert (lost.exit_code, lost.stdout) == (1, "")
    assert f"无法写入报告：{tmp_path / '无' / '报告.html'}" in lost.stderr


def test_without_files_the_kept_originals_are_audited_under_their_names(run: Run, folder: Path) -> None:
    doors = Doors(load_embedder=lambda _: FakeEmbedder())
    assert run("index", str(folder / "通知.txt"), doors=doors).exit_code == 0
    result = run("audit")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "通知.txt")
    assert result.stdout.splitlines()[-1] == "共 1 个文件：错误 0 处，提醒 1 处"


def test_what_is_given_beside_a_file_is_not_missing(run: Run, folder: Path) -> None:
    undated = NOTICE.replace("2024年4月18日\n", "")
    (folder / "好.txt").write_text(undated, encoding="utf-8")
    assert "没有发文日期" in run("audit", str(folder / "好.txt")).stdout
    (folder / "好.meta.toml").write_text('date = "2024-04-18"\nissuers = ["某某局"]\n', encoding="utf-8")
    assert run("audit", str(folder / "好.txt")).stdout == "共 1 个文件：错误 0 处，提醒 0 处\n"


def test_an_archive_is_audited_file_by_file(run: Run, folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "汇编.zip", "w") as archive:
        archive.write(folder / "办法.txt", "甲/办法.txt")
        archive.writestr("空.txt", "")
    result = run("audit", str(tmp_path / "汇编.zip"))
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "汇编.zip/甲/办法.txt")
    assert "无法检查：文件为空：汇编.zip/空.txt。" in result.stderr


def report_of(text: str, *findings: Finding, name: str = "办法.txt") -> FileReport:
    meta = Metadata("k", "某<b>办法", "某办法")
    pages = tuple(Page(n if "\f" in text else None, p) for n, p in enumerate(text.split("\f"), 1))
    return FileReport(name, findings, {"k": meta}, source_lines(SourceText(name, pages)))


def found(*lines: int, quote: str = "", message: str = "问题") -> Finding:
    return Finding("warning", "odd-character", "k", "正文", message, lines, None, quote)


def test_a_spot_stands_between_its_neighbours_with_text() -> None:
    report = report_of("一\n二\n\n三\n\n四 甲乙 四\n五\n六\n七", found(5, quote="甲乙"))
    shown = excerpt(report.lines, report.findings[0])
    assert [(s.line.no, s.before, s.spot, s.after) for s in shown] == [
        (1, "二", "", ""),
        (3, "三", "", ""),
        (5, "四 ", "甲乙", " 四"),
        (6, "五", "", ""),
        (7, "六", "", ""),
    ]


def test_a_long_line_is_cut_around_its_spot() -> None:
    report = report_of("前" * 100 + "甲乙" + "后" * 100, found(0, quote="甲乙"))
    (shown,) = excerpt(report.lines, report.findings[0])
    assert (shown.before, shown.spot, shown.after) == ("…" + "前" * 60, "甲乙", "后" * 60 + "…")
    (whole,) = excerpt(report.lines, found(0))
    assert (whole.spot, len(whole.spot)) == ("前" * 100 + "甲乙" + "后" * 100, 202)


def test_the_spot_is_the_line_that_has_the_quote() -> None:
    report = report_of("一\n二\n三甲", found(0, 1, 2, quote="三甲"))
    assert where(report, report.findings[0]) == "第3行"


def test_lines_of_pages_are_counted_on_their_page() -> None:
    report = report_of("一\n二\f三\n四", found(3))
    assert where(report, report.findings[0]) == "第2页第2行"


def test_a_finding_without_line_has_no_spot() -> None:
    report = report_of("一", found(), found(9))
    assert [(where(report, f), excerpt(report.lines, f)) for f in report.findings] == [("", []), ("", [])]


def test_nothing_found_is_said() -> None:
    report = report_of("一")
    assert (report_text([report]), counts([report])) == ("共 1 个文件：错误 0 处，提醒 0 处", [])
    assert "没有发现问题。" in report_html([report], "今天")


def test_the_page_fetches_nothing_and_escapes_everything() -> None:
    evil = '<script>alert("1")</script>'
    report = report_of(
        f"上 {evil}\n中 {evil} & 末\n下", found(1, quote=evil, message=evil), name=f"{evil}.txt"
    )
    page = report_html([report, FileReport("坏", failed=evil)], "今天")
    escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"
    assert page.count(evil) == 0
    assert f"<mark>{escaped}</mark> &amp; 末" in page
    assert page.count("某&lt;b&gt;办法") == 1
    assert re.findall(r"<script|<link|<img|<iframe|https?:|url\(|@import| on[a-z]+=", page) == []
    assert "default-src 'none'" in page


def test_characters_that_steer_a_screen_are_not_shown() -> None:
    report = report_of("一\x1b[31m二\u202e三", found(0, message="甲\x9b乙\n丙"))
    text = report_text([report])
    assert "提醒  正文，第1行：甲乙 丙\n          一[31m二三\n" in text
    assert report_html([report], "今天").isprintable() is False  # the style has line breaks
    assert not set("\x1b\x9b\u202e") & set(report_html([report], "今天"))
