"""The steps of a procedure that a term or a day belongs to: 5 个工作日 of 公示 is no term of 初核. Pure.

A policy states terms by the step they bind, so that a value of the right form answers only if it stands beside the step
that is asked about. The steps are few and alike in all procedures; each is told by the words officials or callers use.
"""

import re

from index.text import normalize

_STEPS = {
    "报送": r"(?<!再)(?<!重新)(?<!再次)(?:报送|填报|申报|上报|呈报|报名|推荐|提交|递交|上交|上传|寄|前报"
    r"|申请(?!单位|人|企业|书)|(?:网上|线上)填|交[到齐上给]|报[到上给]|(?<!申)报(?=$|吗|呢|[?？]))",
    "再报": r"再次?(?:申|报)|重新(?:申|报)|不再受理|不得再|不能再|[不别]再?(?:让|许|准|给|能|可以?|允许)再?(?:申|报)",
    "受理": r"受理|收件|接件|立案",
    "补正": r"补正|补材料|补充材料|材料.{0,2}补|退回",
    "审核": r"初核|初审|审核|审查|审计|核查|核实|审批|批复|批准|核准|批下来|办完|办结|办好|办下来|办理"
    r"|出报告|出具|出结果",
    "评审": r"评审|评定|评估|评比|面审|答辩|打分",
    "检查": r"抽查|检查|考核|督查|监察",
    "验收": r"验收|竣工",
    "复核": r"复核|复审|复评",
    "公示": r"公示",
    "异议": r"异议|答复|回复|申诉|复议|举报",
    "公布": r"公布|发布|公告|印发|出台|名单出来|出名单|揭晓|结果出来",
    "施行": r"施行|实施|执行|生效|启用|起用|开用|开始用|算起|起算|开始计算",
    "有效": r"有效(?!性|果|提|降|衔)|失效|到期|届满|管用|作废|过期",
    "缴纳": r"缴|交税|纳税|补税|交完",
    "整改": r"整改|改正|改完|限期",
    "投产": r"投产|开工|建成|投运|建好|完工",
    "培训": r"培训|讲座|宣讲",
    "拨付": r"拨付|到账|拨下来|发下来|兑现|下达",
}
_PATTERNS = {name: re.compile(words) for name, words in _STEPS.items()}
_CLAUSE = re.compile(r"[^,，;；。：:]+")


def steps(text: str) -> frozenset[str]:
    """The steps that `text` speaks of."""
    said = normalize(text)
    return frozenset(name for name, words in _PATTERNS.items() if words.search(said))


def steps_asked(question: str, start: int, end: int) -> frozenset[str]:
    """The steps named nearest to what is asked at `start` to `end` of the (normalised) question.

    Looked for in that clause; if it names none, in the clause before it.
    """
    before: frozenset[str] = frozenset()
    for clause in _CLAUSE.finditer(question):
        away: dict[str, int] = {}
        for name, words in _PATTERNS.items():
            for m in words.finditer(clause[0]):
                at, to = m.start() + clause.start(), m.end() + clause.start()
                away[name] = min(away.get(name, len(question)), max(start - to, at - end, 0))
        nearest = frozenset(n for n, d in away.items() if d == min(away.values()))
        if clause.end() > start:
            return nearest or before
        before = nearest
    return before


def steps_of_value(sentence: str, value: re.Pattern[str]) -> frozenset[str]:
    """The steps that the clauses of `sentence` with a value speak of; of the whole sentence if these name none."""
    said = normalize(sentence)
    held = [m[0] for m in _CLAUSE.finditer(said) if value.search(m[0])]
    return frozenset().union(*(steps(c) for c in held)) or steps(said)
