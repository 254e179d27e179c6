"""Questions about documents themselves, asked of the bundled compendium: answers in their first line, refusals whole."""

from datetime import date

import pytest

from qa.model import RefusalType
from tests.qa.conftest import Ask

MEASURE = "《中国首台（套）重大技术装备检测评定管理办法（试行）》"
GIANTS = "《工信部组织开展第六批专精特新“小巨人”企业培育工作》"
COAL = "《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》"
BOILERS = "《市场监管总局办公厅关于落实〈锅炉绿色低碳高质量发展行动方案〉的实施意见》"
TAX = "《财政部 税务总局关于上市公司股权激励有关个人所得税政策的公告》"
TAX_CLAUSE = (
    "本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日，纳税人在此期间行权的，可按本公告规定执行。"
)
COAL_CLAUSE = "本实施意见由国家发展改革委、国家能源局负责解释，自发布之日起施行，有效期 5 年。"
LIST_CLAUSE = (
    "经公示无异议，市场监管总局以公告形式发布中国首台（套）重大技术装备目录，自公告之日起 3 年内有效，"
    "到期后自动失效。"
)
UNKNOWN = "已收录的资料（信息截至2024年4月）中没有废止它的文件，是否仍然有效请向发文机关核实。"


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (
            "股权激励个税公告现在还有效吗",
            f"是的，{TAX}"
            f"有效期至2027年12月31日，截至2026年11月22日仍在有效期内：{TAX_CLAUSE}[1]",
        ),
        (
            "财政部税务总局公告2024年第2号失效了吗",
            f"没有，{TAX}"
            f"有效期至2027年12月31日，截至2026年11月22日仍在有效期内：{TAX_CLAUSE}[1]",
        ),
        (
            "煤炭产能储备意见过期了没",
            f"没有，{COAL}"
            f"有效期5年，即至2029年4月2日（推算），截至2026年11月22日仍在有效期内：{COAL_CLAUSE}[1]",
        ),
        (
            "煤炭意见到2030年还有效吗",
            f"不再有效，{COAL}"
            f"有效期5年，即至2029年4月2日，截至2030年12月31日已过有效期：{COAL_CLAUSE}[1]",
        ),
        ("煤炭储备产能那个意见管几年", f"有效期5年，即至2029年4月2日（自2024年4月2日推算）：{COAL_CLAUSE}[1]"),
        ("首台套办法是试行的吗", f"是的，{MEASURE}是试行文件。[1]"),
        ("煤炭产能储备实施意见是试行的吗", f"不是，{COAL}没有写明试行。[1]"),
        (
            "股权激励个税公告废止了哪些文件",
            "同时废止2份文件或条款：1.《财政部 国家税务总局关于完善股权激励和技术入股有关所得税政策的通知》"
            "（财税〔2016〕101号）第二条第（一）项；2.《财政部 税务总局关于中关村国家自主创新示范区核心区（海淀园）"
            "股权激励分期纳税政策的通知》（财税〔2022〕16号）。[1]",
        ),
        (
            "财税〔2022〕16号还有效吗",
            "不再有效，《财政部 税务总局关于中关村国家自主创新示范区核心区（海淀园）股权激励分期纳税政策的通知》"
            f"（财税〔2022〕16号）已废止，见{TAX}。[1]",
        ),
        (
            "财税〔2016〕101号废止了吗",
            "部分废止，《财政部 国家税务总局关于完善股权激励和技术入股有关所得税政策的通知》（财税〔2016〕101号）"
            f"的第二条第（一）项已废止，见{TAX}。[1]",
        ),
        (
            "三部门的金融服务通知是哪三部门",
            "国家金融监督管理总局、工业和信息化部、国家发展改革委联合印发。"
            "《关于深化制造业金融服务 助力推进新型工业化的通知》（金发〔2024〕5号）的成文日期是2024年4月3日。[1]",
        ),
        (
            "推动工业领域设备更新实施方案由几个部门联合发的",
            "共7个部门：工业和信息化部、国家发展改革委、财政部、中国人民银行、税务总局、市场监管总局、"
            "金融监管总局联合印发。《推动工业领域设备更新实施方案》（工信部联规〔2024〕53号）的成文日期是2024年3月27日。[1]",
        ),
        (
            "节能监察任务什么时候下达的",
            "2024年4月29日。《工信部下达 2024 年国家工业节能监察任务》（工信厅节函〔2024〕147号）"
            "由工业和信息化部办公厅印发，成文日期是2024年4月29日。[1]",
        ),
    ],
)  # fmt: skip
def test_the_first_line_answers(ask: Ask, question: str, line: str) -> None:
    answer = ask(question)
    assert answer.text.split("\n")[0] == line
    assert answer.text.endswith("。信息截至2024年4月。")


def test_attachments_are_counted_however_unlike_the_words(ask: Ask) -> None:
    assert ask("节能监察任务通知附件有几个").text.startswith(
        "附件共41个：1、2024年度国家专项工业节能监察企业"
    )


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "首台套办法和小巨人通知的有效期有什么不同",
            [f"{MEASURE}没有写明有效期。文中写明：{LIST_CLAUSE}[1]", f"{GIANTS}没有写明有效期。[2]"],
        ),
        (
            "股权激励公告和煤炭意见的有效期分别到什么时候",
            [
                f"{TAX}：执行至2027年12月31日：{TAX_CLAUSE}[1]",
                f"{COAL}：有效期5年，即至2029年4月2日（自2024年4月2日推算）：{COAL_CLAUSE}[2]",
            ],
        ),
        (
            "首台套办法和煤炭实施意见的文号",
            [
                f"国市监质规〔2024〕3号。这是{MEASURE}的文号。[1]",
                f"发改能源规〔2024〕413号。这是{COAL}的文号。[2]",
            ],
        ),
    ],
)
def test_of_two_documents_both_are_told(ask: Ask, question: str, lines: list[str]) -> None:
    assert ask(question).text.split("\n")[:-1] == lines


def test_which_was_first_is_told_first(ask: Ask) -> None:
    assert ask("首台套办法和设备更新方案哪个先印发").text.startswith(
        f"{MEASURE}在先：{MEASURE}是2024年3月22日，《推动工业领域设备更新实施方案》是2024年3月27日。"
    )


@pytest.mark.parametrize(
    ("question", "type_", "reason"),
    [
        ("锅炉实施意见的有效期", "条文未明确", f"{BOILERS}没有写明有效期。"),
        ("锅炉那个文件废止了没有", "条文未明确", f"{BOILERS}没有写明有效期。{UNKNOWN}"),
        ("首台套检测评定办法有效期到哪天", "条文未明确", f"{MEASURE}没有写明有效期。文中写明：{LIST_CLAUSE}"),
        (
            "首台套检测评定管理办法现在还能用吗",
            "条文未明确",
            f"{MEASURE}没有写明有效期。文中写明：本办法自发布之日起施行；{LIST_CLAUSE}{UNKNOWN}",
        ),
        (
            "数字化转型城市试点通知什么时候到期",
            "条文未明确",
            "《财政部办公厅 工业和信息化部办公厅关于做好2024年中小企业数字化转型城市试点工作的通知》没有写明有效期。"
            "文中写明：第二批城市试点实施期两年，自实施方案批复之日起开始计算。",
        ),
        ("设备更新实施方案有附件吗", "条文未明确", "《推动工业领域设备更新实施方案》没有列出附件。"),
        ("股权激励公告主送谁", "条文未明确", f"{TAX}没有写明主送单位。"),
        ("首台套办法有没有废止旧文件", "条文未明确", f"{MEASURE}没有写明废止其他文件。"),
        (
            "吹风会实录的文号是什么",
            "条文未明确",
            "《国务院政策例行吹风会：〈推动大规模设备更新和消费品以旧换新行动方案〉全文实录》没有写明文号。",
        ),
        (
            "《优质中小企业梯度培育管理暂行办法》什么时候施行",
            "资料未收录",
            "已收录的资料中没有《优质中小企业梯度培育管理暂行办法》的原文。",
        ),
    ],
)
def test_what_is_not_stated_is_refused_by_name(
    ask: Ask, question: str, type_: RefusalType, reason: str
) -> None:
    refusal = ask(question).refusal
    assert refusal is not None
    assert (refusal.type, refusal.reason) == (type_, reason)


def test_a_policy_that_is_not_here_is_not_said_to_hold(ask: Ask) -> None:
    text = ask("买设备单价500万以下企业所得税一次性扣除，这政策还在执行吗？").text
    assert not text.startswith("是的")


def test_a_term_of_something_in_a_document_is_not_that_of_the_document(ask: Ask) -> None:
    assert ask("首台套目录有效期多久").text.startswith(f"3 年内。{LIST_CLAUSE}[1]\n")
    assert "当供需形势由总体平衡转向紧张时" in ask("产能储备煤矿的储备产能什么时候启用").text


@pytest.mark.parametrize(
    ("question", "day", "line"),
    [
        (
            "股权激励个税能分期缴吗",
            date(2028, 1, 1),
            "提示：该文件有效期至2027年12月31日，截至2028年1月1日已过有效期，以下内容仅供参考。",
        ),
        (
            "首台套检测评定收费吗",
            date(2024, 3, 1),
            "提示：该文件自2024年3月22日起施行，截至2024年3月1日尚未施行，以下内容仅供参考。",
        ),
        (
            "股权激励公告还有效吗",
            date(2028, 1, 1),
            f"不再有效，{TAX}有效期至2027年12月31日，截至2028年1月1日已过有效期：{TAX_CLAUSE}[1]",
        ),
        (
            "股权激励公告还有效吗",
            date(2023, 6, 1),
            f"还没有，{TAX}自2024年1月1日起施行，截至2023年6月1日尚未施行：{TAX_CLAUSE}[1]",
        ),
    ],
)
def test_an_answer_is_as_of_the_day_asked_for(ask: Ask, question: str, day: date, line: str) -> None:
    assert ask(question, as_of=day).text.split("\n")[0] == line
