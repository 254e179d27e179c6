"""The numbers that Word's lists put before paragraphs: 第%1条, （%1）, computed from numbering.xml.

The rules, in order (ECMA-376 part 1, 17.9, and what Word does where it leaves a choice):
1. A paragraph names a list (w:num) and a level, itself or through its style; list 0 means no number.
2. A list shows the levels of an abstract list, some of them replaced; lists of one abstract list count on
   together, but one with an own start (startOverride) begins there when it is first used.
3. A level begins anew after a paragraph of any outer level; w:lvlRestart names the level it waits for, 0 is never.
4. A level that has not begun counts as its start where an inner level shows it (1.1 without a 1).
5. Under w:isLgl all numbers are shown as digits.
"""

import re
from dataclasses import dataclass, field

from index.readers.markup import Element
from index.readers.ordinals import ordinal
from index.readers.wordml import find, findall, is_on, value

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_BULLET = "•"
_CLOSED = "、．。，）〕】》：；"
"""After one of these, the gap between number and text is no character; after others, it is a space."""
_NEEDS_GAP = "条章节编款项"


@dataclass(frozen=True)
class Level:
    """One level of a list: how it counts and what it shows."""

    start: int = 0
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass
class _Counts:
    """How far an abstract list has counted: one number a level, None before its first paragraph."""

    at: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


class Numbering:
    """All lists of a document. Paragraphs must be asked for in the order of the document."""

    def __init__(self, root: Element | None, style_lists: dict[str, str]) -> None:
        """`style_lists` gives the list (w:numId) of each list style."""
        self._abstract = {str(value(a, ".", "abstractNumId")): a for a in findall(root, "abstractNum")}
        self._nums = {str(value(n, ".", "numId")): n for n in findall(root, "num")}
        self._style_lists = style_lists
        self._levels: dict[str, dict[int, Level]] = {}
        self._counts: dict[str, _Counts] = {}
        self._begun: set[tuple[str, int]] = set()

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level of a list that belongs to a paragraph style, if one does."""
        return next((i for i, level in self.levels(list_id).items() if level.style == style), None)

    def levels(self, list_id: str) -> dict[int, Level]:
        """The levels of a list by their index, 0 the outermost; empty if there is no such list."""
        if list_id not in self._levels:
            num = self._nums.get(list_id)
            found = _levels(self._abstract.get(self._abstract_id(list_id))) if num is not None else {}
            for override in findall(num, "lvlOverride"):
                replaced = find(override, "lvl")
                if replaced is not None:
                    found[_int(value(override, ".", "ilvl"), 0)] = _level(replaced)
            self._levels[list_id] = found
        return self._levels[list_id]

    def label(self, list_id: str, level: int) -> str:
        """The number of the next paragraph of a list, with the gap before its text; counts it.

        A bullet gives “• ”. A list or level that does not exist gives nothing and counts nothing.
        """
        levels = self.levels(list_id)
        if level not in levels:
            return ""
        at = self._counts.setdefault(self._abstract_id(list_id), _Counts()).at
        at[level] = self._next(list_id, level, levels[level], at[level])
        for inner in range(level + 1, LEVELS):
            restart = levels[inner].restart if inner in levels else None
            if restart is None or level < restart:
                at[inner] = None
        return _shown(levels, level, at)

    def _next(self, list_id: str, level: int, shape: Level, now: int | None) -> int:
        own = self._own_start(list_id, level)
        if own is not None and (list_id, level) not in self._begun:
            self._begun.add((list_id, level))
            return own
        return shape.start if now is None else now + 1

    def _own_start(self, list_id: str, level: int) -> int | None:
        for override in findall(self._nums.get(list_id), "lvlOverride"):
            start = value(override, "startOverride")
            if start is not None and _int(value(override, ".", "ilvl"), 0) == level:
                return _int(start, 0)
        return None

    def _abstract_id(self, list_id: str) -> str:
        """The abstract list behind a list; one that only names a list style leads on to that style's list."""
        seen: set[str] = set()
        while True:
            seen.add(list_id)
            abstract = str(value(self._nums.get(list_id), "abstractNumId"))
            style = value(self._abstract.get(abstract), "numStyleLink")
            following = self._style_lists.get(style) if style is not None else None
            if following is None or following in seen or following not in self._nums:
                return abstract
            list_id = following


def _levels(abstract: Element | None) -> dict[int, Level]:
    return {
        index: _level(e)
        for e in findall(abstract, "lvl")
        if 0 <= (index := _int(value(e, ".", "ilvl"), -1)) < LEVELS
    }


def _level(e: Element) -> Level:
    restart = value(e, "lvlRestart")
    return Level(
        start=_int(value(e, "start"), 0),
        form=value(e, "numFmt") or "decimal",
        text=value(e, "lvlText") or "",
        suffix=value(e, "suff") or "tab",
        restart=None if restart is None else _int(restart, 0),
        legal=is_on(e, "isLgl"),
        style=value(e, "pStyle"),
    )


def _shown(levels: dict[int, Level], level: int, at: list[int | None]) -> str:
    shape = levels[level]
    if shape.form == "bullet":
        return f"{_BULLET} "

    def number(m: re.Match[str]) -> str:
        index = int(m[1]) - 1
        if index not in levels or index > level:
            return ""
        now = at[index]
        form = "decimal" if shape.legal else levels[index].form
        return ordinal(levels[index].start if now is None else now, form)

    text = _PLACE.sub(number, shape.text)
    if not text.strip():
        return ""
    if text[-1] in _CLOSED or text[-1].isspace():
        return text
    return text if shape.suffix == "nothing" and text[-1] not in _NEEDS_GAP else f"{text} "


def _int(text: str | None, default: int) -> int:
    """A decimal number; Word itself writes no other, but a file may."""
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else default
