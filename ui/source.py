"""The source panel as HTML: an article with the span that an answer quotes, and where it stands. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from index.model import Article
from qa.validity import status
from ui.render import attribute, cite_html, escaped, facts_html
from ui.turn import Source

if TYPE_CHECKING:
    from index.library import Library


def source_of(article: Article, n: int = 0, quote: str = "") -> Source:
    """An article as a source."""
    meta = article.meta
    return Source(
        article.id,
        article.label,
        n,
        quote,
        article.text,
        str(article.locator),
        meta.doc_number,
        meta.issuers,
        meta.date,
        article.page,
    )


def source_html(library: "Library", source: Source, today: date) -> str:
    """The whole article of `source` from the index, its quote marked; one that is gone as it was kept."""
    article = library.article(source.id)
    if article is None:
        gone = '<p class="pq-caution">索引已更新，其中不再有这一条。以下是作答时的原文，请核对现行文件。</p>'
        text = _text_html(source.text, source.quote)
        return f"<h3>{escaped(source.label)}</h3>{facts_html(source)}{gone}{text}{cite_html(source)}"
    stands = status(article.meta, today, library.documents)
    body = _row_html(article, source.quote) if article.columns else _text_html(article.text, source.quote)
    return (
        f'<h3>{escaped(article.label)}</h3><p class="pq-path">{escaped(str(article.locator))}</p>'
        f"{facts_html(source_of(article), stands)}{body}{cite_html(source)}{_neighbours_html(library, article)}"
    )


def _text_html(text: str, quote: str) -> str:
    start = text.find(quote) if quote else -1
    if start < 0:
        return f'<div class="pq-text">{escaped(text)}</div>'
    end = start + len(quote)
    marked = f"{escaped(text[:start])}<mark>{escaped(quote)}</mark>{escaped(text[end:])}"
    return f'<div class="pq-text">{marked}</div>'


def _row_html(article: Article, quote: str) -> str:
    """A table row, each cell beside the name of its column."""
    quoted: Sequence[str] = quote.split("\t") if quote else ()
    rows = "".join(
        f'<tr><th scope="row">{escaped(name)}</th>'
        f"<td>{f'<mark>{escaped(cell)}</mark>' if cell in quoted else escaped(cell)}</td></tr>"
        for name, cell in article.columns
    )
    return f'<table class="pq-row"><tbody>{rows}</tbody></table>'


def _neighbours_html(library: "Library", article: Article) -> str:
    at = library.position[article.id]
    around = (("上一条", at - 1), ("下一条", at + 1))
    buttons = "".join(
        f'<button type="button" data-act="article" data-id="{attribute(near.id)}">{word}</button>'
        for word, i in around
        if 0 <= i < len(library.articles)
        and (near := library.articles[i])
        and near.meta.key == article.meta.key
    )
    return f'<div class="pq-near">{buttons}</div>'
