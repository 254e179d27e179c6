"""The source panel as HTML: an article with the span that an answer quotes, and where it stands. Pure."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from index.model import Article
from index.pdfpage import Picture
from qa.validity import article_status
from ui.marking import marked, quote_spans
from ui.render import attribute, cite_html, escaped, facts_html
from ui.table import row_html, row_text, table_html, table_of
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


def source_html(
    library: "Library",
    source: Source,
    today: date,
    *,
    turn: str = "",
    whole_table: bool = False,
    is_pdf: bool = False,
) -> str:
    """The whole article of `source` from the index, its quote marked; one that is gone as it was kept.

    `turn` is the id of the turn that cites it, `is_pdf` whether its pages can be shown as pictures.
    """
    article = library.article(source.id)
    if article is None:
        return _gone_html(source)
    stands = article_status(article, today, library.documents)
    spans = quote_spans(article.text, source.quote)
    again = f'data-id="{attribute(article.id)}" data-turn="{attribute(turn)}" data-n="{source.n}"'
    if article.columns:
        table = table_html(table_of(library, article), article, again, whole=whole_table)
        body = f"{row_html(article, spans)}{table}"
        said = row_text(article, spans)
    else:
        body = f'<div class="pq-text">{marked(article.text, spans)}</div>'
        said = source.quote or article.text
    copied = cite_html(replace(source_of(article), quote=said))
    return (
        f'<h3 tabindex="-1" data-focus>{escaped(article.label)}</h3>{_path_html(article)}'
        f"{facts_html(source_of(article), stands)}{body}{_pages_html(article) if is_pdf else ''}"
        f'<div class="pq-foot">{_neighbours_html(library, article)}{copied}'
        f'<button type="button" data-act="document" data-key="{attribute(article.meta.key)}"'
        f' data-at="{attribute(article.id)}" data-turn="{attribute(turn)}" data-n="{source.n}">打开全文</button></div>'
    )


def picture_html(article: Article, number: int, picture: Picture) -> str:
    """A page of the original of `article`, with the pages before and after."""
    offset = article.meta.page_offset
    turns = "".join(
        f'<button type="button" data-act="page" data-id="{attribute(article.id)}" data-page="{n}">{word}</button>'
        for word, n in (("上一页", number - 1), ("下一页", number + 1))
        if n > 0 and 1 <= n - offset <= picture.pages
    )
    name = f"{article.meta.name}原件第 {number} 页"
    return (
        f'<figure><figcaption tabindex="-1" data-focus>{escaped(name)}（共 {picture.pages} 页）</figcaption>'
        f'<div class="pq-buttons">{turns}<button type="button" data-zoom aria-pressed="false">放大</button></div>'
        f'<div class="pq-across" role="region" tabindex="0" aria-label="{attribute(name)}">'
        f'<img src="{picture.uri}" alt="{attribute(name)}的图像"></div></figure>'
    )


def no_picture_html(message: str) -> str:
    """Why a page cannot be shown, in a quiet line."""
    return f'<p class="pq-none">{escaped(message)}</p>'


def _gone_html(source: Source) -> str:
    copied = cite_html(replace(source, quote=source.quote or source.text))
    return (
        f'<h3 tabindex="-1" data-focus>{escaped(source.label)}</h3>{facts_html(source)}'
        '<p class="pq-caution">索引已更新，其中不再有这一条。以下是作答时的原文，请核对现行文件。</p>'
        f'<div class="pq-text">{marked(source.text, quote_spans(source.text, source.quote))}</div>'
        f'<div class="pq-foot">{copied}</div>'
    )


def _path_html(article: Article) -> str:
    steps = "".join(f"<li>{escaped(str(step))}</li>" for step in article.locator.steps)
    return f'<ol class="pq-path" aria-label="所在位置">{steps}</ol>'


def _pages_html(article: Article) -> str:
    """A button for each page of the article; the picture comes when it is asked for."""
    if article.page is None:
        return ""
    last = article.last_page or article.page
    buttons = "".join(
        f'<button type="button" data-act="page" data-id="{attribute(article.id)}" data-page="{n}">'
        f"查看原件第 {n} 页</button>"
        for n in range(article.page, last + 1)
    )
    return (
        f'<div class="pq-pages"><div class="pq-buttons">{buttons}</div><div data-outlet="page"></div></div>'
    )


def _neighbours_html(library: "Library", article: Article) -> str:
    at = library.position[article.id]
    buttons = []
    for word, i in (("上一条", at - 1), ("下一条", at + 1)):
        near = library.articles[i] if 0 <= i < len(library.articles) else None
        if near is None or near.meta.key != article.meta.key:
            buttons.append(f'<button type="button" disabled>{word}</button>')
            continue
        buttons.append(
            f'<button type="button" data-act="article" data-id="{attribute(near.id)}" data-refocus="{word}"'
            f' title="{attribute(str(near.locator))}">{word}</button>'
        )
    return "".join(buttons)
