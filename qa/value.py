"""The value a question asks for, in the words of the clause that answers: an amount, a share, a term, a day, a count."""

import re

from qa.question import Asked, Kind

_NUMBER = r"(?:\d[\d,.]*\d|\d|[一二两三四五六七八九十百千]+)"
_BOUND = r"(?:不超过|不少于|不低于|不得少于|不得超过|至少|最多|最长|约|近|超过|低于|高于)?\s*"
_TAIL = r"\s*(?:以上|以下|以内|左右|之内|内)?"
_VALUES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("percent", re.compile(rf"{_BOUND}(?:\d[\d.]*\s*%|百分之{_NUMBER}){_TAIL}")),
    (
        "money",
        re.compile(
            rf"{_BOUND}{_NUMBER}\s*(?:万亿|亿|万|千|百)?\s*(?:元|美元)(?:/[^\s，。；]{{1,3}})?{_TAIL}"
            rf"|{_BOUND}\d[\d.]*\s*万亿{_TAIL}"
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
            rf"{_BOUND}(?:(?<!\d)\d{{1,3}}|[一二两三四五六七八九十半]+)\s*(?:个)?(?:年|月(?!\s*\d)|工作日|日|天|小时|周)(?![度份初底末])(?:期)?{_TAIL}"
        ),
    ),
)  # fmt: skip
_UNIT_ASKED = re.compile(
    r"(?:多少|几)\s*(个|家|项|条|份|台|人|次|批|类|级|座|吨|所|种|章|件|辆|部|档|步|万吨|亿吨|千瓦|公里|户|处|支|套|名|道|门)"
)
_LONGEST = 24


def value(asked: Asked, clause: str) -> str | None:
    """The one value in `clause` of the kind that is asked for; None if there is none, or more than one could be meant."""
    for kind, pattern in _VALUES:
        if kind in asked.kinds:
            return _only(pattern, clause)
    unit = _UNIT_ASKED.search(asked.text)
    if unit and "quantity" in asked.kinds:
        return _only(re.compile(rf"{_BOUND}{_NUMBER}\s*(?:万|亿|余|多)?\s*{unit[1]}{_TAIL}"), clause)
    return None


def _only(pattern: re.Pattern[str], clause: str) -> str | None:
    found = [m[0].strip() for m in pattern.finditer(clause)]
    return found[0] if len(found) == 1 and len(found[0]) <= _LONGEST else None
