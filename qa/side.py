"""Yes or no: what a clause settles in its own words, and nothing else. Pure.

A question asks whether something is allowed (能不能), required (要不要) or so (会不会, 是不是); a clause allows (可以),
forbids (不得), requires (应当), frees (无需) or states. A side is taken only where the two meet: an obligation does not
answer whether something is allowed. Whoever asks with 不 (不用…吧) is not answered by a bare yes or no, which would be
understood either way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.text import normalize
from qa.wording import wording

Manner = Literal["allowed", "required", "so"]
Force = Literal["forbids", "frees", "allows", "requires", "states"]


@dataclass(frozen=True)
class Side:
    """The side a clause takes on a question, and the words that say so at the start of an answer."""

    yes: bool
    words: str


_NEGATED = re.compile(
    r"(不用|不必|无需|不需要?|不能|不可以|不得|不准|不会|不收|不要|不再|没有|不受|不是|没)[^,。?]{0,14}(了?吧|对吧|吗|是吧|了吗|对不对)"
    r"|(就|是不是|反正)[^,。?]{0,6}(不用|不必|不能|没戏|作废|不算)|难道"
)
_REQUIRED = re.compile(
    r"要不要|[还]?用不用|需不需要|需要(?:不|[^,。?]*吗)|必须|还[要得用]|非得|得(?!到|出|起|分|益)[^,。?]{1,20}吗|应该[^,。?]*吗|要(?!求|点|素|件)[^,。?]{1,16}吗"
)
_ALLOWED = re.compile(
    r"能不能|可不可以|能否|可否|行不行|行吗|可以(?:不|吗|[^,。?]*[吗?])|允许|[让准]不[让准]|合[规法]|违[规法]|能(?!力|源|效|耗|量|够)[^,。?]{1,30}[吗?]|照样|还能|可以"
)
_FORCES: tuple[tuple[Force, re.Pattern[str]], ...] = (
    ("frees", re.compile(
        r"无需|无须|毋须|不需要?(?!求)|不必|不用|免于|免予|不要求|不收取|不向[^,。;]{1,12}收|免费|不再承担|不占用"
    )),
    ("forbids", re.compile(
        r"不得|禁止|严禁|不允许|不准|不能|不予|不再|不可(?!抗|或缺|替代|避免|分割)|不应|不适用|不推荐|不纳入|不作为|不通过"
    )),
    ("allows", re.compile(
        r"可以|允许|准予|均可|有权|^鼓励|(?<![不许认])可(?=[在按由向以自单根申享采凭进选视直最同依就将参适实执通给免])"
    )),
    ("requires", re.compile(
        r"应当|应(?=[在按由向于自符具对提将及根优同经如明制依])|必须|须(?=[在按由向于经同提明对写])|需(?=[提在按由如明对同要写])"
        r"|经[^,。;]{2,16}(备案|批准|同意|审核)|要(?=[按及认严对在进签将])"
    )),
)  # fmt: skip
_SETTLES: dict[tuple[Manner, Force], bool] = {
    ("allowed", "allows"): True,
    ("allowed", "forbids"): False,
    ("required", "requires"): True,
    ("required", "frees"): False,
    ("so", "forbids"): False,
    ("so", "frees"): False,
}
_FEE = re.compile(r"收|免费")
_SHARED = 2
"""Pairs of characters that a clause which denies must share with the question."""


def manner(question: str) -> Manner | None:
    """What kind of yes or no is asked for; None if the question itself is negative."""
    text = normalize(question)
    if _NEGATED.search(text):
        return None
    if _REQUIRED.search(text):
        return "required"
    return "allowed" if _ALLOWED.search(text) else "so"


def force(clause: str) -> Force:
    """What a clause does; the strongest word decides."""
    text = normalize(clause)
    return next((f for f, pattern in _FORCES if pattern.search(text)), "states")


def settle(question: str, clauses: Sequence[str], closest: int) -> Side | None:
    """The side that the clause closest to the question takes, or None.

    What is allowed or required must be said by that very clause, with its own subject, of what the question asks
    after its modal word: a condition in another clause would be lost. What is denied may stand in the next clause
    (“对…的，不予受理”).

    Args:
        question: as asked, with the official terms for what it says.
        clauses: the clauses of the sentence that answers, in order.
        closest: index of the clause closest to the question.
    """
    asked = manner(question)
    if asked is None:
        return None
    text = normalize(question)
    around = [clauses[closest], *clauses[closest + 1 : closest + 2], *clauses[max(0, closest - 1) : closest]]
    for n, clause in enumerate(around):
        does = force(clause)
        side = _SETTLES.get((asked, does))
        if side is None:
            continue
        if side and (n > 0 or not _same_deed(text, clause, asked, does)):
            return None
        if not side and len(_pairs(text) & _pairs("".join(around))) < _SHARED:
            return None
        return Side(side, _words(asked, text, clause, yes=side))
    return None


def _same_deed(question: str, clause: str, asked: Manner, does: Force) -> bool:
    """Whether what the clause allows or requires shares words with what the question asks for."""
    modal = dict(_FORCES)[does].search(normalize(clause))
    wanted = (_REQUIRED if asked == "required" else _ALLOWED).search(question)
    if modal is None or wanted is None or (modal.start() == 0 and modal[0] != "鼓励"):
        return False
    return bool(_pairs(question[wanted.start() :]) & _pairs(normalize(clause)[modal.end() :]))


def _words(asked: Manner, question: str, clause: str, *, yes: bool) -> str:
    """How the side is said; whether something is so is denied in the clause's own word (不再, 不予)."""
    if asked == "allowed":
        return "可以" if yes else "不可以"
    denial = next((m[0] for _, pattern in _FORCES if (m := pattern.search(normalize(clause)))), "不")
    if _FEE.search(denial):
        return "不收取"
    if asked == "required":
        return "需要" if yes else "不需要"
    if re.search(r"会不会|会[^,。?]*吗|还会", question):
        return "不会"
    return "不是" if re.search(r"是不是|等于|算不算|对吧|对不对|没错|说法", question) else denial


def _pairs(text: str) -> set[str]:
    plain = wording().phrases["function_words"].sub(" ", text)
    return {
        plain[i : i + 2]
        for i in range(len(plain) - 1)
        if " " not in plain[i : i + 2] and plain[i : i + 2].isalnum()
    }
