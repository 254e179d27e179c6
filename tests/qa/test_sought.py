import pytest

from index.model import Article
from qa.sought import counted, sought
from tests.qa.made import article, row

COPIES = article("五、请于7月31日前将申报表各一式 3 份寄送。")
LIMIT = article("三、推荐数量不超过 8 个。")
PENALTY = article("四、一经查实，取消其申报资格。")
REVIEWER = article("第二十三条 检测评审机构有下列行为之一的，移出名单。")
APPLICANT = article("第二十二条 申请单位在申报过程中弄虚作假的，移出目录。")


@pytest.mark.parametrize(
    ("question", "held", "bonus"),
    [
        ("要交几份", COPIES, 1.5),
        ("要交几份", LIMIT, 0.0),
        ("材料什么时候交", COPIES, 1.5),
        ("哪天寄", COPIES, 1.5),
        ("材料什么时候交", LIMIT, 0.0),
        ("什么时候截止", COPIES, 1.5),
        ("什么时候施行", COPIES, 0.0),
        ("数据造假会怎么样", PENALTY, 1.5),
        ("数据造假会怎么样", COPIES, 0.0),
        ("检测评审机构弄虚作假", REVIEWER, 0.5),
        ("检测评审机构弄虚作假", APPLICANT, 0.0),
        ("申请单位弄虚作假会怎么样", APPLICANT, 2.0),
        ("要交几份", row(1, ("名称", "3份")), 0.0),
    ],
)
def test_an_article_gains_by_the_form_of_what_is_asked(question: str, held: Article, bonus: float) -> None:
    assert sought(question).bonus(held) == bonus


@pytest.mark.parametrize(
    ("question", "text", "gives"),
    [
        ("设备更新的七个领域是啥", "推动工业、农业、建筑这七个领域设备更新", True),
        ("7个领域是哪些", "这七大领域投资增长", True),
        ("五大基地有哪些", "优先支持五大煤炭供应保障基地", False),  # more than a few characters between
        ("两类企业是哪些", "优先照顾 2 类企业", True),
        ("七个领域是啥", "17个领域", False),
        ("七个领域是啥", "八个领域", False),
    ],
)
def test_a_text_gives_so_many_things_if_it_says_their_number(question: str, text: str, gives: bool) -> None:
    pattern = counted(question)
    assert pattern is not None
    assert bool(pattern.search(text)) is gives


@pytest.mark.parametrize("question", ["哪些领域", "两年内有效", "第七条", ""])
def test_no_number_of_things_is_asked_for(question: str) -> None:
    assert counted(question) is None


def test_what_comes_after_a_step_says_so() -> None:
    after = article("第十四条 经公示无异议，以公告形式发布。")
    assert sought("公示完了之后呢").bonus(after) == 1.5
    assert sought("公示几天").bonus(after) == 0.0
