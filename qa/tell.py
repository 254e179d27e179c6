"""What tables and outlines answer, told: counts first, then rows; the cell that is asked for, then the row."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from index.model import Article
from index.text import normalize
from qa.columns import row_name
from qa.conditions import (
    EMPTY,
    WHICH_YEAR,
    Pair,
    asked_columns,
    cell_values,
    lacking,
    options,
    whether,
    years,
)
from qa.extract import Statement
from qa.model import Filtered, Hit, Place, Retrieved, Tally
from qa.sentences import sentences, without_mark
from qa.table import tell_row
from qa.tally import EMPTY_VALUE

COUNTED = 10
"""Rows shown to a question that asks how many."""
_WHETHER = re.compile(r"有没有|吗[?？。]?$")
_EACH = re.compile(r"各|分别")
_COMPUTED = "（按表内行数统计）"


def tell_note(place: Place) -> Statement:
    """What a look-up itself answers (“共29条”), on the article that shows it."""
    article = place.articles[-1]
    last = "" if place.section else f"最后一条是：{without_mark(article.text)}"
    return Statement(f"{place.note}{last}", article, article.text)


def tell_filters(filtered: Sequence[Filtered], question: str, hits: Sequence[Hit]) -> list[Statement]:
    """The rows of each table, of several tables the sum first; then where one of `hits` states the same count.

    A question whether there are any is answered by 有.
    """
    each = bool(_EACH.search(question))
    said = [s for f in filtered for s in _filtered(f, each=each)]
    yes = "有，" if _WHETHER.search(question) else ""
    total = f"合计{sum(len(f.rows) for f in filtered)}项{_COMPUTED}。" if len(filtered) > 1 else ""
    said[0] = replace(said[0], text=f"{yes}{total}{said[0].text}")
    stated = stating(filtered, hits)
    return [*said, stated] if stated else said


def stating(filtered: Sequence[Filtered], hits: Sequence[Hit]) -> Statement | None:
    """The sentence of a document that states the count with one of its conditions, or the year, beside it."""
    count = re.compile(rf"(?<!\d){sum(len(f.rows) for f in filtered)}\s*项")
    about = {v for f in filtered for name, v in f.conditions if len(v) > 2} or {
        f"{y}年" for f in filtered for y in years(f.table) if not f.excluded and not f.conditions
    }
    for article in (h.article for h in hits if h.article.role in ("text", "turn")):
        for s in sentences(article.text):
            if count.search(s.text) and any(v in normalize(s.text) for v in about):
                return Statement(f"\n原文写明：{without_mark(s.text)}", article, s.text)
    return None


def _filtered(f: Filtered, *, each: bool) -> list[Statement]:
    """The count first, then each row by name with its own citation; the rows beyond those by their numbers.

    With `each`, of several values of one column how many rows has which.
    """
    left = len(f.rows) - len(f.shown)
    cut = "，节选如下" if left and f.brief else ""
    rest = "" if f.brief or not left else f"其余{left}项为序号{_runs(f.rows[len(f.shown) :])}。"
    count = len(f.rows)
    fits = f"{f.total}行中，{conditions(f)}的有{count}项" if f.conditions or f.excluded else f"共{count}行"
    apart = f"{'、'.join(f'{v}{n}项' for v, n in _by_value(f))}，" if each and _by_value(f) else ""
    opening = f"{apart}共{count}项：{f.table}{fits}{_COMPUTED}{cut}。{rest}"
    said = []
    for n, row in enumerate(f.shown):
        end = "。" if n == len(f.shown) - 1 else "；"
        prefix = opening if n == 0 else ""
        said.append(
            Statement(f"{prefix}\n{row.locator.steps[-1].mark}：{row_name(row)}{end}", row, row_name(row))
        )
    return said


def _by_value(f: Filtered) -> list[tuple[str, int]]:
    """(value, rows) for the values of the column of which several are named; empty if there is none."""
    columns = [name for name, _ in f.conditions]
    several = next(
        (name for name in columns if columns.count(name) > 1 and name in dict(f.rows[0].columns)), None
    )
    values = [v for name, v in f.conditions if name == several]
    return [
        (v, sum(v in cell_values(normalize(dict(r.columns)[several])) for r in f.rows))
        for v in values
        if several
    ]


def _runs(rows: Sequence[Article]) -> str:
    """The numbers of rows, runs of three and more drawn together: 65、66、80—83."""
    runs: list[list[str]] = []
    for number in (r.columns[0][1] for r in rows):
        if runs and number.isdigit() and runs[-1][-1].isdigit() and int(number) == int(runs[-1][-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{r[0]}—{r[-1]}" if len(r) > 2 else "、".join(r) for r in runs)


def conditions(f: Filtered | Tally) -> str:
    """强制、主管部门为应急管理部: a column that names its own values (强制/推荐) needs no name."""
    said = [_condition(name, value) for name, value in f.conditions]
    excluded = f.excluded if isinstance(f, Filtered) else ()
    said += [f"不是{value}" if options(name) else f"{name}不是{value}" for name, value in excluded]
    return "、".join(said)


def _condition(name: str, value: str) -> str:
    if options(name):
        return value
    links = {"内容": "含", "名称或类别": "涉及"}
    return f"{value}年" if name == "年份" else f"{name}{links.get(name, '为')}{value}"


def tell_tallies(tallies: Sequence[Tally], question: str) -> list[Statement]:
    """Each tally; of several the most (or fewest) of all of them together first, if that is asked."""
    said = [s for t in tallies for s in tell_tally(t, question)]
    if len(tallies) > 1 and (superlative := _superlative(question)):
        counts: Counter[str] = Counter()
        for tally in tallies:
            counts.update({v: len(rows) for v, rows in tally.groups if v != EMPTY_VALUE})
        names, best = _best(list(counts.items()), superlative)
        total = f"{len(tallies)}个表合计，{names}{superlative}，{best}项{_COMPUTED}。\n"
        said[0] = replace(said[0], text=f"{total}{said[0].text}")
    return said


def _superlative(question: str) -> str:
    return next((word for word in ("最多", "最少") if word in question), "")


def _best(counts: Sequence[tuple[str, int]], superlative: str) -> tuple[str, int]:
    """The values with the most (or fewest) rows, and how many those are."""
    best = (max if superlative == "最多" else min)(n for _, n in counts)
    return "、".join(v for v, n in counts if n == best), best


def tell_tally(tally: Tally, question: str) -> list[Statement]:
    """The most (or fewest) first if that is asked, with the next ones, else all; then each value with its rows."""
    counts = [(value, len(rows)) for value, rows in tally.groups]
    superlative = _superlative(question)
    where = f"{tally.table}{f'中{conditions(tally)}的' if tally.conditions else ''}{tally.total}行"
    shared = sum(n for _, n in counts) > tally.total
    by = f"{where}按{tally.column}统计{_COMPUTED}{'，联合的分别计入' if shared else ''}"
    known = [c for c in counts if c[0] != EMPTY_VALUE] or counts
    if superlative:
        names, best = _best(known, superlative)
        opening = f"{names}{superlative}，{'各' if '、' in names else ''}{best}项：{by}。"
    elif options(tally.column) or len(counts) <= _SPOKEN:
        opening = f"{'、'.join(f'{v}{n}项' for v, n in counts)}：{by}。"
    else:
        opening = f"共{len(counts)}个{tally.column}，最多的是{counts[0][0]}（{counts[0][1]}项）：{by}。"
    groups = tally.groups[: tally.shown]
    if superlative:
        ranked = list(tally.groups[: len(known)])[:: 1 if superlative == "最多" else -1]
        level = sum(len(rows) == best for _, rows in ranked)
        groups = tuple(ranked[: min(level + _NEXT, tally.shown)])
    said = []
    for n, (value, rows) in enumerate(groups):
        text = f"\n{value}：{len(rows)}项（序号{_runs(rows)}）"
        said.append(Statement(f"{opening if n == 0 else ''}{text}", rows[0], rows[0].text))
    return said


_NEXT = 2
"""So many groups are told beside the largest, to compare with."""
_SPOKEN = 6
"""So many groups can be read out in one sentence."""


def no_column(found: Retrieved) -> str | None:
    """That the table of the one row asked about has no column for what is asked; None if it has."""
    rows = found.named or (found.place.articles if found.place else ())
    if len(rows) != 1 or rows[0].role != "row":
        return None
    row, question = rows[0], found.standalone.focus
    lacks = lacking(question, row)
    if lacks is None or asked_columns(question, row):
        return None
    headers = "、".join(name for name, _ in row.columns)
    return f"{row.locator.steps[0].mark}没有写明《{row_name(row)}》的这一内容（{lacks}），表中只列{headers}。"


def with_cells(question: str, said: Statement, named: Sequence[Pair]) -> Statement:
    """What is said of a row, opened by the cells that `question` asks for: “是，《电梯用钢丝绳》是强制性标准。该项…”.

    Args:
        question: as asked.
        said: the row told in words.
        named: (column, value) pairs of the row's table that the question names.

    Returns:
        `said` as it is if no cell is asked for.
    """
    row = said.article
    cells = dict(row.columns)
    parts: list[str] = []
    opening = ""
    settled = whether(question, row, named)
    if settled:
        header, value = settled
        opening = "是，" if value in cell_values(cells[header]) else "不是，"
        parts.append(_cell(header, cells[header]))
    table = row.locator.steps[0]
    if WHICH_YEAR.search(question) and years(table.title):
        parts.append(f"列在{'、'.join(sorted(years(table.title)))}年的清单（{table.mark}）")
    asked = asked_columns(question, row)
    for header in asked:
        if settled and header == settled[0]:
            continue
        position = f"在{row.locator.steps[0].mark}第{cells[header]}项"
        parts.append(position if header == row.columns[0][0] else _cell(header, cells[header]))
    if not parts:
        return said
    name = f"《{row_name(row)}》"
    told = {*asked, *((settled[0],) if settled else ())}
    rest = replace(row, columns=tuple(c for n, c in enumerate(row.columns) if n < 2 or c[0] not in told))
    _, _, details = said.text.partition("。")  # what is told of the long cells stays as it was chosen
    more = tell_row(rest, details=details).removeprefix(name).lstrip("：。")
    return replace(said, text=f"{opening}{name}{'，'.join(parts)}。{f'该项{more}' if more else ''}")


def _cell(header: str, cell: str) -> str:
    if cell in EMPTY:
        return f"表中没有写明{header}"
    if options(header):
        return f"是{cell}性标准" if cell in ("强制", "推荐") else f"是{cell}"
    return f"{header}是{cell}"
