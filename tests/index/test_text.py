import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import close_gaps, compare_key, iso_day, normalize, number_key, squeeze


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("首台（套）", "首台套"),
        ("首台(套)", "首台套"),
        ("首台 ( 套 )", "首台套"),
        ("首 台 套", "首台套"),
        ("首台套", "首台套"),
        ("ＡＢＣ１２３％", "ABC123%"),
        ("2024 年 3 月", "2024年3月"),
        ("增长 25 %", "增长25%"),
        ("新型 工业化", "新型工业化"),
        ("5G 基站", "5G 基站"),
        ("  a \n b  ", "a b"),
    ],
)
def test_spellings_that_mean_the_same_become_one(text: str, normal: str) -> None:
    assert normalize(text) == normal


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("绿色 化升级", "绿色化升级"),
        ("年产 30 万吨", "年产 30 万吨"),
        ("（广州天 河）有限公 司", "（广州天河）有限公司"),
        ("IT 设备", "IT 设备"),
        ("建设　项目", "建设项目"),
    ],
)
def test_gaps_between_chinese_characters_are_closed(text: str, closed: str) -> None:
    assert close_gaps(text) == closed


def test_titles_in_two_spellings_have_one_key() -> None:
    keys = {
        compare_key("五部门联合印发《中国首台(套)办法(试 行)》"),
        compare_key("五部门联合印发〈中国首台（套）办法（试行）〉"),
        compare_key("五部门 联合印发“中国首台（套）办法（试行）”"),
    }
    assert keys == {"五部门联合印发中国首台套办法(试行)"}


@pytest.mark.parametrize(
    "text",
    [
        "国市监质规〔2024〕3号",
        "国市监质规[2024]3 号",
        "国市监质规（2024）3号",
        "国市监质规【2024】３号",
        "国市监质规 ［2024］ 3号",
    ],
)
def test_document_numbers_in_any_brackets_are_one(text: str) -> None:
    assert number_key(text) == "国市监质规〔2024〕3号"


@given(st.text())
def test_squeezing_drops_white_space_alone(text: str) -> None:
    assert squeeze(text) == "".join(text.split())


def test_a_day_that_does_not_exist_is_none() -> None:
    assert iso_day(2024, 2, 29) == "2024-02-29"
    assert iso_day(2023, 2, 29) is None
    assert iso_day(None, 1, 1) is None
