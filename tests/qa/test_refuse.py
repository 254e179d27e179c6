from dataclasses import replace

import pytest

from qa.question import read_question
from qa.refuse import Evidence, confidence, has_slot, lacks_subject, missing_document
from tests.qa.made import article

TITLES = ["中国首台（套）重大技术装备检测评定管理办法（试行）", "推动工业领域设备更新实施方案"]
TEXTS = ["按照《优质中小企业梯度培育管理暂行办法》执行"]
SURE = Evidence(closeness=0.92, residue=0.9, known=1.0, slot=True)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("《劳动合同法》第三条规定什么", "劳动合同法"),
        ("《优质中小企业梯度培育管理暂行办法》怎么写的", "优质中小企业梯度培育管理暂行办法"),
        ("《推动工业领域节能改造实施方案》的目标", "推动工业领域节能改造实施方案"),
        ("首台套检测评定实施细则里怎么规定", "首台套检测评定实施细则"),
        ("安全生产条例的处罚", "安全生产条例"),
    ],
)
def test_a_document_that_is_not_here_is_named(question: str, missing: str) -> None:
    assert missing_document(question, TITLES, TEXTS) == missing


@pytest.mark.parametrize(
    "question",
    [
        "《推动工业领域设备更新实施方案》第一条",
        "《中国首台（套）重大技术装备检测评定管理办法》全文",
        "推动工业领域设备更新实施方案里怎么说",
        "首台套管理办法第三条",
        "优质中小企业梯度培育管理暂行办法第五条规定什么",  # bare, and the texts speak of it
        "《产品质量法》和首台套的关系",  # does not ask for its own text
        "《办法》第三条",
        "首台套检测评定收费吗",
        "",
    ],
)
def test_a_document_that_is_here_or_only_mentioned_is_not_missing(question: str) -> None:
    assert missing_document(question, TITLES, TEXTS) is None


@pytest.mark.parametrize(
    "question",
    ["申报截止是几号", "收费吗", "补贴多少钱？", "有哪些附件", "电话是多少", "弄虚作假怎么办", "？", ""],
)
def test_a_question_that_fits_any_document_has_no_subject(question: str) -> None:
    assert lacks_subject(question)


@pytest.mark.parametrize(
    "question", ["首台套收费吗", "小巨人有效期几年", "第三批", "煤矿申报条件", "CCUS项目"]
)
def test_a_question_about_something_has_a_subject(question: str) -> None:
    assert not lacks_subject(question)


@pytest.mark.parametrize("question", ["氢能项目有几个", "核能项目有哪些", "储能有补贴吗"])
def test_a_word_that_holds_a_word_of_asking_is_a_subject(question: str) -> None:
    assert not lacks_subject(question)


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (replace(SURE, closeness=0.85), replace(SURE, closeness=0.90)),
        (replace(SURE, residue=0.80), replace(SURE, residue=0.85)),
        (replace(SURE, slot=False), SURE),
        (replace(SURE, residue=0.78), replace(SURE, residue=0.80)),
    ],
)
def test_more_evidence_gives_more_confidence(weaker: Evidence, stronger: Evidence) -> None:
    assert 0 < confidence(weaker) < confidence(stronger) < 1


def test_confidence_is_the_logistic_of_the_weighted_evidence() -> None:
    # -52.8 + 40.8 × .9 + 16.1 × .85 + 5 × 0 = -2.395;  1 / (1 + e^2.395) = .0836
    assert confidence(Evidence(0.9, 0.85, 1.0, slot=False)) == pytest.approx(0.0836, abs=1e-4)
    # + 5 for the slot: 2.605;  1 / (1 + e^-2.605) = .9312
    assert confidence(Evidence(0.9, 0.85, 1.0, slot=True)) == pytest.approx(0.9312, abs=1e-4)


def test_below_the_floor_nothing_is_believed() -> None:
    assert confidence(Evidence(1.0, 0.79, 1.0, slot=True)) > 0.99
    assert confidence(Evidence(1.0, 0.7899, 1.0, slot=True)) == 0.1
    assert confidence(Evidence(0.7, 0.5, 1.0, slot=False)) < 0.001


def test_words_known_alone_change_nothing() -> None:
    assert confidence(replace(SURE, known=0.0)) == confidence(SURE)


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("奖励多少钱", "奖励 50 万元", True),
        ("奖励多少钱", "给予资金支持", False),
        ("公示几天", "公示 7 个工作日", True),
        ("公示几天", "向社会公示", False),
        ("占比百分之几", "不低于 20%", True),
        ("占比百分之几", "占比较高", False),
        ("收费吗", "向社会公示", True),  # asks for nothing countable
        ("意见有效期多久", "向社会公示", True),  # metadata, which is told from the document
    ],
)
def test_the_best_articles_hold_what_is_asked_or_not(question: str, text: str, holds: bool) -> None:
    assert has_slot(read_question(question), [article("无关"), article(text)]) is holds


def test_no_article_holds_nothing() -> None:
    assert not has_slot(read_question("奖励多少钱"), [])
