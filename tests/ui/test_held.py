from datetime import date

from index.manifest import Entry
from index.model import Metadata
from qa.validity import status
from tests.ui.conftest import BRIEFING, MEASURE
from ui.held import held_html
from ui.paging import Sheet, sheet


def shown(sought: str = "", page: int = 1, count: int = 0) -> str:
    entries = [Entry(MEASURE, "sha", 29), Entry(BRIEFING, "sha", 3, also=("副本.txt",))]
    more = [Entry(Metadata(f"k{n}", f"第{n}号通知", "n.txt"), "sha", 1) for n in range(count)]
    collections = {"默认": [MEASURE.key], "四月": [MEASURE.key, BRIEFING.key]}
    return held_html([*entries, *more], collections, lambda m: status(m, date(2024, 5, 1), {}), sought, page)


def test_each_document_says_how_it_stands_what_it_lacks_and_where_it_is() -> None:
    assert "<h3>已收录的文件（2）</h3>" in shown()
    assert (
        '<span class="pq-badge pq-plain">期限未写明</span><span>国市监质规〔2024〕3号</span>'
        "<span>市场监管总局、国家发展改革委</span><span>2024-03-22</span><span>29 条</span><span>办法.txt</span>"
        "<span>合集：默认</span><span>合集：四月</span></p>"
    ) in shown()
    assert (
        "<span>没有文号</span><span>没有日期</span><span>3 条</span><span>吹风会.txt、副本.txt</span>"
        "<span>合集：四月</span></p>"
    ) in shown()


def test_it_is_searched_by_the_name_of_its_file_too_and_shown_page_by_page() -> None:
    assert "<h3>已收录的文件（1 / 2）</h3>" in shown("吹风会.txt")
    assert "没有这样的文件。" in shown("没有")
    assert shown(count=40).count('<li class="pq-held-item">') == 20
    assert shown(page=3, count=40).count('<li class="pq-held-item">') == 2


def test_a_page_that_is_not_there_is_the_nearest() -> None:
    assert [sheet(41, page, 20).at for page in (-1, 1, 3, 9)] == [1, 1, 3, 3]
    assert sheet(0, 1, 20) == Sheet(1, 1, 20)
    assert sheet(41, 3, 20).of(range(41)) == range(40, 41)


def test_the_buttons_at_the_ends_lead_nowhere() -> None:
    assert sheet(3, 1, 20).turn_html(str) == ""
    assert sheet(41, 3, 20).turn_html(lambda n: f'data-page="{n}"') == (
        '<nav class="pq-buttons pq-paging" aria-label="分页"><span>第 3 / 3 页</span>'
        '<button type="button" data-page="2">上一页</button>'
        '<button type="button" data-page="4" disabled>下一页</button></nav>'
    )
