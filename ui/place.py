"""Places within a document as people write them: 第二十七条, 27条, 附件1 序号44, 二（三）, 问答3.

A place is read as a row of steps, each a kind and its numbers, so that spelling does not matter. It means the
articles whose own steps end with it (steps in between may be left out), else those below it (第五章, 二).
"""

import re
from collections.abc import Sequence

from index.errors import UsageError
from index.model import Article
from index.numerals import NUMERAL_CHARS, chinese_numeral, parse_numeral
from index.text import normalize

Step = tuple[str, int, int]
_N = f"[{NUMERAL_CHARS}]+"
_STEP = re.compile(
    rf"第?(?P<n>{_N})(?P<kind>编|分编|章|节|条|款|项|部分)(?:之(?P<sub>{_N}))?"
    rf"|(?P<word>文首|落款|引言|文末|要目|正文|附件清单)"
    rf"|(?P<named>附件|序号|问答|发言)(?P<at>{_N})?"
    rf"|[(（](?P<bracket>{_N})[)）]"
    rf"|(?P<bare>{_N})[、.．]?"
)
_WITHIN = ("款", "项")  # finer than an article


def find_articles(place: str, articles: Sequence[Article]) -> list[Article]:
    """The articles of a document that `place` means, in order; `place` may also be an article id.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    if same := [a for a in articles if a.id == place]:
        return same
    steps = read_place(place)
    while steps and steps[-1][0] in _WITHIN:
        steps = steps[:-1]
    if steps:
        known = [(a, _steps_of(a)) for a in articles]
        for fits in (_is, _ends, _holds):
            if found := [a for a, own in known if fits(own, steps)]:
                return found
        # 第八条（六）: an item stands within the text of its article
        if found := [a for a, own in known if _ends(own, steps[:-1]) and _has_item(a, steps[-1])]:
            return found
    raise UsageError(_unknown(place, steps, articles))


def read_place(text: str) -> tuple[Step, ...]:
    """The steps that `text` names; empty if it names none."""
    out = []
    for m in _STEP.finditer("".join(normalize(text).split())):
        number = parse_numeral(m["n"] or m["at"] or m["bracket"] or m["bare"] or "") or 0
        sub = parse_numeral(m["sub"]) or 0 if m["sub"] else 0
        kind = m["kind"] or m["named"] or m["word"] or ("（）" if m["bracket"] else "、")
        out.append((kind, number, sub))
    return tuple(out)


def _steps_of(article: Article) -> tuple[Step, ...]:
    return tuple(step for mark in article.locator.steps for step in read_place(mark.mark)[:1])


def _is(own: tuple[Step, ...], asked: tuple[Step, ...]) -> bool:
    return own == asked


def _ends(own: tuple[Step, ...], asked: tuple[Step, ...]) -> bool:
    if not asked:
        return False
    core = own if asked[-1][0] == "部分" else _without_part(own)
    return core[-1:] == asked[-1:] and _holds(own, asked)


def _holds(own: tuple[Step, ...], asked: tuple[Step, ...]) -> bool:
    rest = iter(own)
    return all(step in rest for step in asked)


def _has_item(article: Article, step: Step) -> bool:
    text = "".join(normalize(article.text).split())
    spellings = (f"({chinese_numeral(step[1] % 10000)})", f"({step[1]})", f"{step[1]}.")
    return step[0] in ("（）", "、") and any(spelling in text for spelling in spellings)


def _unknown(place: str, steps: tuple[Step, ...], articles: Sequence[Article]) -> str:
    title = f"《{articles[0].meta.title}》" if articles else "该文件"
    if not steps:
        return f"看不懂位置“{place}”。请写成 第二十七条、附件1 序号44、二（三） 这样的形式。"
    near = _nearest(steps, articles)
    hint = f"最接近的是 {near.locator}。" if near else ""
    return f"{title}中没有“{place}”。{hint}用 policy-qa show 加文件名查看全部位置。"


def _nearest(asked: tuple[Step, ...], articles: Sequence[Article]) -> Article | None:
    """The nearest number of the same kind, first among articles that share the steps before it."""
    known = [(a, _without_part(_steps_of(a))) for a in articles]
    for before in (asked[:-1], ()):
        within = [(a, own) for a, own in known if _holds(own, before)]
        if same := [(own[-1], a) for a, own in within if own and own[-1][0] == asked[-1][0]]:
            return min(same, key=lambda na: (abs(na[0][1] - asked[-1][1]), na[0][2]))[1]
        if before and within:
            return within[0][0]
    return None


def _without_part(own: tuple[Step, ...]) -> tuple[Step, ...]:
    """第八条 for 第八条 / 第2部分: a long article is kept in parts, which nobody cites."""
    return own[:-1] if len(own) > 1 and own[-1][0] == "部分" else own
