from dataclasses import replace
from pathlib import Path

import pytest

from index.audit import audit
from index.finding import Finding
from index.intake import read_documents, read_file
from index.split import LIMIT
from tests.index.texts import COMPENDIUM, DATA, document_of, lines_of

HEAD = "某某办法\n某发〔2024〕1号\n"
TAIL = "\n某某部\n2024年1月2日"


def found(body: str) -> list[tuple[str, str, str]]:
    findings = audit(document_of(f"{HEAD}{body}{TAIL}"))
    assert {f.document for f in findings} <= {"某发〔2024〕1号"}
    return [(f.severity, f.place, f.message) for f in findings]


def test_the_compendium_has_no_error_and_what_is_told_of_it_is_so() -> None:
    """Each was looked up in the source: OCR noise, a quotation mark that is missing, annexes not reprinted."""
    assert [
        (f.severity, f.check, f.document, f.lines[0] + 1, f.quote) for f in read_file(COMPENDIUM).audit()
    ] == [
        (
            "warning",
            "no-date",
            "国务院政策例行吹风会：《推动大规模设备更新和消费品以旧换新行动方案》全文实录",
            131,
            "",
        ),
        ("warning", "unpaired-mark", "工信厅企业函〔2024〕142号", 1054, "“第三批专精特新‘"),
        ("warning", "unknown-annex", "工信厅企业函〔2024〕142号", 1076, ""),
        ("warning", "no-date", "《关于建立煤炭产能储备制度的实施意见》政策解读", 1153, ""),
        ("warning", "stray-latin", "市监特设发〔2024〕20号", 1193, "_{"),
        ("warning", "stray-latin", "市监特设发〔2024〕20号", 1233, "_{"),
        ("warning", "unknown-annex", "工信厅企业函〔2024〕122号", 1360, ""),
        ("warning", "unknown-annex", "财办建〔2024〕23号", 1414, ""),
        ("warning", "stray-latin", "工信厅节函〔2024〕147号", 1433, " and "),
        ("warning", "unknown-annex", "工信厅节函〔2024〕147号", 1445, ""),
        ("warning", "unknown-annex", "税委会公告2024年第2号", 1576, ""),
    ]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.md")), ids=lambda p: p.stem)
def test_a_law_without_faults_has_no_findings(path: Path) -> None:
    assert read_file(path).audit() == []


@pytest.mark.shared
def test_errors_are_rare_among_real_laws(laws: list[Path]) -> None:
    """飞行基本规则 stands in its file as one paragraph a chapter; each of the other 711 may enter the index."""
    errors = [(path.stem, f.check) for path in laws for f in read_file(path).audit() if f.severity == "error"]
    assert errors == [("飞行基本规则(2007-10-18)", "merged-articles")] * 12


@pytest.mark.parametrize(
    "body",
    [
        "第一条 甲。\n第二条 乙。\n第二条之一 丙。\n第三条 丁。",
        "第一章 总则\n第一节 甲\n第一条 甲。\n第二节 乙\n第二条 乙：\n（一）丙；\n"
        "（二）丁。\n第二章 附则\n第一节 戊\n第三条 己。",
        "一、甲\n（一）甲应当做好。\n（二）乙应当做好。\n二、乙\n（三）丙应当做好。\n（四）丁应当做好。",
        "一、甲\n1. 甲应当做好。\n2. 乙应当做好。\n二、乙\n1. 丙应当做好。",
        "第一条 甲。\n第五条规定的企业应当报告。\n第二条 乙。",
        "第一条 依照本办法第二条。第二条规定的企业除外。\n第二条 乙。",
        "第一条 按照《某某法》第九十条、第九十一条，甲依照条例第六十条处理。\n第二条 乙。",
        "第一条 甲的责任\n（一）赔偿；\n（二）修理。\n第二条 乙。",
        "第一条 本办法自1994年1月1日起施行。（2011年1月8日删除）\n第二条 乙。",
        "一、甲应当做好。\n注：1．本表所称甲，是指乙。\n2．本表所称乙，是指丙。",
        "一、设备功率不低于5 kW且pH值不高于9的，按照所列目的的标准，参照https://example.cn执行。",
        "一、氟吡甲禾灵、噻虫嗪的用量，按照鸬鹚、鹈鹕保护区的规定执行。",
        "一、甲（含乙)应当做好，包括：1）丙；2）丁。",
    ],
)
def test_what_is_sound_is_left_alone(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ("第一条 甲。\n第五条 戊。", "正文 第五条", "缺少第二条至第四条"),
        ("第三条 丙。\n第四条 丁。", "正文 第三条", "缺少第一条至第二条"),
        ("第一条 甲。\n第一条之二 乙。", "正文 第一条之二", "缺少第一条之一"),
        ("第一条 甲。\n第五条 戊。\n第三条 丙。", "正文 第五条", "缺少第二条、第四条"),
    ],
)
def test_missing_articles_are_named(body: str, place: str, message: str) -> None:
    assert ("error", place, message) in found(body)


def test_an_annex_is_numbered_on_its_own() -> None:
    body = f"第一条 甲。\n第二条 乙。{TAIL}\n附件1\n甲细则\n第一条 丙。\n第三条 丁。"
    findings = audit(document_of(HEAD + body))
    assert [(f.place, f.message) for f in findings] == [("附件1 第三条", "缺少第二条")]


def test_numbers_may_run_on_but_not_jump() -> None:
    assert found("二、甲应当做好。\n三、丙应当做好。") == [("warning", "正文 二、", "编号不连续：从二、开始")]


@pytest.mark.parametrize(("chars", "told"), [(2 * LIMIT, []), (2 * LIMIT + 1, ["第一条"])])
def test_an_article_of_several_in_one_paragraph_is_a_warning(chars: int, told: list[str]) -> None:
    long = f"第一条 {'甲' * (chars - 5)}。"
    assert len(long) == chars
    findings = audit(document_of(f"{HEAD}{long}\n第二条 乙。"))
    assert [f.place for f in findings if f.check == "long-article"] == told


def test_a_title_without_letters_is_none() -> None:
    document = document_of("第一条 甲。\n第二条 乙。")
    untitled = replace(document, meta=replace(document.meta, title="——"))
    assert audit(untitled)[0] == Finding("error", "no-title", document.meta.key, "文首", "没有标题", (0,))


def test_characters_that_landed_nowhere_are_errors() -> None:
    text = f"{HEAD}第一条 甲。\n第二条 乙。{TAIL}"
    document, lines = document_of(text), lines_of(text)
    key = document.meta.key
    assert audit(document, lines=lines) == []
    shorter = replace(document, body=document.body[:1])
    assert audit(shorter, lines=lines) == [
        Finding("error", "text-lost", key, "原文第4行", "有 5 个字没有归入任何条文：第二条 乙。", (3,))
    ]
    doubled = replace(document, closing=(*document.closing, document.closing[-1]))
    assert audit(doubled, lines=lines) == [
        Finding("error", "text-twice", key, "原文第6行", "有 9 个字归入了不止一处：2024年1月2日", (5,))
    ]


def test_a_markdown_table_lands_whole() -> None:
    text = f"{HEAD}一、如下。\n|序号|名称|地区|\n|---|---|---|\n|1|风电|河北|{TAIL}"
    assert audit(document_of(text), lines=lines_of(text)) == []


def test_auditing_changes_nothing() -> None:
    (document,) = read_documents(DATA / "附件重新编号的办法.md")
    assert audit(document) == audit(document)
