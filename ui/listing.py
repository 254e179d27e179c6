"""Documents and articles as text for the terminal. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from index.manifest import Entry
from index.model import Article, Metadata
from ui.text import safe, shorten

if TYPE_CHECKING:
    from index.build import Change
    from index.finding import Finding

_FULL = 5
"""Up to so many articles are printed in full; more are listed."""
_SNIPPET = 40


def change_text(change: "Change") -> str:
    """What a build did, in one line."""
    return (
        f"新增 {change.added}，更新 {change.updated}，删除 {change.removed}；"
        f"共 {change.documents} 份文件、{change.articles} 条"
    )


def documents_text(entries: Sequence[Entry]) -> str:
    """The documents of an index, three lines each."""
    blocks = []
    for number, entry in enumerate(entries, start=1):
        meta = entry.meta
        about = [meta.doc_number or "（无文号）", meta.date or "（无日期）", f"{entry.articles} 条"]
        lines = [f"{number:>2}. 《{_inner(meta.title)}》", f"    {'  '.join(about)}"]
        blocks.append("\n".join([*lines, *([f"    {'、'.join(meta.issuers)}"] if meta.issuers else [])]))
    return safe("\n".join(blocks))


def document_json(entry: Entry) -> dict[str, Any]:
    """A document for machines."""
    meta = entry.meta
    return {
        "key": meta.key,
        "title": meta.title,
        "doc_number": meta.doc_number,
        "date": meta.date,
        "issuers": list(meta.issuers),
        "effective": meta.effective,
        "expires": meta.expires,
        "articles": entry.articles,
        "source": meta.source,
    }


def outline_text(meta: Metadata, articles: Sequence[Article]) -> str:
    """What is known of a document, and where its articles stand; the rows of a table in one line."""
    facts = (
        ("文号", meta.doc_number),
        ("发文机关", "、".join(meta.issuers)),
        ("日期", meta.date),
        ("施行", meta.effective),
        ("失效", meta.expires),
        ("主送", meta.addressees),
        ("来源", meta.source),
    )
    lines = [f"《{_inner(meta.title)}》", *(f"{name}：{value}" for name, value in facts if value)]
    lines += [f"附件：{name}" for name in meta.attachments]
    lines += ["", *_places(articles)]
    return safe("\n".join(lines))


def articles_text(articles: Sequence[Article]) -> str:
    """A few articles in full, or many by their beginnings."""
    if len(articles) > _FULL:
        lines = [f"{a.label}  {shorten(a.text, _SNIPPET)}" for a in articles]
        return safe("\n".join([*lines, f"（共 {len(articles)} 条；请写出具体位置查看全文。）"]))
    return safe("\n\n".join(map(_article_text, articles)))


def finding_text(finding: "Finding") -> str:
    """A finding of the audit, in one line."""
    kind = {"error": "错误", "warning": "提醒"}[finding.severity]
    return " ".join(safe(f"{kind}  {finding.document}  {finding.place}：{finding.message}").split("\n"))


def _article_text(article: Article) -> str:
    meta = article.meta
    about = "  ".join(part for part in (meta.doc_number, meta.date, str(article.locator)) if part)
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


def _inner(title: str) -> str:
    """A title for use within 《》."""
    return title.replace("《", "〈").replace("》", "〉")
