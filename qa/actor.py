"""Who a clause binds: what it says of 申请单位 settles nothing for 检测机构. Pure."""

import re

from index.text import normalize
from qa.sentences import without_mark

_ACTORS = re.compile(
    r"(?P<body>评审机构|检测机构|检验机构|测试机构|中介机构|第三方机构)"
    r"|(?P<accountant>事务所|会计师)"
    r"|(?P<expert>专家|评委)"
    r"|(?P<bank>银行|保险公司|金融机构)"
    r"|(?P<office>主管部门|监管部门|市场监管局|工信局|发改委|省局|总局)"
    r"|(?P<applicant>申请单位|申报单位|申请人|申请企业|申报企业|企业|生产单位|制造单位|使用单位|项目单位)"
)
_OFFENCE = re.compile(r"弄虚作假|造假|作假|虚假|失实|泄露|泄密|违规|违法|乱收")
_OPENING = 14
"""Characters at the beginning of a clause among which the one it binds is named."""


def offender(question: str) -> str | None:
    """The kind of actor whose offence `question` asks about, if it asks of one and names one kind only."""
    kinds = _kinds(question)
    return kinds[0] if len(set(kinds)) == 1 and _OFFENCE.search(normalize(question)) else None


def binds_another(text: str, kind: str) -> bool:
    """Whether the article `text` opens with an actor, and nowhere speaks of the `kind`."""
    return bool(_kinds(without_mark(text)[:_OPENING])) and kind not in _kinds(text)


def _kinds(text: str) -> list[str]:
    return [m.lastgroup for m in _ACTORS.finditer(normalize(text)) if m.lastgroup]
