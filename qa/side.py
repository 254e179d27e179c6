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
from qa.sorts import same_head, same_kind
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
    r"|(可以|能|可)不(?!可以|能|可|行)[^,。?!吗呢吧]{2,}"
)
_REQUIRED = re.compile(
    r"要不要|[还]?用不用|需不需要|需要(?:不|[^,。?]*吗)|必须|还[要得用]|非得|得(?![到出起分益很好多上着了住过下动太更比])[^,。?]{1,20}吗|应该[^,。?]*吗|要(?!求|点|素|件)[^,。?]{1,16}吗"
)
_ALLOWED = re.compile(
    r"能不能|可不可以|能否|可否|行不行|行吗|可以(?:不|吗|[^,。?]*[吗?])|允许|[让准]不[让准]|合[规法]|违[规法]|能(?!力|源|效|耗|量|够)[^,。?]{1,30}[吗?]|照样|还能|可以"
)
_FORCES: tuple[tuple[Force, re.Pattern[str]], ...] = (
    ("requires", re.compile(r"不得不|不能不|不可不")),
    ("frees", re.compile(
        r"无需|无须|毋须|不需要?(?!求)|不必|不用|(?<!不得)免[于予收缴交征]|不要求|不收[取费]|不向[^,。;]{1,12}收|免费|不再承担|不占用"
        r"|可以不|可不"
    )),
    ("forbids", re.compile(
        r"不得|禁止|严禁|不允许|不准|不能|不予|不再|不可(?!抗|或缺|替代|避免|分割)|不应|不适用|不推荐|不纳入|不作为|不通过"
        r"|应当?不|必须不"
    )),
    ("allows", re.compile(
        r"可以|允许|准予|均可|[都均也]能(?![源力效耗量])|有权|^鼓励|(?<![不许认])可(?=[在按由向以自单根申享采凭进选视直最同依就将参适实执通给免])"
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
_EXCEPTED = re.compile(r"除[^。;]*外|除非|另有|以外|之外|是否|能否|下列|以下(?![简统]称)|之一")
"""Words after which a sentence says neither yes nor no to a plain question."""
_LIMITED = re.compile(
    r"未经|未按|非(?=[^,。;]{1,12}不)|擅自|随意|任意|无故|无正当理由|原则上|一般(?!公共)|通常|必要时|确需|特殊|方可|方能|才[能可]"
    r"|只能|(?<!不)仅|暂"
)
"""Words that limit what is forbidden, allowed or required: a question that does not say them asks for more."""
_MANNER_OF = re.compile(r"优先|逐步|尽量|力争")
"""Words that limit their own clause only: what is done first says nothing of what the next clause denies."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
_JOINED = re.compile(r"^(?:以及|及|和|或者?|并)")
"""How a clause begins that adds to the subject of the one before."""
_BOUND = re.compile(r"不(?:得|应|能|可)?(?:超过|少于|低于|高于|多于|大于|小于|晚于|早于)|至少|至多|最多")
_AGAINST = re.compile(r"拒绝|限制(?!性)|排斥|禁止|阻[挠碍止]|妨碍|影响|歧视|取消|免|代替|替代|不(?!予)|无")
"""A deed that is itself a denial: who must not refuse a thing has not been forbidden the thing."""
_CONDITION = re.compile(
    r"的[,:]?$|^(?:在|对|当|如|若|凡)[^,。;]*(?:[内时下上外]|(?<!过程)中|情况|情形|前提),?$"
)
_OUTSIDE = re.compile(r"[之以]外|范围外|区外|非(?=[一-鿿]{2,}区)|不在|没有?在|除外")
_SHARE = re.compile(r"\d[\d.]*\s*%|百分之|\d/\d|[一二三四五六七八九]成")
"""Who is freed of a share is not freed."""
_PUNISHED = re.compile(
    r"(?:不得|禁止|严禁)有?(?:下列|以下)行为|有(?:下列|以下)行为[^。]*(?:移出|处罚|罚款|追究|取消|撤销|吊销|责令|禁止|不得)"
)
"""Introduces acts that are forbidden, or for which somebody is punished."""
_WRONGLY = re.compile(r"违规|违法|违反|非法|恶意|虚假|故意")
"""An act that is listed for how it is done is not wrong in itself."""
_THIS = re.compile(r"[,。]?(?:这|那|这样|那样|这么做|这种情况)?[是算]?$")
_TAKES = re.compile(r"[要拿]")
"""Colloquial for 收取."""
_PARTICLES = re.compile(r"[啊呀呢嘛么哦]|一下")
_FEE = re.compile(r"收|免费")
_FEE_ASKED = re.compile(r"费|收|钱|免费|花")
_SHARED = 2
"""Pairs of characters that a clause which denies must share with the question."""
_DEED = 1 / 3
"""The share of the pairs of what is asked for that a clause must more than hold."""


def manner(question: str) -> Manner | None:
    """What kind of yes or no is asked for; None if the question itself is negative."""
    text = normalize(question)
    if _NEGATED.search(text):
        return None
    if _REQUIRED.search(text):
        return "required"
    return "allowed" if _ALLOWED.search(text) else "so"


def force(clause: str) -> Force:
    """What a clause does; the strongest word decides. A clause that is a condition (“…的，”) only states."""
    found = _modal(clause)
    return found[0] if found else "states"


def _modal(clause: str) -> tuple[Force, re.Match[str]] | None:
    text = normalize(clause)
    if _CONDITION.search(text):
        return None
    return next(((f, m) for f, pattern in _FORCES if (m := pattern.search(text))), None)


def settle(
    question: str, clauses: Sequence[str], closest: int, terms: str = "", *, alike: bool = False
) -> Side | None:
    """The side that the clause closest to the question takes, or None.

    What is allowed or required must be said by that very clause, with its own subject: a condition in another clause
    would be lost. What is denied may stand in the next clause (“对…的，不予受理”) or the one before, if the closest
    only states. Either must be said of what the question asks for, of the same kind of subject, and without a limit
    or an exception that the question does not name.

    Args:
        question: as asked.
        clauses: the clauses of the sentence that answers, in order.
        closest: index of the clause closest to the question.
        terms: the official terms for what the question says, separated by blanks.
        alike: whether the closest clause is known to speak of what is asked; a denial then need not use its words.
    """
    asked = manner(question)
    own = normalize(question)
    text = f"{own} {terms}"
    clauses = [_without_asides(text, c) for c in clauses]
    if asked is None or _EXCEPTED.search(normalize("".join(clauses))):
        return None
    at = closest
    if force(clauses[at]) == "states":
        after = closest + 1
        while after < len(clauses) - 1 and _JOINED.search(normalize(clauses[after])):
            after += 1
        at = next((n for n in (after, closest - 1) if 0 <= n < len(clauses) and _modal(clauses[n])), at)
    found = _modal(clauses[at])
    side = _SETTLES.get((asked, found[0])) if found else None
    if found is None or side is None or (side and at != closest):
        return None
    said = normalize(clauses[at])
    before = list(map(normalize, clauses[:at]))
    conditions = [c for c in before if _CONDITION.search(c)]
    fee = _FEE.search(found[1][0]) and not _FEE_ASKED.search(own)
    subject = "".join([*before, found[1].string[: found[1].start()]])
    other = asked == "so" and subject and not _FEE.search(found[1][0]) and not _pairs(own) & _pairs(subject)
    if (
        fee
        or other
        or _SHARE.search(said)
        or (conditions and _OUTSIDE.search(own))
        or any(not same_kind(text, c) for c in before if not _modal(c))
        or not same_head(own, said, terms)
        or not _unlimited(text, "".join(map(normalize, clauses[: at + 1])), found[1])
        or not same_kind(text, said)
        or not ((alike and not side) or _same_deed(own, terms, said, asked, found[1], yes=side))
        or any(not _pairs(text) & _pairs(c) for c in conditions)
        or (not side and len(_pairs(text) & _pairs("".join([*conditions, said, clauses[closest]]))) < _SHARED)
    ):
        return None
    return Side(side, _words(asked, text, clauses[at], yes=side))


def settle_listed(question: str, lead: str, item: str) -> Side | None:
    """不可以 where `question` asks whether an act is allowed that `item` names in a list of acts that `lead` punishes.

    What is done, and to what, must be said by both: the object in the same words, to its end. Of acts that `item` names
    by turns (或) any one will do. An omission (未按…), or an act that is listed for how it is done (擅自, 非法), says
    nothing of the act itself.
    """
    own = normalize(question)
    opened = _ALLOWED.search(own)
    if manner(question) != "allowed" or opened is None or not _PUNISHED.search(normalize(lead)):
        return None
    deed = _PARTICLES.sub("", re.split(r"[,。?!吗吧]", own[_modal_end(opened) :])[0])
    whole = bool(deed)
    deed = deed or _THIS.sub("", own[: opened.start()]).rpartition(",")[2]
    for act in re.split(r"或|[,;。]", normalize(item)):
        limits = (m[0] for p in (_LIMITED, _WRONGLY) for m in p.finditer(act))
        object_ = next(
            (deed[i:] for i in range(len(deed) - 2) if re.search(f"{re.escape(deed[i:])}(?:、|$)", act)), ""
        )
        done = deed.removesuffix(object_)
        if (
            object_
            and (set(_TAKES.sub("收", done[-2:])) & set(act) if done else whole)
            and same_kind(own, act)
            and not _AGAINST.search(done)
            and not re.search("[未不]", act)
            and all(w in own for w in limits)
        ):
            return Side(False, "不可以")
    return None


def _unlimited(question: str, said: str, modal: re.Match[str]) -> bool:
    """Whether what is said holds for all that the question asks, and not only within limits."""
    after = modal.string[modal.end() :]
    others = {f for f, pattern in _FORCES if pattern.search(_blanked(modal))} - {"states"}
    numbers = set(re.findall(r"\d+", question)) - set(re.findall(r"\d+", said))
    inner = re.match(r"(.{2,})的[^,。;]*$", modal.string[: modal.start()])
    noun = modal[0] not in ("不得", "禁止", "严禁") and re.search(r"的(?=\w)", after[:8])
    return not (
        others
        or numbers
        or noun
        or _BOUND.search(said)
        or any(m[0] not in question for m in _LIMITED.finditer(said))
        or any(m[0] not in question for m in _MANNER_OF.finditer(modal.string))
        or ((against := _AGAINST.search(after)) and against[0] not in question)
        or (inner and not _pairs(question) & _pairs(inner[1]))
    )


def _without_asides(question: str, clause: str) -> str:
    """The clause without brackets that speak of something else: “无需提供证明（涉及海外专利的，仍需提供）”."""

    def about(aside: str) -> str:
        found = next((m for _, pattern in _FORCES if (m := pattern.search(aside))), None)
        return aside[: found.start()] if found else aside

    return _BRACKETS.sub(lambda m: m[0] if _pairs(question) & _pairs(about(m[1])) else "", normalize(clause))


def _blanked(modal: re.Match[str]) -> str:
    return f"{modal.string[: modal.start()]} {modal.string[modal.end() :]}"


def _same_deed(
    question: str, terms: str, clause: str, asked: Manner, modal: re.Match[str], *, yes: bool
) -> bool:
    """Whether what the clause allows, requires or denies is what the question asks for."""
    if yes and modal[0] != "鼓励" and not _pairs(f"{question} {terms}") & _pairs(clause[: modal.start()]):
        return False  # its subject or condition stands elsewhere, or is another
    wanted = {"required": _REQUIRED, "allowed": _ALLOWED}.get(asked)
    opened = wanted.search(question) if wanted else None
    start = _modal_end(opened) if opened else 0
    deed = _PARTICLES.sub("", re.split(r"[,。?!吗吧]", question[start:])[0])
    pairs = [deed[i : i + 2] for i in range(len(deed) - 1) if deed[i : i + 2] in _pairs(deed)]
    said = _pairs(clause[modal.start() :])
    if not pairs:  # “…行吗”: the deed stands before
        return not yes and bool(_pairs(f"{question} {terms}") & _pairs(clause[modal.end() :]))
    named = bool(_pairs(terms) & said)
    if opened is None:  # “…收费吗”: what is asked may stand before the word that denies
        return named or bool(set(pairs[-2:]) & _pairs(clause) and set(pairs) & said)
    return named or bool(set(pairs[-2:]) & said and sum(p in said for p in pairs) > _DEED * len(pairs))


def _modal_end(opened: re.Match[str]) -> int:
    """Where the deed begins: after the modal word, of which a pattern may hold the whole rest."""
    modal = re.match(
        r"需要|需不需要|要不要|必须|应该|能不能|可不可以|能否|可否|可以|允许|[让准]不[让准]|还?[要得用能]",
        opened[0],
    )
    return opened.start() + (modal.end() if modal else len(opened[0]))


def _words(asked: Manner, question: str, clause: str, *, yes: bool) -> str:
    """How the side is said; whether something is so is denied in the clause's own word (不再, 不予)."""
    if asked == "allowed":
        return "可以" if yes else "不可以"
    found = _modal(clause)
    denial = found[1][0] if found else "不"
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
