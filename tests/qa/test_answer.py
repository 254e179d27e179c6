"""Whole answers from the real index: the words are those of the articles, so they can be written down here."""

import pytest

from qa.model import RefusalType
from tests.qa.conftest import Ask

MEASURE = "国市监质规〔2024〕3号"
TITLE = "《中国首台（套）重大技术装备检测评定管理办法（试行）》"
STANDARDS = "《以标准提升牵引设备更新和消费品以旧换新行动方案》（国市监标技发〔2024〕第34号）"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "第二十七条",
            f"中国首台（套）检测评定不向申请单位收取费用。[1]\n依据：{TITLE}（{MEASURE}）第二十七条",
        ),
        (
            "管理办法第八条第六项",
            "（六）装备产品在中华人民共和国境内运营中收集和产生的个人信息和重要数据，法律、行政法规有境内存储要求的，"
            "应当在境内存储，且装备产品不得在境外远程操控。[1]\n"
            f"依据：{TITLE}（{MEASURE}）第八条",
        ),
        (
            "首台套办法一共多少条",
            f"{TITLE}共29条。最后一条是：本办法自发布之日起施行。[1]\n依据：{TITLE}（{MEASURE}）第二十九条",
        ),
        (
            "附件1第44行",
            "《电梯用钢丝绳》为强制性标准，修订，主管部门为工业和信息化部，"
            "归口技术委员会为全国钢标准化技术委员会，所属领域为设备更新。[1]\n"
            f"依据：{STANDARDS}附件1 序号44",
        ),
        (
            "住房城乡建设部主管的2025年标准有哪些",
            "共2项：附件2《2025 年制修订重点国家标准项目清单》165行中，"
            "主管部门为住房和城乡建设部的有2项（按表内行数统计）。\n"
            "序号43：燃气燃烧器具用电安全通用技术要求；[1]\n"
            "序号44：燃气输配设备安全基本技术要求。[2]\n"
            f"依据：{STANDARDS}附件2 序号43、44",
        ),
        (
            "413号文",
            "这是《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》（发改能源规〔2024〕413号），"
            "由国家发展改革委、国家能源局联合于2024年4月2日印发。[1]\n"
            "依据：《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》（发改能源规〔2024〕413号）文首",
        ),
        (
            "煤炭产能储备制度的实施意见有效期到什么时候",
            "有效期5年，即至2029年4月2日（自2024年4月2日推算）："
            "本实施意见由国家发展改革委、国家能源局负责解释，自发布之日起施行，有效期 5 年。[1]\n"
            "依据：《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》（发改能源规〔2024〕413号）文末",
        ),
    ],
)
def test_what_is_looked_up_is_told_word_for_word(ask: Ask, question: str, text: str) -> None:
    answer = ask(question)
    assert answer.text == f"{text}。信息截至2024年4月。"
    assert answer.confidence == 1.0 or "有效期" in question


def test_a_chapter_is_told_by_the_first_sentence_of_each_article(ask: Ask) -> None:
    answer = ask("第三章讲什么")
    assert [c.article.locator.steps[-1].mark for c in answer.citations] == [
        "第十六条", "第十七条", "第十八条", "第十九条", "第二十条", "第二十一条",
    ]  # fmt: skip
    assert answer.text.startswith("第十六条 市场监管总局负责组织遴选检测评审机构，相关单位自愿参与。[1]\n")
    assert answer.text.endswith(
        "第十六条、第十七条、第十八条、第十九条、第二十条、第二十一条。信息截至2024年4月。"
    )


def test_a_count_shows_some_rows_and_says_so(ask: Ask) -> None:
    text = ask("2024年推荐性标准一共多少项").text
    assert text.startswith(
        "共90项：附件1《2024 年制修订重点国家标准项目清单》129行中，推荐的有90项（按表内行数统计），节选如下。\n"
        "序号1：节能技术评价导则；[1]\n"
    )
    assert text.count("\n序号") == 10


def test_rows_of_several_tables_are_added_up(ask: Ask) -> None:
    answer = ask("应急管理部主管的强制性标准有哪些")
    assert answer.text.startswith(
        "合计11项（按表内行数统计）。共8项：附件1《2024 年制修订重点国家标准项目清单》129行中，"
    )
    assert "\n共3项：附件2《2025 年制修订重点国家标准项目清单》165行中，" in answer.text
    assert len(answer.citations) == 11


def test_every_row_that_is_cited_was_retrieved(ask: Ask) -> None:
    for question in (
        "2024年强制性标准有哪些",
        "工信部主管的标准有哪些",
        "各主管部门各有几项标准",
        "今年要制定多少项标准",
    ):
        answer = ask(question)
        assert {c.article.id for c in answer.citations} <= {h.article.id for h in answer.hits}
        assert len(answer.hits) == 20


def test_rows_beyond_those_cited_are_told_by_their_numbers(ask: Ask) -> None:
    answer = ask("2024年强制性标准有哪些")
    assert answer.text.startswith(
        "共39项：附件1《2024 年制修订重点国家标准项目清单》129行中，强制的有39项（按表内行数统计）。"
        "其余19项为序号52—54、60—66、70、72、80—83、94、95、101。\n序号4：电力变压器能效限定值及能效等级；[1]\n"
    )
    assert len(answer.citations) == 20


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("电梯用钢丝绳的主管部门是谁", "《电梯用钢丝绳》主管部门是工业和信息化部。"),
        ("电梯用钢丝绳归口单位", "《电梯用钢丝绳》归口技术委员会是全国钢标准化技术委员会。"),
        ("电梯用钢丝绳是制定还是修订", "《电梯用钢丝绳》是修订。"),
        ("电梯用钢丝绳第几个", "《电梯用钢丝绳》在附件1第44项。"),
        ("附件2序号44的主管部门是谁", "《燃气输配设备安全基本技术要求》主管部门是住房和城乡建设部。"),
        ("电梯用钢丝绳是强制标准吗", "是，《电梯用钢丝绳》是强制性标准。"),
        ("商用燃气燃烧器具是推荐性标准吗", "不是，《商用燃气燃烧器具》是强制性标准。"),
        ("防火窗是公安部主管的吗", "不是，《防火窗》主管部门是应急管理部。"),
        ("防火窗是应急管理部主管吗", "是，《防火窗》主管部门是应急管理部。"),
        ("农药工业水污染物排放标准归口单位是谁", "《农药工业水污染物排放标准》表中没有写明归口技术委员会。"),
        ("大兴采育地热项目是谁实施", "《北京大兴区采育镇地热供暖示范项目》实施主体是北京育华能源有限公司。"),
        ("宝钢的项目在哪个省", "《2500m ³ 富氢碳循环氧气高炉（HyCROF）商业化示范项目》地区是新疆。"),
    ],
)  # fmt: skip
def test_the_cell_that_is_asked_for_comes_first(ask: Ask, question: str, first: str) -> None:
    assert ask(question).text.startswith(first)


def test_rows_of_like_names_are_all_named(ask: Ask) -> None:
    text = ask("钢丝绳标准是强制的吗").text
    assert [name for name in ("电梯用", "索道用", "矿井提升用") if f"是，《{name}钢丝绳》是强制性标准。" in text] == [
        "电梯用", "索道用", "矿井提升用",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "lacks"),
    [("电梯用钢丝绳周期几个月", "周期"), ("电梯用钢丝绳代替哪个标准", "代替")],
)
def test_a_column_that_the_table_lacks_is_said_to_be_lacking(ask: Ask, question: str, lacks: str) -> None:
    refusal = ask(question).refusal
    assert refusal is not None
    assert (refusal.type, refusal.reason) == (
        "条文未明确",
        f"附件1没有写明《电梯用钢丝绳》的这一内容（{lacks}），"
        "表中只列序号、标准项目名称、制定/修订、强制/推荐、主管部门、归口技术委员会、所属领域。",
    )


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("今年要制定多少项标准", "共76项：附件1《2024 年制修订重点国家标准项目清单》129行中，制定的有76项"),
        ("明年要制定多少项强制性标准", "共15项：附件2《2025 年制修订重点国家标准项目清单》165行中，强制、制定的有15项"),
        ("2024年和2025年推荐性标准各多少", "合计220项（按表内行数统计）。共90项：附件1"),
        ("附件1和附件2一共多少项标准", "合计294项（按表内行数统计）。共129项：附件1"),
        ("示范项目清单一共多少个项目", "共47项：附件《绿色低碳先进技术示范项目清单（第一批）》共47行（按表内行数统计）"),
        ("防火窗有强制标准吗", "有，共1项：附件1"),
        ("2024年强制和推荐各多少项", "推荐90项、强制39项：附件1"),
        ("循环利用领域2024年制定多少项，修订多少项", "制定19项、修订10项：附件1"),
        ("示范项目哪个省最多", "江苏最多，5项：附件《绿色低碳先进技术示范项目清单（第一批）》47行按地区统计"),
        ("示范项目分哪几个方向，各多少个", "源头减碳22项、过程降碳19项、末端固碳6项：附件"),
        ("2024年哪个部门主管的标准最多", "国家标准化管理委员会最多，23项：附件1"),
        ("2025年哪个部门主管的强制标准最多", "国家标准化管理委员会最多，14项：附件2"),
        ("哪个标委会归口的标准最多", "2个表合计，全国家用电器标准化技术委员会最多，33项（按表内行数统计）。\n"),
        ("2024年工信部和应急管理部主管的标准各几项", "工业和信息化部20项、应急管理部8项，共28项：附件1"),
        ("安徽和广东的示范项目各几个", "安徽4项、广东4项，共8项：附件"),
        ("涉及多少个省份的示范项目", "共22个地区，最多的是江苏（5项）：附件"),
    ],
)  # fmt: skip
def test_a_count_comes_first_and_is_marked_as_computed(ask: Ask, question: str, first: str) -> None:
    text = ask(question).text
    assert text.startswith(first)
    assert "（按表内行数统计）" in text.splitlines()[0]


def test_the_most_is_told_with_the_next_two(ask: Ask) -> None:
    answer = ask("示范项目哪个省最多")
    assert [c.article.label.partition(" ")[2] for c in answer.citations] == ["序号6", "序号1", "序号3"]


def test_a_count_that_a_document_states_is_quoted_beside_it(ask: Ask) -> None:
    text = ask("2024年标准清单一共多少项").text
    assert text.startswith("共129项：")
    assert (
        "\n原文写明：到 2025 年，完成制修订重点国家标准 294 项，2024 年和 2025 年分别完成 129 项和 165 项"
        in text
    )


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            "2023年要制定多少项标准",
            "附件1《2024 年制修订重点国家标准项目清单》、附件2《2025 年制修订重点国家标准项目清单》294行中，"
            "没有2023年的。",
        ),
        ("四川有示范项目吗", "附件《绿色低碳先进技术示范项目清单（第一批）》47行中，没有地区为四川的。"),
    ],
)
def test_what_no_row_meets_is_said_not_to_be_there(ask: Ask, question: str, reason: str) -> None:
    refusal = ask(question).refusal
    assert refusal is not None
    assert (refusal.type, refusal.reason) == ("条文未明确", reason)


@pytest.mark.parametrize(
    "question",
    ["各省最多推荐几个项目", "每个省最多推荐几个试点城市", "数字化转型的标准有哪些", "节能监察的标准有哪些"],
)
def test_a_question_that_no_table_answers_counts_no_rows(ask: Ask, question: str) -> None:
    assert "按表内行数统计" not in ask(question).text


def test_a_list_shows_every_row(ask: Ask) -> None:
    answer = ask("2024年应急管理部主管的强制性标准有哪些")
    assert [c.article.columns[0][1] for c in answer.citations] == [
        "52", "53", "54", "60", "61", "62", "63", "64",
    ]  # fmt: skip
    assert "节选" not in answer.text
    assert answer.text.endswith("附件1 序号52、53、54、60、61、62、63、64。信息截至2024年4月。")


@pytest.mark.parametrize(
    ("question", "type_", "reason"),
    [
        ("首台套办法第四十五条", "无此条", f"{TITLE}共29条，没有第四十五条。"),
        ("管理办法第八条第七项", "无此条", f"{TITLE}第八条没有第（七）项。"),
        (
            "工信厅企业函〔2024〕999号",
            "资料未收录",
            "已收录的资料中没有文号为工信厅企业函〔2024〕999号的文件。",
        ),
        (
            "首台套检测评定实施细则里怎么规定",
            "资料未收录",
            "已收录的资料中没有《首台套检测评定实施细则》的原文。",
        ),
        (
            "小巨人企业一次性给多少万奖励",
            "条文未明确",
            "《工信部组织开展第六批专精特新“小巨人”企业培育工作》没有写明金额（“小巨人企业一次性给多少万奖励”）。",
        ),
        (
            "公安部2024年有哪些强制性标准",
            "条文未明确",
            "附件1《2024 年制修订重点国家标准项目清单》129行中，没有强制、主管部门为公安部的。",
        ),
        ("怎么写代码", "超出范围", "这个问题不属于已收录政策文件的范围。"),
        ("如何办理离婚登记", "资料未收录", "已收录的资料中没有能回答这个问题的条文。"),
        (
            "清单第44个标准",
            "需要更多信息",
            "您问的编号在多处都有，请说明是哪一份："
            "《以标准提升牵引设备更新和消费品以旧换新行动方案》附件1 2024 年制修订重点国家标准项目清单；"
            "《以标准提升牵引设备更新和消费品以旧换新行动方案》附件2 2025 年制修订重点国家标准项目清单。",
        ),
    ],
)
def test_a_refusal_has_a_type_and_a_reason(ask: Ask, question: str, type_: RefusalType, reason: str) -> None:
    answer = ask(question)
    assert answer.refusal is not None
    assert (answer.refusal.type, answer.refusal.reason) == (type_, reason)
    assert answer.text.startswith(f"【{type_}】{reason}")
    assert (answer.citations, len(answer.hits)) == ((), 20)


def test_a_refusal_names_the_nearest_articles(ask: Ask) -> None:
    answer = ask("小巨人企业一次性给多少万奖励")
    assert answer.refusal is not None
    assert [a.id for a in answer.refusal.nearest] == [h.article.id for h in answer.hits[:3]]
    labels = "；".join(a.label for a in answer.refusal.nearest)
    assert answer.text.splitlines()[1:] == [
        f"最接近的条文：{labels}。",
        "可换个说法再问，或点选最接近的条文查看原文。",
    ]


def test_off_topic_names_no_articles(ask: Ask) -> None:
    assert ask("怎么写代码").text.splitlines() == [
        "【超出范围】这个问题不属于已收录政策文件的范围。",
        "可以问我已收录政策文件里的规定，例如申报条件、材料、期限和联系方式。",
    ]


def test_a_question_that_fits_any_document_is_asked_back(ask: Ask) -> None:
    answer = ask("申报截止是几号")
    assert answer.refusal is not None
    assert answer.refusal.type == "需要更多信息"
    assert len(answer.refusal.choices) == 3
    assert answer.refusal.reason == (
        "不同文件的规定不同，请说明您问的是哪一份：" + "；".join(answer.refusal.choices) + "。"
    )


def test_the_association_can_be_reached(ask: Ask) -> None:
    assert "010-83927224" in ask("协会电话是多少").text


def test_two_documents_compared_by_date_are_both_told(ask: Ask) -> None:
    text = ask("首台套管理办法和小巨人通知哪个先印发").text
    assert "2024年3月22日" in text
    assert "2024年4月17日" in text


def test_a_term_that_no_clause_states_is_not_answered_by_another(ask: Ask) -> None:
    answer = ask("首台套管理办法有效期多久")
    assert answer.refused or "没有" in answer.text


@pytest.mark.parametrize("question", ["示范项目清单里四川的项目有哪些", "末端固碳的北京项目有哪些"])
def test_rows_that_do_not_fit_are_no_answer(ask: Ask, question: str) -> None:
    assert ask(question).refused


def test_a_day_of_taking_effect_that_is_not_stated_is_said_not_to_be(ask: Ask) -> None:
    refusal = ask("锅炉实施意见什么时候施行").refusal
    assert refusal is not None
    assert (refusal.type, refusal.reason) == (
        "条文未明确",
        "《市场监管总局办公厅关于落实〈锅炉绿色低碳高质量发展行动方案〉的实施意见》没有写明施行日期。",
    )


def test_a_follow_up_is_answered_by_its_own_words(ask: Ask) -> None:
    answer = ask("目录有效期几年", ["首台套检测评定收费吗"])
    assert answer.citations[0].article.id == f"{MEASURE}/第十四条"


def test_a_day_is_computed_from_the_article_that_states_the_term_though_another_comes_first(ask: Ask) -> None:
    answer = ask("员工2025年6月1日行权，个税最迟能拖到什么时候？")
    assert answer.text.startswith("2028年6月1日（从2025年6月1日起36个月，按您给的日期推算）。境内上市公司")
    assert answer.citations[0].article.id == "财政部税务总局公告2024年第2号/一"
    assert "在不超过 36 个月的期限内缴纳个人所得税" in answer.citations[0].quote


def test_who_issued_documents_is_told_by_no_row_of_a_table(ask: Ask) -> None:
    answer = ask("3月27日有两份七部门的文，一份是工业设备更新，一份是标准提升，哪几个部门在两份上都署了名？")
    assert {c.article.id for c in answer.citations} == {
        "工信部联规〔2024〕53号/文首",
        "国市监标技发〔2024〕第34号/文首",
    }


def test_how_long_holds_what_a_document_gives_is_no_question_of_the_document(ask: Ask) -> None:
    answer = ask("首台套检测评定的有效期是几年")
    assert answer.text.startswith("3 年内。经公示无异议，")
    assert answer.citations[0].article.id == f"{MEASURE}/第十四条"
    assert ask("首台套检测评定办法有效期到哪天").refused
