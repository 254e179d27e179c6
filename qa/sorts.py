"""Whether two texts speak of the same sort of thing: a rule for 大型企业 says nothing of 中小企业. Pure."""

import re

from qa.wording import wording

_OPPOSITES = (
    ("大型", "大企业", "中型", "中小", "小型", "小微", "微型"),
    ("外资", "内资", "合资"),
    ("民营", "民企", "国有", "国企", "央企"),
    ("境外", "境内", "国外", "国内", "进口", "出口", "国产"),
    ("首次", "初次", "第一次", "再次", "第二次", "复检", "复评", "复审", "复核"),
    ("新建", "扩建", "改建", "存量", "既有", "现有", "在建"),
    ("个人", "自然人", "企业", "单位", "法人", "机构"),
    ("外地", "本地"),
    ("中央", "地方"),
    ("强制", "推荐"),
    ("常规", "储备"),
    ("燃煤", "燃气", "天然气", "燃油", "生物质", "电锅炉"),
    ("新申请", "复核"),
)
"""Kinds of which a rule for one says nothing about another."""
_HEADS = frozenset(("产能", "锅炉", "煤矿", "机构", "贷款", "汽车", "证书", "煤炭", "银行", "城市"))
"""Nouns of which one sort is not another."""


def same_kind(question: str, clause: str) -> bool:
    """Whether the clause speaks of no other kind of subject than the question: 大型, not 中小; 复检, not 首次."""
    for kinds in _OPPOSITES:
        asked, said = ({k for k in kinds if k in text} for text in (question, clause))
        if asked and said and not asked & said:
            return False
    return True


def same_head(question: str, clause: str, terms: str) -> bool:
    """Whether no noun of the clause is of another sort in the question: 常规产能, not 储备产能; 燃煤锅炉, not 燃气锅炉.

    A noun is told by two characters with two before them, in runs without a word that asks or binds. The sort may be
    said by its official term: 烧煤锅炉 is a 燃煤供热锅炉.
    """
    asked, said = _sorts(question), _sorts(clause)
    return all(
        asked[head] & said[head] or any(re.search(rf"{t}[一-鿿]{{0,2}}{head}", clause) for t in terms.split())
        for head in asked.keys() & said.keys()
    )


def _sorts(text: str) -> dict[str, set[str]]:
    """Head -> the two characters before it, wherever the run goes on before it."""
    out: dict[str, set[str]] = {}
    for run in re.findall(r"[一-鿿]{4,}", wording().phrases["function_words"].sub(" ", text)):
        for i in range(2, len(run) - 1):
            out.setdefault(run[i : i + 2], set()).add(run[i - 2 : i])
    return {head: sorts for head, sorts in out.items() if head in _HEADS}
