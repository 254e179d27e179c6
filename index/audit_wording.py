"""Checks of wording: characters that no Chinese document has, text that stutters, sentences that break off."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from index.audit_subject import SHOWN, Part, Subject
from index.finding import Finding
from index.marks import DEPTH
from index.model import Paragraph
from index.paragraphs import is_prose, sentence_ended

_COMMON = "".join(
    bytes((high, low)).decode("gb2312")
    for high in range(0xB0, 0xD8)
    for low in range(0xA1, 0xFF)
    if (high, low) < (0xD7, 0xFA)
)
"""The 3,755 characters of level 1 of GB 2312: five others in a row, or nearly so, are no Chinese."""
_GARBLED = re.compile(
    "\ufffd+|锟斤拷|烫烫烫|屯屯屯"
    "|â€|[À-ÖØ-öø-ÿ¤¦§¨ª-¯´-¾]{2,}"  # UTF-8 (中 is ä¸­) or GB18030 (ÖÐ) read as Latin-1
    f"|(?:(?![{_COMMON}])[㐀-鿿][一-鿿]?){{5,}}"  # UTF-8 read as GB18030: 的 is 鐨
)
_ORDINARY = re.compile(r"[ -~一-鿿，、。；：“”《》（）〔〕\s]*")
"""Text without odd characters: most paragraphs need no closer look."""
_ODD = {
    "专用区字符（多为字体私有的符号）": re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]"),
    "看不见的字符": re.compile(
        "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f]"
    ),
    "部首代替的汉字（PDF 字体所致）": re.compile("[\u2e80-\u2fd5\uf900-\ufaff]"),
    "夹杂的外文字母": re.compile(
        "[\u0400-\u052f\u0590-\u06ff\u0e00-\u0e7f\u3040-\u3096\u30a1-\u30fa\uac00-\ud7a3\uff66-\uff9f]"
    ),
}
_STUTTER = re.compile(
    r"([一-鿿])\1\1|([，、；：。！？])\2|([一-鿿]{4,40})\3"
    r"|其其(?![他余中它实])|或或|于于|(?<!目)(?<!标)的的(?!确|士)|和和(?![平谐睦气])|及及(?!时)|由由|被被|在在(?![建校职线岗途编册场外家校])"
    r"|是是(?!非)|把把|从从(?![业事属])|将将(?![来要军])|与与(?!会)"
)
_LEGAL_STUTTER = re.compile(r"(?:一一|九九|零零|〇〇|千千|某某|谢谢)|[，、。…]{2}(?=…)")
_LATIN = re.compile(
    r"(?<=[一-鿿，、；])\s?([A-Za-z][a-z]{1,15})\s?(?=[一-鿿])"  # a word, perhaps a unit
    r"|\\[a-z]{2,}|[_^]\{|\$[^$]{1,40}\$"  # TeX
    r"|&[a-z]{2,8};|</?[a-z]{1,10}(?:\s[^<>]{0,40})?/?>"  # HTML
)
_UNITS = re.compile(
    r"[mckdhn]?m|[kmμ]?g|[km]?[lL]|dB|[kKMG]?Hz|[kMG]?Wh?|[kMh]?Pa|[kM]?V|mol|min|lx|pH|Bq|Sv|rem|[Aa]pp|[Ww]eb|[Ww]ifi|Xx"
)
_MARKS = re.compile("[()（）《》“”〔〕]")
_OPENING = {")": "(", "）": "（", "》": "《", "”": "“", "〕": "〔"}
_ENCLOSED = 8
"""Characters shown beside a mark that has no partner."""
_LIST_MARK = re.compile(r"(?:^|[；。：，、\s])\w{1,3}$")
"""What stands before the bracket of 1） or a）, which closes nothing."""
_MOST_BROKEN = 0.2
"""More paragraphs of a part than this without a full stop are no accident."""
_ENDS = "。．；：！？;:…"
_ASIDE = re.compile(r"[（(][^（()）]{1,20}[)）]$")


def check_characters(subject: Subject) -> Iterator[Finding]:
    """garbled-text, odd-character: what a wrong encoding, a PDF's font or a web page left in the text.

    Odd characters of one kind are one finding of the document.
    """
    odd: dict[str, list[tuple[Paragraph, re.Match[str]]]] = {}
    for p in subject.paragraphs:
        if m := _GARBLED.search(p.text):
            yield subject.error("garbled-text", subject.place_of(p), f"乱码：{_around(p, m)}", [p], m[0])
            continue
        if _ORDINARY.fullmatch(p.text):
            continue
        for name, pattern in _ODD.items():
            if m := pattern.search(p.text):
                odd.setdefault(name, []).append((p, m))
    for name, found in odd.items():
        codes = " ".join(dict.fromkeys(f"U+{ord(m[0]):04X}" for _, m in found))
        message = f"{len(found)} 段中有{name} {codes}：{_around(*found[0])}"
        yield subject.warning(
            "odd-character", subject.place_of(found[0][0]), message, [p for p, _ in found], found[0][1][0]
        )


def check_stutter(subject: Subject) -> Iterator[Finding]:
    """doubled-text, repeated-text: 的的, 规定为规定为, 。。; two paragraphs in a row that are the same."""
    before: Paragraph | None = None
    for p in subject.paragraphs:
        if p.cells:
            before = None
            continue
        for m in _each_once(_STUTTER, p.text):
            if not _LEGAL_STUTTER.search(m[0]):
                message = f"叠字“{m[0]}”：{_around(p, m)}"
                yield subject.warning("doubled-text", subject.place_of(p), message, [p], m[0])
        if before is not None and before.text == p.text and len(p.text) > SHOWN:
            yield subject.warning(
                "repeated-text", subject.place_of(p), f"与上一段完全相同：{p.text[:SHOWN]}", [p]
            )
        before = p


def check_latin(subject: Subject) -> Iterator[Finding]:
    """stray-latin: a foreign word between Chinese characters (设备and技术), or marks of HTML and TeX."""
    for p in subject.paragraphs:
        for m in _each_once(_LATIN, p.text):
            if not m[1] or not _UNITS.fullmatch(m[1]):
                message = f"夹杂“{m[0].strip()}”：{_around(p, m)}"
                yield subject.warning("stray-latin", subject.place_of(p), message, [p], m[0])


def check_sentences(subject: Subject) -> Iterator[Finding]:
    """broken-sentence, unpaired-mark: running text that stops without a full stop or starts with a comma.

    A part in which many items have no full stop is a list of things, not of sentences.
    """
    for part in subject.parts:
        whole = _one_paragraph_articles(part)
        prose = [i.paragraph for i in part.items if id(i) in whole or _is_running(i.paragraph)]
        broken = [p for p in prose if not _ended(p.text)]
        if len(broken) <= _MOST_BROKEN * len(prose):
            for p in broken:
                message = f"段末没有标点，句子可能被截断：{p.text[-SHOWN:]}"
                yield subject.warning("broken-sentence", subject.place_of(p), message, [p], p.text[-SHOWN:])
        for item in part.items:
            p = item.paragraph
            if p.cells or p.furniture:
                continue
            if p.text[0] in "，。；、：）》”！？":
                message = f"段首是标点，上文可能缺失：{p.text[:SHOWN]}"
                yield subject.warning("broken-sentence", subject.place_of(p), message, [p], p.text[0])
            if m := unpaired(p.text):
                message = f"{m[0]} 没有配对：{_around(p, m)}"
                yield subject.warning("unpaired-mark", subject.place_of(p), message, [p], _marked(p, m))


def _one_paragraph_articles(part: Part) -> set[int]:
    """The items that are a 条 as a whole: also a short one is a sentence, unless it is a heading of what follows."""
    opened = {id(i) for i in part.opened}
    return {
        id(item)
        for item, after in zip_longest(part.items, part.items[1:])
        if id(item) in opened
        and item.mark
        and len(item.text) > item.mark.end
        and (after is None or (after.mark and after.mark.depth <= DEPTH["article"]))
    }


def _is_running(p: Paragraph) -> bool:
    return not (p.cells or p.furniture or p.level) and is_prose(p.text) and any(c in p.text for c in "，。；")


def _ended(text: str) -> bool:
    """Whether a sentence ends here, perhaps before an aside: 。（共26个）; a mark without partner is told apart."""
    return text[-1] in _ENDS or sentence_ended(text) or sentence_ended(_ASIDE.sub("", text).rstrip() or text)


def unpaired(text: str) -> re.Match[str] | None:
    """The first bracket or quotation mark that has no partner; （ and ) are partners."""
    open_marks: list[re.Match[str]] = []
    for m in _MARKS.finditer(text):
        if m[0] not in _OPENING:
            open_marks.append(m)
        elif open_marks and _partners(open_marks[-1][0], m[0]):
            open_marks.pop()
        elif not (m[0] in ")）" and not open_marks and _LIST_MARK.search(text[: m.start()])):
            return m
    return open_marks[0] if open_marks else None


def _marked(p: Paragraph, m: re.Match[str]) -> str:
    """A mark with the words that it encloses, since a mark alone stands in many places."""
    if m[0] in _OPENING:
        return p.text[max(m.start() - _ENCLOSED, 0) : m.end()]
    return p.text[m.start() : m.end() + _ENCLOSED]


def _partners(opening: str, closing: str) -> bool:
    return opening == _OPENING[closing] or {opening, closing} in ({"(", "）"}, {"（", ")"})


def _each_once(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    """The first match of each text that the pattern finds."""
    found: dict[str, re.Match[str]] = {}
    for m in pattern.finditer(text):
        found.setdefault(m[0], m)
    return found.values()


def _around(p: Paragraph, m: re.Match[str]) -> str:
    start, end = max(m.start() - 8, 0), min(m.end() + 8, len(p.text))
    return " ".join(p.text[start:end].split())
