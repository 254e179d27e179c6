from dataclasses import replace

from index.model import Step
from qa.model import Answer, Citation, Hit, Refusal
from tests.ui.conftest import FREE, MEASURE, TURN, article
from ui.plain import answer_text, hits_text


def test_an_answer_without_sources_has_no_empty_list_of_them() -> None:
    assert answer_text(Answer("q", "q", "好。", (), (), "x")) == "好。"


def test_choices_that_the_reason_names_are_not_listed_again() -> None:
    refusal = Refusal("需要更多信息", "请说明是《甲》还是《乙》。", (), ("甲", "乙"))
    answer = Answer("q", "q", "", (), (), "x", refusal)
    assert answer_text(answer) == "【需要更多信息】请说明是《甲》还是《乙》。"


def test_what_steers_a_terminal_is_not_printed() -> None:
    nasty = article(MEASURE, "第一条", "甲\x1b[2J乙\u202e丙\x00", Step("第一条"))
    said = answer_text(Answer("q", "q", "丁\x1b]0;x\x07戊\r\n己", (Citation(1, nasty, nasty.text),), (), "x"))
    assert said.splitlines()[0] == "丁]0;x戊"
    assert "“甲[2J乙丙”" in said
    assert not {"\x1b", "\x07", "\u202e", "\x00", "\r"} & set(said)


def test_hits_are_listed_by_rank_with_their_beginnings() -> None:
    assert hits_text(()) == "没有找到条文。"
    long = replace(FREE, text="长" * 100)
    assert hits_text([Hit(long, 0.12345), Hit(TURN, 0)]).splitlines()[:2] == [
        " 1. 《检测评定管理办法（试行）》第二十七条  国市监质规〔2024〕3号  2024-03-22  （0.123）",
        f"    {'长' * 89}…",
    ]
