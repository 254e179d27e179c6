import pytest

from index.readers.grid import MAX_ACROSS, Cell, table_lines


def c(text: str, across: int = 1, down: int = 1) -> Cell:
    return Cell(tuple(text.split("\n")) if text else (), across, down)


def row(*texts: str) -> list[Cell]:
    return [c(text) for text in texts]


HEAD = row("序号", "名称", "单位")


def test_rows_are_lines_and_empty_cells_stay() -> None:
    assert table_lines([HEAD, row("1", "", "台"), row("2", "吊机", "")]) == [
        "序号\t名称\t单位", "1\t\t台", "2\t吊机\t",
    ]  # fmt: skip


def test_a_row_that_begins_empty_is_no_second_line_of_the_one_above() -> None:
    assert table_lines([HEAD, row("1", "吊机", "台"), row("", "小计", "50")])[2] == "—\t小计\t50"


def test_a_header_may_begin_empty() -> None:
    assert table_lines([row("", "2023年", "2024年"), row("产量", "1", "2")])[0] == "\t2023年\t2024年"


def test_rows_without_any_text_are_dropped() -> None:
    assert table_lines([HEAD, row("", "", ""), row("1", "甲", "台")]) == ["序号\t名称\t单位", "1\t甲\t台"]


def test_line_breaks_and_tabs_in_a_cell_are_spaces() -> None:
    assert table_lines([HEAD, row("1", "起重\n机\t械", "台\u2028套")])[1] == "1\t起重 机 械\t台 套"


def test_a_cell_over_rows_is_repeated_unless_it_is_long() -> None:
    long = "长" * 301
    lines = table_lines([HEAD, [c("1", 1, 2), c("甲"), c(long, 1, 2)], [c("乙")], row("3", "丙", "台")])
    assert lines[1:] == [f"1\t甲\t{long}", "1\t乙\t", "3\t丙\t台"]


def test_a_long_first_cell_over_rows_leaves_the_sign_for_empty() -> None:
    long = "长" * 301
    assert table_lines([HEAD, [c(long, 1, 2), *row("甲", "台")], row("乙", "套")])[2] == "—\t乙\t套"


def test_a_cell_over_columns_stands_once_in_a_row_and_names_all_in_the_header() -> None:
    lines = table_lines([[c("名称", 2), c("单位")], [c("合计", 2), c("5")], row("甲", "乙", "5")])
    assert lines == ["名称\t名称\t单位", "合计\t\t5", "甲\t乙\t5"]


def test_columns_in_which_no_cell_begins_are_no_columns() -> None:
    lines = table_lines([[c("序号", 2), c("名称", 3), c("单位", 2)], [c("1", 2), c("甲", 3), c("台", 2)]])
    assert lines == ["序号\t名称\t单位", "1\t甲\t台"]


def test_rows_over_the_whole_width_at_the_top_are_lines() -> None:
    rows = [[c("附表1 清单", 3)], [c("单位：万元", 3)], HEAD, row("1", "甲", "台")]
    assert table_lines(rows) == ["附表1 清单", "单位：万元", "序号\t名称\t单位", "1\t甲\t台"]


def test_a_row_over_the_whole_width_further_down_is_a_row() -> None:
    assert table_lines([HEAD, [c("一、东部", 3)], row("1", "甲", "台")])[1] == "一、东部\t\t"


def test_a_header_of_two_rows_is_one() -> None:
    rows = [[c("类别", 1, 2), c("计划", 2), c("备注", 1, 2)], row("数量", "单位"), row("甲", "1", "台", "")]
    assert table_lines(rows) == ["类别\t计划 数量\t计划 单位\t备注", "甲\t1\t台\t"]


def test_a_header_of_three_rows_is_one() -> None:
    rows = [
        [c("类别", 1, 3), c("计划", 3)],
        [c("数量", 2), c("单位", 1, 2)],
        row("新增", "更新"),
        row("甲", "1", "2", "台"),
    ]
    assert table_lines(rows) == ["类别\t计划 数量 新增\t计划 数量 更新\t计划 单位", "甲\t1\t2\t台"]


def test_groups_without_a_cell_beside_them_take_the_names_below() -> None:
    rows = [[c("2023年", 2), c("2024年", 2)], row("产量", "产值", "产量", "产值"), row("1", "2", "3", "4")]
    assert table_lines(rows) == ["2023年 产量\t2023年 产值\t2024年 产量\t2024年 产值", "1\t2\t3\t4"]


@pytest.mark.parametrize(
    "below",
    [
        row("1", "产值", "产量", "产值"),
        row("", "产值", "产量", "产值"),
        row("甲" * 41, "产值", "产量", "产值"),
    ],
)
def test_a_row_below_groups_that_holds_values_is_no_header(below: list[Cell]) -> None:
    lines = table_lines([[c("甲", 2), c("乙", 2)], below, row("1", "2", "3", "4")])
    assert (lines[0], len(lines)) == ("甲\t甲\t乙\t乙", 3)


def test_a_form_whose_label_spans_all_rows_has_no_header_of_all_rows() -> None:
    rows = [
        [c("基本信息", 1, 3), c("名称"), c("某某公司", 2)],
        row("地址", "某市", "甲"),
        row("电话", "1", "2"),
    ]
    assert len(table_lines(rows)) == 3


def test_the_format_may_say_how_many_rows_the_header_has() -> None:
    rows = [row("计划", "计划", "计划"), row("序号", "名称", "单位"), row("1", "甲", "台")]
    assert table_lines(rows, head=2) == ["计划 序号\t计划 名称\t计划 单位", "1\t甲\t台"]
    assert table_lines(rows, head=3)[0] == "计划 序号\t计划 名称\t计划 单位"  # a header alone is no table


def test_two_columns_are_parted_by_pipes() -> None:
    assert table_lines([row("项目", "要求"), row("甲|乙", "")]) == ["| 项目 | 要求 |", "| 甲｜乙 |  |"]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([row("第一条 甲。\n第二条 乙。")], ["第一条 甲。", "第二条 乙。"]),
        ([row("甲"), row("乙"), [Cell(("a\tb\tc",))]], ["甲", "乙", "a\tb\tc"]),
        ([[c("某某部"), c(""), c("2024年3月1日")]], ["某某部", "2024年3月1日"]),
        ([[c("题", 3)], row("某某部", "", "2024年3月1日")], ["题", "某某部", "2024年3月1日"]),
        ([[c("题", 3)], row("", "", "")], ["题"]),
        ([], []),
        ([[]], []),
    ],
)
def test_a_table_of_one_row_or_column_is_layout(rows: list[list[Cell]], lines: list[str]) -> None:
    assert table_lines(rows) == lines


def test_spans_beyond_all_measure_are_cut() -> None:
    rows = [[c("甲", 10**6, 10**6), c("乙")], row("1", "2"), row("3", "4")]
    assert len(table_lines(rows)[0].split("\t")) <= MAX_ACROSS
