"""Walking through drafts in the terminal: accept, correct or discard; accepted ones become cases at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from eval.cases import REFUSALS, STRATA, Case, append_cases, next_id, read_cases
from eval.feedback import (
    Draft,
    accepted,
    case_problems,
    discarded,
    proposed,
    read_drafts,
    write_drafts,
)
from index.model import Article
from qa.claims import Polarity
from qa.model import RefusalType

Read = Callable[[str], str]
"""Shows a prompt and returns what was typed."""
Say = Callable[[str], None]
"""Shows a line."""
_CHOICES = "采纳 a / 修改 c / 丢弃 d / 跳过 s / 退出 q"


@dataclass(frozen=True)
class Reviewed:
    """How a review went."""

    accepted: int = 0
    discarded: int = 0
    left: int = 0


def review(
    drafts_file: Path, cases_file: Path, articles: Mapping[str, Article], read: Read, say: Say
) -> Reviewed:
    """Walk a maintainer through the open drafts.

    Each decision is written before the next draft is shown. The end of input counts as quitting.

    Raises:
        FeedbackError, CaseError: a file is malformed.
    """
    drafts = read_drafts(drafts_file)
    todo = [i for i, d in enumerate(drafts) if d.state == "open"]
    done = Reviewed(left=len(todo))
    for n, at in enumerate(todo, 1):
        say(f"\n── 草稿 {n}/{len(todo)} ──")
        try:
            drafts[at] = _decide(drafts[at], cases_file, articles, read, say)
        except (EOFError, KeyboardInterrupt, _Quit):
            break
        write_drafts(drafts_file, drafts)
        done = _count(drafts, todo)
    say(f"采纳 {done.accepted} 条，丢弃 {done.discarded} 条，剩余 {done.left} 条。")
    return done


class _Quit(Exception):
    pass


def _decide(draft: Draft, cases_file: Path, articles: Mapping[str, Article], read: Read, say: Say) -> Draft:
    _show(draft, articles, say)
    while True:
        choice = read(f"{_CHOICES}：").strip().lower()
        if choice == "q":
            raise _Quit
        if choice == "s":
            return draft
        if choice == "d":
            return discarded(draft)
        if choice in ("a", "c"):
            existing = read_cases(cases_file)
            case = proposed(draft, next_id(existing))
            case = _complete(_correct(case, articles, read, say) if choice == "c" else case, read, say)
            problems = case_problems(case, existing, articles)
            if not problems:
                append_cases(cases_file, [case])
                say(f"已写入 {cases_file.name}：{case.id}")
                return accepted(draft, case)
            for problem in problems:
                say(problem)
        say("请重新选择。")


def _show(draft: Draft, articles: Mapping[str, Article], say: Say) -> None:
    f = draft.feedback
    for earlier in f.history:
        say(f"此前：{earlier}")
    say(f"问题：{f.question}")
    say(f"回答：{f.answer or '（无）'}")
    say(f"评价：{f.verdict}　说明：{f.comment or '（无）'}")
    article = articles.get(f.article or "")
    say(f"用户选择的依据：{article.label if article else f.article or '（无）'}")
    if article:
        say(f"原文：{article.text}")


def _correct(case: Case, articles: Mapping[str, Article], read: Read, say: Say) -> Case:
    question = read(f"问题（回车不变：{case.question}）：").strip() or case.question
    refusal = read(f"应拒答则写类型（{'、'.join(REFUSALS)}；可答则回车）：").strip()
    if refusal:
        return replace(
            case, question=question, refusal=_refusal(refusal, say), gold=(), stratum="unanswerable"
        )
    gold = case.gold
    typed = read("依据条文编号（多处用空格分隔，可互相替代的用 | 分隔；回车不变）：").strip()
    if typed:
        gold = tuple(tuple(place.split("|")) for place in typed.split())
        for unknown in (i for place in gold for i in place if i not in articles):
            say(f"没有这个条文编号：{unknown}")
    stratum = "colloquial" if case.stratum == "unanswerable" else case.stratum
    return replace(case, question=question, gold=gold, stratum=stratum)


def _complete(case: Case, read: Read, say: Say) -> Case:
    """Ask for what no record holds: the type of refusal; or stratum, facts and side."""
    if case.stratum == "unanswerable":
        if case.refusal:
            return case
        return replace(case, refusal=_refusal(read(f"拒答类型（{'、'.join(REFUSALS)}）：").strip(), say))
    stratum = read(
        f"题型（{'、'.join(s for s in STRATA if s != 'unanswerable')}；回车为 {case.stratum}）："
    ).strip()
    if stratum and stratum not in STRATA:
        say(f"未知的题型：{stratum}，仍用 {case.stratum}。")
        stratum = ""
    facts: list[tuple[str, ...]] = []
    while typed := read("必要事实（可互相替代的说法用 | 分隔；回车结束）：").strip():
        facts.append(tuple(w.strip() for w in typed.split("|") if w.strip()))
    side = read("是非题的答案（yes / no；不是是非题则回车）：").strip()
    polarity = cast(Polarity | None, side if side in ("yes", "no") else None)
    return replace(case, stratum=stratum or case.stratum, facts=tuple(facts), polarity=polarity)


def _refusal(typed: str, say: Say) -> RefusalType:
    if typed in REFUSALS:
        return typed
    say(f"未知的拒答类型：{typed or '（空）'}，记为 {REFUSALS[0]}。")
    return REFUSALS[0]


def _count(drafts: list[Draft], todo: list[int]) -> Reviewed:
    states = [drafts[i].state for i in todo]
    return Reviewed(states.count("accepted"), states.count("discarded"), states.count("open"))
