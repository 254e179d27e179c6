"""When a document takes effect and when it ends, read from its own words."""

import re
from dataclasses import dataclass
from datetime import date

from index.numerals import parse_numeral
from index.text import iso_day, squeeze

_DAY = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_FROM_DAY = re.compile(rf"(?:自|从){_DAY}起(?:正式)?(?:施行|执行|实施|生效)")
_FROM_ISSUE = re.compile(r"自(?:发布|印发|公布|下发)之日起(?:正式)?(?:施行|执行|实施|生效)")
_UNTIL = re.compile(rf"(?:执行|施行|实施|有效期|有效)(?:截止|截至|期)?(?:至|到){_DAY}")
_YEARS = re.compile(r"有效期(?:为|限为)?([\d一二三四五六七八九十两]+)年")
_SUBJECT = re.compile(
    r"本(办法|规定|条例|细则|通知|意见|实施意见|公告|方案|制度|规则|决定|暂行办法|标准|指南|措施)"
)


@dataclass(frozen=True)
class Validity:
    """Effective and last day as ISO strings, None where the text does not say."""

    effective: str | None = None
    expires: str | None = None


def read_validity(texts: list[str], issued: str | None) -> Validity:
    """Read the clause that says when *this* document (本办法, 本公告…) takes effect and how long it is valid.

    `issued` (ISO date) resolves 自发布之日起 and the end of “有效期 5 年”.
    """
    effective = expires = None
    for text in map(squeeze, texts):
        if not _SUBJECT.search(text):
            continue
        if m := _FROM_DAY.search(text):
            effective = effective or _iso(m)
        elif _FROM_ISSUE.search(text):
            effective = effective or issued
        if m := _UNTIL.search(text):
            expires = expires or _iso(m)
        if (m := _YEARS.search(text)) and (start := effective or issued):
            years = parse_numeral(m[1])
            expires = expires or (_add_years(start, years) if years else None)
    return Validity(effective, expires)


def _iso(m: re.Match[str]) -> str | None:
    return iso_day(int(m[1]), int(m[2]), int(m[3]))


def _add_years(start: str, years: int) -> str | None:
    day = date.fromisoformat(start)
    year = day.year + years
    return iso_day(year, day.month, day.day) or iso_day(year, 2, 28)  # 29 February has no anniversary
