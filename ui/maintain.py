"""The maintainer's page: what was not answered, what users said, how much was asked. Only maintainers may see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from index.errors import UsageError
from qa.settings import WebSettings
from ui.daily import daily_html
from ui.faults_html import faults_html
from ui.feedback import feedback_jsonl
from ui.render import attribute, escaped
from ui.saved import Judged
from ui.text import shorten
from ui.users import Person
from ui.views import Action, File, Views

if TYPE_CHECKING:
    from index.library import Library
    from ui.app import App

PERIODS = {7: "近 7 天", 30: "近 30 天", 90: "近 90 天", 365: "近一年"}
_USUAL = 30
_LISTED = 200
_TITLE = 60
Label = Callable[[str], str]
"""The label of an article, by its id."""


def page(app: "App", action: Action, who: Person) -> Views:
    """The whole page, over the days that were chosen."""
    _allowed(who)
    days = _days(action)
    today = datetime.combine(app.today(), datetime.min.time())
    with app.live.lent() as chain:
        library, settings = chain.library, chain.settings
        label = _labels(library)
        parts = (
            _head_html(days),
            _state_html(library, app.web, _model_text(app, settings.llm, days), today),
            faults_html(app.faults.last()) if app.faults else "",
            daily_html(app.records.daily(days)),
            _list_html("未答好的问题", "没有拒答，也没有差评。", app.records.unanswered(days), label, days),
            _list_html("用户评价", "还没有评价。", app.records.judged(days), label, days, export=True),
        )
    return Views(maintain="".join(parts))


def export(app: "App", action: Action, who: Person) -> Views:
    """The feedback of the days that were chosen, as the evaluation takes it in."""
    _allowed(who)
    judged = app.records.judged(_days(action))
    if not judged:
        raise UsageError("这段时间没有评价，没有可以导出的。请换一段时间。")
    name = f"评价-{app.today().isoformat()}.jsonl"
    return Views(
        file=File(name, "application/x-ndjson", feedback_jsonl(judged).encode()),
        notice=f"已导出 {len(judged)} 条评价。",
    )


def clear(app: "App", action: Action, who: Person) -> Views:
    """The errors have been looked at: the list begins anew."""
    _allowed(who)
    if app.faults:
        app.faults.clear()
    return replace(page(app, action, who), notice="已清空。")


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {
    "maintain": page,
    "maintain-export": export,
    "maintain-clear": clear,
}


def _allowed(who: Person) -> None:
    if not who.maintainer:
        raise UsageError("只有维护者可以查看维护页。请用维护者的账号登录。")


def _days(action: Action) -> int:
    chosen = action.get("days", "")
    return int(chosen) if chosen in map(str, PERIODS) else _USUAL


def _labels(library: "Library") -> Label:
    def label(id_: str) -> str:
        found = library.article(id_)
        return found.label if found else id_

    return label


def _head_html(days: int) -> str:
    buttons = "".join(
        f'<button type="button" id="pq-days-{n}" data-act="maintain" data-days="{n}"'
        f' aria-pressed="{"true" if n == days else "false"}">{name}</button>'
        for n, name in PERIODS.items()
    )
    return (
        '<div class="pq-page-head"><h2>维护</h2>'
        f'<div class="pq-period" role="group" aria-label="时间范围">{buttons}</div></div>'
    )


def _state_html(library: "Library", web: WebSettings, model: str, today: datetime) -> str:
    made = library.manifest
    built = datetime.fromisoformat(made.built_at)
    age = (today.date() - built.date()).days
    facts = {
        "索引": f"建于 {built.strftime('%Y-%m-%d %H:%M')}（{f'{age} 天前' if age > 0 else '今天'}），"
        f"{len(library.documents)} 份文件，{len(library.articles)} 条",
        "聊天模型": model,
        "记录": f"保留 {web.keep_days} 天" if web.keep_days else "一直保留",
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{escaped(said)}</dd></div>" for name, said in facts.items())
    return f'<section aria-label="状态"><dl class="pq-state">{rows}</dl></section>'


def _model_text(app: "App", name: str | None, days: int) -> str:
    if name is None:
        return "未接入，使用内置回答"
    use = app.records.model_use(name, days)
    said = f"{name}：作答 {use.worded} 次，失败 {use.failed} 次（改用内置回答）"
    if use.last_failure:
        said += f"；最近一次失败：{_moment(use.last_failure)}，{use.reason}"
    return said


def _list_html(
    title: str, none: str, judged: Sequence[Judged], label: Label, days: int, *, export: bool = False
) -> str:
    """Questions with what became of them, the newest first."""
    button = ""
    if export and judged:
        button = (
            f'<button type="button" class="pq-main-button" data-act="maintain-export" data-days="{days}"'
            ' title="可用 policy-qa eval import 收为案例草稿">导出评价（JSONL）</button>'
        )
    items = "".join(_item_html(j, label) for j in judged[:_LISTED])
    more = len(judged) - _LISTED
    left = f'<p class="pq-none">另有 {more} 条较早的，请缩短时间范围查看。</p>' if more > 0 else ""
    listed = f'<ol class="pq-cases">{items}</ol>{left}' if items else f'<p class="pq-none">{none}</p>'
    return (
        f'<section aria-label="{title}"><div class="pq-section-head"><h3>{title}（{len(judged)}）</h3>{button}</div>'
        f"{listed}</section>"
    )


def _item_html(judged: Judged, label: Label) -> str:
    turn, given = judged.turn, judged.feedback
    badges = f'<span class="pq-badge pq-warn">{escaped(turn.refusal)}</span>' if turn.refusal else ""
    facts = []
    if given is not None:
        tone = "pq-good" if given.verdict == "有用" else "pq-bad"
        badges += f'<span class="pq-badge {tone}">{given.verdict}</span>'
        if given.article:
            facts.append(f"用户选的依据：{label(given.article)}")
        if given.comment.strip():
            facts.append(f"说明：{given.comment.strip()}")
    if turn.standalone_question.strip() != turn.question.strip():
        facts.append(f"理解为：{turn.standalone_question}")
    told = "".join(f"<p>{escaped(fact)}</p>" for fact in facts)
    cited = [str(c["label"]) for c in turn.answer["citations"]]
    sources = f"<p>依据：{escaped('；'.join(cited))}</p>" if cited else ""
    return (
        f'<li class="pq-case"><p class="pq-case-head">{badges}<time datetime="{attribute(turn.time)}">'
        f'{_moment(turn.time)}</time></p><p class="pq-case-question">{escaped(turn.question)}</p>{told}'
        f"<details><summary>回复：{escaped(shorten(str(turn.answer['answer']), _TITLE))}</summary>"
        f"<div>{escaped(str(turn.answer['answer']))}{sources}</div></details></li>"
    )


def _moment(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%Y-%m-%d %H:%M")
