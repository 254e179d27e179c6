import re
from dataclasses import replace
from datetime import date

import pytest

from index.model import Locator, Step, Validity
from qa.model import Answer, Citation, Hit, Refusal
from qa.validity import Status, status
from tests.ui.conftest import FREE, MEASURE, TURN, FakeChain, article
from tests.ui.markup import Reader
from ui.pick import pick_html
from ui.render import badge_html, turn_html
from ui.saved import Feedback
from ui.turn import Turn

INJECTIONS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</div></details><iframe src='//x'>",
    '" onmouseover="alert(1)',
    "<附件1>",
    "[链接](javascript:alert(1))",
    "**粗** _斜_ `码` ~~删~~ # 题 | 表 |",
    "&lt;b&gt;",
    "甲\n\n<b>乙</b>\n\n    丙\n- 丁",
)


def turn(question: str, **changes: object) -> Turn:
    return replace(Turn("t1", question, answer=FakeChain().ask(question).to_json()), **changes)  # type: ignore[arg-type]


def test_marks_are_buttons_that_name_their_source_and_other_numbers_stay_text() -> None:
    answer = replace(
        FakeChain().ask("收费吗"), text="不收。[1]国市监质规[2024]3号[7]\n提示：已过期。\n依据：《办法》。"
    )
    html = turn_html(Turn("t1", "收费吗", answer=answer.to_json()), {})
    assert (
        '<div class="pq-answer"><p class="pq-lead">不收。'
        '<button type="button" class="pq-mark" data-act="source" data-turn="t1" data-n="1"'
        ' aria-label="依据1：《检测评定管理办法（试行）》第二十七条">[1]</button>国市监质规[2024]3号[7]</p>'
        '<p class="pq-caution">提示：已过期。</p><p class="pq-grounds">依据：《办法》。</p></div>'
    ) in html


def test_a_card_says_what_the_source_is_and_whether_it_holds() -> None:
    html = turn_html(turn("收费吗"), {FREE.id: Status("试行")})
    assert (
        '<div class="pq-card" id="card-t1-1"><button type="button" class="pq-open" data-act="source" data-turn="t1"'
        ' data-n="1">[1] 《检测评定管理办法（试行）》第二十七条</button><p class="pq-facts">'
        '<span class="pq-badge pq-fair">试行</span><span>国市监质规〔2024〕3号</span>'
        "<span>市场监管总局、国家发展改革委</span><span>2024-03-22</span></p>"
        "<blockquote>不向申请单位收取费用</blockquote>"
        '<button type="button" class="pq-cite" data-copy="《检测评定管理办法（试行）》（国市监质规〔2024〕3号）第二十七条'
        '：“不向申请单位收取费用”">复制引文</button></div>'
        '<div class="pq-card" id="card-t1-2"><button type="button" class="pq-open" data-act="source" data-turn="t1"'
        ' data-n="2">[2] 《国务院政策例行吹风会》问答1</button><p class="pq-facts"><span>第 3 页</span></p>'
        "<blockquote>记者：何时实施？<br>司长：见&lt;附件1&gt;。</blockquote>"
    ) in html


@pytest.mark.parametrize(
    ("validity", "trial", "day", "shown"),
    [
        (
            Validity(expires="2027-12-31"),
            False,
            date(2024, 5, 1),
            '<span class="pq-badge pq-good">现行</span>',
        ),
        (Validity(), True, date(2024, 5, 1), '<span class="pq-badge pq-fair">试行</span>'),
        (Validity(), False, date(2024, 5, 1), '<span class="pq-badge pq-plain">期限未写明</span>'),
        (
            Validity(expires="2027-12-31"),
            True,
            date(2028, 1, 1),
            '<span class="pq-badge pq-bad" title="有效期至2027年12月31日，截至2028年1月1日已过有效期">已过有效期</span>',
        ),
        (
            Validity(effective="2024-06-01"),
            False,
            date(2024, 5, 1),
            '<span class="pq-badge pq-warn" title="自2024年6月1日起施行，截至2024年5月1日尚未施行">尚未施行</span>',
        ),
    ],
)
def test_a_badge_is_as_of_a_day(validity: Validity, trial: bool, day: date, shown: str) -> None:
    assert badge_html(status(replace(MEASURE, validity=validity, trial=trial), day)) == shown


def test_a_refusal_is_no_answer_and_names_the_nearest() -> None:
    html = turn_html(turn("月亮"), {FREE.id: Status("试行")})
    assert "pq-answer" not in html
    assert (
        '<div class="pq-refusal" role="note" aria-label="没有答案"><p class="pq-type">资料未收录</p>'
        "<p>资料中没有关于月亮的内容。</p>"
    ) in html
    assert '<button type="button" class="pq-choice" data-act="choose" data-text="火星">火星</button>' in html


def test_the_nearest_articles_can_be_opened_where_there_is_nothing_to_choose() -> None:
    refusal = Refusal("资料未收录", "没有。", (FREE,))
    answer = Answer("q", "q", "没有。", (), (), "x", refusal)
    html = turn_html(Turn("t1", "q", answer=answer.to_json()), {})
    opened = f'data-act="article" data-id="{FREE.id}">《检测评定管理办法（试行）》第二十七条</button>'
    assert opened in html
    outside = replace(answer, refusal=replace(refusal, type="超出范围"))
    assert opened not in turn_html(Turn("t1", "q", answer=outside.to_json()), {})


def test_a_question_back_offers_its_choices_and_looks_like_neither() -> None:
    html = turn_html(turn("哪个"), {})
    assert 'class="pq-refusal pq-back" role="note" aria-label="需要补充信息"' in html
    assert 'data-act="choose" data-text="第一批哪个">第一批</button>' in html


def test_a_turn_in_work_and_one_that_failed_say_so() -> None:
    working = turn_html(Turn("t1", "收费吗", "working"), {})
    assert '<p class="pq-working" role="status">正在查找……</p></article>' in working
    failed = turn_html(Turn("t1", "收费吗", "failed", error="断了。"), {})
    assert '<div class="pq-error" role="alert">断了。</div>' in failed
    assert "data-verdict" not in failed
    assert 'data-act="again" data-turn="t1" data-text="收费吗"' in failed


def test_a_verdict_is_marked_and_takes_a_comment() -> None:
    given = Feedback("t1", "o", "依据不对", '另有"规定"', FREE.id)
    html = turn_html(turn("收费吗", feedback=given), {})
    assert 'data-verdict="依据不对" aria-pressed="true"' in html
    assert html.count('aria-pressed="true"') == 1
    assert "已记录：依据不对。正确的依据：《检测评定管理办法（试行）》第五章 附则 / 第二十七条。" in html
    assert 'value="另有&quot;规定&quot;"' in html


def test_the_right_article_is_picked_from_those_found_the_cited_ones_last() -> None:
    said = turn("收费吗").answer or {}
    html = pick_html(Turn("t1", "收费吗", answer={**said, "citations": said["citations"][:1]}))
    assert re.findall(r'data-article="([^"]*)"', html) == [TURN.id, FREE.id]


def test_the_right_article_is_picked_by_keywords() -> None:
    many = [replace(FREE, id=f"x{n}") for n in range(11)]
    html = pick_html(turn("收费吗"), '申请"单位', many)
    assert re.findall(r'data-article="([^"]*)"', html) == [f"x{n}" for n in range(10)]
    assert 'value="申请&quot;单位"' in html
    assert "只列出前 10 条" in html
    assert "没有找到" in pick_html(turn("收费吗"), "没有的词", [])


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_from_a_document_or_a_user_is_markup(text: str) -> None:
    meta = replace(MEASURE, title=text, doc_number=text, issuers=(text,))
    nasty = replace(
        article(meta, text, text, Step("第一条")), id=text, locator=Locator((Step("第一条", text),))
    )
    refusal = Refusal("需要更多信息", text, (nasty,), (f"{text}！",))
    said = Answer(text, text, f"{text}[1]", (Citation(1, nasty, text),), (Hit(nasty, 1.0),), "x")
    turns = (
        Turn(text, text, answer=said.to_json(), feedback=Feedback("t", "o", "有用", text, text)),
        Turn("t", text, answer=replace(said, citations=(), refusal=refusal).to_json()),
        Turn("t", text, answer=replace(said, citations=(), refusal=replace(refusal, choices=())).to_json()),
        Turn("t", text, "failed", error=text),
    )
    pages = [turn_html(t, {text: Status("现行", text)}) for t in turns]
    for page in (*pages, pick_html(turns[0], text, [nasty])):
        seen = Reader(page)
        seen.check()
        assert text.strip() in seen.text or page is not pages[0]


def test_a_very_long_question_is_cut_when_repeated() -> None:
    for length, shown in ((200, "问" * 200), (201, "问" * 200 + "…（共 201 字）")):
        assert f'<h2 class="pq-question">{shown}</h2>' in turn_html(Turn("t", "问" * length, "working"), {})
