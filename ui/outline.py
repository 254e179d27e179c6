"""The outline of a document: chapters and sections with their articles, made from the articles' paths; as HTML. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from index.model import Article
from ui.render import attribute, escaped
from ui.table import same_table

_ARTICLE = re.compile(r"第.+条(之.+)?")
_ALL_OPEN = 40
"""A document of so many articles shows its outline unfolded."""


@dataclass(frozen=True)
class Node:
    """A heading with what stands below it, or a single article; `at` is the id of its first article."""

    title: str
    at: str
    articles: int
    below: tuple["Node", ...] = ()
    ids: frozenset[str] = frozenset()


def outline(articles: Sequence[Article], depth: int = 0) -> tuple[Node, ...]:
    """The nodes at `depth` of the paths of `articles` (in order); the rows of a table and the parts of a 条 are one."""
    nodes = []
    for step, group in groupby(articles, key=lambda a: a.locator.steps[depth]):
        held = list(group)
        deeper = [a for a in held if len(a.locator.steps) > depth + 1]
        below: tuple[Node, ...] = ()
        if deeper and not _ARTICLE.fullmatch(step.mark) and not _is_table(deeper):
            below = outline(deeper, depth + 1)
        title = f"{step}（{len(deeper)} 行）" if deeper and _is_table(deeper) else str(step)
        nodes.append(Node(title, held[0].id, len(held), below, frozenset(a.id for a in held)))
    return tuple(nodes)


def outline_html(nodes: Sequence[Node], data: str, current: str) -> str:
    """An outline, open where the article with the id `current` stands; `data` is what all its buttons carry."""
    is_short = sum(n.articles for n in nodes) <= _ALL_OPEN
    return f"<ul>{''.join(_node_html(node, data, current, is_short=is_short) for node in nodes)}</ul>"


def _node_html(node: Node, data: str, current: str, *, is_short: bool) -> str:
    here = current in node.ids
    now = ' aria-current="true"' if here and not node.below else ""
    button = (
        f'<button type="button" data-act="document" {data} data-at="{attribute(node.at)}"{now}>'
        f"{escaped(node.title)}</button>"
    )
    if not node.below:
        return f"<li>{button}</li>"
    inner = "".join(_node_html(child, data, current, is_short=is_short) for child in node.below)
    is_open = " open" if here or is_short else ""
    return (
        f"<li><details{is_open}><summary>{escaped(node.title)} <small>{node.articles} 条</small></summary>"
        f"<ul>{inner}</ul></details></li>"
    )


def _is_table(articles: Sequence[Article]) -> bool:
    return bool(articles[0].columns) and all(same_table(a, articles[0]) for a in articles)
