"""A row of a table as HTML: by itself, and among the rows around it. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.model import Article
from ui.marking import Span, marked, within
from ui.render import attribute, escaped
from ui.text import shorten

if TYPE_CHECKING:
    from index.library import Library

_AROUND = 3
"""Rows that are shown before and after one."""
_MOST = 1000
"""Rows of the whole table, at most."""
_CELL = 60
"""Characters of a cell in the rows around one."""
_EMPTY = ("", "—", "-")


def table_of(library: "Library", article: Article) -> list[Article]:
    """All rows of the table that `article` is a row of, in order."""
    articles, at = library.articles, library.position[article.id]
    first, end = at, at + 1
    while first > 0 and same_table(articles[first - 1], article):
        first -= 1
    while end < len(articles) and same_table(articles[end], article):
        end += 1
    return articles[first:end]


def same_table(one: Article, other: Article) -> bool:
    """Whether two rows stand in one table."""
    return (
        bool(one.columns)
        and one.meta.key == other.meta.key
        and one.locator.steps[:-1] == other.locator.steps[:-1]
        and header(one) == header(other)
    )


def header(row: Article) -> list[str]:
    """The names of the columns."""
    return [name for name, _ in row.columns]


def cells(row: Article, spans: Sequence[Span] = ()) -> list[tuple[str, str, list[Span]]]:
    """Name and text of each cell, and the parts of it that `spans` of the row's text cover."""
    out, at = [], 0
    aligned = "\t".join(cell for _, cell in row.columns) == row.text
    for name, cell in row.columns:
        covered = within(spans, at, at + len(cell)) if aligned else []
        out.append((name, cell, [span for span in covered if span[0] < span[1]]))
        at += len(cell) + 1
    return out


def row_text(row: Article, spans: Sequence[Span] = ()) -> str:
    """A row to be read or pasted: 名称：值；…, only the cells that `spans` touch if they touch any."""
    every = cells(row, spans)
    touched = [(name, cell) for name, cell, covered in every if covered] or [c[:2] for c in every]
    return "；".join(f"{name}：{cell}" for name, cell in touched if cell not in _EMPTY)


def row_html(row: Article, spans: Sequence[Span]) -> str:
    """A row by itself, each cell beside the name of its column."""
    lines = "".join(
        f'<tr><th scope="row">{escaped(name)}</th><td>{marked(cell, covered)}</td></tr>'
        for name, cell, covered in cells(row, spans)
    )
    return f'<table class="pq-row"><tbody>{lines}</tbody></table>'


def table_html(rows: Sequence[Article], row: Article, again: str, *, whole: bool) -> str:
    """`row` among the rows of its table; `again` is the data of the button that shows all of them or fewer."""
    at = next(i for i, other in enumerate(rows) if other.id == row.id)
    reach = _MOST // 2 if whole else _AROUND
    first, end = max(0, at - reach), min(len(rows), at + reach + 1)
    shown = rows[first:end]
    count = len(rows)
    part = "" if len(shown) == count else f"；以下第 {first + 1}–{end} 行"
    where = f"第 {at + 1} 行，共 {count} 行{part}"
    button = ""
    if not whole and len(shown) < count:
        button = f'<button type="button" data-act="table" data-whole="1" {again}>全部 {count} 行</button>'
    elif whole and count > 2 * _AROUND + 1:
        button = f'<button type="button" data-act="table" {again}>只看前后几行</button>'
    title = title_of(row)
    around = rows_html(shown, row.id, title, chars=0 if whole else _CELL)
    return (
        f'<div class="pq-table{" pq-whole" if whole else ""}"><div class="pq-table-head">'
        f"<h4>所在表格：{escaped(title)}</h4><p>{where}</p>{button}</div>{around}</div>"
    )


def title_of(row: Article) -> str:
    """What the table of a row is called."""
    return str(row.locator.steps[-2]) if len(row.locator.steps) > 1 else "表格"


def rows_html(
    rows: Sequence[Article],
    current: str,
    title: str,
    *,
    chars: int = 0,
    spans: Sequence[Sequence[Span]] | None = None,
    places: bool = False,
) -> str:
    """Rows of one table below its header, the one with the id `current` told apart.

    `chars` cuts the cells of the others; `spans` are to be marked, row by row; with `places` a row can be gone to.
    """
    names = "".join(f'<th scope="col">{escaped(name)}</th>' for name in header(rows[0]))
    lines = []
    for i, row in enumerate(rows):
        here = row.id == current
        inner = "".join(
            f"<td>{marked(cell, covered) if covered or here or not chars else escaped(shorten(cell, chars))}</td>"
            for _, cell, covered in cells(row, spans[i] if spans else ())
        )
        place = f' data-place="{attribute(row.id)}" tabindex="-1"' if places else ""
        target = " data-target" if here and places else ""
        now = ' class="pq-here" aria-current="true"' if here else ""
        lines.append(f"<tr{now}{place}{target}>{inner}</tr>")
    return (
        f'<div class="pq-across" role="region" tabindex="0" aria-label="{attribute(title)}，可左右滚动">'
        f'<table class="pq-rows"><thead><tr>{names}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )
