"""The whole chain over the compendium, with a fake chat model."""

import pytest

from index.errors import ModelUnavailable
from index.library import Library
from qa.chain import Chain
from qa.settings import Settings
from tests.fakes import FakeChat

FEE = "中国首台（套）检测评定不向申请单位收取费用。"
QUESTION = "首台套检测评定收费吗"


def chain_with(library: Library, *replies: str | Exception) -> tuple[Chain, FakeChat]:
    model = FakeChat(*replies)
    return Chain(library, Settings(), model), model


def test_the_model_words_what_the_built_in_answer_found(library: Library) -> None:
    chain, model = chain_with(library, "首台套检测评定不收取费用。[1]")
    answer = chain.ask(QUESTION)
    assert "首台套检测评定不收取费用。[1]\n依据：" in answer.text
    assert [(c.n, c.quote) for c in answer.citations] == [(1, FEE)]
    assert (answer.answerer, answer.to_json()["answerer"]) == ("假模型", "假模型")
    assert answer.timings_ms.keys() == {"retrieve", "answer", "total"}
    assert FEE in model.heard[0][1][1]
    *_, last = chain.stream(QUESTION)
    assert last == answer


def test_the_model_can_be_left_out(library: Library) -> None:
    chain, model = chain_with(library, "首台套检测评定不收取费用。[1]")
    history = ["首台套检测评定收费吗"]
    assert chain.ask("那有效期呢", history, use_model=False).answerer == "extractive"
    assert model.heard == []


@pytest.mark.parametrize(
    "question", ["第二十七条", "附件1第44行", "怎么写代码", "住房城乡建设部主管的2025年标准有哪些", "413号文"]
)
def test_places_rows_and_refusals_are_told_without_the_model(library: Library, question: str) -> None:
    chain, model = chain_with(library, f"{FEE}[1]")
    assert chain.ask(question).text == chain.ask(question, use_model=False).text
    assert model.heard == []


def test_a_failing_model_leaves_the_built_in_answer_and_a_note(library: Library) -> None:
    chain, _ = chain_with(library, ModelUnavailable("聊天模型超时"))
    builtin = chain.ask(QUESTION, use_model=False)
    answer = chain.ask(QUESTION)
    assert answer.text == f"{builtin.text}\n（聊天模型超时；以上为内置回答。）"
    assert answer.citations == builtin.citations


def test_a_follow_up_is_completed_by_the_model_if_its_question_is_sound(library: Library) -> None:
    chain, model = chain_with(library, "首台套检测评定目录有效期呢", "目录3年有效。[1]")
    assert chain.search("那目录有效期呢", [QUESTION]).standalone.text == "首台套检测评定目录有效期呢"
    assert len(model.heard) == 1
    chain, _ = chain_with(library, "小巨人补贴多少")
    by_rules = chain_with(library, ModelUnavailable("聊天模型超时"))[0].search("那目录有效期呢", [QUESTION])
    assert chain.search("那目录有效期呢", [QUESTION]).standalone == by_rules.standalone
    assert by_rules.unavailable == "聊天模型超时"


def test_a_model_that_failed_on_the_question_is_not_waited_for_again(library: Library) -> None:
    chain, model = chain_with(library, ModelUnavailable("聊天模型超时"))
    answer = chain.ask("那收费吗", ["首台套检测评定怎么申请"])
    assert len(model.heard) == 1
    assert answer.refused or answer.text.endswith("（聊天模型超时；以上为内置回答。）")
