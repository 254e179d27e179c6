from dataclasses import replace
from pathlib import Path

import pytest

from index.audit import audit
from index.audit_file import audit_file
from index.errors import ReadError
from index.finding import Finding
from index.intake import read_documents
from index.split import LIMIT
from tests.index.texts import COMPENDIUM, DATA, document_of, lines_of

HEAD = "某某办法\n某发〔2024〕1号\n"
TAIL = "\n某某部\n2024年1月2日"


def found(body: str) -> list[tuple[str, str, str]]:
    findings = audit(document_of(f"{HEAD}{body}{TAIL}"))
    assert {f.document for f in findings} <= {"某发〔2024〕1号"}
    return [(f.severity, f.place, f.message) for f in findings]


def test_the_compendium_lacks_only_what_its_source_lacks() -> None:
    briefing = "国务院政策例行吹风会：《推动大规模设备更新和消费品以旧换新行动方案》全文实录"
    interpretation = "《关于建立煤炭产能储备制度的实施意见》政策解读"
    assert audit_file(COMPENDIUM) == [
        finding
        for key in (briefing, interpretation, "中国重型机械工业协会联系方式")
        for finding in (
            Finding("warning", "no-number", key, "文首", "没有文号"),
            Finding("warning", "no-date", key, "落款", "没有发文日期"),
        )
    ]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.md")), ids=lambda p: p.stem)
def test_a_law_without_faults_lacks_its_number_alone(path: Path) -> None:
    assert [f.message for f in audit_file(path)] == ["没有文号"]


@pytest.mark.parametrize(
    "body",
    [
        "第一条 甲。\n第二条 乙。\n第二条之一 丙。\n第三条 丁。",
        "第一章 总则\n第一节 甲\n第一条 甲。\n第二节 乙\n第二条 乙：\n（一）丙；\n"
        "（二）丁。\n第二章 附则\n第一节 戊\n第三条 己。",
        "一、甲\n（一）甲应当做好。\n（二）乙应当做好。\n二、乙\n（三）丙应当做好。\n（四）丁应当做好。",
        "一、甲\n1. 甲应当做好。\n2. 乙应当做好。\n二、乙\n1. 丙应当做好。",
        "第一条 甲。\n第五条规定的企业应当报告。\n第二条 乙。",
    ],
)
def test_sound_numbering_is_left_alone(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ("第一条 甲。\n第三条 丙。", "正文 第三条", "缺少第二条"),
        ("第一条 甲。\n第五条 戊。", "正文 第五条", "缺少第二条至第四条"),
        ("第三条 丙。\n第四条 丁。", "正文 第三条", "缺少第一条至第二条"),
        ("第一条 甲。\n第一条之二 乙。", "正文 第一条之二", "缺少第一条之一"),
        ("第一条 甲。\n第二条 乙。\n第二条 丙。\n第三条 丁。", "正文 第二条", "第二条重复出现"),
        ("第一条 甲。\n第二条 乙。\n第四条 丁。\n第三条 丙。", "正文 第三条", "第三条排在第四条之后"),
        ("第一条 甲。\n第二条\n第三条 丙。", "第二条", "没有内容"),
    ],
)
def test_faults_of_articles_are_errors(body: str, place: str, message: str) -> None:
    assert ("error", place, message) in found(body)


def test_an_annex_is_numbered_on_its_own() -> None:
    body = f"第一条 甲。\n第二条 乙。{TAIL}\n附件1\n甲细则\n第一条 丙。\n第三条 丁。"
    findings = audit(document_of(HEAD + body))
    assert [(f.place, f.message) for f in findings] == [("附件1 第三条", "缺少第二条")]


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ("一、甲应当做好。\n三、丙应当做好。", "正文 三、", "编号不连续：一、之后是三、"),
        ("二、甲应当做好。\n三、丙应当做好。", "正文 二、", "编号不连续：从二、开始"),
        ("一、甲\n（一）甲应当做好。\n（四）乙应当做好。", "正文 （四）", "编号不连续：（一）之后是（四）"),
        (
            "第一章 总则\n第一条 甲。\n第三章 附则\n第二条 乙。",
            "正文 第三章",
            "编号不连续：第一章之后是第三章",
        ),
        ("第一条 甲。\n第二条 乙：\n（一）丙；\n（三）丁。", "正文 （三）", "编号不连续：（一）之后是（三）"),
    ],
)
def test_outline_numbers_that_jump_are_warnings(body: str, place: str, message: str) -> None:
    assert found(body) == [("warning", place, message)]


def test_an_article_too_long_to_be_cut_is_a_warning() -> None:
    long = "甲" * LIMIT
    assert found(f"第一条 {long}。\n第二条 乙。") == [
        ("warning", "第一条", f"过长：{LIMIT + 5} 字（超过 {LIMIT} 字），无法再分")
    ]


ROWS = "一、如下。\n序号\t名称\t地区\n1\t风电\t河北\n"


def test_rows_that_do_not_fit_their_header_are_errors() -> None:
    assert found(f"{ROWS}2\t光伏\t安徽\t备注\n3\t储能\t江苏") == [
        ("error", "一、 / 序号2", "有 4 格，表头有 3 格")
    ]
    short = "一、如下。\n序号\t名称\t地区\t主体\n1\t风电\t河北\n"
    assert found(short) == [("error", "一、 / 序号1", "有 3 格，表头有 4 格")]


def test_row_numbers_that_jump_are_warnings() -> None:
    assert found(f"{ROWS}2\t光伏\t安徽\n4\t储能\t江苏") == [
        ("warning", "一、 / 序号4", "序号不连续：2 之后是 4")
    ]


def test_a_document_without_title_number_or_date_is_told() -> None:
    document = document_of("第一条 为了规范企业的经营活动，制定本办法。\n第二条 乙。")
    assert [(f.severity, f.place, f.message) for f in audit(document)][:3] == [
        ("warning", "文首", "标题像是正文：第一条 为了规范企业的经营活动，制定本办"),
        ("warning", "文首", "没有文号"),
        ("warning", "落款", "没有发文日期"),
    ]
    untitled = replace(document, meta=replace(document.meta, title="——"))
    assert audit(untitled)[0] == Finding("error", "no-title", document.meta.key, "文首", "没有标题", (0,))


def test_characters_that_landed_nowhere_are_errors() -> None:
    text = f"{HEAD}第一条 甲。\n第二条 乙。{TAIL}"
    document, lines = document_of(text), lines_of(text)
    key = document.meta.key
    assert audit(document, lines=lines) == []
    shorter = replace(document, body=document.body[:1])
    assert audit(shorter, lines=lines) == [
        Finding("error", "text-lost", key, "第一条 甲。", "有 5 个字没有归入任何条文", (2,))
    ]
    doubled = replace(document, closing=(*document.closing, document.closing[-1]))
    assert audit(doubled, lines=lines) == [
        Finding("error", "text-twice", key, "某发〔2024〕1号", "有 9 个字归入了不止一处", (1,))
    ]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="无法打开文件"):
        audit_file(tmp_path / "无.txt")


def test_auditing_changes_nothing() -> None:
    (document,) = read_documents(DATA / "附件重新编号的办法.md")
    assert audit(document) == audit(document)
