"""Choosing the right article for an answer that cites a wrong one: from what was found, or by keywords. Pure."""

from collections.abc import Sequence

from index.model import Article
from ui.render import WRONG_SOURCE, attribute, escaped
from ui.text import shorten
from ui.turn import Source, Turn

_OFFERED = 10
_SNIPPET = 80


def pick_html(turn: Turn, query: str = "", found: Sequence[Article] | None = None) -> str:
    """The articles that were found for the question, those cited last, or those `found` by the keywords of `query`."""
    cited = {s.id for s in turn.sources}
    offered = (
        sorted(turn.retrieved, key=lambda s: s.id in cited)
        if found is None
        else [Source(a.id, a.label, text=a.text) for a in found]
    )
    items = "".join(_item_html(turn.id, s) for s in offered[:_OFFERED])
    if not items:
        listed = '<p class="pq-none">没有找到。请换几个关键词，或在回答下方补充说明。</p>'
    elif len(offered) > _OFFERED:
        listed = f'<ul class="pq-pick">{items}</ul><p class="pq-none">只列出前 {_OFFERED} 条，可加关键词缩小范围。</p>'
    else:
        listed = f'<ul class="pq-pick">{items}</ul>'
    return f"<h3>哪一条才是正确的依据？</h3>{_search_html(turn.id, query)}{listed}"


def _item_html(turn: str, source: Source) -> str:
    return (
        f'<li><button type="button" data-act="feedback" data-turn="{attribute(turn)}"'
        f' data-verdict="{WRONG_SOURCE}" data-article="{attribute(source.id)}"><strong>{escaped(source.label)}</strong>'
        f"<span>{escaped(shorten(source.text, _SNIPPET))}</span></button></li>"
    )


def _search_html(turn: str, query: str) -> str:
    return (
        f'<form class="pq-search" role="search" data-act="pick" data-turn="{attribute(turn)}">'
        '<label for="pq-pick-query">都不是？按关键词找</label><div>'
        f'<input type="search" id="pq-pick-query" name="query" maxlength="100" value="{attribute(query)}"'
        ' autocomplete="off"><button type="submit">查找</button></div></form>'
    )
