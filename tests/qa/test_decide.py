"""Who is refused and why, over the bundled compendium."""

import pytest

from index.library import Library
from qa.chain import Chain
from qa.model import RefusalType
from qa.settings import Settings
from tests.qa.conftest import Ask

MEASURE = "《中国首台（套）重大技术装备检测评定管理办法（试行）》"
GIANTS = "《工信部组织开展第六批专精特新“小巨人”企业培育工作》"


@pytest.mark.parametrize(
    ("question", "type_", "reason"),
    [
        (
            "第六批小巨人的书面材料寄给创业创新处，这个处的联系电话是多少",
            "条文未明确",
            f"{GIANTS}没有写明联系电话（“这个处的联系电话是多少”）。",
        ),
        (
            "首台套检测评审机构名单的资格几年有效",
            "条文未明确",
            f"{MEASURE}没有写明有效期（“首台套检测评审机构名单的资格几年有效”）。",
        ),
        (
            "第五批专精特新小巨人网上填报是哪几天",
            "资料未收录",
            f"已收录的资料里没有第五批的，{GIANTS}是第六批的。",
        ),
        (
            "2023年国家工业节能监察查了多少家",
            "资料未收录",
            "已收录的资料里没有2023年的，《工信部下达 2024 年国家工业节能监察任务》是2024年的。",
        ),
        (
            "财建〔2023〕117号文里，东部城市要改造多少家企业",
            "资料未收录",
            "已收录的资料中没有财建〔2023〕117号的原文，只有文件提到它。",
        ),
        (
            "以标准提升牵引设备更新和消费品以旧换新行动方案的附件3列了什么",
            "无此条",
            "《以标准提升牵引设备更新和消费品以旧换新行动方案》共2个附件，没有附件3。",
        ),
        (
            "首台套省里初核要几个工作日",
            "条文未明确",
            f"{MEASURE}没有写明期限（“首台套省里初核要几个工作日”）。",
        ),
        (
            "小巨人和首台套的奖补资金哪个多",
            "条文未明确",
            f"{GIANTS}和{MEASURE}都没有写明金额（“小巨人和首台套的奖补资金哪个多”）。",
        ),
        ("绿色工厂怎么申报", "资料未收录", "已收录的资料里没有关于“绿色工厂”的申报或办理规定。"),
        ("广东省的设备更新贷款贴息怎么申请", "资料未收录", "已收录的资料里没有说到“广东”的内容。"),
        ("给我讲个起重机司机的笑话", "超出范围", "这个问题不属于已收录政策文件的范围。"),
        ("糖炒栗子放几天会坏", "超出范围", "这个问题不属于已收录政策文件的范围。"),
        ("桥式起重机年检怎么预约", "资料未收录", "已收录的资料中没有能回答这个问题的条文。"),
    ],
)
def test_a_refusal_says_what_is_missing(ask: Ask, question: str, type_: RefusalType, reason: str) -> None:
    refusal = ask(question).refusal
    assert refusal is not None
    assert (refusal.type, refusal.reason) == (type_, reason)


@pytest.mark.parametrize("question", ["纸质材料最晚哪天要报上去", "这个通知是哪几个部门一起发的"])
def test_a_question_without_a_subject_gives_three_documents_to_choose_from(ask: Ask, question: str) -> None:
    refusal = ask(question).refusal
    assert refusal is not None
    assert refusal.type == "需要更多信息"
    assert len(set(refusal.choices)) == 3
    assert all(c.startswith("《") and c in refusal.reason for c in refusal.choices)


def test_a_thing_pointed_at_is_asked_for(ask: Ask) -> None:
    refusal = ask("那个项目建好以后一年能减多少碳").refusal
    assert refusal is not None
    assert refusal.type == "需要更多信息"
    assert refusal.reason.startswith("请说明“那个项目”指的是哪一个")


def test_a_table_without_such_a_column_does_not_tell_whom_to_call(ask: Ask) -> None:
    refusal = ask("第一批绿色低碳示范项目的联系人手机号是多少").refusal
    assert refusal is not None
    assert refusal.type == "条文未明确"


def test_a_list_without_a_name_gives_the_tables_to_choose_from(ask: Ask) -> None:
    refusal = ask("清单上排第20的是啥").refusal
    assert refusal is not None
    assert [c.rpartition("》")[2].strip()[:3] for c in refusal.choices] == ["附件1", "附件2", "附件 "]


@pytest.mark.parametrize(
    "question",
    [
        "首台套检测评定每家要交5000元检测费，这钱汇到哪里",  # a false premise is corrected, not refused
        "首台套检测评定收费吗",
        "新的进出口税则从什么时候开始用",  # 同步施行 is a date
        "小巨人网上填报总共开放几天",  # told by two dates
        "特色产业集群推荐材料的事，联系人号码多少",
        "2023年违规企业整改落实情况专项监察有多少家",  # a year of the matter
        "按总局落实锅炉低碳行动方案的意见，年度总结几号前报",
        "煤炭产能储备意见有效期几年",
        "集群申报截止到几号",  # the day stands beside 寄送
        "协会的传真号是多少",
        "锅炉图纸鉴定啥时不给过",  # in which case, not when
        "江苏能推荐几个试点城市",
    ],
)
def test_what_the_articles_state_is_answered(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.refusal is None
    assert answer.citations


def test_the_document_named_by_the_nearest_article_says_whom_to_ask(ask: Ask) -> None:
    lines = ask("特色产业集群评上奖励多少钱").text.splitlines()
    assert lines[2] == "可咨询：李启迪 010-68205324。"


def test_the_threshold_is_the_users(library: Library) -> None:
    fearful = Chain(library, Settings.model_validate({"answer": {"refuse_below": 1.0}}))
    answer = fearful.ask("首台套检测评定收费吗")
    assert answer.refusal is not None
    assert answer.refusal.type == "资料未收录"


@pytest.mark.parametrize(
    ("question", "silent"),
    [
        ("什么时候截止", ("《中国首台（套）重大技术装备检测评定管理办法（试行）》", "股权激励")),
        ("谁负责解释", ("小巨人",)),
    ],
)
def test_the_documents_to_choose_from_state_what_is_asked(
    ask: Ask, question: str, silent: tuple[str, ...]
) -> None:
    refusal = ask(question).refusal
    assert refusal is not None
    assert refusal.type == "需要更多信息"
    assert len(refusal.choices) == 3
    assert not [c for c in refusal.choices for name in silent if name in c]
