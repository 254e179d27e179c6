"""What watched folders have brought, as HTML. Pure."""

from collections.abc import Sequence
from pathlib import Path

from ui.ingest_html import finding_html, taken_html
from ui.render import escaped
from ui.watch import Report

_FINDINGS = 10
_BADGES = {
    "taken": ("已收录", "good"),
    "blocked": ("有错误，没有收录", "bad"),
    "unreadable": ("无法读取", "bad"),
    "deleted": ("已从文件夹删除", "warn"),
    "folder": ("文件夹无法读取", "bad"),
    "waiting": ("等待重试", "warn"),
}


def watch_html(folders: Sequence[Path], reports: Sequence[Report]) -> str:
    """The folders, and what is to be told of their files; nothing where none is watched."""
    listed = ""
    if folders:
        named = "、".join(str(folder) for folder in folders)
        items = "".join(map(_report_html, reports))
        listed = f'<ul class="pq-files">{items}</ul>' if items else '<p class="pq-none">还没有新文件。</p>'
        listed = (
            f'<h3>监视的文件夹</h3><p class="pq-facts">{escaped(named)}</p>'
            '<p class="pq-none">放进去的文件检查无误后自动收录；有错误的列在下面，不收录。</p>'
            f"{listed}"
        )
    return f'<section data-part id="pq-watch" aria-label="监视的文件夹"{"" if folders else " hidden"}>{listed}</section>'


def _report_html(report: Report) -> str:
    badge, tone = _BADGES[report.kind]
    found = [f for plan in report.plans for f in plan.findings if f.severity == "error"]
    more = f"<li>另有 {len(found) - _FINDINGS} 处。</li>" if len(found) > _FINDINGS else ""
    listed = f"<ul>{''.join(map(finding_html, found[:_FINDINGS]))}{more}</ul>" if found else ""
    told = f'<p class="pq-told">{escaped(report.message)}</p>' if report.message else ""
    if report.kind == "taken":
        listed = taken_html(report.plans)
    return (
        f'<li class="pq-file"><div class="pq-file-head"><h4>{escaped(report.path.name)}</h4>'
        f'<span class="pq-badge pq-{tone}">{badge}</span></div>'
        f"{told}{listed}</li>"
    )
