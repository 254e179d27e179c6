"""What is said from the articles found, with closeness handed in: greedy coverage, lists, exceptions, turns, rows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.model import Article, Locator, Role, Step
from qa.extract import Statement, statements
from qa.question import read_question
from qa.reading import Reading
from qa.sentences import sentences
from qa.settings import AnswerSettings
from tests.qa.made import article, row

FIRST, SECOND, THIRD = ("甲" * 79 + "。", "乙" * 79 + "。", "丙" * 79 + "。")
LONG = article(f"第一条 {FIRST}{SECOND}{THIRD}")
LISTED = article(
    "第八条 申请应当符合以下条件：\n（一）合法。\n（二）具有专利；技术先进。\n（三）可靠。\n"
    + "丁" * 180
    + "。",
    "第八条",
)
ONE_FACT = "检测评定由谁负责"
SEVERAL = "检测评定的条件"


def reading(
    document: Article, scores: Sequence[float], words: Sequence[Sequence[float]] | None = None
) -> Reading:
    """A reading in which sentence i is `scores[i]` close; `words[i][t]` is how much of word t of the question it says.

    Without `words` every sentence says a word of its own.
    """
    text = max((c for _, c in document.columns), key=len) if document.columns else document.text
    parts = tuple(sentences(text))
    assert len(parts) == len(scores)
    similar = np.array(np.eye(len(parts)) if words is None else words, dtype=np.float32)
    weights = np.full(similar.shape[1], 1 / similar.shape[1], np.float32)
    return Reading(document, parts, np.array(scores, np.float32), similar, weights)


def say(
    document: Article,
    scores: Sequence[float],
    words: Sequence[Sequence[float]] | None = None,
    *,
    question: str = ONE_FACT,
    short: int = 300,
) -> Statement:
    settings = AnswerSettings(short_chars=short, max_chars=300)
    (said,) = statements(read_question(question), [reading(document, scores, words)], settings)
    assert said.quote in document.text
    return said


def test_nothing_found_is_nothing_said() -> None:
    assert statements(read_question(ONE_FACT), [], AnswerSettings()) == []


def test_a_short_article_is_quoted_whole_without_its_number() -> None:
    short = article("第二十七条 检测不收费。但复检除外。", "第二十七条")
    assert say(short, [0.9, 0.1]) == Statement("检测不收费。但复检除外。", short, "检测不收费。但复检除外。")


def test_the_closest_sentence_comes_first_then_the_rest_in_the_order_of_the_text() -> None:
    assert say(LONG, [0.8, 0.7, 0.9]) == Statement(THIRD + FIRST + SECOND, LONG, THIRD)
    assert say(LONG, [0.9, 0.7, 0.8]) == Statement(FIRST + SECOND + THIRD, LONG, FIRST + SECOND + THIRD)


def test_a_sentence_that_adds_nothing_of_the_question_is_not_said() -> None:
    # the second says half a word more, the third nothing that the first does not say
    words = [[1.0, 0.0], [0.0, 0.5], [0.9, 0.0]]
    assert say(LONG, [0.9, 0.1, 0.8], words) == Statement(FIRST + SECOND, LONG, FIRST + SECOND)
    # a gain is weighed: 0.003 of one of two words is 0.0015, below 0.002
    assert say(LONG, [0.9, 0.1, 0.8], [[1.0, 0.0], [0.0, 0.003], [0.9, 0.0]]).text == FIRST
    assert say(LONG, [0.9, 0.1, 0.8], [[1.0, 0.0], [0.0, 0.005], [0.9, 0.0]]).text == FIRST + SECOND


def test_one_fact_gets_the_short_room_and_several_the_long_one() -> None:
    assert say(LONG, [0.9, 0.1, 0.1], short=100).text == FIRST
    assert say(LONG, [0.9, 0.1, 0.1], short=164).text == FIRST + SECOND  # 84 and 80 characters
    assert say(LONG, [0.9, 0.1, 0.1], question=SEVERAL, short=100).text == FIRST + SECOND + THIRD


def test_an_exception_stays_with_its_rule() -> None:
    tied = article(f"第一条 {FIRST}{SECOND}但复检除外。同时应当公示。{THIRD}")
    said = say(tied, [0.5, 0.95, 0.1, 0.1, 0.5], short=100)
    assert said == Statement(
        f"{SECOND}但复检除外。同时应当公示。", tied, f"{SECOND}但复检除外。同时应当公示。"
    )


@pytest.mark.parametrize("best", [0, 1, 3, 4])
def test_a_list_that_is_asked_for_is_told_with_its_lead_and_every_item(best: int) -> None:
    scores = [0.1] * 6
    scores[best] = 0.9
    said = say(LISTED, scores, [[1.0]] * 6, question=SEVERAL)
    assert (
        said.text == "申请应当符合以下条件：\n（一）合法。\n（二）具有专利；\n技术先进。\n（三）可靠。"
        or best
    )
    assert said.quote == "申请应当符合以下条件：\n（一）合法。\n（二）具有专利；技术先进。\n（三）可靠。"


def test_one_item_is_told_below_its_lead_to_who_asks_for_one_fact() -> None:
    said = say(LISTED, [0.1, 0.1, 0.1, 0.1, 0.9, 0.1], [[1.0]] * 6, short=100)
    assert said.text == "申请应当符合以下条件：\n（三）可靠。"
    assert said.quote == "申请应当符合以下条件："


def test_the_lead_of_a_list_is_never_told_without_its_items() -> None:
    said = say(LISTED, [0.9] + [0.1] * 5, [[1.0]] * 6, short=100)
    assert said.quote == "申请应当符合以下条件：\n（一）合法。\n（二）具有专利；技术先进。\n（三）可靠。"


def test_what_follows_a_list_is_not_part_of_it() -> None:
    assert say(LISTED, [0.1] * 5 + [0.9], [[1.0]] * 6).text == "丁" * 180 + "。"


def test_a_list_that_is_too_long_is_told_by_its_best_item() -> None:
    items = [f"（{n}）{char * 175}。" for n, char in zip("一二三四", "甲乙丙丁", strict=True)]
    long = article("第八条 应当：\n" + "\n".join(items), "第八条")
    assert say(long, [0.1, 0.1, 0.9, 0.1, 0.1], [[1.0]] * 5, question=SEVERAL).text == items[1]


@pytest.mark.parametrize(
    ("question", "begins"),
    [("奖励多少钱", "奖励 50 万元"), ("奖励由谁发放", "甲")],
)
def test_an_amount_makes_a_sentence_better_for_who_asks_for_one(question: str, begins: str) -> None:
    money = article(f"第一条 {FIRST}奖励 50 万元，{'乙' * 70}。{THIRD}")
    assert say(money, [0.92, 0.90, 0.80], question=question, short=100).text.startswith(begins)


@pytest.mark.parametrize(("question", "begins"), [("检测收费吗", "不得收费"), ("检测由谁负责", "甲")])
def test_a_clause_that_settles_is_better_for_who_asks_whether(question: str, begins: str) -> None:
    clause = article(f"第一条 {FIRST}不得收费，{'乙' * 70}。{THIRD}")
    assert say(clause, [0.91, 0.90, 0.80], question=question, short=100).text.startswith(begins)


def test_a_heading_is_not_told() -> None:
    headed = titled("（一）指导思想。坚持创新。", "（一）", "指导思想")
    assert say(headed, [0.9, 0.1]) == Statement("坚持创新。", headed, "坚持创新。")


@pytest.mark.parametrize(
    ("text", "mark", "title"),
    [
        ("第一条 检测不收费。复检除外。", "第一条", "检测不收费"),
        ("（一）企业不得转让。违者公示。", "（一）", "企业不得转让"),
    ],
)
def test_a_short_first_sentence_that_is_a_rule_is_told(text: str, mark: str, title: str) -> None:
    plain = text.removeprefix("第一条 ").removeprefix("（一）")
    said = say(titled(text, mark, title), [0.9, 0.1])
    assert said.text.removeprefix("（一）") == plain


def titled(text: str, mark: str, title: str) -> Article:
    return replace(article(text, mark), locator=Locator((Step(mark, title),)))


def test_of_a_turn_neither_the_question_nor_the_names_nor_the_thanks_are_told() -> None:
    turn = article("新华社记者：\n请问何时实施？\n辛国斌：\n感谢您的提问。明年实施。", "问答1", role="turn")
    assert say(turn, [0.5, 0.95, 0.5, 0.6, 0.1]).text == "明年实施。"


def test_a_speaker_is_named_to_who_asks_what_was_said() -> None:
    turn = article("感谢您的提问。明年实施。", "问答1", role="turn", speaker="工业和信息化部副部长 单忠德")
    said = say(turn, [0.9, 0.8], question="吹风会上介绍了什么")
    assert said.text == "工业和信息化部副部长 单忠德表示：明年实施。"
    assert say(turn, [0.9, 0.8]).text == "明年实施。"


@pytest.mark.parametrize("role", ["front", "closing", "attachments", "outline"])
def test_front_matter_is_told_line_by_line(role: Role) -> None:
    front = article("市场监管总局\n\n 科技部 \n2024年3月22日", "文首", role=role)
    assert say(front, [0.9, 0.1, 0.1]) == Statement("市场监管总局；科技部；2024年3月22日", front, front.text)


def test_a_row_is_told_in_words_and_quoted_whole() -> None:
    wire = row(
        44, ("名称", "电梯用钢丝绳"), ("制定/修订", "修订"), ("强制/推荐", "强制"), ("主管部门", "工信部")
    )
    said = say(wire, [0.9])
    assert said.text == "《电梯用钢丝绳》为强制性标准，修订，主管部门为工信部。"
    assert said.quote == wire.text


def test_further_articles_are_told_if_they_add_something_and_there_is_room() -> None:
    other = article("第二条 其他规定。", "第二条")
    asked = read_question(ONE_FACT)

    def told(second: list[float], short: int) -> list[str]:
        readings = [reading(LONG, [0.9, 0.1, 0.1], [[1.0, 0.0]] * 3), reading(other, [0.9], [second])]
        return [
            s.article.id
            for s in statements(asked, readings, AnswerSettings(short_chars=short, max_chars=300))
        ]

    assert told([0.0, 1.0], 120) == [LONG.id, other.id]  # 40 characters are left
    assert told([0.0, 1.0], 119) == [LONG.id]
    assert told([0.9, 0.0], 120) == [LONG.id]
    assert told([0.9, 0.019], 120) == [LONG.id]  # half of 0.019 is below 0.01
    assert told([0.9, 0.021], 120) == [LONG.id, other.id]


@pytest.mark.parametrize(
    ("question", "apart", "count"),
    [
        ("两个办法的申报条件有什么区别", False, 2),
        ("申报的条件", False, 2),
        ("申报的办法", False, 1),
        ("申报的办法", True, 2),
    ],
)
def test_what_stands_apart_speaks_for_itself(question: str, apart: bool, count: int) -> None:
    other = article("第二条 其他规定。", "第二条")
    readings = [reading(LONG, [0.9, 0.1, 0.1], [[1.0]] * 3), reading(other, [0.9], [[1.0]])]
    assert len(statements(read_question(question), readings, AnswerSettings(), apart=apart)) == count


def test_lines_that_end_without_a_mark_are_kept_apart() -> None:
    contact = article("某协会\n地址：北京\n电话：010-1", "正文")
    assert say(contact, [0.9, 0.1, 0.1]).text == "某协会\n地址：北京\n电话：010-1"


ACTIONS = article(
    "部长：\n中央财政将从三个方面来加力引导。\n一是加强统筹。用好各类资金。\n二是完善税收政策。\n三是强化联动。下一步抓好落实。",
    "问答1",
)
COUNTED = "中央财政将从三个方面来加力引导。一是加强统筹。二是完善税收政策。三是强化联动。"


@pytest.mark.parametrize(
    ("question", "scores", "told"),
    [
        ("资金支持有哪些", (0, 0.9, 0, 0.1, 0, 0, 0), COUNTED),
        ("税收上有哪些支持", (0, 0, 0, 0.1, 0.9, 0, 0), COUNTED),
        ("资金支持是哪三招", (0, 0, 0, 0.9, 0, 0, 0), COUNTED),  # so many are asked for
    ],
)
def test_of_what_is_counted_out_in_running_text_every_item_is_told(
    question: str, scores: Sequence[float], told: str
) -> None:
    assert say(ACTIONS, scores, question=question).text.replace("\n", "") == told


def test_one_who_asks_for_a_body_is_not_told_the_list() -> None:
    said = say(ACTIONS, (0, 0, 0.9, 0, 0, 0, 0), question="由谁统筹", short=21)
    assert said.text.startswith("一是加强统筹。")


def test_what_begins_with_of_which_is_told_with_what_it_belongs_to() -> None:
    document = article(f"第一条 共安排任务 30 家。其中，专项监察 20 家。{'丁' * 180}。")
    assert say(document, (0, 0.9, 0), question="专项监察谁来做", short=60).text == (
        "共安排任务 30 家。其中，专项监察 20 家。"
    )
