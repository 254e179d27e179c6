"""Blocks of an exported document as a Word file: the only door to python-docx."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

    from ui.export import Block, Kind

_STYLES: "dict[Kind, str]" = {
    "title": "Title",
    "question": "Heading 1",
    "heading": "Heading 2",
    "choice": "List Bullet",
    "quote": "Quote",
    "note": "Caption",
}
"""Word's own style of each kind; the others are plain."""
_SONG, _HEI = "宋体", "黑体"
_SIZES = {"Normal": 12, "Title": 20, "Heading 1": 15, "Heading 2": 12, "Quote": 11, "Caption": 9}
"""In points."""
_HEADINGS = ("Title", "Heading 1", "Heading 2")
_GREY, _RED, _BLACK = RGBColor(0x55, 0x55, 0x55), RGBColor(0x9C, 0x1C, 0x1C), RGBColor(0, 0, 0)
_NO_XML = re.compile("[\ufffe\uffff]")


def word_file(blocks: "Sequence[Block]", made: datetime | None = None) -> bytes:
    """The file; `made` is the time that its properties name."""
    document = Document()
    _set_up(document)
    for block in blocks:
        paragraph = document.add_paragraph(style=_STYLES.get(block.kind))
        _write(paragraph, f"问：{block.text}" if block.kind == "question" else block.text)
        if block.kind == "refused":
            paragraph.runs[0].font.color.rgb = _RED
        if block.kind == "source":
            paragraph.paragraph_format.keep_with_next = True
    own = document.core_properties
    own.author, own.comments, own.language = "政策问答（policy-qa）", "", "zh-CN"
    own.title = next((b.text for b in blocks if b.kind == "title"), "")[:255]  # as many as it may have
    own.created = own.modified = (made or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any) -> None:
    """Chinese fonts and paper, since the template is American."""
    for name, size in _SIZES.items():
        style = document.styles[name]
        is_heading = name in _HEADINGS
        style.font.size = Pt(size)
        style.font.bold = is_heading
        style.font.italic = False  # slanted Chinese is hard to read
        style.font.color.rgb = _GREY if name == "Caption" else _BLACK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for key in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(key), "Times New Roman")
        fonts.set(qn("w:eastAsia"), _HEI if is_heading else _SONG)
    document.styles.element.find(f".//{qn('w:lang')}").set(qn("w:eastAsia"), "zh-CN")
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    document.styles["Quote"].paragraph_format.left_indent = Cm(0.75)


def _write(paragraph: "Paragraph", text: str) -> None:
    run = paragraph.add_run()
    for n, line in enumerate(_NO_XML.sub("\ufffd", text).split("\n")):
        if n:
            run.add_break(WD_BREAK.LINE)
        run.add_text(line)
