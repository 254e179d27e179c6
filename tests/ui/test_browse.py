"""The library page: documents, search by keyword, a document by its outline."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from index.manifest import Entry
from index.model import Article, Locator, Step
from qa.settings import WebSettings
from qa.validity import Status
from tests.ui.conftest import as_chain
from tests.ui.markup import Reader
from tests.ui.papers import (
    LIST,
    LIST_ARTICLES,
    ROWS,
    RULES,
    RULES_ARTICLES,
    paper_chain,
    paper_library,
    row,
    rule,
)
from ui.app import App
from ui.browse import Where, documents_html, found_html
from ui.live import LiveChain
from ui.outline import outline
from ui.reader import AT_ONCE, Place, document_html
from ui.records import FILE, Records
from ui.search import FullText, Texts, words_of
from ui.users import Person
from ui.views import Views

STANDS = Status("试行")
ALL = [*RULES_ARTICLES, *LIST_ARTICLES]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    chain = paper_chain()
    records = Records(tmp_path / FILE)
    made = App(LiveChain(lambda: as_chain(chain)), records, WebSettings(), today=lambda: date(2024, 5, 1))
    yield made
    made.close()
    records.close()


def act(app: App, name: str, **data: str) -> Views:
    return app.act({"act": name, **data}, Person("browser:anna"))


def find(query: str) -> list[tuple[str, int, int]]:
    """Key, articles and hits of each document that is found."""
    return [(f.meta.key, len(f.articles), f.hits) for f in FullText(ALL).find(words_of(query))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("首台套 费用", [("规〔2024〕1号", 3, 6)]),
        ("首台（套）　项目", [("规〔2024〕1号", 3, 6)]),
        ("免收费用", [("清单", 30, 30)]),
        ("电梯第７型", [("清单", 1, 1)]),
        ("标准清单 电梯", [("清单", 60, 60)]),
        ("规[2024]1号", [("规〔2024〕1号", 0, 0)]),
        ("总则 收取", [("规〔2024〕1号", 1, 1)]),
        ("评定 不收取 免收", []),
        ("评定不收取", []),
    ],
)
def test_all_words_have_to_be_there_however_they_are_spelt(
    query: str, found: list[tuple[str, int, int]]
) -> None:
    assert find(query) == found


def test_a_document_named_by_the_words_comes_first() -> None:
    assert [f.meta for f in FullText(ALL).find(words_of("清单"))] == [LIST]
    assert [(f.meta, f.named) for f in FullText(ALL).find(words_of("第"))] == [(RULES, False), (LIST, False)]


@pytest.mark.parametrize(
    ("query", "words"),
    [("", ()), ("  《》 ", ()), ("Ａb ab", ("ab",)), ("字 " * 60, ("字",)), ("长" * 300, ("长" * 100,))],
)
def test_a_query_is_bounded(query: str, words: tuple[str, ...]) -> None:
    assert words_of(query) == words


def test_a_search_in_a_large_library_is_quick() -> None:
    articles = [
        replace(rule(n % 30 + 1), text=f"第{n}条 企业应当提交申请材料，{'不收取费用。' * 12}")
        for n in range(28000)
    ]
    text = FullText(articles)
    begin = perf_counter()
    found = text.find(words_of("申请 费用"))
    html = found_html(found, words_of("申请 费用"), Where("申请 费用"), lambda _: STANDS)
    assert perf_counter() - begin < 2.0  # a tenth of that where nothing else runs
    assert "1 份文件，28000 条，364000 处。" in html
    assert len(html) < 40_000


def test_the_full_text_is_made_once_for_a_generation() -> None:
    texts, library = Texts(), paper_library()
    first = texts.of(library)
    assert texts.of(library) is first
    library.generation = Path("000002")
    assert texts.of(library) is not first


def test_the_documents_are_listed_with_what_is_known_of_them(app: App) -> None:
    html = act(app, "library").library or ""
    assert "共 2 份文件、91 条。" in html
    assert (
        '<p class="pq-facts"><span class="pq-badge pq-plain">期限未写明</span><span>规〔2024〕1号</span>'
        "<span>市场监管总局</span><span>2024-03-22</span><span>30 条</span></p>" in html
    )
    assert 'data-act="only" data-documents="清单" aria-label="只问这份文件：《标准&lt;b&gt;清单》"' in html
    assert not Reader(html).tags & {"b"}


def test_many_documents_are_listed_page_by_page() -> None:
    entries = [Entry(replace(LIST, key=f"k{n}", title=f"文件{n}号"), "s", 1) for n in range(120)]
    html = documents_html(entries, Where(page=9), lambda _: STANDS)
    assert "第 3 / 3 页" in html
    assert (html.count('<li class="pq-doc">'), "《文件100号》" in html, "《文件99号》" in html) == (
        20,
        True,
        False,
    )
    assert 'data-query="" data-page="2">上一页' in html
    assert 'data-query="" data-page="4" disabled>下一页' in html


def test_what_is_found_is_marked_and_opens_at_its_place(app: App) -> None:
    html = act(app, "library", query=" 首台套   费用 ", page="x").library or ""
    assert 'value="首台套 费用"' in html
    assert "1 份文件，3 条，6 处。" in html
    assert "<mark>首台 (套)</mark>项目第7次评定 不收取&lt;<mark>费用</mark>&gt;。" in html
    assert (
        'data-key="规〔2024〕1号" data-at="规〔2024〕1号/第7条" data-query="首台套 费用" data-page="1">'
        in html
    )


def test_what_is_not_found_is_told(app: App) -> None:
    html = act(app, "library", query="月球 旅行").library or ""
    assert "没有找到。每个词都要出现。请减少关键词，或换一个说法。" in html


def test_what_is_found_is_shown_page_by_page(app: App) -> None:
    html = act(app, "library", query="电梯", page="3").library or ""
    assert (html.count("<li>"), "第 3 / 3 页" in html) == (ROWS - 40, True)


def test_a_snippet_begins_before_its_first_hit() -> None:
    long = replace(rule(1), text="开头" * 200 + "目标" + "结尾" * 200)
    html = found_html(FullText([long]).find(["目标"]), ["目标"], Where("目标"), lambda _: STANDS)
    assert f"<p>…{'开头' * 20}<mark>目标</mark>{'结尾' * 59}…</p>" in html


def test_an_outline_has_chapters_with_their_articles_and_tables_in_one_line() -> None:
    nodes = outline(RULES_ARTICLES)
    assert [(n.title, n.articles) for n in nodes] == [
        ("第1章 总则", 10),
        ("第2章 程序", 10),
        ("第3章 附则", 10),
    ]
    assert [n.title for n in nodes[2].below][:2] == ["第21条", "第22条"]
    assert [(n.title, n.below) for n in outline(LIST_ARTICLES)] == [
        ("文首", ()),
        ("附件1 标准清单（60 行）", ()),
    ]


def test_the_parts_of_a_long_article_are_one_line_of_the_outline() -> None:
    parts = [
        replace(rule(1), id=str(n), locator=Locator((Step("第一条"), Step(f"第{n}部分")))) for n in (1, 2)
    ]
    assert [(n.title, n.at, n.articles, n.below) for n in outline(parts)] == [("第一条", "1", 2, ())]


def test_a_document_is_read_at_its_place(app: App) -> None:
    views = act(app, "document", key=RULES.key, at=rule(17).id, query="评定", page="2")
    html = views.library or ""
    assert views.state == {"tab": "library"}
    assert (
        f'<div data-place="{rule(17).id}" tabindex="-1" class="pq-here" aria-current="true" data-target>'
        in html
    )
    assert html.count("data-target") == 1
    assert "首台 (套)项目第17次<mark>评定</mark><br>" in html
    assert "首台 (套)项目第7次<mark>评定</mark><br>" in html
    assert 'data-query="评定" data-page="2">← 返回搜索结果' in html
    assert [part.partition("<")[0] for part in html.split("<h3>")[1:]] == [
        "第1章 总则",
        "第2章 程序",
        "第3章 附则",
    ]
    assert not Reader(html).tags & {"费用"}


def test_a_table_is_read_as_a_table(app: App) -> None:
    html = act(app, "document", key="清单", at=row(5).id).library or ""
    assert (html.count("<table"), html.count("<tr")) == (1, ROWS + 1)
    assert f'aria-current="true" data-place="{row(5).id}" tabindex="-1" data-target>' in html


def test_a_long_document_is_read_a_stretch_at_a_time() -> None:
    many = [replace(rule(n % 30 + 1), id=f"a{n}") for n in range(AT_ONCE * 2 + 5)]
    html = document_html(RULES, many, STANDS, Place("a200"), Where())
    assert html.count("data-place=") == AT_ONCE
    assert "第 151–300 条，共 305 条" in html
    assert 'data-at="a0">前面的条文' in html.replace(' data-query="" data-page="1"', "")
    assert 'data-at="a300">后面的条文' in html.replace(' data-query="" data-page="1"', "")


def test_a_document_that_is_gone_is_told(app: App) -> None:
    gone = "索引中没有这份文件，可能已更新或删除。请刷新页面。"
    assert act(app, "document", key="没有") == Views(notice=gone)
    assert act(app, "only", documents="没有") == Views(notice=gone)


def test_questions_are_limited_to_one_document(app: App) -> None:
    views = act(app, "only", documents="清单")
    assert views.state == {"documents": "清单", "tab": "chat"}
    assert "只查《标准&lt;b&gt;清单》" in (views.filter or "")


def test_an_empty_library_is_told() -> None:
    assert "索引中还没有文件。" in documents_html([], Where(), lambda _: STANDS)


def test_a_document_of_articles_without_any_heading_is_read() -> None:
    flat = [Article(f"x{n}", LIST, Locator((Step(f"第{n}条"),)), "", f"第{n}条", "") for n in (1, 2)]
    html = document_html(LIST, flat, STANDS, Place(), Where())
    assert ("<h3>" in html, html.count("data-place=")) == (False, 2)
