import pytest

from qa.step import Step, neighbour, step, stepped, with_same_number
from tests.qa.made import article, row


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("下一个呢", Step(1, "")),
        ("那下一条说的啥", Step(1, "")),
        ("前一个呢？", Step(-1, "")),
        ("再下一个", Step(1, "")),
        ("下一个呢，实施主体是哪家？", Step(1, "实施主体是哪家")),
        ("上一条是什么", Step(-1, "")),
        ("下一步怎么走", None),
        ("下一批什么时候", None),
        ("前三个呢", None),
        ("上个月交的行吗", None),
    ],
)
def test_a_step_is_told_from_other_words(question: str, taken: Step | None) -> None:
    assert step(question) == taken


@pytest.mark.parametrize(
    ("before", "by", "number"),
    [
        ("2024年标准清单第44项是什么", 1, "第45项"),
        ("办法第八条说什么", 1, "第九条"),
        ("办法第一条说什么", -1, "第0条"),
        ("附件1序号12", -1, "序号11"),
        ("检测评定收费吗", 1, None),
    ],
)
def test_the_next_number_is_written_as_the_one_before(before: str, by: int, number: str | None) -> None:
    assert stepped(before, by) == number


def test_the_same_number_is_that_of_the_question_before_or_of_the_row_that_answered() -> None:
    told = row(7, ("名称", "防火门"))
    assert with_same_number("2025年的同样这个序号呢", "清单第44项", lambda: None) == "2025年的第44项呢"
    assert with_same_number("2025年的这个序号呢", "防火门归谁管", lambda: told) == "2025年的第7项呢"
    assert with_same_number("2025年的这个序号呢", "收费吗", lambda: None) is None
    assert with_same_number("2025年的呢", "清单第44项", lambda: told) is None


def test_the_neighbour_is_of_the_same_table_and_document() -> None:
    rows = [row(1, ("名称", "甲")), row(2, ("名称", "乙")), row(1, ("名称", "丙"), annex="附件2")]
    assert neighbour(rows[0], 1, [*rows, article("第一条 收费。")]) == rows[1]
    assert neighbour(rows[1], 1, rows) is None
    assert neighbour(rows[0], -1, rows) is None
