"""Rows of tables told in words."""

from qa.extract import Statement
from qa.model import Filtered
from qa.table import row_name

_COUNTED = 10
"""Rows shown to a question that asks how many."""
_LISTED = 60
"""Rows shown to a question that asks which."""


def tell_filtered(f: Filtered, *, count_only: bool) -> list[Statement]:
    """The count first, then each row by name with its own citation; long lists are shortened and say so."""
    shown = f.rows[: _COUNTED if count_only else _LISTED]
    cut = "，节选如下" if len(shown) < len(f.rows) else ""
    opening = f"共{len(f.rows)}项：{f.table}{f.total}行中，{conditions(f)}的有{len(f.rows)}项（按表内行数统计）{cut}。"
    said = []
    for n, row in enumerate(shown):
        end = "。" if n == len(shown) - 1 else "；"
        prefix = opening if n == 0 else ""
        said.append(
            Statement(f"{prefix}\n{row.locator.steps[-1].mark}：{row_name(row)}{end}", row, row_name(row))
        )
    return said


def conditions(f: Filtered) -> str:
    """强制、主管部门为应急管理部: a column that names its own values (强制/推荐) needs no name."""
    return "、".join(
        value if "/" in name else f"{name}{'含' if name == '内容' else '为'}{value}"
        for name, value in f.conditions
    )
