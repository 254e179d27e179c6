"""One spelling for what says the same, so that an answer can be compared with a fact.

`canonical` applies these rules in order:

1. Width (NFKC), case, 首台（套） = 首台套, the brackets of a 文号 ([ ] = 〔 〕), quotation marks dropped.
2. White space dropped; between two digits it keeps them apart (2024 3号 is not 20243号).
3. Every number becomes a token of its own, between two marks, so that numbers match only as whole numbers:
   三个月 = 3个月, 5,000 = 5000 = 五千, 3亿 = 300000000, 二〇二四 = 2024, 1.50 = 1.5. A percent sign or a
   fraction is part of the number: 百分之二十五 = 25%, 三分之一 = 1/3, and 25 is neither.
4. 2024-03-22 = 2024年3月22日, 5月19号 = 5月19日, and the dashes of a range (1～3, 1—3) are one.

There is no tolerance: 一年 is not 12个月.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from index.numerals import parse_numeral
from index.text import normalize

OPEN, CLOSE = "\ue000", "\ue001"
"""Marks around a number; private-use characters, so no text has them."""

_D = "[一二两三四五六七八九]"
_PURE = r"[〇○零一二三四五六七八九]{2,16}(?![十百千])"
_THOUSAND = "千(?![瓦克米伏卡帕焦赫字])"  # 60万千瓦 are 60万 of a unit
_BELOW_HUNDRED = f"(?:{_D}?十{_D}?|{_D})"
_BELOW_THOUSAND = f"{_D}百(?:零{_D}|{_D}十{_D}?)?"
_THOUSANDS = f"{_D}{_THOUSAND}(?:{_BELOW_THOUSAND}|零{_BELOW_HUNDRED})?"
_HAN = f"(?:{_PURE}|{_THOUSANDS}|{_BELOW_THOUSAND}|{_BELOW_HUNDRED})"
_DEC = r"[0-9]+(?:\.[0-9]+)?"
_SEG = rf"(?:{_DEC}(?:百|{_THOUSAND})?|{_HAN}|[百千](?=[万亿]))"
_TAIL = rf"(?:(?<=万)(?:[0-9]{{4}}(?![0-9.])|[0-9][百千]|零{_HAN}|{_D}千(?:{_D}百)?(?:{_D}十)?{_D}?))"
_HAN_DECIMAL = rf"(?:{_HAN}点[零〇一二三四五六七八九]+)"
_NUMBER = re.compile(
    rf"(?P<date>(?<![0-9])(?:19|20)[0-9]{{2}}(?P<sep>[-/.])[0-9]{{1,2}}(?P=sep)[0-9]{{1,2}}(?![0-9.]))"
    rf"|(?P<chain>[0-9]+(?:\.[0-9]+){{2,}})"
    rf"|(?P<per>[百千万])分之(?P<share>{_HAN_DECIMAL}|百|{_SEG})"
    rf"|(?P<below>{_SEG})分之(?P<above>{_SEG})"
    rf"|(?<![0-9/.])(?P<ratio>[0-9]+/[0-9]+)(?![0-9/.])"
    rf"|(?P<trillions>{_SEG})万亿"
    rf"|(?P<yi>{_SEG})亿(?:(?P<yi_wan>{_SEG})万)?"
    rf"|(?P<wan>{_SEG})万(?!亿)(?P<tail>{_TAIL})?"
    rf"|(?P<han_decimal>{_HAN_DECIMAL})(?=倍|个百分点|%)"
    rf"|(?P<plain>{_SEG})"
)
_GROUPED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_PERCENT = re.compile(rf"{CLOSE}([%‰])")
_RANGE = re.compile(rf"(?<={CLOSE})[-~–—−‐‑]+(?={OPEN})")
_DAY = re.compile(rf"(月{OPEN}[0-9]+{CLOSE})号")
_TOKEN = re.compile(rf"{OPEN}([^{CLOSE}]*){CLOSE}")
_DROPPED = re.compile(rf"[\"'“”‘’「」『』{OPEN}{CLOSE}\x00-\x08]")
_BRACKETS = str.maketrans({"[": "〔", "]": "〕", "【": "〔", "】": "〕"})
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_GAP = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_UNITS = "年月日天周时分秒次倍级家项条款个名人位件份批期章节类种步元吨台套辆座处轮届号"
_IDIOM = re.compile(r"[一两](?:个|种|类|些|位|名|步|件|处|套|批|时|条)")


@lru_cache(maxsize=8192)
def canonical(text: str) -> str:
    """The comparison form of `text`; any string has one."""
    text = _DROPPED.sub("", text).translate(_WIDE_DIGITS)
    # Before NFKC, which makes the full-width comma of 100，200 a half-width one.
    text = _GROUPED.sub(lambda m: m[0].replace(",", ""), text)
    text = normalize(unicodedata.normalize("NFKC", text)).lower().translate(_BRACKETS)
    text = _GAP.sub("", text)
    text = _NUMBER.sub(_token, text)
    text = _PERCENT.sub(rf"\1{CLOSE}", text)
    text = _RANGE.sub("-", text)
    return _DAY.sub(r"\1日", text.replace(" ", ""))


def contains_fact(text: str, fact: str) -> bool:
    """Whether `text` says `fact`, word for word after `canonical`; an empty fact is said nowhere."""
    needle = canonical(fact)
    return bool(needle) and needle in canonical(text)


def says_any(text: str, alternatives: tuple[str, ...]) -> bool:
    """Whether `text` says one of `alternatives`."""
    return any(contains_fact(text, a) for a in alternatives)


def numbers(text: str) -> frozenset[str]:
    """Every number of `text` in canonical form."""
    return frozenset(_TOKEN.findall(canonical(text)))


def stated_numbers(text: str) -> frozenset[str]:
    """The numbers that `text` states: as `numbers`, without those of ordinary words (统一, 一定, 一个).

    A Chinese digit alone counts only before a unit (三年, 五项), and 一 or 两 not before 个, 种 and the like.
    """
    idioms = _IDIOM.sub("", text)
    loose = re.sub(
        rf"(?<![〇零一二三四五六七八九十百千万亿两点之]){_D}(?![〇零一二三四五六七八九十百千万亿两点分成{_UNITS}])",
        "",
        idioms,
    )
    return numbers(loose)


def bare(text: str) -> str:
    """The canonical form without punctuation and number marks: what `bigrams` counts."""
    return "".join(c for c in canonical(text) if c.isalnum())


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters of `bare(text)`; a single character stands for itself."""
    plain = bare(text)
    return [plain[i : i + 2] for i in range(len(plain) - 1)] or ([plain] if plain else [])


def _token(match: re.Match[str]) -> str:
    return _TOKENS[str(match.lastgroup)](match)


def _mark(value: str) -> str:
    return f"{OPEN}{value}{CLOSE}"


def _date(match: re.Match[str]) -> str:
    year, month, day = match[0].split(match["sep"])
    return f"{_mark(year)}年{_mark(str(int(month)))}月{_mark(str(int(day)))}日"


def _per(match: re.Match[str]) -> str:
    sign = {"百": "%", "千": "‰", "万": "‱"}[match["per"]]
    return _mark(_write(_value(match["share"])) + sign)


def _fraction(match: re.Match[str]) -> str:
    return _mark(f"{_write(_value(match['above']))}/{_write(_value(match['below']))}")


def _ratio(match: re.Match[str]) -> str:
    above, below = match["ratio"].split("/")
    return _mark(f"{_literal(above)}/{_literal(below)}")


def _hundred_millions(match: re.Match[str]) -> str:
    return _mark(_write(_value(match["yi"]) * 10**8 + _value(match["yi_wan"] or "") * 10**4))


def _ten_thousands(match: re.Match[str]) -> str:
    return _mark(_write(_value(match["wan"]) * 10**4 + _value((match["tail"] or "").removeprefix("零"))))


def _plain(match: re.Match[str]) -> str:
    text = match[0]
    return _mark(_literal(text) if text.isdigit() and text.isascii() else _write(_value(text)))


_TOKENS: dict[str, Callable[[re.Match[str]], str]] = {
    "date": _date,
    "chain": lambda m: _mark(m[0]),
    "share": _per,
    "above": _fraction,
    "ratio": _ratio,
    "trillions": lambda m: _mark(_write(_value(m["trillions"]) * 10**12)),
    "yi": _hundred_millions,
    "yi_wan": _hundred_millions,
    "wan": _ten_thousands,
    "tail": _ten_thousands,
    "han_decimal": lambda m: _mark(_write(_value(m["han_decimal"]))),
    "plain": _plain,
}


def _literal(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _value(text: str) -> Decimal:
    """The value of a matched numeral; the empty one is 0."""
    if not text:
        return Decimal(0)
    if text in ("百", "千"):
        return Decimal(100 if text == "百" else 1000)
    if text[0].isascii():
        unit = {"百": 100, "千": 1000}.get(text[-1], 1)
        return Decimal(text.rstrip("百千")) * unit
    whole, point, part = text.partition("点")
    value = Decimal(parse_numeral(whole) or 0)
    return value + Decimal("0." + "".join(str(parse_numeral(c) or 0) for c in part)) if point else value


def _write(value: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
