import pytest

from index.model import Article, Locator, Role, Step
from qa.headings import Headings
from tests.qa.made import MEASURE

OTHER = "其他"


def headed(number: int, *steps: Step, role: Role = "text", text: str | None = None) -> Article:
    said = text or f"{steps[-1].mark}{steps[-1].title}。具体要求。"
    place = "/".join(s.mark for s in steps)
    return Article(
        f"{MEASURE.key}/{place}",
        MEASURE,
        Locator(steps),
        place,
        said,
        said,
        role,
        order=number,
    )


RULES, MEASURES, TASKS = Step("二、", "建设工作规则"), Step("三、", "保障措施"), Step("四、", "重点任务")
ACTIONS = (Step("（一）", "更新行动"), Step("（二）", "转型行动"))
ARTICLES = [
    headed(1, RULES, Step("（一）", "规划阶段")),
    headed(2, RULES, Step("（二）", "核准阶段")),
    headed(3, RULES, Step("（三）", "验收阶段")),
    headed(4, MEASURES, Step("（一）", "加强组织领导")),
    headed(5, MEASURES, Step("（二）", "强化政策支持")),
    headed(6, TASKS, ACTIONS[0], Step("1.", "替代设备")),
    headed(7, TASKS, ACTIONS[0], Step("2.", "升级设备")),
    headed(8, TASKS, ACTIONS[1], Step("3.", "智能工厂")),
    headed(9, TASKS, Step("要目"), role="outline", text="（一）更新行动\n（二）转型行动"),
    headed(10, Step("第二章", "总则"), Step("第一条")),
    headed(11, Step("第二章", "总则"), Step("第二条")),
]
HEADINGS = Headings({MEASURE.key: ARTICLES, OTHER: []}.__getitem__)
STAGES = ["共3项：\n（一）规划阶段；", "\n（二）核准阶段；", "\n（三）验收阶段。"]
SUPPORT = ["共2项：\n（一）加强组织领导；", "\n（二）强化政策支持。"]
BOTH = ["共2项：\n（一）更新行动；\n（二）转型行动。"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("建设要过哪几个阶段", STAGES),
        ("建设分几个阶段", STAGES),
        ("三个阶段是哪三个", STAGES),
        ("哪四个阶段", []),  # there are three
        ("建设工作规则有哪些", STAGES),
        ("保障措施有哪些", SUPPORT),
        ("两大行动是哪两个", BOTH),
        ("重点任务有哪些", BOTH),
        ("重点任务一共几项", []),  # a number, which a sentence may state
        ("总则有哪些", []),  # articles are rules, not headings
        ("申报条件有哪些", []),
        ("保障措施由谁落实", []),
        ("", []),
    ],
)
def test_what_stands_below_a_heading_is_the_list(question: str, told: list[str]) -> None:
    assert [s.text for s in HEADINGS.asked(question, {MEASURE.key: 1.0})] == told


def test_each_heading_is_cited_where_it_stands_and_all_of_an_outline_there() -> None:
    stages = HEADINGS.asked("哪几个阶段", {MEASURE.key: 1.0})
    assert [(s.article.id, s.quote) for s in stages] == [
        (f"{MEASURE.key}/二、/（一）", "规划阶段"),
        (f"{MEASURE.key}/二、/（二）", "核准阶段"),
        (f"{MEASURE.key}/二、/（三）", "验收阶段"),
    ]
    (actions,) = HEADINGS.asked("哪两大行动", {MEASURE.key: 1.0})
    assert (actions.article.id, actions.quote) == (
        f"{MEASURE.key}/四、/要目",
        "（一）更新行动\n（二）转型行动",
    )


def test_only_documents_that_may_be_meant_are_looked_at() -> None:
    assert HEADINGS.asked("哪几个阶段", {OTHER: 1.0}) == []
