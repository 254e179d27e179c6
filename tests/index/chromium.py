"""The compendium printed by a real browser: embedded subset fonts, justified text, table rows cut by page breaks."""

from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path

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
.contents div { display: flex; align-items: flex-end; margin: 4pt 0 }
.contents b { flex: 1; overflow: hidden; white-space: nowrap; font-weight: normal; direction: rtl; min-width: 3em }
.contents i { max-width: 85%; font-style: normal }
nav { position: absolute; top: 0; left: 0 }
nav a { position: absolute; width: 1px; height: 1px }
"""
_MARGIN = {"top": "25mm", "bottom": "22mm", "left": "27mm", "right": "27mm"}
_RUNNING = '<div style="font: 9pt Noto Serif CJK SC; width: 100%; text-align: center">{}</div>'


def printed(folder: Path) -> Printed:
    """The compendium as a PDF; printed twice, since the contents name the pages."""
    first = _print(folder, {})
    return _print(folder, {name: begin for name, (begin, _) in first.pages.items()})


def _print(folder: Path, pages: dict[str, int]) -> Printed:
    path = folder / "book.html"
    path.write_text(_html(pages), encoding="utf-8")
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
    return Printed(data, _pages(data))


def _pages(data: bytes) -> dict[str, tuple[int, int]]:
    """Where the browser says that each piece begins and ends: it names the targets of links in the file."""
    reader = PdfReader(BytesIO(data))
    at: dict[str, list[int]] = {}
    for name, target in reader.named_destinations.items():
        number = reader.get_destination_page_number(target)
        assert number is not None
        at.setdefault(name.lstrip("/").partition("-")[0], []).append(number + 1)
    return {name: (min(numbers), max(numbers)) for name, numbers in at.items()}


def _html(pages: dict[str, int]) -> str:
    entries = [(c.title, pages.get(c.pieces[0].name, 0)) for c in chapters() if c.title]
    names = [f"{p.name}{end}" for c in chapters() for p in c.pieces for end in _ends(p)]
    return "\n".join(
        (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{HEAD}</title><style>{_STYLE}</style>',
            "<nav>" + "".join(f'<a href="#{name}"></a>' for name in names) + "</nav>",
            '<div class="cover">' + "".join(f"<p>{line}</p>" for line in TITLE_PAGE) + "</div>",
            '<section class="contents"><h1>目 录</h1>',
            *(f"<div><i>{escape(t)}</i><b>{'.' * 200}</b><span>{n}</span></div>" for t, n in entries),
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
