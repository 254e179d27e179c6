"""Rows of a table counted by the values of one column."""

from collections.abc import Sequence

from index.model import Article
from qa.conditions import EMPTY, cell_values
from qa.model import Tally

EMPTY_VALUE = "未写明"
"""What rows with an empty cell are counted under; it stands last."""


def count_by(
    table: str, column: str, conditions: Sequence[tuple[str, str]], rows: Sequence[Article]
) -> Tally:
    """The rows by each value of `column`, most rows first; a cell with several values counts for each."""
    groups: dict[str, list[Article]] = {}
    for row in rows:
        cell = dict(row.columns)[column]
        for value in cell_values(cell) if cell not in EMPTY else (EMPTY_VALUE,):
            groups.setdefault(value, []).append(row)
    ordered = sorted(groups.items(), key=lambda kv: (kv[0] == EMPTY_VALUE, -len(kv[1])))
    return Tally(table, column, tuple(conditions), tuple((v, tuple(own)) for v, own in ordered), len(rows))
