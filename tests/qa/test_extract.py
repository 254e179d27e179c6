import pytest

from index.model import Article
from qa.extract import Statement, statements
from qa.model import Hit
from qa.question import read_question
from tests.qa.made import article, row

ASKED = read_question("检测评定")
FIRST, SECOND, THIRD = ("甲" * 79 + "。", "乙" * 79 + "。", "丙" * 79 + "。")
LONG = article(f"第一条 {FIRST}{SECOND}{THIRD}")
LISTED = article(
    "第八条 申请应当符合以下条件：\n（一）合法。\n（二）具有专利；技术先进。\n（三）可靠。\n"
    + "丁" * 180
    + "。",
    "第八条",
)


def say(
    document: Article, scores: list[float], *, question: str = "检测评定", max_chars: int = 300
) -> Statement:
    (statement,) = statements(read_question(question), [Hit(document, 1.0)], [scores], max_chars)
    assert statement.quote in document.text
    return statement


def test_a_short_article_is_quoted_whole_without_its_number() -> None:
    short = article("第二十七条 检测不收费。但复检除外。", "第二十七条")
    assert say(short, [0.9, 0.1]) == Statement("检测不收费。但复检除外。", short, "检测不收费。但复检除外。")


@pytest.mark.parametrize(
    ("scores", "said", "quote"),
    [
        ([0.80, 0.95, 0.80], SECOND, SECOND),
        ([0.80, 0.95, 0.90], SECOND + THIRD, SECOND + THIRD),
        ([0.95, 0.95, 0.90], FIRST + SECOND + THIRD, FIRST + SECOND + THIRD),
        ([0.80, 0.80, 0.95], THIRD, THIRD),
        ([0.95, 0.80, 0.90], FIRST + THIRD, FIRST),  # the quote is unbroken …
        ([0.90, 0.80, 0.95], THIRD + FIRST, THIRD),  # … and begins with the best
    ],
)
def test_the_best_sentence_comes_first_then_what_is_near_it(
    scores: list[float], said: str, quote: str
) -> None:
    assert say(LONG, scores) == Statement(said, LONG, quote)


def test_what_does_not_fit_is_left_out() -> None:
    assert say(LONG, [0.90, 0.95, 0.91], max_chars=200).text == SECOND + THIRD
    assert say(LONG, [0.90, 0.95, 0.91], max_chars=100).text == SECOND


def test_an_exception_stays_with_its_rule() -> None:
    tied = article(f"第一条 {FIRST}{SECOND}但复检除外。同时应当公示。{THIRD}")
    assert say(tied, [0.5, 0.95, 0.1, 0.1, 0.5]).text == f"{SECOND}但复检除外。同时应当公示。"


@pytest.mark.parametrize("best", [0, 1, 3, 4])
def test_a_list_is_told_with_its_lead_and_every_item(best: int) -> None:
    scores = [0.1] * 6
    scores[best] = 0.9
    said = say(LISTED, scores)
    assert said.text == "申请应当符合以下条件：\n（一）合法。\n（二）具有专利；\n技术先进。\n（三）可靠。"
    assert said.quote == "申请应当符合以下条件：\n（一）合法。\n（二）具有专利；技术先进。\n（三）可靠。"


def test_what_follows_a_list_is_not_part_of_it() -> None:
    assert say(LISTED, [0.1] * 5 + [0.9]).text == "丁" * 180 + "。"


def test_a_list_that_is_too_long_is_told_by_its_best_items() -> None:
    items = [f"（{n}）{char * 175}。" for n, char in zip("一二三四", "甲乙丙丁", strict=True)]
    long = article("第八条 应当：\n" + "\n".join(items), "第八条")
    assert say(long, [0.1, 0.1, 0.9, 0.1, 0.1]).text == items[1]


def test_an_amount_makes_a_sentence_better_for_who_asks_for_one() -> None:
    money = article(f"第一条 {FIRST}奖励 50 万元，{'乙' * 70}。{THIRD}")
    scores = [0.93, 0.90, 0.80]
    assert say(money, scores, max_chars=100).text == FIRST
    assert say(money, scores, question="奖励多少钱", max_chars=100).text.startswith("奖励 50 万元")


def test_a_clause_that_settles_is_better_for_who_asks_whether() -> None:
    clause = article(f"第一条 {FIRST}不得收费，{'乙' * 70}。{THIRD}")
    scores = [0.91, 0.90, 0.80]
    assert say(clause, scores, max_chars=100).text == FIRST
    assert say(clause, scores, question="收费吗", max_chars=100).text.startswith("不得收费")


def test_a_speaker_is_named_to_who_asks_what_was_said() -> None:
    turn = article(
        f"感谢您的提问。{FIRST}{SECOND}", "问答1", role="turn", speaker="工业和信息化部副部长 单忠德"
    )
    scores = [0.93, 0.90, 0.80]
    assert say(turn, scores, question="吹风会上介绍").text == f"工业和信息化部副部长 单忠德表示：{FIRST}"
    assert say(turn, scores).text == FIRST


@pytest.mark.parametrize("role", ["front", "closing", "attachments", "outline"])
def test_front_matter_is_told_line_by_line(role: str) -> None:
    front = article("市场监管总局\n\n 科技部 \n2024年3月22日", "文首", role=role)  # type: ignore[arg-type]
    assert say(front, [0.9, 0.1, 0.1]) == Statement("市场监管总局；科技部；2024年3月22日", front, front.text)


def test_a_row_is_told_in_words_and_quoted_whole() -> None:
    wire = row(
        44, ("名称", "电梯用钢丝绳"), ("制定/修订", "修订"), ("强制/推荐", "强制"), ("主管部门", "工信部")
    )
    assert say(wire, [0.9]) == Statement(
        "《电梯用钢丝绳》为强制性标准，修订，主管部门为工信部。", wire, wire.text
    )


def test_the_long_cell_of_a_row_is_told_by_its_best_sentences() -> None:
    project = row(7, ("名称", "供暖"), ("建设内容", FIRST + SECOND + THIRD), ("地区", "北京"))
    assert say(project, [0.1, 0.9, 0.1], max_chars=100).text == f"《供暖》：地区为北京。{SECOND}"
    assert say(project, [0.1, 0.9, 0.1]).text == f"《供暖》：地区为北京。{FIRST}{SECOND}{THIRD}"


def test_further_articles_are_told_while_there_is_room() -> None:
    other = article("第二条 其他规定。", "第二条")
    hits, scores = [Hit(LONG, 2.0), Hit(other, 1.0)], [[0.9, 0.1, 0.1], [0.9]]
    assert [s.article.id for s in statements(ASKED, hits, scores, 300)] == [LONG.id, other.id]
    assert [s.article.id for s in statements(ASKED, hits, scores, 119)] == [LONG.id]  # 39 are left


def test_nothing_found_is_nothing_said() -> None:
    assert statements(ASKED, [], [], 300) == []


def test_lines_that_end_without_a_mark_are_kept_apart() -> None:
    contact = article("某协会\n地址：北京\n电话：010-1", "正文")
    assert say(contact, [0.1, 0.9, 0.9]).text in (
        "某协会；地址：北京；电话：010-1",
        "某协会\n地址：北京\n电话：010-1",
    )
