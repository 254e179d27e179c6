"""The library page as HTML: the documents, and what a search by keyword found in them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.manifest import Entry
from index.model import Article, Metadata
from qa.validity import Status
from ui.marking import Span, marked, within, word_spans
from ui.paging import sheet
from ui.render import attribute, badge_html, escaped
from ui.search import Found
from ui.table import row_text

DOCUMENTS_AT_ONCE = 50
HITS_AT_ONCE = 20
_SNIPPET = 160
_BEFORE = 40
"""Characters of a snippet before its first hit."""
Stands = Callable[[Metadata], Status]
"""How a document stands today."""


@dataclass(frozen=True)
class Where:
    """What the library page shows: a query (empty for all documents) and the page of its results, from 1."""

    query: str = ""
    page: int = 1

    def data(self, page: int | None = None) -> str:
        """The data of a button that leads here, or to another page."""
        return f'data-query="{attribute(self.query)}" data-page="{page or self.page}"'

    def turning(self, page: int) -> str:
        """The data of a button that turns the page."""
        return f'data-act="library" {self.data(page)}'


def documents_html(entries: Sequence[Entry], where: Where, stands: Stands) -> str:
    """All documents, page by page."""
    shown = sheet(len(entries), where.page, DOCUMENTS_AT_ONCE)
    count = f"共 {len(entries)} 份文件、{sum(e.articles for e in entries)} 条。"
    items = "".join(
        f'<li class="pq-doc"><h3>{_document_button(e.meta, where)}</h3>'
        f"{meta_html(e.meta, stands(e.meta), f'{e.articles} 条')}"
        f'<div class="pq-buttons">{only_button(e.meta)}</div></li>'
        for e in shown.of(entries)
    )
    listed = f'<ul class="pq-docs">{items}</ul>' if items else '<p class="pq-none">索引中还没有文件。</p>'
    return (
        f'{_search_html(where)}<h2 tabindex="-1" data-focus>全部文件</h2><p data-said>{count}</p>'
        f"{listed}{shown.turn_html(where.turning)}"
    )


def found_html(found: Sequence[Found], words: Sequence[str], where: Where, stands: Stands) -> str:
    """What a search found, by document and page by page, the words marked."""
    items = [(f, article) for f in found for article in (f.articles or (None,))]
    shown = sheet(len(items), where.page, HITS_AT_ONCE)
    articles, hits = sum(len(f.articles) for f in found), sum(f.hits for f in found)
    said = f"{len(found)} 份文件，{articles} 条，{hits} 处。" if found else "没有找到。"
    if not found:
        advice = "每个词都要出现。请减少关键词，或换一个说法。" if len(words) > 1 else "请换一个说法。"
        said = f"{said}{advice}"
    groups = "".join(
        _group_html(f, [a for _, a in group if a is not None], words, where, stands)
        for f, group in groupby(shown.of(items), key=lambda item: item[0])
    )
    return (
        f'{_search_html(where)}<h2 tabindex="-1" data-focus>“{escaped(where.query)}”的搜索结果</h2>'
        f'<p data-said>{said}</p><div class="pq-buttons">{back_button(Where())}</div>'
        f"{groups}{shown.turn_html(where.turning)}"
    )


def meta_html(meta: Metadata, status: Status, *more: str) -> str:
    """Whether a document holds, 文号, issuers and days, as far as known, and what else is to be said."""
    days = (("", meta.date), ("施行 ", meta.effective), ("有效期至 ", meta.expires))
    facts = [
        meta.doc_number or "",
        "、".join(meta.issuers),
        *(f"{name}{day}" for name, day in days if day),
        *more,
    ]
    said = "".join(f"<span>{escaped(fact)}</span>" for fact in facts if fact)
    return f'<p class="pq-facts">{badge_html(status)}{said}</p>'


def only_button(meta: Metadata) -> str:
    """Limits the questions to one document."""
    return (
        f'<button type="button" data-act="only" data-documents="{attribute(meta.key)}"'
        f' aria-label="只问这份文件：{attribute(meta.name)}">只问这份文件</button>'
    )


def back_button(where: Where) -> str:
    """Back to the list that a document or a search was opened from."""
    name = "返回搜索结果" if where.query else "返回全部文件"
    return f'<button type="button" data-act="library" {where.data()}>← {escaped(name)}</button>'


def _search_html(where: Where) -> str:
    return (
        '<form class="pq-search" role="search" data-act="library" data-page="1">'
        '<label for="pq-query">搜索条文</label><div><input type="search" id="pq-query" name="query" maxlength="100"'
        f' value="{attribute(where.query)}" placeholder="关键词，多个词用空格隔开" autocomplete="off">'
        '<button type="submit" class="pq-main-button">搜索</button></div></form>'
    )


def _document_button(meta: Metadata, where: Where) -> str:
    return (
        f'<button type="button" class="pq-open" data-act="document" data-key="{attribute(meta.key)}"'
        f" {where.data()}>{escaped(meta.name)}</button>"
    )


def _group_html(
    found: Found, articles: Sequence[Article], words: Sequence[str], where: Where, stands: Stands
) -> str:
    meta = found.meta
    count = f"{len(found.articles)} 条，{found.hits} 处" if found.articles else "文件名相符"
    items = "".join(
        f'<li><button type="button" class="pq-open" data-act="document" data-key="{attribute(meta.key)}"'
        f' data-at="{attribute(a.id)}" {where.data()}>{escaped(str(a.locator))}</button>'
        f"<p>{_snippet_html(a, words)}</p></li>"
        for a in articles
    )
    listed = f'<ul class="pq-hits">{items}</ul>' if items else ""
    return (
        f'<div class="pq-doc"><h3>{_document_button(meta, where)}</h3>{meta_html(meta, stands(meta), count)}'
        f"{listed}</div>"
    )


def _snippet_html(article: Article, words: Sequence[str]) -> str:
    text = row_text(article) if article.columns else article.text
    spans: list[Span] = word_spans(text, words)
    start = max(0, spans[0][0] - _BEFORE) if spans and spans[0][1] > _SNIPPET else 0
    end = min(len(text), start + _SNIPPET)
    cut = text[start:end].replace("\n", " ")
    return f"{'…' if start else ''}{marked(cut, within(spans, start, end))}{'…' if end < len(text) else ''}"
