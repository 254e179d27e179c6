import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.canonical import bare, bigrams, canonical, contains_fact, numbers, stated_numbers

SAME = [
    ("三个月", "3个月"),
    ("三个月", "３ 个月"),
    ("两年", "2 年"),
    ("百分之二十五", "25%"),
    ("25％", "25%"),
    ("百分之25", "25 %"),
    ("百分之百", "100%"),
    ("百分之七十三点八", "73.8%"),
    ("千分之五", "5‰"),
    ("三分之一", "1/3"),
    ("十分之一", "1/10"),
    ("5,000", "5000"),
    ("1,234,567.50 元", "1234567.5元"),
    ("五千", "5千"),
    ("3亿", "300000000"),
    ("3亿", "3 亿"),
    ("三亿", "3亿"),
    ("1.5亿", "15000万"),
    ("3亿5000万", "3.5亿"),
    ("1.5 万亿元", "15000亿元"),
    ("12.83 万吨", "128300吨"),
    ("三万五千", "3.5万"),
    ("一万零五十", "10050"),
    ("百万吨级", "100万吨级"),
    ("60 万千瓦", "600000千瓦"),
    ("一百零五", "105"),
    ("一千零一十", "1010"),
    ("一千零七十九", "1079"),
    ("九千九百九十九", "9999"),
    ("二〇二四年", "2024年"),
    ("二零二四年三月", "2024 年 3 月"),
    ("2024-03-22", "2024年3月22日"),
    ("2024年03月08日", "2024 年 3 月 8 日"),
    ("2024.3.22", "2024年3月22日"),
    ("5月19号", "5 月 19 日"),
    ("第二十七条", "第27条"),
    ("1～3 个", "1-3个"),
    ("10%—20%", "10%~20%"),
    ("首台套", "首台（套）"),
    ("首台 (套)", "首台（套）"),
    ("国市监质规[2024]3 号", "国市监质规〔2024〕3号"),
    ("ＰＭ２．５", "PM2.5"),
    ("“小巨人”企业", "小巨人企业"),
]
DIFFERENT = [
    ("2023 年", "3 年"),
    ("十三年", "三年"),
    ("15", "5"),
    ("5.5", "5"),
    ("55", "5"),
    ("25%", "25"),
    ("25", "25%"),
    ("2.5%", "5%"),
    ("1/3", "1"),
    ("1/3", "3"),
    ("3亿", "3"),
    ("3亿", "3万"),
    ("2024 3号", "20243号"),
    ("分别为100，200", "100200"),
    ("第二十条之一", "第二十一条"),
    ("一年", "12个月"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_thing_are_equal(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_fact_is_found_in_a_sentence_in_the_other_spelling(one: str, other: str) -> None:
    assert contains_fact(f"依照规定，{one}，下同。", other)
    assert contains_fact(f"依照规定，{other}，下同。", one)


@pytest.mark.parametrize(("text", "fact"), DIFFERENT)
def test_a_number_matches_only_as_a_whole_number(text: str, fact: str) -> None:
    assert not contains_fact(text, fact)


def test_an_empty_fact_is_said_nowhere() -> None:
    assert not contains_fact("有效期三年", "")
    assert not contains_fact("有效期三年", "  ")
    assert not contains_fact("", "3 年")


def test_words_that_begin_like_numerals_stay_words() -> None:
    assert numbers("百问百答，千方百计，零部件，亿万") == frozenset()


def test_numbers_are_listed_in_canonical_form() -> None:
    assert numbers("2024年安排二千八百九十九家，占百分之三十") == {"2024", "2899", "30%"}


def test_ordinary_words_state_no_number() -> None:
    assert stated_numbers("统一开展一个项目，一般不得另行收取") == frozenset()
    assert stated_numbers("三年内一次，共五项") == {"3", "1", "5"}


def test_bigrams_are_counted_without_punctuation() -> None:
    assert bare("不得、收取。") == "不得收取"
    assert bigrams("不得、收取。") == ["不得", "得收", "收取"]
    assert bigrams("是") == ["是"]
    assert bigrams("。") == []


ODD = (
    "0123456789０．.,，/%％‰〇○零一二两三四五六七八九十百千万亿点分之 \t\n"
    "-～年月号日\ue000\ue001①½²[]（）首台套a"
)


@given(st.text() | st.text(alphabet=ODD))
def test_any_text_has_a_canonical_form(text: str) -> None:
    assert isinstance(canonical(text), str)
    assert isinstance(stated_numbers(text), frozenset)


@pytest.mark.parametrize("text", ["一" * 9000, "9" * 9000 + "万", "1," * 9000, "三点" * 9000, "二十" * 9000])
def test_very_long_numerals_do_not_raise(text: str) -> None:
    assert canonical(text)


@given(st.integers(min_value=0, max_value=9999))
def test_every_chinese_numeral_equals_its_digits(number: int) -> None:
    from index.numerals import chinese_numeral

    if number:  # 零 alone is a word: 零部件
        assert canonical(f"第{chinese_numeral(number)}条") == canonical(f"第{number}条")
