"""The same documents rendered in every format that a reader takes: text, Markdown, Word, HTML and PDF.

The texts are those of the bundled compendium: a notice that carries a measure (章, 条, 款, 项), an outline notice
(一、（一）1.) and a notice with a table (empty cells, cells over two lines). What is rendered is the plain list
of blocks of a `Case`, so another format needs one function `Case -> bytes` more (see `FORMATS`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.compendium import divide
from index.model import Page, Paragraph, SourceText
from index.paragraphs import read_lines, to_paragraphs
from index.text import squeeze
from tests.index import press
from tests.index.texts import COMPENDIUM


@dataclass(frozen=True)
class Table:
    """Rows of cells; a line break in a cell is one of the layout: the cell's text goes on."""

    rows: tuple[tuple[str, ...], ...]


Block = str | Table


@dataclass(frozen=True)
class Case:
    """A document: its title, and its paragraphs and tables in order (the title is the first)."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The heading of the document."""
        assert isinstance(self.blocks[0], str)
        return self.blocks[0]


_ITEM = re.compile(r"^\(([一二三四五六七八九十]+)\)\s*")
_POINT = re.compile(r"^(\d+)\.\s*")
_WRAP = re.compile(r"^(.{6,}?[一-鿿])(?=[一-鿿])")


def _document(title: str) -> list[Paragraph]:
    """The healed paragraphs of the document of the compendium whose heading begins like that."""
    text = SourceText("x.txt", (Page(None, COMPENDIUM.read_text(encoding="utf-8")),))
    for part in divide(read_lines(text)).parts:
        paragraphs = to_paragraphs(list(part.lines))
        if squeeze(paragraphs[0].text).startswith(title):
            return paragraphs
    raise AssertionError(title)


def _text(paragraph: Paragraph) -> str:
    """Marks in one spelling, so that typed numbers and those of a Word list are the same."""
    return _POINT.sub(r"\1. ", _ITEM.sub(r"（\1）", paragraph.text))


@cache
def measure() -> Case:
    """A notice that carries a measure: chapters, articles, paragraphs and items."""
    return Case("办法", tuple(_text(p) for p in _document("五部门联合印发《中国首台")))


@cache
def outline() -> Case:
    """A notice numbered 一、（一）1., where 1. runs on across the sections."""
    return Case("通知", tuple(_text(p) for p in _document("关于做好2024年工业和信息化质量工作的通知")))


@cache
def table() -> Case:
    """A notice with an annex that is a table: some cells are empty, and some go over two lines."""
    paragraphs = _document("国家发展改革委办公厅关于印发《绿色低碳")
    texts = [p.text for p in paragraphs if not p.cells]
    rows = [list(p.cells) for p in paragraphs if p.cells and not p.furniture][:18]
    for row in rows[1:]:  # parted inside a Chinese word, as a narrow column does
        row[1] = _WRAP.sub(r"\1\n", row[1], count=1)
    rows[3][4] = rows[6][5] = rows[9][2] = rows[9][4] = ""
    return Case("清单", (*texts, Table(tuple(tuple(row) for row in rows))))


CASES: tuple[Callable[[], Case], ...] = (measure, outline, table)


# --- text ---


def text(case: Case) -> str:
    """As the bundled text: a paragraph a line, cells parted by tabs, a cell's second line in a row of its own."""
    return "\n\n".join(b if isinstance(b, str) else _tabbed(b) for b in case.blocks) + "\n"


def _tabbed(table: Table) -> str:
    lines = []
    for row in table.rows:
        cells = [cell.split("\n") for cell in row]
        lines += ["\t".join(c[i] if i < len(c) else "" for c in cells) for i in range(max(map(len, cells)))]
    return "\n".join(lines)


def markdown(case: Case) -> str:
    """With # for the title, ## for chapters and sections, and pipes for tables."""
    lines = []
    for block in case.blocks:
        if isinstance(block, Table):
            head, *body = (row.split("\t") for row in _tabbed(block).split("\n"))
            rule = "|" + " --- |" * len(head)
            lines.append("\n".join([_piped(head), rule, *map(_piped, body)]))
        else:
            lines.append({0: "# ", 1: "## "}.get(_level(case, block), "") + block)
    return "\n\n".join(lines) + "\n"


def _piped(cells: Sequence[str]) -> str:
    return "|" + "|".join(f" {cell} " for cell in cells) + "|"


_HEADING = re.compile(r"第[一二三四五六七八九十]+章|[一二三四五六七八九十]+、[^。]{1,20}$")


def _level(case: Case, block: str) -> int:
    """0 for the title, 1 for a heading, 2 for text."""
    if block == case.title:
        return 0
    return 1 if _HEADING.match(block) else 2


# --- Word ---

_LISTS = (
    (re.compile(r"^第[一二三四五六七八九十]+章 "), 1, 0),
    (re.compile(r"^第[一二三四五六七八九十]+条 "), 1, 1),
    (re.compile(r"^[一二三四五六七八九十]+、"), 2, 0),
    (re.compile(r"^（[一二三四五六七八九十]+）"), None, 2),  # in a law below 条, else below 一、
    (re.compile(r"^\d+\. "), 3, 0),
)
"""(typed number, w:num that makes it, its level): three lists, whose numbers Word computes."""


def word(case: Case, *, lists: bool) -> bytes:
    """A .docx: the title centred in its style, chapters as headings, numbers typed or made by Word's lists."""
    file = docx.Document()
    if lists:
        _define_lists(file)
    law = any(isinstance(b, str) and b.startswith("第一条") for b in case.blocks)
    for block in case.blocks:
        if isinstance(block, Table):
            _word_table(file, block)
            continue
        style = {0: "Title", 1: "Heading 1"}.get(_level(case, block), "Normal")
        found = next((x for x in _LISTS if x[0].match(block)), None) if lists else None
        if found is None:
            paragraph = file.add_paragraph(block, style)
            if not block.endswith("。"):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            continue
        pattern, number, level = found
        paragraph = file.add_paragraph(pattern.sub("", block), style)
        at, list_id = (level, number) if number else (2, 1) if law else (1, 2)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{at}"/><w:numId w:val="{900 + list_id}"/></w:numPr>'
            )
        )
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _define_lists(file: WordDocument) -> None:
    """900 + 1: 第%1章 第%2条 （%3）, where 条 run on; 900 + 2: %1、（%2）; 900 + 3: %1. run on."""
    root = file.part.numbering_part.element
    specs = {
        1: (("chineseCountingThousand", "第%1章", None), ("chineseCountingThousand", "第%2条", 0),
            ("chineseCounting", "（%3）", None)),
        2: (("japaneseCounting", "%1、", None), ("chineseCounting", "（%2）", None)),
        3: (("decimal", "%1.", None),),
    }  # fmt: skip
    for number, levels in specs.items():
        body = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            + (f'<w:lvlRestart w:val="{restart}"/>' if restart is not None else "")
            + f'<w:lvlText w:val="{label}"/></w:lvl>'
            for i, (form, label, restart) in enumerate(levels)
        )
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{900 + number}">'
            f'<w:multiLevelType w:val="multilevel"/>{body}</w:abstractNum>'
        )
        root.insert(0, abstract)  # all definitions stand before all lists
        root.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{900 + number}"><w:abstractNumId w:val="{900 + number}"/></w:num>'
            )
        )


def _word_table(file: WordDocument, table: Table) -> None:
    grid = file.add_table(len(table.rows), len(table.rows[0]))
    for row, cells in zip(grid.rows, table.rows, strict=True):
        for cell, content in zip(row.cells, cells, strict=True):
            first, *more = content.split("\n")
            cell.text = first
            for line in more:
                cell.add_paragraph(line)


# --- HTML ---

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="{encoding}"><title>{title}_某某部</title>
<meta name="ArticleTitle" content="{title}"><style>.nav li {{float: left}}</style>
<script>var _paq = _paq || []; document.write("第九十九条 脚本");</script></head>
<body>
<div class="header"><a href="/">首页</a><form><input value="请输入关键字"><button>搜索</button></form></div>
<ul class="nav"><li><a href="/jg">机构</a></li><li><a href="/xw">新闻</a></li><li><a href="/zc">政策</a></li>
<li><a href="/fw">服务</a></li><li><a href="/hd">互动</a></li></ul>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zc">政策</a> &gt; <a href="/zc/wj">政策文件</a></div>
<div class="article">
<h1>{title}</h1>
<div class="info"><span>发布时间：2024-04-12 10:30</span> <span>来源：某某司</span>
<span>字体：[<a href="javascript:f(1)">大</a> <a href="javascript:f(2)">中</a> <a href="javascript:f(3)">小</a>]</span>
<a href="javascript:print()">打印本页</a></div>
<div class="TRS_Editor"><!-- 正文开始 -->
{body}
</div>
<div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="tools">【<a href="javascript:print()">打印</a>】【<a href="javascript:close()">关闭窗口</a>】</div>
<div class="qr">扫一扫在手机打开当前页<img src="qr.png" alt="二维码"></div>
</div>
<div class="related"><h3>相关链接</h3><ul><li><a href="/1">《某某办法》解读</a></li>
<li><a href="/2">一图读懂某某办法</a></li><li><a href="/3">某某部召开新闻发布会</a></li></ul></div>
<div class="footer"><p>主办单位：某某部 承办：某某中心 地址：某市某路1号 邮编：100000</p>
<p>网站标识码bm00000001 京ICP备00000001号 京公网安备 11010000000001号</p></div>
</body></html>
"""


def html(case: Case, *, encoding: str = "utf-8") -> str:
    """A page of a government site: its furniture around the text, the title above it."""
    body = []
    for block in case.blocks[1:]:
        if isinstance(block, Table):
            rows = ("".join(f"<td>{escape(c).replace(chr(10), '<br>')}</td>" for c in r) for r in block.rows)
            body.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            body.append(f'<p style="text-indent: 2em">　　{escape(block)}</p>')
    return _PAGE.format(title=escape(case.title), body="\n".join(body), encoding=encoding)


# --- PDF ---

_SHEET = """
@page { size: A4; margin: 25mm 27mm; @top-center { content: "某某公报" }
        @bottom-center { content: "— " counter(page) " —" } }
p { text-align: left }
table { font-size: 9.5pt }
"""
"""So set, no line ends where the cells have a space now and none then (100% 额定, 30%额定): that leaves no trace."""


def pdf(case: Case) -> bytes:
    """A printed document: its title over lines, indented paragraphs, a ruled table, running heads."""
    body = []
    for block in case.blocks:
        if isinstance(block, Table):
            head, *rows = (
                "".join(f"<td>{escape(c).replace(chr(10), '<br>')}</td>" for c in r) for r in block.rows
            )
            body.append(
                f"<table><thead><tr>{head}</tr></thead>" + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>"
            )
        else:
            kind = {0: "title", 1: "heading"}.get(_level(case, block), "text")
            body.append(f'<p class="{kind}">{escape(block)}</p>')
    return press.pdf_of("\n".join(body), _SHEET)


FORMATS: dict[str, tuple[str, Callable[[Case], bytes]]] = {
    "text, UTF-8": (".txt", lambda case: text(case).encode()),
    "text, GB18030": (".txt", lambda case: text(case).encode("gb18030")),
    "text, UTF-16": (".txt", lambda case: text(case).encode("utf-16")),
    "Markdown": (".md", lambda case: markdown(case).encode()),
    "Word, typed numbers": (".docx", lambda case: word(case, lists=False)),
    "Word, list numbers": (".docx", lambda case: word(case, lists=True)),
    "HTML, UTF-8": (".html", lambda case: html(case).encode()),
    "PDF": (".pdf", pdf),
    "HTML, GB18030": (".htm", lambda case: html(case, encoding="gb2312").encode("gb18030")),
}
"""Name of a format -> (suffix, how a case is rendered in it)."""
