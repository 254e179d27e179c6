"""The conversation as HTML; nothing from a document or a user is markup. Pure.

Whatever can be clicked is `<button type="button" data-act="…" data-…>`: the page's script hands its data to
`ui.app`. A form with `data-act` hands over its fields too.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from qa.claims import NOTE
from qa.validity import NOTICE, Status
from ui.saved import Conversation
from ui.text import safe, shorten
from ui.turn import Source, Turn

_ECHO = 200
"""Characters of a question that are repeated on the page."""
_TITLE = 32
_MARK = re.compile(r"\[(\d{1,2})\]")
_GROUNDS = "依据："
_TONES = {"现行": "good", "试行": "fair", "尚未施行": "warn", "已过有效期": "bad", "已废止": "bad"}
"""What a badge looks like; 期限未写明 has no tone."""
Standings = Mapping[str, Status]
"""How documents stand, by the id of an article of theirs."""


def escaped(text: str) -> str:
    """`text` as HTML that shows it, line by line; also fit for an attribute, if it has one line."""
    return attribute(text).replace("\n", "<br>")


def attribute(text: str) -> str:
    """`text` as the value of an attribute between double quotes."""
    return escape(safe(text))


def turn_html(turn: Turn, standings: Standings) -> str:
    """A question with what was said to it, and what can be done about it."""
    parts = [f'<div class="pq-question">{_echo(turn.question)}</div>']
    if turn.refusal:
        parts.append(_refusal_html(turn, standings))
    elif turn.answer:
        parts.append(_answer_html(turn))
        parts += [_cards_html(turn, standings)] if turn.sources else []
    elif turn.state == "working":
        parts.append('<p class="pq-working" role="status">正在查找……</p>')
    if turn.error:
        parts.append(error_html(turn.error))
    if turn.state != "working":
        parts.append(_tools_html(turn))
    return (
        f'<article class="pq-turn" id="turn-{attribute(turn.id)}" data-state="{turn.state}" data-question="{attribute(turn.question)}">'
        f"{''.join(parts)}</article>"
    )


def error_html(message: str) -> str:
    """What went wrong, told apart from answers and refusals."""
    return f'<div class="pq-error" role="alert">{escaped(message)}</div>'


def badge_html(status: Status) -> str:
    """Whether a document holds, in a word."""
    tone = _TONES.get(status.standing, "plain")
    why = f' title="{attribute(status.reason)}"' if status.reason else ""
    return f'<span class="pq-badge pq-{tone}"{why}>{escaped(status.standing)}</span>'


def welcome_html(welcome: str, examples: Sequence[tuple[str, str]]) -> str:
    """The empty page: `examples` are documents, each with a question that it answers."""
    asked = "".join(
        f'<li><button type="button" class="pq-example" data-act="choose" data-text="{attribute(question)}">'
        f"<span>{escaped(question)}</span><small>{escaped(document)}</small></button></li>"
        for document, question in examples
    )
    listed = f'<h2>可以这样问</h2><ul class="pq-examples">{asked}</ul>' if asked else ""
    return f'<div class="pq-welcome"><p>{escaped(welcome)}</p>{listed}</div>'


def conversations_html(conversations: Sequence[Conversation], shown: str) -> str:
    """Earlier conversations, the one that is shown marked."""
    if not conversations:
        return '<p class="pq-none">还没有对话记录。</p>'
    items = "".join(
        f'<li><button type="button" class="pq-past" data-act="conversation" data-conversation="{attribute(c.id)}"'
        f"{' aria-current=true' if c.id == shown else ''}><span>{escaped(shorten(c.title, _TITLE))}</span>"
        f"<small>{_moment(c.updated)} · {c.turns} 问</small></button>"
        f'<button type="button" class="pq-delete" data-act="delete" data-which="{attribute(c.id)}"'
        f' data-confirm="删除这个对话？删除后不能恢复。"'
        f' aria-label="删除对话：{attribute(shorten(c.title, _TITLE))}">×</button></li>'
        for c in conversations
    )
    return f"<ul>{items}</ul>"


def _answer_html(turn: Turn) -> str:
    marks = {s.n: s for s in turn.sources}
    lines = []
    for line in turn.text.split("\n"):
        kind = _kind(line)
        lines.append(f"<p{f' class={kind}' if kind else ''}>{_marked(turn.id, line, marks)}</p>")
    return f'<div class="pq-answer">{"".join(lines)}</div>'


def _kind(line: str) -> str:
    if line.startswith(NOTICE):
        return "pq-caution"
    if line.startswith(_GROUNDS):
        return "pq-grounds"
    return "pq-note" if line.startswith((NOTE, "（已按要求停止")) else ""


def _marked(turn: str, line: str, marks: Mapping[int, Source]) -> str:
    """A line with its marks as buttons; a number between brackets that is no mark stays text."""
    parts, end = [], 0
    for mark in _MARK.finditer(line):
        source = marks.get(int(mark[1]))
        if source is None:
            continue
        parts.append(escaped(line[end : mark.start()]))
        parts.append(
            f'<button type="button" class="pq-mark" data-act="source" data-turn="{attribute(turn)}"'
            f' data-n="{source.n}" aria-label="依据{source.n}：{attribute(source.label)}">[{source.n}]</button>'
        )
        end = mark.end()
    return "".join([*parts, escaped(line[end:])])


def _cards_html(turn: Turn, standings: Standings) -> str:
    cards = "".join(_card_html(turn, s, standings) for s in turn.sources)
    return f'<section class="pq-cards" aria-label="依据"><h3>依据（{len(turn.sources)} 条）</h3>{cards}</section>'


def _card_html(turn: Turn, source: Source, standings: Standings) -> str:
    where = f'data-act="source" data-turn="{attribute(turn.id)}" data-n="{source.n}"'
    return (
        f'<div class="pq-card" id="card-{attribute(turn.id)}-{source.n}">'
        f'<div class="pq-card-head"><button type="button" class="pq-open" {where}>'
        f'<span class="pq-n">[{source.n}]</span> {escaped(source.label)}</button>'
        f"{_badge_of(source, standings)}</div>{facts_html(source)}"
        f"<blockquote>{escaped(source.quote)}</blockquote></div>"
    )


def facts_html(source: Source) -> str:
    """文号, issuers, date and page, as far as known."""
    page = f"第 {source.page} 页" if source.page is not None else None
    facts = [f for f in (source.doc_number, "、".join(source.issuers), source.date, page) if f]
    return f'<p class="pq-facts">{"".join(f"<span>{escaped(f)}</span>" for f in facts)}</p>' if facts else ""


def _badge_of(source: Source, standings: Standings) -> str:
    return badge_html(standings[source.id]) if source.id in standings else ""


def _refusal_html(turn: Turn, standings: Standings) -> str:
    """Made from the parts: the answer's own text runs them together for machines."""
    refusal = turn.refusal or {}
    parts = [
        f'<p class="pq-type"><span aria-hidden="true">—</span> {escaped(refusal["type"])}</p>'
        f"<p>{escaped(refusal['reason'])}</p>"
    ]
    if refusal["choices"]:
        choices = "".join(
            f'<li><button type="button" class="pq-choice" data-act="choose" data-text="{attribute(c)}">'
            f"{escaped(c)}</button></li>"
            for c in refusal["choices"]
        )
        parts.append(f'<ul class="pq-choices" aria-label="请选择">{choices}</ul>')
    if turn.nearest:
        nearest = "".join(
            f'<li><button type="button" class="pq-open" data-act="article" data-id="{attribute(s.id)}">'
            f"{escaped(s.label)}</button>{_badge_of(s, standings)}</li>"
            for s in turn.nearest
        )
        parts.append(f'<p>最接近的条文（未必回答了问题）：</p><ul class="pq-nearest">{nearest}</ul>')
    return f'<div class="pq-refusal" role="note" aria-label="未能回答">{"".join(parts)}</div>'


def _tools_html(turn: Turn) -> str:
    id_ = attribute(turn.id)
    text = attribute(turn.question)
    return (
        '<div class="pq-tools">'
        f'<button type="button" data-act="again" data-turn="{id_}" data-text="{text}" class="pq-last">重试</button>'
        f'<button type="button" data-edit="{id_}" data-text="{text}" class="pq-last">修改问题</button>'
        "</div>"
    )


def _echo(question: str) -> str:
    cut = question if len(question) <= _ECHO else f"{question[:_ECHO]}…（共 {len(question)} 字）"
    return escaped(cut.strip())


def _moment(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%m-%d %H:%M")
