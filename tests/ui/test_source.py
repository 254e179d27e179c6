"""The source panel: what is marked, the table around a row, the page of a PDF."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from index.articles import Articles
from index.errors import ReadError
from index.model import Article
from index.pdfpage import page_picture
from qa.settings import WebSettings
from tests.index.pdfs import pdf
from tests.ui.conftest import as_chain
from tests.ui.markup import Reader
from tests.ui.papers import LIST, LIST_ARTICLES, ROWS, RULES_ARTICLES, paper_chain, paper_library, row, rule
from ui.app import App
from ui.live import LiveChain
from ui.marking import fold, marked, quote_spans, word_spans
from ui.records import FILE, Records
from ui.source import source_html, source_of
from ui.table import cells, row_text, table_of
from ui.users import Person

TODAY = date(2024, 5, 1)
WHO = Person("browser:anna")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    chain = paper_chain(tmp_path)
    records = Records(tmp_path / FILE)
    made = App(LiveChain(lambda: as_chain(chain)), records, WebSettings(), today=lambda: TODAY)
    yield made
    made.close()
    records.close()


def shown(article: Article, quote: str = "", *, whole: bool = False) -> str:
    library = paper_library()
    return source_html(library, source_of(article, 1, quote), TODAY, turn="t", whole_table=whole)


@pytest.mark.parametrize(
    ("text", "quote", "html"),
    [
        ("甲乙丙", "乙", "甲<mark>乙</mark>丙"),
        ("甲<乙>\n丙丁", "乙>\n丙", "甲&lt;<mark>乙&gt;<br>丙</mark>丁"),
        ("首台 (套)设备", "首台（套）", "<mark>首台 (套)</mark>设备"),
        ("ＡＢ c 费用", "abc费", "<mark>ＡＢ c 费</mark>用"),
        ("甲乙丙", "丁", "甲乙丙"),
        ("甲乙丙", "", "甲乙丙"),
        ("甲\n乙", "甲乙", "甲<br>乙"),
    ],
)
def test_a_quote_is_marked_where_it_stands(text: str, quote: str, html: str) -> None:
    assert marked(text, quote_spans(text, quote)) == html


def test_words_that_overlap_are_one_mark() -> None:
    assert word_spans("检测评定收费", ["检测评", "评定", "收费"]) == [(0, 6)]
    assert word_spans("收费，不收费", ["收费"]) == [(0, 2), (4, 6)]


def test_every_article_of_the_compendium_can_be_marked(articles: list[Article]) -> None:
    for article in articles:
        last = article.text.rstrip()[-1]
        if fold(last):
            assert word_spans(article.text, [fold(last)])[-1][1] == len(article.text.rstrip()), article.id


def test_the_whole_article_is_shown_with_its_place_and_its_neighbours() -> None:
    html = shown(rule(7), "不收取<费用>")
    assert '<ol class="pq-path" aria-label="所在位置"><li>第1章 总则</li><li>第7条</li></ol>' in html
    assert "首台 (套)项目第7次评定<br><mark>不收取&lt;费用&gt;</mark>。" in html
    assert 'data-id="规〔2024〕1号/第6条" data-refocus="上一条" title="第1章 总则 / 第6条"' in html
    assert 'data-id="规〔2024〕1号/第8条" data-refocus="下一条" title="第1章 总则 / 第8条"' in html
    assert 'data-copy="《首台（套）评定办法》（规〔2024〕1号）第7条：“不收取&lt;费用&gt;”"' in html
    assert (
        'data-act="document" data-key="规〔2024〕1号" data-at="规〔2024〕1号/第7条" data-turn="t" data-n="1"'
        in html
    )


def test_the_neighbours_do_not_leave_the_document() -> None:
    assert '<button type="button" disabled>下一条</button>' in shown(RULES_ARTICLES[-1])
    assert '<button type="button" disabled>上一条</button>' in shown(LIST_ARTICLES[0])


def test_an_article_without_a_quote_is_copied_whole() -> None:
    assert 'data-copy="《首台（套）评定办法》（规〔2024〕1号）第1条：“第1条 本条为第1条。”"' in shown(rule(1))


def test_a_row_stands_by_itself_and_among_those_around_it() -> None:
    html = shown(row(30), "电梯 第30型")
    assert '<tr><th scope="row">名称</th><td><mark>电梯 第30型</mark></td></tr>' in html
    assert "第 30 行，共 60 行；以下第 27–33 行" in html
    assert html.count("<tr") == 3 + 1 + 7
    assert '<th scope="col">序号</th><th scope="col">名称</th><th scope="col">费用</th>' in html
    assert (
        '<tr class="pq-here" aria-current="true"><td>30</td><td>电梯 第30型</td><td>免收费用</td></tr>'
        in html
    )
    assert 'data-act="table" data-whole="1" data-id="清单/附件1/序号30"' in html
    assert "全部 60 行</button>" in html
    assert "：“名称：电梯 第30型”" in html


def test_all_rows_of_a_table_are_shown_when_asked_for() -> None:
    html = shown(row(30), whole=True)
    assert html.count("<tr") == 3 + 1 + ROWS
    assert "第 30 行，共 60 行</p>" in html
    assert "只看前后几行</button>" in html


def test_a_table_ends_where_another_begins() -> None:
    library = cast(Any, paper_library())
    other = replace(row(99), id="清单/附件2/序号99", columns=(("序号", "99"),), text="99")
    articles = [*library.articles[:50], other, *library.articles[50:]]
    library.articles = Articles.of_list(articles, list(library.documents))
    library.position = library.articles.position
    assert [a.id for a in table_of(library, row(1))] == [a.id for a in library.articles[31:50]]
    assert table_of(library, other) == [other]


def test_a_quote_of_several_cells_marks_each() -> None:
    spans = quote_spans(row(2).text, "第2型\t免收")
    assert cells(row(2), spans) == [
        ("序号", "2", []),
        ("名称", "电梯 第2型", [(3, 6)]),
        ("费用", "免收费用", [(0, 2)]),
    ]
    assert row_text(row(2), spans) == "名称：电梯 第2型；费用：免收费用"
    assert row_text(row(1)) == "序号：1；名称：电梯 第1型"


def test_nothing_of_a_document_is_markup() -> None:
    for article in (rule(7), row(2)):
        seen = Reader(shown(article, whole=True))
        assert not seen.tags & {"b", "script", "费用"}
        assert ("<费用>" in seen.text) == (article.meta is not LIST)


def test_a_page_of_the_original_is_shown_as_a_picture(app: App, tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "aa.pdf").write_bytes(pdf([["第1条"], ["第11条"], []]))
    panel = app.act({"act": "article", "id": rule(11).id}, WHO).panel or ""
    assert 'data-act="page" data-id="规〔2024〕1号/第11条" data-page="2">查看原件第 2 页</button>' in panel
    html = app.act({"act": "page", "id": rule(11).id, "page": "2"}, WHO).page or ""
    assert "《首台（套）评定办法》原件第 2 页（共 3 页）" in html
    assert 'data-page="1">上一页' in html
    assert 'data-page="3">下一页' in html
    image = Image.open(BytesIO(b64decode(html.partition("base64,")[2].partition('"')[0])))
    assert (image.format, image.width) == ("PNG", 1200)


def test_what_is_no_pdf_has_no_pictures(app: App) -> None:
    assert "查看原件" not in (app.act({"act": "article", "id": row(1).id}, WHO).panel or "")
    told = app.act({"act": "page", "id": row(1).id, "page": "1"}, WHO).page
    assert told == '<p class="pq-none">这份文件没有 PDF 原件。</p>'


@pytest.mark.parametrize(
    ("data", "number", "message"),
    [
        (None, 1, "无法显示第 1 页的图像：原件缺失或已损坏。"),
        (b"%PDF-1.4 broken", 1, "无法显示第 1 页的图像：原件缺失或已损坏。"),
        (pdf([["甲"]]), 2, "原件没有第 2 页（共 1 页）。"),
        (pdf([["甲"]]), 0, "原件没有第 0 页（共 1 页）。"),
    ],
)
def test_a_page_that_cannot_be_shown_is_a_line(
    tmp_path: Path, data: bytes | None, number: int, message: str
) -> None:
    path = tmp_path / "a.pdf"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        page_picture(path, number)
    assert str(caught.value) == message


def test_a_picture_is_never_larger_than_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([["甲"]]).replace(b"[0 0 595 842]", b"[0 0 9 8420]"))
    image = Image.open(BytesIO(b64decode(page_picture(path, 1).uri.partition("base64,")[2])))
    assert image.height <= 1800
