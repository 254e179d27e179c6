"""A whole document to be read, as HTML: its outline beside its text, a stretch of articles at a time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.model import Article, Metadata, Step
from qa.validity import Status
from ui.browse import Where, back_button, meta_html, only_button
from ui.marking import Span, marked, quote_spans, word_spans
from ui.outline import outline, outline_html
from ui.render import attribute, cite_html, escaped
from ui.source import source_of
from ui.table import row_text, rows_html, title_of

AT_ONCE = 150
"""Articles that are shown together."""


@dataclass(frozen=True)
class Place:
    """Where a document is opened: at an article, with what is to be marked."""

    at: str = ""
    """The id of an article; empty for the beginning."""
    quote: str = ""
    """Marked in that article."""
    words: tuple[str, ...] = ()
    """Folded words, marked everywhere."""


def document_html(
    meta: Metadata, articles: Sequence[Article], status: Status, place: Place, where: Where
) -> str:
    """The document of `articles` at `place`; `where` is the list to go back to."""
    position = next((i for i, a in enumerate(articles) if a.id == place.at), 0)
    first = position // AT_ONCE * AT_ONCE
    shown = articles[first : first + AT_ONCE]
    current = articles[position].id if articles else ""
    more = [f"信息截至 {meta.as_of}" if meta.as_of else "", f"来源：{meta.source}", f"{len(articles)} 条"]
    data = f'data-key="{attribute(meta.key)}" {where.data()}'
    turns = _turns_html(articles, data, first)
    said = f'<p data-said class="pq-hidden">已打开{escaped(meta.name)}</p>'
    return (
        f'<div class="pq-reader" data-document="{attribute(meta.key)}"><div class="pq-title">'
        f'<div class="pq-buttons">{back_button(where)}</div>'
        f'<h2 tabindex="-1" data-focus title="{attribute(meta.name)}">{escaped(meta.name)}</h2>'
        f'<div class="pq-buttons">{only_button(meta)}</div></div>{said}'
        f"{meta_html(meta, status, *more)}"
        f'<div class="pq-two"><details class="pq-outline" data-wide open><summary>目录</summary>'
        f'<nav aria-label="目录">{outline_html(outline(articles), data, current)}</nav></details>'
        f'<div class="pq-body">{turns}{_body_html(shown, place)}{turns}</div></div></div>'
    )


def _body_html(shown: Sequence[Article], place: Place) -> str:
    parts: list[str] = []
    above: tuple[Step, ...] = ()
    for _, group in groupby(enumerate(shown), key=lambda item: _table_key(item[1], item[0])):
        held = [a for _, a in group]
        headings = _headings(held[0])
        parts += _headings_html(above, headings)
        above = headings
        if held[0].columns:
            spans = [_spans(a, place) for a in held]
            parts.append(rows_html(held, place.at, title_of(held[0]), spans=spans, places=True))
            parts += [_copy_html(a, place) for a in held if a.id == place.at]
        else:
            parts.append(_article_html(held[0], place))
    return "".join(parts)


def _table_key(article: Article, i: int) -> object:
    """Equal for the rows of one table, else different for each article."""
    return (article.locator.steps[:-1], tuple(n for n, _ in article.columns)) if article.columns else i


def _headings(article: Article) -> tuple[Step, ...]:
    """The steps above an article; the 条 of which it is a part is not one, as its text begins with it."""
    return tuple(s for s in article.locator.steps[:-1] if not s.mark.endswith("条"))


def _headings_html(above: tuple[Step, ...], now: tuple[Step, ...]) -> list[str]:
    same = 0
    while same < min(len(above), len(now)) and above[same] == now[same]:
        same += 1
    return [
        f"<h{min(3 + depth, 6)}>{escaped(str(now[depth]))}</h{min(3 + depth, 6)}>"
        for depth in range(same, len(now))
    ]


def _article_html(article: Article, place: Place) -> str:
    here = article.id == place.at
    target = ' class="pq-here" aria-current="true" data-target' if here else ""
    return (
        f'<div data-place="{attribute(article.id)}" tabindex="-1"{target}>'
        f"<p>{marked(article.text, _spans(article, place))}</p>{_copy_html(article, place) if here else ''}</div>"
    )


def _copy_html(article: Article, place: Place) -> str:
    quote = place.quote if article.text.find(place.quote) >= 0 else ""
    said = row_text(article, quote_spans(article.text, quote)) if article.columns else quote or article.text
    return f'<div class="pq-buttons">{cite_html(replace(source_of(article), quote=said))}</div>'


def _spans(article: Article, place: Place) -> list[Span]:
    if article.id == place.at and place.quote:
        return quote_spans(article.text, place.quote)
    return word_spans(article.text, place.words) if place.words else []


def _turns_html(articles: Sequence[Article], data: str, first: int) -> str:
    if len(articles) <= AT_ONCE:
        return ""
    last = min(first + AT_ONCE, len(articles))
    buttons = "".join(
        f'<button type="button" data-act="document" {data} data-at="{attribute(articles[i].id)}">{word}</button>'
        if 0 <= i < len(articles)
        else f'<button type="button" disabled>{word}</button>'
        for word, i in (("前面的条文", first - AT_ONCE), ("后面的条文", first + AT_ONCE))
    )
    return (
        f'<nav class="pq-buttons pq-paging" aria-label="翻页"><span>第 {first + 1}–{last} 条，共 {len(articles)} 条'
        f"</span>{buttons}</nav>"
    )
