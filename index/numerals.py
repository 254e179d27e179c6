"""Chinese, Arabic and full-width numerals: reading, and writing the Chinese form."""

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MAX_DIGITS = 18
_ONE = "[一二三四五六七八九两]"
_ZERO = "[零〇○]"
_SHAPE = re.compile(rf"(?:{_ONE}?千)?(?:(?:{_ZERO}?{_ONE})?百)?(?:(?:{_ZERO}?{_ONE})?十)?(?:{_ZERO}?{_ONE})?")
"""Units go down, at most one digit stands before each: 十十, 一二十 and 百一千 are no numerals."""
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")

NUMERAL_CHARS = "〇○零一二三四五六七八九十百千两0-9０-９"
"""For use inside a regular expression's character class."""


def parse_numeral(text: str) -> int | None:
    """Read `text` ("二十七", "一千零七十九", "二〇二四", "１２", "第" and spaces excluded) as a number.

    Returns:
        The number, or None when `text` is not a numeral below ten thousand (up to 18 digits may stand alone).
    """
    digits = "".join(text.split()).translate(_FULL_WIDTH)
    if not digits:
        return None
    if len(digits) > _MAX_DIGITS:
        return None
    if digits.isascii():
        return int(digits) if digits.isdigit() else None
    if any(c not in _DIGITS and c not in _UNITS for c in digits):
        return None
    if not any(c in _UNITS for c in digits):
        return int("".join(str(_DIGITS[c]) for c in digits))
    if not _SHAPE.fullmatch(digits):
        return None
    total, pending = 0, 0
    for c in digits:
        if c in _DIGITS:
            pending = _DIGITS[c]
        else:  # 十二 has no digit before the unit
            total += (pending or 1) * _UNITS[c]
            pending = 0
    return total + pending


def chinese_numeral(number: int) -> str:
    """Write `number` (0 to 9999) as laws number their articles: 10 -> 十, 1079 -> 一千零七十九.

    Raises:
        ValueError: `number` is out of range.
    """
    if not 0 <= number <= 9999:
        raise ValueError(number)
    if number == 0:
        return "零"
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit == 0:
            gap = bool(out)
            continue
        if gap:
            out += "零"
            gap = False
        out += ("" if digit == 1 and unit == 10 and not out else "零一二三四五六七八九"[digit]) + name
    return out
