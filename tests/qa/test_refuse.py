import math
from dataclasses import replace

import pytest

from qa.evidence import Evidence
from qa.refuse import confidence, lacks_subject, of_policy, off_topic, points_at_nothing, subject_found
from qa.slots import asked_slots

SURE = Evidence(closeness=0.92, residue=0.9, length=20)
TERM = asked_slots("公示几天")[0]


@pytest.mark.parametrize(
    "question",
    [
        "申报截止是几号",
        "收费吗",
        "补贴多少钱？",
        "有哪些附件",
        "电话是多少",
        "弄虚作假怎么办",
        "纸质材料最晚哪天要报上去？",
        "一个省顶多能推几个上去？",
        "清单上排第20的是啥？",
        "这个通知是哪几个部门一起发的？",
        "那个有效期一共是几年啊？",
        "？",
        "",
    ],
)
def test_a_question_that_fits_any_document_has_no_subject(question: str) -> None:
    assert lacks_subject(question)


@pytest.mark.parametrize(
    "question", ["首台套收费吗", "小巨人有效期几年", "股权激励何时施行", "煤矿申报条件", "CCUS项目"]
)
def test_a_question_about_something_has_a_subject(question: str) -> None:
    assert not lacks_subject(question)


@pytest.mark.parametrize("question", ["氢能项目有几个", "核能项目有哪些", "储能有补贴吗"])
def test_a_word_that_holds_a_word_of_asking_is_a_subject(question: str) -> None:
    assert not lacks_subject(question)


@pytest.mark.parametrize(
    "question",
    [
        "帮我写一段 Python，把各煤矿的产能汇总一下",
        "给我讲个起重机司机的笑话",
        "把这句话翻译成俄语",
        "明天会不会下雨",
        "感冒了吃什么药",
        "八一钢铁的股票现在能不能买",
        "你吃饭了没，陪我聊会儿天",
        "红烧肉怎么烧",
        "12 乘以 5 是多少",
    ],
)
def test_a_wish_that_no_policy_meets_is_off_topic(question: str) -> None:
    assert off_topic(question)


@pytest.mark.parametrize(
    "question",
    [
        "写一句“小巨人可以委托中介机构代办申请”发给企业。能不能这么发？",
        "老板奖了我点公司股票，这税能缓多久再交啊？",
        "中途辞职了，没交完的税怎么办",
        "纯电动集装箱船先跑哪条航线",
        "质量管理数字化的要求是什么",
        "",
    ],
)
def test_a_question_of_policy_is_not_off_topic(question: str) -> None:
    assert not off_topic(question)


def test_words_of_rules_and_business_tell_policy_from_the_rest() -> None:
    assert of_policy("桥式起重机多久要做一次定期检验")
    assert not of_policy("糖炒栗子放几天会坏")


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (replace(SURE, closeness=0.85), replace(SURE, closeness=0.90)),
        (replace(SURE, residue=0.80), replace(SURE, residue=0.85)),
        (replace(SURE, gap=0.05), SURE),
        (replace(SURE, length=10), replace(SURE, length=40)),
        (replace(SURE, missing=TERM), SURE),
    ],
)
def test_more_evidence_gives_more_confidence(weaker: Evidence, stronger: Evidence) -> None:
    assert 0 < confidence(weaker) < confidence(stronger) < 1


def test_confidence_is_the_logistic_of_the_weighted_evidence() -> None:
    # -53.4 + 47 × .88 + 15 × .8 - 80.2 × .01 + 5.74 × 30/60 = 2.028;  1 / (1 + e^-2.028) = .8837
    assert confidence(Evidence(0.88, 0.8, 30, 0.01)) == pytest.approx(1 / (1 + math.exp(-2.028)), abs=1e-9)


def test_past_sixty_characters_a_question_is_no_longer() -> None:
    assert confidence(replace(SURE, length=60)) == confidence(replace(SURE, length=900))


def test_a_detail_that_no_article_holds_leaves_a_tenth_at_most() -> None:
    assert confidence(replace(SURE, missing=TERM)) == 0.1
    assert subject_found(replace(SURE, missing=TERM)) == subject_found(SURE)
    assert confidence(Evidence(0.7, 0.5, missing=TERM)) < 0.001


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("那个项目建好以后一年能减多少碳", "那个项目"),
        ("它归哪个标委会管", "它"),
        ("海水制氢那个项目在哪个省", None),  # named before
        ("这个股权激励政策到哪年为止", None),
    ],
)
def test_a_thing_pointed_at_is_not_named(question: str, what: str | None) -> None:
    assert points_at_nothing(question) == what


def test_a_step_that_agrees_speaks_for_the_answer() -> None:
    unsure = Evidence(closeness=0.84, residue=0.82, length=10)
    assert confidence(unsure) < 0.45 < confidence(replace(unsure, agrees=True))


def test_likely_questions_of_the_articles_speak_for_the_answer_and_against_it() -> None:
    # 2.028 as above; - .9 + 80 × (.87 - .84) = 1.5;  - .9 where none is near
    plain = Evidence(0.88, 0.8, 30, 0.01)
    assert confidence(replace(plain, likeness=0.87)) == pytest.approx(1 / (1 + math.exp(-3.528)), abs=1e-9)
    assert confidence(replace(plain, likeness=0.6)) == pytest.approx(1 / (1 + math.exp(-1.128)), abs=1e-9)
