"""The page on which maintainers take files in, as HTML; nothing from a file, its name or its text is markup. Pure.

What stands in an element with an id and `data-part` is replaced alone when it has changed, so that what is open or
being written in another stays (`ui/static/ingest.js`).
"""

from collections.abc import Sequence

from index.finding import Finding
from index.plan import DocumentPlan, FilePlan
from index.readers.kinds import KNOWN, SUFFIXES, SUPPORTED
from ui.ingest import Item
from ui.librarian import Typed
from ui.paging import sheet
from ui.plan_text import counts_text
from ui.render import attribute, escaped
from ui.tasks import Task

_FINDINGS = 30
_DOCUMENTS = 10
_ARTICLES_AT_ONCE = 50
_STAGES = {"waiting": "等待检查", "reading": "正在读取", "adding": "等待收录"}
_BADGES = {
    "new": ("新文件", "good"),
    "changed": ("有变化", "fair"),
    "unchanged": ("没有变化，不用收录", ""),
    "blocked": ("有错误，不收录", "bad"),
    "unreadable": ("无法读取", "bad"),
}


def frame_html(file_mb: int) -> str:
    """The part that stays: where files are dropped, and what is being sent."""
    known, accept = ",".join(sorted(KNOWN)), ",".join(SUFFIXES)
    return (
        '<div class="pq-page pq-ingest"><h2 tabindex="-1">收录文件</h2>'
        '<p class="pq-hidden" id="pq-ingest-said" role="status"></p>'
        f'<div class="pq-drop" data-drop data-known="{known}" data-supported="{SUPPORTED}" data-megabytes="{file_mb}">'
        "<p><strong>把文件拖到这里</strong>，或"
        '<label class="pq-pick-file" for="pq-pick">选择文件</label>'
        f'<input type="file" id="pq-pick" class="pq-hidden" multiple accept="{accept}"></p>'
        f'<p class="pq-none">支持 {SUPPORTED}，每个不超过 {file_mb} MB。上传后先检查，您确认后才收录。</p></div>'
        '<ul class="pq-sending" id="pq-sending" aria-label="正在上传"></ul>'
        '<div data-outlet="ingest" data-first="ingest"></div>'
        '<dialog class="pq-preview" id="pq-preview" aria-label="预览"><div data-outlet="preview"></div></dialog></div>'
    )


def tasks_html(tasks: Sequence[Task], owner: str) -> str:
    """What is being done to the library, and what came of what a maintainer has asked for."""
    items = "".join(_task_html(t, own=t.owner == owner) for t in tasks if t.open or t.owner == owner)
    return f'<section data-part id="pq-tasks" aria-label="进度"><ul class="pq-tasks">{items}</ul></section>'


def tray_html(items: Sequence[Item], collections: Sequence[str]) -> str:
    """The files of a maintainer: what was found in each, and the button that takes them in."""
    shown = "".join(map(_item_html, items))
    none = '<p class="pq-none">还没有上传文件。</p>' if not items else ""
    return (
        '<section aria-label="待收录的文件">'
        f'<div data-part id="pq-tray-head">{_tray_head(items, collections)}{none}</div>'
        f'<ul class="pq-files" id="pq-tray" data-parts>{shown}</ul></section>'
    )


def preview_html(item: Item, plan: DocumentPlan, page: int) -> str:
    """The articles of a document, the text of each on demand, page by page."""
    shown = sheet(len(plan.articles), page, _ARTICLES_AT_ONCE)
    articles = "".join(
        f"<details><summary>{escaped(str(a.locator))}</summary><div>{escaped(a.text)}</div></details>"
        for a in shown.of(plan.articles)
    )
    data = f'data-act="ingest-preview" data-item="{item.id}" data-key="{attribute(plan.meta.key)}"'
    turn = shown.turn_html(lambda n: f'{data} data-page="{n}"')
    return (
        f'<div class="pq-preview-head"><h3 tabindex="-1" data-focus>{escaped(plan.meta.name)}</h3>'
        '<button type="button" class="pq-close" data-dialog-close aria-label="关闭预览">×</button></div>'
        f"{_facts_html(plan)}<p>共 {len(plan.articles)} 条，点开看全文。</p>{articles}{turn}"
    )


def size_text(size: int) -> str:
    """Bytes in words."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} KB"


def taken_html(plans: Sequence[FilePlan]) -> str:
    """What taking files in has done, document by document."""
    documents = [d for plan in plans if plan.status in ("new", "changed") for d in plan.documents]
    lines = [f"{d.meta.name}：{counts_text(d)}" for d in documents[:_DOCUMENTS]]
    lines += [f"另有 {len(documents) - _DOCUMENTS} 份文件"] if len(documents) > _DOCUMENTS else []
    lines += [
        f"没有收录：{plan.name}（{plan.message}）" if plan.name else plan.message
        for plan in plans
        if plan.status in ("blocked", "unreadable")
    ]
    return "".join(f'<p class="pq-told">{escaped(line)}</p>' for line in lines)


def finding_html(finding: Finding) -> str:
    """A finding with its place in the source."""
    tone, kind = ("bad", "错误") if finding.severity == "error" else ("warn", "提醒")
    place = [finding.place] if finding.place else []
    place += [f"第 {finding.page} 页"] if finding.page is not None else []
    place += [f"第 {finding.lines[0] + 1} 行"] if finding.lines else []
    where = f"<small>{escaped('，'.join(place))}</small> " if place else ""
    return f'<li><span class="pq-badge pq-{tone}">{kind}</span> {where}{escaped(finding.message)}</li>'


def _task_html(task: Task, *, own: bool) -> str:
    said = {"waiting": "排队中", "done": "完成", "failed": "没有完成", "cancelled": "已取消"}.get(
        task.state, ""
    )
    tone = {"done": "good", "failed": "bad"}.get(task.state, "")
    badge = _badge_html(said, tone) if said else ""
    bar, button = "", ""
    if task.state == "running":
        count = f"：{task.done} / {task.total}" if task.total > 1 else ""
        label = f"{task.stage or '准备'}{count}"
        value = f' max="{task.total}" value="{task.done}"' if task.total > 1 else ""
        bar = f'<span>{escaped(label)}</span><progress aria-label="{attribute(label)}"{value}></progress>'
    if task.cancelling and task.open:
        button = "<span>正在取消</span>"
    elif own and task.open:
        button = f'<button type="button" data-act="ingest-cancel" data-task="{task.id}">取消</button>'
    elif own:
        button = (
            f'<button type="button" class="pq-delete" data-act="ingest-dismiss" data-task="{task.id}"'
            f' aria-label="不再显示：{attribute(task.title)}">×</button>'
        )
    told = f"<p>{escaped(task.message)}</p>" if task.message else ""
    return (
        f'<li class="pq-task" data-state="{task.state}"><div><strong>{escaped(task.title)}</strong> {badge}'
        f"{bar}{button}</div>{told}</li>"
    )


def _tray_head(items: Sequence[Item], collections: Sequence[str]) -> str:
    head = f"<h3>待收录的文件（{len(items)}）</h3>{_summary_html(items)}"
    ready = sum(item.ready for item in items)
    done = sum(item.state == "added" for item in items)
    clear = '<button type="button" data-act="ingest-clear">清除已收录的</button>' if done else ""
    if not ready:
        return f'<div class="pq-section-head">{head}{clear}</div>'
    known = "".join(f'<option value="{attribute(name)}">' for name in collections)
    return (
        f'<div class="pq-section-head">{head}{clear}</div><form class="pq-confirm" data-act="ingest-confirm">'
        '<label for="pq-collection">收录到合集</label><input id="pq-collection" name="collection" maxlength="40"'
        ' list="pq-collections" placeholder="默认" autocomplete="off">'
        f'<datalist id="pq-collections">{known}</datalist>'
        f'<button type="submit" class="pq-main-button">收录 {ready} 个文件</button></form>'
    )


def _summary_html(items: Sequence[Item]) -> str:
    """How many of each kind there are; it is said aloud when it changes."""
    counts = (
        ("正在检查", sum(item.state in ("waiting", "reading") for item in items)),
        ("可以收录", sum(item.ready for item in items)),
        ("有错误", sum(item.blocked and not item.ready and item.state == "read" for item in items)),
        ("正在收录", sum(item.state == "adding" for item in items)),
        ("已收录", sum(item.state == "added" for item in items)),
    )
    said = "，".join(f"{n} 个{word}" for word, n in counts if n)
    return f"<p data-told>{said}</p>" if said else ""


def _item_html(item: Item) -> str:
    working = item.state in _STAGES
    stage = item.stage or _STAGES.get(item.state, "")
    if item.state == "adding":
        stage = "正在收录"
    badge, tone = ("已收录", "good") if item.state == "added" else ("没有收录", "bad")
    if item.state == "read":
        badge, tone = _BADGES[_standing(item)]
        badge, tone = ("有错误，仍收录", "warn") if item.accepted and item.blocked else (badge, tone)
    mark = _badge_html(badge, tone)
    if working:
        mark = f'<span class="pq-stage">{escaped(stage)}</span>'
    button = "" if item.state == "adding" else (
        f'<button type="button" class="pq-delete" data-act="ingest-discard" data-item="{item.id}"'
        f' aria-label="移出：{attribute(item.name)}">×</button>'
    )  # fmt: skip
    told = f'<p class="pq-told">{escaped(item.message)}</p>' if item.message else ""
    plans = ""
    if item.state == "added":
        plans = taken_html(item.plans)
    elif item.state != "failed":
        plans = "".join(_plan_html(item, plan) for plan in item.plans)
    if item.lost and item.state == "read":
        named = "、".join(item.lost)
        told += (
            f'<p class="pq-caution">文件库中已有同名文件。收录后，只在旧文件中的{escaped(named)}不再收录；'
            "如要保留，请先给新文件换一个文件名再上传。</p>"
        )
    return (
        f'<li class="pq-file" data-part id="pq-file-{item.id}" data-state="{item.state}"><div class="pq-file-head">'
        f"<h4>{escaped(item.name)}</h4><small>{size_text(item.size)}</small>{mark}{button}</div>"
        f"{told}{plans}{_accept_html(item)}</li>"
    )


def _badge_html(said: str, tone: str) -> str:
    look = f"pq-badge pq-{tone}" if tone else "pq-badge"
    return f'<span class="{look}">{said}</span>'


def _standing(item: Item) -> str:
    """The status that says most of a file with several."""
    found = {plan.status for plan in item.plans}
    return next((s for s in ("blocked", "new", "changed", "unreadable") if s in found), "unchanged")


def _accept_html(item: Item) -> str:
    if item.state != "read" or not item.blocked:
        return ""
    return (
        f'<label class="pq-accept"><input type="checkbox" id="pq-accept-{item.id}" data-accept="{item.id}"'
        f"{' checked' if item.accepted else ''}> 仍要收录<small>（有错误的条文可能引用不准）</small></label>"
    )


def _plan_html(item: Item, plan: FilePlan) -> str:
    name = f"<h5>{escaped(plan.name)}</h5>" if len(item.plans) > 1 and plan.name else ""
    said = plan.message if item.state == "read" and not (item.accepted and plan.status == "blocked") else ""
    told = f'<p class="pq-told">{escaped(said)}</p>' if said and said != item.message else ""
    told += "".join(f"<p>{escaped(note)}。</p>" for note in plan.notes)
    shown = "".join(_document_html(item, d) for d in plan.documents[:_DOCUMENTS])
    if rest := plan.documents[_DOCUMENTS:]:
        more = "".join(_document_html(item, d) for d in rest)
        shown += f"<details><summary>其余 {len(rest)} 份文件</summary>{more}</details>"
    return f"{name}{told}{_findings_html(plan.findings, item, plan)}{shown}"


def _findings_html(findings: Sequence[Finding], item: Item, plan: FilePlan) -> str:
    if not findings:
        return ""
    errors = [f for f in findings if f.severity == "error"]
    warnings = [f for f in findings if f.severity != "error"]
    told = "，".join(
        f"{kind} {len(found)} 处" for kind, found in (("错误", errors), ("提醒", warnings)) if found
    )
    listed = "".join(map(finding_html, [*errors, *warnings][:_FINDINGS]))
    more = len(findings) - _FINDINGS
    left = f"<li>另有 {more} 处，改正后重新上传即可再查。</li>" if more > 0 else ""
    at = item.plans.index(plan)
    return (
        f'<details class="pq-findings" id="pq-findings-{item.id}-{at}"{" open" if errors else ""}>'
        f"<summary>检查结果：{told}</summary><ul>{listed}{left}</ul></details>"
    )


def _document_html(item: Item, document: DocumentPlan) -> str:
    meta = document.meta
    said = counts_text(document)
    ends = [*((key, "已被替代") for key in document.replaces), *((key, "已废止") for key in document.repeals)]
    ended = "".join(f"<p>收录后标为“{word}”：{escaped(key)}</p>" for key, word in ends)
    ended += "".join(f"<p>{escaped(note)}。</p>" for note in document.notes)
    is_alone = not item.name.endswith(".zip")  # in an archive, what is written stands in it too
    write = _typed_html(item, document) if item.state == "read" and is_alone else ""
    return (
        f'<div class="pq-plan"><button type="button" class="pq-open" data-act="ingest-preview" data-item="{item.id}"'
        f' data-key="{attribute(meta.key)}" title="预览条文">{escaped(meta.name)}</button>'
        f"{_facts_html(document)}<p>{said}</p>{ended}{write}</div>"
    )


def _facts_html(document: DocumentPlan) -> str:
    meta = document.meta
    facts = [meta.doc_number or "没有文号", "、".join(meta.issuers), meta.date or "没有日期"]
    facts += [f"施行 {meta.effective}"] if meta.effective else []
    facts += [f"有效期至 {meta.expires}"] if meta.expires else []
    said = "".join(f"<span>{escaped(fact)}</span>" for fact in facts if fact)
    return f'<p class="pq-facts">{said}</p>'


def _typed_html(item: Item, document: DocumentPlan) -> str:
    """A form for what the file does not say."""
    meta = document.meta
    id_ = f"pq-typed-{item.id}-{[d.meta.key for p in item.plans for d in p.documents].index(meta.key)}"
    typed = item.typed.get(meta.key, Typed())
    fields = (
        ("title", "标题", typed.title, meta.title, "text", 200),
        ("doc_number", "文号", typed.doc_number, meta.doc_number or "", "text", 60),
        ("date", "日期", typed.date, meta.date or "", "date", 10),
    )
    inputs = "".join(
        f'<label for="{id_}-{name}">{label}</label><input id="{id_}-{name}" name="{name}" type="{kind}"'
        f' maxlength="{most}" value="{attribute(value or found)}">'
        for name, label, value, found, kind, most in fields
    )
    lacks = not meta.doc_number or not meta.date
    return (
        f'<details class="pq-typed" id="{id_}"><summary>{"补充" if lacks else "修改"}标题、文号、日期</summary>'
        f'<form data-act="ingest-describe" data-item="{item.id}" data-key="{attribute(meta.key)}">{inputs}'
        '<button type="submit">保存并重新检查</button></form></details>'
    )
