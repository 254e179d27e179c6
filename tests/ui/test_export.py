"""What is taken away: Markdown and Word files, which are opened again, and the texts to paste."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from index.errors import UsageError
from qa.model import Answer, Refusal
from tests.ui.conftest import FREE, FakeChain
from ui.export import (
    answer_markdown,
    answer_text,
    citation_text,
    conversation_docx,
    conversation_markdown,
    exported,
    ticket_text,
)
from ui.saved import SavedTurn, Versions, saved_turn

LABEL = "《检测评定管理办法（试行）》第二十七条"
FREE_SOURCE = f"[1] {LABEL}，国市监质规〔2024〕3号，市场监管总局、国家发展改革委，2024年3月22日"
MADE = "由政策问答程序（内置回答，policy-qa 0.1.0）于2026年5月20日 20:00 依据已收录文件自动生成，请以文件原文为准。"
REFUSED = "未能回答（资料未收录）：资料中没有关于月亮的内容。"


@pytest.fixture(autouse=True)
def beijing_time(own_environment: None) -> Iterator[None]:  # noqa: ARG001 - it puts the environment back
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    os.environ.pop("TZ")
    os.environ |= {"TZ": before} if before else {}
    time.tzset()


def turn(question: str, **changes: Any) -> SavedTurn:
    answer = replace(FakeChain().ask(question), answerer="extractive", as_of="2024-04", **changes)
    made = saved_turn(answer, "c", "me", versions=Versions("0.1.0"))
    return replace(made, time="2026-05-20T12:00:00.000+00:00")


def texts(file: bytes) -> list[tuple[str, str]]:
    """Style and text of each paragraph of a Word file."""
    return [(p.style.name if p.style else "", p.text) for p in Document(BytesIO(file)).paragraphs]


def test_an_answer_as_markdown() -> None:
    assert answer_markdown(turn("收费吗")) == (
        "# 政策问答记录\n\n"
        "## 问：收费吗\n\n"
        "不收取费用。[1]  \n另见\\<附件1\\>。[2] 此前 0 问。\n\n"
        "**原文**\n\n"
        f"{FREE_SOURCE}\n\n"
        "> 不向申请单位收取费用\n\n"
        "[2] 《国务院政策例行吹风会》问答1，第 3 页\n\n"
        "> 记者：何时实施？  \n> 司长：见\\<附件1\\>。\n\n"
        f"*信息截至2024年4月。{MADE}*\n"
    )


def test_a_refusal_never_reads_like_an_answer() -> None:
    asked = turn("月亮收费吗")
    assert answer_markdown(asked) == (
        "# 政策问答记录\n\n"
        "## 问：月亮收费吗\n\n"
        f"{REFUSED}\n\n"
        "**可以从中选择**\n\n- 火星\n\n"
        f"**最接近的条文（不是答案）**\n\n- {LABEL}\n\n"
        f"*信息截至2024年4月。{MADE}*\n"
    )
    (paragraph,) = [p for p in Document(BytesIO(conversation_docx([asked]))).paragraphs if p.text == REFUSED]
    assert str(paragraph.runs[0].font.color.rgb) == "9C1C1C"


def test_a_conversation_as_word_opens_again() -> None:
    file = conversation_docx([turn("收费吗"), turn("那月亮呢", standalone_question="月亮收费吗")])
    assert texts(file) == [
        ("Title", "政策问答记录"),
        ("Heading 1", "问：收费吗"),
        ("Normal", "不收取费用。[1]\n另见<附件1>。[2] 此前 0 问。"),
        ("Heading 2", "原文"),
        ("Normal", FREE_SOURCE),
        ("Quote", "不向申请单位收取费用"),
        ("Normal", "[2] 《国务院政策例行吹风会》问答1，第 3 页"),
        ("Quote", "记者：何时实施？\n司长：见<附件1>。"),
        ("Caption", f"信息截至2024年4月。{MADE}"),
        ("Heading 1", "问：那月亮呢"),
        ("Caption", "问题理解：月亮收费吗"),
        ("Normal", REFUSED),
        ("Heading 2", "可以从中选择"),
        ("List Bullet", "火星"),
        ("Heading 2", "最接近的条文（不是答案）"),
        ("List Bullet", LABEL),
        ("Caption", f"信息截至2024年4月。{MADE}"),
    ]


def test_a_word_file_names_the_program_and_the_day_and_has_chinese_fonts() -> None:
    document = Document(BytesIO(conversation_docx([turn("收费吗")])))
    own = document.core_properties
    assert (own.title, own.author, own.comments) == ("政策问答记录", "政策问答（policy-qa）", "")
    assert own.created is not None
    assert own.created.replace(tzinfo=None) == datetime(2026, 5, 20, 12)
    fonts = {
        name: document.styles.element.xpath(f"//w:style[w:name/@w:val='{shown}']//w:rFonts/@w:eastAsia")
        for name, shown in (("text", "Normal"), ("heading", "heading 1"), ("quote", "Quote"))
    }
    assert fonts == {"text": ["宋体"], "heading": ["黑体"], "quote": ["宋体"]}
    assert document.styles.element.xpath("//w:docDefaults//w:lang/@w:eastAsia") == ["zh-CN"]


def test_a_follow_up_shows_how_it_was_understood() -> None:
    asked = turn("那收费吗", standalone_question="检测评定收费吗")
    assert "## 问：那收费吗\n\n*问题理解：检测评定收费吗*\n\n不收取费用。" in answer_markdown(asked)


def test_what_the_answer_says_of_its_date_is_not_said_twice() -> None:
    asked = turn("收费吗", text="不收取。[1]\n依据：第二十七条。信息截至2024年4月。")
    assert answer_markdown(asked).count("信息截至2024年4月。") == 1
    assert answer_markdown(asked).endswith(f"\n\n*{MADE}*\n")


def test_questions_follow_each_other_under_one_title() -> None:
    made = conversation_markdown([turn("收费吗"), turn("月亮")])
    assert [line for line in made.split("\n") if line.startswith("#")] == [
        "# 政策问答记录",
        "## 问：收费吗",
        "## 问：月亮",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# 题", "\\# 题"),
        ("**粗** _斜_ `码` ~~删~~", "\\*\\*粗\\*\\* \\_斜\\_ \\`码\\` \\~\\~删\\~\\~"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("[链接](javascript:alert(1))", "[链接]\\(javascript:alert(1))"),
        ("![图](//x/y.png)", "\\![图]\\(//x/y.png)"),
        ("[1]: //x", "[1]\\: //x"),
        ("&lt;b&gt; $x$ 甲|乙", "\\&lt;b\\&gt; \\$x\\$ 甲\\|乙"),
        ("3. 第三项", "3\\. 第三项"),
        ("3.5 万元", "3.5 万元"),
        ("甲\n---\n- 乙\n    丙", "甲  \n\\---  \n\\- 乙  \n丙"),
        ("甲\n\n乙\x1b[2J\u202e", "甲  \n乙[2J"),
    ],
)
def test_nothing_that_is_quoted_is_markup(text: str, shown: str) -> None:
    assert f"呢\n\n{shown}\n\n**原文**" in answer_markdown(turn("呢", text=text))


def test_signs_that_xml_cannot_hold_do_not_stop_a_word_file() -> None:
    asked = turn("呢", text="甲\x0b\ufffe乙\x00 <w:br/> &amp;")
    assert ("Normal", "甲\ufffd乙 <w:br/> &amp;") in texts(conversation_docx([asked]))


def test_a_question_back_is_no_refusal() -> None:
    refusal = Refusal("需要更多信息", "请说明是哪一份文件。", choices=("办法", "通知"))
    asked = saved_turn(Answer("问", "问", "无。", (), (), "extractive", refusal), "c", "me")
    assert "请补充信息：请说明是哪一份文件。\n\n**可以从中选择**\n\n- 办法\n\n- 通知\n\n" in answer_markdown(
        asked
    )


def test_a_file_is_made_in_the_format_that_was_chosen() -> None:
    asked = [turn("收费吗")]
    media_type, data = exported("md", asked, "某协会问答")
    assert media_type == "text/markdown;charset=utf-8"
    assert data.decode().startswith("# 某协会问答\n\n## 问：收费吗\n")
    media_type, data = exported("docx", asked, "某协会问答")
    assert media_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert texts(data)[:2] == [("Title", "某协会问答"), ("Heading 1", "问：收费吗")]
    assert Document(BytesIO(data)).core_properties.title == "某协会问答"


@pytest.mark.parametrize(
    ("kind", "asked", "message"),
    [
        ("pdf", ["收费吗"], "未知的导出格式：pdf。可用：docx、md。"),
        ("docx", [], "这个对话还没有内容，没有可以导出的。请先提问。"),
    ],
)
def test_what_cannot_be_exported_is_told(kind: str, asked: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        exported(kind, [turn(question) for question in asked])
    assert str(caught.value) == message


# --- texts to paste ---


@pytest.mark.parametrize(
    ("label", "doc_number", "quote", "cited"),
    [
        (
            LABEL,
            "国市监质规〔2024〕3号",
            "不收取",
            "《检测评定管理办法（试行）》（国市监质规〔2024〕3号）第二十七条：“不收取”",
        ),
        (LABEL, None, "不收取", f"{LABEL}：“不收取”"),
        ("《印发〈清单〉的通知》附件 序号1", "272号", "", "《印发〈清单〉的通知》（272号）附件 序号1"),
        ("《通知》", "1号", "甲\n乙", "《通知》（1号）：“甲\n乙”"),
        ("无名文件", "1号", "甲", "无名文件（1号）：“甲”"),
    ],
)
def test_a_citation_to_paste(label: str, doc_number: str | None, quote: str, cited: str) -> None:
    assert citation_text(label, doc_number, quote) == cited


def test_an_answer_to_paste() -> None:
    assert answer_text(turn("收费吗").answer) == (
        "不收取费用。[1]\n另见<附件1>。[2] 此前 0 问。\n"
        "[1] 《检测评定管理办法（试行）》（国市监质规〔2024〕3号）第二十七条：“不向申请单位收取费用”\n"
        "[2] 《国务院政策例行吹风会》问答1：“记者：何时实施？\n司长：见<附件1>。”"
    )
    assert answer_text(turn("月亮").answer) == REFUSED


def test_a_ticket() -> None:
    asked = turn("那收费吗", standalone_question="检测评定收费吗", text="不收取。[1]")
    only = replace(asked, answer={**asked.answer, "citations": asked.answer["citations"][:1]})
    assert ticket_text(only, " 王先生，回电 ") == (
        "【工单】\n"
        "时间：2026年5月20日 20:00\n"
        "来电问题：那收费吗\n"
        "问题理解：检测评定收费吗\n"
        "答复：不收取。[1]\n"
        "原文：\n"
        "[1] 《检测评定管理办法（试行）》（国市监质规〔2024〕3号）第二十七条：“不向申请单位收取费用”\n"
        "信息截至2024年4月。\n"
        "作答：内置回答，policy-qa 0.1.0\n"
        "备注：王先生，回电"
    )


def test_a_ticket_says_how_sure_the_answer_is() -> None:
    assert "\n把握：请核对原文\n" in ticket_text(turn("收费吗"), sure="请核对原文")
    assert "把握" not in ticket_text(turn("收费吗"))


def test_a_ticket_of_a_refusal_and_of_a_chat_model() -> None:
    assert ticket_text(turn("月亮")) == (
        "【工单】\n时间：2026年5月20日 20:00\n来电问题：月亮\n"
        f"答复：{REFUSED}\n信息截至2024年4月。\n作答：内置回答，policy-qa 0.1.0"
    )
    answer = Answer("问", "问", "答。", (), (), "qwen3", confidence=0.5)
    by_model = replace(saved_turn(answer, "c", "me"), time="2026-05-20T12:00:00.000+00:00")
    assert ticket_text(by_model) == (
        "【工单】\n时间：2026年5月20日 20:00\n来电问题：问\n答复：答。\n作答：聊天模型 qwen3"
    )


def test_a_refusal_without_anything_near_is_exported() -> None:
    refusal = Refusal("超出范围", "不在范围内。")
    asked = saved_turn(Answer("问", "问", "无。", (), (), "extractive", refusal), "c", "me")
    assert "未能回答（超出范围）：不在范围内。\n\n*由政策问答程序（内置回答）于" in answer_markdown(asked)
    assert FREE.label not in answer_markdown(asked)
