"""Feedback that becomes cases: records are imported as drafts, and a maintainer walks through them.

A record is a line of JSON: question, history (earlier questions), answer, verdict, article (the id of the
right article, chosen by the user), comment. Drafts are kept in a file of their own with their state, so that
a review can stop at any time and what was discarded does not come back.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from eval.cases import Case
from eval.checks import check_cases
from eval.errors import FeedbackError
from index.model import Article
from qa.canonical import bare

Verdict = Literal["right", "wrong_answer", "wrong_source", "should_refuse"]
State = Literal["open", "accepted", "discarded"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_REQUIRED = ("question", "verdict")


@dataclass(frozen=True)
class Feedback:
    """What a user said about an answer."""

    question: str
    verdict: Verdict
    history: tuple[str, ...] = ()
    answer: str = ""
    article: str | None = None
    comment: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for records about the same question in the same conversation."""
        return (*map(bare, self.history), bare(self.question))


@dataclass(frozen=True)
class Draft:
    """A record on its way to be a case."""

    feedback: Feedback
    state: State = "open"
    case_id: str | None = None
    """The case it became."""


def read_feedback(path: Path) -> list[Feedback]:
    """The records of a JSONL file.

    Raises:
        FeedbackError: the file cannot be read, or a line is malformed; line and field are named.
    """
    return [_feedback(where, data) for where, data in _lines(path)]


def import_feedback(records: Iterable[Feedback], drafts: Path, cases: Iterable[Case]) -> int:
    """Add the records to the drafts file, but not those whose question is a case or a draft already.

    Returns:
        The number of new drafts.

    Raises:
        FeedbackError: the drafts file is malformed.
    """
    known = read_drafts(drafts) if drafts.exists() else []
    seen = {d.feedback.key for d in known} | {(*map(bare, c.history), bare(c.question)) for c in cases}
    new: list[Draft] = []
    for record in records:
        if record.key not in seen:
            seen.add(record.key)
            new.append(Draft(record))
    write_drafts(drafts, [*known, *new])
    return len(new)


def read_drafts(path: Path) -> list[Draft]:
    """The drafts of a file that `import_feedback` wrote.

    Raises:
        FeedbackError: the file cannot be read, or a line is malformed.
    """
    drafts = []
    for where, data in _lines(path):
        state, case_id = data.pop("state", "open"), data.pop("case_id", None)
        if state not in get_args(State):
            raise FeedbackError(f"{where} 字段 state：应为 {'、'.join(get_args(State))} 之一，现为 {state}。")
        drafts.append(Draft(_feedback(where, data), state, case_id))
    return drafts


def write_drafts(path: Path, drafts: Iterable[Draft]) -> None:
    """Write all drafts, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    lines = [{**asdict(d.feedback), "state": d.state, "case_id": d.case_id} for d in drafts]
    part.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines), encoding="utf-8")
    part.replace(path)


def proposed(draft: Draft, case_id: str) -> Case:
    """A case with what the record gives; facts (or the type of refusal) are for the reviewer to add."""
    f = draft.feedback
    refusing = f.verdict == "should_refuse"
    return Case(
        id=case_id,
        question=f.question,
        history=f.history,
        stratum="unanswerable" if refusing else "follow_up" if f.history else "colloquial",
        gold=((f.article,),) if f.article and not refusing else (),
        note="用户反馈" + (f"：{f.comment}" if f.comment else ""),
    )


def accepted(draft: Draft, case: Case) -> Draft:
    """The draft after it became `case`."""
    return replace(draft, state="accepted", case_id=case.id)


def discarded(draft: Draft) -> Draft:
    """The draft after it was turned down."""
    return replace(draft, state="discarded")


def case_problems(case: Case, others: Iterable[Case], articles: Mapping[str, Article]) -> list[str]:
    """What keeps a new case out of the set, in words."""
    found = [str(p) for p in check_cases([*others, case], articles) if p.case_id == case.id]
    missing = [] if case.gold or not case.answerable else [f"案例 {case.id} 字段 gold：未指明依据条文"]
    return (
        missing
        + ([] if case.facts or not case.answerable else [f"案例 {case.id} 字段 facts：未写必要事实"])
        + found
    )


def _lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FeedbackError(f"没有反馈文件：{path}。请检查路径。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FeedbackError(f"无法读取反馈文件：{path}。请检查权限和编码（UTF-8）。") from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError as error:
            raise FeedbackError(f"{path.name} 第 {number} 行：不是合法的 JSON。请每行写一条记录。") from error
        if not isinstance(data, dict):
            raise FeedbackError(f"{path.name} 第 {number} 行：应是一条记录（{{…}}）。")
        found.append((f"{path.name} 第 {number} 行", data))
    return found


def _feedback(where: str, data: Mapping[str, Any]) -> Feedback:
    names = [f.name for f in fields(Feedback)]
    if unknown := [k for k in data if k not in names]:
        raise FeedbackError(f"{where} 字段 {unknown[0]}：未知的字段，可用：{'、'.join(names)}。")
    for name in _REQUIRED:
        if not isinstance(data.get(name), str) or not data[name].strip():
            raise FeedbackError(f"{where} 字段 {name}：缺少，或不是非空文字。")
    if data["verdict"] not in VERDICTS:
        raise FeedbackError(
            f"{where} 字段 verdict：应为 {'、'.join(VERDICTS)} 之一，现为 {data['verdict']}。"
        )
    history = data.get("history") or []
    if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
        raise FeedbackError(f"{where} 字段 history：应是文字列表。")
    for name in ("answer", "article", "comment"):
        if not isinstance(data.get(name) or "", str):
            raise FeedbackError(f"{where} 字段 {name}：应是文字。")
    return Feedback(
        question=data["question"].strip(),
        verdict=data["verdict"],
        history=tuple(h for h in history if h.strip()),
        answer=data.get("answer") or "",
        article=data.get("article") or None,
        comment=data.get("comment") or "",
    )
