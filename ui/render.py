"""The conversation as HTML; nothing from a document or a user is markup. Pure.

Whatever can be clicked is `<button type="button" data-act="…" data-…>`: the page's script hands its data to
`ui.app`. A form with `data-act` hands over its fields too.
"""

import re
from collections.abc import Mapping
from html import escape

from qa.claims import NOTE
from qa.validity import NOTICE, Status
from ui.export import KINDS, answer_text, citation_text
from ui.saved import USER_VERDICTS
from ui.text import safe
from ui.turn import STOPPED, Source, Turn

_ECHO = 200
"""Characters of a question that are repeated on the page."""
WRONG_SOURCE = "依据不对"
_MARK = re.compile(r"\[(\d{1,2})\]")
_GROUNDS = "依据："
_TONES = {
    "现行": "good",
    "试行": "fair",
    "尚未施行": "warn",
    "部分废止": "warn",
    "已过有效期": "bad",
    "已废止": "bad",
    "已被替代": "bad",
}
"""What a badge looks like; 期限未写明 has no tone."""
Standings = Mapping[str, Status]
"""How documents stand, by the id of an article of theirs."""


def escaped(text: str) -> str:
    """`text` as HTML that shows it, line by line; also fit for an attribute, if it has one line."""
    return attribute(text).replace("\n", "<br>")


def attribute(text: str) -> str:
    """`text` as the value of an attribute between double quotes."""
    return escape(safe(text))


def turn_html(turn: Turn, standings: Standings, brief: str = "") -> str:
    """A question with what was said to it, and what can be done about it; `brief` is HTML that stands before."""
    parts = [f'<h2 class="pq-question">{_echo(turn.question)}</h2>{brief}']
    if turn.refusal:
        parts.append(_refusal_html(turn, standings))
    elif turn.answer:
        parts.append(_answer_html(turn))
        parts += [_cards_html(turn, standings)] if turn.sources else []
    elif turn.state == "working":
        doing = f"前面还有 {turn.ahead} 个问题，请稍候……" if turn.ahead else "正在查找……"
        parts.append(f'<p class="pq-working" role="status">{doing}</p>')
    if turn.error:
        parts.append(error_html(turn.error))
    if turn.state != "working":
        parts.append(_tools_html(turn))
    return (
        f'<article class="pq-turn" id="turn-{attribute(turn.id)}" data-state="{turn.state}"'
        f' data-question="{attribute(turn.question)}">{"".join(parts)}</article>'
    )


def error_html(message: str) -> str:
    """What went wrong, told apart from answers and refusals."""
    return f'<div class="pq-error" role="alert">{escaped(message)}</div>'


def badge_html(status: Status) -> str:
    """Whether a document holds, in a word."""
    tone = _TONES.get(status.standing, "plain")
    why = f' title="{attribute(status.reason)}"' if status.reason else ""
    return f'<span class="pq-badge pq-{tone}"{why}>{escaped(status.standing)}</span>'


def _answer_html(turn: Turn) -> str:
    marks = {s.n: s for s in turn.sources}
    lines, led = [], False
    for line in turn.text.split("\n"):
        kind = _kind(line) or ("" if led else "pq-lead")
        led = led or kind == "pq-lead"
        name = f' class="{kind}"' if kind else ""
        lines.append(f"<p{name}>{_marked(turn.id, line, marks)}</p>")
    return f'<div class="pq-answer">{"".join(lines)}</div>'


def _kind(line: str) -> str:
    """What a line is, if it is not part of the answer."""
    if line.startswith(NOTICE):
        return "pq-caution"
    if line.startswith(_GROUNDS):
        return "pq-grounds"
    return "pq-note" if line.startswith((NOTE, STOPPED)) else ""


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
    return f'<div class="pq-cards"><h3>依据（{len(turn.sources)} 条）</h3>{cards}</div>'


def _card_html(turn: Turn, source: Source, standings: Standings) -> str:
    where = f'data-act="source" data-turn="{attribute(turn.id)}" data-n="{source.n}"'
    return (
        f'<div class="pq-card" id="card-{attribute(turn.id)}-{source.n}">'
        f'<button type="button" class="pq-open" {where}>[{source.n}] {escaped(source.label)}</button>'
        f"{facts_html(source, standings.get(source.id))}"
        f"<blockquote>{escaped(source.quote)}</blockquote>{cite_html(source)}</div>"
    )


def cite_html(source: Source) -> str:
    """A button that copies the official citation with the quote."""
    text = citation_text(source.label, source.doc_number, source.quote)
    return f'<button type="button" class="pq-cite" data-copy="{attribute(text)}">复制引文</button>'


def facts_html(source: Source, status: Status | None = None) -> str:
    """Whether the document holds, 文号, issuers, date and page, as far as known."""
    page = f"第 {source.page} 页" if source.page is not None else None
    facts = [f for f in (source.doc_number, "、".join(source.issuers), source.date, page) if f]
    said = "".join(f"<span>{escaped(f)}</span>" for f in facts)
    badge = badge_html(status) if status else ""
    return f'<p class="pq-facts">{badge}{said}</p>' if badge or said else ""


def _refusal_html(turn: Turn, standings: Standings) -> str:
    """Made from the parts: the answer's own text runs them together for machines."""
    refusal = turn.refusal or {}
    back = refusal["type"] == "需要更多信息"
    parts = [f'<p class="pq-type">{escaped(refusal["type"])}</p><p>{escaped(refusal["reason"])}</p>']
    if refusal["choices"]:
        choices = "".join(
            f'<li><button type="button" class="pq-choice" data-act="choose" data-text="{attribute(turn.narrowed(c))}">'
            f"{escaped(c)}</button></li>"
            for c in refusal["choices"]
        )
        parts.append(f'<ul class="pq-choices" aria-label="请选择">{choices}</ul>')
    if refusal["type"] == "超出范围":
        parts.append("<p>可以问已收录政策文件里的规定，例如申报条件、材料、期限和联系方式。</p>")
    elif turn.nearest and not refusal["choices"]:
        nearest = "".join(
            f"<li>{badge_html(standings[s.id]) if s.id in standings else ''}"
            f'<button type="button" class="pq-open" data-act="article" data-id="{attribute(s.id)}">'
            f"{escaped(s.label)}</button></li>"
            for s in turn.nearest
        )
        parts.append(f'<p>最接近的条文（未必回答了问题）：</p><ul class="pq-nearest">{nearest}</ul>')
    kind = "pq-refusal pq-back" if back else "pq-refusal"
    name = "需要补充信息" if back else "没有答案"
    return f'<div class="{kind}" role="note" aria-label="{name}">{"".join(parts)}</div>'


def _tools_html(turn: Turn) -> str:
    id_, text = attribute(turn.id), attribute(turn.question)
    said = ""
    if turn.answer:
        exports = "".join(
            f'<button type="button" data-act="export" data-kind="{kind}" data-what="turn" data-id="{id_}">'
            f"{name}</button>"
            for kind, name in KINDS.items()
        )
        said = (
            f"{_verdicts_html(turn)}"
            f'<button type="button" data-copy="{attribute(answer_text(turn.answer))}">复制回答</button>'
            f'<details class="pq-pop"><summary>导出</summary><div class="pq-menu-list">{exports}</div></details>'
        )
    again = (
        f'<button type="button" data-act="again" data-turn="{id_}" data-text="{text}" class="pq-last">重试</button>'
        f'<button type="button" data-edit="{id_}" data-text="{text}" class="pq-last">修改问题</button>'
    )
    return f'<div class="pq-tools">{said}{again}</div>{_comment_html(turn)}'


def _verdicts_html(turn: Turn) -> str:
    """The buttons, the one that was pressed marked."""
    given = turn.feedback.verdict if turn.feedback else None
    buttons = "".join(
        f'<button type="button" data-act="feedback" data-turn="{attribute(turn.id)}" data-verdict="{v}"'
        f' aria-pressed="{"true" if v == given else "false"}">{v}</button>'
        for v in USER_VERDICTS
    )
    return f'<span class="pq-verdicts" role="group" aria-label="评价这条回答">{buttons}</span>'


def _comment_html(turn: Turn) -> str:
    """What was said about the answer, with room for a comment."""
    given = turn.feedback
    if given is None:
        return ""
    right = next((s.label for s in turn.retrieved if s.id == given.article), given.article)
    chosen = f"正确的依据：{escaped(right)}。" if right else ""
    return (
        f'<form class="pq-comment" data-act="feedback" data-turn="{attribute(turn.id)}"'
        f' data-verdict="{given.verdict}"><p>已记录：{given.verdict}。{chosen}</p>'
        f'<label>补充说明（可不填）<input name="comment" maxlength="500" value="{attribute(given.comment)}"></label>'
        '<button type="submit">提交说明</button></form>'
    )


def _echo(question: str) -> str:
    cut = question if len(question) <= _ECHO else f"{question[:_ECHO]}…（共 {len(question)} 字）"
    return escaped(cut.strip())
