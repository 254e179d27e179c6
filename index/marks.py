"""Numbering marks at the beginning of a paragraph.

Families, outermost first: 编 章 节 条 of laws; 一、 （一） 1. （1） ① of outlines. A line that only mentions
an article (“第五条规定的企业应当…”) carries no mark.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.numerals import NUMERAL_CHARS, chinese_numeral, parse_numeral

Kind = Literal["part", "chapter", "section", "article", "h1", "h2", "h3", "h4", "h5"]

DEPTH: dict[Kind, int] = {
    "part": 0, "chapter": 1, "section": 2, "article": 3, "h1": 4, "h2": 5, "h3": 6, "h4": 7, "h5": 8,
}  # fmt: skip

_N = NUMERAL_CHARS
_CN = "〇○零一二三四五六七八九十百千两"
_DIVISION = re.compile(rf"第\s*([{_N}\s]+?)\s*(分编|编|章|节)(?=\s|$|[^\s，。；：、！？]{{1,20}}$)")
_ARTICLE = re.compile(rf"第\s*([{_N}\s]+?)\s*条(?:\s*之\s*([{_N}]+))?")
_OUTLINE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("h1", re.compile(rf"([{_CN}]+)\s*(?:、|[．.](?!\s*\d))\s*")),
    ("h2", re.compile(rf"[（(]\s*([{_CN}]+)\s*[）)][、.]?\s*")),
    ("h3", re.compile(r"([0-9０-９]+)\s*(?:[、．]|\.(?![0-9０-９]))\s*")),
    ("h4", re.compile(r"[（(]\s*([0-9０-９]+)\s*[）)]\s*")),
    ("h5", re.compile(r"([①-⑳])\s*")),
)
# What follows 第N条 in a sentence that refers to an article, does not open it: after a space, then without.
_MENTION = re.compile(rf"[、，,；;。]|[和与及或至到]?\s*第\s*[{_N}]+\s*[条款项]|规定的")
_MENTION_UNSPACED = re.compile(
    rf"[：:）)》】\]]|[（(]\s*[{_N}]+\s*[）)]|和|与|及|或|至|到|以|规定|所|的|中|是|为准|之|款|项|内容|要求|明确|提到|修改|有关|关于|同时"
)
_OPENS_WITH_MENTION = re.compile(rf"\s+第\s*[{_N}]+\s*条")
_MAX_OUTLINE = 999
"""Numbers above it are years and amounts: （2024） opens no item."""
_DIVISION_KIND: dict[str, Kind] = {"编": "part", "分编": "part", "章": "chapter", "节": "section"}


@dataclass(frozen=True)
class Mark:
    """A numbering mark: its family, its number, the form in which it is cited, and where its text begins."""

    kind: Kind
    number: int
    sub: int
    label: str
    end: int
    spaced: bool = True
    """Whether white space or the line's end follows: without it, an article needs its sequence to count."""

    @property
    def depth(self) -> int:
        """Nesting depth; smaller is further out."""
        return DEPTH[self.kind]


@lru_cache(maxsize=4096)
def find_mark(text: str) -> Mark | None:
    """The numbering mark that opens `text`, or None.

    `第五条规定的…`, `第三条、第四条…` and `第八条第六项` refer to articles and give None. Reading, splitting and
    auditing a document ask again for each of its paragraphs, so the latest few thousand answers are kept.
    """
    if m := _DIVISION.match(text):
        number = parse_numeral(m[1])
        if number is None or number > 9999 or _MENTION_UNSPACED.match(text[m.end() :]):
            return None
        return Mark(_DIVISION_KIND[m[2]], number, 0, f"第{chinese_numeral(number)}{m[2]}", m.end())
    if m := _ARTICLE.match(text):
        return _article_mark(m, text)
    for kind, pattern in _OUTLINE:
        if m := pattern.match(text):
            number = ord(m[1]) - ord("①") + 1 if kind == "h5" else parse_numeral(m[1])
            if number is None or number > _MAX_OUTLINE:
                return None
            return Mark(kind, number, 0, outline_label(kind, number), m.end())
    return None


def _article_mark(m: re.Match[str], text: str) -> Mark | None:
    number, sub = parse_numeral(m[1]), parse_numeral(m[2]) if m[2] else 0
    if number is None or number > 9999 or sub is None:
        return None
    rest = text[m.end() :]
    spaced = not rest or rest[0].isspace()
    if rest[:1].isspace() and _OPENS_WITH_MENTION.match(
        rest
    ):  # 第三条 第二条规定的…: its place in the row decides
        return Mark("article", number, sub, article_label(number, sub), m.end(), spaced=False)
    if _MENTION.match(rest.lstrip()) or (not spaced and _MENTION_UNSPACED.match(rest)):
        return None
    return Mark("article", number, sub, article_label(number, sub), m.end(), spaced)


def article_label(number: int, sub: int = 0) -> str:
    """第二十七条, 第二十条之一."""
    return f"第{chinese_numeral(number)}条" + (f"之{chinese_numeral(sub)}" if sub else "")


def outline_label(kind: Kind, number: int) -> str:
    """The mark of an outline heading as cited: 二、 （三） 4. （5） ⑥."""
    if kind == "h1":
        return f"{chinese_numeral(number)}、"
    if kind == "h2":
        return f"（{chinese_numeral(number)}）"
    if kind == "h3":
        return f"{number}."
    if kind == "h4":
        return f"（{number}）"
    return chr(ord("①") + number - 1)
