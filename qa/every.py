"""“…有哪几个，都是强制的吗”: whether every row of a list holds a value, told from the rows' columns."""

import re

from index.text import normalize
from qa.extract import Statement
from qa.model import Filtered

_EVERY = re.compile(
    r"[，,；;。?？]\s*(?:是不是|是否|这些)?(?:全都?|都)(?:是|属于)(?P<value>[一-鿿]{2,8}?)(?:性|类)?(?:的|标准|项目)*(?:吗|么|吧)?[?？。]*$"
)


def every(question: str) -> str | None:
    """The value that every row of the list asked for is to hold; None if this is not asked beside the list."""
    m = _EVERY.search(normalize(question))
    return m["value"] if m else None


def list_asked(question: str) -> str:
    """`question` without the part that asks whether every row holds a value: that part selects no rows."""
    return _EVERY.sub("", normalize(question)) if every(question) else question


def tell_every(filtered: Filtered, value: str) -> Statement | None:
    """Whether each of the rows holds `value`, with the count of each value; None if no row of them does."""
    column = next((n for r in filtered.rows for n, cell in r.columns[2:] if cell == value), None)
    if column is None:
        return None
    groups: dict[str, list[str]] = {}
    for row in filtered.rows:
        groups.setdefault(dict(row.columns)[column], []).append(row.columns[0][1])
    counts = "；".join(f"{cell}：{len(own)}项（序号{'、'.join(own)}）" for cell, own in groups.items())
    side = f"是的，都是{value}" if len(groups) == 1 else f"不都是{value}"
    row = filtered.shown[0] if filtered.shown else filtered.rows[0]
    return Statement(f"{side}，{counts}（按表内行数统计）。", row, row.text)
