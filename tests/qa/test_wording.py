import pytest

from qa.question import KINDS
from qa.wording import colloquial_spans, official_terms, wording


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
        ("找家咨询公司替我们申请", "第三方机构 借助"),
        ("规矩拿不准谁说了算", "负责解释 确定 负责"),
        ("顺便买一份保险", "借贷搭售"),
        ("全国的机器家当值多少钱", "设备存量资产 存量资产"),
        ("做了哪些事会被踢出名单", "移出 取消 退出 有下列行为之一"),
        ("贷款的钱拿去炒股", "信贷资金 非生产经营活动"),
        ("税能分期交吗", "期限内缴纳 分期缴纳"),
        ("今天天气", ""),
        ("", ""),
    ],
)
def test_what_callers_say_brings_the_official_terms(said: str, terms: str) -> None:
    assert official_terms(said) == terms


def test_terms_already_said_are_left_out() -> None:
    assert official_terms("工信部就是工业和信息化部") == ""
    assert official_terms("不收取任何费用，收费吗") == ""


@pytest.mark.parametrize(
    "question",
    [
        "个人所得税怎么算",  # 个人, but not 自然人
        "试点还能不能再搞",  # 能不能再, but not 不能再报
        "花钱的地方",
        "干到什么时候为止",
        "点名要更新的设备",
        "归风机标委会的是哪几项",
    ],
)
def test_a_wider_word_brings_no_terms_of_a_narrower_one(question: str) -> None:
    unwanted = {"自然人", "不再受理", "收取", "截止", "通报", "风电"}
    assert unwanted.isdisjoint(official_terms(question).split())


def test_colloquial_words_are_found_where_they_stand() -> None:
    assert colloquial_spans("会被踢出名单吗") == [(2, 4)]
    assert colloquial_spans("我在市工信局上班") == [(3, 6)]
    assert colloquial_spans("检侧评定") == []
    assert colloquial_spans("") == []


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
            assert not pattern.search(""), pattern.source


def test_the_wording_names_no_document_of_the_compendium() -> None:
    for said, terms in wording().synonyms:
        for text in (said.source, *terms):
            assert not any(name in text for name in ("〔2024〕", "第六批", "第二十七条", "《"))


def test_wording_is_read_once() -> None:
    assert wording() is wording()
