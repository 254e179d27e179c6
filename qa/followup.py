"""Follow-ups made into standalone questions, without a model.

A follow-up is read against the question before it, in this order:

1. A value and nothing else (“那第三批呢？”, “应急管理部的呢”) takes the place of the value of its kind.
2. A name and nothing else (“那小巨人呢”, “小巨人那份”) takes the place of the subject.
3. A question that refers back (它, 其中, 后者) or has no subject of its own goes on about the earlier subject.
4. Any other question stands alone: a change of topic.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text import normalize
from qa.days import without_given
from qa.ordinal import ordinal
from qa.question import read_question
from qa.slots import asked_slots
from qa.subject import content, subject_of
from qa.swap import Words

_OPENER = re.compile(
    r"^(那么?(?![个些份项条家种批])|还有|另外|以及|再问一?下?|如果是?|要是|换成|换|改成|至于)\s*[，,、]?\s*"
)
_CLOSER = re.compile(r"(?<!\s)\s*+(呢|又如何|又怎样|怎么样|如何|咋样)?\s*+[?？。!！]*+$")
_MARKS = re.compile(r"[?？。!！\s]*$")
_HERE = r"(?:办法|通知|方案|意见|公告|文件|政策|项目|标准|清单|目录|制度|企业|单位|机构|城市|煤矿|上市公司)"
_PRONOUN = re.compile(
    rf"^(?:它们?|其(?!中|他|余)|(?:该|这个|这份|这项|此|本|上述|前述|刚才说?的|前面说?的)(?P<kind>{_HERE})?|(?:这|那)个?(?=[的里中怎要能有是什多还属需由归在什哪]))(?:的|里面?|中)?"
)
_WITHIN = re.compile(r"^(?:其中|里面|里头|这里面|那里面|这当中)(?:的|那个|有)?")
_EITHER = re.compile(r"前者|后者")
_BOTH = re.compile(
    r"(?P<lead>.*?的)?(?P<first>[^的和与跟及]{2,})(?:和|与|跟|以及|还是|及)(?P<second>[^，,]{2,}?)(?:这两|两)?"
)
_REFERS = re.compile(
    rf"^(?:它|其(?![他余])|该|这(?:个|份|项|些|里|样|[的里中怎要能有是还属需由归])|此|上述|前述|刚才|前面|里面|里头|最[高低大小长短]那|那(?:里面|边|样|时))"
    rf"|^那[^，,]+呢|前者|后者|(?:该|上述|这个|这份){_HERE}"
)
_TURN = re.compile(r"^([^，,]+)呢[，,]")
_SAYS = re.compile(
    r"(?:里面?|中|上|那份)?(?:是?怎么(?:说|写|规定)的?|有没有规定|有规定吗|是怎样规定的|说了什么)$"
)
_WHAT_IS_IT = re.compile(r"(?:是|叫|说的?是?)(?:什么|啥|哪个)(?:标准|项目)?$")
_POINTS = re.compile(r"^(?:那(?![次天年])|还有|另外|如果|要是)|呢[?？]?$")
_THAT_ONE = re.compile(r"(?:的?那[份个批项家]|这[份个批项家]|的)$")
_YEAR_ALONE = re.compile(r"(?:那|只[要看]|单看|光看)?((?:20\d\d|[今明去后])年)度?的?")
_FRAGMENT = re.compile(
    r"吗|啥|几|多少|多久|什么|哪|谁|怎|咋|如何|是不是|能不能|是否|能否|有没有|为何|要不要|可以|需要|要|能"
)
_FRAGMENT_LENGTH = 14
_STORY = 60
_OWN = 7
"""Characters of content (see `qa.subject.content`) from which on a question has a subject of its own."""
_LITTLE = 4
"""Characters of content below which what asks in a story has no subject at all."""
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*")
_ASKS = re.compile(
    r"[?？]|吗|呢|怎么|什么|哪|多少|几|能不能|可不可以|是不是|有没有|如何|为何|谁|确认一下|问一下|想问"
)


@dataclass(frozen=True)
class Standalone:
    """A question that can be asked alone, and what of it is the user's own.

    Attributes:
        text: the question, as a person could have typed it.
        focus: its own words, which say what to look for; all of `text` unless it goes on about a subject.
        topic: the subject it goes on about, taken from the question before; empty if it stands alone.
        before: the question before, itself standing alone; empty if this one does.
        refers: whether its words point back (它, 其中), so that it cannot be a change of topic.
    """

    text: str
    focus: str
    topic: str = ""
    before: str = ""
    refers: bool = False


def standalone(question: str, history: Sequence[str], words: Words | None = None) -> Standalone:
    """The question with what it leaves out taken from the earlier user questions `history` (oldest first).

    `words` is what the library knows of names and values. Without history, or for a question that stands alone, it
    comes back unchanged.
    """
    before: Standalone | None = None
    for earlier in (*history, question):
        before = follow(earlier, before, words or Words())
    return before or Standalone("", "")


def condensed(question: str, words: Words | None = None) -> str:
    """A long story reduced to the sentences that ask, each with the one before it; a short question as it is.

    Where what asks is a day or an amount of a document (“网上填报最晚到哪天”) and the story names that document, its
    name says more than the sentence before.
    """
    if len(question) <= _STORY:
        return question
    parts = [p for p in _SENTENCE.findall(question) if p.strip()]
    asking = {i for i, p in enumerate(parts) if _ASKS.search(p)}
    asked = "".join(parts[i] for i in sorted(asking))
    name = words.name(normalize(question)) if words else ""
    if name and asked and content(asked) < _LITTLE and asked_slots(asked) and name not in asked:
        return f"{name}，{asked}"
    kept = sorted(asking | {i - 1 for i in asking if i})
    return "".join(parts[i] for i in kept) or question


def follow(question: str, before: Standalone | None, words: Words) -> Standalone:
    """`question` read against the question `before` it (None if it is the first)."""
    question = condensed(question.strip(), words)
    plain = normalize(question)
    core = _CLOSER.sub("", _OPENER.sub("", plain)).strip()
    if before is None or not core:
        return Standalone(question, without_given(question))
    fragment = is_fragment(core)
    if ordinal(core) is None or words.pairs(core, before.text):
        changed = _changed(core, normalize(before.text), words, whole=fragment)
        if changed:
            return Standalone(changed, changed)
    refers = bool(_REFERS.search(plain))
    if not refers and not fragment and (words.name(plain) or content(without_given(plain)) >= _OWN):
        return Standalone(question, without_given(question))
    return _continued(core, plain, before, words, refers=refers or bool(_POINTS.search(plain)))


def about(before: Standalone, question: str) -> Standalone:
    """`question` put to the subject of the question `before` it, though it would do alone."""
    topic = before.topic or subject_of(before.text)
    own = _MARKS.sub("", question)
    return Standalone(f"{topic}，{own}？", own, topic, before.text, refers=True)


def is_fragment(text: str) -> bool:
    """Whether `text` asks nothing of its own: 第三批, 小巨人那份, 意见里怎么说."""
    said = _SAYS.sub("", text)
    return len(text) <= _FRAGMENT_LENGTH and not _FRAGMENT.search(said) and not read_question(said).kinds


def _changed(core: str, before: str, words: Words, *, whole: bool) -> str | None:
    """`before` with what `core` names in the place of its like, or None if it names nothing such.

    A value may come with words that say nothing (“那换成第三批”); for names and parts, `core` must be the `whole` of it.
    """
    name = _THAT_ONE.sub("", _SAYS.sub("", core))
    swapped, rest = words.swapped(name, before)
    # what the question before says too is not new: 2025年的清单, after a question about the 2024年标准清单
    new = "".join(part for part in re.split(r"([的里中上,，])", rest) if len(part) < 2 or part not in before)
    if swapped != before and content(new) <= 1:
        rest = new if content(rest) > 1 else rest
        if is_fragment(_WHAT_IS_IT.sub("", rest)):
            return swapped
        if rest.startswith("的"):  # 推荐的有几个: another value, and something else asked of it
            return f"{subject_of(swapped)}{rest[1:]}"
    if (year := _YEAR_ALONE.fullmatch(core)) and swapped == before:
        return f"{year[1]}{before}"  # one more condition for all that was asked
    if not whole:
        return None
    if words.name(name):
        old = words.name(before)
        return before.replace(old, name, 1) if old else f"{name}{before}"
    topic = subject_of(before)
    if "的" not in topic or topic not in before:
        return None
    owner, _, part = topic.rpartition("的")
    return before.replace(topic, f"{name}的{part}" if core.endswith("的") else f"{owner}的{name}", 1)


def _continued(core: str, plain: str, before: Standalone, words: Words, *, refers: bool) -> Standalone:
    """The question put to the subject of `before`."""
    end = "" if plain.endswith(("。", "!", "！")) else "？"
    own = _MARKS.sub("", plain if is_fragment(core) else core)
    points = _EITHER.search(own) or _WITHIN.match(own) or _PRONOUN.match(own)
    topic = subject_of(before.text) if points or not before.topic else before.topic
    topic = words.swapped(own, topic)[0]

    def about(subject: str, link: str, focus: str, *, refers: bool = True) -> Standalone:
        return Standalone(f"{subject}{link}{focus}{end}", without_given(focus), subject, before.text, refers)

    if m := _EITHER.search(own):
        return about(_one_of(topic, m[0]), "", own.replace(m[0], "", 1))
    if m := _WITHIN.match(own):
        return about(topic, "中", own[m.end() :])
    if m := _PRONOUN.match(own):
        kind = m["kind"] if m["kind"] and m["kind"] not in topic else ""
        return about(topic, "的" if m[0].endswith("的") else "，" if kind else "", kind + own[m.end() :])
    return about(topic, "，", _TURN.sub(r"\1", own), refers=refers)


def _one_of(topic: str, which: str) -> str:
    """The first (前者) or second (后者) of two things that `topic` joins; `topic` if it joins none."""
    m = _BOTH.fullmatch(topic)
    if m is None:
        return topic
    return f"{m['lead'] or ''}{m['first'] if which == '前者' else m['second']}"
