import pytest

from index.model import Article
from qa.model import Place
from qa.place import Places, item_text

MEASURE = "国市监质规〔2024〕3号"
GIANTS = "工信厅企业函〔2024〕142号"
STANDARDS = "国市监标技发〔2024〕第34号"
FINANCE = "金发〔2024〕5号"
QUALITY = "工信厅科函〔2024〕113号"
COAL = "发改能源规〔2024〕413号"
TAX = "财政部税务总局公告2024年第2号"
PROJECTS = "发改办环资〔2024〕272号"
TITLE = "《中国首台（套）重大技术装备检测评定管理办法（试行）》"
PLAN = "《以标准提升牵引设备更新和消费品以旧换新行动方案》"


def find(places: Places, question: str) -> Place:
    place = places.find(question)
    assert place is not None, question
    return place


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("27条", [f"{MEASURE}/第二十七条"]),
        ("２７条说什么", [f"{MEASURE}/第二十七条"]),
        ("第27条", [f"{MEASURE}/第二十七条"]),
        ("第 二十七 条", [f"{MEASURE}/第二十七条"]),
        ("第二十七条", [f"{MEASURE}/第二十七条"]),
        ("首台套办法第二十七条", [f"{MEASURE}/第二十七条"]),
        ("第二章第八条", [f"{MEASURE}/第八条"]),
        ("国市监质规[2024]3号第十二条", [f"{MEASURE}/第十二条"]),
        ("国市监质规〔2024〕 3 号第12条", [f"{MEASURE}/第十二条"]),
        ("第五章有哪些条", [f"{MEASURE}/第{n}条" for n in ("二十六", "二十七", "二十八", "二十九")]),
        (
            "第三章讲什么",
            [f"{MEASURE}/第{n}条" for n in ("十六", "十七", "十八", "十九", "二十", "二十一")],
        ),
        ("公告第五条", [f"{TAX}/五"]),
        ("股权激励公告第三条", [f"{TAX}/三"]),
        ("小巨人通知第二部分第（五）项", [f"{GIANTS}/二/（五）"]),
        ("小巨人通知第二部分第五项", [f"{GIANTS}/二/（五）"]),
        ("小巨人通知第五项", [f"{GIANTS}/一/（五）", f"{GIANTS}/二/（五）"]),
        ("142号文第三部分", [f"{GIANTS}/三/（{n}）" for n in "一二三"]),
        ("金融通知第十二条", [f"{FINANCE}/四/（十二）"]),
        ("金融通知第（十二）项", [f"{FINANCE}/四/（十二）"]),
        ("质量通知第7项", [f"{QUALITY}/二/（二）/7"]),
        ("质量通知第二部分第（一）项第3点", [f"{QUALITY}/二/（一）/3"]),
        ("设备更新实施方案第5项", ["工信部联规〔2024〕53号/二/（二）/5"]),
        ("标准提升行动方案第十七条", [f"{STANDARDS}/五/（十七）"]),
        ("煤炭实施意见第二部分第三项", [f"{COAL}/二/（三）"]),
        ("煤炭政策解读第三部分", ["《关于建立煤炭产能储备制度的实施意见》政策解读/三"]),
        ("数字化转型试点通知第五部分", ["财办建〔2024〕23号/五"]),
        ("附件1第44行", [f"{STANDARDS}/附件1/序号44"]),
        ("附件1序号44", [f"{STANDARDS}/附件1/序号44"]),
        ("附件 1 序号 44", [f"{STANDARDS}/附件1/序号44"]),
        ("附件一第四十四个标准", [f"{STANDARDS}/附件1/序号44"]),
        ("附件1最后一项", [f"{STANDARDS}/附件1/序号129"]),
        ("附件2第165行", [f"{STANDARDS}/附件2/序号165"]),
        ("附件1序号1和序号3", [f"{STANDARDS}/附件1/序号1", f"{STANDARDS}/附件1/序号3"]),
        ("2025年标准清单第44个", [f"{STANDARDS}/附件2/序号44"]),
        ("示范项目清单第5个项目", [f"{PROJECTS}/附件/序号5"]),
    ],
)
def test_a_place_is_found_in_whichever_way_it_is_named(places: Places, question: str, ids: list[str]) -> None:
    place = find(places, question)
    assert [a.id for a in place.articles] == ids
    assert (place.missing, place.choices, place.document, place.item) == (None, (), None, None)
    assert place.section == (len(ids) > 1 and "序号" not in question)


@pytest.mark.parametrize(
    ("question", "article", "item"),
    [
        ("管理办法第八条第六项", "第八条", "（六）"),
        ("管理办法第八条第（六）项", "第八条", "（六）"),
        ("管理办法第八条（六）", "第八条", "（六）"),
        ("管理办法第八条第二款第六项", "第八条", "（六）"),
        ("第二十三条第5项", "第二十三条", "（五）"),
    ],
)
def test_an_item_is_found_within_its_article(places: Places, question: str, article: str, item: str) -> None:
    place = find(places, question)
    assert [a.id for a in place.articles] == [f"{MEASURE}/{article}"]
    assert place.item == item


def test_the_text_of_an_item_is_its_paragraph_word_for_word(by_id: dict[str, Article]) -> None:
    eighth = by_id[f"{MEASURE}/第八条"]
    said = item_text(eighth, "（六）")
    assert said is not None
    assert said.startswith("（六）装备产品在中华人民共和国境内运营中收集和产生的个人信息和重要数据")
    assert said in eighth.text
    assert item_text(eighth, "（七）") is None


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("第四十五条", f"{TITLE}共29条，没有第四十五条。"),
        ("首台套办法第45条", f"{TITLE}共29条，没有第四十五条。"),
        ("第〇条", f"{TITLE}共29条，没有第零条。"),
        ("首台套办法第二十九条之一", f"{TITLE}共29条，没有第二十九条之一。"),
        ("管理办法第八条第七项", f"{TITLE}第八条没有第（七）项。"),
        ("管理办法第二十七条第一项", f"{TITLE}第二十七条没有第（一）项。"),
        ("管理办法第六章", f"{TITLE}没有第六章。"),
        ("管理办法第三章第八条", f"{TITLE}没有第三章第八条。"),
        ("小巨人通知第四部分", "《工信部组织开展第六批专精特新“小巨人”企业培育工作》没有第四部分。"),
        ("质量通知第21项", "《关于做好 2024 年工业和信息化质量工作的通知》共20项，没有第二十一项。"),
        ("股权激励公告第六条", "《财政部 税务总局关于上市公司股权激励有关个人所得税政策的公告》共5条，没有第六条。"),
        ("附件1第130行", f"{PLAN}附件1 2024 年制修订重点国家标准项目清单共129行，没有第130行。"),
        ("附件2序号166", f"{PLAN}附件2 2025 年制修订重点国家标准项目清单共165行，没有第166行。"),
        ("发改能源规〔2024〕414号", "已收录的资料中没有文号为发改能源规〔2024〕414号的文件。"),
    ],
)  # fmt: skip
def test_a_place_that_does_not_exist_is_said_not_to(places: Places, question: str, missing: str) -> None:
    place = find(places, question)
    assert (place.missing, place.articles, place.choices) == (missing, (), ())


def test_what_comes_nearest_is_named_with_the_missing_place(places: Places) -> None:
    assert [a.id for a in find(places, "附件1第130行").nearest] == [f"{STANDARDS}/附件1/序号129"]
    assert [a.id for a in find(places, "管理办法第八条第七项").nearest] == [f"{MEASURE}/第八条"]


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        (
            "清单第44个标准",
            (
                f"{PLAN}附件1 2024 年制修订重点国家标准项目清单",
                f"{PLAN}附件2 2025 年制修订重点国家标准项目清单",
            ),
        ),
        (
            "项目清单第47项",
            (
                "《国家发展改革委办公厅关于印发〈绿色低碳先进技术示范项目清单（第一批）〉的通知》"
                "附件 绿色低碳先进技术示范项目清单（第一批）",
                f"{PLAN}附件1 2024 年制修订重点国家标准项目清单",
                f"{PLAN}附件2 2025 年制修订重点国家标准项目清单",
            ),
        ),
    ],
)
def test_a_number_that_stands_in_several_places_is_asked_back(
    places: Places, question: str, choices: tuple[str, ...]
) -> None:
    place = find(places, question)
    assert place.articles == ()
    assert set(place.choices) == set(choices)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("413号文", COAL),
        ("413号文有效期多久", COAL),
        ("工信部联规〔2024〕53号", "工信部联规〔2024〕53号"),
        ("质规〔2024〕3号是什么文件", MEASURE),
    ],
)
def test_a_document_number_alone_is_the_front_of_its_document(
    places: Places, question: str, key: str
) -> None:
    place = find(places, question)
    assert (place.document, [a.id for a in place.articles]) == (key, [f"{key}/文首"])


@pytest.mark.parametrize("question", ["首台套办法一共多少条", "管理办法共几条", "一共多少条？"])
def test_a_count_of_articles_is_shown_by_the_last(places: Places, question: str) -> None:
    place = find(places, question)
    assert place.note == f"{TITLE}共29条。"
    assert [a.id for a in place.articles] == [f"{MEASURE}/第二十九条"]


@pytest.mark.parametrize(
    "question",
    [
        "首台套检测评定收费吗",
        "申报条件是什么",
        "符合条件的企业有几个条件",
        "小巨人要满足几条",
        "2024年4月25日至5月19日",
        "第六批小巨人企业怎么申报",
        "标准提升第一批有哪些",
        "今天3号",
        "",
    ],
)
def test_a_question_that_names_no_place_finds_none(places: Places, question: str) -> None:
    assert places.find(question) is None


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("第一条", [f"{MEASURE}/第一条"]),
        ("第六条", [f"{MEASURE}/第六条"]),
        ("第一章", [f"{MEASURE}/第{n}条" for n in "一二三四五"]),
        ("第六章", []),
        ("第一百二十三条", []),
    ],
)
def test_the_number_of_an_article_names_no_document(places: Places, question: str, ids: list[str]) -> None:
    place = find(places, question)
    assert [a.id for a in place.articles] == ids
    assert place.missing is None or place.missing.startswith(TITLE)


@pytest.mark.parametrize(
    "question",
    [
        "劳动合同法第三条",
        "《劳动合同法》第三条",
        "梯度培育管理暂行办法第五条",
        "公司法第3条",
        "个人所得税法第三条",
        "民法典第三条",
        "财税〔2016〕101号第二条",
        "财税〔2022〕16号第一条",
    ],
)
def test_the_article_of_a_law_or_measure_that_is_not_here_is_not_taken_from_another(
    places: Places, question: str
) -> None:
    place = places.find(question)
    assert place is None or not place.articles


@pytest.mark.parametrize(
    "question",
    [
        "我们公司想了解首台套管理办法第八条",
        "我是河北的企业想问管理办法第八条",
        "根据办法第八条第六项",
        "上面说的办法第八条",
        "这个办法第8条",
    ],
)
def test_words_before_the_name_of_a_measure_are_no_part_of_it(places: Places, question: str) -> None:
    assert [a.id for a in find(places, question).articles] == [f"{MEASURE}/第八条"]


@pytest.mark.parametrize("question", ["27条原文", "27条全文", "27条具体内容", "27条吗"])
def test_a_number_without_its_prefix_is_that_of_an_article(places: Places, question: str) -> None:
    assert [a.id for a in find(places, question).articles] == [f"{MEASURE}/第二十七条"]


@pytest.mark.parametrize(
    "question", ["我们有三条生产线要更新，有补贴吗", "建了两条生产线，能贷款吗", "三条路径分别是什么"]
)
def test_a_count_of_things_is_no_number_of_an_article(places: Places, question: str) -> None:
    assert places.find(question) is None


def test_a_word_that_many_titles_hold_names_no_document(places: Places) -> None:
    place = places.find("通知第五条")
    assert place is None or not place.articles


@pytest.mark.parametrize("question", ["附件9第1行", "附件3序号2"])
def test_a_row_of_an_annex_that_is_not_here_is_not_taken_from_another(places: Places, question: str) -> None:
    place = places.find(question)
    assert place is None or not place.articles


@pytest.mark.parametrize("question", ["财政部 税务总局公告2024年第2号第三条", "2号公告第三条"])
def test_an_article_of_an_announcement_is_not_taken_from_the_measure(places: Places, question: str) -> None:
    place = find(places, question)
    assert all(a.meta.key == TAX for a in place.articles)


@pytest.mark.parametrize("question", ["第二十七条和第二十八条", "27条和28条", "管理办法第8条、第9条"])
def test_an_article_that_is_there_is_not_said_to_be_missing(places: Places, question: str) -> None:
    assert find(places, question).missing is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("国家标准管理办法第四条", "国家标准管理办法"),
        ("强制性国家标准管理办法第四条", "强制性国家标准管理办法"),
        ("《优质中小企业梯度培育管理暂行办法》第五条", "优质中小企业梯度培育管理暂行办法"),
        ("碳达峰实施方案第三条", "碳达峰实施方案"),
        ("产业结构调整指导目录第三条", "产业结构调整指导目录"),
        ("锅炉行动方案第三条", "锅炉行动方案"),  # named in the title of the opinion on it
        ("关税法第三条", "关税法"),  # named in the title of the announcement on its tariff
        ("中华人民共和国公司法第3条", "中华人民共和国公司法"),
    ],
)
def test_another_document_of_a_like_name_is_not_the_one_here(
    places: Places, question: str, name: str
) -> None:
    place = find(places, question)
    assert place.articles == ()
    assert place.missing == f"已收录的资料中没有《{name}》。"


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("公告第三条", f"{TAX}/三"),  # the other announcement has no numbers
        ("财政部公告第二条", f"{TAX}/二"),
        ("发改委的意见第二条", f"{COAL}/二"),
        ("关于建立煤炭产能储备制度的实施意见第一条", f"{COAL}/一"),
        ("2024年小巨人通知第二部分第五项", f"{GIANTS}/二/（五）"),
        ("首台套办法最后一条", f"{MEASURE}/第二十九条"),
        ("金融监管总局通知第十七条", f"{FINANCE}/六/（十七）"),
        ("我想问一下工信部质量工作的通知第7项", f"{QUALITY}/二/（二）/7"),
        ("首台套通知第三条", f"{MEASURE}/第三条"),  # carried by a notice
        ("绿色低碳项目清单通知第二条", f"{PROJECTS}/二"),
        ("首台套检测评定管理暂行办法第八条", f"{MEASURE}/第八条"),
    ],
)
def test_a_document_is_told_by_its_kind_and_what_stands_before_it(
    places: Places, question: str, id_: str
) -> None:
    assert [a.id for a in find(places, question).articles] == [id_]


def test_a_kind_that_several_documents_are_of_is_asked_back(places: Places) -> None:
    assert find(places, "意见第二条").choices == (
        "《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》",
        "《市场监管总局办公厅关于落实〈锅炉绿色低碳高质量发展行动方案〉的实施意见》",
    )
    for question in ("通知第五条", "工信部通知第五条", "该通知第三条"):
        place = find(places, question)
        assert (len(place.choices), place.articles) == (3, ())
    assert find(places, "通知第九十九条").missing == "已收录的通知都没有第九十九条。"


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("小巨人通知二、（五）", f"{GIANTS}/二/（五）"),
        ("小巨人通知二（五）说什么", f"{GIANTS}/二/（五）"),
        ("142号文一、（五）", f"{GIANTS}/一/（五）"),
        ("质量通知二、（一）2.", f"{QUALITY}/二/（一）/2"),
        ("质量工作通知二（一）第3项", f"{QUALITY}/二/（一）/3"),
        ("设备更新实施方案二、（三）8", "工信部联规〔2024〕53号/二/（三）/8"),
        ("煤炭实施意见三、（五）", f"{COAL}/三/（五）"),
    ],
)
def test_outline_marks_are_read_as_they_are_printed(places: Places, question: str, id_: str) -> None:
    assert [a.id for a in find(places, question).articles] == [id_]


def test_a_point_of_a_section_that_is_not_there_is_not_taken_from_another(places: Places) -> None:
    title = "《工信部组织开展第六批专精特新“小巨人”企业培育工作》"
    assert find(places, "小巨人通知二、（九）").missing == f"{title}没有第2部分第9项。"


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("第99999条", f"{TITLE}共29条，没有第99999条。"),
        ("管理办法第99999条", f"{TITLE}共29条，没有第99999条。"),
        ("第二十条之一", f"{TITLE}共29条，没有第二十条之一。"),
        ("第10000个标准", "已收录的表格都没有第10000行。"),
        ("附件3第1行", "已收录的表格中没有附件3。"),
    ],
)
def test_a_number_that_nothing_has_is_said_not_to_be_there(
    places: Places, question: str, missing: str
) -> None:
    place = find(places, question)
    assert (place.missing, place.articles) == (missing, ())


@pytest.mark.parametrize(("question", "annexes"), [("序号44", 3), ("第44行", 3), ("第44个标准", 2)])
def test_a_row_without_its_table_is_asked_back(places: Places, question: str, annexes: int) -> None:
    place = find(places, question)
    assert (len(place.choices), place.articles) == (annexes, ())


def test_a_row_that_one_table_alone_has_needs_no_table(places: Places) -> None:
    assert [a.id for a in find(places, "第165行").articles] == [f"{STANDARDS}/附件2/序号165"]


@pytest.mark.parametrize(
    ("question", "note", "id_"),
    [
        (
            "管理办法有几章",
            f"{TITLE}分为5章：第一章 总则；第二章 评定条件和程序；第三章 检测评审机构管理；"
            "第四章 监督管理；第五章 附则。",
            f"{MEASURE}/要目",
        ),
        (
            "管理办法一共有几章几条",
            f"{TITLE}分为5章，共29条：第一章 总则；第二章 评定条件和程序；第三章 检测评审机构管理；"
            "第四章 监督管理；第五章 附则。",
            f"{MEASURE}/要目",
        ),
        (
            "标准提升行动方案分几个部分",
            f"{PLAN}分为5个部分：一、总体要求；二、加快能耗排放技术标准升级，持续引领设备更新；"
            "三、强化产品质量安全标准提升，促进消费品以旧换新；四、加大回收循环利用标准供给，有力推动产业循环畅通；"
            "五、保障措施。",
            f"{STANDARDS}/要目",
        ),
        (
            "绿色低碳项目通知分几部分",  # no outline: its sections are articles
            "《国家发展改革委办公厅关于印发〈绿色低碳先进技术示范项目清单（第一批）〉的通知》分为3个部分："
            "一、加强项目要素保障；二、强化全流程监督管理；三、扎实做好后续项目储备。",
            f"{PROJECTS}/三",
        ),
        (
            "金融通知一共几条",
            "《关于深化制造业金融服务 助力推进新型工业化的通知》共17项。",
            f"{FINANCE}/六/（十七）",
        ),
    ],
)  # fmt: skip
def test_the_parts_of_a_document_are_counted_and_named(
    places: Places, question: str, note: str, id_: str
) -> None:
    place = find(places, question)
    assert (place.note, [a.id for a in place.articles]) == (note, [id_])
