import pytest

from qa.question import METADATA, Asked, Kind, read_question


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("首台套检测评定收费吗", {"yes_no"}),
        ("国家一次性补贴多少万元", {"money", "quantity"}),
        ("储备产能占设计产能的比例是多少", {"percent", "quantity"}),
        ("小巨人名单公示几天", {"duration"}),
        ("公示期到哪天", {"date"}),
        ("2024年强制性标准一共多少项", {"quantity"}),
        ("防火窗标准由谁主管", {"who"}),
        ("材料寄到哪里", {"where"}),
        ("申报条件有哪些", {"condition", "list"}),
        ("什么是首台（套）重大技术装备", {"definition"}),
        ("小巨人怎么申报", {"procedure"}),
        ("为什么要建立煤炭产能储备制度", {"reason"}),
        ("两份文件有什么区别", {"comparison"}),
        ("设备更新方案是哪七个部门印发的", {"issuer", "list"}),
        ("首台套办法的文号", {"doc_number"}),
        ("办法从什么时候开始施行", {"date", "effective"}),
        ("公告执行到什么时候", {"date", "effective", "expiry"}),
        ("意见有效期到什么时候", {"date", "duration", "expiry"}),
        ("小巨人通知有哪些附件", {"attachments", "list"}),
        ("通知主送哪里", {"addressees", "where"}),
        ("这个政策到哪一天就不管了", {"date", "expiry"}),
        ("两份文件上都署了名的是哪些部门", {"issuer", "list", "who"}),
        ("啥样的煤矿能报储备产能", {"condition", "definition"}),  # as 什么样的
        ("小巨人咋申报", {"procedure"}),  # as 怎么申报
        ("晚交税的政策到哪年", {"date", "expiry"}),
        ("申报到哪天", {"date"}),
        ("第二十七条", set()),
        ("", set()),
    ],
)
def test_what_a_question_asks_is_read_from_its_words(question: str, kinds: set[Kind]) -> None:
    assert read_question(question).kinds == kinds


@pytest.mark.parametrize(
    "question", ["目录有效期几年", "证书什么时候到期", "贷款的有效期多长", "名单的有效期到什么时候"]
)
def test_what_is_valid_by_itself_is_not_the_document(question: str) -> None:
    assert not read_question(question).metadata


@pytest.mark.parametrize("question", ["设备更新实施方案是什么时候印发的", "煤炭实施意见什么时候印发的"])
def test_a_title_with_the_word_implementation_does_not_ask_for_the_effective_date(question: str) -> None:
    asked = read_question(question)
    assert asked.has("issue_date")
    assert not asked.has("effective")


def test_metadata_kinds_are_those_of_a_document() -> None:
    asked = read_question("意见有效期到什么时候")
    assert asked.metadata == {"expiry"}
    assert asked.metadata <= METADATA


def test_a_question_is_normalised_before_it_is_read() -> None:
    assert read_question("首台（套）　收费吗？") == Asked(
        "首台套收费吗?", frozenset({"yes_no"}), commentary=False, structure=False
    )


@pytest.mark.parametrize("question", ["吹风会上怎么说的", "政策解读里写了什么", "副部长介绍了什么"])
def test_a_question_for_what_was_said_about_a_document(question: str) -> None:
    assert read_question(question).commentary


@pytest.mark.parametrize("question", ["办法有几章", "方案分成几块", "重点任务有哪几项"])
def test_a_question_for_the_parts_of_a_document(question: str) -> None:
    assert read_question(question).structure
    assert not read_question("首台套检测评定收费吗").structure


def test_any_of_several_kinds_is_enough() -> None:
    asked = read_question("小巨人名单公示几天")
    assert asked.has("money", "duration")
    assert not asked.has("money", "percent")
    assert not asked.has()


@pytest.mark.parametrize(("question", "asked"), [("名单什么时候公布", False), ("通知什么时候印发的", True)])
def test_the_day_of_an_outcome_is_not_the_documents_own(question: str, asked: bool) -> None:
    assert read_question(question).has("issue_date") is asked
