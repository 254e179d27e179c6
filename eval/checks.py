"""What is wrong with the cases, given the corpus they ask about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.cases import Case
from eval.evidence import evidence
from index.model import Article
from qa.canonical import bare, canonical, says_any

_ECHOING = ("by_number", "misleading")
"""Strata whose questions must name the place or repeat a claim, and so may share words with the answer."""
_LEAK_LENGTH = 4


@dataclass(frozen=True)
class Problem:
    """What is wrong with a case; `kind` and `field` alone do not give its text away."""

    case_id: str
    field: str
    kind: str
    detail: str = ""

    def __str__(self) -> str:
        """One line of Chinese."""
        return self.told(in_full=True)

    def told(self, *, in_full: bool) -> str:
        """One line of Chinese; not `in_full` it leaves out the detail, which quotes the case."""
        detail = f"：{self.detail}" if in_full and self.detail else ""
        return f"案例 {self.case_id} 字段 {self.field}：{self.kind}{detail}"


def check_cases(cases: Iterable[Case], articles: Mapping[str, Article]) -> list[Problem]:
    """What is wrong with `cases`, given the articles of the corpus by id.

    The checks: every gold id exists; no article serves two places of one case; every fact stands in a gold
    article in at least one wording (unless `computed`); no question contains a wording of four characters or
    more of its own answer (strata that must echo, by_number and misleading, excepted); no forbidden string is
    part of every wording of a required fact; no question is asked twice.
    """
    problems: list[Problem] = []
    asked: dict[tuple[str, ...], str] = {}
    for case in cases:
        problems += _check_gold(case, articles)
        problems += _check_facts(case, articles)
        key = (*map(bare, case.history), bare(case.question))
        if key in asked:
            problems.append(Problem(case.id, "question", "问题重复", f"与 {asked[key]} 相同"))
        asked.setdefault(key, case.id)
    return problems


def gold_text(case: Case, articles: Mapping[str, Article]) -> str:
    """What all gold articles say."""
    return "\n".join(evidence(articles[i]) for place in case.gold for i in place if i in articles)


def _check_gold(case: Case, articles: Mapping[str, Article]) -> list[Problem]:
    ids = [i for place in case.gold for i in place]
    unknown = [Problem(case.id, "gold", "没有这个条文编号", i) for i in ids if i not in articles]
    twice = [Problem(case.id, "gold", "同一条文用于两处", i) for i in sorted(set(ids)) if ids.count(i) > 1]
    return unknown + twice


def _check_facts(case: Case, articles: Mapping[str, Article]) -> list[Problem]:
    problems = []
    text = gold_text(case, articles)
    for fact in case.facts:
        if not case.computed and not says_any(text, fact):
            problems.append(Problem(case.id, "facts", "依据条文中没有这个事实", " / ".join(fact)))
        leaks = [w for w in fact if len(bare(w)) >= _LEAK_LENGTH and canonical(w) in canonical(case.question)]
        if leaks and case.stratum not in _ECHOING:
            problems.append(Problem(case.id, "question", "问题中含有自己的答案", leaks[0]))
        # 第二条 must not be forbidden where 第二条第（一）项 is required.
        problems += [
            Problem(case.id, "forbidden", "禁止的说法与要求的事实冲突", f)
            for f in case.forbidden
            if all(canonical(f) in canonical(w) for w in fact)
        ]
    return problems
