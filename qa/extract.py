"""The built-in answerer: the sentence that answers, then what belongs to it, each verbatim with its citation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.model import Article
from qa.model import Hit
from qa.question import Asked, Kind, answers_slot
from qa.sentences import Sentence, sentences, without_mark
from qa.table import tell_row

_EXCEPTION = re.compile(r"^(但|但是|其中|除外|同时|不过|法律另有|另有规定)")
_POLARITY = re.compile(
    r"不得|不予|不再|不向|不收|禁止|严禁|无需|无须|可以|可|应当|必须|不要求|不作|不适用|均|鼓励|依法"
)
_STOPS = "。！？；：!?;:”）)"
_GREETING = re.compile(
    r"^(感谢|谢谢|女士们|各位|尊敬的|我就|我简要|这个问题我来|大家下午好)|(您的提问|记者的提问|这位记者)"
)
_SLOT_BONUS = 0.04
_SLOTS: tuple[tuple[Kind, float], ...] = (
    ("money", 1.0), ("percent", 1.0), ("duration", 1.0), ("date", 1.0), ("quantity", 0.5),
)  # fmt: skip
_LIST_LIMIT = 700
_NEAR = 0.08
"""How far behind the best sentence another may be and still be said."""
_WHOLE = 180
"""An article of at most so many characters is quoted whole."""


@dataclass(frozen=True)
class Statement:
    """Something said with one citation: the words as said, and the verbatim span they rest on."""

    text: str
    article: Article
    quote: str


def statements(
    asked: Asked, hits: Sequence[Hit], scores: Sequence[Sequence[float]], max_chars: int
) -> list[Statement]:
    """What to say from each of `hits`, the best first.

    Args:
        asked: what is asked for.
        hits: the articles to answer from.
        scores: per hit, the closeness of each of its sentences to the question.
        max_chars: about how long the whole answer may be, unless a list needs more.
    """
    out: list[Statement] = []
    left = max_chars
    for hit, own in zip(hits, scores, strict=True):
        if out and left < 40:
            break
        statement = (
            _row(hit.article, own, left)
            if hit.article.role == "row"
            else _text(asked, hit.article, own, left)
        )
        out.append(statement)
        left -= len(statement.text)
    return out


def _row(row: Article, scores: Sequence[float], room: int) -> Statement:
    long = max((cell for _, cell in row.columns), key=len)
    details = None
    if len(long) > room:
        parts = sentences(long)
        if parts and len(scores) == len(parts):
            chosen = _fill(parts, scores, max(scores), room)
            details = "".join(p.text for p in chosen)
    return Statement(tell_row(row, details=details), row, row.text)


def _text(asked: Asked, article: Article, scores: Sequence[float], room: int) -> Statement:
    parts = sentences(article.text)
    if article.role in ("front", "closing", "attachments", "outline") or not parts:
        return Statement(_lines(article.text), article, article.text)
    if len(article.text) <= min(_WHOLE, room) and article.role == "text":
        return _said(article, parts)
    rated = [s + _bonus(asked, p) for s, p in zip(scores, parts, strict=True)]
    best = max(range(len(parts)), key=lambda i: rated[i])
    block = _list_around(parts, best)
    said = _said(article, block or _fill(parts, rated, rated[best], room))
    if article.speaker and article.role == "turn" and asked.commentary:
        return replace(said, text=f"{article.speaker}表示：{said.text}")
    return said


def _list_around(parts: list[Sentence], best: int) -> list[Sentence] | None:
    """The lead and all items if the best sentence is part of a list; None if it is not, or the list is too long."""
    lead = next((i for i in range(best, -1, -1) if parts[i].lead and not parts[i].item), None)
    if lead is None or not (parts[best].item or parts[best].lead):
        return None
    end = lead + 1
    while end < len(parts) and parts[end].item:
        end += 1
    block = parts[lead:end]
    return block if len(block) > 1 and sum(len(p.text) for p in block) <= _LIST_LIMIT else None


def _fill(parts: Sequence[Sentence], rated: Sequence[float], best: float, room: int) -> list[Sentence]:
    """The best sentence first, then the exceptions tied to it, then the next best that fit, in the text's order."""
    at = max(range(len(parts)), key=lambda i: rated[i])
    run = [at]
    while run[-1] + 1 < len(parts) and _EXCEPTION.match(parts[run[-1] + 1].text):
        run.append(run[-1] + 1)
    size = sum(len(parts[i].text) for i in run)
    more: list[int] = []
    for i in sorted(range(len(parts)), key=lambda i: -rated[i]):
        fits = size + len(parts[i].text) <= room and rated[i] >= best - _NEAR
        if i not in run and fits and not _GREETING.search(parts[i].text):
            more.append(i)
            size += len(parts[i].text)
    return [parts[i] for i in [*run, *sorted(more)]]


def _bonus(asked: Asked, part: Sentence) -> float:
    bonus = 0.0
    for kind, weight in _SLOTS:
        if kind in asked.kinds and answers_slot(kind, part.text):
            bonus += weight * _SLOT_BONUS
    if "yes_no" in asked.kinds and _POLARITY.search(part.text):
        bonus += _SLOT_BONUS / 2
    if _GREETING.search(part.text):
        bonus -= 0.05
    return bonus


def _said(article: Article, parts: Sequence[Sentence]) -> Statement:
    """The chosen sentences; the quote is the unbroken span that begins with the first of them."""
    spoken = ""
    for before, p in zip((None, *parts), parts, strict=False):
        # an item, or a line that ended without a stop, begins a line of its own
        apart = before is not None and (
            p.item or (p.paragraph != before.paragraph and before.text[-1] not in _STOPS)
        )
        spoken += ("\n" if apart else "") + without_mark(p.text)
    last = parts[0]
    for p in parts[1:]:
        if p.start < last.end or article.text[last.end : p.start].strip():
            break
        last = p
    start = parts[0].end - len(without_mark(parts[0].text))
    return Statement(spoken.strip(), article, article.text[start : last.end])


def _lines(text: str) -> str:
    return "；".join(line.strip() for line in text.split("\n") if line.strip())
