"""A piece of a web page as lines: one paragraph, heading, list entry or table row each, as a browser shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.marks import find_mark
from index.readers.grid import Cell, table_lines
from index.readers.markup import Element
from index.readers.ordinals import ordinal
from index.readers.runs import superscript

BREAK = "\v"
"""Stands for a line break in text that is being collected."""
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
    "summary", "details",
}  # fmt: skip
_UNSEEN = {
    "script", "style", "head", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "canvas", "audio",
    "video", "select", "option", "button", "input", "textarea", "map", "title", "meta", "link", "xml",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
"""What is only invisible (visibility: hidden) stays: WeChat saves whole articles so, until a script shows them."""
_FILE = re.compile(
    r"\.(pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|txt|rtf|jpg|png|tif|ceb)(?:$|[?#])", re.IGNORECASE
)
_CJK = "㐀-䶿一-鿿、。《》“”（）：；，！？〔〕—"
_WRAPPED = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]+[ \t]*(?=[{_CJK}])")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_NO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\xad"))
_SENTENCE = "。；！？"
_MAX_HEADING = 60
_LIST_FORMS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "decimal": "decimal", "cjk-ideographic": "chineseCountingThousand",
    "simp-chinese-informal": "chineseCountingThousand",
    "trad-chinese-informal": "chineseCountingThousand", "lower-alpha": "lowerLetter", "upper-alpha": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "none": "none", "disc": "none", "circle": "none",
    "square": "none",
}  # fmt: skip
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
_LONG_CELL = 1500
_CELL_LINES = 6
_LINES_TEXT = 400


@dataclass(frozen=True)
class WebLine:
    """A line with the level of its heading (0 for none) and how many of its characters only lead elsewhere."""

    text: str
    level: int = 0
    linked: int = 0
    row: bool = False

    @property
    def is_link(self) -> bool:
        """Whether nearly all of the line is a link to another page (not to a file)."""
        return self.linked >= 0.8 * len(self.text.replace(" ", ""))


def is_seen(e: Element) -> bool:
    """Whether a browser shows the element at all, by its tag and its own style."""
    return (
        isinstance(e.tag, str)
        and e.tag not in _UNSEEN
        and e.get("hidden") is None
        and not _HIDDEN.search(e.get("style") or "")
    )


def web_lines(e: Element) -> list[WebLine]:
    """The lines of an element, in order."""
    flow = _Flow()
    flow.walk(e)
    flow.flush()
    return flow.lines


def plain(text: str) -> str:
    """White space as a browser shows it; a line wrapped between two Chinese characters has no space there."""
    return _SPACE.sub(" ", _WRAPPED.sub("", text.translate(_NO_WIDTH))).strip(" 　")


class _Flow:
    def __init__(self) -> None:
        self.lines: list[WebLine] = []
        self._text: list[str] = []
        self._linked = 0
        self._level = 0
        self._number = ""
        """The number of a list entry that has not shown text yet."""
        self._counted: dict[Element, int] = {}
        """How far each numbered list has counted."""

    def flush(self) -> None:
        """End the line; blank lines leave nothing."""
        text, linked = "".join(self._text), self._linked
        self._text, self._linked = [], 0
        parts = [p for part in text.split(BREAK) if (p := plain(part))]
        if parts and self._number:
            parts[0], self._number = self._number + parts[0], ""
        if parts and self._level and not any(c in text for c in _SENTENCE) and len(text) <= _MAX_HEADING:
            self.lines.append(WebLine("".join(parts), self._level, linked))
            return
        self.lines += [WebLine(part, 0, min(linked, len(part))) for part in parts]

    def walk(self, e: Element) -> None:
        if not is_seen(e):
            return
        name = str(e.tag).rpartition(":")[2]
        if name == "br":
            self._text.append(BREAK)
        elif name == "table":
            self.flush()
            self._table(e)
        elif name in _BLOCKS:
            self.flush()
            outer, self._level = self._level, int(name[1]) if re.fullmatch(r"h[1-6]", name) else self._level
            if name == "li":
                self._number = self._list_number(e)
            self._inside(e, preformatted=name == "pre")
            self.flush()
            self._level = outer
            self._number = "" if name == "li" else self._number
        elif name in ("sup", "a"):
            self._marked(e, name)
        else:
            self._inside(e)

    def _inside(self, e: Element, *, preformatted: bool = False) -> None:
        self._add(e.text, preformatted=preformatted)
        for child in e:
            self.walk(child)
            self._add(child.tail, preformatted=preformatted)

    def _add(self, text: str | None, *, preformatted: bool) -> None:
        if text:
            self._text.append(text.replace("\r\n", "\n").replace("\n", BREAK) if preformatted else text)

    def _list_number(self, li: Element) -> str:
        """What a browser puts before an entry of a numbered list, where the entry has no number of its own."""
        parent = li.getparent()
        if parent is None or parent.tag != "ol":
            return ""
        number = _span(li.get("value"), self._counted.get(parent, _span(parent.get("start"), 1) - 1) + 1)
        self._counted[parent] = number
        style = _LIST_STYLE.search((parent.get("style") or "") + ";" + (li.get("style") or ""))
        form = _LIST_FORMS.get(style[1].lower() if style else parent.get("type") or "1", "decimal")
        if form == "none" or find_mark(plain("".join(map(str, li.itertext()))[:_MAX_HEADING])):
            return ""
        return ordinal(number, form) + ("、" if form.startswith("chinese") else ". ")

    def _marked(self, e: Element, name: str) -> None:
        before, lines = len(self._text), len(self.lines)
        self._inside(e)
        if len(self.lines) > lines:  # blocks inside a link or a superscript
            return
        text = "".join(self._text[before:])
        if name == "sup":
            self._text[before:] = [superscript(text.strip())]
        elif not _FILE.search(e.get("href") or ""):
            self._linked += len(re.sub(r"\s", "", text))

    def _table(self, table: Element) -> None:
        rows = list(_rows(table))
        cells = [[_cell(c) for c in row if c.tag in ("td", "th") and is_seen(c)] for row in rows]
        if next(table.iterdescendants("table"), None) is not None or any(
            _is_page(c) for r in cells for c, _ in r
        ):
            for row in cells:
                self.lines += [line for _, lines in row for line in lines]
            return
        head = sum(row in set(part) for part in table.iterchildren("thead") for row in rows)
        for caption in table.iterchildren("caption"):
            self.lines += web_lines(caption)
        linked = {
            line.text: line.linked for row in cells for _, lines in row for line in lines if line.linked
        }
        for text in table_lines([[cell for cell, _ in row] for row in cells], head):
            self.lines.append(WebLine(text, 0, linked.get(text, 0), "\t" in text or text.startswith("|")))


def _rows(table: Element) -> Iterator[Element]:
    for e in table:
        if e.tag == "tr" and is_seen(e):
            yield e
        elif e.tag in ("thead", "tbody", "tfoot") and is_seen(e):
            yield from _rows(e)


def _cell(e: Element) -> tuple[Cell, list[WebLine]]:
    lines = web_lines(e)
    return Cell(tuple(x.text for x in lines), _span(e.get("colspan"), 1), _span(e.get("rowspan"), 1)), lines


def _is_page(cell: Cell) -> bool:
    """Whether a cell holds a text rather than a value: then the table only lays out the page."""
    size = sum(map(len, cell.lines))
    return size > _LONG_CELL or (len(cell.lines) >= _CELL_LINES and size > _LINES_TEXT)


def _span(text: str | None, default: int) -> int:
    n = int(text) if text is not None and text.strip().isdecimal() and len(text) < 6 else default
    return n or 1000  # rowspan="0" goes to the end of the table
