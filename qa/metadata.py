"""Questions about a document itself: who issued it, when, its 文号, since and until when it holds, what is attached.

What is stated is told in one sentence with the clause it stands in; a day that is computed says so; what a document
does not state is refused as 条文未明确, in words that name the document.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from index.library import Library
from index.model import Article, Metadata
from index.text import squeeze
from qa.days import chinese_date
from qa.extract import Statement
from qa.meant import is_about, meant, not_here
from qa.model import Refusal, Retrieved
from qa.names import Names
from qa.question import Asked, Kind, read_question
from qa.term import (
    Own,
    bare,
    clause_in,
    effective,
    elsewhere,
    ended_elsewhere,
    expiry,
    given,
    in_force,
    repeals,
    trial,
    validity_clause,
)

_UNTIL = re.compile(r"(?:到|至).{0,2}(?:什么时候|何时|哪|几号)|截止")
_COUNT = re.compile(r"几个?(部门|单位|机关|家|部委)|多少个?(部门|单位|机关|家|部委)|哪几个")


_DOCUMENT = re.compile(r"办法|细则|条例|规程|方案|意见|通知|公告|规定|文件|政策|法规|号文")
"""What a question calls a document when it asks of the document itself."""
_PARTS = re.compile(r"[，,；;]|以及|还有|和")
_ORDER = re.compile(r"(哪|谁).{0,6}(先|早|晚|后)(?!面)")


def metadata_reply(found: Retrieved, names: Names, library: Library) -> list[Statement] | Refusal:
    """What the documents that the question names state of themselves, or that they do not state it.

    Empty if it asks nothing of the kind, or of something in the document rather than of the document itself.
    """
    asked, text = found.asked, found.standalone.text
    keys = meant(found, names, library)
    if not _wanted(asked) or not found.hits:
        return []
    if asked.has("in_force", "expiry") and (ended := ended_elsewhere(asked, library)):
        return [ended]
    if foreign := not_here(text, names, library):
        nearest = tuple(h.article for h in found.hits[:3])
        return Refusal("资料未收录", f"已收录的资料中没有《{foreign}》的原文。", nearest)
    if len(keys) > 1:
        each = [unstated(asked, key, library, found.as_of) for key in keys]
        if any(not reason or near for reason, near in each):
            said = [s for key in keys for s in compared(asked, key, library, found.as_of)]
            order = _order([library.documents[k] for k in keys]) if _ORDER.search(asked.text) else ""
            return [replace(said[0], text=order + said[0].text), *said[1:]] if said else []
        nearest = tuple(h.article for h in found.hits[:3])
        return Refusal("条文未明确", "".join(reason for reason, _ in each), nearest)
    key = keys[0] if keys else found.hits[0].article.meta.key
    itself = bool(keys) and is_about(text, library.documents[key])
    if not itself and asked.has("in_force", "trial", "repeals"):
        return []
    said = metadata_statements(asked, key, library, found.as_of)
    if said and not itself and asked.has("effective", "expiry"):
        best = {h.article.id for h in found.hits[:3]}
        said = [s for s in said if s.article.id in best]
    if said or not itself:
        return said
    reason, near = unstated(asked, key, library, found.as_of)
    if near and _wanted(asked) == ["expiry"] and found.hits[0].article in near and not _DOCUMENT.search(text):
        return []  # 首台套评定有效期几年: of what the document gives, not of the document
    return Refusal("条文未明确", reason, tuple(near) or tuple(h.article for h in found.hits[:3]))


def _order(metas: Sequence[Metadata]) -> str:
    """Which of the documents was issued first, with the days; empty if a day is not known."""
    dated = sorted((m.date, m.name) for m in metas if m.date)
    if len(dated) < len(metas) or len(dated) < 2:
        return ""
    days = "，".join(f"{name}是{chinese_date(day)}" for day, name in dated)
    first = "成文日期相同" if dated[0][0] == dated[1][0] else f"{dated[0][1]}在先"
    return f"{first}：{days}。"


def metadata_statements(
    asked: Asked, key: str, library: Library, as_of: date | None = None
) -> list[Statement]:
    """What the document `key` says of itself for the metadata kinds asked; empty if it says nothing of them."""
    own = _own(key, library, as_of)
    said = [tell(asked, own) for kind, tell in _TELLERS.items() if kind in _wanted(asked)]
    return list(dict.fromkeys(s for s in said if s is not None))


def unstated(
    asked: Asked, key: str, library: Library, as_of: date | None = None
) -> tuple[str, list[Article]]:
    """What the document `key` does not state of what is asked, in a sentence, and the articles that come nearest.

    ("", []) if it states all.
    """
    own = _own(key, library, as_of)
    missing = [kind for kind in _wanted(asked) if _TELLERS[kind](asked, own) is None]
    if not missing:
        return "", []
    near = [
        s
        for s in (
            validity_clause(own) if "in_force" in missing else None,
            elsewhere(own) if {"in_force", "expiry"} & {*missing} else None,
        )
        if s is not None
    ]
    said = f"文中写明：{'；'.join(bare(s.text) for s in near)}。" if near else ""
    if "in_force" in missing:
        known = f"（信息截至{chinese_date(own.meta.as_of)}）" if own.meta.as_of else ""
        said += f"已收录的资料{known}中没有废止它的文件，是否仍然有效请向发文机关核实。"
    return f"{own.meta.name}{'，也'.join(dict.fromkeys(_NOT_SAID[k] for k in missing))}。{said}", [
        s.article for s in near
    ]


def compared(asked: Asked, key: str, library: Library, as_of: date | None = None) -> list[Statement]:
    """For a question about several documents: what `key` states, or that it does not, each with the title named."""
    own = _own(key, library, as_of)
    said = metadata_statements(asked, key, library, as_of)
    if not said:
        text, near = unstated(asked, key, library, as_of)
        place = near[0] if near else own.front()
        return [Statement(text, place, clause_in(place, text))] if place else []
    title = own.meta.name
    return [s if title in s.text else Statement(f"{title}：{s.text}", s.article, s.quote) for s in said]


def introduce(key: str, library: Library) -> Statement | None:
    """What the document is: title, 文号, issuers and date, for a question that names it by its 文号 alone."""
    meta = library.documents[key]
    front = next((a for a in library.articles.of(key) if a.role == "front"), None)
    if front is None:
        return None
    who = f"由{_names(meta.issuers)}" if meta.issuers else ""
    when = f"于{chinese_date(meta.date)}" if meta.date else ""
    said = f"，{who}{when}印发" if who or when else ""
    number = f"（{meta.doc_number}）" if meta.doc_number else ""
    return Statement(f"这是{meta.name}{number}{said}。", front, front.text)


def _own(key: str, library: Library, as_of: date | None) -> Own:
    return Own(library.documents[key], library.articles.of(key), library, as_of or date.today())


def _wanted(asked: Asked) -> list[Kind]:
    """The metadata kinds to tell, in order; who and when are said together, and a question of force asks no term."""
    kinds = [k for k in _TELLERS if asked.has(k)]
    if "in_force" in kinds or "repeals" in kinds:
        kinds = [k for k in kinds if k not in ("effective", "expiry", "issue_date", "issuer")]
    if "expiry" in kinds and _UNTIL.search(asked.text):
        kinds = [k for k in kinds if k != "effective"]
    if ("effective" in kinds or "expiry" in kinds) and not _issue_apart(asked):
        kinds = [k for k in kinds if k not in ("issue_date", "issuer")]
    if "issue_date" in kinds:
        kinds = [k for k in kinds if k != "issuer"]
    return kinds


def _issue_apart(asked: Asked) -> bool:
    """Whether a part of the question asks for nothing but the day of issue: “哪天发的，什么时候生效”."""
    parts = [read_question(p) for p in _PARTS.split(asked.text) if p.strip()]
    return any(p.has("issue_date") and not p.has("effective", "expiry") for p in parts)


def _names(issuers: Sequence[str]) -> str:
    return "、".join(issuers) + ("联合" if len(issuers) > 1 else "")


def _number(meta: Metadata) -> str:
    return f"（{meta.doc_number}）" if meta.doc_number else ""


def _with(own: Own, words: Sequence[str]) -> tuple[Article, str] | None:
    """The article that holds all `words`, and the verbatim span over them."""
    for a in sorted(own.articles, key=lambda a: a.role != "closing"):  # a title holds issuers, but no date
        if a.role in ("closing", "front") and all(w in a.text for w in words):
            start = min(a.text.index(w) for w in words)
            end = max(a.text.rindex(w) + len(w) for w in words)
            return a, a.text[start:end]
    return None


def _issued(asked: Asked, own: Own) -> Statement | None:
    meta = own.meta
    found = _with(own, meta.issuers) if meta.issuers else None
    if found is None or (asked.has("issue_date") and "date" in meta.given):
        if asked.has("issue_date"):
            return given(own, "date", f"成文日期是{chinese_date(meta.date or '')}")
        return given(own, "issuers", f"由{_names(meta.issuers)}印发")
    article, quote = found
    line = next((text for text in article.text.split("\n") if _same_day(text, meta.date)), None)
    if line:
        quote = article.text[article.text.index(quote) : article.text.index(line) + len(line)]
    when = chinese_date(meta.date) if meta.date and line else ""
    if asked.has("issue_date"):
        if not when:
            return None
        text = f"{when}。{meta.name}{_number(meta)}由{_names(meta.issuers)}印发，成文日期是{when}。"
    else:
        count = (
            f"共{len(meta.issuers)}个部门：" if _COUNT.search(asked.text) and len(meta.issuers) > 1 else ""
        )
        dated = f"{meta.name}{_number(meta)}的成文日期是{when}。" if when else ""
        text = f"{count}{_names(meta.issuers)}印发。{dated}"
    return Statement(text, article, quote)


def _same_day(line: str, day: str | None) -> bool:
    return day is not None and squeeze(line) == chinese_date(day)


def _doc_number(_: Asked, own: Own) -> Statement | None:
    front, meta = own.front(), own.meta
    if front is None or meta.doc_number is None:
        return None
    if "doc_number" in meta.given:
        return given(own, "doc_number", f"{meta.doc_number}")
    bare = re.sub(r"[\s\[\]〔〕]", "", meta.doc_number)
    line = next((x for x in front.text.split("\n") if re.sub(r"[\s\[\]〔〕]", "", x) == bare), None)
    return Statement(f"{meta.doc_number}。这是{meta.name}的文号。", front, line) if line else None


def _addressees(_: Asked, own: Own) -> Statement | None:
    to = own.meta.addressees
    front = own.front()
    return Statement(f"主送{to}。", front, to) if front and to and to in front.text else None


def _attachments(_: Asked, own: Own) -> Statement | None:
    lists = [a for a in own.articles if a.role == "attachments"]
    names = own.meta.attachments
    if not lists or not names:
        return None
    shown = (
        "；".join(f"{n}、{name}" for n, name in enumerate(names[:8], 1))
        if len(names) > 1
        else f"《{names[0].strip('《》')}》"
    )
    more = f"（节选，共{len(names)}个）" if len(names) > 8 else ""
    count = f"附件共{len(names)}个：" if len(names) > 1 else "附件是"
    return Statement(f"{count}{shown}{more}。", lists[0], lists[0].text)


_TELLERS: dict[Kind, Callable[[Asked, Own], Statement | None]] = {
    "in_force": in_force,
    "repeals": repeals,
    "trial": trial,
    "attachments": _attachments,
    "effective": effective,
    "expiry": expiry,
    "doc_number": _doc_number,
    "issue_date": _issued,
    "issuer": _issued,
    "addressees": _addressees,
}
_NOT_SAID: dict[Kind, str] = {
    "in_force": "没有写明有效期",
    "repeals": "没有写明废止其他文件",
    "trial": "没有写明是否试行",
    "attachments": "没有列出附件",
    "effective": "没有写明施行日期",
    "expiry": "没有写明有效期",
    "doc_number": "没有写明文号",
    "issue_date": "没有写明印发日期",
    "issuer": "没有写明印发机关",
    "addressees": "没有写明主送单位",
}
