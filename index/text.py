"""Normalisation shared by indexing and asking: one spelling for what means the same."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

_SPACES = re.compile(r"\s+")
_CJK = r"㐀-䶿一-鿿、。《》“”（）：；，！？〔〕—"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}])[ 　\t]+(?=[{_CJK}])")
_WRAP = re.compile(r"(?<=[一-鿿])\s+(?=[\d一-鿿])|(?<=\d)\s+(?=[一-鿿%])")
_EQUIPMENT = re.compile(r"首\s*台\s*[（(]?\s*套\s*[)）]?")
_BRACKETS = str.maketrans({"[": "〔", "]": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕"})


def squeeze(text: str) -> str:
    """All white space removed."""
    return _SPACES.sub("", text)


def close_gaps(text: str) -> str:
    """Spaces between two Chinese characters removed: they come from line wraps, not from the author."""
    return _CJK_GAP.sub("", text)


@lru_cache(1 << 15)  # of every title of a library
def compare_key(text: str) -> str:
    """A key under which two spellings of one title are equal (width, brackets, spaces, quotes)."""
    folded = _EQUIPMENT.sub("首台套", unicodedata.normalize("NFKC", squeeze(text)).translate(_BRACKETS))
    return re.sub(r"[《》<>〈〉\"'“”‘’「」]", "", folded).lower()


@lru_cache(1 << 12)  # a question, and the articles that it finds, are asked for again and again
def normalize(text: str) -> str:
    """The search spelling: NFKC width, 首台套 = 首台（套）, spaces between Chinese characters gone.

    Article texts and questions both pass through here, so that they can meet.
    """
    folded = _EQUIPMENT.sub("首台套", unicodedata.normalize("NFKC", text))
    if _SPACES.search(folded) is None:
        return folded
    return _SPACES.sub(" ", _WRAP.sub("", folded)).strip()


def iso_day(year: int | None, month: int | None, day: int | None) -> str | None:
    """An ISO date string, or None if there is no such day (2月30日)."""
    try:
        return date(year or 0, month or 0, day or 0).isoformat()
    except ValueError:
        return None


@lru_cache(1 << 15)  # of every 文号 of a library
def number_key(doc_number: str) -> str:
    """A key for a 文号: 国市监质规[2024]3 号 and 国市监质规〔2024〕3号 are the same."""
    return squeeze(
        unicodedata.normalize("NFKC", doc_number).translate(_BRACKETS).replace("(", "〔").replace(")", "〕")
    )
