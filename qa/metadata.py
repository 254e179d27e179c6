"""Questions about a document itself: who issued it, when, its 文号, how long it holds, what is attached."""

import re
from collections.abc import Sequence
from datetime import date

from index.library import Library
from index.model import Article, Metadata
from qa.extract import Statement
from qa.question import Asked
from qa.sentences import sentences

_CLAUSE = re.compile(r"(自|从).{1,16}起(施行|执行|实施|生效)|有效期|同步施行|(执行|施行)至")


def metadata_statements(asked: Asked, key: str, library: Library) -> list[Statement]:
    """What the document `key` says of itself for the metadata kinds asked; empty if it says nothing of them."""
    meta = library.documents[key]
    own = [a for a in library.articles if a.meta.key == key]
    out: list[Statement] = []
    if asked.has("attachments") and (said := _attachments(meta, own)):
        out.append(said)
    if asked.has("effective", "expiry") and (said := _validity(asked, meta, own)):
        out.append(said)
    if asked.has("doc_number") and (said := _doc_number(meta, own)):
        out.append(said)
    if (
        asked.has("issuer", "issue_date")
        and not asked.has("effective", "expiry")
        and (said := _issued(asked, meta, own))
    ):
        out.append(said)
    if asked.has("addressees") and (said := _addressees(meta, own)):
        out.append(said)
    return out


def introduce(key: str, library: Library) -> Statement | None:
    """What the document is: title, 文号, issuers and date, for a question that names it by its 文号 alone."""
    meta = library.documents[key]
    front = next((a for a in library.articles if a.meta.key == key and a.role == "front"), None)
    if front is None:
        return None
    who = f"由{_names(meta.issuers)}" if meta.issuers else ""
    when = f"于{chinese_date(meta.date)}" if meta.date else ""
    said = f"，{who}{when}印发" if who or when else ""
    number = f"（{meta.doc_number}）" if meta.doc_number else ""
    return Statement(f"这是《{meta.title}》{number}{said}。", front, front.text)


def _names(issuers: Sequence[str]) -> str:
    return "、".join(issuers) + ("联合" if len(issuers) > 1 else "")


def _with(own: Sequence[Article], words: Sequence[str]) -> tuple[Article, str] | None:
    """The article that holds all `words`, and the verbatim span over them."""
    for a in sorted(own, key=lambda a: a.role != "closing"):  # a title may hold the issuers, but not the date
        if a.role in ("closing", "front") and all(w in a.text for w in words):
            start = min(a.text.index(w) for w in words)
            end = max(a.text.rindex(w) + len(w) for w in words)
            return a, a.text[start:end]
    return None


def _issued(asked: Asked, meta: Metadata, own: Sequence[Article]) -> Statement | None:
    found = _with(own, meta.issuers) if meta.issuers else None
    if found is None:
        return None
    article, quote = found
    line = next((text for text in article.text.split("\n") if _same_day(text, meta.date)), None)
    if line:
        quote = article.text[article.text.index(quote) : article.text.index(line) + len(line)]
    when = chinese_date(meta.date) if meta.date and line else ""
    number = f"（{meta.doc_number}）" if meta.doc_number else ""
    if asked.has("issue_date") and when:
        text = f"{when}。《{meta.title}》{number}由{_names(meta.issuers)}印发，成文日期是{when}。"
    else:
        text = f"{_names(meta.issuers)}印发。" + (
            f"《{meta.title}》{number}的成文日期是{when}。" if when else ""
        )
    return Statement(text, article, quote)


def _same_day(line: str, day: str | None) -> bool:
    if day is None:
        return False
    d = date.fromisoformat(day)
    return re.sub(r"\s", "", line) == f"{d.year}年{d.month}月{d.day}日"


def _doc_number(meta: Metadata, own: Sequence[Article]) -> Statement | None:
    front = next((a for a in own if a.role == "front"), None)
    if front is None or meta.doc_number is None:
        return None
    squeezed = re.sub(r"[\s\[\]〔〕]", "", meta.doc_number)
    line = next((x for x in front.text.split("\n") if re.sub(r"[\s\[\]〔〕]", "", x) == squeezed), None)
    return Statement(f"{meta.doc_number}。这是《{meta.title}》的文号。", front, line) if line else None


def _addressees(meta: Metadata, own: Sequence[Article]) -> Statement | None:
    front = next(
        (a for a in own if a.role == "front" and meta.addressees and meta.addressees in a.text), None
    )
    return (
        Statement(f"主送{meta.addressees}。", front, meta.addressees) if front and meta.addressees else None
    )


def _attachments(meta: Metadata, own: Sequence[Article]) -> Statement | None:
    lists = [a for a in own if a.role == "attachments"]
    if not lists:
        return None
    names = meta.attachments
    shown = (
        "；".join(f"{n}.{name}" for n, name in enumerate(names[:8], 1))
        if len(names) > 1
        else f"《{names[0].strip('《》')}》"
    )
    more = f"（节选，共{len(names)}个）" if len(names) > 8 else ""
    count = f"附件共{len(names)}个：" if len(names) > 1 else "附件是"
    return Statement(f"{count}{shown}{more}。", lists[0], lists[0].text)


def _validity(asked: Asked, meta: Metadata, own: Sequence[Article]) -> Statement | None:
    for a in own:
        if a.role != "text":
            continue
        for s in sentences(a.text):
            ends = meta.expires is not None or "expiry" not in asked.kinds
            if ends and _CLAUSE.search(s.text) and re.search(r"本|施行|执行至|税则", s.text):
                computed = ""
                if meta.expires and chinese_date(meta.expires) not in re.sub(r"\s", "", s.text):
                    computed = (
                        f"（按成文日期{chinese_date(meta.date or '')}推算，至{chinese_date(meta.expires)}）"
                    )
                return Statement(f"{s.text.rstrip('。')}{computed}。", a, s.text)
    return None


def chinese_date(day: str) -> str:
    """2024-03-27 as 2024年3月27日."""
    try:
        d = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{d.year}年{d.month}月{d.day}日"
