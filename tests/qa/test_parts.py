import pytest

from qa.chain import Chain
from qa.parts import asking_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("检测评定收费吗，公示多久", ["检测评定收费吗", "公示多久"]),
        ("我们是陕西的，能推几个？", ["能推几个"]),
        ("收费吗还有公示多久", ["收费吗", "公示多久"]),
        ("小巨人怎么申请", ["小巨人怎么申请"]),
        ("煤炭产能储备", []),
    ],
)
def test_a_part_is_a_clause_that_asks(question: str, parts: list[str]) -> None:
    assert asking_parts(question) == parts


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("首台套检测评定收费吗，目录公布前公示多久", ["第二十七条", "第十三条"]),
        ("首台套办法由谁解释，从什么时候施行", ["第二十九条", "第二十八条"]),
        ("首台套检测评审机构收费会怎样，能跟申请单位有利害关系吗", ["第二十三条", "第二十四条"]),
        ("第六批小巨人收费吗，填报到哪天截止", ["一/（六）", "一/（一）"]),
        ("小巨人数据造假怎么处理，几年不能再报", ["一/（九）"]),
    ],
)
def test_each_part_is_answered_by_an_article_that_answers_it(
    chain: Chain, question: str, places: list[str]
) -> None:
    answer = chain.ask(question)
    assert [c.article.id.split("/", 1)[1] for c in answer.citations] == places
    assert [h.article for h in answer.hits[: len(places)]] == [c.article for c in answer.citations]
