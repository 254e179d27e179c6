import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numerals import chinese_numeral, parse_numeral


@given(st.integers(0, 9999))
def test_every_number_below_ten_thousand_is_read_as_it_was_written(number: int) -> None:
    assert parse_numeral(chinese_numeral(number)) == number


@given(st.integers(0, 9999), st.sampled_from(["〇", "○"]))
def test_other_zeros_read_the_same(number: int, zero: str) -> None:
    assert parse_numeral(chinese_numeral(number).replace("零", zero)) == number


@given(st.integers(0, 9999))
def test_arabic_and_full_width_digits_read_the_same(number: int) -> None:
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert parse_numeral(str(number)) == parse_numeral(wide) == number


@given(st.integers(0, 9999), st.data())
def test_spaces_inside_a_numeral_do_not_count(number: int, data: st.DataObject) -> None:
    text = chinese_numeral(number)
    at = data.draw(st.integers(0, len(text)))
    assert parse_numeral(f"{text[:at]} \u3000{text[at:]}") == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (27, "二十七"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1079, "一千零七十九"),
        (1260, "一千二百六十"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_written_as_laws_number_their_articles(number: int, text: str) -> None:
    assert chinese_numeral(number) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二〇二四", 2024),
        ("二零二四", 2024),
        ("一〇七", 107),
        ("两百", 200),
        ("两千零两", 2002),
        ("二百〇三", 203),
        ("百一十", 110),
        ("千", 1000),
        ("一十二", 12),
        ("１２", 12),
        ("1 2", 12),
        ("007", 7),
        ("999999999999999999", 999999999999999999),
    ],
)
def test_other_spellings_are_read(text: str, number: int) -> None:
    assert parse_numeral(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "廿",
        "一万",
        "3.5",
        "-1",
        "²",
        "十十",
        "一二十",
        "百一千",
        "一百零",
        "十二三",
        "零十",
        "二0",
        "甲",
        "1" * 5000,
    ],
)
def test_what_is_no_numeral_is_none(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.parametrize("number", [-1, 10000])
def test_only_numbers_below_ten_thousand_are_written(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_numeral(number)
