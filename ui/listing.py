"""Documents and articles as text for the terminal. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from index.manifest import DEFAULT_COLLECTION
from index.model import Article, Metadata
from index.sidecar import NAMES
from index.versions import version_day
from qa.validity import NOTICE, Status, article_status
from ui.text import safe, shorten

if TYPE_CHECKING:
    from index.build import Change
    from ui.api.contract import ArticleJson, DocumentJson
    from ui.catalogue import Item

_FULL = 5
"""Up to so many articles are printed in full; more are listed."""
_SNIPPET = 40
_GIVEN = "（由维护者给出）"


def change_text(change: "Change") -> str:
    """What a build did, in one line."""
    return (
        f"新增 {change.added}，更新 {change.updated}，删除 {change.removed}；"
        f"共 {change.documents} 份文件、{change.articles} 条"
    )


def documents_text(items: Sequence["Item"]) -> str:
    """The documents of an index, collection by collection if there are several."""
    groups: dict[str, list[str]] = {}
    for number, item in enumerate(items, start=1):
        groups.setdefault(item.collections[0], []).append(_document_text(number, item))
    blocks = []
    for name, own in groups.items():
        blocks += [f"合集：{name}（{len(own)} 份）"] if len(groups) > 1 else []
        blocks += own
    return safe("\n".join(blocks))


def _document_text(number: int, item: "Item") -> str:
    meta, stands = item.entry.meta, item.status
    about = [meta.doc_number or "（无文号）", version_day(meta) or "（无日期）", f"{item.entry.articles} 条"]
    lines = [f"{number:>2}. {meta.name}", f"    {'  '.join([*about, stands.standing])}"]
    lines += [f"    {stands.reason}"] if stands.reason else []
    return "\n".join([*lines, *([f"    {'、'.join(meta.issuers)}"] if meta.issuers else [])])


def document_json(item: "Item") -> "DocumentJson":
    """A document for machines."""
    meta = item.entry.meta
    return {
        "key": meta.key,
        "title": meta.title,
        "doc_number": meta.doc_number,
        "date": meta.date,
        "issuers": list(meta.issuers),
        "effective": meta.effective,
        "expires": meta.expires,
        "articles": item.entry.articles,
        "source": meta.source,
        "also": list(item.entry.also),
        "collections": list(item.collections),
        "standing": item.status.standing,
        "reason": item.status.reason,
        "versions": [m.key for m in item.versions],
        "given": list(meta.given),
    }


def article_json(article: Article, stands: Status) -> "ArticleJson":
    """An article for machines; `stands` is how it stands today."""
    meta = article.meta
    return {
        "id": article.id,
        "document": meta.title,
        "key": meta.key,
        "locator": str(article.locator),
        "label": article.label,
        "text": article.text,
        "columns": [list(column) for column in article.columns],
        "doc_number": meta.doc_number,
        "issuers": list(meta.issuers),
        "date": meta.date,
        "source": meta.source,
        "page": article.page,
        "standing": stands.standing,
        "reason": stands.reason,
    }


def outline_text(item: "Item", articles: Sequence[Article]) -> str:
    """What is known of a document, and where its articles stand; the rows of a table in one line."""
    meta = item.entry.meta
    facts = (
        ("doc_number", meta.doc_number),
        ("issuers", "、".join(meta.issuers)),
        ("date", meta.date),
        ("amended", meta.amended),
        ("effective", meta.effective),
        ("expires", meta.expires),
        ("addressees", meta.addressees),
    )
    named = [
        f"{NAMES[name]}：{value}{_GIVEN if name in meta.given else ''}" for name, value in facts if value
    ]
    named += [f"来源：{'、'.join(item.entry.sources)}"]
    named += [f"合集：{'、'.join(item.collections)}"] if item.collections != (DEFAULT_COLLECTION,) else []
    named += [f"效力：{item.status.reason}"] if item.status.reason else []
    named += [f"其他版本：{m.title}@{version_day(m)}" for m in item.versions]
    lines = [f"{meta.name}{_GIVEN if 'title' in meta.given else ''}", *named]
    lines += [f"附件：{name}" for name in meta.attachments]
    lines += ["", *_places(articles)]
    return safe("\n".join(lines))


def articles_text(articles: Sequence[Article], today: date, documents: Mapping[str, Metadata]) -> str:
    """A few articles in full, or many by their beginnings; what does not hold `today` says so."""
    if len(articles) > _FULL:
        lines = [f"{a.label}  {shorten(a.text, _SNIPPET)}" for a in articles]
        return safe("\n".join([*lines, f"（共 {len(articles)} 条；请写出具体位置查看全文。）"]))
    return safe("\n\n".join(_article_text(a, article_status(a, today, documents)) for a in articles))


def _article_text(article: Article, stands: Status) -> str:
    meta = article.meta
    page = f"第 {article.page} 页" if article.page is not None else None
    about = "  ".join(part for part in (meta.doc_number, meta.date, str(article.locator), page) if part)
    about += f"\n{NOTICE}{stands.reason}。" if stands.reason else ""
    if not article.columns:
        return f"{article.label}\n{about}\n\n{article.text}"
    cells = "\n".join(f"{name}：{cell}" for name, cell in article.columns)
    return f"{article.label}\n{about}\n\n{cells}"


def _places(articles: Sequence[Article]) -> list[str]:
    lines: list[str] = []
    rows: list[Article] = []
    for article in [*articles, None]:
        if rows and (
            article is None or article.role != "row" or article.locator.steps[0] != rows[0].locator.steps[0]
        ):
            first, last = rows[0].locator, rows[-1].locator
            lines.append(f"{first.steps[0]} / {first.steps[-1]} 至 {last.steps[-1]}（{len(rows)} 行）")
            rows = []
        if article is not None and article.role == "row":
            rows.append(article)
        elif article is not None:
            lines.append(str(article.locator))
    return lines
