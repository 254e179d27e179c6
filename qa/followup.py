"""Follow-ups made into standalone questions, without a model.

A follow-up either changes one thing in the question before it (“那第三批呢？” after a question about 第六批), or goes
on about the same thing and leaves it out (“中途辞职了咋办？”). The first is answered by putting the new value in the
place of the old one of the same kind, the second by putting the earlier topic in front.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.numerals import NUMERAL_CHARS
from index.text import normalize

_N = NUMERAL_CHARS
_SLOTS = (
    re.compile(rf"第\s*[{_N}]+\s*批"),
    re.compile(rf"第\s*[{_N}]+\s*条(?:第\s*[{_N}]+\s*[款项])?"),
    re.compile(rf"第\s*[{_N}]+\s*(?:项|行|号|个|款|章|节)"),
    re.compile(rf"附件\s*[{_N}]+"),
    re.compile(r"(?:19|20)\d\d\s*年"),
    re.compile(r"计划单列市|新疆生产建设兵团|新疆兵团|兵团|省会城市|直辖市|自治区"),
)
_OPENER = re.compile(r"^(那么?|还有|另外|以及|再问|如果是?|要是|换成|至于)\s*[，,、]?\s*")
_CLOSER = re.compile(r"\s*(呢|又如何|又怎样|怎么样|如何|咋样)?\s*[?？。!！]*$")
_REFERS = re.compile(
    r"^(那|还有|另外|如果是|要是|至于|其中|其他|上述|前面|刚才|这|它|他|她|该)|(它|该(办法|通知|方案|意见|公告|文件|政策|条|项目|标准|企业)"
    r"|这(个|条|份|项|些|里|样|次|种|件)|那(个|条|份|项|些|里|样|种)|里面|其中|上面|前者|后者|同样|呢[?？]?$)"
)
_POINTS_BACK = re.compile(r"^(那|它|该|其中|里面|上述|这)")
_LONG = 28
_STORY = 60
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*")
_ASKS = re.compile(
    r"[?？]|吗|呢|怎么|什么|哪|多少|几|能不能|可不可以|是不是|有没有|如何|为何|谁|确认一下|问一下|想问"
)


@dataclass(frozen=True)
class Standalone:
    """A question that can be asked alone, and its own words, which say what to look for within what is found."""

    text: str
    focus: str


def standalone(
    question: str, history: Sequence[str], names_document: Callable[[str], bool] = lambda _: False
) -> Standalone:
    """The question with what it leaves out taken from the earlier user questions `history` (oldest first).

    `names_document` tells whether a text names a document of the library: a question that does stands alone unless
    it refers back. Without history, or for a question that stands alone, it comes back unchanged.
    """
    question = condensed(question.strip())
    before = ""
    for earlier in history:
        before = _resolve(earlier.strip(), before, names_document).text
    return _resolve(question, before, names_document)


def condensed(question: str) -> str:
    """A long story reduced to the sentences that ask, each with the one before it; a short question as it is."""
    if len(question) <= _STORY:
        return question
    parts = [p for p in _SENTENCE.findall(question) if p.strip()]
    asking = {i for i, p in enumerate(parts) if _ASKS.search(p)}
    kept = sorted(asking | {i - 1 for i in asking if i})
    return "".join(parts[i] for i in kept) or question


def _resolve(question: str, before: str, names_document: Callable[[str], bool]) -> Standalone:
    plain = normalize(question)
    refers = bool(_REFERS.search(plain))
    if not before or (not refers and (names_document(plain) or len(plain) > _LONG)):
        return Standalone(question, question)
    if swapped := _swap(plain, before):
        return Standalone(swapped, swapped)
    if names_document(plain) and not _POINTS_BACK.match(plain):
        return Standalone(question, question)
    return Standalone(f"{_CLOSER.sub('', before)}，{question}", question)


def _swap(question: str, before: str) -> str | None:
    """The earlier question with its 第N批, year, number … replaced, if the follow-up holds nothing else."""
    core = _CLOSER.sub("", _OPENER.sub("", question))
    for slot in _SLOTS:
        new, old = slot.search(core), slot.search(normalize(before))
        if new and old and len(core.replace(new[0], "")) <= 2:
            return slot.sub(new[0], normalize(before), count=1)
    return None
