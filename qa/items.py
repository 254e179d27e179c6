"""The items of what was found, so that “第三个展开讲讲” can be told: rows, articles, marked lines, 一是 … 二是 …."""

import re
from dataclasses import dataclass

from index.model import Article
from index.numerals import NUMERAL_CHARS, parse_numeral
from qa.model import Answer, Retrieved

_N = NUMERAL_CHARS
_LINE = re.compile(rf"(?P<mark>[（(][{_N}]+[)）]|[{_N}]+[、.．])\s*(?P<text>\S.*)")
_INLINE = re.compile(
    rf"(?:(?<=^)|(?<=[：:；;。，,\s]))(?P<mark>[{_N}]是|第[{_N}]+[，,、])(?P<text>[^；;。]+[；;。]?)"
)
_SERIES = re.compile(r"(?:包括|分为|划分为|由|经过)(?P<items>[^，。；：:]+(?:、[^，。；：:]+)+)")
_SERIES_END = re.compile(
    r"等?\s*+[\d一二两三四五六七八九十]*+\s*+(?:个|项|类|种|档|部分|方面|大)(?:环节|阶段|方面|部分)?$|组成$|等$"
)


@dataclass(frozen=True)
class Item:
    """One item: its article, its words, and its mark if it is a line of the article that opens with one."""

    article: Article
    text: str
    mark: str | None = None


def items(found: Retrieved, answer: Answer) -> list[Item]:
    """The items of the list that answered a question: the rows or articles it named, else those of what was cited."""
    rows = [row for f in found.filtered for row in f.rows]
    if rows:
        return [Item(r, r.columns[1][1]) for r in rows]
    if found.place and len(found.place.articles) > 1:
        return [Item(a, _first_line(a.text)) for a in found.place.articles]
    seen = list(dict.fromkeys(c.article for c in answer.citations)) or [h.article for h in found.hits[:1]]
    own = next((i for a in seen[:1] for i in (_lines(a), _parts(a, found), _inline(a)) if i), [])
    return own or ([Item(a, _first_line(a.text)) for a in seen] if len(seen) > 1 else [])


def _lines(article: Article) -> list[Item]:
    """The lines that open with a mark, as (一) or 1., whose numbers run 1, 2, 3 …; not of the article's own mark."""
    out: list[Item] = []
    for line in article.text.split("\n"):
        m = _LINE.match(line)
        if m and _number(m["mark"]) == len(out) + 1:
            out.append(Item(article, m["text"].strip(), m["mark"].replace("(", "（").replace(")", "）")))
    return out if len(out) > 1 else []


def _parts(article: Article, found: Retrieved) -> list[Item]:
    """Of an introduction or an outline, the articles directly below it, in the order of their numbers."""
    below = sorted(
        {
            h.article.id: h.article
            for h in found.hits
            if h.article.meta.key == article.meta.key
            and len(h.article.locator.steps) == len(article.locator.steps) + 1
            and h.article.locator.steps[: len(article.locator.steps)] == article.locator.steps
        }.values(),
        key=lambda a: _number(a.locator.steps[-1].mark) or 0,
    )
    numbers = [_number(a.locator.steps[-1].mark) for a in below]
    return [Item(a, _first_line(a.text)) for a in below] if numbers == list(range(1, len(below) + 1)) else []


def _inline(article: Article) -> list[Item]:
    """一是 … 二是 … within a paragraph, else the members of a series: 包括申请、受理、评价."""
    marked = [Item(article, m["text"].strip("，、；。")) for m in _INLINE.finditer(article.text)]
    if len(marked) > 1:
        return marked
    m = _SERIES.search(article.text)
    if m is None:
        return []
    return [Item(article, _SERIES_END.sub("", part).strip()) for part in m["items"].split("、")]


def _first_line(text: str) -> str:
    line = text.split("\n")[0]
    m = _LINE.match(line)
    return m["text"] if m else line


def _number(mark: str) -> int | None:
    m = re.search(rf"[{_N}]+", mark)
    return parse_numeral(m[0]) if m else None


def head(item: Item, limit: int = 30) -> str:
    """The words that name an item: its heading, or as much of its first clause as fits `limit` characters."""
    text = re.split(r"[。；;：:]", item.text)[0]
    return text if len(text) <= limit else re.split(r"[，,]", text)[0][:limit]
