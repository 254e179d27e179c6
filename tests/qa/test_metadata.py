import pytest

from index.library import Library
from qa.extract import Statement
from qa.metadata import introduce, metadata_statements
from qa.question import read_question

MEASURE = "国市监质规〔2024〕3号"
GIANTS = "工信厅企业函〔2024〕142号"
COAL = "发改能源规〔2024〕413号"
TAX = "财政部税务总局公告2024年第2号"
PLAN = "工信部联规〔2024〕53号"
CONTACT = "中国重型机械工业协会联系方式"
ISSUED = {
    "工信部联规〔2024〕53号": "2024年3月27日",
    "国市监标技发〔2024〕第34号": "2024年3月27日",
    "金发〔2024〕5号": "2024年4月3日",
    "国市监质规〔2024〕3号": "2024年3月22日",
    "工信厅企业函〔2024〕142号": "2024年4月17日",
    "工信厅节函〔2024〕147号": "2024年4月29日",
    "工信厅科函〔2024〕113号": "2024年4月3日",
}
# titles that begin with the issuer
ISSUED_BY_TITLE = {
    "发改能源规〔2024〕413号": "2024年4月2日",
    "市监特设发〔2024〕20号": "2024年3月28日",
    "发改办环资〔2024〕272号": "2024年3月30日",
    "工信厅企业函〔2024〕122号": "2024年4月8日",
    "财办建〔2024〕23号": "2024年4月30日",
    "税委会公告2024年第2号": "2024年4月26日",
    "财政部税务总局公告2024年第2号": "2024年4月17日",
}


def said(library: Library, question: str, key: str) -> list[Statement]:
    return metadata_statements(read_question(question), key, library)


def only(library: Library, question: str, key: str) -> Statement:
    (statement,) = said(library, question, key)
    assert statement.quote in statement.article.text
    return statement


def test_the_issuers_are_named_with_the_date(library: Library) -> None:
    statement = only(library, "哪七个部门印发的", PLAN)
    assert statement.text == (
        "工业和信息化部、国家发展改革委、财政部、中国人民银行、税务总局、市场监管总局、金融监管总局联合印发。"
        "《推动工业领域设备更新实施方案》（工信部联规〔2024〕53号）的成文日期是2024年3月27日。"
    )
    assert statement.quote == (
        "工业和信息化部\n国家发展改革委\n财政部\n中国人民银行\n税务总局\n市场监管总局\n金融监管总局\n2024 年 3 月 27 日"
    )
    assert statement.article.id == f"{PLAN}/文首"


def test_one_issuer_does_not_issue_jointly(library: Library) -> None:
    statement = only(library, "谁发布的", GIANTS)
    assert statement.text == (
        "工业和信息化部办公厅印发。《工信部组织开展第六批专精特新“小巨人”企业培育工作》"
        "（工信厅企业函〔2024〕142号）的成文日期是2024年4月17日。"
    )
    assert (statement.article.id, statement.quote) == (
        f"{GIANTS}/落款",
        "工业和信息化部办公厅\n2024年4月17日",
    )


@pytest.mark.parametrize(("key", "day"), ISSUED.items())
def test_the_date_of_issue_comes_first_if_it_is_asked(library: Library, key: str, day: str) -> None:
    statement = only(library, "什么时候印发的", key)
    assert statement.text.startswith(f"{day}。《{library.documents[key].title}》（{key}）由")
    assert statement.text.endswith(f"印发，成文日期是{day}。")


@pytest.mark.parametrize(("key", "day"), ISSUED_BY_TITLE.items())
def test_the_date_of_issue_is_found_below_a_title_that_names_the_issuer(
    library: Library, key: str, day: str
) -> None:
    statement = only(library, "什么时候印发的", key)
    assert statement.text.startswith(f"{day}。")


@pytest.mark.parametrize(
    ("key", "number", "quote"),
    [
        (MEASURE, "国市监质规〔2024〕3号", "国市监质规[2024]3 号"),
        (TAX, "财政部 税务总局公告2024年第2号", "财政部 税务总局公告 2024 年第 2 号"),
        ("国市监标技发〔2024〕第34号", "国市监标技发〔2024〕第34号", "国市监标技发〔2024〕第34号"),
    ],
)
def test_a_document_number_is_quoted_as_the_source_has_it(
    library: Library, key: str, number: str, quote: str
) -> None:
    statement = only(library, "文号是什么", key)
    assert statement.text == f"{number}。这是《{library.documents[key].title}》的文号。"
    assert statement.quote == quote


def test_a_term_of_years_is_computed_to_its_last_day(library: Library) -> None:
    statement = only(library, "有效期到什么时候", COAL)
    assert statement.text == (
        "有效期5年，即至2029年4月2日（自2024年4月2日推算）："
        "本实施意见由国家发展改革委、国家能源局负责解释，自发布之日起施行，有效期 5 年。"
    )
    assert statement.quote == (
        "本实施意见由国家发展改革委、国家能源局负责解释，自发布之日起施行，有效期 5 年。"
    )


def test_a_last_day_that_the_text_states_is_not_computed(library: Library) -> None:
    assert only(library, "执行到什么时候", TAX).text == (
        "执行至2027年12月31日："
        "本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日，纳税人在此期间行权的，可按本公告规定执行。"
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (MEASURE, "2024年3月22日起施行（按成文日期推算）：本办法自发布之日起施行。"),
        (
            TAX,
            "2024年1月1日起执行：本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日，"
            "纳税人在此期间行权的，可按本公告规定执行。",
        ),
        (
            "税委会公告2024年第2号",
            "与《中华人民共和国关税法》同步施行，文中没有写明具体日期：现将《中华人民共和国关税法》所附"
            "《中华人民共和国进出口税则》予以发布，与《中华人民共和国关税法》同步施行。",
        ),
    ],
)
def test_the_day_of_taking_effect_comes_before_its_clause(library: Library, key: str, text: str) -> None:
    assert only(library, "从什么时候开始施行", key).text == text


def test_attachments_are_counted_and_listed(library: Library) -> None:
    statement = only(library, "附件有哪些", GIANTS)
    assert statement.text == (
        "附件共4个：1、第六批专精特新“小巨人”企业申请书；2、第三批专精特新“小巨人”企业复核申请书；"
        "3、第六批专精特新“小巨人”企业推荐汇总表；4、第三批专精特新“小巨人”企业复核情况汇总表。"
    )
    assert statement.article.role == "attachments"


def test_one_attachment_is_not_counted(library: Library) -> None:
    assert only(library, "附件有哪些", "税委会公告2024年第2号").text == "附件是《中华人民共和国进出口税则》。"


def test_a_long_list_of_attachments_is_shortened_and_says_so(library: Library) -> None:
    text = only(library, "附件有哪些", "工信厅节函〔2024〕147号").text
    assert text.startswith("附件共41个：1、2024年度国家专项工业节能监察企业名单.xlsx；2、")
    assert text.endswith("（节选，共41个）。")
    assert text.count("；") == 7


def test_addressees_are_named_word_for_word(library: Library) -> None:
    statement = only(library, "主送哪些单位", GIANTS)
    assert statement.text == f"主送{statement.quote}。"
    assert statement.quote == "各省、自治区、直辖市及计划单列市、新疆生产建设兵团中小企业主管部门"


def test_several_kinds_are_told_one_after_the_other(library: Library) -> None:
    statements = said(library, "文号是什么，主送谁，有哪些附件", GIANTS)
    assert [s.text[:2] for s in statements] == ["附件", "工信", "主送"]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("附件有哪些", PLAN),
        ("有效期到什么时候", PLAN),
        ("文号是什么", CONTACT),
        ("哪些部门印发的", CONTACT),
        ("什么时候印发的", CONTACT),
        ("主送哪些单位", TAX),
        ("收费吗", MEASURE),
    ],
)
def test_what_a_document_does_not_say_of_itself_is_not_told(
    library: Library, question: str, key: str
) -> None:
    assert said(library, question, key) == []


def test_everything_told_of_any_document_is_quoted_verbatim(library: Library) -> None:
    question = "哪些部门什么时候印发的，文号、附件和主送是什么"
    for key in library.documents:
        for statement in (*said(library, question, key), *said(library, "有效期到什么时候", key)):
            assert statement.quote
            assert statement.quote in statement.article.text
            assert statement.article.meta.key == key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            COAL,
            "这是《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》（发改能源规〔2024〕413号），"
            "由国家发展改革委、国家能源局联合于2024年4月2日印发。",
        ),
        (
            GIANTS,
            "这是《工信部组织开展第六批专精特新“小巨人”企业培育工作》（工信厅企业函〔2024〕142号），"
            "由工业和信息化部办公厅于2024年4月17日印发。",
        ),
    ],
)
def test_a_document_is_introduced_by_title_issuers_and_date(library: Library, key: str, text: str) -> None:
    statement = introduce(key, library)
    assert statement is not None
    assert statement.text == text
    assert statement.article.id == f"{key}/文首"


def test_a_document_without_a_front_cannot_be_introduced(library: Library) -> None:
    assert introduce(CONTACT, library) is None


def test_of_two_days_asked_for_apart_both_are_told(library: Library) -> None:
    effective, issued = said(library, "哪天发的，什么时候生效", MEASURE)
    assert effective.text.startswith("2024年3月22日起施行")
    assert issued.text.startswith("2024年3月22日。")
    assert issued.article.id == f"{MEASURE}/文首"
