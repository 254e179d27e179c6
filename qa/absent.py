"""Documents that a question asks about and the library does not hold, though it may speak of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from index.text import normalize
from qa.provinces import ANY_PROVINCE

_QUOTED = re.compile(r"《([^《》]{4,})》")
_SUFFIX = "实施细则|细则|管理办法|暂行办法|条例|规程|若干措施|实施方案|行动方案"
_UNQUOTED = re.compile(
    rf"([一-鿿]{{4,24}}?(?:{_SUFFIX}))(?=里|中|第|规定|是怎么|怎么|对|的(?!.{{0,4}}(?:意见|通知|公告|解读))|[，,])"
)
_LAW = re.compile(r"([一-鿿]{2,10}(?<![办方做看说执合依用想设书语])法)(?=里(?!面?没)|中(?!的)|第|规定)")
_OWN_TEXT = re.compile(r"原文|全文|里|中|规定|怎么写|写的|内容|第.{1,4}[条章节]|第.{1,4}部分|目标")
_NUMBER_TEXT = re.compile(r"^\s*(?:文件?|通知|公告)?\s*(?:里|中|对|规定|怎么|第|要求|的要求|说)")
_TO_WRITE = re.compile(r"(?:得|要|应当?|需要?|必须)(?:写|包括|包含|有)")
"""What a paper must contain that the asker is to write: 实施方案里得写哪些."""
_REGION = re.compile(rf"({ANY_PROVINCE})")
_LOCAL = re.compile(
    r"^(省|市|自治区|区)?(里|本地|当地|自己|地方|出台)?的?[^,，。?？]{0,12}?"
    r"(补贴|奖励|奖补|贴息|优惠|政策|细则|地方标准|专项资金|管理办法|实施方案|实施意见|条例)"
)
_LEVEL = re.compile(r"[省市县区]级([一-鿿]{2})")
_OUTSIDE = re.compile(r"非([一-鿿]{2})")
_LISTED = re.compile(r"名单|清单|目录|入选|上榜|入围|有没有我们|在不在")
_FIRM = re.compile(r"([一-鿿]{2,12}(?:有限公司|股份公司|集团))")
_SAME_NAME = 0.6
"""Share of a name's character pairs that a title must hold to be the document meant."""
_ISSUER = re.compile(r"^.{0,6}?[部局委行院](?:的|那个|那份|印发的|发的)?")


class Titles:
    """Titles as names that questions say are held against them, each in the search spelling."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._given = titles

    @cached_property
    def every(self) -> tuple[str, ...]:
        """All titles, each once."""
        return tuple({normalize(t): None for t in self._given})

    @cached_property
    def _holding(self) -> dict[str, list[int]]:
        """Pair of characters -> numbers of the titles that hold it."""
        out: dict[str, list[int]] = {}
        for n, title in enumerate(self.every):
            for pair in _pairs(title):
                out.setdefault(pair, []).append(n)
        return out

    def alike(self, name: str) -> list[str]:
        """The titles that hold most of the character pairs of `name`."""
        pairs = _pairs(name)
        held = Counter(n for pair in pairs for n in self._holding.get(pair, ()))
        return [self.every[n] for n, count in held.items() if count / len(pairs) >= _SAME_NAME]


def missing_document(question: str, titles: Titles, words: Callable[[str], Sequence[str]]) -> str | None:
    """The name of a document whose own text the question asks for and the library does not hold, or None.

    A name in 《》 counts if no title is the same; a bare name (…实施细则, …条例) if no title holds most of its
    character pairs and the word of the field that it begins with (交通运输…行动方案).

    Args:
        question: as asked.
        titles: the titles held, with their issuers where these may be said with them.
        words: cuts Chinese characters into dictionary words.
    """
    text = normalize(question)
    for m in _QUOTED.finditer(text):
        if _OWN_TEXT.search(text[m.end() :]) and not any(_same(m[1], t) for t in titles.every):
            return m[1]
    bare = _QUOTED.sub("，", text)
    if _TO_WRITE.search(bare):
        return None
    for m in (*_UNQUOTED.finditer(bare), *_LAW.finditer(bare)):
        if not _is_meant(m[1], titles, words):
            return m[1]
    return None


def asks_text_of_number(question: str, number: str) -> bool:
    """Whether `question` asks what the document of that 文号 says (财建〔2023〕117号文里…), not which it is."""
    at = normalize(question).find(normalize(number))
    return at >= 0 and bool(_NUMBER_TEXT.search(normalize(question)[at + len(normalize(number)) :]))


def missing_region(question: str, texts: Sequence[str]) -> str | None:
    """The province whose own policy `question` asks for (广东的贴息) and that none of `texts` speaks of, or None."""
    text = normalize(question)
    for m in _REGION.finditer(text):
        if _LOCAL.search(text[m.end() :]) and not any(m[0] in t for t in texts):
            return m[0]
    return None


def missing_level(question: str, names: Sequence[str], says: Callable[[str], bool]) -> str | None:
    """What `question` says a level of government runs (省级首台套) though the documents' own scheme has none, or None.

    Args:
        question: as asked.
        names: titles of the documents found.
        says: whether any article holds a text; what one says of that level is there.
    """
    for m in _LEVEL.finditer(normalize(question)):
        if any(m[1] in n for n in names) and not says(m[0]):
            return m[0]
    return None


def missing_class(question: str, texts: Sequence[str]) -> str | None:
    """The class outside of the one that `texts` rule on (非上市公司, where they say 上市公司 only), or None."""
    for m in _OUTSIDE.finditer(normalize(question)):
        if any(m[1] in t for t in texts) and not any(m[0] in t for t in texts):
            return m[0]
    return None


def missing_firm(question: str, says: Callable[[str], bool]) -> str | None:
    """The company of which `question` asks whether it stands in a list, if no article `says` its name, or None."""
    text = normalize(question)
    if not _LISTED.search(text):
        return None
    found = (m[1] for m in _FIRM.finditer(text))
    return next((name for name in found if not says(name)), None)


def _same(name: str, title: str) -> bool:
    return name == title or (name in title and len(name) > 0.8 * len(title))


def _is_meant(name: str, titles: Titles, words: Callable[[str], Sequence[str]]) -> bool:
    """Whether a title is like `name` and holds the first word of its field."""
    if not (alike := titles.alike(name)):
        return False
    field = next((w for w in words(_ISSUER.sub("", name)) if len(w) > 1), "")
    return any(field in title for title in alike)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
