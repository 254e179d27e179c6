from dataclasses import replace

from index.model import Article
from qa.compose import compose
from qa.extract import Statement
from qa.model import Citation
from qa.support import Support, support
from tests.qa.made import MEASURE, article, row

FREE = article("第二十七条 检测不收费。", "第二十七条")
EIGHTH = article("第八条 应当：\n（一）合法。\n（二）可靠。", "第八条")
NOTICE = replace(MEASURE, key="通知", title="检测通知", doc_number=None)
OTHER = article("一、公示七天。", "一", meta=NOTICE)


def said(document: Article, text: str, quote: str | None = None) -> Statement:
    return Statement(text, document, quote or text)


def test_a_statement_has_its_mark_and_its_ground() -> None:
    text, citations = compose([said(FREE, "检测不收费。")])
    assert text == "检测不收费。[1]\n依据：《检测办法》（规〔2024〕3号）第二十七条"
    assert citations == [Citation(1, FREE, "检测不收费。")]


def test_statements_of_one_article_share_a_citation() -> None:
    text, citations = compose(
        [said(EIGHTH, "（一）合法。"), said(FREE, "检测不收费。"), said(EIGHTH, "（二）可靠。")]
    )
    assert text == (
        "（一）合法。[1]\n检测不收费。[2]\n（二）可靠。[1]\n"
        "依据：《检测办法》（规〔2024〕3号）第八条、第二十七条"
    )
    assert citations == [Citation(1, EIGHTH, "（一）合法。"), Citation(2, FREE, "检测不收费。")]


def test_each_document_has_one_ground() -> None:
    text, _ = compose([said(FREE, "检测不收费。"), said(OTHER, "公示七天。"), said(EIGHTH, "（一）合法。")])
    assert text.splitlines()[-1] == "依据：《检测办法》（规〔2024〕3号）第二十七条、第八条；《检测通知》一"


def test_a_mark_stands_at_the_end_of_a_list() -> None:
    text, _ = compose([said(EIGHTH, "应当：\n（一）合法。\n（二）可靠。")])
    assert text.startswith("应当：\n（一）合法。\n（二）可靠。[1]\n依据：")


def test_a_quote_that_is_not_in_its_article_is_dropped() -> None:
    text, citations = compose(
        [said(FREE, "收费 5000 元。"), said(FREE, "不收费。", "检测不收费。"), said(OTHER, "检测不收费。")]
    )
    assert text == "不收费。[1]\n依据：《检测办法》（规〔2024〕3号）第二十七条"
    assert [c.n for c in citations] == [1]


def test_without_statements_nothing_is_said() -> None:
    assert compose([said(FREE, "收费 5000 元。")]) == ("", [])


def test_rows_of_one_table_share_its_name() -> None:
    rows = [row(n, ("名称", f"标准{n}")) for n in (52, 53, 60)]
    text, citations = compose([said(r, f"\n标准{r.columns[0][1]}；", f"标准{r.columns[0][1]}") for r in rows])
    assert text == "标准52；[1]\n标准53；[2]\n标准60；[3]\n依据：《标准清单》附件1 序号52、53、60"
    assert [c.n for c in citations] == [1, 2, 3]


def test_one_row_has_its_full_place() -> None:
    text, _ = compose([said(row(52, ("名称", "防火窗")), "防火窗")])
    assert text.splitlines()[-1] == "依据：《标准清单》附件1 序号52"


def test_rows_of_two_tables_share_the_name_of_each() -> None:
    rows = [row(n, ("名称", "门"), annex=annex) for annex in ("附件1", "附件2") for n in (1, 2)]
    text, _ = compose([said(r, "门") for r in rows])
    assert text.splitlines()[-1] == "依据：《标准清单》附件1 序号1、2，附件2 序号1、2"


def test_the_grounds_name_every_article_of_the_compendium_by_its_title(articles: list[Article]) -> None:
    for one in articles:
        text, _ = compose([said(one, one.text)])
        title = one.meta.title.replace("《", "〈").replace("》", "〉")
        number = f"（{one.meta.doc_number}）" if one.meta.doc_number else ""
        place = one.label.removeprefix(f"《{title}》").strip()
        assert text.endswith(f"[1]\n依据：《{title}》{number}{place}")


def test_notation_is_spoken_and_the_quote_stays_as_the_source_has_it() -> None:
    source = "细颗粒物（PM_{2.5}）未达标城市的重点行业 and 重点用能设备，见 R and D。"
    document = article(f"第三条 {source}", "第三条")
    text, (citation,) = compose([said(document, source)])
    spoken = "细颗粒物（PM2.5）未达标城市的重点行业和重点用能设备，见 R and D。"
    assert text.splitlines()[0] == f"{spoken}[1]"
    assert citation.quote == source
    assert isinstance(support(spoken, document), Support)
