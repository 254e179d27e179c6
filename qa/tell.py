"""What tables and outlines answer, told: counts first, then rows; the cell that is asked for, then the row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.model import Article
from qa.conditions import EMPTY, Pair, asked_columns, options, whether
from qa.extract import Statement
from qa.model import Filtered, Tally
from qa.sentences import without_mark
from qa.table import row_name

COUNTED = 10
"""Rows shown to a question that asks how many."""
_COMPUTED = "（按表内行数统计）"


def tell_note(note: str, article: Article) -> Statement:
    """What a look-up itself answers (“共29条”), on the article that shows it."""
    last = "" if article.role == "outline" else f"最后一条是：{without_mark(article.text)}"
    return Statement(f"{note}{last}", article, article.text)


def tell_filters(filtered: Sequence[Filtered]) -> list[Statement]:
    """The rows of each table; of several tables the sum first."""
    said = [s for f in filtered for s in _filtered(f)]
    if len(filtered) > 1:
        total = sum(len(f.rows) for f in filtered)
        said[0] = replace(said[0], text=f"合计{total}项{_COMPUTED}。{said[0].text}")
    return said


def _filtered(f: Filtered) -> list[Statement]:
    """The count first, then each row by name with its own citation; the rows beyond those by their numbers."""
    rest = [r.locator.steps[-1].mark.removeprefix("序号") for r in f.rows if r not in f.shown]
    more = f"以下列出{len(f.shown)}项，其余为序号{'、'.join(rest)}。" if rest else ""
    count = len(f.rows)
    fits = f"，{conditions(f)}的有{count}项" if f.conditions or f.excluded else f"，共{count}行"
    opening = f"共{count}项：{f.table}{f.total}行中{fits}{_COMPUTED}。{more}"
    said = []
    for n, row in enumerate(f.shown):
        end = "。" if n == len(f.shown) - 1 else "；"
        prefix = opening if n == 0 else ""
        said.append(
            Statement(f"{prefix}\n{row.locator.steps[-1].mark}：{row_name(row)}{end}", row, row_name(row))
        )
    return said


def conditions(f: Filtered | Tally) -> str:
    """强制、主管部门为应急管理部: a column that names its own values (强制/推荐) needs no name."""
    said = [_condition(name, value) for name, value in f.conditions]
    excluded = f.excluded if isinstance(f, Filtered) else ()
    said += [f"不是{value}" if options(name) else f"{name}不是{value}" for name, value in excluded]
    return "、".join(said)


def _condition(name: str, value: str) -> str:
    if options(name):
        return value
    return f"{value}年" if name == "年份" else f"{name}{'含' if name == '内容' else '为'}{value}"


def tell_tally(tally: Tally, question: str) -> list[Statement]:
    """The most (or fewest) first if that is asked, else all; then each value with its rows."""
    counts = [(value, len(rows)) for value, rows in tally.groups]
    least, most = "最少" in question, "最多" in question
    where = f"{tally.table}{f'中{conditions(tally)}的' if tally.conditions else ''}{tally.total}行"
    shared = sum(n for _, n in counts) > tally.total
    by = f"{where}按{tally.column}统计{_COMPUTED}{'，联合的分别计入' if shared else ''}"
    if most or least:
        pick = max if most else min
        known = [c for c in counts if c[0] != "未写明"] or counts
        best = pick(n for _, n in known)
        names = "、".join(v for v, n in known if n == best)
        opening = f"{names}{'最多' if most else '最少'}，{'各' if '、' in names else ''}{best}项：{by}。"
    elif options(tally.column) or len(counts) <= _SPOKEN:
        opening = f"{'、'.join(f'{v}{n}项' for v, n in counts)}：{by}。"
    else:
        opening = f"共{len(counts)}个{tally.column}，最多的是{counts[0][0]}（{counts[0][1]}项）：{by}。"
    said = []
    for n, (value, rows) in enumerate(tally.groups[:_GROUPS]):
        numbers = "、".join(r.locator.steps[-1].mark.removeprefix("序号") for r in rows[:_NUMBERS])
        more = "等" if len(rows) > _NUMBERS else ""
        text = f"\n{value}：{len(rows)}项（序号{numbers}{more}）"
        said.append(Statement(f"{opening if n == 0 else ''}{text}", rows[0], rows[0].text))
    return said


_SPOKEN = 6
"""So many groups can be read out in one sentence."""
_GROUPS = 20
"""Groups listed, each with a citation."""
_NUMBERS = 12
"""Numbers of rows listed of a group."""


def with_cells(
    question: str, said: Sequence[Statement], named: Callable[[Article], Sequence[Pair]]
) -> list[Statement]:
    """The statements of rows opened by the cells that `question` asks for, so that the first sentence answers.

    `named` gives the values of a row's table that the question names.
    """
    several = sum(s.article.role == "row" for s in said) > 1
    out = []
    for s in said:
        own = _cells(question, s.article, named(s.article)) if s.article.role == "row" else ""
        name = f"《{row_name(s.article)}》" if own and several else ""
        out.append(replace(s, text=f"{name}{own}{s.text}"))
    return out


def _cells(question: str, row: Article, named: Sequence[Pair]) -> str:
    cells = dict(row.columns)
    parts: list[str] = []
    settled = whether(question, row, named)
    if settled:
        header, value = settled
        yes = value in re.split(r"[、，]", cells[header])
        parts.append(f"{'是' if yes else '不是'}，{_cell(header, cells[header])}")
    for header in asked_columns(question, row):
        if settled and header == settled[0]:
            continue
        position = f"在{row.locator.steps[0].mark}第{cells[header]}项"
        parts.append(position if header == row.columns[0][0] else _cell(header, cells[header]))
    return "，".join(parts) + "。" if parts else ""


def _cell(header: str, cell: str) -> str:
    if cell in EMPTY:
        return f"表中没有写明{header}"
    if options(header):
        return f"是{cell}性标准" if cell in ("强制", "推荐") else f"是{cell}"
    return f"{header}是{cell}"
