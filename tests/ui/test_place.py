import pytest

from index.errors import UsageError
from index.model import Article, Step
from tests.ui.conftest import MEASURE, article
from ui.place import find_articles, read_place


def at(*marks: str, text: str = "") -> Article:
    return article(MEASURE, "".join(marks), text, *(Step(mark) for mark in marks))


ARTICLES = [
    at("文首"),
    at("第一章", "第一条"),
    at("第二章", "第八条", "第1部分", text="（一）甲；"),
    at("第二章", "第八条", "第2部分", text="（二）乙。"),
    at("第二章", "第二十条之一"),
    at("一、", "（一）"),
    at("二、", "（三）", text="1. 甲 2. 乙"),
    at("二、", "（四）", "1."),
    at("二、", "（四）", "2."),
    at("附件1", "序号44"),
    at("附件2", "序号44"),
    at("问答11", "第1部分"),
    at("附件清单"),
]


def marks(place: str) -> list[str]:
    return ["/".join(s.mark for s in a.locator.steps) for a in find_articles(place, ARTICLES)]


@pytest.mark.parametrize(
    ("place", "steps"),
    [
        ("第二十七条", (("条", 27, 0),)),
        ("27条", (("条", 27, 0),)),
        ("第 ２７ 条", (("条", 27, 0),)),
        ("第二十条之一", (("条", 20, 1),)),
        ("第五章第27条", (("章", 5, 0), ("条", 27, 0))),
        ("附件1 序号44", (("附件", 1, 0), ("序号", 44, 0))),
        ("附件清单", (("附件清单", 0, 0),)),
        ("二（三）", (("、", 2, 0), ("（）", 3, 0))),
        ("二、(3)", (("、", 2, 0), ("（）", 3, 0))),
        ("某处", ()),
    ],
)
def test_a_place_is_read_in_any_spelling(place: str, steps: tuple[tuple[str, int, int], ...]) -> None:
    assert read_place(place) == steps


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("第一条", ["第一章/第一条"]),
        ("1条", ["第一章/第一条"]),
        ("第二章第8条", ["第二章/第八条/第1部分", "第二章/第八条/第2部分"]),
        ("第八条第2部分", ["第二章/第八条/第2部分"]),
        ("第八条第二项", ["第二章/第八条/第1部分", "第二章/第八条/第2部分"]),
        ("第八条（二）", ["第二章/第八条/第2部分"]),
        ("第二十条之一", ["第二章/第二十条之一"]),
        ("（三）", ["二、/（三）"]),
        ("二（三）1.", ["二、/（三）"]),
        ("二（四）2", ["二、/（四）/2."]),
        ("二（四）", ["二、/（四）/1.", "二、/（四）/2."]),
        ("附件2序号44", ["附件2/序号44"]),
        ("序号44", ["附件1/序号44", "附件2/序号44"]),
        ("问答11", ["问答11/第1部分"]),
        ("文首", ["文首"]),
        ("国市监质规〔2024〕3号/文首", ["文首"]),
        ("第二章", ["第二章/第八条/第1部分", "第二章/第八条/第2部分", "第二章/第二十条之一"]),
    ],
)
def test_a_place_means_the_articles_that_end_with_it_or_stand_below_it(place: str, found: list[str]) -> None:
    assert marks(place) == found


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("第九条", "中没有“第九条”。最接近的是 第二章 / 第八条 / 第1部分。"),
        ("第八条（九）", "中没有“第八条（九）”。最接近的是 第二章 / 第八条 / 第1部分。"),
        ("附件2 序号50", "中没有“附件2 序号50”。最接近的是 附件2 / 序号44。"),
        ("附件3 序号50", "中没有“附件3 序号50”。最接近的是 附件1 / 序号44。"),
        ("第九编", "中没有“第九编”。用"),
        ("哪里", "看不懂位置“哪里”。"),
    ],
)
def test_an_unknown_place_is_an_error_that_names_the_nearest(place: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_articles(place, ARTICLES)
    assert message in str(caught.value)
