"""The first words of an answer: yes or no, the value, or the speaker, where the clause that answers settles it."""

import re

from qa.extract import ACTOR, Statement, bonus
from qa.question import Asked, Kind
from qa.reading import Focus, Reader, Reading
from qa.sentences import Sentence, without_mark
from qa.sentences import clauses as split_clauses
from qa.side import Side, settle, settle_listed
from qa.value import value
from qa.wording import official_terms

UNSETTLED = "条文未直接表态，相关规定是：\n"
_ALIKE = 0.85
"""Closeness from which on a clause speaks of what is asked, in whatever words."""
_CLEAR = 0.01
"""How much closer to the question the clause with the value must be than any other with a number."""
_WHO_SPOKE = re.compile(
    r"(谁|哪位|哪个(人|司长|部长|主任|局长|媒体)|哪家(媒体|外媒|报|社)|什么人)[^,。]{0,8}(说|讲|答|介绍|表示|提|问|回应)"
    r"|(说|讲|谈|答|介绍|提出|回答|回应|问)[^,。?]{0,12}的?(话)?的?(人|官员|领导)?是(谁|哪位|哪家)"
    r"|(说|讲|谈|答|介绍|提出|回答|回应|问)的?(话)?的?(人)?(谁|哪位|哪家)|什么职务|哪家(外媒|媒体|报)"
)
_CHARGED = re.compile(r"[（(]([^（）()]*(?:负责|牵头|分工))[）)][。]?")
"""（工业和信息化部、应急管理部按职责分工负责）"""
_DUTY = re.compile(r"(?:部门|机构|单位|企业|银行|协会|政府)[^，。]{0,12}责任")
"""A heading that says whose duty it is: 落实检验机构把关责任."""
_HOW_MANY = re.compile(r"多少|几(?!乎)|多[久长大高]")
_CONDITION = re.compile(r"的[，,]$")
"""A clause that says when the next one applies (“在…后行权的，”) states no value of its own."""
_GOES_ON = re.compile(r"[；;]$")
_OTHER: tuple[Kind, ...] = (
    "who", "where", "list", "definition", "condition", "procedure", "comparison", "money", "percent", "date",
)  # fmt: skip


def lead(asked: Asked, said: Statement, reading: Reading, reader: Reader, focus: Focus) -> str:
    """The direct answer with which to open `said`, `UNSETTLED` if no clause settles a yes or no, or ""."""
    if said.article.role == "turn" and _WHO_SPOKE.search(asked.text):
        return _speaker(said)
    sentence = _first(reading, said)
    if sentence is None:
        return ""
    if asked.has("who") and not asked.has("yes_no") and (body := _body(sentence, said, reading)):
        return f"{body}。"
    clauses = reader.read_clauses(focus, said.article, sentence)
    rated = [
        float(s) + bonus(asked, p, said.article) for s, p in zip(clauses.scores, clauses.parts, strict=True)
    ]
    closest = max(range(len(rated)), key=lambda i: rated[i])
    texts = [c.text for c in clauses.parts]
    if asked.has("yes_no"):
        alike = float(clauses.scores[closest]) >= _ALIKE
        side = settle(focus.text, texts, closest, official_terms(focus.text), alike=alike)
        side = side or _listed(asked, reading, focus)
        if side is None:
            return "" if asked.has(*_OTHER) else UNSETTLED
        return f"{side.words}。"
    several = len(_HOW_MANY.findall(asked.text)) > 1
    found = None if several or _CONDITION.search(texts[closest]) else value(asked, texts[closest])
    rivals = [r for i, r in enumerate(rated) if i != closest and re.search(r"\d", texts[i])]
    if found is None or asked.has("comparison") or rated[closest] - max(rivals, default=0.0) < _CLEAR:
        return ""
    if any(value(asked, case) is not None for case in _other_cases(sentence, reading)):
        return ""
    return f"{found}。"


def _other_cases(sentence: Sentence, reading: Reading) -> list[str]:
    """What stands beside `sentence` between semicolons: 不满10年的，5天；已满20年的，15天。 No case answers for all."""
    parts = [p for p in reading.parts if p.paragraph == sentence.paragraph]
    runs: list[list[Sentence]] = [[]]
    for part in parts:
        runs[-1].append(part)
        if not _GOES_ON.search(part.text):
            runs.append([])
    run = next((r for r in runs if sentence in r), [])
    return [c.text for p in run if p != sentence for c in split_clauses(p) if not _CONDITION.search(c.text)]


def _listed(asked: Asked, reading: Reading, focus: Focus) -> Side | None:
    """What is settled by the item closest to the question of a list that forbids or punishes."""
    at = max(
        range(len(reading.parts)),
        key=lambda i: float(reading.scores[i]) + bonus(asked, reading.parts[i], reading.article),
    )
    intro = next((p for p in reversed(reading.parts[:at]) if p.lead and not p.item), None)
    if intro is None or not reading.parts[at].item:
        return None
    paragraph = [p.text for p in reading.parts if p.paragraph == intro.paragraph]
    return settle_listed(focus.text, "".join(paragraph), without_mark(reading.parts[at].text))


def _body(sentence: Sentence, said: Statement, reading: Reading) -> str:
    """Who does what `sentence` says without naming anybody: whom the brackets behind it name, else its heading."""
    if ACTOR.search(sentence.text):
        return ""
    behind = (p.text for p in reading.parts if p.start >= sentence.end and p.paragraph == sentence.paragraph)
    charged = next((m for text in behind if (m := _CHARGED.fullmatch(text)) and text not in said.text), None)
    title = reading.article.locator.steps[-1].title
    return charged[1] if charged else title if _DUTY.search(title) else ""


def _first(reading: Reading, said: Statement) -> Sentence | None:
    """The sentence with which a statement from running text begins."""
    if said.article.role not in ("text", "turn"):
        return None
    at = said.article.text.index(said.quote)
    return next((p for p in reading.parts if p.start <= at < p.end), None)


def _speaker(said: Statement) -> str:
    """Who answers, with the post, and which outlet asks."""
    asks = re.match(r"^([^。，；！？：:\n]{2,30}(?:记者|主播))\s*[：:]", said.article.text)
    question = f"（{asks[1]}提问）" if asks else ""
    return f"{said.article.speaker}{question}。" if said.article.speaker else ""
