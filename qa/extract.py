"""The built-in answerer: the sentence that answers, then what belongs to it, each verbatim with its citation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.model import Article
from index.numerals import parse_numeral
from index.text import normalize
from qa.provinces import ANY_PROVINCE
from qa.question import Asked, Kind
from qa.reading import Reading
from qa.sentences import Sentence, without_mark
from qa.settings import AnswerSettings
from qa.slots import asked_slots
from qa.sought import counted
from qa.table import tell_row
from qa.wording import official_terms

_EXCEPTION = re.compile(r"^(但|但是|其中|除外|同时|不过|其他|其余|另外|法律另有|另有规定)")
_POLARITY = re.compile(
    r"不得|不予|不再|不向|不收|禁止|严禁|无需|无须|可以|可|应当|必须|不要求|不作|不适用|均|鼓励|依法"
)
ACTOR = re.compile(
    r"(部门|机构|单位|委员会|总局|[局司厅部])(应当?|要|须|负责|会同|牵头|联合|组织|对|不得|根据|按|审核|确定|发布)"
)
"""Names who does something."""
_WHERE = re.compile(
    rf"在(?:{ANY_PROVINCE})|https?:|[省市区县][^，。]{{0,12}}[路街道]\s*\d*\s*号|地址|[在位]于?[^，。]{{0,12}}(?:网站|平台)"
)
_STOPS = "。！？；：!?;:”）)"
_GREETING = re.compile(
    r"^(感谢|谢谢|女士们|各位|尊敬的|我就|我简要|这个问题我来|大家下午好)|(您的提问|记者的提问|这位记者)"
)
_SPEAKER = re.compile(r"^[^。，；！？：:]{2,50}[：:]$")
_OUTLET = re.compile(r"(记者|主播)\s*[：:]$")
_SLOT_BONUS = 0.04
_TERM_BONUS = 0.02
_MOST_TERMS = 2
"""For each official term of what the question says otherwise, so many at most."""
_ONE_FACT: tuple[Kind, ...] = (
    "money", "percent", "duration", "date", "quantity", "yes_no", "who", "where", "definition",
)  # fmt: skip
_SEVERAL: tuple[Kind, ...] = ("list", "condition", "procedure", "comparison", "reason")
_APART: tuple[Kind, ...] = ("comparison", "procedure", "condition")
"""Kinds whose articles each say something of their own."""
_WHOLE_LISTS: tuple[Kind, ...] = ("list", "condition", "procedure", "definition")
_LIST_LIMIT = 700
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]是(?!否)|第[一二三四五六七八九十]+[，,、]|——)")
"""A sentence that opens an item of a running text: 一是…, 第二，…, ——坚持…."""
_SO_MANY = re.compile(r"([两二三四五六七八九十])(?:个|大|项|招|条|点|步|类|种|方面|举措|措施|特点)")
_WHOLE = {True: 180, False: 120}
"""An article of at most so many characters is quoted whole, where several things are asked for, and where one is."""
_GAIN = 0.002
_GAIN_ELSEWHERE = 0.01
"""What a further sentence must add to what is said of the question: in the same article, and in the next."""
_ASK = re.compile(r"多少|几|谁|哪|什么|啥|怎|吗|多[久长大高]")
_MOST_ASKED = 2
"""So many things asked at once have room of their own."""
_LEAST = 40
"""Room (in characters) below which no further article is quoted."""


@dataclass(frozen=True)
class Statement:
    """Something said with one citation: the words as said, and the verbatim span they rest on."""

    text: str
    article: Article
    quote: str


def statements(
    asked: Asked,
    readings: Sequence[Reading],
    settings: AnswerSettings,
    *,
    apart: bool = False,
    wide: bool = False,
    settled: bool = False,
) -> list[Statement]:
    """What to say from each of `readings`, the best first.

    The first sentence is the closest to the question. Another is added while there is room and it speaks of words of
    the question that nothing said so far speaks of (greedy coverage, after Lin and Bilmes, ACL 2011). A question for
    one fact gets `short_chars`; one for conditions, steps, a list or a comparison `max_chars` for each article.

    With `apart`, and for comparisons, procedures and conditions, each article speaks for itself: what one says does
    not make what another says superfluous. With `wide` a short article is told whole: no clause
    of it settles a yes or no, so that whoever asks must hear what it says on either side. With `settled` the first
    sentence answers, and only the exceptions that follow it are added.
    """
    if not readings:
        return []
    apart = apart or asked.has(*_APART)
    short = asked.has(*_ONE_FACT) and not (asked.has(*_SEVERAL) or apart or wide)
    room = (
        settings.short_chars * min(len(_ASK.findall(asked.text)) or 1, _MOST_ASKED)
        if short
        else settings.max_chars
    )
    covered = np.zeros_like(readings[0].weights)
    out: list[Statement] = []
    for reading in readings:
        if out and short and room < _LEAST:
            break
        if chosen := _chosen(
            asked, reading, room, covered, first=not out or apart, wide=wide, settled=settled
        ):
            out.append(_statement(asked, reading, chosen))
            room -= len(out[-1].text) if short else 0
            if not apart:
                covered = np.maximum(covered, reading.similar[chosen].max(axis=0))
        elif not reading.parts or reading.article.role in ("front", "closing", "attachments", "outline"):
            out.append(_whole(reading.article))
    return out


def asks_one_thing(asked: Asked) -> bool:
    """Whether no second thing is asked for, as in “几份，什么时候交”."""
    return len(_ASK.findall(asked.text)) <= 1


def _whole(article: Article) -> Statement:
    text = tell_row(article) if article.role == "row" else _lines(article.text)
    return Statement(text, article, article.text)


def _chosen(
    asked: Asked,
    reading: Reading,
    room: int,
    covered: NDArray[np.float32],
    *,
    first: bool,
    wide: bool,
    settled: bool,
) -> list[int]:
    """The sentences to say, the closest first, the others in the text's order; none if none adds anything."""
    article, parts = reading.article, reading.parts
    if article.role in ("front", "closing", "attachments", "outline"):
        return []
    usable = _usable(article, parts)
    rated = {i: float(reading.scores[i]) + bonus(asked, parts[i], article) for i in usable}
    whole = (
        not settled
        and article.role == "text"
        and len(article.text) <= (room if wide else min(_WHOLE[asked.has(*_SEVERAL)], room))
    )
    chosen: list[int] = []
    while left := [i for i in usable if i not in chosen]:
        gains = {i: float(reading.weights @ np.maximum(0, reading.similar[i] - covered)) for i in left}
        if first and not chosen:
            best = max(left, key=lambda i: rated[i])
        else:
            best = max(left, key=lambda i: gains[i])
            if gains[best] < (_GAIN if chosen else _GAIN_ELSEWHERE):
                break
        if not chosen and asked.has(*_SEVERAL) and (block := _numbered(asked, parts, best)):
            return block
        new = _with_what_belongs(parts, best, whole_list=wide or asked.has(*_WHOLE_LISTS))
        if whole:
            rest = [i for i in usable if i not in new]
            in_order = _EXCEPTION.match(parts[best].text) or _is_a_further_case(asked, parts, best)
            new = usable if in_order else [*new, *rest]
        size = sum(len(parts[i].text) for i in {*chosen, *new})
        if chosen and size > room:
            break
        chosen += [i for i in new if i not in chosen]
        covered = np.maximum(covered, reading.similar[chosen].max(axis=0))
        if settled:
            break
    return [*chosen[:1], *sorted(chosen[1:])]


def _usable(article: Article, parts: Sequence[Sentence]) -> list[int]:
    """The sentences that state something: not a heading; of a turn not the names, the reporter's question, the thanks."""
    out: list[int] = []
    asking = False
    step = article.locator.steps[-1]
    # a short first sentence of 第一条 is a rule, not a heading; so is one that allows, forbids or requires
    headed = bool(step.title) and not step.mark.startswith("第") and not _POLARITY.search(step.title)
    for i, p in enumerate(parts):
        heading = headed and p.start == 0 and without_mark(p.text).rstrip("。") == step.title
        if article.role == "turn" and _SPEAKER.match(p.text):
            asking = bool(_OUTLET.search(p.text))
        elif not (asking or heading or (article.role == "turn" and _GREETING.search(p.text))):
            out.append(i)
    return out or list(range(len(parts)))


def _with_what_belongs(parts: Sequence[Sentence], best: int, *, whole_list: bool) -> list[int]:
    """The sentence and the exceptions that follow it; of a list its lead too, and every item if a list is asked for."""
    lead = next((i for i in range(best, -1, -1) if parts[i].lead and not parts[i].item), None)
    if lead is not None and (parts[best].item or best == lead):
        end = next((i for i in range(lead + 1, len(parts)) if not parts[i].item), len(parts))
        start = next(i for i in range(lead + 1) if parts[i].paragraph == parts[lead].paragraph)
        block = list(range(start, end))
        if len(block) > 1 and sum(len(parts[i].text) for i in block) <= _LIST_LIMIT:
            return block if best == lead or whole_list else [*range(start, lead + 1), best]
    run = [best]
    if best and _EXCEPTION.match(parts[best].text) and parts[best - 1].paragraph == parts[best].paragraph:
        run = [best - 1, best]  # 其中 and 但 say nothing without what they follow
    while run[-1] + 1 < len(parts) and _EXCEPTION.match(parts[run[-1] + 1].text):
        run.append(run[-1] + 1)
    return run


def _is_a_further_case(asked: Asked, parts: Sequence[Sentence], at: int) -> bool:
    """Whether a part says for another case what the part before it, up to a semicolon, says for one: 5天；…，10天；…."""
    before, own = parts[max(at - 1, 0)], parts[at]
    parallel = at > 0 and before.paragraph == own.paragraph and before.text.endswith(("；", ";"))
    return parallel and any(s.filled(before.text) and s.filled(own.text) for s in asked_slots(asked.text))


def _numbered(asked: Asked, parts: Sequence[Sentence], best: int) -> list[int]:
    """Of 一是…；二是… the sentence before them and the one that opens each, if `best` is one or so many are asked for."""
    marked = [i for i, p in enumerate(parts) if _NUMBERED.match(without_mark(p.text))]
    if len(marked) < 2:
        return []
    block = [*range(max(0, marked[0] - 1), marked[0]), *marked]
    wanted = _SO_MANY.search(asked.text)
    so_many = wanted is not None and parse_numeral(wanted[1].replace("两", "二")) == len(marked)
    size = sum(len(parts[i].text) for i in block)
    return block if (best in block or so_many) and size <= _LIST_LIMIT else []


def bonus(asked: Asked, part: Sentence, article: Article) -> float:
    """What a sentence (or clause) gains that holds what the kind of question asks for."""
    gained = 0.0
    for slot in asked_slots(asked.text):
        if slot.filled(part.text):
            gained += _SLOT_BONUS
    place = article.search_text.partition("\n")[0] + article.meta.title
    terms = sum(t in normalize(part.text) for t in official_terms(asked.text).split() if t not in place)
    gained += _TERM_BONUS * min(terms, _MOST_TERMS)
    if "yes_no" in asked.kinds and _POLARITY.search(part.text):
        gained += _SLOT_BONUS / 2
    if (
        asked.has("list", "definition")
        and (many := counted(asked.text))
        and many.search(normalize(part.text))
    ):
        gained += _SLOT_BONUS
    if "where" in asked.kinds and _WHERE.search(part.text):
        gained += _SLOT_BONUS / 2
    if "who" in asked.kinds and ACTOR.search(part.text):
        gained += _SLOT_BONUS / 2
    return gained


def _statement(asked: Asked, reading: Reading, chosen: Sequence[int]) -> Statement:
    article, parts = reading.article, [reading.parts[i] for i in chosen]
    if article.role == "row":
        details = "".join(p.text for p in parts) if len(reading.parts) > 1 else None
        return Statement(tell_row(article, details=details), article, article.text)
    said = _said(article, parts)
    if article.speaker and article.role == "turn" and asked.commentary and not asked.has("who"):
        return replace(said, text=f"{article.speaker}表示：{said.text}")
    return said


def _said(article: Article, parts: Sequence[Sentence]) -> Statement:
    """The chosen sentences; the quote is the unbroken span that begins with the first of them.

    The number an article opens with is its place, and is not read out; that of an item within it is.
    """
    spoken = ""
    for before, p in zip((None, *parts), parts, strict=False):
        # an item, or a line that ended without a stop, begins a line of its own
        apart = before is not None and (
            p.item or (p.paragraph != before.paragraph and before.text[-1] not in _STOPS)
        )
        spoken += ("\n" if apart else "") + _spoken(p)
    last = parts[0]
    for p in parts[1:]:
        if p.start < last.end or article.text[last.end : p.start].strip():
            break
        last = p
    start = parts[0].end - len(_spoken(parts[0]))
    return Statement(spoken.strip(), article, article.text[start : last.end])


def _spoken(part: Sentence) -> str:
    return without_mark(part.text) if part.start == 0 else part.text


def _lines(text: str) -> str:
    return "；".join(line.strip() for line in text.split("\n") if line.strip())
