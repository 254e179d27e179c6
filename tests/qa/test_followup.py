import pytest

from qa.followup import Standalone, condensed, standalone


def names_document(text: str) -> bool:
    return any(name in text for name in ("首台套", "小巨人", "集群"))


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
    assert standalone(question, [before], names_document) == Standalone(whole, whole)


@pytest.mark.parametrize(
    "question", ["有效期多久？", "它的文号是什么", "到期后怎么办", "那其中的条件呢", "各省能报几个"]
)
def test_a_follow_up_on_the_same_thing_gets_the_topic_in_front(question: str) -> None:
    whole = f"首台套目录是谁发布的，{question}"
    assert standalone(question, ["首台套目录是谁发布的？"], names_document) == Standalone(whole, question)


def test_the_words_that_close_the_earlier_question_are_left_out() -> None:
    found = standalone("有效期多久", ["那首台套目录呢？！"], names_document)
    assert found.text == "那首台套目录，有效期多久"


def test_a_value_of_another_kind_takes_nobodys_place() -> None:
    assert standalone("那第三批呢", ["2024年小巨人几号截止"], names_document).text == (
        "2024年小巨人几号截止，那第三批呢"
    )


def test_more_than_the_value_is_a_question_of_its_own() -> None:
    assert standalone("第三批的条件呢", ["第六批小巨人几号截止"], names_document) == Standalone(
        "第六批小巨人几号截止，第三批的条件呢", "第三批的条件呢"
    )


@pytest.mark.parametrize(
    "question",
    [
        "小巨人怎么申报",
        "产业集群每个省能推荐几个？",
        "煤矿企业要同时满足哪些要求才能够向省里提出建设储备产能的申请",
    ],
)
def test_a_change_of_topic_leaves_the_earlier_one_behind(question: str) -> None:
    assert standalone(question, ["首台套检测评定收费吗"], names_document) == Standalone(question, question)


def test_a_document_named_with_that_goes_on_about_the_topic() -> None:
    assert standalone("那小巨人呢", ["首台套检测评定收费吗"], names_document).text == (
        "首台套检测评定收费吗，那小巨人呢"
    )


def test_the_topic_is_that_of_the_last_change() -> None:
    history = ["首台套检测评定收费吗", "小巨人怎么申报"]
    assert standalone("截止时间呢", history, names_document).text == "小巨人怎么申报，截止时间呢"


def test_follow_ups_build_on_follow_ups() -> None:
    history = ["第六批小巨人什么时候截止", "那第三批呢"]
    assert standalone("附件有哪些", history, names_document).text == "第三批小巨人什么时候截止，附件有哪些"


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
