"""Questions that ask two things (“收费吗，结果多久出来”): each part is answered, by an article of its own if need be."""

import re
from collections.abc import Sequence

from index.model import Article
from index.text import normalize
from qa.extract import Statement, bonus
from qa.find import Finder
from qa.followup import follow
from qa.model import Retrieved
from qa.question import read_question
from qa.sentences import sentences
from qa.slots import asked_slots
from qa.subject import content

_CLAUSE = re.compile(r"[，,；;。?？!！]+|(?:还有|以及|另外|并且)(?=.*(?:吗|几|多|什么|啥|哪|谁|怎|咋))")
_ASKS = re.compile(
    r"吗|几(?!乎)|多[少久长高大]|什么|啥|哪|谁|怎|咋|如何|能不能|是不是|是否|能否|有没有|要不要"
)
_MOST = 3
_STORY = 60
"""Characters from which on a question is a story, in which a clause that seems to ask may only tell."""
_CLOSER = 0.03
"""Late-interaction score by which another article must be closer to a part than those that answer the question."""


def asking_parts(question: str) -> list[str]:
    """The clauses of `question` that ask something; a single one, or none, if it is no question of several parts."""
    parts = [p.strip() for p in _CLAUSE.split(normalize(question)) if p.strip()]
    return [p for p in parts if _ASKS.search(p)]


def unanswered(found: Retrieved, said: Sequence[Statement], finder: Finder) -> list[Retrieved]:
    """The parts of the question that `said` does not answer but another article of the same document does.

    A part that asks for a value (a term, a day) is answered if one is said;
    any other if no article is clearly closer to it than those that are cited.
    """
    text = found.standalone.text
    parts = asking_parts(text)
    one = bool(found.standalone.before or found.sides or found.named) or found.asked.has("comparison")
    if one or not 2 <= len(parts) <= _MOST or len(text) > _STORY or not said:
        return []
    cited = [s.article for s in said]
    told = "".join(s.text for s in said)
    words = finder.words
    stated = [c.strip() for c in _CLAUSE.split(normalize(text)) if c.strip() and not _ASKS.search(c)]
    first = follow("，".join([*stated, parts[0]]), None, words)
    out: list[Retrieved] = []
    open_parts = [
        (part, follow(part, first, words) if n else first, kinds, slots)
        for n, part in enumerate(parts)
        if content(part) >= 2
        and not (kinds := read_question(part)).has("comparison")
        and not ((slots := asked_slots(part)) and all(s.filled(told) for s in slots))
    ]
    finder.prepare([asked for _, asked, _, _ in open_parts])
    for part, asked, kinds, slots in open_parts:
        own = finder.find(part, asked, [cited[0].meta.key])
        best = own.hits[0].article if own.hits else None
        if best is None or best in cited or best.role != "text" or own.encoding is None:
            continue
        if kinds.has("who") and not any(bonus(kinds, x, best) for x in sentences(best.text)):
            continue  # it names nobody
        if slots:
            missing = any(not s.filled(told) and s.filled(best.text) for s in slots)
        else:
            missing = _closer(best, cited, own, finder)
        if missing:
            out.append(own)
            cited.append(best)
    return out


def _closer(best: Article, cited: Sequence[Article], own: Retrieved, finder: Finder) -> bool:
    if own.encoding is None:
        return False
    close = finder.reader.closeness(own.encoding, [best, *cited])
    return bool(close[0] - max(close[1:]) > _CLOSER)
