import pytest

from qa.followup import Standalone, condensed, standalone
from qa.swap import Words


def name(text: str) -> str:
    return next((n for n in ("首台套", "小巨人", "集群") if n in text), "")


WORDS = Words(
    name,
    {"主管部门": frozenset(("应急管理部", "工业和信息化部")), "强制/推荐": frozenset(("强制", "推荐"))},
)


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("第六批小巨人什么时候截止", "那第三批呢？", "第三批小巨人什么时候截止"),
        ("第六批小巨人什么时候截止", "第三批呢", "第三批小巨人什么时候截止"),
        ("第六批小巨人什么时候截止？", "换成第三批", "第三批小巨人什么时候截止?"),
        ("第六批小巨人什么时候截止", "如果是第 三 批怎么样", "第三批小巨人什么时候截止"),
        ("2024年要制修订多少项标准", "2025年呢？", "2025年要制修订多少项标准"),
        ("2024 年要制修订多少项标准", "那 2025 年呢", "2025年要制修订多少项标准"),
        ("附件1第44行是什么", "附件2呢", "附件2第44行是什么"),
        ("首台套办法第八条说什么", "那第九条呢", "首台套办法第九条说什么"),
        ("首台套办法第八条第六项", "第二十三条第五项呢", "首台套办法第二十三条第五项"),
        ("省会城市能报几个集群", "那计划单列市呢？", "计划单列市能报几个集群"),
        ("计划单列市能报几个集群", "兵团呢", "兵团能报几个集群"),
    ],
)
def test_a_follow_up_that_changes_one_value_puts_it_in_the_place_of_the_old(
    before: str, question: str, whole: str
) -> None:
    assert standalone(question, [before], WORDS) == Standalone(whole, whole)


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("应急管理部主管的强制标准有哪些", "工业和信息化部的呢", "工业和信息化部主管的强制标准有哪些"),
        ("应急管理部主管的强制标准有哪些", "工信部的呢", "工信部主管的强制标准有哪些"),
        ("应急管理部主管的强制标准有哪些", "推荐的呢", "应急管理部主管的推荐标准有哪些"),
        ("应急管理部主管的强制标准有哪些", "推荐的有几个", "应急管理部主管的推荐标准有几个"),
        ("集群虚假申报怎么处理", "那小巨人呢", "小巨人虚假申报怎么处理"),
        ("申报截止是几号", "小巨人那份", "小巨人申报截止是几号"),
        ("解读里说分几个阶段", "意见里怎么说", "意见里说分几个阶段"),
        ("设备方案的财税支持有哪些", "金融支持呢", "设备方案的金融支持有哪些"),
        ("质量工作的年度总结什么时候报", "那锅炉的呢", "锅炉的年度总结什么时候报"),
    ],
)
def test_a_name_or_value_alone_takes_the_place_of_its_like(before: str, question: str, whole: str) -> None:
    assert standalone(question, [before], WORDS) == Standalone(whole, whole)


@pytest.mark.parametrize(
    ("question", "whole", "focus"),
    [
        ("有效期多久？", "首台套目录，有效期多久？", "有效期多久"),
        ("到期后怎么办", "首台套目录，到期后怎么办？", "到期后怎么办"),
        ("它的文号是什么", "首台套目录的文号是什么？", "文号是什么"),
        ("其中机床的有几个", "首台套目录中机床的有几个？", "机床的有几个"),
        ("该办法由谁解释", "首台套目录，办法由谁解释？", "办法由谁解释"),
        ("那兵团呢，能报吗", "首台套目录，兵团能报吗？", "兵团能报吗"),
    ],
)
def test_a_follow_up_on_the_same_thing_gets_the_subject_in_front(
    question: str, whole: str, focus: str
) -> None:
    found = standalone(question, ["首台套目录是谁发布的？"], WORDS)
    assert (found.text, found.focus, found.topic) == (whole, focus, "首台套目录")


def test_the_former_and_the_latter_are_what_the_question_joined() -> None:
    before = "首台套的申请单位和评审机构怎么处理"
    assert standalone("后者要公布吗", [before], WORDS).text == "首台套的评审机构要公布吗？"
    assert standalone("前者要公布吗", [before], WORDS).text == "首台套的申请单位要公布吗？"


@pytest.mark.parametrize(
    "question",
    [
        "小巨人怎么申报",
        "产业集群每个省能推荐几个？",
        "煤矿企业要同时满足哪些要求才能够向省里提出建设储备产能的申请",
        "这次报小巨人要交几份材料",
    ],
)
def test_a_change_of_topic_leaves_the_earlier_one_behind(question: str) -> None:
    assert standalone(question, ["首台套检测评定收费吗"], WORDS) == Standalone(question, question)


def test_the_topic_is_that_of_the_last_change_and_does_not_grow() -> None:
    history = ["首台套检测评定收费吗", "小巨人怎么申报", "截止时间呢"]
    assert standalone("联系谁", history, WORDS).text == "小巨人，联系谁？"


def test_swaps_build_on_swaps() -> None:
    history = ["第六批小巨人什么时候截止", "那第三批呢"]
    assert standalone("第五批呢", history, WORDS).text == "第五批小巨人什么时候截止"


def test_without_history_a_question_comes_back_as_it_is() -> None:
    assert standalone(" 那第三批呢？ ", []) == Standalone("那第三批呢？", "那第三批呢？")


def test_a_long_story_is_condensed_to_what_it_asks_and_the_sentence_before() -> None:
    story = (
        "我们是一家做矿山机械的企业，去年研发了一台新型破碎机，在国内还是头一份。"
        "现在客户那边已经在试用了，效果不错。老板想去申请首台套。请问检测评定要不要收费？我们预算比较紧张。"
    )
    assert condensed(story) == "老板想去申请首台套。请问检测评定要不要收费？"
    assert standalone(story, []).text == "老板想去申请首台套。请问检测评定要不要收费？"


def test_a_short_question_is_not_condensed() -> None:
    assert condensed("我们是企业。收费吗？") == "我们是企业。收费吗？"


def test_a_long_text_that_asks_nothing_stays_whole() -> None:
    text = "设备更新。" * 13
    assert len(text) == 65
    assert condensed(text) == text


def test_a_story_that_asks_for_a_day_keeps_the_name_it_told() -> None:
    story = (
        "您好，我们是河南一家做破碎机的厂，去年被认定省级专精特新，今年想往上报小巨人。"
        "财务说年审报告已经出了，会计师事务所也备过案。网上填报最晚到哪天？"
    )
    assert condensed(story, WORDS) == "小巨人，网上填报最晚到哪天？"
    assert condensed(story) == "财务说年审报告已经出了，会计师事务所也备过案。网上填报最晚到哪天？"
