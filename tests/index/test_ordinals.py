import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numerals import parse_numeral
from index.readers.ordinals import circled, ordinal


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", {1: "1", 12: "12"}),
        ("decimalZero", {7: "07", 12: "12"}),
        ("decimalFullWidth", {12: "１２"}),
        ("decimalFullWidth2", {12: "１２"}),
        ("decimalHalfWidth", {12: "12"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "㉑", 36: "㊱", 50: "㊿", 51: "51"}),
        ("decimalEnclosedCircleChinese", {3: "③"}),
        ("decimalEnclosedFullstop", {3: "3."}),
        ("decimalEnclosedParen", {3: "（3）"}),
        ("numberInDash", {3: "- 3 -"}),
        ("chineseCounting", {1: "一", 10: "十", 21: "二十一", 100: "一〇〇", 112: "一一二"}),
        ("taiwaneseCounting", {99: "九十九", 101: "一〇一"}),
        ("chineseCountingThousand", {10: "十", 101: "一百零一", 110: "一百一十", 1079: "一千零七十九"}),
        ("taiwaneseCountingThousand", {101: "一百零一"}),
        ("japaneseCounting", {1: "一", 10: "十", 21: "二十一", 101: "百一", 111: "百十一", 1200: "千二百"}),
        ("ideographDigital", {10: "一〇", 21: "二一"}),
        ("japaneseDigitalTenThousand", {10: "一〇"}),
        ("taiwaneseDigital", {10: "一〇"}),
        ("ideographEnclosedCircle", {1: "（一）", 10: "（十）"}),
        ("chineseLegalSimplified", {3: "叁", 10: "壹拾", 21: "贰拾壹"}),
        ("ideographLegalTraditional", {3: "參", 12: "壹拾貳"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥", 13: "13"}),
        ("lowerLetter", {1: "a", 26: "z", 27: "aa", 53: "aaa"}),
        ("upperLetter", {2: "B", 28: "BB"}),
        ("lowerRoman", {4: "iv", 9: "ix", 1994: "mcmxciv"}),
        ("upperRoman", {40: "XL"}),
        ("none", {1: "", 0: ""}),
        ("hebrew1", {5: "5"}),
    ],
)
def test_a_number_in_the_forms_of_word(form: str, shown: dict[int, str]) -> None:
    assert {n: ordinal(n, form) for n in shown} == shown


@pytest.mark.parametrize("number", [-1, 0, 10_000])
def test_what_a_form_has_no_number_for_stands_in_digits(number: int) -> None:
    assert ordinal(number, "chineseCountingThousand") == str(number)


def test_a_circle_goes_to_fifty() -> None:
    assert [circled(n) for n in (0, 1, 50, 51)] == ["0", "①", "㊿", "51"]


@given(
    st.integers(1, 9999),
    st.sampled_from(
        [
            "chineseCounting",
            "chineseCountingThousand",
            "japaneseCounting",
            "ideographDigital",
            "decimalFullWidth",
        ]
    ),
)
def test_every_number_of_a_form_that_laws_use_is_read_back(number: int, form: str) -> None:
    assert parse_numeral(ordinal(number, form)) == number
