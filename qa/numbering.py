"""The numbering of one document: from marks said (第三章, 第八条, 第二部分第（五）项) to the articles that carry them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import path_marks
from index.marks import Kind, article_label
from index.model import Article
from index.numerals import NUMERAL_CHARS, parse_numeral

_N = NUMERAL_CHARS
_CN = "一二三四五六七八九十"
_SAID = re.compile(
    rf"第\s*(?P<n>[{_N}]+)\s*(?P<unit>编|章|节|条|款|项|点|部分|大项|大点|方面|款项)(?:\s*之\s*(?P<sub>[{_N}]+))?"
    rf"|(?<!最后)(?<![\d{_N}廿卅])(?P<bare>[{_N}]+)\s*条(?:之(?P<baresub>[{_N}]+))?"
    r"(?!\s*(?:生产线|产线|路|线|意见|建议|措施|消息|信息|船|河|理由|原因|渠道|经验|规则|要求|街|龙))"
    # 二、（五）2.: a heading before a point in brackets or at the end, the brackets, and a number after them
    rf"|(?<![{_N}第、])(?P<h1>[{_CN}]+)(?:、\s*(?=$|[（(第?？])|\s*(?=[（(]\s*[{_N}]+\s*[)）]))"
    rf"|(?<![A-Za-z_])[（(]\s*(?:(?P<h2>[{_CN}]+)|(?P<h4>\d{{1,2}}))\s*[)）](?=[项条点款]|$|[^一-鿿]|是[什啥怎]|说|讲|规定|的|里|内容|怎么|什么|写|全文|原文)"
    r"|(?<=[)）])\s*(?P<h3>\d{1,2})(?=\s*(?:[.、．项点]|$|[^\d\w]|[一-鿿]))"
)
_UNIT_KINDS: dict[str, tuple[Kind, ...]] = {
    "编": ("part",), "章": ("chapter",), "节": ("section",), "条": ("article", "h1", "h2", "h3"),
    "部分": ("h1",), "大项": ("h1",), "大点": ("h1",), "方面": ("h1", "h2"),
    "项": ("h2", "h3", "h4"), "点": ("h1", "h2", "h3"), "款项": ("h2",), "（）": ("h2", "h4"),
    "、": ("h1",), ".": ("h3",),
}  # fmt: skip
_UNIT_OF = {"n": "", "bare": "条", "h1": "、", "h2": "（）", "h4": "（）", "h3": "."}
"""The groups of `_SAID` and the unit each means, where the mark does not name its own."""
_OUTLINE_UNITS = {"（）": "第{}项", "、": "第{}部分", ".": "第{}点"}
_MAX_CHINESE = 9999
"""Above it a number is written in digits: no document counts so far, but callers can."""
_OUTLINE: tuple[Kind, ...] = ("h1", "h2", "h3")


@dataclass(frozen=True)
class Said:
    """A mark in a question: its number and the families it can mean, and how it is written officially."""

    number: int
    sub: int
    unit: str

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The families that this unit can mean."""
        return _UNIT_KINDS.get(self.unit, ())

    @property
    def label(self) -> str:
        """第四十五条 as cited."""
        if self.unit in _OUTLINE_UNITS:
            return _OUTLINE_UNITS[self.unit].format(self.number)
        if self.number > _MAX_CHINESE:
            return f"第{self.number}{self.unit}"
        return article_label(self.number, self.sub).replace("条", self.unit, 1)


def read_said(text: str) -> list[Said]:
    """The marks in `text`, in order; 款 is left out, since an article is cited whole."""
    out = []
    for m in _SAID.finditer(text):
        group = next(g for g in _UNIT_OF if m[g])
        number = parse_numeral(m[group])
        sub = parse_numeral(m["sub"] or m["baresub"] or "0") or 0
        unit = m["unit"] or _UNIT_OF[group]
        if number is not None and unit != "款":
            out.append(Said(number, sub, unit))
    return out


class Numbering:
    """The articles of one document by their marks."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = [a for a in articles if a.role in ("text", "turn")]
        self._marks = {a.id: path_marks(a) for a in self._articles}
        self.law = any(kind == "article" for marks in self._marks.values() for kind, _, _ in marks)

    def find(self, said: Sequence[Said]) -> list[Article]:
        """The articles at the end of the path `said`; for a chapter or section, all articles below it.

        Where numbers restart, a mark without its section can mean several articles: all of them.
        """
        inner = [s for s in said if not (self.law and s.unit in ("项", "（）", "点"))]
        if not inner:
            return []
        by_kind: dict[Kind, list[Article]] = {}
        below: list[Article] = []
        for a in self._articles:
            at = _match(self._marks[a.id], inner, law=self.law)
            if at is not None and at == len(self._marks[a.id]) - 1:
                by_kind.setdefault(self._marks[a.id][at][0], []).append(a)
            elif at is not None:
                below.append(a)
        for own in by_kind.values():
            if len(own) == 1 or self.law:
                return own
        return [a for own in by_kind.values() for a in own] or below

    def count(self) -> int:
        """How many articles are numbered through: the highest 条, or the highest number of the longest outline level."""
        numbers: dict[Kind, list[int]] = {}
        for marks in self._marks.values():
            if marks:
                numbers.setdefault(marks[-1][0], []).append(marks[-1][1])
        if self.law:
            return max(numbers["article"])
        running = {k: v for k, v in numbers.items() if k in _OUTLINE and len(set(v)) == len(v)}
        return max((max(v) for v in running.values()), default=0)

    def sections(self) -> tuple[str, ...]:
        """The outermost headings in order, as cited: 第一章 总则; 二、重点任务. Empty if there are none."""
        kinds = ("part", "chapter") if self.law else ("h1",)
        first = {
            str(a.locator.steps[0]): None
            for a in self._articles
            if (marks := self._marks[a.id]) and marks[0][0] in kinds
        }
        return tuple(s.rstrip("、") for s in first)

    def first_of_last(self) -> list[Article]:
        """The first article of the last section: it shows how many there are where no outline does."""
        return self.find([Said(len(self.sections()), 0, "、")])[:1]

    @property
    def unit(self) -> str:
        """条 for laws and announcements (一、 二、 with text), else 项."""
        first = any(marks[-1][0] == "h1" for marks in self._marks.values() if marks)
        deeper = any(marks[-1][0] in ("h2", "h3") for marks in self._marks.values() if marks)
        return "条" if self.law or (first and not deeper) else "项"


def _match(marks: Sequence[tuple[Kind, int, int]], said: Sequence[Said], *, law: bool) -> int | None:
    """Index in `marks` of the last said mark, if all of `said` stand in `marks` in order; else None."""
    at = -1
    for s in said:
        kinds = ("article",) if law and s.unit == "条" else s.kinds
        at = next(
            (
                i
                for i in range(at + 1, len(marks))
                if marks[i] == (marks[i][0], s.number, s.sub) and marks[i][0] in kinds
            ),
            -1,
        )
        if at < 0:
            return None
    return at
