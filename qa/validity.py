"""Whether a document holds on a day, and what an answer from it must say of that first: pure.

Only stated facts count: its own days, the 废止 clauses of the other documents of the library, and its later versions
there. Where none is stated, the standing is 期限未写明 and no notice is given.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from index.marks import article_label
from index.model import Article, Metadata, Repeal, parse_date
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.register import Register
from index.repeals import ends
from index.versions import are_versions, successor, version_start
from qa.days import chinese_date
from qa.deadline import passed
from qa.model import Answer

Standing = Literal[
    "现行", "试行", "尚未施行", "已过有效期", "已废止", "已被替代", "部分废止", "期限未写明"
]  # fmt: skip
NOTICE = "提示："
"""A line that begins so speaks of the document, not of what was asked."""
_GROUNDS = "依据："
_CAUTION = "以下内容仅供参考"
_HOLDS = ("试行", "现行", "期限未写明")
_PLACE = re.compile(rf"第([{NUMERAL_CHARS}]+)条(?:之([{NUMERAL_CHARS}]+))?")


@dataclass(frozen=True)
class Status:
    """How a document, or an article of it, stands on a day."""

    standing: Standing
    reason: str = ""
    """What makes it so, to follow the document's name: 有效期至2027年12月31日，截至2028年1月1日已过有效期."""
    clause: str = ""
    """The sentence of another document that ends this one."""


def status(meta: Metadata, as_of: date, documents: Mapping[str, Metadata] | None = None) -> Status:
    """How the document of `meta` stands at the end of the day `as_of`; `documents` are those that may end it."""
    today = chinese_date(as_of)
    found = list(_repeals(meta, documents or {}, as_of))
    for by, repeal in found:
        if not repeal.part and not are_versions(meta, by):
            return Status("已废止", f"截至{today}已废止（{_name(by)}）", repeal.clause)
    if newer := successor(meta, documents or {}, as_of):
        clause = next((r.clause for by, r in found if by.key == newer.key and not r.part), "")
        return Status("已被替代", f"截至{today}已被替代（{_name(newer)}，{_since(newer)}）", clause)
    last, start, issued = map(parse_date, (meta.expires, meta.effective, meta.date))
    if last is not None and last < as_of:
        computed = f"{meta.validity.term}，即至" if meta.validity.term else "有效期至"
        return Status("已过有效期", f"{computed}{chinese_date(last)}，截至{today}已过有效期")
    if start is not None and start > as_of:
        return Status("尚未施行", f"自{chinese_date(start)}起施行，截至{today}尚未施行")
    if start is None and issued is not None and issued > as_of:
        return Status("尚未施行", f"成文于{chinese_date(issued)}，截至{today}尚未印发施行")
    reason = "；".join(f"{r.part}截至{today}已废止（{_name(by)}）" for by, r in found)
    if meta.trial:
        return Status("试行", reason)
    return Status("现行" if last is not None else "期限未写明", reason)


def article_status(article: Article, as_of: date, documents: Mapping[str, Metadata] | None = None) -> Status:
    """How an article stands: as its document, unless it, or an item of it, was ended by itself."""
    whole = status(article.meta, as_of, documents)
    if whole.standing not in _HOLDS:
        return whole
    for by, repeal in _repeals(article.meta, documents or {}, as_of):
        if (ended := _ended(article, repeal.part)) is not None:
            reason = f"{repeal.part}截至{chinese_date(as_of)}已废止（{_name(by)}）"
            return Status(ended, reason, repeal.clause)
    return whole


def with_validity(answer: Answer, documents: Mapping[str, Metadata], as_of: date) -> Answer:
    """`answer` with a notice in its first line for each cited document that does not hold on `as_of`, and 信息截至.

    The notice is left out where the answer's own first line says as much. A deadline in that line that has passed is
    said to have in the line below. 信息截至 stands at the end of the line
    of grounds: the earliest date of the collections that are cited, or for a refusal the latest of the library.
    """
    cited = list({c.article.meta.key: c.article.meta for c in answer.citations}.values())
    if not cited:
        latest = max((m.as_of for m in documents.values() if m.as_of), default=None)
        return replace(answer, as_of=latest)
    first = answer.text.partition("\n")[0]
    notices = []
    for meta in cited:
        own = (c.article for c in answer.citations if c.article.meta.key == meta.key)
        each = sorted(
            (article_status(a, as_of, documents) for a in own), key=lambda s: s.standing not in _HOLDS
        )
        for stands in {s.reason: s for s in each}.values():
            if stands.reason and stands.standing not in first:
                name = "该文件" if len(cited) == 1 else meta.name
                caution = "" if stands.standing in _HOLDS else f"，{_CAUTION}"
                notices.append(f"{NOTICE}{name}{stands.reason}{caution}。")
    earliest = min((m.as_of for m in cited if m.as_of), default=None)
    dated = f"。信息截至{chinese_date(earliest)}。" if earliest else ""
    lines = [
        f"{line.rstrip('。')}{dated}" if line.startswith(_GROUNDS) and dated else line
        for line in answer.text.split("\n")
    ]
    n = 2 if first.endswith("：") else 1  # the line that tells first
    over = (
        [f"{NOTICE}上述截止日期已过（截至{chinese_date(as_of)}）。"]
        if passed("".join(lines[:n]), as_of)
        else []
    )
    return replace(answer, text="\n".join([*notices, *lines[:n], *over, *lines[n:]]), as_of=earliest)


def _repeals(
    meta: Metadata, documents: Mapping[str, Metadata], as_of: date
) -> Iterator[tuple[Metadata, Repeal]]:
    for by, repeal in Register.of(documents).repeals(meta):
        if _begun(by, as_of) and ends(repeal, by, meta):
            yield by, repeal


def _ended(article: Article, part: str) -> Standing | None:
    """What the end of `part` (第二条, 第二条第（一）项) makes of an article; None if it is another's."""
    m = _PLACE.search(part)
    if m is None:
        return None
    label = article_label(parse_numeral(m[1]) or 0, parse_numeral(m[2] or "") or 0)
    if all(step.mark != label for step in article.locator.steps):
        return None
    return "部分废止" if part[m.end() :] else "已废止"


def _begun(meta: Metadata, as_of: date) -> bool:
    start = parse_date(meta.effective or meta.date)
    return start is None or start <= as_of


def _name(meta: Metadata) -> str:
    number = f"，{meta.doc_number}" if meta.doc_number else ""
    return f"见{meta.name}{number}"


def _since(meta: Metadata) -> str:
    start = version_start(meta)
    return f"{chinese_date(start)}起的版本" if start else "新版本"
