"""Lines and tables on pages become paragraphs and rows: exact cases, on geometry alone."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from index.model import GOES_ON
from index.readers.flow import page_texts
from index.readers.furniture import without_furniture
from index.readers.grid import Cell
from index.readers.sheet import Grid, Line, Sheet

LEFT, RIGHT, SIZE, PITCH = 90.0, 510.0, 12.0, 20.0
WIDTH, HEIGHT = 600.0, 840.0
SONG, HEI = frozenset({"宋体"}), frozenset({"黑体"})


def line(text: str, y: float, x: float = LEFT, size: float = SIZE, fonts: frozenset[str] = SONG) -> Line:
    """A line whose characters are as wide as high, Latin ones half as wide."""
    return Line(
        text, x, x + sum(size if c >= "⺀" or c in "“”—…" else size / 2 for c in text), y, size, fonts
    )


def centred(text: str, y: float, size: float = SIZE, fonts: frozenset[str] = SONG) -> Line:
    width = line(text, y, 0, size).x1
    return line(text, y, (LEFT + RIGHT - width) / 2, size, fonts)


def printed(text: str, y: float, *, indent: int = 2, left: float = LEFT, right: float = RIGHT) -> list[Line]:
    """A paragraph as printed from `y` on, its first line indented."""
    room = round((right - left) / SIZE)
    cuts = [0, room - indent]
    while cuts[-1] < len(text):
        cuts.append(cuts[-1] + room)
    return [
        line(text[a:b], y + i * PITCH, left + (indent * SIZE if i == 0 else 0))
        for i, (a, b) in enumerate(pairwise(cuts))
        if text[a:b]
    ]


def page(*lines: Line | Sequence[Line], number: int = 1, grids: Sequence[Grid] = ()) -> Sheet:
    flat = [x for item in lines for x in ([item] if isinstance(item, Line) else item)]
    return Sheet(number, WIDTH, HEIGHT, tuple(sorted(flat, key=lambda x: (x.middle, x.x0))), tuple(grids))


def texts(*sheets: Sheet) -> list[list[str]]:
    return [text.split("\n") if text else [] for text in page_texts(sheets)]


LONG = (
    "为贯彻落实党中央国务院决策部署推动工业领域设备更新和技术改造现将有关事项通知如下请各有关单位结合实际"
    "认真抓好落实并及时报告情况。"
)
NEXT = (
    "各地区各部门要加强组织领导明确责任分工细化工作举措加大政策支持力度确保各项任务落到实处取得实效有关进展"
    "情况按季度报送我部汇总。"
)
SHORT = "特此通知。"


# --- paragraphs ---


def test_an_indented_line_opens_a_paragraph() -> None:
    assert texts(page(printed(LONG, 100), printed(NEXT, 140), printed(SHORT, 180))) == [[LONG, NEXT, SHORT]]


def test_a_paragraph_whose_last_line_is_full_ends_where_the_next_is_indented() -> None:
    full = LONG[:32] + "。"  # 33 characters after the indent of two fill the line of 35
    assert texts(page(printed(LONG, 60), printed(full, 100), printed(NEXT, 120))) == [[LONG, full, NEXT]]


def test_a_sentence_goes_on_over_the_page() -> None:
    first, last = printed(LONG, 100), printed(NEXT, 140)
    assert texts(page(first, last[:1]), page(last[1:], number=2)) == [
        [LONG, last[0].text],
        [GOES_ON + last[1].text],
    ]


def test_a_page_break_between_two_sentences_of_a_paragraph_parts_nothing() -> None:
    ended = "第一句话写满了这一行的全部位置直到右边的页边距为止没有留下空。"
    assert len(ended) == 31
    sheets = (
        page(printed(LONG, 60), printed(NEXT, 100), line(ended + "好的", 140, LEFT + 24)),
        page(line("第二句话在下一页开始。", 60), printed(NEXT, 80), number=2),
    )
    assert texts(*sheets)[1][0] == GOES_ON + "第二句话在下一页开始。"


def test_a_paragraph_that_begins_the_page_does_not_go_on() -> None:
    sheets = page(printed(LONG, 60), printed(LONG, 100)), page(printed(NEXT, 60), number=2)
    assert texts(*sheets)[1] == [NEXT]


def test_paragraphs_without_indent_are_parted_by_space() -> None:
    blocks = [*printed(LONG, 60, indent=0), *printed(NEXT, 110, indent=0), *printed(LONG, 160, indent=0)]
    assert texts(page(blocks)) == [[LONG, NEXT, LONG]]


def test_numbered_lines_without_indent_are_paragraphs() -> None:
    items = [f"{n}. {LONG}" for n in (1, 2, 3)]
    lines = [x for i, item in enumerate(items) for x in printed(item, 60 + 60 * i, indent=0)]
    assert texts(page([line(x.text, 60 + PITCH * i) for i, x in enumerate(lines)])) == [items]


def test_a_hanging_item_keeps_its_lines() -> None:
    text = "1. " + LONG
    cuts = ((0, 34), (34, 65), (65, None))
    lines = [line(text[a:b], 60 + 20 * i, LEFT + (24 if i == 0 else 42)) for i, (a, b) in enumerate(cuts)]
    assert texts(page(lines, printed(NEXT, 120), printed(SHORT, 160), printed(NEXT, 180))) == [
        [text, NEXT, SHORT, NEXT]
    ]


def test_a_line_that_mentions_an_article_opens_none() -> None:
    text = (
        "违反本办法第二条规定的，由主管部门责令改正，拒不改正的，依照本办法"
        + "第三条的规定处以罚款，情节严重的予以通报。"
    )
    assert texts(page(printed(text, 60), printed(LONG, 100), printed(NEXT, 140))) == [[text, LONG, NEXT]]


def test_a_title_over_two_lines_is_one() -> None:
    title = [centred("关于印发《推动工业领域", 60, 22, HEI), centred("设备更新实施方案》的通知", 92, 22, HEI)]
    assert (
        texts(page(title, printed(LONG, 130), printed(NEXT, 170)))[0][0]
        == "关于印发《推动工业领域设备更新实施方案》的通知"
    )


def test_names_below_each_other_stay_apart() -> None:
    names = [centred("工业和信息化部", 100), centred("国家发展改革委", 120), centred("财政部", 140)]
    assert texts(page(printed(LONG, 60), names))[0][1:] == ["工业和信息化部", "国家发展改革委", "财政部"]


def test_a_signature_at_the_right_margin_stays_apart() -> None:
    width = 7 * SIZE
    signed = [line("工业和信息化部", 100, RIGHT - width), line("国家发展改革委", 120, RIGHT - width)]
    assert texts(page(printed(LONG, 60), signed))[0][1:] == ["工业和信息化部", "国家发展改革委"]


def test_a_heading_in_another_font_stays_apart() -> None:
    blocks = [line("一" * 35, 60, fonts=HEI)]
    assert texts(page(blocks, printed(LONG, 80, indent=0), printed(NEXT, 140, indent=0)))[0][:2] == [
        "一" * 35,
        LONG,
    ]


def test_english_keeps_its_spaces_over_lines() -> None:
    lines = [
        line("the quick brown fox jumps over the lazy dog and runs away into the deep", 60),
        line("forest", 80),
    ]
    assert texts(page(lines)) == [[" ".join(x.text for x in lines)]]


def test_a_word_parted_by_a_soft_hyphen_is_one() -> None:
    lines = [
        line("the quick brown fox jumps over the lazy dog and runs away into the infor\u00ad", 60),
        line("mation", 80),
    ]
    assert texts(page(lines))[0][0].endswith("information")


@pytest.mark.parametrize(
    ("printed_as", "entry"),
    [
        ("某某办法................................12", "某某办法\t12"),
        ("某某办法……………………………… 12", "某某办法\t12"),
        ("某某办法·········（12）", "某某办法\t12"),
        ("某某办法", "某某办法"),
    ],
)
def test_contents_entries_lose_their_leaders(printed_as: str, entry: str) -> None:
    assert texts(page(line(printed_as, 60), line("第二个办法……………………13", 80))) == [[entry, "第二个办法\t13"]]


def test_contents_entries_without_leaders_have_their_number_after_a_tab() -> None:
    assert texts(page(line("某某办法", 60), line("12", 60, RIGHT - 12))) == [["某某办法\t12"]]


# --- columns ---


def column(text: str, y: float, x: float) -> list[Line]:
    return printed(text, y, left=x, right=x + 16 * SIZE)


def test_two_columns_are_read_one_after_the_other_between_titles() -> None:
    left = [*column(LONG, 100, 90), *column(LONG, 200, 90)]
    right = [*column(NEXT, 100, 318), *column(NEXT, 200, 318)]
    below = [*column(SHORT, 340, 90), *column(SHORT, 340, 318)]
    sheet = page(
        centred("上面的题目横跨左右两栏之间", 60, 20),
        left,
        right,
        centred("下面的题目也横跨左右两栏", 310, 20),
        below,
    )
    assert texts(sheet) == [
        ["上面的题目横跨左右两栏之间", LONG, LONG, NEXT, NEXT, "下面的题目也横跨左右两栏", SHORT, SHORT]
    ]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    lines = column(LONG, 100, 90)
    moved = [line(x.text, 100 + PITCH * i, 318) for i, x in enumerate(lines[2:])]
    left = [line(x.text, 280 + PITCH * i, x.x0) for i, x in enumerate(lines[:2])]
    sheet = page(
        column(NEXT, 100, 90),
        column(NEXT, 190, 90),
        left,
        moved,
        column(NEXT, 200, 318),
        column(NEXT, 290, 318),
    )
    assert texts(sheet) == [[NEXT, NEXT, LONG, NEXT, NEXT]]


def test_a_page_of_few_lines_has_the_columns_of_the_others() -> None:
    full = page(column(LONG, 100, 90), column(NEXT, 200, 90), column(LONG, 100, 318), column(NEXT, 200, 318))
    few = page(line("左边只有一行字。", 100, 90), line("右边也只有一行字。", 100, 318), number=2)
    assert texts(full, few)[1] == ["左边只有一行字。", "右边也只有一行字。"]


def test_names_beside_each_other_make_no_columns() -> None:
    rows = [
        x
        for i in range(6)
        for x in (line("联系人：张三", 200 + 20 * i), line("电话：123", 200 + 20 * i, 330))
    ]
    assert texts(page(printed(LONG, 60), printed(NEXT, 100), rows))[0][2:] == ["联系人：张三 电话：123"] * 6


# --- running heads ---

BODY = [
    "甲项工作按照计划推进。",
    "乙项工作已经基本完成。",
    "丙项工作仍在研究之中。",
    "丁项工作由各地区负责。",
    "戊项工作下年再行安排。",
    "己项工作另行发文通知。",
]


def body(*heads: tuple[str, float], pages: int = 6) -> list[list[str]]:
    """What is left of pages with `heads`, whose text may hold {n} for the page's number."""
    sheets = []
    for n in range(1, pages + 1):
        own = [line(text.format(n=n), y) for text, y in heads]
        sheets.append(page(line(BODY[n - 1], 100), own, number=n))
    return [[x.text for x in sheet.lines] for sheet in without_furniture(sheets)]


KEPT = [[text] for text in BODY]


@pytest.mark.parametrize(
    "foot",
    [
        "{n}",
        "— {n} —",
        "- {n} -",
        "第 {n} 页",
        "第 {n} 页 共 10 页",
        "第{n}页，共10页",
        "{n} / 10",
        "Page {n} of 10",
        "·{n}·",
        "－{n}－",
    ],
)
@pytest.mark.parametrize("pages", [1, 2, 6])
def test_page_numbers_are_dropped(foot: str, pages: int) -> None:
    assert body((foot, 810), pages=pages) == KEPT[:pages]


def test_heads_with_the_page_number_inside_are_dropped() -> None:
    assert body(("某某公报 2024 年第 5 期 · {n}", 40)) == KEPT


def test_heads_of_odd_and_even_pages_are_dropped() -> None:
    heads = ["某某协会", "政策汇编"] * 3
    sheets = [page(line(heads[n], 40), line(text, 100), number=n + 1) for n, text in enumerate(BODY)]
    assert [[x.text for x in s.lines] for s in without_furniture(sheets)] == KEPT


def test_a_head_that_changes_with_the_chapter_is_dropped() -> None:
    heads = ["政策汇编"] * 3 + ["政策解读"] * 3 + ["附录"]
    sheets = [page(line(h, 40), line(BODY[i % 6], 100 + i), number=i + 1) for i, h in enumerate(heads)]
    assert [[x.text for x in s.lines] for s in without_furniture(sheets)] == [*KEPT, [BODY[0]]]


def test_two_rows_of_running_text_are_dropped() -> None:
    assert body(("某某协会", 30), ("政策汇编", 45), ("内部资料", 800), ("{n}", 815)) == KEPT


def test_attachments_that_begin_pages_are_kept() -> None:
    sheets = [page(line(f"附件{n}", 60), line(BODY[n - 1], 100), number=n) for n in range(1, 5)]
    assert [s.lines[0].text for s in without_furniture(sheets)] == ["附件1", "附件2", "附件3", "附件4"]


def test_a_number_in_the_text_is_kept() -> None:
    assert [x.text for x in without_furniture([page(line(BODY[0], 100), line("2024", 400))])[0].lines] == [
        BODY[0],
        "2024",
    ]


def test_a_large_word_on_every_page_is_a_watermark() -> None:
    sheets = [page(line("内部资料", 400, 200, 60), line(BODY[n], 100 + n), number=n + 1) for n in range(3)]
    assert [[x.text for x in s.lines] for s in without_furniture(sheets)] == KEPT[:3]


# --- tables ---

NAMES = ("序号", "名称", "内容")


def cells(*rows: Sequence[str]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(Cell(tuple(c.split("\n")) if c else ()) for c in row) for row in rows)


def grid(rows: tuple[tuple[Cell, ...], ...], top: float = 100, *, cut: bool = False) -> Grid:
    return Grid(90, top, 510, top + 100, (90, 130, 230, 510), rows, cut)


def test_a_table_stands_between_the_text_around_it() -> None:
    sheet = page(
        line("清单如下：", 60),
        line("以上各项由各地负责。", 230),
        grids=[grid(cells(NAMES, ("1", "甲", "乙\n丙")))],
    )
    assert texts(sheet) == [["清单如下：", "序号\t名称\t内容", "1\t甲\t乙丙", "以上各项由各地负责。"]]


def test_a_header_that_returns_on_the_next_page_is_dropped() -> None:
    first, second = cells(NAMES, ("1", "甲", "乙")), cells(NAMES, ("2", "丙", "丁"))
    assert texts(page(grids=[grid(first)]), page(grids=[grid(second)], number=2)) == [
        ["序号\t名称\t内容", "1\t甲\t乙"], ["2\t丙\t丁"],
    ]  # fmt: skip


def test_another_table_on_the_next_page_keeps_its_header() -> None:
    first, second = cells(NAMES, ("1", "甲", "乙")), cells(NAMES, ("1", "丙", "丁"))
    sheets = page(grids=[grid(first)]), page(line("附件2", 60), grids=[grid(second)], number=2)
    assert texts(*sheets)[1] == ["附件2", "序号\t名称\t内容", "1\t丙\t丁"]


def test_a_row_cut_by_the_page_goes_on() -> None:
    first, second = cells(NAMES, ("1", "甲", "上半")), cells(NAMES, ("", "", "下半"), ("2", "乙", "丙"))
    assert texts(page(grids=[grid(first)]), page(grids=[grid(second)], number=2))[1] == [
        GOES_ON + "\t\t下半", "2\t乙\t丙",
    ]  # fmt: skip


def test_a_row_without_lower_border_goes_on_whatever_its_first_cell_says() -> None:
    first, second = cells(NAMES, ("总", "甲", "上")), cells(("则", "乙", "下"), ("2", "乙", "丙"))
    assert (
        texts(page(grids=[grid(first, cut=True)]), page(grids=[grid(second)], number=2))[1][0]
        == GOES_ON + "则\t乙\t下"
    )


def test_a_first_cell_over_rows_is_repeated_also_over_the_page() -> None:
    head = cells(NAMES)
    first = (*head, (Cell(("一类",), down=2), *cells(("甲", "乙"))[0]), cells(("丙", "丁"))[0])
    second = (*head, (Cell((), down=2), *cells(("戊", "己"))[0]), cells(("庚", "辛"))[0])
    assert texts(page(grids=[grid(first)]), page(grids=[grid(second)], number=2)) == [
        ["序号\t名称\t内容", "一类\t甲\t乙", "一类\t丙\t丁"], ["一类\t戊\t己", "一类\t庚\t辛"],
    ]  # fmt: skip


def test_a_header_of_two_rows_becomes_one() -> None:
    rows = (
        (Cell(("序号",), down=2), Cell(("投资",), across=2)),
        cells(("总额", "单位"))[0],
        *cells(("1", "100", "万元")),
    )
    assert texts(page(grids=[grid(rows)])) == [["序号\t投资 总额\t投资 单位", "1\t100\t万元"]]


def listed(rows: Sequence[Sequence[str]], y: float = 100) -> list[Line]:
    """Rows in columns without rules."""
    places = (90, 130, 300, 400)
    return [
        line(cell, y + PITCH * i, x)
        for i, row in enumerate(rows)
        for x, cell in zip(places, row, strict=False)
        if cell
    ]


def test_numbered_rows_in_clear_columns_are_a_table_without_rules() -> None:
    rows = [
        ("序号", "名称", "金额"),
        ("1", "甲项工程", "100"),
        ("", "（一期）", ""),
        ("2", "乙项工程", "90"),
        ("3", "丙项", "5"),
    ]
    sheet = page(line("清单如下：", 60), listed(rows), line("以上各项由各地负责。", 230))
    assert texts(sheet) == [
        [
            "清单如下：",
            "序号\t名称\t金额",
            "1\t甲项工程（一期）\t100",
            "2\t乙项工程\t90",
            "3\t丙项\t5",
            "以上各项由各地负责。",
        ]
    ]


def test_names_in_columns_are_no_table() -> None:
    rows = [
        ("张三", "李四", "王五"),
        ("赵六", "钱七", "孙八"),
        ("周九", "吴十", "郑一"),
        ("冯二", "陈三", "褚四"),
    ]
    assert texts(page(line("名单如下：", 60), listed(rows))) == [["名单如下：", *map(" ".join, rows)]]
