import re
from collections import Counter
from pathlib import Path

import pytest

from index.blocks import blocks
from index.build import read_documents
from index.compendium import divide
from index.marks import article_label, find_mark
from index.model import Article, Document
from index.paragraphs import read_lines
from index.readers import read
from index.split import LIMIT, citation_mark, split
from tests.index.texts import COMPENDIUM, DATA, characters, document_of, marks_of, split_text, visible

MEASURE = "国市监质规〔2024〕3号"
FINANCE = "金发〔2024〕5号"
QUALITY = "工信厅科函〔2024〕113号"
STANDARDS = "国市监标技发〔2024〕第34号"
PROJECTS = "发改办环资〔2024〕272号"
BRIEFING = "国务院政策例行吹风会：《推动大规模设备更新和消费品以旧换新行动方案》全文实录"


def of(articles: list[Article], key: str, role: str = "text") -> list[Article]:
    return [a for a in articles if a.meta.key == key and a.role == role]


# --- the compendium: counts of the issue ---


def test_the_measure_has_29_articles_under_five_chapters(articles: list[Article]) -> None:
    own = of(articles, MEASURE)
    assert [a.locator.steps[-1].mark for a in own] == [article_label(n) for n in range(1, 30)]
    assert Counter(str(a.locator.steps[0]) for a in own) == {
        "第一章 总则": 5, "第二章 评定条件和程序": 10, "第三章 检测评审机构管理": 6,
        "第四章 监督管理": 4, "第五章 附则": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "items"), [("第八条", 6), ("第十七条", 6), ("第二十一条", 3), ("第二十三条", 5)]
)
def test_an_article_keeps_its_items(by_id: dict[str, Article], mark: str, items: int) -> None:
    lead, *rest = by_id[f"{MEASURE}/{mark}"].text.split("\n")
    assert lead.endswith((":", "："))
    assert [m.number for line in rest if (m := find_mark(line))] == list(range(1, items + 1))
    assert len(rest) == items


def test_an_article_keeps_its_paragraphs(by_id: dict[str, Article]) -> None:
    assert len(by_id[f"{MEASURE}/第二条"].text.split("\n")) == 2
    assert len(by_id[f"{MEASURE}/第二十五条"].text.split("\n")) == 2


def test_an_article_knows_where_it_stands(by_id: dict[str, Article]) -> None:
    article = by_id[f"{MEASURE}/第二十七条"]
    assert article.text == "第二十七条 中国首台（套）检测评定不向申请单位收取费用。"
    assert article.label == "《中国首台（套）重大技术装备检测评定管理办法（试行）》第二十七条"
    assert str(article.locator) == "第五章 附则 / 第二十七条"
    assert article.search_text == (
        "《中国首台套重大技术装备检测评定管理办法(试行)》第五章附则第二十七条\n第二十七条中国首台套检测评定不向申请单位收取费用。"
    )
    assert (article.page, article.last_page, article.role, article.speaker) == (None, None, "text", None)
    assert article.lines == (1013,)  # line 1014 of the file


def test_the_finance_notice_has_17_items_under_six_sections(articles: list[Article]) -> None:
    own = of(articles, FINANCE)
    assert own[0].locator.steps[0].mark == "引言"
    marks = [find_mark(a.text) for a in own[1:]]
    assert [m and (m.kind, m.number) for m in marks] == [("h2", n) for n in range(1, 18)]
    assert Counter(str(a.locator.steps[0]) for a in own[1:]) == {
        "一、总体要求": 2,
        "二、围绕重点任务，加大制造业金融支持力度": 4,
        "三、优化金融供给，提升制造业金融服务质效": 3,
        "四、完善服务体系，增强制造业金融服务能力": 4,
        "五、加强风险防控，营造良好金融市场秩序": 2,
        "六、强化组织保障，凝聚支持制造业工作合力": 2,
    }


def test_the_quality_notice_has_20_tasks_under_five_headings_and_three_demands(
    articles: list[Article],
) -> None:
    own = of(articles, QUALITY)
    tasks = [a for a in own if a.locator.steps[0].mark == "二、"]
    assert [a.locator.steps[-1].mark for a in tasks] == [f"{n}." for n in range(1, 21)]
    assert Counter(str(a.locator.steps[1]) for a in tasks) == {
        "（一）实施制造业卓越质量工程": 6,
        "（二）提高以可靠性为核心的产品质量": 3,
        "（三）夯实质量发展基础": 4,
        "（四）推动制造业中试创新发展": 4,
        "（五）打造“中国制造”品牌": 3,
    }
    demands = [a for a in own if a.locator.steps[0].mark == "三、"]
    assert [str(a.locator) for a in demands] == [
        "三、有关要求 / （一）加强组织协调", "三、有关要求 / （二）强化资源保障",
        "三、有关要求 / （三）营造良好氛围",
    ]  # fmt: skip


def test_numbering_that_runs_on_across_sections_keeps_its_numbers(articles: list[Article]) -> None:
    marks = marks_of([a for a in of(articles, "工信部联规〔2024〕53号") if a.locator.steps[0].mark == "二、"])
    assert marks == [
        *(f"二、/（一）/{n}." for n in (1, 2, 3)),
        *(f"二、/（二）/{n}." for n in (4, 5, 6)),
        *(f"二、/（三）/{n}." for n in (7, 8, 9)),
        *(f"二、/（四）/{n}." for n in (10, 11, 12)),
    ]


# --- the briefing ---

EXCHANGES = {
    "问答1": ("21 世纪经济报道记者", "工业和信息化部副部长 单忠德"),
    "问答2": ("人民日报记者", "国家发展改革委副主任 赵辰昕"),
    "问答3": ("彭博新闻记者", "国家发展改革委副主任 赵辰昕"),
    "问答4": ("CNBC 记者", "商务部市场运行和消费促进司司长 徐兴锋"),
    "问答5": ("南方日报、南方+记者", "财政部经济建设司司长 符金陵"),
    "问答6": ("中新社记者", "住房和城乡建设部城市建设司司长 胡子健"),
    "问答7": ("总台央视记者", "工业和信息化部副部长 单忠德"),
    "问答8": ("北京广播电视台记者", "市场监管总局标准技术管理司司长 刘洪生"),
    "问答9": ("第一财经记者", "国家发展改革委副主任 赵辰昕"),
    "问答10": ("澎湃新闻记者", "财政部经济建设司司长 符金陵"),
    "问答11": ("南方都市报记者", "商务部市场运行和消费促进司司长 徐兴锋"),
    "问答12": ("每日经济新闻记者", "市场监管总局标准技术管理司司长 刘洪生"),
}
SPOKESWOMAN = "国务院新闻办新闻局副局长、新闻发言人 寿小丽"


def test_the_briefing_is_twelve_questions_and_five_statements(articles: list[Article]) -> None:
    first = {a.locator.steps[0].mark: a for a in reversed(of(articles, BRIEFING, "turn"))}
    assert set(first) == {*EXCHANGES, *(f"发言{n}" for n in range(1, 6))}
    for mark, (outlet, speaker) in EXCHANGES.items():
        assert first[mark].locator.steps[0].title == f"{outlet}问，{speaker}答"
        assert first[mark].speaker == speaker
        assert first[mark].text.startswith(outlet)
    assert [first[f"发言{n}"].speaker for n in range(1, 6)] == [
        SPOKESWOMAN, "国家发展改革委副主任 赵辰昕", SPOKESWOMAN, SPOKESWOMAN, SPOKESWOMAN,
    ]  # fmt: skip


def test_every_piece_of_a_turn_keeps_outlet_and_speaker(articles: list[Article]) -> None:
    for article in of(articles, BRIEFING, "turn"):
        mark = article.locator.steps[0].mark
        speaker = EXCHANGES[mark][1] if mark in EXCHANGES else article.speaker
        assert article.speaker == speaker
        assert str(speaker).replace(" ", "") in article.search_text.split("\n")[0].replace(" ", "")


def test_points_of_a_long_answer_are_pieces_named_after_them(by_id: dict[str, Article]) -> None:
    assert by_id[f"{BRIEFING}/问答7/一是"].text.startswith("一是推广应用一批智能制造装备。")
    assert by_id[f"{BRIEFING}/问答8/三是至四是"].text.startswith("三是加大回收循环利用标准供给")


# --- tables ---


@pytest.mark.parametrize(("annex", "year", "count"), [("附件1", 2024, 129), ("附件2", 2025, 165)])
def test_standards_rows_carry_annex_year_column_names_and_values(
    articles: list[Article], annex: str, year: int, count: int
) -> None:
    rows = [a for a in of(articles, STANDARDS, "row") if a.locator.steps[0].mark == annex]
    assert [a.locator.steps[-1].mark for a in rows] == [f"序号{n}" for n in range(1, count + 1)]
    names = ("序号", "标准项目名称", "制定/修订", "强制/推荐", "主管部门", "归口技术委员会", "所属领域")
    for row in rows:
        assert str(row.locator.steps[0]) == f"{annex} {year} 年制修订重点国家标准项目清单"
        assert tuple(name for name, _ in row.columns) == names
        values = dict(row.columns)
        assert all(values.values())
        assert values["制定/修订"] in ("制定", "修订")
        assert values["强制/推荐"] in ("强制", "推荐")
        assert row.text == "\t".join(values.values())
        assert f"{annex} {year}年" in row.search_text


def test_the_numbers_of_standards_are_those_of_the_plan(articles: list[Article]) -> None:
    rows = [dict(a.columns) for a in of(articles, STANDARDS, "row")]
    assert len(rows) == 294
    assert Counter(r["所属领域"] for r in rows) == {"设备更新": 113, "消费品以旧换新": 115, "循环利用": 66}


def test_a_standards_row_is_exact(by_id: dict[str, Article]) -> None:
    row = by_id[f"{STANDARDS}/附件1/序号5"]
    assert row.text == "5\t农药工业水污染物排放标准\t修订\t强制\t生态环境部\t—\t设备更新"
    assert row.label == "《以标准提升牵引设备更新和消费品以旧换新行动方案》附件1 序号5"
    assert "归口技术委员会" not in row.search_text  # — is an empty cell
    assert dict(by_id[f"{STANDARDS}/附件2/序号165"].columns)["标准项目名称"] == "家用电器产品再生材料使用规范"
    assert by_id[f"{STANDARDS}/附件2/序号165"].lines == (816,)


PROJECT_NAMES = {
    1: "2GW 新型高效碲化镉薄膜太阳能电池项目（一期）",
    8: "基于熔盐储热的煤电灵活性关键技术研究及示范应用项目",
    12: "350MW/1750MWh 压缩空气储能示范项目",
    27: "40 万吨铜产能整合绿色化升级项目",
    28: "浸没式液冷数据中心项目",
    31: "绿色低碳新城建设及近零能耗建筑示范项目",
    43: "10 万吨级二氧化碳地质封存科学研究设施及碳捕集与封存示范项目",
    47: "含二氧化碳工业尾气生物合成无水乙醇项目",
}


def test_the_project_table_has_47_rows_in_six_columns(articles: list[Article]) -> None:
    rows = of(articles, PROJECTS, "row")
    assert [a.locator.steps[-1].mark for a in rows] == [f"序号{n}" for n in range(1, 48)]
    for row in rows:
        assert [name for name, _ in row.columns] == [
            "序号",
            "项目名称",
            "方向",
            "建设内容",
            "地区",
            "实施主体",
        ]
        assert all(value for _, value in row.columns)
    assert Counter(dict(a.columns)["方向"] for a in rows) == {"源头减碳": 22, "过程降碳": 19, "末端固碳": 6}


@pytest.mark.parametrize("number", PROJECT_NAMES)
def test_names_cut_over_lines_are_merged(by_id: dict[str, Article], number: int) -> None:
    assert dict(by_id[f"{PROJECTS}/附件/序号{number}"].columns)["项目名称"] == PROJECT_NAMES[number]


def test_cells_cut_over_lines_are_merged_column_by_column(by_id: dict[str, Article]) -> None:
    row = by_id[f"{PROJECTS}/附件/序号27"]
    cells = dict(row.columns)
    assert (cells["方向"], cells["地区"], cells["实施主体"]) == (
        "过程降碳",
        "山东",
        "山东中金岭南铜业有限责任公司",
    )
    assert "实现炼铜过程的连续化作业。项目对现有氧气底吹造钽捕金新工艺" in cells["建设内容"]
    assert row.lines == (1302, 1304)  # lines 1303 and 1305 of the file
    content = dict(by_id[f"{PROJECTS}/附件/序号8"].columns)["建设内容"]
    assert "压低谷期间实现机组最低发电负荷达到 30% 额定负荷" in content
    assert dict(by_id[f"{PROJECTS}/附件/序号39"].columns)["建设内容"].endswith(
        "每年可减少碳排放约 24.4 万吨。"
    )
    assert dict(by_id[f"{PROJECTS}/附件/序号12"].columns)["建设内容"].endswith("发电时长 5 小时。")
    assert dict(by_id[f"{PROJECTS}/附件/序号29"].columns)["实施主体"] == "浙江震元生物科技有限公司"
    assert dict(by_id[f"{PROJECTS}/附件/序号30"].columns)["实施主体"] == "中建四局发展(广州天河)有限公司"


# --- front matter ---


def test_front_matter_and_signature_are_articles_of_their_own(by_id: dict[str, Article]) -> None:
    front = by_id[f"{MEASURE}/文首"]
    assert front.role == "front"
    assert front.text.split("\n")[:2] == [
        "五部门联合印发《中国首台（套）重大技术装备检测评定管理办法（试行）》", "国市监质规[2024]3 号",
    ]  # fmt: skip
    assert front.text.split("\n")[-1] == "2024 年 3 月 22 日"
    assert (
        "发文机关:市场监管总局、国家发展改革委、科技部、工业和信息化部、国家知识产权局;" in front.search_text
    )
    assert "文号:国市监质规〔2024〕3号;发文日期:2024-03-22" in front.search_text
    closing = by_id[f"{FINANCE}/落款"]
    assert closing.text == "国家金融监督管理总局\n工业和信息化部\n国家发展改革委\n2024年4月3日"
    assert by_id[f"{STANDARDS}/附件清单"].text == "附件：2024 年和 2025 年制修订重点国家标准项目清单"


def test_headings_that_stand_together_are_an_article_too(by_id: dict[str, Article]) -> None:
    outline = by_id["工信部联规〔2024〕53号/二/要目"]
    assert outline.role == "outline"
    assert outline.text == (
        "（一）实施先进设备更新行动\n(二) 实施数字化转型行动\n（三）实施绿色装备推广行动\n"
        "（四）实施本质安全水平提升行动"
    )


def test_what_follows_the_last_item_is_not_part_of_it(by_id: dict[str, Article]) -> None:
    assert by_id["工信部联规〔2024〕53号/文末"].text.startswith("各地区工业和信息化主管部门牵头负责")
    assert by_id["财政部税务总局公告2024年第2号/文末"].text == "特此公告。"
    assert by_id["工信厅企业函〔2024〕122号/文末"].text.startswith("联系人及联系方式:")


# --- nothing lost, nothing twice ---


def test_every_source_line_lands_in_exactly_one_place(documents: list[Document]) -> None:
    lines = read_lines(read(COMPENDIUM))
    furniture = divide(lines).furniture
    placed = [n for d in documents for b in blocks(d) for p in b.paragraphs for n in p.lines]
    assert sorted([*placed, *(line.no for line in furniture)]) == [line.no for line in lines]


def test_every_character_lands_in_exactly_one_place(documents: list[Document]) -> None:
    lines = read_lines(read(COMPENDIUM))
    source = visible("".join(line.text for line in lines))
    furniture = visible("".join(line.text for line in divide(lines).furniture))
    assert sum((characters(d) for d in documents), furniture) == source
    assert source.total() == visible(COMPENDIUM.read_text(encoding="utf-8")).total()


def test_every_block_that_is_no_heading_is_an_article(documents: list[Document]) -> None:
    for document in documents:
        own = [a for a in split(document) if a.role != "outline"]
        cited = visible("".join(a.text for a in own))
        headings = visible("".join(p.text for b in blocks(document) if b.heading for p in b.paragraphs))
        assert cited + headings == characters(document)
        assert [n for a in own for n in a.lines] == [
            n for b in blocks(document) if not b.heading for p in b.paragraphs for n in p.lines
        ]


def test_an_article_is_its_source_lines_joined(articles: list[Article]) -> None:
    source = COMPENDIUM.read_text(encoding="utf-8").splitlines()
    for article in articles:
        if article.role != "row":  # rows are merged column by column
            assert "".join(article.text.split()) == "".join("".join(source[n] for n in article.lines).split())


def test_only_long_articles_are_cut(articles: list[Article]) -> None:
    assert max(len(a.text) for a in articles) <= LIMIT
    assert min(len(a.text) for a in articles) == 5  # 特此公告。


# --- ids ---


def test_ids_are_unique_and_readable(articles: list[Article]) -> None:
    assert len({a.id for a in articles}) == len(articles) == 637
    assert all(re.fullmatch(r"[^\s#]+", a.id) for a in articles)
    assert all(a.id.startswith(f"{a.meta.key}/") for a in articles)
    assert [a.order for a in of(articles, MEASURE)] == list(range(1, 30))


def test_the_articles_are_those_of_the_golden_file(articles: list[Article]) -> None:
    golden = (DATA / "articles.txt").read_text(encoding="utf-8").splitlines()
    assert [f"{a.id} | {a.locator} | {a.label}" for a in articles] == golden


def test_splitting_again_gives_the_same_articles(articles: list[Article]) -> None:
    assert [a for d in read_documents(COMPENDIUM) for a in split(d)] == articles


# --- other documents ---


def test_a_law_with_an_annex_that_restarts_has_ids_that_do_not_collide() -> None:
    (document,) = read_documents(DATA / "附件重新编号的办法.md")
    articles = split(document)
    assert [a.id.removeprefix(f"{document.meta.key}/") for a in articles if a.role == "text"] == [
        "第一条", "第二条", "第二条之一", "第三条", "第四条",
        "附件1/第一条", "附件1/第二条", "附件2/第一条", "附件2/第二条",
    ]  # fmt: skip
    assert articles[4].text == "第三条 第二条、第二条之一规定的事项，由某某部负责解释。"
    assert [a.label for a in articles if "附件" in a.id][:3] == [
        "《某某设备检验管理办法》附件1第一条", "《某某设备检验管理办法》附件1第二条",
        "《某某设备检验管理办法》附件2第一条",
    ]  # fmt: skip
    assert str(articles[8].locator) == "附件2 检验机构管理细则 / 第一章 机构 / 第一条"
    assert len(articles[8].text.split("\n")) == 3


def test_a_law_of_plain_articles_keeps_every_paragraph_with_its_article() -> None:
    (document,) = read_documents(DATA / "职工带薪年休假条例.md")
    articles = split(document)
    assert marks_of(articles) == [
        "文首",
        *["第一条", "第二条", "第三条", "第四条", "第五条", "第六条", "第七条", "第八条", "第九条", "第十条"],
    ]
    assert [len(a.text.split("\n")) for a in articles[1:]] == [1, 2, 2, 6, 3, 2, 1, 1, 1, 1]


def test_an_appendix_with_an_outline_stands_under_its_name() -> None:
    (document,) = read_documents(DATA / "女职工劳动保护特别规定.md")
    articles = split(document)
    assert marks_of(articles)[-5:] == ["第十六条", "附录/一、", "附录/二、", "附录/三、", "附录/四、"]
    assert articles[-2].label == "《女职工劳动保护特别规定》附录三"
    assert len(articles[-2].text.split("\n")) == 11


def test_a_law_with_chapters_cites_articles_without_them() -> None:
    (document,) = read_documents(DATA / "关于工资总额组成的规定.md")
    articles = split(document)
    assert [a.locator.steps[-1].mark for a in articles if a.role == "text"][-1] == "第十六条"
    assert articles[4].label == "《关于工资总额组成的规定》第四条"
    assert str(articles[4].locator) == "第二章 工资总额的组成 / 第四条"


def test_markdown_headings_of_an_outline_are_headings() -> None:
    (document,) = read_documents(DATA / "关于国务院管理干部的公司领导职数等若干问题的规定.md")
    articles = split(document)
    assert [str(a.locator) for a in articles][2:5] == [
        "一、公司领导干部职数",
        "二、公司领导干部任职年龄",
        "三、公司领导干部兼职问题",
    ]
    assert articles[7].text.startswith("六、公司由于工作需要")


@pytest.mark.parametrize("path", sorted(DATA.glob("*.md")), ids=lambda p: p.stem)
def test_nothing_of_a_law_is_lost_or_doubled(path: Path) -> None:
    text = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"))
    source = visible(re.sub(r"(?m)^#+ ", "", text))
    assert sum((characters(d) for d in read_documents(path)), Counter()) == source


def test_a_body_line_that_mentions_articles_is_no_heading() -> None:
    articles = split_text(
        "某某办法\n第一条 企业应当登记。\n第五条规定的企业应当报告。\n依照第三条、第四条处理的，从其规定。\n"
        "第三条 和第四条规定的情形除外。\n第二条 本办法自发布之日起施行。"
    )
    assert marks_of(articles) == ["文首", "第一条", "第二条"]
    assert len(articles[1].text.split("\n")) == 4


def test_a_number_without_a_space_opens_an_article_in_its_place_alone() -> None:
    articles = split_text(
        "某某办法\n第一条为了规范，制定本办法。\n第二条企业应当登记。\n第九条企业应当遵守。\n第三条附则。"
    )
    assert marks_of(articles) == ["文首", "第一条", "第二条", "第三条"]
    assert articles[2].text.endswith("第九条企业应当遵守。")


def test_numbers_that_repeat_by_mistake_do_not_collide() -> None:
    articles = split_text("某某办法\n第一条 甲。\n第二条 乙。\n第二条 丙。")
    assert [a.id for a in articles] == [
        "某某办法/文首",
        "某某办法/第一条",
        "某某办法/第二条",
        "某某办法/第二条#2",
    ]


def test_text_without_numbers_is_one_article() -> None:
    (front, text) = split_text("关于某事的说明\n情况说明如下，供参考。\n以上。")
    assert (front.locator.steps[0].mark, text.locator.steps[0].mark) == ("文首", "正文")
    assert text.text == "情况说明如下，供参考。\n以上。"


def test_a_heading_with_text_and_items_under_it_has_both() -> None:
    articles = split_text(
        "某某通知\n一、建设规则\n按下列规则执行。\n（一）规划。先规划。\n（二）核准。再核准。\n二、附则\n以上。"
    )
    assert marks_of(articles) == ["文首", "一、", "一、/（一）", "一、/（二）", "二、", "要目"]


def test_a_level_may_be_skipped() -> None:
    articles = split_text(
        "某某通知\n一、总体要求\n1. 甲应当做好。\n2. 乙应当做好。\n"
        "二、其他\n（1）丙应当做好。\n（2）丁应当做好。"
    )
    assert marks_of(articles)[1:5] == ["一、/1.", "一、/2.", "二、/（1）", "二、/（2）"]


def test_a_very_long_article_is_cut_at_its_items_and_every_piece_keeps_it() -> None:
    items = "\n".join(f"（{n}）{'应' * 150}；" for n in "一二三四五六七")
    articles = split_text(f"某某办法\n第一条 甲。\n第二条 应当符合下列条件：\n{items}\n第三条 乙。")
    # the lead and （一）（二） make 10 + 2 x 154 = 318, with （三） 472 > 400
    assert [a.id for a in articles][2:-1] == [
        "某某办法/第二条/第1部分", "某某办法/第二条/（三）至（四）",
        "某某办法/第二条/（五）至（六）", "某某办法/第二条/（七）",
    ]  # fmt: skip
    assert articles[3].label == "《某某办法》第二条（三）至（四）"


def test_two_tables_in_one_part_have_their_own_headers() -> None:
    articles = split_text(
        "某某通知\n一、安排如下。\n表1 甲\n序号\t名称\t地区\n1\t风电\t河北\n"
        "表2 乙\n序号\t单位\t电话\n1\t甲部\t123\n2\t乙部\t456"
    )
    rows = [a for a in articles if a.role == "row"]
    assert [[name for name, _ in a.columns] for a in rows] == [
        ["序号", "名称", "地区"], ["序号", "单位", "电话"], ["序号", "单位", "电话"],
    ]  # fmt: skip
    assert [a.text for a in rows] == ["1\t风电\t河北", "1\t甲部\t123", "2\t乙部\t456"]


def test_a_table_belongs_to_the_item_it_stands_under() -> None:
    table = "序号\t名称\t地区\n1\t风电\t河北"
    articles = split_text(
        f"某某办法\n第一条 甲，见下表。\n{table}\n表外文字，属于本条。\n"
        f"第二条 乙，见下表。\n{table}\n第三条 丙。"
    )
    assert [(a.id.removeprefix("某某办法/"), a.label) for a in articles[1:]] == [
        ("第一条", "《某某办法》第一条"),
        ("第一条/序号1", "《某某办法》第一条 序号1"),
        ("第一条#2", "《某某办法》第一条"),
        ("第二条", "《某某办法》第二条"),
        ("第二条/序号1", "《某某办法》第二条 序号1"),
        ("第三条", "《某某办法》第三条"),
    ]


def test_a_row_with_more_cells_than_the_header_keeps_them_all() -> None:
    *_, row = split_text("某某通知\n序号\t名称\t地区\n1\t风电\t河北\t备注")
    assert row.columns == (("序号", "1"), ("名称", "风电"), ("地区", "河北"), ("第4列", "备注"))


def test_a_dash_line_inside_an_article_does_not_cut_it() -> None:
    articles = split_text("某某办法\n第一条 甲。\n-----\n甲的第二款。\n第二条 乙。")
    assert articles[1].text == "第一条 甲。\n甲的第二款。"


@pytest.mark.parametrize(
    ("text", "position", "mark"),
    [
        ("某某通知\n一、总体要求\n甲。\n二、任务\n（一）乙。做好。", 1, "一、总体要求"),
        ("某某通知\n一、总体要求\n甲。\n二、任务\n（一）乙。做好。\n（二）丙。做好。", 2, "二、（一）"),
        ("某某办法\n第一章 总则\n第一条 甲。\n第二条 乙。", 1, "第一条"),
    ],
)
def test_places_are_cited_as_officials_cite_them(text: str, position: int, mark: str) -> None:
    assert citation_mark(split_text(text)[position].locator.steps) == mark


def test_a_title_with_title_marks_is_cited_with_single_ones() -> None:
    front = split_text("关于印发《甲》的通知\n情况如下，请执行。")[0]
    assert front.label == "《关于印发〈甲〉的通知》文首"


def test_empty_parts_give_no_articles() -> None:
    document = document_of("某某办法\n第一条 甲。\n第二条 乙。")
    assert all(a.text.strip() for a in split(document))
