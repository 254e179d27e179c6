"""Whether the deadline that an answer tells first has passed: pure.

Read are the days by which something is to be handed in or done (2024年5月31日前报送, 填报时间为4月25日至5月19日); a
day that only dates a fact (2022年8月31日前认定的企业) is no deadline.
"""

import re
from datetime import date

from index.text import iso_day, normalize

_FACT = "的|已|认定|成立|获得|取得|注册|施行|公布"
"""What follows 前 where the day dates a fact."""
_DAY = r"(?:(?P<{0}y>20\d\d)年)?(?:(?P<{0}m>\d{{1,2}})月)?(?P<{0}d>\d{{1,2}})日"
_BY = re.compile(
    rf"(?:[至到]|截止[至到]?){_DAY.format('')}|{_DAY.format('b')}(?:(?:之|以)?前(?!{_FACT})|截止|为止)"
)
_YEAR = re.compile(r"(20\d\d)年")
_MONTH = re.compile(r"(\d{1,2})月")
_TO_DO = re.compile(
    r"报送|提交|上报|申报|填报|报名|推荐|寄送|寄[至到]|报至|受理|截止|反馈|上传|初核|征集|征求意见"
)


def passed(text: str, as_of: date) -> bool:
    """Whether `text` states deadlines, all of them days before `as_of`.

    A day without a year is of the year, without a month of the month, that stands before it.
    """
    plain = normalize(text)
    if not _TO_DO.search(plain):
        return False
    days = [_day(m, plain[: m.start()]) for m in _BY.finditer(plain)]
    known = [d for d in days if d is not None]
    return bool(known) and len(known) == len(days) and max(known) < as_of


def _day(m: re.Match[str], before: str) -> date | None:
    year, month, day = (m[name] or m[f"b{name}"] for name in ("y", "m", "d"))
    year = year or next(iter(_YEAR.findall(before)[::-1]), None)
    month = month or next(iter(_MONTH.findall(before)[::-1]), None)
    if year is None or month is None:
        return None
    written = iso_day(int(year), int(month), int(day))
    return date.fromisoformat(written) if written else None
