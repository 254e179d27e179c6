import re
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import SettingsError
from qa.settings import WebSettings
from tests.ui.conftest import BRIEFING, MEASURE
from tests.ui.markup import Reader
from ui.colour import accents_css, contrast
from ui.saved import Conversation
from ui.shell import actions_html, chosen_keys, conversations_html, filter_html, header_html, welcome_html

NASTY = "<script>\"'</script>"


def test_title_and_logo_come_from_the_settings(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    html = header_html(WebSettings(title="重机协会<问答>", logo=logo))
    assert "<h1>重机协会&lt;问答&gt;</h1>" in html
    assert '<img class="pq-logo" src="data:image/svg+xml;base64,PHN2Zy8+" alt="">' in html


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("logo.txt", "不是 SVG、PNG、JPEG 或 WebP 图片。请换一个文件。"),
        ("gone.png", "No such file or directory。请检查设置 web.logo。"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_said(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        header_html(WebSettings(logo=tmp_path / name))
    assert str(caught.value).endswith(message)


def test_nothing_in_the_lists_is_markup() -> None:
    meta = replace(MEASURE, key=NASTY, title=NASTY)
    past = Conversation(NASTY, NASTY, "2024-05-01T08:00:00.000+00:00", 2)
    for html in (
        welcome_html(NASTY, [(NASTY, NASTY)]),
        conversations_html([past], NASTY),
        filter_html({NASTY: [meta], "另": [meta]}, [NASTY]),
        actions_html(NASTY),
    ):
        seen = Reader(html)
        seen.check()
        assert "<script>" in seen.text or html == actions_html(NASTY)


def test_the_filter_says_what_it_is_limited_to() -> None:
    def summary(*chosen: str) -> str:
        return filter_html({"默认": [MEASURE, BRIEFING]}, chosen).partition("<summary>")[2].partition("<")[0]

    assert summary() == "范围：全部文件"
    assert summary(BRIEFING.key) == "只查《国务院政策例行吹风会》"
    assert summary(MEASURE.key, BRIEFING.key) == "只查 2 份文件"


TWO = {"四月": [MEASURE], "五月": [BRIEFING, MEASURE]}


@pytest.mark.parametrize(
    ("chosen", "summary", "keys"),
    [
        (("合集：五月",), "只查合集“五月”", (BRIEFING.key, MEASURE.key)),
        (("合集：四月", BRIEFING.key), "只查 2 项", (MEASURE.key, BRIEFING.key)),
        (("合集：四月", "合集：五月"), "范围：全部文件", (MEASURE.key, BRIEFING.key)),
        (("合集：六月",), "范围：全部文件", ()),
    ],
)
def test_a_whole_collection_is_chosen_by_one_tick(
    chosen: tuple[str, ...], summary: str, keys: tuple[str, ...]
) -> None:
    html = filter_html(TWO, chosen)
    assert html.partition("<summary>")[2].partition("<")[0] == summary
    boxes = re.findall(r'value="([^"]*)"( checked)?>', html)
    assert [value for value, _ in boxes] == [
        "合集：四月", MEASURE.key, "合集：五月", BRIEFING.key, MEASURE.key,
    ]  # fmt: skip
    assert {value for value, ticked in boxes if ticked} == {*chosen} - {"合集：六月"}
    held = {name: [m.key for m in own] for name, own in TWO.items()}
    assert chosen_keys(held, chosen) == keys


def test_versions_of_one_document_are_told_apart_by_their_days() -> None:
    old = replace(MEASURE, key="旧", date="2020-01-01")
    html = filter_html({"默认": [MEASURE, old]}, [])
    assert re.findall(r"> ([^<]+)</label>", html) == [
        f"{MEASURE.name}（2024-03-22）",
        f"{MEASURE.name}（2020-01-01）",
    ]


def test_there_may_be_no_conversations_and_no_examples() -> None:
    assert conversations_html([], "c") == '<p class="pq-none">还没有对话记录。</p>'
    assert welcome_html("欢迎", []) == '<div class="pq-welcome"><p>欢迎</p></div>'


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == 21
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("colour", ["#1d5fa7", "#ffff00", "#000000", "#c00000"])
def test_any_colour_becomes_readable_on_light_and_on_dark(colour: str) -> None:
    light, dark = (
        tuple(int(rule.partition("#")[2][i : i + 2], 16) for i in (0, 2, 4))
        for rule in accents_css(colour).splitlines()
    )
    assert contrast(light, (234, 241, 250)) >= 4.5  # type: ignore[arg-type]
    assert contrast(dark, (31, 45, 63)) >= 4.5  # type: ignore[arg-type]


def test_a_colour_that_is_readable_stays_as_it_was_chosen() -> None:
    assert accents_css("#1d5fa7").startswith(":root { --pq-accent: #1d5fa7; }")
