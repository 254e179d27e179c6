from dataclasses import replace

from qa.model import Refusal
from qa.refusal_text import LIMIT, contact_of, name_of, refusal_text
from tests.qa.made import MEASURE, article, row

ADVICE = "可换个说法再问，或点选最接近的条文查看原文。"


def test_what_is_missing_comes_first_then_the_nearest_then_whom_to_ask() -> None:
    refusal = Refusal("条文未明确", "《检测办法》没有写明期限（“公示几天”）。", (article("公示", "第三条"),))
    assert refusal_text(refusal, "张三 010-12345678") == (
        "【条文未明确】《检测办法》没有写明期限（“公示几天”）。\n最接近的条文：《检测办法》第三条。\n"
        f"可咨询：张三 010-12345678。\n{ADVICE}"
    )


def test_a_long_refusal_names_fewer_articles_and_keeps_its_limit() -> None:
    long = replace(MEASURE, title="关于" + "很长的名称" * 10)
    near = tuple(article("文", f"第{n}条", meta=long) for n in "一二三")
    text = refusal_text(Refusal("资料未收录", "没有。", near), "李四 010-12345678")
    assert text.count("很长的名称") == 20
    assert "可咨询：李四 010-12345678" in text
    assert len(text) <= LIMIT


def test_off_topic_names_no_article_and_nobody() -> None:
    text = refusal_text(Refusal("超出范围", "不属于范围。", (article("文"),)), "王五 010-12345678")
    assert (
        text
        == "【超出范围】不属于范围。\n可以问我已收录政策文件里的规定，例如申报条件、材料、期限和联系方式。"
    )


def test_a_choice_is_all_that_is_said() -> None:
    refusal = Refusal(
        "需要更多信息", "请说明是哪一份：《甲》；《乙》。", (article("文"),), ("《甲》", "《乙》")
    )
    assert refusal_text(refusal, "某人") == "【需要更多信息】请说明是哪一份：《甲》；《乙》。"


def test_without_articles_there_is_only_the_reason() -> None:
    assert refusal_text(Refusal("资料未收录", "没有。"), "某人") == f"【资料未收录】没有。\n{ADVICE}"


def test_a_telephone_goes_before_the_body_that_explains() -> None:
    explains = article("本办法由市场监管总局负责解释。")
    phone = article("联系人及联系方式:\n李启迪 010-68205324\n王潇耿 010-68209759")
    assert contact_of([explains, phone]) == "李启迪 010-68205324"
    assert contact_of([explains]) == "市场监管总局（负责解释本文件）"
    assert contact_of([article("电话：010-83927224")]) == "010-83927224"


def test_a_row_or_a_silent_text_gives_nobody() -> None:
    assert contact_of([row(1, ("电话", "010-68205324"))]) is None
    assert contact_of([article("各地要抓好落实。")]) is None
    assert contact_of([]) is None


def test_marks_within_a_title_are_turned() -> None:
    meta = replace(MEASURE, title="关于落实《行动方案》的意见")
    assert name_of(article("文", meta=meta)) == "《关于落实〈行动方案〉的意见》"
