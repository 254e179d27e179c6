import pytest

from qa.conditions import (
    asked_columns,
    cell_values,
    counted_column,
    excluded,
    lacking,
    whether,
    with_years,
    years,
)
from tests.qa.made import row

STANDARD = row(
    7, ("标准名称", "甲阀门"), ("强制/推荐", "强制"), ("主管部门", "应急管理部"), ("归口技术委员会", "—")
)
HEADERS = [name for name, _ in STANDARD.columns[2:]]


def test_years_are_read_and_counted_from_that_of_the_tables() -> None:
    assert with_years("今年和明年的标准", 2024) == "2024年和2025年的标准"
    assert with_years("去年的标准", None) == "去年的标准"
    assert years("附件1《2024 年和2025年清单》") == {"2024", "2025"}
    assert years("2024、2025两年的标准") == {"2024", "2025"}


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("不是应急管理部主管的标准", True),
        ("非应急管理部的标准", True),
        ("除应急管理部外的标准", True),
        ("除了公安部和应急管理部以外的标准", True),
        ("应急管理部主管的标准", False),
        ("不是公安部而是应急管理部主管的标准", False),
        ("公安部主管的标准", False),
    ],
)
def test_a_value_can_be_ruled_out(text: str, out: bool) -> None:
    assert excluded(text, "应急管理部") == out


def test_a_cell_can_hold_several_values() -> None:
    assert cell_values("工业和信息化部、国家能源局等") == ["工业和信息化部", "国家能源局"]


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("甲阀门归谁管", ["主管部门"]),
        ("甲阀门是强制还是推荐", ["强制/推荐"]),
        ("甲阀门归口哪个标委会", ["归口技术委员会"]),
        ("甲阀门的主管部门和归口单位是谁", ["主管部门", "归口技术委员会"]),
        ("甲阀门排第几个", ["序号"]),
        ("甲阀门讲什么", []),
        ("哪些部门管甲阀门", []),
    ],
)
def test_the_columns_asked_for_are_read(question: str, columns: list[str]) -> None:
    assert asked_columns(question, STANDARD) == columns


def test_what_is_to_be_confirmed_is_read() -> None:
    assert whether("甲阀门是推荐性标准吗", STANDARD, ()) == ("强制/推荐", "推荐")
    assert whether("甲阀门是强制还是推荐", STANDARD, ()) is None
    assert whether("甲阀门是公安部管的吗", STANDARD, [("主管部门", "公安部")]) == ("主管部门", "公安部")
    assert whether("甲阀门公安部管", STANDARD, [("主管部门", "公安部")]) is None


def test_what_a_table_has_no_column_for_is_known() -> None:
    assert lacking("甲阀门代替哪个标准", STANDARD) == "代替"
    assert lacking("甲阀门主管部门是谁", STANDARD) is None


@pytest.mark.parametrize(
    ("text", "sure", "column"),
    [
        ("各主管部门各有几项标准", False, "主管部门"),
        ("哪个部门主管的标准最多", False, "主管部门"),
        ("强制和推荐各多少", False, "强制/推荐"),
        ("强制多少项，推荐多少项", False, "强制/推荐"),
        ("涉及几个部门", True, "主管部门"),
        ("涉及几个部门", False, None),
        ("各部门最多推荐几个项目", True, None),
        ("各部门怎么管项目", True, None),
    ],
)
def test_the_column_to_count_by_is_read(text: str, sure: bool, column: str | None) -> None:
    assert counted_column(text, HEADERS, (), sure=sure) == column
