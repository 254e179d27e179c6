"""The maintainer's page as HTML: who may have it, what it counts and lists, what is exported."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eval.feedback import read_feedback
from qa.settings import Settings, WebSettings
from tests.ui.conftest import FREE, FakeChain, as_chain
from ui.app import App
from ui.daily import daily_html
from ui.faults import FILE as FAULTS
from ui.faults import Faults
from ui.live import LiveChain
from ui.mine import kept_text, person_html, tag
from ui.records import FILE, Records
from ui.saved import USER_VERDICTS, Day, Feedback, SavedTurn, UserVerdict, iso
from ui.users import Person

NOW = datetime(2024, 5, 3, 4, tzinfo=UTC)
USER, MAINTAINER = Person("user:张三"), Person("user:维护员", maintainer=True)
NASTY = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records(tmp_path / FILE, clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def app(chain: FakeChain, records: Records, tmp_path: Path) -> Iterator[App]:
    live = LiveChain(lambda: as_chain(chain))
    faults = Faults(tmp_path / FAULTS, clock=lambda: NOW)
    made = App(live, records, WebSettings(keep_days=90), today=lambda: date(2024, 5, 3), faults=faults)
    yield made
    made.close()
    faults.close()


def keep(
    records: Records,
    id_: str,
    *,
    days: int = 0,
    refusal: str | None = None,
    verdict: UserVerdict | None = None,
    comment: str = "",
    article: str | None = None,
    **answer: Any,
) -> None:
    """Keep a turn of `days` ago, and what was said about it."""
    when = iso(NOW - timedelta(days=days))
    told: dict[str, Any] = {
        "question": f"问题{id_}",
        "standalone_question": f"问题{id_}",
        "answer": f"回答{id_}",
        "citations": [],
    }
    told |= {"refusal": {"type": refusal} if refusal else None, "answerer": "extractive", **answer}
    records.add(SavedTurn(id_, f"c{id_}", USER.name, when, told))
    if verdict:
        records.add_feedback(Feedback(id_, USER.name, verdict, comment, article, when))


def shown(app: App, **data: str) -> str:
    html = app.act({"act": "maintain", **data}, MAINTAINER).maintain
    assert html is not None
    return html


def section(html: str, name: str) -> str:
    return html.partition(f'<section aria-label="{name}">')[2].partition("</section>")[0]


# ---- who may -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("act", ["maintain", "maintain-export", "maintain-clear"])
def test_nobody_but_a_maintainer_gets_anything(app: App, records: Records, act: str) -> None:
    keep(records, "1", verdict="没答到")
    assert app.faults is not None
    app.faults.add("模型", "聊天模型超时", "ui.asked")
    for who in (USER, Person("browser:" + "0" * 32)):
        views = app.act({"act": act, "days": "30"}, who)
        assert (views.maintain, views.file) == (None, None)
        assert views.notice == "只有维护者可以查看维护页。请用维护者的账号登录。"
    assert len(app.faults.last()) == 1


# ---- lists -------------------------------------------------------------------------------------------------
def test_what_was_not_answered_is_listed_with_its_type_the_newest_first(app: App, records: Records) -> None:
    keep(records, "1", days=2, refusal="资料未收录")
    keep(records, "2", days=1, verdict="有用")
    keep(records, "3", refusal="需要更多信息")
    keep(records, "4", verdict="依据不对", comment="应是第二十七条", article=FREE.id)
    keep(records, "5", days=10, refusal="超出范围")
    found = section(shown(app, days="7"), "未答好的问题")
    assert "未答好的问题（2）" in found
    first, second = found.split('<li class="pq-case">')[1:]
    assert "问题4" in first
    assert "依据不对" in first
    assert "<p>用户选的依据：《检测评定管理办法（试行）》第二十七条</p><p>说明：应是第二十七条</p>" in first
    assert "问题1" in second
    assert '<span class="pq-badge pq-warn">资料未收录</span>' in second
    assert '<time datetime="2024-05-01T04:00:00.000+00:00">' in second
    assert "问题5" in shown(app, days="30")


def test_all_feedback_is_listed_that_which_praises_too(app: App, records: Records) -> None:
    keep(
        records,
        "1",
        verdict="有用",
        standalone_question="补全的问题",
        citations=[{"label": "《办法》第一条"}],
    )
    keep(records, "2", verdict="过期", article="没有的条文")
    found = section(shown(app), "用户评价")
    assert "用户评价（2）" in found
    assert "<p>理解为：补全的问题</p>" in found
    assert "<p>依据：《办法》第一条</p>" in found
    assert "用户选的依据：没有的条文" in found
    assert 'data-act="maintain-export" data-days="30"' in found


def test_an_empty_page_says_so(app: App) -> None:
    html = shown(app, days="unsinn")
    for said in (
        "这段时间没有提问。",
        "没有拒答，也没有差评。",
        "还没有评价。",
        "建于 2024-05-01 00:00（2 天前）",
    ):
        assert said in html
    assert "导出评价" not in html
    assert 'data-days="30" aria-pressed="true"' in html


def test_a_long_list_is_cut_and_says_so(app: App, records: Records) -> None:
    for n in range(203):
        keep(records, str(n), refusal="超出范围")
    found = section(shown(app), "未答好的问题")
    assert found.count('<li class="pq-case">') == 200
    assert "另有 3 条较早的，请缩短时间范围查看。" in found


def test_nothing_that_was_typed_is_markup(app: App, records: Records) -> None:
    keep(
        records, "1", refusal=NASTY, verdict="没答到", comment=NASTY, article=NASTY, question=NASTY,
        standalone_question=NASTY + "2", answer=NASTY, citations=[{"label": NASTY}],
    )  # fmt: skip
    html = shown(app)
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;") >= 10


# ---- export ------------------------------------------------------------------------------------------------
def test_feedback_is_exported_as_the_evaluation_reads_it(app: App, records: Records, tmp_path: Path) -> None:
    keep(records, "1", days=20, verdict="没答到")
    keep(records, "2", verdict="依据不对", comment="应是第二十七条", article=FREE.id)
    views = app.act({"act": "maintain-export", "days": "7"}, MAINTAINER)
    assert views.file is not None
    assert (views.file.name, views.notice) == ("评价-2024-05-03.jsonl", "已导出 1 条评价。")
    file = tmp_path / "feedback.jsonl"
    file.write_bytes(views.file.data)
    (read,) = read_feedback(file)
    assert (read.question, read.verdict, read.article, read.comment) == (
        "问题2", "wrong_source", FREE.id, "依据不对：应是第二十七条",
    )  # fmt: skip
    assert USER.name.encode() not in views.file.data


def test_where_there_is_nothing_to_export_it_is_told(app: App) -> None:
    assert app.act({"act": "maintain-export"}, MAINTAINER).notice == (
        "这段时间没有评价，没有可以导出的。请换一段时间。"
    )


# ---- errors ------------------------------------------------------------------------------------------------
def test_the_last_errors_are_listed_with_how_often_and_their_ids(app: App) -> None:
    assert "没有出错。" in section(shown(app), "最近的错误")
    assert app.faults is not None
    app.faults.add("模型", "聊天模型超时", "ui.asked", "0123456789")
    app.faults.add("模型", "聊天模型超时", "ui.asked", "abcdefghij", "Traceback\n  File x")
    found = section(shown(app), "最近的错误")
    assert "最近的错误（1）" in found
    for said in (
        '<span class="pq-badge pq-bad">模型</span>', '<time datetime="2024-05-03T04:00:00.000+00:00">',
        "<span>2 次</span><span>编号 abcdefgh</span>", '<p class="pq-case-question">聊天模型超时</p>',
        "<summary>详情</summary>", "<p>出处：ui.asked</p><p>编号：abcdefgh、01234567</p>",
        ">Traceback\n  File x</pre>",
    ):  # fmt: skip
        assert said in found
    cleared = app.act({"act": "maintain-clear"}, MAINTAINER)
    assert (cleared.notice, app.faults.last()) == ("已清空。", ())
    assert "没有出错。" in section(cleared.maintain or "", "最近的错误")


def test_a_long_list_of_errors_is_cut_and_nothing_in_it_is_markup(app: App) -> None:
    assert app.faults is not None
    for n in range(32):
        app.faults.add(NASTY, f"{NASTY}{n}", NASTY, NASTY, NASTY)
    found = section(shown(app), "最近的错误")
    assert (found.count('<li class="pq-case">'), "<img" in found) == (30, False)
    assert "另有 2 种较早的，见服务端日志。" in found


# ---- state -------------------------------------------------------------------------------------------------
def test_the_chat_model_is_told_with_what_it_did(app: App, records: Records, chain: FakeChain) -> None:
    assert "<dd>未接入，使用内置回答</dd>" in shown(app)
    chain.settings = Settings(llm="openai:qwen")
    keep(records, "1", answerer="openai:qwen")
    keep(records, "2", answerer="openai:qwen")
    keep(records, "3")
    assert "<dd>openai:qwen：作答 2 次，失败 0 次（改用内置回答）</dd>" in shown(app)
    keep(records, "4", answer="不收取。[1]\n（聊天模型超时；以上为内置回答。）")
    assert "作答 2 次，失败 1 次（改用内置回答）；最近一次失败：" in shown(app)
    assert "，超时</dd>" in shown(app)


# ---- counts ------------------------------------------------------------------------------------------------
def day(number: int, asked: int = 0, refused: int = 0, **verdicts: int) -> Day:
    return Day(
        date(2024, 1, 1) + timedelta(days=number),
        asked,
        refused,
        {v: verdicts.get(v, 0) for v in USER_VERDICTS},
    )


def plot(html: str) -> ET.Element:
    return ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def test_the_plot_tells_its_numbers_without_being_seen() -> None:
    html = daily_html([day(0, 4, 1, 有用=2), day(1), day(2, 2, 2, 过期=1, 没答到=1)])
    svg = plot(html)
    assert svg.get("aria-labelledby") == "pq-plot-title pq-plot-desc"
    assert svg.findtext("title") == "每日提问、拒答和评价的数量"
    assert svg.findtext("desc") == (
        "共提问 6，其中拒答 3，评价 4。最多的是1月1日：提问 4，其中拒答 1，评价 2。"
    )
    assert [g.findtext("title") for g in svg.findall("g")] == [
        "1月1日：提问 4，其中拒答 1，评价 2",
        "1月2日：提问 0，其中拒答 0，评价 0",
        "1月3日：提问 2，其中拒答 2，评价 2",
    ]


def test_bars_are_as_high_as_what_they_count() -> None:
    svg = plot(daily_html([day(0, 4, 1, 有用=2), day(1, 2)]))
    assert svg.get("viewBox") == "0 0 20 100"
    drawn = [
        (r.get("class"), r.get("x"), r.get("y"), r.get("height"))
        for r in svg.iter("rect")
        if r.get("class") != "pq-clear"
    ]
    assert drawn == [
        ("pq-refused", "1", "75.00", "25.00"),
        ("pq-asked", "1", "0.00", "75.00"),
        ("pq-judged", "6.5", "50.00", "50.00"),
        ("pq-asked", "11", "50.00", "50.00"),
    ]


def test_a_long_time_is_drawn_by_the_week() -> None:
    svg = plot(daily_html([day(n, 1) for n in range(365)]))
    titles = [g.findtext("title") for g in svg.findall("g")]
    assert svg.findtext("title") == "每周提问、拒答和评价的数量"
    assert (len(titles), titles[0], titles[-1]) == (
        53,
        "1月1日：提问 1，其中拒答 0，评价 0",
        "12月24日至12月30日：提问 7，其中拒答 0，评价 0",
    )


def test_the_table_has_the_sum_and_the_days_with_something_the_newest_first() -> None:
    html = daily_html([day(0, 4, 1, 有用=2), day(1), day(2, 0, 0, 过期=1)])
    rows = html[html.index("<tbody>") :].split("<tr")[1:]
    assert [r.partition('row">')[2].partition("<")[0] for r in rows] == ["合计", "2024-01-03", "2024-01-01"]
    assert "<td>4</td><td>1</td><td>2</td><td>0</td><td>1</td><td>0</td>" in rows[0]


# ---- what is kept of a person ------------------------------------------------------------------------------
def test_what_is_kept_is_told_with_its_time() -> None:
    assert kept_text(WebSettings(keep_days=30)) == (
        "提问、回答和评价会保存在服务器上，保留 30 天后自动删除；维护者可以查看，用于改进回答。"
    )
    assert "不会自动删除" in kept_text(WebSettings())


def test_who_is_at_the_page_is_told_with_what_can_be_done() -> None:
    web = WebSettings()
    anonymous = person_html(Person("browser:x"), web)
    assert "<summary>我的记录</summary>" in anonymous
    assert "退出登录" not in anonymous
    assert "data-maintainer" not in anonymous
    named = person_html(Person(f"user:{NASTY}", maintainer=True), web)
    assert "data-maintainer" in named
    assert "退出登录" in named
    assert "<img" not in named


def test_who_signs_in_on_the_page_of_another_begins_anew(app: App, records: Records) -> None:
    keep(records, "1")
    where = {"act": "open", "conversation": "c1"}
    own = app.act(where, USER)
    assert own.state == {"conversation": "c1", "person": tag(USER)}
    assert app.act({**where, "person": tag(USER)}, USER).state["conversation"] == "c1"
    assert app.act({**where, "person": tag(USER)}, MAINTAINER).state["conversation"] != "c1"


def test_who_is_forgotten_leaves_nothing_and_others_stay(app: App, records: Records) -> None:
    keep(records, "1", verdict="没答到")
    other = Person("user:李四")
    app.act({"act": "open"}, other)
    wait = app.act({"act": "ask", "text": "收费吗", "conversation": "c9"}, other).state
    while "wait" in wait:
        wait = app.act({"act": "more", "conversation": "c9", **wait}, other).state
    views = app.act({"act": "forget", "conversation": "c1"}, USER)
    assert views.notice == "已删除您的全部记录。"
    assert views.state["conversation"] not in ("", "c1")
    assert records.turns("c1", USER.name) == ()
    assert len(records.turns("c9", other.name)) == 1
    assert section(shown(app), "用户评价").count("pq-case") == 0
