"""The value a question asks for, in the words of the clause that answers: an amount, a share, a term, a day, a count."""

import re

from qa.question import Asked, Kind

_NUMERAL = "〇零一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d[\d,.]*\d|\d|[{_NUMERAL}]+)"
_RANGE = r"\s*[—–\-~～至到]+\s*"
_BOUND = r"(?:不超过|不少于|不低于|不得少于|不得超过|至少|最多|最长|约|近|超过|低于|高于|每)?\s*"
_TAIL = r"\s*(?:以上|以下|以内|左右|之内|内)?"
_VALUES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "percent",
        re.compile(
            rf"{_BOUND}(?:(?:\d[\d.]*\s*%?{_RANGE})?\d[\d.]*\s*%|百分之{_NUMBER}(?:{_RANGE}百分之{_NUMBER})?){_TAIL}"
        ),
    ),
    (
        "money",
        re.compile(
            rf"{_BOUND}(?:{_NUMBER}{_RANGE})?{_NUMBER}\s*(?:万亿|亿|万|千|百)?\s*(?:元|美元)(?:/[^\s，。；]{{1,3}})?{_TAIL}"
            rf"|{_BOUND}\d[\d.]*\s*万亿(?![^，。；元]){_TAIL}"
        ),
    ),
    (
        "date",
        re.compile(
            r"(?:每年)?(?:\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日(?:\s*至\s*(?:\d{4}\s*年\s*)?(?:\d{1,2}\s*月\s*)?\d{1,2}\s*日)?(?:前|起|之前)?"
        ),
    ),
    (
        "duration",
        re.compile(
            rf"{_BOUND}(?:{_NUMBER}{_RANGE})?(?:(?<![\d.])\d{{1,3}}(?:\.\d+)?|[一二两三四五六七八九十百半]{{1,3}})\s*"
            rf"(?:年半|年(?![度份初底末])|个月|个?工作日|日|天|小时|周(?!岁)){_TAIL}"
        ),
    ),
)  # fmt: skip
_UNIT_ASKED = re.compile(
    r"(?<![哪第])(?:多少|几)\s*(个|家|项|条|份|台|人|次|批|类|级|座|吨|所|种|章|件|辆|部|档|步|万吨|亿吨|千瓦|公里|户|处|支|套|名|道|门)"
    r"([\u4e00-\u9fff]{2})?"
)
_LONGEST = 24
_ORDINAL = re.compile(r"第\s*$|[月号]\s*$")
"""Before a number that counts nothing: 第3批, the day in 3月22日."""
_PART = re.compile(rf"[\d.{_NUMERAL}—–\-~～]\s*$")
"""Before a number that is only the end of one, or of a range with units."""


def value(asked: Asked, clause: str) -> str | None:
    """The one value in `clause` of the kind that is asked for; None if there is none, or more than one could be meant.

    A range is one value (3至5年). What holds for each of many is no answer to how many there are in all.
    """
    for kind, pattern in _VALUES:
        if kind in asked.kinds:
            return _only(asked, pattern, clause)
    unit = _UNIT_ASKED.search(asked.text)
    if unit is None or "quantity" not in asked.kinds:
        return None
    noun = unit[2] or ""
    number = rf"{_BOUND}(?:{_NUMBER}{_RANGE})?{_NUMBER}\s*(?:万|亿|余|多)?\s*{unit[1]}"
    apart = "(?!月|工作日|百分点)" if unit[1] == "个" else ""
    if noun and noun in clause:
        return _only(asked, re.compile(rf"{number}{apart}(?:{noun}|{_TAIL})"), clause)
    counted = list(re.finditer(rf"{number}{apart}", clause))
    if len(counted) != 1 or _of_something_else(asked.text, clause[counted[0].end() :]):
        return None
    return _only(asked, re.compile(f"{number}{apart}{_TAIL}"), clause)


def _of_something_else(question: str, after: str) -> bool:
    """Whether what stands `after` a count is a noun that the question does not say: 12个省份 is no count of cities."""
    noun = re.match(r"\s*(?!以上|以下|以内|左右|之内|组成|构成|参加|参与)([\u4e00-\u9fff]{2})", after)
    return noun is not None and noun[1] not in question


def _only(asked: Asked, pattern: re.Pattern[str], clause: str) -> str | None:
    found = [m for m in pattern.finditer(clause) if not _ORDINAL.search(clause[: m.start()])]
    if len(found) != 1 or _PART.search(clause[: found[0].start()]):
        return None
    text = found[0][0].strip()
    each = "每" in clause and "每" not in asked.text and not text.startswith("每")
    return text if len(text) <= _LONGEST and not each else None
