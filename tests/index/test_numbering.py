from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from index.readers.numbering import Numbering
from tests.index.words import W, abstract, level, num, numbered, p, read_word, style, word_file

LAW = (
    level(0, "第%1章", "chineseCountingThousand"),
    level(1, "第%2条", "chineseCountingThousand", more='<w:lvlRestart w:val="0"/>'),
    level(2, "（%3）", "chineseCounting"),
    level(3, "%4.", "decimal"),
)


def lists(inside: str, style_lists: dict[str, str] | None = None) -> Numbering:
    return Numbering(
        etree.fromstring(f'<w:numbering xmlns:w="{W}">{inside}</w:numbering>'), style_lists or {}
    )


def labels(inside: str, *asked: tuple[int, int]) -> list[str]:
    """The labels of paragraphs given as (list, level)."""
    found = lists(inside)
    return [found.label(str(n), i) for n, i in asked]


def test_articles_run_on_through_chapters_and_items_begin_anew() -> None:
    asked = [(1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 3), (1, 0), (1, 1), (1, 2)]
    assert labels(abstract(1, *LAW) + num(1, 1), *asked) == [
        "第一章 ", "第一条 ", "（一）", "（二）", "第二条 ", "（一）", "1. ", "第二章 ", "第三条 ", "（一）",
    ]  # fmt: skip


def test_a_level_waits_for_the_level_that_restart_names() -> None:
    # level 2 begins anew only after level 0 (w:lvlRestart counts from 1), not after level 1
    three = (level(0, "%1."), level(1, "%2."), level(2, "%3.", more='<w:lvlRestart w:val="1"/>'))
    asked = [(1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2)]
    assert labels(abstract(1, *three) + num(1, 1), *asked) == [
        "1. ", "1. ", "1. ", "2. ", "2. ", "2. ", "1. ", "1. ",
    ]  # fmt: skip


def test_an_outer_level_that_has_not_begun_shows_its_start() -> None:
    two = (level(0, "%1", start=3), level(1, "%1.%2"))
    assert labels(abstract(1, *two) + num(1, 1), (1, 1), (1, 1), (1, 0), (1, 1)) == [
        "3.1 ", "3.2 ", "3 ", "3.1 ",
    ]  # fmt: skip


def test_a_start_that_is_not_given_is_zero() -> None:
    assert labels(abstract(1, level(0, "%1.", start=None)) + num(1, 1), (1, 0), (1, 0)) == ["0. ", "1. "]


def test_lists_of_one_abstract_list_count_on_together() -> None:
    assert labels(abstract(1, *LAW) + num(1, 1) + num(2, 1), (1, 1), (2, 1), (1, 1)) == [
        "第一条 ", "第二条 ", "第三条 ",
    ]  # fmt: skip


def test_a_list_with_a_start_of_its_own_begins_there_once() -> None:
    own = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride>'
    asked = [(1, 1), (1, 1), (2, 1), (2, 1), (1, 1)]
    assert labels(abstract(1, *LAW) + num(1, 1) + num(2, 1, own), *asked) == [
        "第一条 ", "第二条 ", "第一条 ", "第二条 ", "第三条 ",
    ]  # fmt: skip


def test_a_list_may_replace_a_level() -> None:
    own = f'<w:lvlOverride w:ilvl="1">{level(1, "第%2款", "chineseCounting", start=5)}</w:lvlOverride>'
    assert labels(abstract(1, *LAW) + num(1, 1, own), (1, 1), (1, 1)) == ["第五款 ", "第六款 "]


def test_lists_count_apart_from_other_lists() -> None:
    assert labels(abstract(1, *LAW) + abstract(2, *LAW) + num(1, 1) + num(2, 2), (1, 1), (2, 1), (1, 1)) == [
        "第一条 ", "第一条 ", "第二条 ",
    ]  # fmt: skip


def test_under_legal_numbering_all_numbers_are_digits() -> None:
    two = (level(0, "第%1章", "chineseCounting"), level(1, "%1.%2", "upperRoman", more="<w:isLgl/>"))
    assert labels(abstract(1, *two) + num(1, 1), (1, 0), (1, 1), (1, 1)) == ["第一章 ", "1.1 ", "1.2 "]


def test_legal_numbering_may_be_switched_off() -> None:
    one = level(0, "%1.", "upperRoman", more='<w:isLgl w:val="0"/>')
    assert labels(abstract(1, one) + num(1, 1), (1, 0)) == ["I. "]


@pytest.mark.parametrize(
    ("text", "form", "more", "label"),
    [
        ("%1、", "chineseCounting", "", "一、"),
        ("（%1）", "chineseCounting", "", "（一）"),
        ("%1．", "decimal", "", "1．"),
        ("%1.", "decimal", "", "1. "),
        ("%1.", "decimal", '<w:suff w:val="space"/>', "1. "),
        ("%1.", "decimal", '<w:suff w:val="nothing"/>', "1."),
        ("(%1)", "decimal", '<w:suff w:val="nothing"/>', "(1)"),
        ("第%1条", "chineseCounting", '<w:suff w:val="nothing"/>', "第一条 "),
        ("第%1条 ", "chineseCounting", "", "第一条 "),
        ("%1", "decimalEnclosedCircleChinese", '<w:suff w:val="nothing"/>', "①"),
        ("附件%1", "decimal", "", "附件1 "),
        ("", "decimal", "", ""),
        ("%1", "none", "", ""),
        ("\uf0b7", "bullet", "", "• "),
        ("%1%2", "decimal", "", "1 "),  # a level further in has no number here
        ("100%1%", "decimal", "", "1001% "),
    ],
)
def test_the_gap_after_a_number(text: str, form: str, more: str, label: str) -> None:
    assert labels(abstract(1, level(0, text, form, more=more)) + num(1, 1), (1, 0)) == [label]


def test_a_list_may_stand_in_a_style() -> None:
    found = lists(
        abstract(1, more='<w:numStyleLink w:val="公文"/>')
        + abstract(2, *LAW, more='<w:styleLink w:val="公文"/>')
        + num(1, 1)
        + num(2, 2),
        {"公文": "2"},
    )
    assert [found.label("1", 1), found.label("2", 1)] == ["第一条 ", "第二条 "]


def test_list_styles_that_lead_in_a_circle_end() -> None:
    link = '<w:numStyleLink w:val="甲"/>'
    assert lists(abstract(1, more=link) + num(1, 1), {"甲": "1"}).label("1", 0) == ""


@pytest.mark.parametrize("asked", [(9, 0), (1, 7), (1, -1)])
def test_a_list_or_level_that_does_not_exist_has_no_number(asked: tuple[int, int]) -> None:
    assert labels(abstract(1, *LAW) + num(1, 1), asked, (1, 1)) == ["", "第一条 "]


def test_a_file_without_lists_has_no_numbers() -> None:
    assert Numbering(None, {}).label("1", 0) == ""


@pytest.mark.parametrize("value", ["x", "", "99999999999999999999", "1.5"])
def test_a_start_that_is_no_number_is_zero(value: str) -> None:
    broken = level(0, "%1.").replace('w:start w:val="1"', f'w:start w:val="{value}"')
    assert labels(abstract(1, broken) + num(1, 1), (1, 0)) == ["0. "]


@given(st.lists(st.integers(0, 3), max_size=40))
def test_any_sequence_of_levels_counts_as_a_tree_does(sequence: list[int]) -> None:
    four = [level(i, ".".join(f"%{n + 1}" for n in range(i + 1))) for i in range(4)]
    found = lists(abstract(1, *four) + num(1, 1))
    counted = [0] * 4
    for at in sequence:
        counted[at:] = [counted[at] + 1] + [0] * (3 - at)
        # a level that was passed over shows its start, and has not begun: its first paragraph is still number one
        assert found.label("1", at) == ".".join(str(max(n, 1)) for n in counted[: at + 1]) + " "


# --- in documents ---


def test_a_style_numbers_its_paragraphs_at_the_level_that_belongs_to_it(tmp_path: Path) -> None:
    styles = (
        style("章", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
        + style("条", '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>')
        + style("条文", '<w:basedOn w:val="条"/>')
    )
    numbering = abstract(
        1, level(0, "第%1章", "chineseCounting", more='<w:pStyle w:val="章"/>'), LAW[1], LAW[2]
    ) + num(1, 1)
    body = (
        p("总则", '<w:pStyle w:val="章"/>')
        + p("甲。", '<w:pStyle w:val="条"/>')
        + p("乙。", '<w:pStyle w:val="条文"/>')
        + p("无号。", '<w:pStyle w:val="条"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("子。", '<w:pStyle w:val="条"/><w:numPr><w:ilvl w:val="2"/></w:numPr>')
        + p("丙。", '<w:pStyle w:val="条"/>')
    )
    assert read_word(tmp_path, word_file(body, numbering=numbering, styles=styles)) == [
        "第一章 总则", "第一条 甲。", "第二条 乙。", "无号。", "（一）子。", "第三条 丙。",
    ]  # fmt: skip


def test_a_number_takes_the_place_of_the_indent(tmp_path: Path) -> None:
    body = numbered("　　为了规范，制定本办法。", 1) + numbered("", 1) + numbered("第三。", 1)
    assert read_word(tmp_path, word_file(body, numbering=abstract(1, *LAW) + num(1, 1))) == [
        "第一条 为了规范，制定本办法。", "第二条", "第三条 第三。",
    ]  # fmt: skip


def test_numbers_are_computed_in_tables_too(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr><w:tc>{numbered('')}</w:tc><w:tc>{p(name)}</w:tc><w:tc>{p('台')}</w:tc></w:tr>"
        for name in "甲乙"
    )
    head = "<w:tr>" + "".join(f"<w:tc>{p(x)}</w:tc>" for x in ("序号", "名称", "单位")) + "</w:tr>"
    data = word_file(f"<w:tbl>{head}{rows}</w:tbl>", numbering=abstract(1, level(0, "%1")) + num(1, 1))
    assert read_word(tmp_path, data) == ["序号\t名称\t单位", "1\t甲\t台", "2\t乙\t台"]
