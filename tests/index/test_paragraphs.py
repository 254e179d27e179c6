import pytest

from index.model import Page, Paragraph, SourceText
from index.paragraphs import is_prose, read_lines, sentence_ended, to_paragraphs
from tests.index.texts import paragraphs_of

OPEN = "依靠市场提供多样化供给，更好发挥政府作用和服"


def texts(paragraphs: list[Paragraph]) -> list[str]:
    return [p.text for p in paragraphs]


def test_a_sentence_cut_by_a_page_break_is_healed() -> None:
    (healed,) = paragraphs_of(f"{OPEN}\n\n务。营造有利于企业的政策环境。")
    assert healed.text == f"{OPEN}务。营造有利于企业的政策环境。"
    assert healed.lines == (0, 2)


def test_a_sentence_cut_twice_is_healed() -> None:
    (healed,) = paragraphs_of(f"{OPEN}\n\n务，加大对设备更新、技术改造的支\n\n持。")
    assert healed.text == f"{OPEN}务，加大对设备更新、技术改造的支持。"
    assert healed.lines == (0, 2, 4)


def test_latin_words_on_both_sides_of_a_break_keep_a_space() -> None:
    (healed,) = paragraphs_of("推动设备联网和生产环节数字化链接，接入industrial\n\ninternet平台。")
    assert healed.text.endswith("接入industrial internet平台。")


def test_a_line_that_begins_with_a_mention_of_an_article_is_joined() -> None:
    (healed,) = paragraphs_of(
        "本条例所称企业，是指符合下列情形之一的企业，以及依照\n\n第五条企业登记规定设立的企业。"
    )
    assert healed.lines == (0, 2)


@pytest.mark.parametrize(
    "line",
    [
        "二、重点任务",
        "（二）重点任务",
        "2. 重点任务",
        "第二条 本办法",
        "第二章 附则",
        "2024 年 3 月 27 日",
        "二〇二四年三月二十七日",
        "工信部联规〔2024〕53 号",
        "附件：1.申报表",
        "附件 1:",
        "- 01-手册.pdf",
        "——坚持标准化引领。",
    ],
)
def test_a_line_that_opens_something_is_not_joined(line: str) -> None:
    assert texts(paragraphs_of(f"{OPEN}\n\n{line}")) == [OPEN, line]


def test_a_markdown_heading_is_not_joined_and_keeps_its_level() -> None:
    first, second = paragraphs_of(f"{OPEN}\n## 保障措施")
    assert (first.text, first.level) == (OPEN, 0)
    assert (second.text, second.level) == ("保障措施", 2)


@pytest.mark.parametrize(
    "line", ["国家发展改革委", "一、总体要求", "2024 年 3 月 27 日", "- 01-手册.pdf", "关于印发办法的通知"]
)
def test_nothing_is_joined_to_a_name_a_heading_a_date_or_a_list_entry(line: str) -> None:
    assert texts(paragraphs_of(f"{line}\n财政部")) == [line, "财政部"]


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("请遵照执行。", True),
        ("符合以下条件：", True),
        ("他说：“好。”", True),
        ("（财政部负责）", True),
        ("（财政部负责", False),
        ("根据《质量强国。", False),
        ("多样化供给和服", False),
        ("设备（一期）", False),
    ],
)
def test_a_sentence_ends_at_its_mark_unless_a_bracket_is_open(text: str, *, ended: bool) -> None:
    assert sentence_ended(text) is ended


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("国家发展改革委", False),
        ("一、加快能耗排放技术标准升级，持续引领设备更新", False),
        ("（一）加大财税支持。加大支持力度", True),
        ("第一条 为了规范企业的生产经营活动，保障公众健康", True),
        ("关于印发《设备更新实施方案》的通知", False),
        ("- 附件：1. 申报表，说明，汇总表。", False),
    ],
)
def test_prose_is_told_from_headings_and_names(text: str, *, prose: bool) -> None:
    assert is_prose(text) is prose


TABLE = "序号\t名称\t地区\n1\t风电\t河北\n2\t光伏\t安徽"


def test_a_line_with_tabs_is_a_row_of_cells() -> None:
    header, first, second = paragraphs_of(TABLE)
    assert header.cells == ("序号", "名称", "地区")
    assert first.cells == ("1", "风电", "河北")
    assert (second.text, second.lines) == ("2\t光伏\t安徽", (2,))


def test_a_header_that_returns_after_a_page_break_is_furniture() -> None:
    rows = paragraphs_of(f"{TABLE}\n\n序 号\t名称\t地 区\n3\t储能\t江苏")
    assert [(p.cells[0], p.furniture) for p in rows] == [
        ("序号", False), ("1", False), ("2", False), ("序号", True), ("3", False),
    ]  # fmt: skip


def test_a_row_without_a_number_continues_the_row_before_column_by_column() -> None:
    *_, last = paragraphs_of(f"{TABLE}\n\n\t示范 项目\t\n")
    assert last.cells == ("2", "光伏示范项目", "安徽")
    assert last.lines == (2, 4)


def test_a_row_continues_over_a_repeated_header() -> None:
    rows = paragraphs_of(f"{TABLE}\n序号\t名称\t地区\n\t示范项目\t省")
    assert [p.cells for p in rows if not p.furniture][-1] == ("2", "光伏示范项目", "安徽省")


def test_a_dash_line_is_furniture() -> None:
    rows = paragraphs_of(f"{TABLE}\n----\t------\t---")
    assert [p.furniture for p in rows] == [False, False, False, True]


def test_markdown_tables_are_read() -> None:
    rows = paragraphs_of("| 序号 | 名称 | 备注 |\n| --- | :---: | --- |\n| 1 | 风电 | |\n| 2 | 光伏 | 二期 |")
    assert [p.cells for p in rows if not p.furniture] == [
        ("序号", "名称", "备注"), ("1", "风电", ""), ("2", "光伏", "二期"),
    ]  # fmt: skip


def test_an_empty_first_cell_of_a_markdown_row_is_kept() -> None:
    *_, last = paragraphs_of("| 序号 | 名称 | 备注 |\n| 1 | 风电 | 一 |\n||项目|期|")
    assert last.cells == ("1", "风电项目", "一期")


def test_tabs_that_indent_a_line_make_no_table() -> None:
    assert [(p.text, p.cells) for p in paragraphs_of("\t第一条 本办法。\n\t\t第二条 本条例。\n\t\t\n\t")] == [
        ("第一条 本办法。", ()), ("第二条 本条例。", ()),
    ]  # fmt: skip


def test_a_table_under_an_annex_line_has_a_header_of_its_own() -> None:
    rows = paragraphs_of(f"{TABLE}\n附件2：另一清单\n{TABLE}")
    assert [p.furniture for p in rows if p.cells] == [False] * 6


def test_a_page_number_inside_a_table_does_not_end_it() -> None:
    rows = paragraphs_of(f"{TABLE}\n- 12 -\n序号\t名称\t地区\n3\t储能\t江苏")
    assert [p.cells[0] for p in rows if p.cells and not p.furniture] == ["序号", "1", "2", "3"]


def test_lines_are_counted_over_all_pages_and_know_their_page() -> None:
    lines = read_lines(SourceText("x.pdf", (Page(1, "一\n\n二"), Page(2, "三"))))
    assert [(line.text, line.no, line.page) for line in lines] == [("一", 0, 1), ("二", 2, 1), ("三", 3, 2)]


def test_a_paragraph_over_two_pages_knows_both() -> None:
    source = SourceText("x.pdf", (Page(1, OPEN), Page(2, "务。")))
    (healed,) = to_paragraphs(read_lines(source))
    assert (healed.page, healed.last_page) == (1, 2)


def test_wide_spaces_and_byte_order_marks_around_a_line_are_dropped() -> None:
    assert texts(paragraphs_of("\ufeff　　第一条 本办法。\u00a0　\r\n")) == ["第一条 本办法。"]
