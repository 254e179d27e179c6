"""What an operator with a caller on the line sees beside an answer (坐席模式): what to say, to ask and to trust. Pure.

How sure an answer is, is told from the retrieval's confidence. On the 510 cases of the dev evaluation set (422 of
them answered; November 2026, built-in answers) it separates:

| shown as   | rule                                            | answers | all facts right | first source right |
|------------|-------------------------------------------------|---------|-----------------|--------------------|
| 可直接答复 | confidence >= 0.98 and nothing of the next line | 174     | 91 %            | 95 %               |
| 请核对原文 | confidence >= 0.85, or a notice, or what the    | 188     | 84 %            | 88 %               |
|            | articles do not say outright, or a question     |         |                 |                    |
|            | that was understood in other words              |         |                 |                    |
| 不确定     | confidence < 0.85                               | 60      | 75 %            | 80 %               |

An answer that should have been a refusal counts as wrong. The thresholds were chosen on these cases: expect a
little less elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.validity import NOTICE
from ui.must_ask import Ask, must_ask
from ui.render import attribute, escaped
from ui.speech import grounds, speech
from ui.turn import Turn

SURE, FAIR = 0.98, 0.85
"""The least confidence for 可直接答复, and for 请核对原文."""
_INDIRECT = "条文未直接表态"
KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "发送问题（选字时的回车不会发送）"),
    ("Shift+Enter", "换行"),
    ("Alt+Q", "回到问题框"),
    ("Alt+↓", "下一条依据或选项"),
    ("Alt+↑", "上一条依据或选项"),
    ("Alt+C", "复制答复"),
    ("F8", "复制工单（整通来电，含备注）"),
    ("Alt+M", "写来电备注"),
    ("F2", "新来电：清空备注和对话"),
    ("Esc", "关闭原文、菜单或本说明"),
    ("?", "显示全部按键（问题框为空时）"),
)
"""Every key of the mode and what it does; `ui/static/operator.js` listens to them.

None of them is a key of Chrome, Edge or Firefox on Windows or Linux, or of the common Chinese input methods.
"""


@dataclass(frozen=True)
class Certainty:
    """How far an answer can be relied on: a word, why, and what it looks like."""

    word: str
    why: str
    tone: str


def certainty(turn: Turn) -> Certainty:
    """How sure the answer of a turn is; a refusal is told apart."""
    refusal = turn.refusal
    if refusal is not None:
        if refusal["type"] == "需要更多信息":
            return Certainty("先问清楚", "要知道来电人问的是哪一个，才能答复。", "ask")
        return Certainty("没有答案", f"{refusal['type']}：不要自行答复。", "none")
    confidence = float((turn.answer or {}).get("confidence", 0.0))
    if confidence < FAIR:
        return Certainty("不确定", "检索把握不足，读出前请先看原文。", "low")
    if NOTICE in turn.text:
        return Certainty("请核对原文", "文件的效力有提示，请先看提示。", "fair")
    if _INDIRECT in turn.text:
        return Certainty("请核对原文", "条文没有直接表态，只能读出相关规定。", "fair")
    if _understood(turn):
        return Certainty("请核对原文", "问题是换了说法去查的，请先看理解得对不对。", "fair")
    if confidence < SURE:
        return Certainty("请核对原文", "检索把握一般，请对照原文后答复。", "fair")
    return Certainty("可直接答复", "检索把握高。", "high")


def brief_html(turn: Turn) -> str:
    """How sure, what to read out, on what grounds, and what to ask back; empty while nothing has been said."""
    if turn.answer is None:
        return ""
    sure, asks = certainty(turn), must_ask(turn)
    return (
        f'<div class="pq-brief" data-tone="{sure.tone}" role="group" aria-label="坐席要点">'
        f'<p class="pq-sure"><strong>{sure.word}</strong><span>{escaped(sure.why)}</span></p>'
        f"{_understood_html(turn)}{_speech_html(turn, asks)}{_asks_html(turn, asks)}</div>"
    )


def call_html(conversation: str, note: str) -> str:
    """The call that is on the line: notes, and what can be done, each with its key."""
    return (
        f'<label class="pq-notes-label" for="pq-notes">来电备注 {_key("Alt+M")}</label>'
        f'<textarea id="pq-notes" rows="5" maxlength="2000" data-conversation="{attribute(conversation)}"'
        f' placeholder="单位、姓名、电话（写入工单）">\n{attribute(note)}</textarea>'
        '<p class="pq-kept" id="pq-kept" role="status"></p>'
        '<div class="pq-call-acts">'
        f'<button type="button" data-call="ticket">复制工单 {_key("F8")}</button>'
        f'<button type="button" data-call="answer">复制答复 {_key("Alt+C")}</button>'
        f'<button type="button" data-call="caller" class="pq-next">新来电 {_key("F2")}</button></div>'
        '<ul class="pq-hints" aria-label="按键">'
        f"<li>{_key('Alt+Q')} 问题框</li><li>{_key('Alt+↓')} {_key('Alt+↑')} 换依据</li>"
        f"<li>{_key('Esc')} 关闭原文</li>"
        f'<li><button type="button" data-call="keys">{_key("?")} 全部按键</button></li></ul>'
    )


def desk_html() -> str:
    """Room for the call, and the overlay of all keys."""
    rows = "".join(f"<tr><th scope=row>{_key(key)}</th><td>{escaped(does)}</td></tr>" for key, does in KEYS)
    return (
        '<aside class="pq-desk" id="pq-desk" aria-label="来电" data-outlet="call"></aside>'
        '<dialog class="pq-keys" id="pq-keys" aria-labelledby="pq-keys-title"><h2 id="pq-keys-title">坐席模式按键</h2>'
        f"<table><tbody>{rows}</tbody></table>"
        '<form method="dialog"><button type="submit" class="pq-main-button">知道了</button></form></dialog>'
    )


def switch_html() -> str:
    """The switch of the mode, for the header; the page's script remembers where it stands."""
    return '<button type="button" class="pq-switch" role="switch" aria-checked="false" data-call="mode">坐席模式</button>'


def _understood(turn: Turn) -> str:
    """The question as it was understood, if that is not how it was asked."""
    understood = str((turn.answer or {}).get("standalone_question", ""))
    return "" if understood == turn.question else understood


def _understood_html(turn: Turn) -> str:
    understood = _understood(turn)
    return f'<p class="pq-about">问题理解：{escaped(understood)}</p>' if understood else ""


def _speech_html(turn: Turn, asks: Sequence[Ask]) -> str:
    refusal = turn.refusal
    if refusal is None:
        said = speech(turn.text)
    elif refusal["type"] == "需要更多信息" and asks:
        said = speech(asks[0].question)
    else:
        said = speech(str(refusal["reason"]))
    lines = "".join(f"<p>{escaped(line)}</p>" for line in said.lines)
    more = "，余下见完整答复" if said.is_part else ""
    about = f'<p class="pq-about">约 {said.seconds} 秒{more}</p>'
    named = grounds(turn.text)
    because = f'<p class="pq-because"><strong>依据</strong>{escaped(named)}</p>' if named else ""
    return f'<div class="pq-speech">{lines}</div>{about}{because}'


def _asks_html(turn: Turn, asks: Sequence[Ask]) -> str:
    if not asks:
        return ""
    if asks[0].choices:
        buttons = "".join(
            f'<button type="button" class="pq-choice" data-act="choose" data-text="{attribute(turn.narrowed(c))}">'
            f"{escaped(c)}</button>"
            for c in asks[0].choices
        )
        return f'<div class="pq-asks"><h3>按来电人的回答选</h3>{buttons}</div>'
    items = "".join(
        f"<li>{escaped(a.question)}<small>条文区分：{escaped('、'.join(a.because))}</small></li>"
        for a in asks
    )
    return f'<div class="pq-asks"><h3>先问来电人</h3><ul>{items}</ul></div>'


def _key(name: str) -> str:
    return f"<kbd>{escaped(name)}</kbd>"
