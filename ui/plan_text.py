"""What adding files would do, or did, as text for the terminal. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from index.plan import DocumentPlan, FilePlan, Status
from index.sidecar import NAMES, SUFFIX
from index.versions import version_day
from ui.text import safe

_STATUS: dict[Status, str] = {
    "new": "新文件",
    "changed": "有变化",
    "unchanged": "无变化",
    "blocked": "不收录",
    "unreadable": "无法读取",
}
_SHOWN = 5
"""Findings of a file that are shown, and files that lack something."""
_TITLE_WRONG = ("no-title", "odd-title")
_EXAMPLES = {
    "title": 'title = "…"',
    "date": "date = 2024-01-31",
    "doc_number": 'doc_number = "…〔2024〕1号"',
}


def plans_text(plans: Sequence[FilePlan]) -> str:
    """What adding files would do, file by file, and the sum."""
    lines = [line for plan in plans for line in _file_lines(plan)]
    counts = Counter(plan.status for plan in plans)
    total = "，".join(f"{name} {counts[status]}" for status, name in _STATUS.items() if counts[status])
    return safe("\n".join([*lines, f"共 {len(plans)} 个文件：{total}。未作任何改动。"]))


def hints_text(plans: Sequence[FilePlan]) -> str:
    """What is worth knowing after files were taken in; empty if there is nothing."""
    told = [line for plan in plans for line in _taken_lines(plan)]
    missing = [line for plan in plans if (line := _missing(plan))]
    more = [f"另有 {len(missing) - _SHOWN} 个文件缺少标题或日期。"] if len(missing) > _SHOWN else []
    return safe("\n".join(f"提示：{line}" for line in (*told, *missing[:_SHOWN], *more)))


def counts_text(plan: DocumentPlan) -> str:
    """How many articles of a document are new, changed, gone or as they were."""
    counts = (
        ("新增", plan.added),
        ("更新", plan.changed),
        ("删除", plan.removed),
        ("不变", plan.unchanged),
    )
    return "，".join(f"{name} {n} 条" for name, n in counts if n) or "无变化"


def _file_lines(plan: FilePlan) -> Iterator[str]:
    said = "；".join(filter(None, (plan.message, *plan.notes)))
    name = plan.name or "压缩包"
    yield f"{name}：{_STATUS[plan.status]}{f'（{said}）' if said else ''}"
    if plan.status == "blocked":
        errors = [f for f in plan.findings if f.severity == "error"]
        yield from (f"  错误  {f.place}：{f.message}" for f in errors[:_SHOWN])
        if len(errors) > _SHOWN:
            yield f"  另有 {len(errors) - _SHOWN} 处错误"
    for document in plan.documents:
        yield from _document_lines(document)
    if line := _missing(plan):
        yield f"  {line}"


def _document_lines(plan: DocumentPlan) -> Iterator[str]:
    meta = plan.meta
    about = "  ".join(filter(None, (meta.doc_number, version_day(meta))))
    yield f"  {meta.name}{f'  {about}' if about else ''}：{counts_text(plan)}"
    yield from (f"    {line}" for line in _effects(plan))


def _effects(plan: DocumentPlan) -> Iterator[str]:
    if plan.replaces:
        yield f"替代 {'、'.join(plan.replaces)}（旧版标为已被替代）"
    if plan.repeals:
        yield f"废止 {'、'.join(plan.repeals)}"
    yield from plan.notes


def _taken_lines(plan: FilePlan) -> Iterator[str]:
    yield from (f"{plan.name} {note}" for note in plan.notes)
    if plan.status in ("new", "changed"):
        for document in plan.documents:
            yield from (f"{document.meta.name} {line}" for line in _effects(document))


def _missing(plan: FilePlan) -> str:
    """What people may give where a text does not say it, and in which file."""
    if plan.status not in ("new", "changed", "blocked"):
        return ""
    wrong = {f.document for f in plan.findings if f.check in _TITLE_WRONG}
    lacking = [d.meta for d in plan.documents if d.meta.key in wrong or version_day(d.meta) is None]
    if not lacking:
        return ""
    meta = lacking[0]
    fields = [
        name
        for name, known in (
            ("title", meta.key not in wrong),
            ("date", meta.date is not None),
            ("doc_number", meta.doc_number is not None),
        )
        if not known
    ]
    names = "、".join(NAMES[name] for name in fields)
    path = PurePath(plan.name)
    more = f"等 {len(lacking)} 份文件" if len(lacking) > 1 else ""
    example = "；".join(_EXAMPLES[name] for name in fields)
    return f"{path.name} 的{meta.name}{more}未识别到{names}，可写在 {path.stem}{SUFFIX} 中：{example}"
