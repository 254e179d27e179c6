"""The compendium printed twice: by a real browser, and by WeasyPrint as a book with other habits of its own.

The browser justifies, cuts table rows at page breaks without closing them, and writes radicals (⼯) for characters;
its contents have dots and its pages one running head. WeasyPrint leaves the right margin ragged, has other heads on
left and right pages with the page number beside them, and page numbers of the contents in their own style.
"""

from collections.abc import Sequence
from functools import cache
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from tests.conftest import CHROMIUM
from tests.index.book import HEAD, TITLE_PAGE, Chapter, Piece, Printed, chapters

_STYLE = """
body { font: 14pt/1.7 "Noto Serif CJK SC"; margin: 0 }
p { margin: 0; text-align: justify; text-indent: 2em }
section { break-before: page }
.title { font: bold 20pt/1.5 "Noto Sans CJK SC"; text-align: center; text-indent: 0; margin: 1em 0 }
.number, .centre { text-align: center; text-indent: 0; margin: .5em 0 }
.centre, .heading { font-family: "Noto Sans CJK SC" }
.subheading { font-weight: bold }
.left { text-indent: 0 }
.sign { text-align: right }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; line-height: 1.4; margin: 6pt 0 }
td, th { border: .5pt solid #000; padding: 2pt 3pt; vertical-align: middle }
.cover p { text-align: center; text-indent: 0; margin: 2em 0 }
.cover p:nth-child(4) { font: bold 36pt "Noto Sans CJK SC" }
.contents h1 { font: bold 18pt "Noto Sans CJK SC"; text-align: center }
"""
_BROWSER = """
.contents div { display: flex; align-items: flex-end; margin: 4pt 0 }
.contents b { flex: 1; overflow: hidden; white-space: nowrap; font-weight: normal; direction: rtl; min-width: 3em }
.contents i { max-width: 85%; font-style: normal }
nav { position: absolute; top: 0; left: 0 }
nav a { position: absolute; width: 1px; height: 1px }
"""
_MARGIN = {"top": "25mm", "bottom": "22mm", "left": "27mm", "right": "27mm"}
_RUNNING = '<div style="font: 9pt Noto Serif CJK SC; width: 100%; text-align: center">{}</div>'
_BOOK = """
@page { size: 176mm 250mm; margin: 24mm 18mm 20mm 24mm; font: 9pt "Noto Sans CJK SC" }
@page :right { @top-right { content: string(chapter) }
               @bottom-right { content: "第 " counter(page) " 页 共 " counter(pages) " 页" } }
@page :left { margin: 24mm 24mm 20mm 18mm;
              @top-left { content: "%s · " counter(page) }
              @bottom-left { content: "— " counter(page) " —" } }
@page cover { @top-right { content: none } @bottom-right { content: none } }
.cover { page: cover }
.title { string-set: chapter content(text); font-size: 18pt }
body { font: 12pt/1.5 "Noto Sans CJK SC"; }
p { text-align: left }
td, th { border: 1pt solid #444; vertical-align: top }
.contents p { text-indent: 0 }
.contents a { color: #000; text-decoration: none }
.contents a::after { content: leader("…") target-counter(attr(href), page) }
"""


@cache
def by_browser(folder: Path) -> Printed:
    """The compendium printed by Chromium, in `folder`; twice, since the contents name the pages."""
    first = _browse(folder, {})
    return _browse(folder, {name: begin for name, (begin, _) in first.pages.items()})


@cache
def by_weasyprint() -> Printed:
    """The compendium printed by WeasyPrint; skips the test where its libraries are missing."""
    contents = [f'<p><a href="#{c.pieces[0].name}">{escape(c.title)}</a></p>' for c in chapters() if c.title]
    document = _weasyprint().HTML(string=_book(_BOOK % HEAD, contents)).render()
    at: dict[str, list[int]] = {}
    for number, page in enumerate(document.pages, 1):
        for name in page.anchors:
            at.setdefault(name.partition("-")[0], []).append(number)
    return Printed(document.write_pdf(), {name: (min(n), max(n)) for name, n in at.items()})


def pdf_of(body: str, style: str = "") -> bytes:
    """A PDF of a page written in HTML."""
    data = _weasyprint().HTML(string=f"<style>{_STYLE}{style}</style>{body}").write_pdf()
    assert isinstance(data, bytes)
    return data


def _weasyprint() -> Any:
    if not Path("/usr/share/fonts/opentype/noto").is_dir():
        pytest.skip("fonts-noto-cjk is not installed")
    try:
        import weasyprint
    except OSError as error:
        pytest.skip(f"WeasyPrint needs Pango: {error}")
    return weasyprint


def _browse(folder: Path, pages: dict[str, int]) -> Printed:
    entries = [(c.title, pages.get(c.pieces[0].name, 0)) for c in chapters() if c.title]
    contents = [f"<div><i>{escape(t)}</i><b>{'.' * 200}</b><span>{n}</span></div>" for t, n in entries]
    # the browser writes down where an element is if something links to it
    targets = [f"{p.name}{end}" for c in chapters() for p in c.pieces for end in _ends(p)]
    links = "<nav>" + "".join(f'<a href="#{target}"></a>' for target in targets) + "</nav>"
    path = folder / "book.html"
    path.write_text(_book(_BROWSER, contents, links), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(path.as_uri())
        data = page.pdf(
            format="A4",
            margin=_MARGIN,  # type: ignore[arg-type]
            display_header_footer=True,
            header_template=_RUNNING.format(HEAD),
            footer_template=_RUNNING.format('— <span class="pageNumber"></span> —'),
        )
        browser.close()
    return Printed(data, _targets(data))


def _targets(data: bytes) -> dict[str, tuple[int, int]]:
    reader = PdfReader(BytesIO(data))
    at: dict[str, list[int]] = {}
    for name, target in reader.named_destinations.items():
        number = reader.get_destination_page_number(target)
        assert number is not None
        at.setdefault(name.lstrip("/").partition("-")[0], []).append(number + 1)
    return {name: (min(numbers), max(numbers)) for name, numbers in at.items()}


def _book(style: str, contents: Sequence[str], links: str = "") -> str:
    return "\n".join(
        (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{HEAD}</title>',
            f"<style>{_STYLE}{style}</style>{links}",
            '<div class="cover">' + "".join(f"<p>{line}</p>" for line in TITLE_PAGE) + "</div>",
            '<section class="contents"><h1>目 录</h1>',
            *contents,
            "</section>",
            *map(_section, chapters()),
        )
    )


def _ends(piece: Piece) -> list[str]:
    return ["", *(f"-{i}" for i in range(len(piece.cells) or 1))]


def _section(chapter: Chapter) -> str:
    parts = []
    for is_table, group in groupby(chapter.pieces, lambda p: bool(p.cells)):
        if not is_table:
            parts += [_paragraph(p) for p in group]
            continue
        for piece in group:
            if piece.kind == "header":
                if parts and parts[-1].endswith("</tr>"):
                    parts.append("</tbody></table>")
                parts.append(f"<table><thead>{_row(piece, 'th')}</thead><tbody>")
            else:
                parts.append(_row(piece, "td"))
        parts.append("</tbody></table>")
    return "<section>" + "\n".join(parts) + "</section>"


def _paragraph(piece: Piece) -> str:
    return f'<p class="{piece.kind}" id="{piece.name}">{escape(piece.text)}<a id="{piece.name}-0"></a></p>'


def _row(piece: Piece, tag: str) -> str:
    cells = (
        f'<{tag}>{escape(cell)}<a id="{piece.name}-{i}"></a></{tag}>' for i, cell in enumerate(piece.cells)
    )
    return f'<tr id="{piece.name}">' + "".join(cells) + "</tr>"
