"""Paragraph styles of a Word file: which heading, which list, which entry of the table of contents."""

import re

from index.readers.markup import Element
from index.readers.numbering import Numbering
from index.readers.wordml import findall, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_ENTRY = re.compile(r"(?:toc|目录|wpsoffice手动目录)\s*\d$", re.IGNORECASE)
_TITLES = ("title", "标题")
_MAX_LEVEL = 6


class Styles:
    """The styles of a document by their id, each asked with those it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {value(s, ".", "styleId") or "": s for s in findall(root, "style")}
        self._default = next(
            (
                i
                for i, s in self._styles.items()
                if value(s, ".", "type") == "paragraph" and value(s, ".", "default") in ("1", "true", "on")
            ),
            None,
        )
        self.lists = {i: n for i, s in self._styles.items() if (n := value(s, "pPr/numPr/numId")) is not None}
        """The list (w:numId) that a style names itself."""

    def list_of(self, p: Element, style: str | None, numbering: Numbering) -> tuple[str | None, int]:
        """The list and level that number a paragraph; no list if none does."""
        own, level = value(p, "pPr/numPr/numId"), value(p, "pPr/numPr/ilvl")
        if own is not None:
            return own, _number(level)
        for name in self._line(style):
            list_id = self.lists.get(name)
            if list_id is not None:
                if level is not None:
                    return list_id, _number(level)
                belongs = next(
                    (n for s in self._line(style) if (n := numbering.level_of_style(list_id, s)) is not None),
                    None,
                )
                return list_id, belongs if belongs is not None else _number(
                    value(self._styles[name], "pPr/numPr/ilvl")
                )
        return None, 0

    def heading_level(self, p: Element, style: str | None) -> int:
        """1 to 6 for a heading or title, else 0; an outline level of the paragraph itself counts first."""
        own = value(p, "pPr/outlineLvl")
        if own is not None:
            return _level(own)
        for name in self._line(style):
            given = value(self._styles[name], "pPr/outlineLvl")
            if given is not None:
                return _level(given)
            if m := _HEADING.match(self._name(name)):
                return min(int(m[1]), _MAX_LEVEL)
        return int(self.is_title(style))

    def is_title(self, style: str | None) -> bool:
        """Whether the style is that of the document's title."""
        return any(self._name(s).lower() in _TITLES for s in self._line(style))

    def is_centred(self, p: Element, style: str | None) -> bool:
        """Whether the paragraph stands in the middle of its line."""
        own = value(p, "pPr/jc")
        given = (value(self._styles[name], "pPr/jc") for name in self._line(style))
        return (own or next((jc for jc in given if jc is not None), "")) == "center"

    def is_contents_entry(self, style: str | None) -> bool:
        """Whether the style is that of an entry of a table of contents."""
        return any(_ENTRY.match(self._name(s)) for s in self._line(style))

    def _name(self, style: str) -> str:
        return value(self._styles[style], "name") or ""

    def _line(self, style: str | None) -> list[str]:
        """A style and those it is based on, nearest first; a paragraph without a style has the default one."""
        out: list[str] = []
        name = style if style in self._styles else self._default
        while name is not None and name in self._styles and name not in out:
            out.append(name)
            name = value(self._styles[name], "basedOn")
        return out


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 4 else 0


def _level(outline: str) -> int:
    """Outline levels count from 0; 9 is running text."""
    n = _number(outline)
    return 0 if n >= 9 else min(n + 1, _MAX_LEVEL)
