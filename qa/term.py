"""What a document says of its own validity: since when, until when, whether still, on trial, and what it ends."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.library import Library
from index.marks import find_mark
from index.model import Article, Metadata, Repeal, parse_date
from index.repeals import ends
from index.text import compare_key, iso_day, normalize, number_key, squeeze
from qa.days import chinese_date
from qa.extract import Statement
from qa.question import Asked
from qa.sentences import sentences
from qa.validity import Status, status

_ENDED = re.compile(r"失效|过期|作废|废止|到期")
_ABOUT_TERM = re.compile(r"有效期|内有效|有效期限|实施期")
AT = re.compile(r"(?:到|至|在|截至|截止|截止到)(20\d\d)年(?:(\d{1,2})月)?(?:(\d{1,2})日)?")
"""A day that the question itself names: 到2028年还有效吗; a year is meant to its end."""
_VERB = re.compile(r"(?:起|步|时|后|日|布)(?:正式)?(施行|执行|实施|实行|试行|生效)")


@dataclass(frozen=True)
class Own:
    """A document with its articles, the library around it, and the day as of which is asked."""

    meta: Metadata
    articles: Sequence[Article]
    library: Library
    as_of: date

    def holding(self, text: str) -> Article | None:
        """The article in which `text` stands word for word."""
        return next((a for a in self.articles if text and text in a.text), None)

    def front(self) -> Article | None:
        """The article of the document's front matter."""
        return next((a for a in self.articles if a.role == "front"), None)

    @property
    def status(self) -> Status:
        """How the document stands on the day."""
        return status(self.meta, self.as_of, self.library.held)


def bare(clause: str) -> str:
    """A clause without the number it opens with and the stop it ends with."""
    mark = find_mark(clause)
    return (clause[mark.end :] if mark else clause).strip().rstrip("。；;")


def given(own: Own, field: str, text: str) -> Statement | None:
    """What people gave of a document and its text does not say; None if they did not give `field`."""
    front = own.front() if field in own.meta.given else None
    if front is None:
        return None
    said = f"{text}（{own.meta.name}文中没有写明，由资料维护者注明）。"
    return Statement(said, front, front.text.split("\n")[0])


def effective(_: Asked, own: Own) -> Statement | None:
    """The day of taking effect first, computed if the clause gives none, then the clause."""
    v = own.meta.validity
    article = own.holding(v.effective_clause)
    if article is None:
        return given(own, "effective", f"{chinese_date(v.effective or '')}起施行")
    said = bare(v.effective_clause)
    verb = m[1] if (m := _VERB.search(v.effective_clause)) else "施行"
    if v.together_with:
        text = f"与《{v.together_with}》同步{verb}，文中没有写明具体日期：{said}。"
    elif v.effective is None:
        text = f"文中没有写明具体日期：{said}。"
    elif chinese_date(v.effective) in squeeze(v.effective_clause):
        text = f"{chinese_date(v.effective)}起{verb}：{said}。"
    else:
        text = f"{chinese_date(v.effective)}起{verb}（按成文日期推算）：{said}。"
    return Statement(text, article, v.effective_clause)


def expiry(_: Asked, own: Own) -> Statement | None:
    """The last day first, computed from a term if need be, then the clause."""
    v = own.meta.validity
    article = own.holding(v.expires_clause)
    if article is None or v.expires is None:
        return given(own, "expires", f"有效期至{chinese_date(v.expires or '')}")
    last = chinese_date(v.expires)
    said = bare(v.expires_clause)
    start = chinese_date(own.meta.effective or own.meta.date or "")
    verb = None if "有效期" in v.expires_clause else _VERB.search(v.expires_clause)
    until = f"{verb[1] if verb else '有效期'}至{last}"
    text = f"{v.term}，即至{last}（自{start}推算）：{said}。" if v.term else f"{until}：{said}。"
    return Statement(text, article, v.expires_clause)


def in_force(asked: Asked, own: Own) -> Statement | None:
    """Yes or no, as of the day asked; None where the document does not say."""
    own = replace(own, as_of=_day_asked(asked.text) or own.as_of)
    stands, title = own.status, own.meta.name
    ended = bool(_ENDED.search(asked.text))
    if stands.standing == "已废止":
        place = next(
            (a for a in own.library.holding(normalize(stands.clause)) if stands.clause in a.text), None
        )
        side = "是的" if ended else "不再有效"
        return Statement(f"{side}，{title}{stands.reason}。", place, stands.clause) if place else None
    if stands.standing == "已被替代" and (front := own.front()):
        side = "是的" if ended else "不再有效"
        return Statement(f"{side}，{title}{stands.reason}。", front, front.text.split("\n")[0])
    clause = validity_clause(own)
    if clause is None or (own.meta.expires is None and stands.standing != "尚未施行"):
        return None
    last = f"至{chinese_date(own.meta.expires)}" if own.meta.expires else ""
    term = f"{own.meta.validity.term}，即{last}（推算）" if own.meta.validity.term else f"有效期{last}"
    if stands.standing in ("已过有效期", "尚未施行"):
        side = "还没有" if stands.standing == "尚未施行" else "是的" if ended else "不再有效"
        text = f"{side}，{title}{stands.reason}：{clause.text}"
    else:
        side = "没有" if ended else "是的"
        text = f"{side}，{title}{term}，截至{chinese_date(own.as_of)}仍在有效期内：{clause.text}"
    return Statement(text, clause.article, clause.quote)


def _day_asked(text: str) -> date | None:
    m = AT.search(text)
    if m is None:
        return None
    year, month = int(m[1]), int(m[2] or 12)
    last = monthrange(year, month)[1] if 1 <= month <= 12 else 0
    return parse_date(iso_day(year, month, int(m[3] or last)))


def ended_elsewhere(asked: Asked, library: Library) -> Statement | None:
    """That a document, which the question names and the library may not hold, is ended by one that it holds."""
    number, title = number_key(asked.text), compare_key(asked.text)
    for meta in library.documents.values():
        for r in meta.validity.repeals:
            named = r.title and compare_key(r.title) in title and not _goes_on(r, meta, library)
            if not (named or (r.number and r.number in number)):
                continue
            place = next((a for a in library.articles.of(meta.key) if r.clause in a.text), None)
            if place is None:
                continue
            if r.part:
                text = f"部分废止，{_repeal(replace(r, part=''))}的{r.part}已废止，见{meta.name}。"
            else:
                text = f"{'是的' if _ENDED.search(asked.text) else '不再有效'}，{_repeal(r)}已废止，见{meta.name}。"
            return Statement(text, place, r.clause)
    return None


def _goes_on(repeal: Repeal, by: Metadata, library: Library) -> bool:
    """Whether the library holds a document of that title which `repeal`, said in `by`, does not end: a later version."""
    title = compare_key(repeal.title)
    return any(compare_key(m.title) == title and not ends(repeal, by, m) for m in library.documents.values())


def trial(_: Asked, own: Own) -> Statement | None:
    """Whether it is issued on trial, by its title."""
    front = own.front()
    if front is None:
        return None
    kind = "暂行" if "暂行" in own.meta.title else "试行"
    text = (
        f"是的，{own.meta.name}是{kind}文件。" if own.meta.trial else f"不是，{own.meta.name}没有写明试行。"
    )
    return Statement(text, front, front.text.split("\n")[0])


def repeals(_: Asked, own: Own) -> Statement | None:
    """What it ends."""
    ended = own.meta.validity.repeals
    article = own.holding(ended[0].clause) if ended else None
    if article is None:
        return None
    named = "；".join(f"{n}.{_repeal(r)}" for n, r in enumerate(ended, 1))
    return Statement(f"同时废止{len(ended)}份文件或条款：{named}。", article, article.text)


def _repeal(repeal: Repeal) -> str:
    number = repeal.number or ""
    name = f"《{repeal.title}》{f'（{number}）' if number else ''}" if repeal.title else number
    return f"{name}{repeal.part}"


def validity_clause(own: Own) -> Statement | None:
    """The clause on the end of the document, else the one on its beginning."""
    v = own.meta.validity
    clause = v.expires_clause or v.effective_clause
    article = own.holding(clause)
    return Statement(f"{bare(clause)}。", article, clause) if article else None


def elsewhere(own: Own) -> Statement | None:
    """What the document says of the term of something else: a list, a pilot."""
    for a in own.articles:
        for s in sentences(a.text) if a.role == "text" else ():
            if _ABOUT_TERM.search(s.text) and s.text not in own.meta.validity.expires_clause:
                return Statement(s.text, a, s.text)
    return None


def clause_in(article: Article, text: str) -> str:
    """The sentence of `article` that `text` tells, else its first line."""
    told = next((s.text for s in sentences(article.text) if bare(s.text) in text), None)
    return told or article.text.split("\n")[0]
