"""Numbers in the forms that Word's lists know (ECMA-376 part 1, 17.18.59 ST_NumberFormat)."""

from collections.abc import Callable

from index.numerals import chinese_numeral

_DIGITS = "〇一二三四五六七八九"
_FINANCIAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_FINANCIAL_TRADITIONAL = str.maketrans("一二三四五六七八九十百千", "壹貳參肆伍陸柒捌玖拾佰仟")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
MAX_ORDINAL = 9999
"""The largest number that a Chinese form writes; beyond it, digits stand."""


def ordinal(number: int, form: str) -> str:
    """`number` as a list of the form `form` shows it; digits where the form is unknown or has no such number.

    A number that is one character of its own, brackets included (⑴, ㈠, ⒈), is written out: that is how
    documents cite it.
    """
    write = _FORMS.get(form)
    if write is None or not 1 <= number <= MAX_ORDINAL:
        return "" if form == "none" else str(number)
    return write(number)


def circled(number: int) -> str:
    """①, or digits where there is no such character (above 50)."""
    return _CIRCLES[number - 1] if 1 <= number <= len(_CIRCLES) else str(number)


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(number))


def _counting(number: int) -> str:
    return chinese_numeral(number) if number < 100 else _digits(number)


def _japanese(number: int) -> str:
    """Without 一 before 十, 百, 千 and without 零: 百十一."""
    out = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("" if digit == 1 and name else _DIGITS[digit]) + name
    return out


def _financial(number: int, table: dict[int, int]) -> str:
    text = chinese_numeral(number)
    return ("一" + text if text.startswith("十") else text).translate(table)


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    out = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        out += sign * count
    return out


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda n: f"{n:02}",
    "decimalFullWidth": lambda n: str(n).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda n: str(n).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "decimalEnclosedParen": lambda n: f"（{n}）",
    "numberInDash": lambda n: f"- {n} -",
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": chinese_numeral,
    "taiwaneseCountingThousand": chinese_numeral,
    "japaneseCounting": _japanese,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "ideographEnclosedCircle": lambda n: f"（{chinese_numeral(n)}）",
    "chineseLegalSimplified": lambda n: _financial(n, _FINANCIAL),
    "ideographLegalTraditional": lambda n: _financial(n, _FINANCIAL_TRADITIONAL),
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperRoman": _roman,
}
