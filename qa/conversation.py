"""A question in its conversation: what earlier questions found tells what “第三个” or “小巨人那份” is.

The history holds the user's questions only, so what an answer showed is found again from the question it answered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize
from qa.answer import Answerer
from qa.find import Finder
from qa.followup import Standalone, follow, is_fragment
from qa.items import Item, head, items
from qa.model import Place, Refusal, Retrieved
from qa.ordinal import ordinal
from qa.subject import subject_of

_CHOICE = re.compile(rf"^(?:选|我问的是|是)?\s*第?\s*(?P<n>[{NUMERAL_CHARS}]+)\s*(?:个|份|项)?[。.]?$")
Complete = Callable[[str, Sequence[str]], str | None]
"""The whole question of a follow-up, given the user's earlier questions."""
_FRINGE = re.compile(r"^(?:我问的是|是|选|就)|(?:的?那[份个批项家]|这[份个批项家]|的)?(?:呢|吧)?[?？。!！]*$")


class Conversation:
    """Finds what a question in a conversation is answered from."""

    def __init__(self, finder: Finder, answerer: Answerer) -> None:
        self._finder = finder
        self._answerer = answerer

    def find(
        self,
        question: str,
        history: Sequence[str],
        keys: Sequence[str] | None = None,
        complete: Complete | None = None,
    ) -> Retrieved:
        """What `question` finds, asked after the user's earlier questions `history` (oldest first).

        `complete` may word the whole question of a follow-up better; None from it leaves the rules' wording.
        """
        before: Standalone | None = None
        for earlier in history:
            before, _ = self._read(earlier, before, keys)
        asked, place = self._read(question, before, keys)
        if complete and place is None and asked.text != question and (whole := complete(question, history)):
            asked = replace(asked, text=whole)
        return self._finder.find(question, asked, keys, place)

    def _read(
        self, question: str, before: Standalone | None, keys: Sequence[str] | None
    ) -> tuple[Standalone, Place | None]:
        asked = follow(question, before, self._finder.words)
        plain = normalize(question)
        if before is None or self._finder.words.pairs(plain, before.text):
            return self._settled(asked, keys), None
        n = ordinal(plain)
        if n is not None or is_fragment(plain):
            found = self._finder.find(before.text, before, keys)
            answer = self._answerer.answer(found)
            if chosen := _chosen(plain, before.text, answer.refusal):
                return Standalone(chosen, chosen), None
            if n is not None and (item := _nth(items(found, answer), n)):
                return _told(item, n, before.text)
        return self._settled(asked, keys), None

    def _settled(self, asked: Standalone, keys: Sequence[str] | None) -> Standalone:
        """A question that does not point back stands alone if its own words are found elsewhere, not there."""
        if asked.topic and not asked.refers and self._finder.leaves_topic(asked, keys):
            return Standalone(asked.focus, asked.focus)
        return asked


def _chosen(plain: str, before: str, refusal: Refusal | None) -> str | None:
    """The earlier question completed by a choice that its 需要更多信息 offered."""
    if refusal is None or refusal.type != "需要更多信息":
        return None
    m = _CHOICE.match(plain)
    n = parse_numeral(m["n"]) if m else None
    if n is not None:
        return f"{refusal.choices[n - 1]}{before}" if 0 < n <= len(refusal.choices) else None
    name = _FRINGE.sub("", plain)
    return f"{name}{before}" if name and name not in before else None


def _nth(found: list[Item], n: int) -> Item | None:
    """The n-th item, counted from 1, or the last for -1."""
    if n == -1:
        return found[-1] if found else None
    return found[n - 1] if 0 < n <= len(found) else None


def _told(item: Item, n: int, before: str) -> tuple[Standalone, Place]:
    """The question for one item of what the earlier question listed."""
    which = "最后一项" if n == -1 else f"第{n}项"
    name = head(item)
    text = f"{subject_of(before)}中{which}“{name}”具体怎么规定？"
    return Standalone(text, name, "", before, refers=True), Place((item.article,), item=item.mark)
