import jieba
import pytest

from qa.scheme import of_scheme, scheme

MEASURE = "中国首台（套）重大技术装备检测评定管理办法（试行）"
NOTICE = "工信部组织开展第六批专精特新“小巨人”企业培育工作"


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("绿色工厂怎么申报", "绿色工厂"),
        ("高新技术企业认定要满足哪些条件", "高新技术"),
        ("压力容器制造许可证快到期了", "压力容器制造许可证"),
        ("首台套保险补偿申请要交什么材料", "首台套保险补偿"),
        ("怎么申报", None),
        ("首台套检测评定收费吗", None),
        ("", None),
    ],
)
def test_the_scheme_applied_to_is_read_from_the_question(question: str, thing: str | None) -> None:
    assert scheme(question) == thing


@pytest.mark.parametrize(
    ("thing", "name", "text", "of"),
    [
        ("首台套", MEASURE, "申请单位提交书面材料", True),
        ("首台套检测补助", MEASURE, "申请单位提交书面材料", False),  # the name speaks of it, nothing of 补助
        ("首台套检测补助", MEASURE, "申请检测补助的，提交书面材料", True),
        ("首台套保险补偿", MEASURE, "申请保险补偿的，提交书面材料", False),
        ("单项冠军", NOTICE, "单项冠军企业不再推荐", False),  # mentioned by another scheme
        ("小巨人", NOTICE, "应当符合条件", True),
    ],
)
def test_an_article_states_the_rules_of_its_own_scheme(thing: str, name: str, text: str, of: bool) -> None:
    assert of_scheme(thing, name, text, jieba.lcut) is of
