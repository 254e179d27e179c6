from qa.every import every, list_asked, tell_every
from qa.model import Filtered
from tests.qa.made import row

ROWS = tuple(
    row(n, ("名称", name), ("强制/推荐", kind))
    for n, name, kind in ((1, "指南", "推荐"), (2, "防火门", "强制"), (3, "防火窗", "强制"))
)


def test_the_part_that_asks_of_every_row_is_told_from_the_list() -> None:
    question = "应急管理部主管的标准有哪几个，都是强制的吗"
    assert every(question) == "强制"
    assert list_asked(question) == "应急管理部主管的标准有哪几个"
    assert every("强制标准有哪几个") is None
    assert list_asked("强制标准有哪几个") == "强制标准有哪几个"


def test_every_row_holds_the_value_or_each_value_is_counted() -> None:
    mixed = tell_every(Filtered("附件1", (), ROWS, 3), "强制")
    assert mixed is not None
    assert mixed.text == "不都是强制，推荐：1项（序号1）；强制：2项（序号2、3）（按表内行数统计）。"
    same = tell_every(Filtered("附件1", (), ROWS[1:], 3), "强制")
    assert same is not None
    assert same.text == "是的，都是强制，强制：2项（序号2、3）（按表内行数统计）。"
    assert tell_every(Filtered("附件1", (), ROWS, 3), "团体") is None
