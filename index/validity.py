"""When a document takes effect and when it ends, read from its own words.

Only what a document says of itself (本办法, 本公告, 现予公布) counts, never what it says of a certificate, a list
or another document. Every day is kept with the clause that it was read from, word for word, so that it can be cited.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from index.model import Validity
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.repeals import read_repeals
from index.text import iso_day, squeeze

_N = f"[{NUMERAL_CHARS}]+"
_DAY = rf"({_N})年({_N})月({_N})日"
_IN_FORCE = r"(?:正式|试)?(?:施行|执行|实施|实行|试行|生效|适用|有效)"
_ISSUE = r"(?:发布|印发|公布|下发|颁布|颁发|公告|发文|通知)"
_SUBJECT = re.compile(
    r"本(?:[一-鿿]{0,4})(?:办法|规定|条例|细则|通知|意见|公告|通告|方案|制度|规则|决定|标准|指南|措施|规范|规程|准则"
    r"|政策|计划|规划|纲要|章程|解释|命令)(?!第|所称|规定|施行前|实施前|中)"
    r"|现(?:将|予|印发|发布|公布).{0,80}?(?:印发|发布|公布)"
)
_CARRIED = re.compile(rf"^(?:有效期|试行期|施行期|执行期|自{_DAY}起)")
"""A sentence that goes on about the subject of the one before it."""
_FROM_DAY = re.compile(rf"(?:自|从|于){_DAY}(?:起|开始|零时起)?{_IN_FORCE}")
_FROM_ISSUE = re.compile(rf"(?:自|从){_ISSUE}之(?:日|时)(?:起)?{_IN_FORCE}")
_AFTER_ISSUE = re.compile(rf"(?:自|从){_ISSUE}之日起(?:满)?({_N})(日|天|个月)后{_IN_FORCE}")
_TOGETHER = re.compile(r"(?:与|和)《((?:[^《》]|《[^》]*》)+)》(?:同步|同时)(?:施行|实施|执行|生效)")
_UNRESOLVED = re.compile(
    rf"^(?:第.{{1,9}}条|[一二三四五六七八九十]+、)?本[^,，。制]{{2,30}}[,，]?[^,，。制]{{0,20}}"
    rf"(?:(?:自|从).{{1,16}}起|后|发布|公布){_IN_FORCE}(?:[,，。;；]|$)"
)
"""The text speaks of taking effect, but from a day that it does not give: 自国务院批准之日起施行."""
_SPAN = re.compile(rf"(?:自|从|为){_DAY}起?(?:施行|执行|实施)?[,，]?(?:至|到|—|-){_DAY}")
_OWN_TERM = r"(?:(?<=[,，:;；、])|^(?:第.{1,8}条)?|本[一-鿿]{2,6}的?|其)"
"""What stands before a 有效期 of the document: of a certificate it would be 许可证有效期."""
_UNTIL = re.compile(
    rf"(?:执行|施行|实施|试行|{_OWN_TERM}有效期限?|延续|延长)(?:截止|截至|期限?)?(?:至|到){_DAY}"
)
_UNTIL_MONTH = re.compile(
    rf"(?:执行|施行|实施|试行|{_OWN_TERM}有效期限?)(?:截止|截至|期限?)?(?:至|到)({_N})年(?:({_N})月)?底"
)
_TERM = re.compile(
    rf"{_OWN_TERM}(?:有效期限?|试行期限?|施行期限?|执行期限?)(?:暂定)?(?:为|限为|是|:)?({_N})(年|个月)|试行({_N})(年|个月)"
)
_PERIOD = re.compile(rf"(?:实施期限?|试点期限?|政策(?:实施|执行)期限?)(?:为|是|:)?{_N}(?:年|个月)")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")


def read_validity(texts: Sequence[str], issued: str | None) -> Validity:
    """Read the clauses that say when *this* document takes effect, how long it is valid and what it repeals.

    Args:
        texts: the paragraphs of the document, as printed.
        issued: its date as an ISO string; resolves 自发布之日起, “30日后” and the end of “有效期 5 年”.
    """
    effective = expires = together = None
    effective_clause = unresolved = expires_clause = term = period = ""
    for text, plain in _own_sentences(texts):
        day, fellow = _start(plain, issued)
        if not effective_clause and (day or fellow):
            effective, together, effective_clause = day, fellow, text
        elif _UNRESOLVED.search(plain):
            unresolved = unresolved or text
        if expires is None:
            until, said = _end(plain, effective or issued)
            expires, term = until, said
            expires_clause = text if until or said else ""
    for text in _sentences(texts):
        if not period and _PERIOD.search(_plain(text)):
            period = text
    return Validity(
        effective,
        effective_clause or unresolved,
        together,
        expires,
        expires_clause,
        term,
        period,
        read_repeals(texts),
    )


def is_trial(title: str) -> bool:
    """Whether `title` is that of a document issued on trial (试行) or provisionally (暂行).

    A title that only speaks of another such document (关于废止《…（试行）》的通知) is none.
    """
    if re.search(r"废止|停止|修改|修订|解读|贯彻|落实|答记者问", title):
        return False
    return bool(re.search(r"[（(]试行[)）]|试行(?:办法|规定|条例|方案|意见)|暂行", title))


def _sentences(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for m in _SENTENCE.finditer(text):
            if m[0].strip():
                yield m[0].strip()


def _own_sentences(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The sentences whose subject is the document itself, as printed and without blanks."""
    for text in texts:
        own = False
        for sentence in _sentences([text]):
            plain = _plain(sentence)
            own = bool(_SUBJECT.search(plain)) or (own and bool(_CARRIED.search(plain)))
            if own:
                yield sentence, plain


def _plain(text: str) -> str:
    return squeeze(unicodedata.normalize("NFKC", text))


def _start(text: str, issued: str | None) -> tuple[str | None, str | None]:
    """(the day of taking effect, the document whose day it shares); (None, None) if `text` does not say."""
    if m := _TOGETHER.search(text):
        return None, m[1]
    if m := _SPAN.search(text) if re.search(_IN_FORCE, text) else None:
        return _iso(m[1], m[2], m[3]), None
    if m := _FROM_DAY.search(text):
        return _iso(m[1], m[2], m[3]), None
    if (m := _AFTER_ISSUE.search(text)) and issued and (count := parse_numeral(m[1])):
        return later(issued, count, m[2]), None
    return (issued if _FROM_ISSUE.search(text) else None), None


def _end(text: str, start: str | None) -> tuple[str | None, str]:
    """(the last day, the term as written if the day is computed from it)."""
    if m := _SPAN.search(text) if re.search(_IN_FORCE, text) else None:
        return _iso(m[4], m[5], m[6]), ""
    if m := _UNTIL.search(text):
        return _iso(m[1], m[2], m[3]), ""
    if m := _UNTIL_MONTH.search(text):
        year, month = parse_numeral(m[1]) or 0, parse_numeral(m[2]) if m[2] else 12
        last = monthrange(year, month)[1] if year and month and 1 <= month <= 12 else 0
        return iso_day(year, month, last), ""
    if m := _TERM.search(text):
        count = parse_numeral(m[1] or m[3])
        return (later(start, count, m[2] or m[4]) if start and count else None), m[0]
    return None, ""


def _iso(year: str, month: str, day: str) -> str | None:
    return iso_day(parse_numeral(year), parse_numeral(month), parse_numeral(day))


def later(start: str, count: int, unit: str) -> str | None:
    """The ISO day `start` and so many 年, 个月 or 日 more; a month without that day ends on its last."""
    day = date.fromisoformat(start)
    if unit in ("日", "天"):
        return (day + timedelta(days=count)).isoformat() if count < 10_000 else None
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "年" else 1)
    year, month = divmod(months, 12)
    if year > date.max.year:
        return None
    return iso_day(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
