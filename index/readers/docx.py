"""Word files (.docx): paragraphs with the numbers of Word's lists, tables as rows, notes after their paragraph.

What the reader of the printed document sees, in its order, without headers, footers and comments. Pages are not
told: a Word file has none until it is printed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import ReadError
from index.marks import find_mark
from index.model import Page, SourceText
from index.paragraphs import ATTACHMENT_LINE, DOC_NUMBER_LINE
from index.readers.grid import Cell, one_line, table_lines
from index.readers.markup import Element
from index.readers.numbering import Numbering
from index.readers.ooxml import Package
from index.readers.runs import Runs, Shown
from index.readers.styles import Styles
from index.readers.titles import ENDS_TITLE
from index.readers.wordml import find, findall, is_on, tag, value
from index.text import squeeze

_MAX_HEADING = 60
_TITLE_LINES = 4
_SENTENCE = "。；！？"
_CONTENTS = ("目录", "目次")
_NOTES = {"footnote": "脚注", "endnote": "尾注"}
_TRANSPARENT = ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice")
"""What may stand around paragraphs, rows and cells without meaning anything for the text."""


def read_docx(path: Path) -> SourceText:
    """Read a .docx (or .docm) file.

    Raises:
        ReadError: protected by a password, damaged, no Word file, too large, or empty.
    """
    package = Package(path)
    try:
        lines = _Reader(package).lines()
    finally:
        package.close()
    if not any(line.text.strip() for line in lines):
        raise ReadError(
            f"文件为空：{path}（没有文字，可能只有图片）。请检查文件内容，或先做文字识别（OCR）。"
        )
    text = "\n".join(
        "#" * line.level + " " * bool(line.level) + line.text for line in _without_outline(lines)
    )
    return SourceText(path.name, (Page(None, text),))


@dataclass(frozen=True)
class _Line:
    """A line of the text: its heading level (0 for none), and whether it is an entry of a table of contents."""

    text: str
    level: int = 0
    entry: bool = False
    title: bool = False
    centred: bool = False


class _Reader:
    def __init__(self, package: Package) -> None:
        self._root = package.main()
        self._styles = Styles(package.beside("styles"))
        self._numbering = Numbering(package.beside("numbering"), self._styles.lists)
        self._notes = {kind: _by_id(package.beside(f"{kind}s"), kind) for kind in _NOTES}
        self._noted = dict.fromkeys(_NOTES, 0)
        self._runs = Runs()
        self._open = ""
        """Text of a paragraph whose end was deleted: it goes on in the next."""
        self._waiting: list[str] = []
        """Notes that wait for the end of a sentence: under a heading they would part it from what follows."""

        self._in_cells = 0

    def lines(self) -> list[_Line]:
        body = find(self._root, "body")
        lines = list(self._blocks(body)) if body is not None else []
        if self._open:
            lines.append(_Line(self._open))
        return _joined_title(lines + self._waited())

    def _blocks(self, parent: Element) -> Iterator[_Line]:
        for e in _children(parent):
            if tag(e) == "p":
                yield from self._paragraph(e)
            elif tag(e) == "tbl":
                yield from self._table(e)

    def _paragraph(self, p: Element) -> Iterator[_Line]:
        shown = self._runs.read(p)
        if is_on(p, "pPr/rPr/del") or is_on(p, "pPr/rPr/moveFrom"):
            self._open += shown.text
        else:
            yield from self._own_lines(p, shown)
        for box in shown.boxes:
            yield from self._blocks(box)
        for kind, note_id in shown.notes:
            self._note(kind, note_id)
        if self._waiting and not self._in_cells and shown.text.rstrip().endswith(tuple(_SENTENCE)):
            yield from self._waited()

    def _own_lines(self, p: Element, shown: Shown) -> Iterator[_Line]:
        style = value(p, "pPr/pStyle")
        text, self._open = self._open + shown.text, ""
        label = self._label(p, style)
        text = label + text.lstrip() if label else text
        entry = self._styles.is_contents_entry(style)
        level = 0 if entry else self._styles.heading_level(p, style)
        if level and len(text) <= _MAX_HEADING and not any(c in text for c in _SENTENCE):
            parts = [squeeze(text) if "\n" in text else text]  # a heading is broken for looks only
        else:
            parts, level = text.split("\n"), 0
        for part in parts:
            kept = part.strip() if entry else one_line(_single_gaps(part))
            if kept:
                yield _Line(
                    kept, level, entry, self._styles.is_title(style), self._styles.is_centred(p, style)
                )

    def _label(self, p: Element, style: str | None) -> str:
        list_id, level = self._styles.list_of(p, style, self._numbering)
        return self._numbering.label(list_id, level) if list_id not in (None, "0") else ""

    def _note(self, kind: str, note_id: str) -> None:
        note = self._notes[kind].get(note_id)
        if note is None:
            return
        self._noted[kind] += 1
        text = " ".join(one_line(line) for p in findall(note, "p") if (line := Runs().read(p).text).strip())
        if text:
            self._waiting.append(f"{_NOTES[kind]}{self._noted[kind]}：{text}")

    def _waited(self) -> list[_Line]:
        waiting, self._waiting = self._waiting, []
        return [_Line(note) for note in waiting]

    def _table(self, table: Element) -> Iterator[_Line]:
        rows = [row for row in _children(table) if tag(row) == "tr" and not is_on(row, "trPr/del")]
        head = next((i for i, row in enumerate(rows) if not is_on(row, "trPr/tblHeader")), len(rows))
        self._in_cells += 1
        cells = [self._cells(row) for row in rows]
        self._in_cells -= 1
        yield from map(_Line, table_lines(_spanned(cells), head))
        if not self._in_cells:
            yield from self._waited()

    def _cells(self, row: Element) -> list[tuple[int, str, Cell]]:
        """The cells of a row as (grid column, vMerge, cell)."""
        out: list[tuple[int, str, Cell]] = []
        column = _count(value(row, "trPr/gridBefore"), 0)
        for cell in _children(row):
            if tag(cell) != "tc":
                continue
            across = _count(value(cell, "tcPr/gridSpan"), 1)
            merge = find(cell, "tcPr/vMerge")
            kind = "" if merge is None else (value(merge, ".") or "continue")
            lines = tuple(line.text for line in self._blocks(cell))
            out.append((column, kind, Cell(lines, across)))
            column += across
        return out


def _spanned(rows: list[list[tuple[int, str, Cell]]]) -> list[list[Cell]]:
    """Cells that Word continues from row to row (vMerge) as one cell over these rows."""
    out: list[list[Cell]] = []
    for i, row in enumerate(rows):
        indent = row[0][0] if row else 0  # w:gridBefore
        cells = [Cell((), indent)] if indent else []
        for column, merge, cell in row:
            if merge == "continue" and i and any(c == column and m for c, m, _ in rows[i - 1]):
                continue
            cells.append(replace(cell, down=_height(rows, i, column) if merge else 1))
        out.append(cells)
    return out


def _height(rows: list[list[tuple[int, str, Cell]]], top: int, column: int) -> int:
    below = top + 1
    while below < len(rows) and any(c == column and m == "continue" for c, m, _ in rows[below]):
        below += 1
    return below - top


def _children(parent: Element) -> Iterator[Element]:
    for e in parent:
        if tag(e) in _TRANSPARENT:
            yield from _children(e)
        else:
            yield e


def _by_id(root: Element | None, kind: str) -> dict[str, Element]:
    """The notes of a part; separators, which are no notes, have a type."""
    return {
        value(n, ".", "id") or "": n for n in findall(root, kind) if value(n, ".", "type") in (None, "normal")
    }


def _count(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 5 else default


def _single_gaps(text: str) -> str:
    """Tabs set for looks as one space: two of them would make the line a row of a table."""
    return " ".join(part for part in text.split("\t") if part.strip()) if "\t" in text else text


def _joined_title(lines: list[_Line]) -> list[_Line]:
    """A title over several paragraphs is one line: those of its style, or centred ones until it ends as titles end."""
    styled = next((i for i, line in enumerate(lines) if not line.title or find_mark(line.text)), len(lines))
    if styled > 1:
        return [replace(lines[0], text="".join(line.text for line in lines[:styled])), *lines[styled:]]
    for n in range(1, min(_TITLE_LINES, len(lines)) + 1):
        first, text = lines[:n], lines[n - 1].text
        other = find_mark(text) or DOC_NUMBER_LINE.match(text) or ATTACHMENT_LINE.match(text)
        if other or not first[-1].centred:
            return lines
        if ENDS_TITLE.search(text):
            return [replace(lines[0], text="".join(line.text for line in first), level=1), *lines[n:]]
    return lines


def _without_outline(lines: list[_Line]) -> list[_Line]:
    """Without the contents of the document's own chapters; contents that name documents are kept.

    Those of a compendium say where its documents begin; those of a single measure say what its headings say.
    """
    kept = [line for line in lines if not (line.entry and find_mark(line.text))]
    if len(kept) == len(lines) or any(line.entry for line in kept):
        return kept
    return [line for line in kept if squeeze(line.text) not in _CONTENTS]
