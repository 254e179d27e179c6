"""Whether an article says a sentence: by its words in their order, without a model, rather too strictly than not.

A chat model may shorten what an article says; it may add, swap or turn nothing. A sentence stands if some run of at
most `_WINDOW` of the article's sentences (which is then its quote) fulfils all of these:

1. 《…》 and 第N条 in the sentence are the article's own, or stand in its text.
2. At least `SUPPORTED` of the sentence's character pairs stand in the run or in the article's title and place
   (the lexical form of ALCE's citation recall, Gao et al., EMNLP 2023; `eval.metrics.is_supported` measures it).
3. Aligned with the run in one order (Ratcliff & Obershelp 1988, as `difflib`), every character of the sentence has
   its counterpart, but for words that say nothing (`_NEUTRAL`). Numbers are one character each whatever their
   spelling, modal verbs (应当, 必须; 可以, 能) one each by their sense. So a word from elsewhere, another number or
   an added 应当 is seen.
4. A number is followed by the unit that follows it in the run: 5日 is not 5个工作日.
5. What the sentence skips does not repeat its words across a comma: “中央企业由甲推荐，地方企业由乙推荐” does not say
   中央企业由乙推荐.
6. Sentence and run hold equally many negations, from the beginning of the clause in which the alignment begins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from index.model import Article
from index.numerals import NUMERAL_CHARS
from index.text import compare_key, number_key
from qa.canonical import CLOSE, OPEN, bigrams, canonical
from qa.sentences import Sentence, sentences, without_mark

Reason = Literal["未标注依据", "名称不符", "数字不符", "用词不在依据中", "是非不符"]
SUPPORTED = 0.8
_WINDOW = 6
_NUMBER = re.compile(rf"{OPEN}([^{CLOSE}]*){CLOSE}")
_NUMBER_BASE = 0xF0000
"""Numbers become characters of a private plane, the same number the same character."""
_MODALS = (
    (re.compile("不可以|不可|不得|不能|不准|不许|不应当|不应|不宜|严禁|禁止"), "不可"),
    (re.compile("无需|无须|毋须|不需要|不需|不必|不用|不要求"), "免须"),
    (re.compile("应当|必须|需要|应|须|需"), "应"),
    (re.compile("可以|能够|可|能"), "可"),
)
_NEGATION = re.compile("[不未无非免禁没勿]")
_NOT_NEGATING = re.compile("不断|不仅|不同|不锈钢|无论|无人|无线|无损|无机|非常|非金属|非标|未来|除非|免疫")
_BOUNDARY = "|"
_BREAK = re.compile(r"[\n\t]+")
_PUNCTUATION = re.compile(r"[,。;:!?]+")
"""After `canonical`, which makes most of it half-width."""
_NEUTRAL = re.compile(
    "根据|依据|按照|依照|规定|明确|因此|所以|也就是说|也就是|此外|另外|同时|其中|以及|并且|而且|具体|包括|主要|分别|如下|以下"
    "|下列|上述|对于|关于|情况|相关|有关|[的了是为在对由将会并和与及即则而其该此本这那也等有请被把于中内]"
)
_QUOTED = re.compile(r"《([^》]+)》")
_PLACE = re.compile(rf"第[{NUMERAL_CHARS}]+[条章节款项编批]|附件[{NUMERAL_CHARS}]+")
_DOC_NUMBER = re.compile(r"(.+?)〔(\d{4})〕第?(\d+)号")
_OWN_WORDS = 3
"""Characters from which on words of the title or the place may stand in the sentence."""


@dataclass(frozen=True)
class Support:
    """The span `text[start:end]` of the article that says the sentence."""

    start: int
    end: int


def support(sentence: str, article: Article) -> Support | Reason:
    """The span of `article` that says `sentence`, or why there is none."""
    known = _known(article)
    plain = _without_names(sentence, known)
    if plain is None:
        return "名称不符"
    said = _atoms(plain).replace(_BOUNDARY, "")
    own = _atoms(known.own)
    pairs = bigrams(sentence)
    worst: Reason = "用词不在依据中"
    for start, end, run in known.runs:
        held = known.pairs | run.pairs
        if not said or sum(p in held for p in pairs) < SUPPORTED * len(pairs):
            continue
        reason = _differs(said, run.atoms, own)
        if reason is None:
            return Support(start, end)
        worst = reason
    return worst


@dataclass(frozen=True)
class _Run:
    atoms: str
    pairs: frozenset[str]


@dataclass(frozen=True)
class _Known:
    """What an article says, prepared: its names and place, their character pairs, and its runs, the short ones first."""

    names: str
    own: str
    doc_number: re.Pattern[str] | None
    pairs: frozenset[str]
    runs: tuple[tuple[int, int, _Run], ...]


@lru_cache(maxsize=64)
def _known(article: Article) -> _Known:
    meta = article.meta
    place = f"{meta.title}{meta.heading}{article.label}{article.locator}"
    header = "\n".join((meta.title, meta.heading, article.label, str(article.locator), meta.doc_number or ""))
    runs = tuple((a, b, _run(article.text[a:b])) for a, b in _spans(sentences(article.text)))
    return _Known(
        compare_key(place + article.text),
        place,
        _spellings(meta.doc_number) if meta.doc_number else None,
        frozenset(bigrams(header)),
        runs,
    )


def _spans(parts: list[Sentence]) -> Iterator[tuple[int, int]]:
    for size in range(1, min(_WINDOW, len(parts)) + 1):
        for first in range(len(parts) - size + 1):
            opening = parts[first]
            yield opening.end - len(without_mark(opening.text)), parts[first + size - 1].end


def _run(text: str) -> _Run:
    return _Run(_BOUNDARY + _atoms(text), frozenset(bigrams(text)))


def _atoms(text: str) -> str:
    """The canonical text with numbers and modal verbs as single characters and punctuation as boundaries."""
    plain = canonical(_BREAK.sub("。", text))
    plain = _NUMBER.sub(lambda m: _atom(m[1]), _PUNCTUATION.sub(_BOUNDARY, plain))
    for modal, written in _MODALS:
        plain = modal.sub(written, plain)
    return "".join(c for c in plain if c.isalnum() or c == _BOUNDARY or ord(c) >= _NUMBER_BASE)


@lru_cache(maxsize=4096)
def _atom(number: str) -> str:
    """One character for a number; two numbers share one as rarely as a hash does (1 in 65,000)."""
    value = 0
    for c in number:
        value = (value * 131 + ord(c)) % 65521
    return chr(_NUMBER_BASE + value)


def _without_names(sentence: str, known: _Known) -> str | None:
    """The sentence without the article's own title, place and 文号; None if it names what the article does not."""
    for m in (*_QUOTED.finditer(sentence), *_PLACE.finditer(sentence)):
        if compare_key(m[m.lastindex or 0]) not in known.names:
            return None
    own = compare_key(known.own)

    def drop(m: re.Match[str]) -> str:
        return "" if compare_key(m[m.lastindex or 0]) in own else m[0]

    plain = _PLACE.sub(drop, _QUOTED.sub(drop, sentence))
    return known.doc_number.sub("", plain) if known.doc_number else plain


def _spellings(doc_number: str) -> re.Pattern[str] | None:
    """What matches a 文号 in any spelling of its brackets."""
    m = _DOC_NUMBER.fullmatch(number_key(doc_number))
    if m is None:
        return None
    body, year, number = map(re.escape, m.groups())
    return re.compile(rf"[（(]?{body}\s*[〔\[［]\s*{year}\s*[〕\]］]\s*第?\s*{number}\s*号[)）]?")


def _differs(said: str, run: str, own: str) -> Reason | None:
    """How `said` differs from `run`; None if the run says it."""
    blocks = [b for b in SequenceMatcher(None, run, said, autojunk=False).get_matching_blocks() if b.size]
    if not blocks:
        return "用词不在依据中"
    at = 0
    for b in [*blocks, None]:
        gap = said[at : b.b if b else len(said)]
        if any(ord(c) >= _NUMBER_BASE for c in gap):
            return "数字不符"
        if not _says_nothing(gap, own):
            return "是非不符" if _NEGATION.search(gap) else "用词不在依据中"
        at = b.b + b.size if b else at
    unbroken = run.replace(_BOUNDARY, "")
    for i, c in enumerate(said[:-1]):
        if ord(c) >= _NUMBER_BASE and said[i : i + 2] not in unbroken and not _NEUTRAL.match(said[i + 1]):
            return "数字不符"
    if _repeats(said, run, blocks):
        return "用词不在依据中"
    return None if _negations(run, blocks) == len(_NEGATION.findall(said)) else "是非不符"


def _says_nothing(gap: str, own: str) -> bool:
    """Whether a gap holds only neutral words, or words of the article's own title or place."""
    return not _NEUTRAL.sub("", gap) or (len(gap) >= _OWN_WORDS and gap in own)


def _repeats(said: str, run: str, blocks: list[Match]) -> bool:
    """Whether a skipped part of the run crosses a boundary and holds a pair of characters of the sentence."""
    pairs = {said[i : i + 2] for i in range(len(said) - 1)}
    for before, after in pairwise(blocks):
        skipped = run[before.a + before.size : after.a]
        if _BOUNDARY in skipped and any(skipped[i : i + 2] in pairs for i in range(len(skipped) - 1)):
            return True
    return False


def _negations(run: str, blocks: list[Match]) -> int:
    """The negations of the aligned part of `run` and of what stands before it in its clause.

    不断 and the like, which negate nothing, do not count where the sentence leaves them out wholly.
    """
    first, last = blocks[0].a, blocks[-1].a + blocks[-1].size
    start = run.rfind(_BOUNDARY, 0, first + 1)
    aligned = {i for b in blocks for i in range(b.a, b.a + b.size)}
    left_out = {
        m.start()
        for m in _NOT_NEGATING.finditer(run, start, last)
        if aligned.isdisjoint(range(m.start(), m.end()))
    }
    return sum(m.start() not in left_out for m in _NEGATION.finditer(run, start, last))
