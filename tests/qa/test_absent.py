import jieba
import pytest

from qa.absent import (
    Titles,
    asks_text_of_number,
    missing_class,
    missing_document,
    missing_firm,
    missing_level,
    missing_region,
)

TITLES = [
    "中国首台（套）重大技术装备检测评定管理办法（试行）",
    "推动工业领域设备更新实施方案",
    "推动大规模设备更新和消费品以旧换新行动方案",
    "市场监管总局办公厅关于落实《锅炉绿色低碳高质量发展行动方案》的实施意见",
]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("《劳动合同法》第三条规定什么", "劳动合同法"),
        ("《优质中小企业梯度培育管理暂行办法》怎么写的", "优质中小企业梯度培育管理暂行办法"),
        ("《推动工业领域节能改造实施方案》的目标", "推动工业领域节能改造实施方案"),
        ("《质量强国建设纲要》第三部分写了什么", "质量强国建设纲要"),
        ("首台套检测评定实施细则里怎么规定", "首台套检测评定实施细则"),
        ("安全生产条例的处罚", "安全生产条例"),
        ("交通运输大规模设备更新行动方案里，货车补多少", "交通运输大规模设备更新行动方案"),
        ("优质中小企业梯度培育管理暂行办法第五条规定什么", "优质中小企业梯度培育管理暂行办法"),
        ("特种设备安全法里怎么处罚", "特种设备安全法"),
    ],
)
def test_a_document_that_is_not_here_is_named(question: str, missing: str) -> None:
    assert missing_document(question, Titles(TITLES), jieba.lcut) == missing


@pytest.mark.parametrize(
    "question",
    [
        "《推动工业领域设备更新实施方案》第一条",
        "《中国首台（套）重大技术装备检测评定管理办法》全文",
        "推动工业领域设备更新实施方案里怎么说",
        "首台套管理办法第三条",
        "《产品质量法》和首台套的关系",  # does not ask for its own text
        "《办法》第三条",
        "首台套检测评定收费吗",
        "按总局落实锅炉低碳行动方案的意见，锅炉隔多久测一次",  # the document meant is the 意见
        "不在推广应用指导目录里，还能报吗",  # a list to be on, not a text
        "有什么办法里外都省",
        "",
    ],
)
def test_a_document_that_is_here_or_only_mentioned_is_not_missing(question: str) -> None:
    assert missing_document(question, Titles(TITLES), jieba.lcut) is None


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("财建〔2023〕117号文里，东部城市要改造多少家", True),
        ("财建〔2023〕117号规定的标准", True),
        ("除了财建〔2023〕117号还要看哪个文件", False),
        ("财建〔2023〕117号", False),
    ],
)
def test_what_a_number_says_is_told_from_the_number_itself(question: str, asks: bool) -> None:
    assert asks_text_of_number(question, "财建〔2023〕117号") is asks


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("广东省的设备更新贷款贴息怎么申请", "广东"),
        ("上海出台的首台套奖励", "上海"),
        ("江苏的奖励办法", None),  # the article speaks of it
        ("我们在广东，能推荐几个城市", None),  # where the asker is
        ("贴息怎么申请", None),
    ],
)
def test_another_provinces_policy_is_not_here(question: str, missing: str | None) -> None:
    assert missing_region(question, ["江苏、浙江可推荐2个城市"]) == missing


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("省级首台套怎么认定", "省级首台"),
        ("省级专精特新企业能报吗", None),
        ("省级部门做什么", None),  # no scheme of the documents
        ("首台套怎么认定", None),
    ],
)
def test_another_levels_scheme_is_not_here(question: str, missing: str | None) -> None:
    assert missing_level(question, TITLES, "省级专精特新中小企业可以申请".__contains__) == missing


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("宏达水泥有限公司在不在名单上", "宏达水泥有限公司"),
        ("江苏核电有限公司在不在名单上", None),
        ("宏达水泥有限公司能申请首台套吗", None),  # says who asks
    ],
)
def test_a_firm_is_looked_for_in_lists_alone(question: str, missing: str | None) -> None:
    assert missing_firm(question, "实施主体为江苏核电有限公司".__contains__) == missing


@pytest.mark.parametrize(
    ("question", "missing"),
    [("非上市公司能分几年", "非上市"), ("上市公司能分几年", None), ("非要申请几次", None)],
)
def test_a_class_outside_of_the_rule_is_not_ruled_on(question: str, missing: str | None) -> None:
    assert missing_class(question, ["境内上市公司授予个人的股票期权"]) == missing
