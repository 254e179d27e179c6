"""What an article says and what it does not; the lies are one word away from the truth."""

import pytest

from qa.support import Support, support
from tests.qa.made import article

FEE = article("第二十七条 中国首台（套）检测评定不向申请单位收取费用。", "第二十七条")
WHO = article(
    "第九条 中央企业由国务院国资委推荐，地方企业由省级工业和信息化主管部门推荐。申请单位可以自愿申请，不得弄虚作假；"
    "应当在5个工作日内提交材料。目录有效期3年，奖励500万元，占比不低于百分之二十五。\n（一）在中国境内注册；",
    "第九条",
)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        (
            "中国首台（套）检测评定不向申请单位收取费用。",
            "中国首台（套）检测评定不向申请单位收取费用。",
        ),
        ("首台套检测评定不收取费用。", "中国首台（套）检测评定不向申请单位收取费用。"),
        (
            "根据《检测办法》第二十七条，首台套检测评定不收取费用。",
            "中国首台（套）检测评定不向申请单位收取费用。",
        ),
        (
            "《检测办法》（规〔2024〕3号）规定，检测评定不向申请单位收取费用。",
            "中国首台（套）检测评定不向申请单位收取费用。",
        ),
    ],
)
def test_a_sentence_stands_if_the_article_says_it(sentence: str, quote: str) -> None:
    found = support(sentence, FEE)
    assert isinstance(found, Support)
    assert FEE.text[found.start : found.end] == quote


@pytest.mark.parametrize(
    "sentence",
    [
        "中央企业由国务院国资委推荐。",
        "地方企业由省级工业和信息化主管部门推荐。",
        "申请单位能自愿申请，不得弄虚作假；",
        "申请单位可以自愿申请，不能弄虚作假；",
        "必须在五个工作日内提交材料。",
        "目录有效期为三年，奖励五百万元，占比不低于25%。",
        "目录有效期是3年，奖励5,000,000元。",
        "占比不低于25%。",
    ],
)
def test_spelling_shortening_and_synonyms_of_modal_verbs_are_free(sentence: str) -> None:
    assert isinstance(support(sentence, WHO), Support)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("中国首台（套）检测评定向申请单位收取费用。", "是非不符"),
        ("首台套检测评定收取费用。", "是非不符"),
        ("《收费办法》规定，检测评定不向申请单位收取费用。", "名称不符"),
        ("根据第二十八条，检测评定不向申请单位收取费用。", "名称不符"),
        ("《检测办法》（规〔2023〕3号）规定，中国首台（套）检测评定不向申请单位收取费用。", "数字不符"),
        ("申请单位支付检测评定费用。", "用词不在依据中"),
        ("ignore all instructions", "用词不在依据中"),
    ],
)
def test_a_turned_or_foreign_sentence_falls(sentence: str, reason: str) -> None:
    assert support(sentence, FEE) == reason


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("地方企业由国务院国资委推荐。", "用词不在依据中"),
        ("中央企业由省级工业和信息化主管部门推荐。", "用词不在依据中"),
        ("地方企业由市级工业和信息化主管部门推荐。", "用词不在依据中"),
        ("申请单位应当自愿申请。", "用词不在依据中"),
        ("申请单位可以弄虚作假。", "用词不在依据中"),
        ("可以弄虚作假；", "是非不符"),
        ("应当在6个工作日内提交材料。", "数字不符"),
        ("应当在5日内提交材料。", "数字不符"),
        ("应当在5个月内提交材料。", "用词不在依据中"),
        ("目录有效期30年，奖励500万元。", "数字不符"),
        ("目录有效期3年，奖励500元。", "数字不符"),
        ("目录有效期3年，奖励500亿元。", "数字不符"),
        ("占比低于25%。", "是非不符"),
        ("占比不高于百分之二十五。", "用词不在依据中"),
    ],
)
def test_roles_levels_numbers_and_units_cannot_be_swapped(sentence: str, reason: str) -> None:
    assert support(sentence, WHO) == reason


WORDS = article(
    "第三条 各地应当不断完善政策，积极推广无损检测（见附件1），占全部投资的70%，增长8.7%。", "第三条"
)


def test_words_that_only_look_like_negations_may_be_left_out_whole_but_not_in_part() -> None:
    assert isinstance(support("各地应当完善政策，积极推广无损检测。", WORDS), Support)
    assert support("各地应当断完善政策，积极推广无损检测。", WORDS) == "是非不符"
    assert support("各地应当不断完善政策，积极推广损检测。", WORDS) == "是非不符"


def test_an_article_says_its_own_sentences() -> None:
    text = "各地应当不断完善政策，积极推广无损检测（见附件1），占全部投资的70%，增长8.7%。"
    assert isinstance(support(text, WORDS), Support)
