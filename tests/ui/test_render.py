from dataclasses import replace
from html.parser import HTMLParser

import pytest

from index.model import Locator, Step
from qa.model import Answer, Citation, Hit, Refusal
from tests.ui.conftest import FREE, MEASURE, TURN, FakeChain, article
from ui.render import answer_html, answer_text, error_html, hits_text, question_html

HTML = (
    '<div class="pq-answer">不收取费用。[1]<br>另见&#60;附件1&#62;。[2] 此前 0 问。</div>'
    '<details class="pq-sources" open><summary>原文（2 条）</summary>'
    '<div class="pq-source"><div><strong>[1] 《检测评定管理办法（试行）》第二十七条</strong></div>'
    '<div><span class="pq-fact">国市监质规〔2024〕3号</span><span class="pq-fact">2024-03-22</span></div>'
    "<blockquote>不向申请单位收取费用</blockquote></div>"
    '<div class="pq-source"><div><strong>[2] 《国务院政策例行吹风会》问答1</strong></div>'
    '<div><span class="pq-fact">第 3 页</span></div>'
    "<blockquote>记者：何时实施？<br>司长：见&#60;附件1&#62;。</blockquote></div></details>"
)
REFUSED = (
    '<div class="pq-refusal"><p><strong>资料未收录</strong></p>'
    "<p>资料中没有关于月亮的内容。</p>"
    "<p>可以从中选择：</p><ul><li>火星</li></ul>"
    "<p>最接近的条文：</p><ul><li>《检测评定管理办法（试行）》第二十七条 "
    '<span class="pq-fact">国市监质规〔2024〕3号</span><span class="pq-fact">2024-03-22</span></li></ul>'
    "</div>"
)
INJECTIONS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</div></details><iframe src='//x'>",
    '" onmouseover="alert(1)',
    "<附件1>",
    "[链接](javascript:alert(1))",
    "![图](//x/y.png)",
    "**粗** _斜_ `码` ~~删~~ # 题 | 表 |",
    "$$\\href{javascript:alert(1)}{x}$$",
    "&lt;b&gt;",
    "甲\n\n<b>乙</b>\n\n    丙\n- 丁",
)


class Reader(HTMLParser):
    """Collects the tags and the text of what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_answer_as_html() -> None:
    assert answer_html(FakeChain().ask("收费吗")) == HTML


def test_a_refusal_as_html_looks_different() -> None:
    assert answer_html(FakeChain().ask("月亮")) == REFUSED


def test_an_answer_without_sources_has_no_empty_list_of_them() -> None:
    answer = Answer("q", "q", "好。", (), (), "x")
    assert answer_text(answer) == "好。"
    assert answer_html(answer) == '<div class="pq-answer">好。</div>'


def test_choices_that_the_reason_names_are_not_listed_again() -> None:
    refusal = Refusal("需要更多信息", "请说明是《甲》还是《乙》。", (), ("甲", "乙"))
    answer = Answer("q", "q", "", (), (), "x", refusal)
    assert answer_text(answer) == "【需要更多信息】请说明是《甲》还是《乙》。"
    assert "<li>" not in answer_html(answer)


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_from_a_document_or_a_user_is_markup(text: str) -> None:
    nasty = replace(article(MEASURE, text, text, Step("第一条")), locator=Locator((Step("第一条", text),)))
    refusal = Refusal("需要更多信息", text, (nasty,), (f"{text}！",))
    pages = (
        answer_html(Answer("q", "q", text, (Citation(1, nasty, text),), (), "x")),
        answer_html(Answer("q", "q", text, (), (), "x", refusal)),
        question_html(text),
        error_html(text),
    )
    ours = {"div", "br", "details", "summary", "strong", "span", "blockquote", "p", "ul", "li"}
    for page in pages:
        seen = Reader(page)
        assert seen.tags <= ours
        assert seen.attributes <= {"class", "open"}
        assert text.strip() in seen.text
        assert "\n" not in page  # a blank line would let Markdown read what follows
        assert not set("*_`~|$\\") & set(page)


def test_what_steers_a_terminal_is_not_printed() -> None:
    nasty = article(MEASURE, "第一条", "甲\x1b[2J乙\u202e丙\x00", Step("第一条"))
    said = answer_text(Answer("q", "q", "丁\x1b]0;x\x07戊\r\n己", (Citation(1, nasty, nasty.text),), (), "x"))
    assert said.splitlines()[0] == "丁]0;x戊"
    assert "“甲[2J乙丙”" in said
    assert not {"\x1b", "\x07", "\u202e", "\x00", "\r"} & set(said)


def test_a_very_long_question_is_cut_when_repeated() -> None:
    assert question_html("问" * 200) == f'<div class="pq-question">{"问" * 200}</div>'
    assert question_html("问" * 201) == f'<div class="pq-question">{"问" * 200}…（共 201 字）</div>'


def test_hits_are_listed_by_rank_with_their_beginnings() -> None:
    assert hits_text(()) == "没有找到条文。"
    long = replace(FREE, text="长" * 100)
    assert hits_text([Hit(long, 0.12345), Hit(TURN, 0)]).splitlines()[:2] == [
        " 1. 《检测评定管理办法（试行）》第二十七条  国市监质规〔2024〕3号  2024-03-22  （0.123）",
        f"    {'长' * 89}…",
    ]
