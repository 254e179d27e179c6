"""A question in its conversation: what earlier questions found tells what “第三个” or “小巨人那份” is.

The history holds the user's questions only, so what an answer showed is found again from the question it answered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.model import Article
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize
from qa.answer import Answerer
from qa.conditions import asked_columns
from qa.find import Finder
from qa.followup import Standalone, about, follow, is_fragment
from qa.items import Item, head, items
from qa.model import Place, Refusal, Retrieved
from qa.ordinal import ordinal
from qa.refuse import off_topic
from qa.step import Step, step, stepped, with_same_number
from qa.subject import content, subject_of

_CHOICE = re.compile(rf"^(?:选|我问的是|是)?\s*第?\s*(?P<n>[{NUMERAL_CHARS}]+)\s*(?:个|份|项)?[。.]?$")
_BOTH = re.compile(
    r"^(?:那么?)?(?:[这那它]|她)?们?两[个份项条家种者边批](?P<document>方案|办法|通知|意见|公告|文件|政策)?"
)
_JOINED = re.compile(r"[和与跟及]|以及|还是")
_SHORT = 14
"""Characters up to which a question may have nothing of its own but the name of a column."""
Complete = Callable[[str, Sequence[str]], str | None]
"""The whole question of a follow-up, given the user's earlier questions."""
_FRINGE = re.compile(r"^(?:我问的是|是|选|就)|(?:的?那[份个批项家]|这[份个批项家]|的)?(?:呢|吧)?[?？。!！]*$")


@dataclass(frozen=True)
class Turn:
    """A question as it was read: alone, with the place it means, and the list from which it wants the `n`-th item."""

    asked: Standalone
    place: Place | None = None
    listed: Standalone | None = None
    n: int = 0


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

        What no policy document could answer (the weather) is no topic to go on from. `complete` may word the whole
        question of a follow-up better; None from it leaves the rules' wording.
        """
        turns: list[Turn] = []
        history = [earlier for earlier in history if not off_topic(earlier)]
        for earlier in history:
            turns.append(self._read(earlier, turns, keys))
        turn = self._read(question, turns, keys)
        asked, place = turn.asked, turn.place
        if complete and place is None and asked.text != question and (whole := complete(question, history)):
            asked = replace(asked, text=whole)
        return self._finder.find(question, asked, keys, place)

    def _read(self, question: str, turns: Sequence[Turn], keys: Sequence[str] | None) -> Turn:
        if not turns:
            return Turn(follow(question, None, self._finder.words))
        last = turns[-1]
        plain = normalize(question)
        if both := self._both(plain, turns, keys):
            return Turn(both)
        if taken := step(plain):
            return self._stepped(plain, taken, last, keys)
        before = last.asked
        if same := with_same_number(plain, before.text, lambda: self._answered(last, keys)):
            plain = question = same
        asked = follow(question, before, self._finder.words)
        if not asked.topic and len(plain) <= _SHORT and self._asks_cell(plain, last, keys):
            asked = about(before, plain)
        if self._finder.words.pairs(plain, before.text):
            return Turn(self._settled(asked, keys))
        n = ordinal(plain)
        if n is not None or is_fragment(plain):
            found = self._finder.find(before.text, before, keys)
            answer = self._answerer.answer(found)
            if chosen := _chosen(plain, before.text, answer.refusal):
                return Turn(Standalone(chosen, chosen))
            if n is not None and (turn := self._item(before, n, keys)):
                return turn
        return Turn(self._settled(asked, keys))

    def _both(self, plain: str, turns: Sequence[Turn], keys: Sequence[str] | None) -> Standalone | None:
        """“这两个分别报给谁”: asked of what the last two questions were about, unless the last one named two."""
        m = _BOTH.match(plain)
        if len(turns) < 2 or m is None:
            return None
        first, second = (subject_of(t.asked.text) for t in turns[-2:])
        if first == second or _JOINED.search(second):
            return None
        if m["document"]:
            told = [self._answered(t, keys) for t in turns[-2:]]
            first, second = (a.meta.name if a else s for a, s in zip(told, (first, second), strict=True))
        text = f"{first}和{second}{plain}"
        return Standalone(text, text)

    def _stepped(self, plain: str, taken: Step, last: Turn, keys: Sequence[str] | None) -> Turn:
        """What stands next to what the last question told: an item of its list, a number, an article."""
        if last.listed is not None and (turn := self._item(last.listed, last.n + taken.by, keys)):
            return turn
        number = stepped(last.asked.text, taken.by) if last.listed is None and last.place is None else None
        if number is not None:
            whole = follow(f"{number}呢", last.asked, self._finder.words)
            return Turn(_asking(whole.text, number, taken.rest) if taken.rest else whole)
        told = self._answered(last, keys)
        if told is None:
            return Turn(follow(plain, last.asked, self._finder.words))
        beside = self._finder.beside(told, taken.by)
        side = "后" if taken.by > 0 else "前"
        text = f"{(beside or told).label}{'' if beside else f'{side}面一条'}{taken.rest or '怎么规定'}？"
        missing = None if beside else f"{told.label}{side}面没有了。"
        return Turn(
            Standalone(text, text, "", last.asked.text, refers=True),
            Place((beside,) if beside else (), missing=missing, nearest=(told,)),
        )

    def _answered(self, last: Turn, keys: Sequence[str] | None) -> Article | None:
        """The article that answered a question first; None if it was refused."""
        answer = self._answerer.answer(self._finder.find(last.asked.text, last.asked, keys, last.place))
        return answer.citations[0].article if answer.citations else None

    def _asks_cell(self, plain: str, last: Turn, keys: Sequence[str] | None) -> bool:
        """Whether a question names nothing but a column of the row that was told: 归口哪个委员会."""
        row = self._answered(last, keys)
        if row is None or row.role != "row" or not asked_columns(plain, row):
            return False
        columns = "".join(name for name, _ in row.columns)
        return content("".join(c for c in plain if c not in columns)) <= 1

    def _item(self, listed: Standalone, n: int, keys: Sequence[str] | None) -> Turn | None:
        """The question for the `n`-th item (-1: the last) of what `listed` found; None if there is none."""
        found = self._finder.find(listed.text, listed, keys)
        own = items(found, self._answerer.answer(found))
        at = len(own) if n == -1 else n
        if not 0 < at <= len(own):
            return None
        asked, place = _told(own[at - 1], at, listed.text, last=n == -1)
        return Turn(asked, place, listed, at)

    def _settled(self, asked: Standalone, keys: Sequence[str] | None) -> Standalone:
        """A question that does not point back stands alone if its own words are found elsewhere, not there."""
        if not asked.topic or asked.refers:
            return asked
        leaves = self._leaves_row(asked, keys) or self._finder.leaves_topic(asked, keys)
        return Standalone(asked.focus, asked.focus) if leaves else asked

    def _leaves_row(self, asked: Standalone, keys: Sequence[str] | None) -> bool:
        """Whether the topic is a row of a table, and the question asks for none of its cells but for something else."""
        place = self._finder.places.find(asked.topic, keys)
        rows = place.articles if place else ()
        if not rows or any(r.role != "row" for r in rows) or is_fragment(asked.focus):
            return False
        return not any(self._finder.tables.asks_cell(asked.focus, r) for r in rows)


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


def _asking(whole: str, number: str, rest: str) -> Standalone:
    """The question `rest` about the place that `whole` names by `number`."""
    subject = subject_of(whole)
    text = f"{subject}{'' if number in subject else number}，{rest}"
    return Standalone(text, text)


def _told(item: Item, n: int, before: str, *, last: bool) -> tuple[Standalone, Place]:
    """The question for one item of what the earlier question listed."""
    which = "最后一项" if last else f"第{n}项"
    name = head(item)
    text = f"{subject_of(before)}中{which}“{name}”具体怎么规定？"
    return Standalone(text, name, "", before, refers=True), Place((item.article,), item=item.mark)
