"""What a user takes away: one answer or a conversation as Markdown or Word, and the texts to paste elsewhere. Pure.

A document is a list of blocks, and each format says only how a block looks. Nothing from a document or a user is
markup: Markdown gets its signs escaped, Word gets plain text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from index.errors import UsageError
from qa.days import chinese_date
from ui.saved import SavedTurn
from ui.text import safe

KINDS = {"docx": "Word", "md": "Markdown"}
"""The formats, each with its name; the keys are the endings of the files."""
_TITLE = "政策问答记录"
_BUILT_IN = "extractive"
_MARKUP = re.compile(r"[\\`*_~|<>#$&]|(?<=\])[(\[:]|!(?=\[)|^[-+=]")
"""Anywhere, or at the start of a line; a bare [1] is ours."""
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
"""Markdown would count such lines anew."""

Kind = Literal["title", "question", "note", "said", "refused", "heading", "choice", "source", "quote"]


@dataclass(frozen=True)
class Block:
    """A paragraph of an exported document; `text` may have several lines."""

    kind: Kind
    text: str


def exported(kind: str, turns: Sequence[SavedTurn], title: str = _TITLE) -> tuple[str, bytes]:
    """Media type and bytes of a file of one answer or a conversation; `kind` is one of `KINDS`.

    Raises:
        UsageError: an unknown kind, or there is nothing to export.
    """
    if kind not in KINDS:
        raise UsageError(f"未知的导出格式：{kind}。可用：{'、'.join(KINDS)}。")
    if not turns:
        raise UsageError("这个对话还没有内容，没有可以导出的。请先提问。")
    if kind == "md":
        return "text/markdown;charset=utf-8", conversation_markdown(turns, title).encode()
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return media_type, conversation_docx(turns, title)


def answer_markdown(turn: SavedTurn, title: str = _TITLE) -> str:
    """One answer with its question and sources as Markdown."""
    return conversation_markdown([turn], title)


def conversation_markdown(turns: Sequence[SavedTurn], title: str = _TITLE) -> str:
    """Questions, answers and sources as Markdown."""
    return "\n\n".join(map(_markdown, _blocks(turns, title))) + "\n"


def conversation_docx(turns: Sequence[SavedTurn], title: str = _TITLE) -> bytes:
    """Questions, answers and sources as a Word file."""
    from ui.word import word_file  # python-docx takes its time to import

    made = datetime.fromisoformat(turns[-1].time) if turns else None
    return word_file(_blocks(turns, title), made)


def citation_text(label: str, doc_number: str | None, quote: str) -> str:
    """A citation to paste: 《名称》（文号）第X条：“引文”; `label` is the official citation 《名称》第X条."""
    name, mark, place = label.partition("》")
    number = f"（{doc_number}）" if doc_number else ""
    cited = f"{name}{mark}{number}{place}" if mark else f"{label}{number}"
    return safe(f"{cited}：“{quote}”" if quote else cited)


def answer_text(answer: Mapping[str, Any]) -> str:
    """An answer, or the reason that there is none, with its citations, to paste; `answer` is the contract's object."""
    return safe("\n".join([_said(answer), *_cited(answer)]))


def ticket_text(turn: SavedTurn, notes: str = "", sure: str = "") -> str:
    """The ticket of a call to paste: time, question, answer, grounds, what answered, and what the operator noted.

    `sure` says how far the answer can be relied on.
    """
    answer = turn.answer
    lines = ["【工单】", f"时间：{_moment(turn.time)}", f"来电问题：{turn.question}"]
    lines += [f"问题理解：{u}" for u in _understood(turn)]
    lines.append(f"答复：{_said(answer)}")
    lines += [f"把握：{sure}"] if sure else []
    if cited := _cited(answer):
        lines += ["原文：", *cited]
    lines += _known_until(answer)
    lines.append(f"作答：{_answerer(turn)}")
    if notes.strip():
        lines.append(f"备注：{notes.strip()}")
    return safe("\n".join(lines))


def _blocks(turns: Sequence[SavedTurn], title: str) -> list[Block]:
    blocks = [Block("title", title)]
    for turn in turns:
        blocks.append(Block("question", turn.question))
        blocks += [Block("note", f"问题理解：{u}") for u in _understood(turn)]
        refusal = turn.answer["refusal"]
        blocks.append(Block("refused" if refusal else "said", _said(turn.answer)))
        if refusal and refusal["choices"]:
            blocks.append(Block("heading", "可以从中选择"))
            blocks += [Block("choice", choice) for choice in refusal["choices"]]
        if refusal and refusal["nearest"]:
            blocks.append(Block("heading", "最接近的条文（不是答案）"))
            blocks += [Block("choice", article["label"]) for article in refusal["nearest"]]
        if turn.answer["citations"]:
            blocks.append(Block("heading", "原文"))
        for citation in turn.answer["citations"]:
            blocks.append(Block("source", _source(citation)))
            blocks.append(Block("quote", citation["quote"]))
        blocks.append(Block("note", _made(turn)))
    return [Block(b.kind, safe(b.text).strip()) for b in blocks]


def _said(answer: Mapping[str, Any]) -> str:
    """The answer; of a refusal its type and reason, since what else it has is listed apart."""
    refusal = answer["refusal"]
    if refusal is None:
        return str(answer["answer"]).strip()
    is_question = refusal["type"] == "需要更多信息"
    what = "请补充信息" if is_question else f"未能回答（{refusal['type']}）"
    return f"{what}：{refusal['reason']}"


def _understood(turn: SavedTurn) -> list[str]:
    """The question as it was understood, if that is not how it was asked."""
    return [turn.standalone_question] if turn.standalone_question != turn.question else []


def _cited(answer: Mapping[str, Any]) -> list[str]:
    return [
        f"[{c['n']}] {citation_text(c['label'], c['doc_number'], c['quote'])}" for c in answer["citations"]
    ]


def _source(citation: Mapping[str, Any]) -> str:
    """The source as it is named: label, 文号, issuers, date and page, as far as known."""
    facts = (
        citation["label"],
        citation["doc_number"],
        "、".join(citation["issuers"]),
        chinese_date(citation["date"]) if citation["date"] else None,
        f"第 {citation['page']} 页" if citation["page"] is not None else None,
    )
    return f"[{citation['n']}] {'，'.join(fact for fact in facts if fact)}"


def _known_until(answer: Mapping[str, Any]) -> list[str]:
    """The date of the collection, unless the answer itself ends with it."""
    told = f"信息截至{chinese_date(answer['as_of'])}。" if answer["as_of"] else ""
    return [told] if told and told not in _said(answer) else []


def _made(turn: SavedTurn) -> str:
    """Until when the documents are known, and that a program made the answer, and when."""
    by, when = _answerer(turn), _moment(turn.time)
    made = f"由政策问答程序（{by}）于{when} 依据已收录文件自动生成，请以文件原文为准。"
    return "".join([*_known_until(turn.answer), made])


def _answerer(turn: SavedTurn) -> str:
    by = turn.answer["answerer"]
    said = "内置回答" if by == _BUILT_IN else f"聊天模型 {by}"
    version = turn.replay.versions.program
    return f"{said}，policy-qa {version}" if version else said


def _moment(time: str) -> str:
    """A kept time on the clock of this machine: 2026年5月20日 20:00."""
    moment = datetime.fromisoformat(time).astimezone()
    return f"{chinese_date(moment.date())} {moment:%H:%M}"


def _markdown(block: Block) -> str:
    lines = [_escaped(line.strip()) for line in block.text.split("\n")]
    flowing = "  \n".join(line for line in lines if line)
    match block.kind:
        case "title":
            return f"# {' '.join(lines)}"
        case "question":
            return f"## 问：{' '.join(lines)}"
        case "heading":
            return f"**{' '.join(lines)}**"
        case "choice":
            return f"- {' '.join(lines)}"
        case "quote":
            return "> " + flowing.replace("\n", "\n> ")
        case "note":
            return f"*{' '.join(lines)}*"
        case _:
            return flowing


def _escaped(line: str) -> str:
    """`line` with every sign that Markdown could read as markup behind a backslash."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(lambda sign: f"\\{sign[0]}", line))
