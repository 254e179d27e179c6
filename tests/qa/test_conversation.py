"""Conversations over the compendium: what each follow-up finds first (tests/data/conversations.yaml)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.chain import Chain

_DATA = yaml.safe_load((Path(__file__).parents[1] / "data/conversations.yaml").read_text(encoding="utf-8"))


def _full(place: str) -> str:
    letter, _, rest = place.partition("/")
    return f"{_DATA['documents'][letter]}/{rest}"


def _turns() -> list[Any]:
    """Every turn after the first of a conversation: the earlier questions, the question and what it must find."""
    turns = []
    for talk in _DATA["conversations"]:
        for n, turn in enumerate(talk[1:], 1):
            history = [t["ask"] for t in talk[:n]]
            turns.append(pytest.param(history, turn, id=f"{history[-1]}-{turn['ask']}"))
    return turns


@pytest.mark.parametrize(("history", "turn"), _turns())
def test_a_follow_up_finds_its_article_first(chain: Chain, history: list[str], turn: dict[str, Any]) -> None:
    ids = [h.article.id for h in chain.search(turn["ask"], history).hits]
    if "rows" in turn:
        assert ids[: len(turn["rows"])] == [_full(r) for r in turn["rows"]]
    else:
        assert ids[0] in [_full(g) for g in turn["gold"]]


@pytest.mark.parametrize(
    ("question", "goes_on"), [("今年申报截止是几号", False), ("归口单位呢", True), ("主管部门是哪个", True)]
)
def test_what_asks_for_no_cell_leaves_the_row(chain: Chain, question: str, goes_on: bool) -> None:
    found = chain.search(question, ["附件1第44行是什么标准"])
    assert (found.hits[0].article.id == "国市监标技发〔2024〕第34号/附件1/序号44") is goes_on


@pytest.mark.parametrize("question", ["2025年的呢", "那2025年呢", "只要2025年的"])
def test_a_year_alone_is_one_more_condition(chain: Chain, question: str) -> None:
    found = chain.search(question, ["商务部主管的国标项目有哪几个"])
    assert found.standalone.text == "2025年商务部主管的国标项目有哪几个"
    assert [(f.table[:3], f.conditions, len(f.rows)) for f in found.filtered] == [
        ("附件2", (("主管部门", "商务部"),), 4)
    ]


def test_a_question_that_no_policy_answers_is_no_topic_to_go_on_from(chain: Chain) -> None:
    asked = ["首台套检测评定收费吗", "今天北京天气怎么样"]
    found = chain.search("那公示多长时间", asked)
    assert found.standalone == chain.search("那公示多长时间", asked[:1]).standalone
    assert found.hits[0].article.id == "国市监质规〔2024〕3号/第十三条"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("首台套检测评定收费吗", "防火门是强制的吗"),
        ("第六批小巨人申请收费吗", "报废汽车怎么回收"),
        ("上市公司股权激励个税最长可以缓多久", "智能工厂怎么建"),
        ("首台套检测评定收费吗", "糖醋排骨怎么做"),
    ],
)
def test_a_short_question_that_is_answered_elsewhere_leaves_the_topic(
    chain: Chain, before: str, question: str
) -> None:
    assert chain.search(question, [before]).standalone.text == question


def test_the_third_item_is_the_third_of_what_was_answered(chain: Chain) -> None:
    found = chain.search("第三条具体怎么说", ["首台套检测评审机构应当满足哪些条件"])
    assert found.place is not None
    assert found.place.item == "（三）"
    assert found.standalone.text.startswith(
        "首台套检测评审机构应当满足中第3项“检测评审机构应保证投入相应的资金、人力"
    )


def test_a_number_chooses_what_was_offered(chain: Chain) -> None:
    refusal = chain.ask("申报截止是几号").refusal
    assert refusal is not None
    for n, choice in enumerate(refusal.choices, 1):
        assert chain.search(str(n), ["申报截止是几号"]).standalone.text == f"{choice}申报截止是几号"
