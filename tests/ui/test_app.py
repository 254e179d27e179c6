"""What each click gives back, without a browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.library import Library
from qa.chain import Chain
from qa.settings import Settings, WebSettings
from tests.fakes import BREAK, FakeChat
from tests.ui.conftest import FREE, TURN, FakeChain, as_chain
from ui.app import App
from ui.faults import FAULT, fault
from ui.live import LiveChain
from ui.records import FILE, Records
from ui.users import Person
from ui.views import Views, views_json

ANNA, BERT = Person("browser:anna"), Person("browser:bert")


class Page:
    """A page in a browser: it remembers its conversation and waits for answers."""

    def __init__(self, app: App, who: Person = ANNA) -> None:
        self.app = app
        self.who = who
        self.where: dict[str, str] = {}

    def act(self, name: str, **data: str) -> Views:
        views = self.app.act({**self.where, **data, "act": name}, self.who)
        self.where |= {k: v for k, v in views.state.items() if k in ("conversation", "documents")}
        return views

    def ask(self, text: str, act: str = "ask", **data: str) -> str:
        """The finished turn as HTML."""
        return self.wait(self.act(act, text=text, **data))

    def wait(self, views: Views) -> str:
        state = views.state
        assert "wait" in state, views
        while "wait" in state:
            views = self.act("more", **state)
            state = views.state
        return views.turn or ""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records(tmp_path / FILE)
    yield opened
    opened.close()


@pytest.fixture
def app(chain: FakeChain, records: Records) -> Iterator[App]:
    made = App(
        LiveChain(lambda: as_chain(chain)),
        records,
        WebSettings(),
        version="1.0",
        today=lambda: date(2024, 5, 1),
    )
    yield made
    made.close()


@pytest.fixture
def page(app: App) -> Page:
    opened = Page(app)
    opened.act("open")
    return opened


def turn_of(html: str) -> str:
    return html.partition('id="turn-')[2].partition('"')[0]


def test_a_follow_up_is_asked_with_what_was_asked_before(page: Page, chain: FakeChain) -> None:
    page.ask("收费吗")
    page.ask(" 那第二批呢 ")
    assert [(q, h) for q, h, _ in chain.asked] == [("收费吗", ()), ("那第二批呢", ("收费吗",))]


def test_a_conversation_is_there_after_a_restart_with_its_sources(
    page: Page, records: Records, chain: FakeChain
) -> None:
    shown = page.ask("收费吗")
    again = Page(
        App(LiveChain(lambda: as_chain(chain)), records, WebSettings(), today=lambda: date(2024, 5, 1))
    )
    again.where = dict(page.where)
    opened = again.act("open")
    assert opened.chat == shown
    assert opened.conversations is not None
    assert 'aria-current="true"' in opened.conversations
    panel = again.act("source", turn=turn_of(shown), n="1").panel
    assert panel is not None
    assert "第二十七条 检测评定<mark>不向申请单位收取费用</mark>。" in panel


def test_others_see_nothing_of_it(page: Page, app: App) -> None:
    html = page.ask("收费吗")
    bert = Page(app, BERT)
    bert.where = dict(page.where)
    opened = bert.act("open")
    assert opened.chat is not None
    assert "pq-turn" not in opened.chat
    assert bert.act("source", turn=turn_of(html), n="1").panel is None
    assert bert.act("export", what="turn", kind="md", id=turn_of(html)).file is None
    assert bert.act("feedback", turn=turn_of(html), verdict="有用").turn is None
    bert.act("delete", which=page.where["conversation"])
    assert page.act("open").chat == html


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  ", "问题为空。请输入要查询的问题。"),
        ("长" * 2001, "问题过长（2001 字）。请缩短到 2000 字以内。"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_at_once(page: Page, text: str, told: str) -> None:
    for act in ("ask", "choose", "again"):
        assert page.act(act, text=text) == Views(notice=told)
    assert "pq-welcome" in (page.act("open").chat or "")


def test_trying_again_takes_the_place_of_the_turn_and_all_after_it(page: Page, chain: FakeChain) -> None:
    first = turn_of(page.ask("收费吗"))
    page.ask("何时实施")
    views = page.act("again", turn=first, text="要钱吗")
    page.wait(views)
    assert (views.chat or "").count("pq-turn") == 1
    assert [(q, h) for q, h, _ in chain.asked][-1] == ("要钱吗", ())
    assert (page.act("open").chat or "").count('class="pq-turn"') == 1


def test_a_turn_that_failed_is_tried_again_by_its_text(page: Page, chain: FakeChain) -> None:
    failed = page.ask("出错")
    assert fault(turn_of(failed)) in failed
    views = page.act("again", turn=turn_of(failed), text="收费吗")
    page.wait(views)
    assert [q for q, _, _ in chain.asked] == ["出错", "收费吗"]
    assert (page.act("open").chat or "").count('class="pq-turn"') == 1


def test_conversations_are_listed_shown_and_deleted(page: Page) -> None:
    page.ask("收费吗")
    old = page.where["conversation"]
    assert "pq-welcome" in (page.act("new").chat or "")
    assert page.where["conversation"] != old
    page.ask("何时实施")
    listed = page.act("conversation", conversation=old)
    assert 'data-question="收费吗"' in (listed.chat or "")
    assert (listed.conversations or "").count("pq-past") == 2
    gone = page.act("delete", which=old)
    assert "pq-welcome" in (gone.chat or "")
    assert (gone.conversations or "").count("pq-past") == 1


def test_questions_are_limited_to_chosen_documents(page: Page, chain: FakeChain) -> None:
    key = FREE.meta.key
    views = page.act("filter", documents=f"{key}\nunknown")
    assert "只查《检测评定管理办法（试行）》" in (views.filter or "")
    assert views.state == {"documents": key}
    page.ask("收费吗")
    assert chain.asked[-1][2] == (key,)
    assert "范围：全部文件" in (page.act("filter", documents="").filter or "")


def test_questions_are_limited_to_a_collection_as_it_is_when_they_are_asked(
    page: Page, chain: FakeChain
) -> None:
    chain.library.collections = {"四月": (FREE.meta.key,), "五月": (TURN.meta.key,)}
    views = page.act("filter", documents="合集：五月\n合集：六月")
    assert "只查合集“五月”" in (views.filter or "")
    assert views.state == {"documents": "合集：五月"}
    page.ask("收费吗")
    assert chain.asked[-1][2] == (TURN.meta.key,)
    chain.library.collections = {"四月": (FREE.meta.key, TURN.meta.key)}
    assert page.act("ask", text="收费吗").notice == "选中的合集已不存在。请重新选择范围。"


def test_a_verdict_is_kept_with_comment_and_right_article(page: Page, records: Records) -> None:
    id_ = turn_of(page.ask("收费吗"))
    picked = page.act("feedback", turn=id_, verdict="依据不对")
    assert f'data-article="{TURN.id}"' in (picked.panel or "")
    page.act("feedback", turn=id_, verdict="依据不对", article=TURN.id)
    told = page.act("feedback", turn=id_, verdict="依据不对", comment=" 应为问答 ")
    assert (told.panel, told.notice) == (None, "谢谢，已记录。")
    kept = records.feedback(id_, ANNA.name)
    assert kept is not None
    assert (kept.verdict, kept.comment, kept.article) == ("依据不对", "应为问答", TURN.id)
    page.act("feedback", turn=id_, verdict="有用")
    kept = records.feedback(id_, ANNA.name)
    assert kept is not None
    assert (kept.verdict, kept.comment, kept.article) == ("有用", "应为问答", None)
    assert (
        page.act("feedback", turn=id_, verdict="好").notice
        == "未知的评价。可用：有用、依据不对、过期、没答到。"
    )
    assert 'aria-pressed="true"' in (page.act("open").chat or "")


@pytest.mark.parametrize(
    ("kind", "media_type", "begins"),
    [
        ("md", "text/markdown;charset=utf-8", "# 政策问答\n\n## 问：收费吗\n".encode()),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ],
)
def test_an_answer_and_a_conversation_are_exported(
    page: Page, kind: str, media_type: str, begins: bytes
) -> None:
    conversation = page.where["conversation"]
    empty = page.act("export", what="conversation", id=conversation, kind=kind)
    assert empty.notice == "这个对话还没有内容，没有可以导出的。请先提问。"
    id_ = turn_of(page.ask("收费吗"))
    for what, which in (("conversation", conversation), ("turn", id_)):
        file = page.act("export", what=what, id=which, kind=kind).file
        assert file is not None
        assert (file.name, file.media_type) == (f"问答-2024-05-01.{kind}", media_type)
        assert file.data.startswith(begins)


def test_an_article_that_the_index_no_longer_has_is_shown_as_it_was(page: Page, chain: FakeChain) -> None:
    id_ = turn_of(page.ask("收费吗"))
    chain.library.article = {}.get
    panel = page.act("source", turn=id_, n="1").panel or ""
    assert "索引已更新，其中不再有这一条。" in panel
    assert "检测评定<mark>不向申请单位收取费用</mark>" in panel
    assert page.act("article", id=FREE.id).notice == "索引中没有这一条，可能已更新。请重新提问。"


def test_a_table_row_is_shown_beside_its_columns_and_its_neighbours_can_be_opened(records: Records) -> None:
    row = replace(
        FREE, id="表/1", text="1\t电梯", columns=(("序号", "1"), ("名称", "电梯")), label="附件1 序号1"
    )
    after = replace(FREE, id="表/2")
    chain = FakeChain(articles=(row, after, TURN))
    page = Page(App(LiveChain(lambda: as_chain(chain)), records, WebSettings()))
    panel = page.act("article", id="表/1").panel or ""
    assert '<tr><th scope="row">名称</th><td>电梯</td></tr>' in panel
    first, last = '<button type="button" disabled>上一条', '<button type="button" disabled>下一条'
    assert (first in panel, last in panel) == (True, False)
    assert 'data-act="article" data-id="表/2" data-refocus="下一条"' in panel
    panel = page.act("article", id="表/2").panel or ""
    assert (first in panel, last in panel) == (False, True)


def test_a_chat_model_that_dies_in_mid_stream_leaves_the_built_in_answer(
    library: Library, records: Records
) -> None:
    chain = Chain(
        library, Settings(), FakeChat(f"不收取。中国首台（套）检测评定不向申请单位收取费用。[1]{BREAK}")
    )
    app = App(LiveChain(lambda: chain), records, WebSettings())
    html = Page(app).ask("首台套检测评定收费吗")
    app.close()
    assert '<p class="pq-lead">不收取。中国首台（套）检测评定不向申请单位收取费用。' in html
    assert '<p class="pq-note">（聊天模型的回答中断了；以上为内置回答。）</p>' in html
    assert "pq-error" not in html


def test_a_page_of_another_version_is_told_to_reload(page: Page) -> None:
    assert page.act("unheard-of") == Views(notice="这个页面与服务端的版本不一致。请刷新页面。")


def test_a_fault_of_ours_is_one_line(page: Page) -> None:
    assert page.act("more", wait="t", seen="x") == Views(notice=FAULT)


def test_only_what_changes_is_sent() -> None:
    assert views_json(Views(turn="<p>", panel="", state={"a": "b"})) == {
        "turn": "<p>",
        "panel": "",
        "state": {"a": "b"},
    }
