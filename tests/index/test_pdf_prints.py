"""Documents of other kinds, really printed: a newsletter, a landscape table, a letter in Word's manner, blocks."""

from html import escape
from pathlib import Path

import pytest

from index.model import GOES_ON
from index.readers.pdf import read_pdf
from tests.index.book import chapters
from tests.index.press import pdf_of

TALK = [p.text for p in chapters()[1].pieces if p.kind == "text" and len(p.text) > 60][:14]
"""Long paragraphs of the press conference."""


def printed(folder: Path, body: str, style: str) -> list[list[str]]:
    """The lines of each page as they are read back."""
    path = folder / "甲.pdf"
    path.write_bytes(pdf_of(body, style))
    return [page.text.split("\n") for page in read_pdf(path).pages]


def healed(pages: list[list[str]]) -> list[str]:
    """The paragraphs over all pages."""
    out: list[str] = []
    for line in (line for page in pages for line in page):
        if line.startswith(GOES_ON):
            out[-1] += line.removeprefix(GOES_ON)
        else:
            out.append(line)
    return out


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


@pytest.mark.parametrize("align", ["justify", "left"])
def test_a_newsletter_in_two_columns_between_titles(tmp_path: Path, align: str) -> None:
    body = (
        f'<h1 class="title">行业简报</h1><div class="c">{paragraphs(TALK[:9])}</div>'
        f'<h2 class="title">政策动态</h2><div class="c">{paragraphs(TALK[9:])}</div>'
    )
    style = (
        '@page { size: A4; margin: 20mm; @top-center { content: "某某协会 简报 第3期" } '
        "@bottom-center { content: counter(page) } } body { font-size: 10pt } .c { columns: 2; column-gap: 8mm } "
        f"p {{ text-align: {align} }}"
    )
    pages = printed(tmp_path, body, style)
    assert len(pages) > 1
    assert healed(pages) == ["行业简报", *TALK[:9], "政策动态", *TALK[9:]]


def test_a_landscape_table_with_a_header_of_two_rows_over_pages(tmp_path: Path) -> None:
    rows = [
        (f"{i}", f"示范工程{i}" * 4, f"{i}00", "万元", "完成主要设备安装调试并投入试运行" * 2)
        for i in range(1, 31)
    ]
    header = (
        "<thead><tr><th rowspan=2>序号</th><th rowspan=2>项目</th><th colspan=2>投资</th><th rowspan=2>内容</th></tr>"
        "<tr><th>总额</th><th>单位</th></tr></thead>"
    )
    table = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    annex = f'<div class="l"><p class="title">清单</p><table>{header}{table}</table></div>'
    body = f"<p>现印发清单。</p>{annex}<p>注：略。</p>"
    pages = printed(
        tmp_path, body, "@page { size: A4; margin: 20mm } @page l { size: A4 landscape } .l { page: l }"
    )
    assert len(pages) == 3
    assert healed(pages) == [
        "现印发清单。", "清单", "序号\t项目\t投资 总额\t投资 单位\t内容", *map("\t".join, rows), "注：略。",
    ]  # fmt: skip


def test_a_numbered_list_hangs_and_english_keeps_its_spaces(tmp_path: Path) -> None:
    english = (
        "English words in a paragraph keep their spaces even when the line wraps at the right margin of the page, "
        "as policy documents quoting ISO standards do; see ISO 9001:2015 and IEC 60034-30-1 for details."
    )
    items = "".join(f"<li>{escape(text)}</li>" for text in TALK[:4])
    style = (
        '@page { size: A4; margin: 25mm; @top-left { content: "某某公司" } '
        '@bottom-right { content: "第 " counter(page) " 页" } }'
    )
    pages = printed(tmp_path, f"<ol>{items}</ol><p>{english}</p>", style)
    assert healed(pages) == [*(f"{n}. {text}" for n, text in enumerate(TALK[:4], 1)), english]


def test_paragraphs_without_indent_parted_by_space(tmp_path: Path) -> None:
    pages = printed(
        tmp_path, paragraphs(TALK), "@page { size: A4; margin: 25mm } p { text-indent: 0; margin: 0 0 8pt }"
    )
    assert len(pages) > 1
    assert healed(pages) == TALK
