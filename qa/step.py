"""“下一个呢”, “上一条说的啥”, “同样这个序号呢”: numbers told by the number of the question before."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.model import Article
from index.numerals import NUMERAL_CHARS, chinese_numeral, parse_numeral
from index.text import normalize

_N = NUMERAL_CHARS
_STEP = re.compile(
    r"^(?:那么?|请|再|接着|看|说|讲|问|的|查)*(?:(?P<next>[下后]一?)|(?P<back>[上前]一?))(?:面那?)?(?:个|条|项|行|款|号|名|档)"
    r"(?P<noun>标准|项目|条件|要求|情形|措施|任务)?(?P<rest>(?:呢|的|是|说|讲|$|[?？，,。有叫归在由谁哪什啥怎咋内实主为属强]).*)?$"
)
_TELL = re.compile(r"(?:具体|是|又|都|说|讲|写|规定|介绍|展开|一下|的|了|什么|啥|怎么|哪个|内容|意思|呢)*")
_SAME = re.compile(
    r"(?:同样的?)?(?:这个|那个|同一个?|相同的?)(?:序号|编号|号码?|条号)|同样的?(?:序号|编号|号码?|条号)"
)
_NUMBER = re.compile(rf"(?P<mark>第|序号)\s*(?P<n>[{_N}]+)\s*(?P<unit>条|项|行|号|个|款)?")


@dataclass(frozen=True)
class Step:
    """One further (1) or one back (-1), and what is asked of it."""

    by: int
    rest: str
    """Empty if only what it says is asked."""


def step(question: str) -> Step | None:
    """The step that `question` takes from what was told before; None if it takes none."""
    m = _STEP.match(normalize(question))
    if m is None:
        return None
    rest = (m["rest"] or "").strip("呢的,，。?？ ")
    return Step(1 if m["next"] else -1, "" if _TELL.fullmatch(rest) else rest)


def stepped(before: str, by: int) -> str | None:
    """The last number in the question `before`, `by` further: 第44项 as 第45项, 第八条 as 第九条; None without one.

    第0项 is a place that does not exist and is answered as such.
    """
    found = list(_NUMBER.finditer(normalize(before)))
    n = parse_numeral(found[-1]["n"]) if found else None
    if n is None:
        return None
    m, new = found[-1], n + by
    written = str(new) if m["n"].isdigit() or new < 1 else chinese_numeral(new)
    return f"{m['mark']}{written}{m['unit'] or ''}"


def with_same_number(question: str, before: str, answered: Callable[[], Article | None]) -> str | None:
    """`question` with the number in the place of “同样这个序号”: that of `before`, else of the row that answered it."""
    plain = normalize(question)
    if not _SAME.search(plain):
        return None
    number = stepped(before, 0)
    if number is None and (told := answered()) and told.role == "row":
        number = f"第{told.columns[0][1]}项"
    return _SAME.sub(number, plain, count=1) if number else None


def neighbour(article: Article, by: int, articles: Sequence[Article]) -> Article | None:
    """The article that stands `by` further in its document, of the same depth and role; None at an end."""
    steps = article.locator.steps
    own = sorted(
        (
            a
            for a in articles
            if a.meta.key == article.meta.key
            and a.role == article.role
            and len(a.locator.steps) == len(steps)
            and (a.role != "row" or a.locator.steps[0].mark == steps[0].mark)
        ),
        key=lambda a: a.order,
    )
    at = [a.id for a in own].index(article.id) + by
    return own[at] if 0 <= at < len(own) else None
