"""Days as people write and read them: 2024年5月1日, and months where the day is not known."""

import re
from datetime import date

from index.errors import UsageError
from index.text import iso_day

_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d\d)(\d\d)")


def parse_day(text: str) -> date:
    """The day that a user wrote: 2024-05-01, 2024/5/1, 20240501 or 2024年5月1日.

    Raises:
        UsageError: it is no day.
    """
    m = _WRITTEN.fullmatch(text.strip())
    day = iso_day(*(int(part) for part in m.groups() if part)) if m else None
    if day is None:
        raise UsageError(f"日期无效：{text}。请写成 2024-05-01 的形式。")
    return date.fromisoformat(day)


def chinese_date(day: str | date) -> str:
    """2024-03-27 as 2024年3月27日, 2024-04 as 2024年4月; what is neither stays as it is."""
    if m := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", str(day)):
        return f"{m[1]}年{int(m[2])}月" + (f"{int(m[3])}日" if m[3] else "")
    return str(day)
