"""Days as people write and read them: 2024年5月1日, and months where the day is not known."""

import re
from dataclasses import dataclass
from datetime import date

from index.errors import UsageError
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import iso_day, normalize
from index.validity import later

_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d\d)(\d\d)")
_N = NUMERAL_CHARS
_GIVEN = re.compile(r"(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})(?:\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?|月)")
"""A day, or a month alone."""
_ASKS_DAY = re.compile(r"哪一?[天日年]|什么时候|啥时候|何时|几月?[号日]|几月|到期|失效|截止|多久")
_SINCE = re.compile(r"自(?P<events>[^。；;]{2,60}?)之日起")
_EVENT = re.compile(r"[一-鿿]{2}(?=[、或）)(（]|$)")
_TERM = re.compile(
    rf"(?P<n>[{_N}]+)\s*(?P<unit>年|个月|天|日)(?=内|的?期限|有效)|(?:实施期|有效期|期限)(?:为|是)?\s*(?P<n2>[{_N}]+)\s*(?P<unit2>年|个月|天|日)"
)


@dataclass(frozen=True)
class Ending:
    """A day computed from the day `start` that the question gives and the `term` that a clause states.

    Both are ISO days, or ISO months (2028-05) where the question gives no more than a month.
    """

    day: str
    start: str
    term: str

    def __str__(self) -> str:
        return f"{chinese_date(self.day)}（从{chinese_date(self.start)}起{self.term}，按您给的日期推算）。"


def day_given(question: str) -> str | None:
    """The ISO day or month that a question gives in order to learn another: 2025年5月10日公告的，有效期到哪天."""
    plain = normalize(question)
    m = _GIVEN.search(plain)
    if m is None or not _ASKS_DAY.search(plain):
        return None
    day = iso_day(int(m["y"]), int(m["m"]), int(m["d"] or 1))
    return day if day is None or m["d"] else day[:7]


def without_given(question: str) -> str:
    """`question` without the day that it gives: no article holds it."""
    return _GIVEN.sub("", normalize(question)) if day_given(question) else question


def ending(question: str, clause: str) -> Ending | None:
    """The day on which the term of `clause` ends, counted from the day given in `question`; a month from a month.

    None unless the clause says from which event on it counts (自公告之日起) and the question dates this very event.
    """
    start, plain, said = day_given(question), normalize(question), normalize(clause)
    since, terms = _SINCE.search(said), list(_TERM.finditer(said))
    if start is None or since is None or len(terms) != 1:
        return None
    at = _GIVEN.search(plain)
    dated = next((c for c in re.split(r"[，,。；;?？!！]", plain) if at and at[0] in c), "")
    if not any(event in dated for event in _EVENT.findall(since["events"])):
        return None
    m = terms[0]
    count = parse_numeral(m["n"] or m["n2"])
    unit = m["unit"] or m["unit2"]
    if not count or (len(start) == len("2025-05") and unit in ("日", "天")):
        return None
    last = later(f"{start}-01"[: len("2025-05-01")], count, unit)
    return Ending(last[: len(start)], start, f"{m['n'] or m['n2']}{unit}") if last else None


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
