import pytest

from qa.claims import Claim, claims, marks, polarity, without_grounds, without_marks

NO = [
    "不收取任何费用。",
    "不可以。",
    "不。",
    "否。",
    "无需再提供。",
    "不再承担地方中长期合同。",
    "不得借助第三方机构。",
    "不能，需另行申报。",
    "没有。",
    "严禁用于非生产经营活动",
    "不适用。",
    "“不再推荐”。",
    "1. 不需要[1]。",
    "您好，不收费。",
    "根据《办法》第二十七条，不向申请单位收取费用。",
    "《中国首台（套）办法》第二十七条规定：不得收取。",
    "并不启用[1]。",
    "说法有误，应为294项。",
]
YES = [
    "可以。",
    "可以单独申报。",
    "能，由省级推荐。",
    "需要。",
    "需要备案[1]。",
    "应当回避。",
    "是的，公布名单。",
    "会。",
    "有，定额补贴。",
    "属于。",
    "可，见第三条。",
    "按照第三条，可以申报。",
]
NEITHER = [
    "",
    "。",
    "检测评定不收取费用。",
    "不超过30%。",
    "不低于三年。",
    "不仅如此，",
    "不同批次要求不同。",
    "有关部门负责。",
    "能源局确定。",
    "应急管理部主管。",
    "对于未达标的城市，",
    "会同有关部门",
    "要求如下：",
    "可再生资源",
    "是指重大技术突破",
    "是否可以由省里决定。",
    "能不能申报要看条件。",
    "没收违法所得",
    "未达标的城市",
]


@pytest.mark.parametrize("text", NO)
def test_a_refusing_start_is_no(text: str) -> None:
    assert polarity(text) == "no"


@pytest.mark.parametrize("text", YES)
def test_a_consenting_start_is_yes(text: str) -> None:
    assert polarity(text) == "yes"


@pytest.mark.parametrize("text", NEITHER)
def test_a_start_that_only_looks_alike_takes_no_side(text: str) -> None:
    assert polarity(text) is None


def test_only_the_first_sentence_takes_a_side() -> None:
    assert polarity("目录有效期三年。不得延长。") is None


def test_statements_carry_the_marks_that_follow_them() -> None:
    answer = "有效期三年。[1]可以再申请；须重新评审[2][3]。\n1. 第一项[4]\n依据：《办法》第十四条"
    assert claims(answer) == [
        Claim("有效期三年。", (1,)),
        Claim("可以再申请；", ()),
        Claim("须重新评审。", (2, 3)),
        Claim("第一项", (4,)),
    ]


def test_a_line_that_introduces_a_list_is_no_statement_unless_marked() -> None:
    assert claims("共2项：\n1. 甲标准[1]\n附下列材料：[2]") == [
        Claim("甲标准", (1,)),
        Claim("附下列材料：", (2,)),
    ]


def test_a_document_number_is_not_a_mark() -> None:
    assert without_marks("国市监质规[2024]3号[1]") == "国市监质规[2024]3号"
    assert marks("国市监质规[2024]3号[1][12]") == (1, 12)


def test_the_grounds_line_is_dropped_wherever_it_stands() -> None:
    assert without_grounds("不收费。\n**依据：《办法》\n  依据：甲\n根据甲") == "不收费。\n根据甲"


def test_a_notice_of_validity_states_nothing_and_takes_no_side() -> None:
    answer = "提示：该文件有效期至2027年12月31日，截至2028年1月1日已过有效期。\n不收费。\n检测不收费[1]。"
    assert claims(answer) == [Claim("检测不收费。", (1,))]
    assert polarity(answer) == "no"
    assert polarity("提示：不得使用。\n可以。") == "yes"


def test_a_note_on_the_chat_model_claims_nothing() -> None:
    assert claims("有效期三年。[1]\n（聊天模型超时；以上为内置回答。）") == [Claim("有效期三年。", (1,))]
