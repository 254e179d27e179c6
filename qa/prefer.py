"""Which articles a kind of question prefers, beyond what its words match: pure.

A bonus is in standard deviations of the ranking score. The weights were set by hand on the dev split.
"""

import re

from index.model import Article
from qa.actor import binds_another, offender
from qa.names import COMMENTARY
from qa.question import Asked
from qa.slots import asked_slots
from qa.sought import counted

_VALIDITY = re.compile(r"(自|从).{1,16}起(施行|执行|实施|生效)|有效期|同步施行|执行至|施行")
_DEFINITION = re.compile(r"是指|所称|指的是")
_CONDITION = re.compile(r"(以下|下列)(条件|要求)|条件[:：。]")
_FIT = re.compile(r"应当?(?:为|是|符合|满足|具备)|须(?:为|是)|可自愿申请")
_NAMED_CONDITION = re.compile(r"条件|门槛")
"""Who says 条件 wants the list of them; 要求 and 资格 may stand in any clause."""
_LIMIT = re.compile(
    r"(不(超过|少于|低于|晚于)|至少|最长).{0,3}\d|\d(年|个月|个工作日|天|日)(内|前|的期限)|日前"
)
_FEE = re.compile(r"费|[交收掏花要]钱|块钱|[万千百0-9]元")
_NO_FEE = re.compile(r"不收取|不向[^,。;]{1,12}收取|不得收[取费]|免费")
_MAY_APPLY = re.compile(
    r"(?:能不能|可不可以|可以|能否|是否|还能|能|够格|算不算).{0,14}(?:报|申报|申请)(?:吗|么|不|嘛)?[?]?$"
    r"|(?:什么样|啥样|哪类|怎样|哪种).{0,10}(?:能|可以|才能|有资格|够格).{0,2}(?:报|申请)"
    r"|(?:能|可以|有资格|够格).{0,3}(?:报|申请|当)[^,。]{0,16}(?:什么|哪些|啥|哪类)"
)
"""Whether somebody may apply is for the conditions to say, whatever the case is that is told before."""
_IN_CHARGE = re.compile(
    r"归口|归(?:谁|哪)|(?:谁|部门|单位|机构|局|委)(?:在|来)?(?:管|负责|主管|牵头|抓)|主管|牵头"
)
_CHARGED = re.compile(
    r"(?:部门|机构|总局|委员会|[部委局])[^。;]{0,80}?(?:组织实施|负责(?!解释)|牵头|主管(?!部门))"
)
_DONE_BY = re.compile(
    r"(?:谁|哪[个些家位]?(?:部门|单位|机构|人))(?:来|去|负责|组织)?(?P<verb>(?!负责|主管|牵头)[一-鿿]{2})"
)
_ACTOR = r"(?:部门|机构|总局|委员会|[部委局])"
_SO_MANY = 1.5
"""What an article gains that speaks of as many things as are asked for: 这七个领域."""
_OTHERS_OFFENCE = 2.0
"""What an article loses that threatens another than the one whose offence is asked about."""
_INTRODUCTION = frozenset(("引言", "文首", "落款", "附件清单", "要目"))


class Preference:
    """How much more (or less) articles are worth to one question than their match says."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        text = asked.text
        self._signed = asked.has("issuer", "issue_date") and not asked.has("attachments")
        self._in_front = asked.has("doc_number", "addressees")
        self._attached = asked.has("attachments")
        self._valid = asked.has("effective", "expiry")
        self._offender = offender(text)
        self._many = counted(text) if asked.has("list", "definition") else None
        self._slots = () if asked.metadata else asked_slots(text)
        gains: list[tuple[re.Pattern[str], float]] = []
        if _FEE.search(text):
            gains.append((_NO_FEE, 0.6))
        if asked.has("condition"):
            gains.append((_CONDITION, 0.8 if _NAMED_CONDITION.search(text) else 0.4))
        if asked.has("duration", "date"):
            gains.append((_LIMIT, 0.2))
        self._gains = tuple(gains)
        """What an article gains whose normalised text holds a pattern."""
        self._may_apply = asked.has("yes_no", "condition", "list") and bool(_MAY_APPLY.search(text))
        self._who = asked.has("who") and not asked.commentary
        self._defined = asked.has("definition")

    def __call__(self, article: Article) -> float:
        """The bonus of `article`."""
        return self._metadata(article) + self._content(article)

    def _metadata(self, article: Article) -> float:
        """Front matter answers who issued a document and when; the validity clause, how long it holds."""
        bonus = 0.0
        role = article.role
        if self._signed:
            bonus += 1.5 if _signed(article) else 0.7 if role == "front" else 0.0
        if self._in_front and role == "front":
            bonus += 2.0
        if self._attached and role == "attachments":
            bonus += 1.5
        if self._valid and role == "text" and _VALIDITY.search(article.text):
            bonus += 0.8
        return bonus

    def _content(self, article: Article) -> float:
        bonus = 0.0
        asked, plain = self._asked, article.plain
        if COMMENTARY.search(article.meta.title) and not asked.commentary:
            bonus -= 0.25
        if article.locator.steps[-1].mark in _INTRODUCTION and not asked.metadata and not asked.structure:
            bonus -= 0.4
        if article.role == "outline":
            bonus += 1.0 if asked.structure else -0.4
        bonus += sum(gain for held, gain in self._gains if held.search(plain))
        if self._defined and _DEFINITION.search(article.text):
            bonus += 0.3
        if self._may_apply:
            bonus += 0.8 if _CONDITION.search(plain) else 0.4 if _FIT.search(plain) else 0.0
        if self._who and article.role in ("text", "turn"):
            bonus += _duty(asked.text, plain)
        if article.role == "text" and self._offender and binds_another(article.text, self._offender):
            bonus -= _OTHERS_OFFENCE
        if self._many and self._many.search(plain):
            bonus += _SO_MANY
        return bonus + sum(0.15 if slot.value.search(plain) else -0.15 for slot in self._slots)


def _signed(article: Article) -> bool:
    """Whether `article` is where its document is signed."""
    in_front = article.role == "front" and article.meta.date is not None
    return article.role == "closing" or (
        in_front and any(line in article.meta.issuers for line in article.text.split("\n"))
    )


def _duty(question: str, text: str) -> float:
    """What an article gains that names who is in charge, or who does what the question asks about (由谁推荐)."""
    done = _DONE_BY.search(question)
    if done and re.search(rf"{_ACTOR}[^。;]{{0,40}}{done['verb']}", text):
        return 0.6
    return 0.6 if _IN_CHARGE.search(question) and _CHARGED.search(text) else 0.0
