from dataclasses import replace

import pytest

from index.model import Article
from qa.prefer import Preference
from qa.question import read_question
from tests.qa.made import MEASURE, article

FRONT = article("检测办法", "文首", role="front")
SIGNED = article("检测办法\n市场监管总局\n2024年3月22日", "文首", role="front")
CLOSING = article("市场监管总局\n2024年3月22日", "落款", role="closing")
ATTACHMENTS = article("附件：申请书", "附件清单", role="attachments")
OUTLINE = article("第一章 总则；第二章 附则", "要目", role="outline")
VALIDITY = article("第三条 本办法自发布之日起施行。")
PLAIN = article("第一条 企业应当如实申报。")
READING = article("第一条 企业应当如实申报。", meta=replace(MEASURE, title="《检测办法》政策解读"))
INTRODUCTION = article("为贯彻落实，制定本办法。", "引言")
MEANING = article("第二条 本办法所称装备，是指首台（套）。")
CONDITIONS = article("第二条 应当符合以下条件：")
FIELDS = article("第三条 推动工业、农业、建筑、交通、教育、文旅、医疗这七个领域设备更新。")
IN_CHARGE = article("第五条 市场监管总局会同有关部门共同组织实施检测评定工作。")
EXPLAINS = article("第二十八条 本办法由市场监管总局负责解释。")
RECOMMENDS = article("第七条 省级主管部门集中开展推荐工作。")
MONEY = article("第五条 奖励 50 万元。")
FREE = article("第六条 不收取费用。")


@pytest.mark.parametrize(
    ("question", "document", "bonus"),
    [
        ("谁发布的", CLOSING, 1.5),
        ("谁发布的", SIGNED, 1.5),
        ("谁发布的", FRONT, 0.7),
        ("谁发布的", PLAIN, 0.0),
        ("文号", FRONT, 2.0),
        ("主送哪里", FRONT, 2.0),
        ("附件", ATTACHMENTS, 1.5),
        ("附件", PLAIN, 0.0),
        ("何时施行", VALIDITY, 0.8),
        ("何时施行", PLAIN, 0.0),
        ("办法有几章", OUTLINE, 1.0),
        ("谁负责", OUTLINE, -0.8),  # -0.4 as an outline, -0.4 as a part that introduces
        ("谁负责", INTRODUCTION, -0.4),
        ("谁负责", FRONT, -0.4),
        ("谁负责", READING, -0.25),
        ("政策解读里谁负责", READING, 0.0),
        ("谁负责", PLAIN, 0.0),
        ("收费吗", PLAIN, -0.15),
        ("什么是装备", MEANING, 0.3),
        ("什么是装备", PLAIN, 0.0),
        ("申报条件", CONDITIONS, 0.8),
        ("申报要求", CONDITIONS, 0.4),
        ("国外用过的还能报吗", CONDITIONS, 0.8),
        ("国外用过的还能报吗", PLAIN, 0.0),
        ("啥样的企业能报", CONDITIONS, 1.2),  # 0.4 for a condition, 0.8 for whether one may apply
        ("这七个领域是哪些", FIELDS, 1.5),
        ("这八个领域是哪些", FIELDS, 0.0),
        ("归口哪个部门", IN_CHARGE, 0.6),
        ("归口哪个部门", EXPLAINS, 0.0),  # who explains a document need not be in charge
        ("材料由谁推荐", RECOMMENDS, 0.6),
        ("材料由谁推荐", IN_CHARGE, 0.0),
        ("申报条件", PLAIN, 0.0),
        ("奖励多少钱", MONEY, 0.15),
        ("奖励多少钱", PLAIN, -0.15),
        ("公示几天", PLAIN, -0.15),
        ("收费标准是什么", FREE, 0.75),
        ("检测机构造假怎么处理", PLAIN, -2.0),  # binds 企业
        ("企业造假怎么处理", PLAIN, 0.0),
    ],
)
def test_what_an_article_is_worth_to_a_kind_of_question(
    question: str, document: Article, bonus: float
) -> None:
    assert Preference(read_question(question))(document) == pytest.approx(bonus)


def test_a_question_that_asks_nothing_special_prefers_nothing() -> None:
    asked = read_question("检测评定")
    for one in (PLAIN, VALIDITY, MEANING, CONDITIONS, MONEY, CLOSING, ATTACHMENTS):
        expected = -0.4 if one in (CLOSING, ATTACHMENTS) else 0.0
        assert Preference(asked)(one) == expected, one.text


def test_attachments_asked_with_their_issuer_are_looked_for_in_their_list() -> None:
    asked = read_question("谁发布的附件")
    assert Preference(asked)(ATTACHMENTS) > Preference(asked)(CLOSING)
