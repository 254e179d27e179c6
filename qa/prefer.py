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


def preference(asked: Asked, article: Article) -> float:
    """How much more (or less) `article` is worth to this question than its match says."""
    return _metadata(asked, article) + _content(asked, article)


def _metadata(asked: Asked, article: Article) -> float:
    """Front matter answers who issued a document and when; the validity clause, how long it holds."""
    bonus = 0.0
    signed = article.role == "closing" or (
        article.role == "front" and article.meta.date is not None and _signed_in_front(article)
    )
    if asked.has("issuer", "issue_date") and not asked.has("attachments"):
        bonus += 1.5 if signed else 0.7 if article.role == "front" else 0.0
    if asked.has("doc_number", "addressees") and article.role == "front":
        bonus += 2.0
    if asked.has("attachments") and article.role == "attachments":
        bonus += 1.5
    if asked.has("effective", "expiry") and article.role == "text" and _VALIDITY.search(article.text):
        bonus += 0.8
    return bonus


def _signed_in_front(article: Article) -> bool:
    return any(line in article.meta.issuers for line in article.text.split("\n"))


def _content(asked: Asked, article: Article) -> float:
    bonus = 0.0
    text = article.text
    plain = article.plain
    if COMMENTARY.search(article.meta.title) and not asked.commentary:
        bonus -= 0.25
    if article.locator.steps[-1].mark in _INTRODUCTION and not asked.metadata and not asked.structure:
        bonus -= 0.4
    if article.role == "outline":
        bonus += 1.0 if asked.structure else -0.4
    if _FEE.search(asked.text) and _NO_FEE.search(plain):
        bonus += 0.6
    if asked.has("definition") and _DEFINITION.search(text):
        bonus += 0.3
    if asked.has("condition") and _CONDITION.search(plain):
        bonus += 0.8 if _NAMED_CONDITION.search(asked.text) else 0.4
    if asked.has("yes_no", "condition", "list") and _MAY_APPLY.search(asked.text):
        bonus += 0.8 if _CONDITION.search(plain) else 0.4 if _FIT.search(plain) else 0.0
    if asked.has("who") and not asked.commentary and article.role in ("text", "turn"):
        bonus += _duty(asked.text, plain)
    if asked.has("duration", "date") and _LIMIT.search(plain):
        bonus += 0.2
    if article.role == "text" and (kind := offender(asked.text)) and binds_another(text, kind):
        bonus -= _OTHERS_OFFENCE
    if asked.has("list", "definition") and (many := counted(asked.text)) and many.search(plain):
        bonus += _SO_MANY
    if not asked.metadata:
        for slot in asked_slots(asked.text):
            bonus += 0.15 if slot.value.search(plain) else -0.15
    return bonus


def _duty(question: str, text: str) -> float:
    """What an article gains that names who is in charge, or who does what the question asks about (由谁推荐)."""
    done = _DONE_BY.search(question)
    if done and re.search(rf"{_ACTOR}[^。;]{{0,40}}{done['verb']}", text):
        return 0.6
    return 0.6 if _IN_CHARGE.search(question) and _CHARGED.search(text) else 0.0
