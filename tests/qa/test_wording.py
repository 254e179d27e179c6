import pytest

from qa.question import KINDS
from qa.wording import official_terms, wording


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        ("首台套收费吗", "收取 费用"),
        ("我要掏钱吗", "收取 费用"),
        ("工信部和发改委", "工业和信息化部 国家发展改革委"),
        ("小巨人", "专精特新“小巨人”企业"),
        ("股权激励个税", "个人所得税"),
        ("造假会怎样", "弄虚作假 虚假 不实"),
        ("标委会是哪个", "标准化技术委员会"),
        ("今天天气", ""),
        ("", ""),
    ],
)
def test_what_callers_say_brings_the_official_terms(said: str, terms: str) -> None:
    assert official_terms(said) == terms


def test_terms_already_said_are_left_out() -> None:
    assert official_terms("工信部就是工业和信息化部") == ""
    assert official_terms("不收取任何费用，收费吗") == ""


def test_a_term_comes_once() -> None:
    assert official_terms("要掏钱吗，收费吗，手续费呢") == "收取 费用"


def test_every_kind_of_question_has_its_wording() -> None:
    assert set(wording().kinds) == set(KINDS)
    assert set(wording().phrases) >= {
        "commentary",
        "structure",
        "not_of_document",
        "function_words",
        "generic",
    }


def test_no_pattern_fits_the_empty_text() -> None:
    for patterns in (
        wording().kinds.values(),
        wording().phrases.values(),
        [s for s, _ in wording().synonyms],
    ):
        for pattern in patterns:
            assert not pattern.search(""), pattern.pattern


def test_the_wording_names_no_document_of_the_compendium() -> None:
    for said, terms in wording().synonyms:
        for text in (said.pattern, *terms):
            assert not any(name in text for name in ("〔2024〕", "第六批", "第二十七条", "《"))


def test_wording_is_read_once() -> None:
    assert wording() is wording()
