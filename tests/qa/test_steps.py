import re

import pytest

from qa.slots import asked_slots
from qa.steps import steps, steps_asked, steps_of_value

DAYS = re.compile(r"\d\s*个工作日|\d\s*日前")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("省级部门初核", {"审核"}),
        ("公示时间不少于5个工作日", {"公示"}),
        ("5年内不再受理该单位的申请", {"再报", "受理", "报送"}),
        ("几年内能再申报", {"再报"}),
        ("同步施行", {"施行"}),
        ("有效性验证", set()),
        ("", set()),
    ],
)
def test_steps_are_told_by_their_words(text: str, found: set[str]) -> None:
    assert steps(text) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("材料交到省里以后,初核最多几个工作日", {"审核"}),
        ("公示结束,要几个工作日", {"公示"}),  # the clause before tells it
        ("审核结果公示期有几天", {"公示"}),  # the nearest of two
        ("报上去以后,哪天公布结果", {"公布"}),
        ("一共几天", set()),
    ],
)
def test_the_step_nearest_to_the_asking_is_meant(question: str, found: set[str]) -> None:
    slot = asked_slots(question)[0]
    assert steps_asked(question, *slot.span(question)) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("专家评审后，向社会公示，公示时间不少于 5 个工作日。", {"公示"}),
        ("组织评审，时间不少于 5 个工作日。", {"评审"}),  # its own clause names none
        ("请于12月10日前送达。", set()),
    ],
)
def test_a_value_belongs_to_the_step_of_its_clause(sentence: str, found: set[str]) -> None:
    assert steps_of_value(sentence, DAYS) == found


@pytest.mark.parametrize("question", ["数据造假，几年不让报", "造假了几年不能再申请", "查实后多少年不许申报"])
def test_not_being_let_apply_is_applying_again(question: str) -> None:
    assert "再报" in steps(question)
