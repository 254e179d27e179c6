"""What went wrong lately, as a part of the maintainer's page."""

from collections.abc import Sequence
from datetime import datetime

from ui.faults import SHORT, Fault
from ui.render import attribute, escaped

_SHOWN = 30


def faults_html(faults: Sequence[Fault]) -> str:
    """The faults, the last one first; traces and what else helps to find the cause stand behind a click."""
    clear = ""
    if faults:
        clear = (
            '<button type="button" data-act="maintain-clear" data-confirm="清空后不能恢复。确定清空出错记录？">'
            "清空</button>"
        )
    items = "".join(map(_item_html, faults[:_SHOWN]))
    more = len(faults) - _SHOWN
    left = f'<p class="pq-none">另有 {more} 种较早的，见服务端日志。</p>' if more > 0 else ""
    listed = f'<ol class="pq-cases">{items}</ol>{left}' if items else '<p class="pq-none">没有出错。</p>'
    return (
        '<section aria-label="最近的错误"><div class="pq-section-head">'
        f"<h3>最近的错误（{len(faults)}）</h3>{clear}</div>{listed}</section>"
    )


def _item_html(fault: Fault) -> str:
    ids = "、".join(id_[:SHORT] for id_ in fault.ids)
    facts = [f"第一次：{_moment(fault.first)}", f"出处：{fault.place}"]
    if len(fault.ids) > 1:
        facts.append(f"编号：{ids}")
    id_ = f"<span>编号 {escaped(fault.ids[0][:SHORT])}</span>" if fault.ids else ""
    told = "".join(f"<p>{escaped(fact)}</p>" for fact in facts)
    trace = (
        f'<pre class="pq-trace" tabindex="0" aria-label="错误的来源">{attribute(fault.trace)}</pre>'
        if fault.trace
        else ""
    )
    return (
        f'<li class="pq-case"><p class="pq-case-head"><span class="pq-badge pq-bad">{escaped(fault.kind)}</span>'
        f'<time datetime="{attribute(fault.last)}">{_moment(fault.last)}</time><span>{fault.times} 次</span>{id_}</p>'
        f'<p class="pq-case-question">{escaped(fault.line)}</p>'
        f"<details><summary>详情</summary><div>{told}{trace}</div></details></li>"
    )


def _moment(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%Y-%m-%d %H:%M:%S")
