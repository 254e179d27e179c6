"""From lines and tables on pages to paragraphs and rows, by what the print shows: indents, width, spacing, size."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.marks import find_mark
from index.model import GOES_ON
from index.paragraphs import ATTACHMENT_LINE, DATE_LINE, DOC_NUMBER_LINE, sentence_ended
from index.readers.columns import Column, read_columns
from index.readers.grids import Continued, rows_of
from index.readers.layout import Layout, Placed
from index.readers.seams import join_lines
from index.readers.sheet import Grid, Line, Sheet
from index.readers.unruled import with_unruled_tables

_LEADERS = re.compile(r"\s*(?:[.…·․‥⋯．_—-]{3,}+[\s.…·]*+|\t)[（(]?(\d{1,4})[）)]?$")
"""How a contents entry ends: dots or empty space, and a page number."""
_UNIT = re.compile(
    r"[“‘（(《〈【〔\[]*(?:——|……|[^\s⺀-￯“”‘’—…]+|.)(?:[）)》〉】〕\]、，。；：！？,.;:!?%％]|[”’“‘].?)*"
)
"""What is hardly parted at the end of a line: a word, or a character with its punctuation (some keep “ close too)."""
_BULLET = re.compile(r"[-*•●■◆·○]|——")
_SAME_SIZE = (0.87, 1.15)
_TITLE = 1.15
"""How much larger than the text a title is."""
_LEADING = 1.4
"""Distance of lines, in usual distances, that parts paragraphs."""
_INDENT = 0.8
_MAX_PARTS = 2
_SAME_INDENT = 0.5
_MAX_INDENT = 7.0
_TOLERANCE = 0.6
_LATIN = 0.55
"""Width of a Latin letter, in characters."""


def page_texts(sheets: Sequence[Sheet]) -> list[str]:
    """The text of each sheet: one paragraph, heading or table row a line, in reading order.

    A page's first line begins with `GOES_ON` where it goes on with the last one of the page before.
    """
    sheets = [with_unruled_tables(sheet) for sheet in sheets]
    pages = [
        (sheet, [_by_baseline(column) for column in columns])
        for sheet, columns in zip(sheets, read_columns(sheets), strict=True)
    ]
    flow = _Flow(Layout(pages))
    return [flow.page(sheet, columns) for sheet, columns in pages]


class _Flow:
    """Writes page after page, and remembers the paragraph or table that may go on."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._paragraph: list[Placed] = []
        self._table: Continued | None = None

    def page(self, sheet: Sheet, columns: Sequence[Column]) -> str:
        out: list[str] = []
        for column in columns:
            adjacent = False
            for item in column.items:
                if isinstance(item, Grid):
                    rows, self._table = rows_of(
                        item, self._table if not out else None, spaced=self._layout.spaced
                    )
                    out += rows
                    self._paragraph = []
                else:
                    placed = self._layout.place(sheet, column, item)
                    goes_on = bool(self._paragraph) and self._goes_on(placed, adjacent=adjacent)
                    if goes_on and out:
                        out[-1] = join_lines((out[-1], item.text), spaced=self._layout.spaced)
                    else:
                        out.append(GOES_ON * goes_on + item.text)
                    self._paragraph = [*(self._paragraph if goes_on else ()), placed]
                    self._table = None
                adjacent = True
        return "\n".join(out)

    def _goes_on(self, line: Placed, *, adjacent: bool) -> bool:
        """Whether a line continues the paragraph above it (`adjacent`: in the same column)."""
        above = self._paragraph[-1]
        a, b = above.line, line.line
        if b.text.startswith("\t"):  # the page number of a contents entry
            return True
        if not _SAME_SIZE[0] < b.size / a.size < _SAME_SIZE[1] or _LEADERS.search(a.text):
            return False
        if max(a.parts, b.parts) > _MAX_PARTS:  # names or numbers in columns
            return False
        pitch = self._layout.pitch(a.size)
        if adjacent and pitch and b.middle - a.middle > pitch * _LEADING:
            return False
        if a.size > self._layout.size * _TITLE and above.even and line.even:  # a title over lines
            return a.fonts == b.fonts and not sentence_ended(a.text)
        if above.centred and line.centred:
            return False
        if above.indent > _MAX_INDENT or not _is_full(above, b) or _stands_alone(b.text):
            return False
        return self._is_inside(above, line)

    def _is_inside(self, above: Placed, line: Placed) -> bool:
        """Whether a line below a full one has the indent of a line inside a paragraph."""
        deeper = line.indent - above.indent
        first = len(self._paragraph) == 1
        if self._layout.indented and line.indent < _INDENT:
            return True
        if deeper > _SAME_INDENT:  # a hanging item
            return first and bool(find_mark(above.line.text) or _BULLET.match(above.line.text))
        if deeper < -_SAME_INDENT:
            return first
        if find_mark(line.line.text) or self._layout.indented:
            return not sentence_ended(above.line.text) and not find_mark(line.line.text)
        return not above.line.fonts or not line.line.fonts or bool(above.line.fonts & line.line.fonts)


def _is_full(above: Placed, below: Line) -> bool:
    """Whether what opens the line below had no room on the line above."""
    unit = _UNIT.match(below.text)
    need = sum(1.0 if c >= "⺀" else _LATIN for c in (unit[0] if unit else "")[:20])
    return above.slack < need + _TOLERANCE


def _stands_alone(text: str) -> bool:
    return bool(DATE_LINE.match(text) or DOC_NUMBER_LINE.match(text) or ATTACHMENT_LINE.match(text))


def _by_baseline(column: Column) -> Column:
    """Join what stands on one baseline of a column; the number of a contents entry after a tab."""
    out: list[Line | Grid] = []
    for item in column.items:
        last = out[-1] if out else None
        if (
            isinstance(item, Line)
            and isinstance(last, Line)
            and abs(item.middle - last.middle) < item.size / 2
        ):
            left, right = sorted((last, item), key=lambda line: line.x0)
            out[-1] = replace(
                left,
                text=left.text + ("\t" if right.text.isdigit() else " ") + right.text,
                x1=max(left.x1, right.x1),
                size=max(left.size, right.size),
                fonts=left.fonts | right.fonts,
                parts=left.parts + right.parts,
            )
        else:
            out.append(item)
    return replace(column, items=tuple(_entry(x) if isinstance(x, Line) else x for x in out))


def _entry(line: Line) -> Line:
    """A contents entry with a tab instead of its leaders."""
    return replace(line, text=_LEADERS.sub(r"\t\1", line.text))
