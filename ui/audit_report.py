"""What the audit found in files, as text for the terminal and as JSON. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.finding import CHECKS, Finding
from index.model import Metadata
from ui.excerpt import SourceLine, excerpt
from ui.text import safe, shorten

SEVERITIES = {"error": "错误", "warning": "提醒"}
_SNIPPET = 60
"""Characters of the source that a finding shows on the terminal."""


@dataclass(frozen=True)
class FileReport:
    """What was found in a file; `failed` says why it could not be read, and is empty otherwise."""

    name: str
    findings: tuple[Finding, ...] = ()
    documents: Mapping[str, Metadata] = field(default_factory=dict)
    """By key."""
    lines: tuple[SourceLine, ...] = ()
    failed: str = ""

    def by_document(self) -> list[tuple[str, list[Finding]]]:
        """The findings of each document under its name by where they stand, those of the whole file first."""
        keys = dict.fromkeys(f.document for f in sorted(self.findings, key=lambda f: f.document != ""))
        ordered = sorted(self.findings, key=lambda f: f.lines[:1])
        return [(self._named(key), [f for f in ordered if f.document == key]) for key in keys]

    def _named(self, key: str) -> str:
        meta = self.documents.get(key)
        if meta is None:
            return key or "整个文件"
        return f"{meta.name}（{meta.doc_number}）" if meta.doc_number else meta.name


def where(report: FileReport, finding: Finding) -> str:
    """Page and line of a finding: 第3页第12行, 第12行; empty if it names no line of the file or a page as a whole."""
    spot = next((s.line for s in excerpt(report.lines, finding) if s.spot), None)
    if spot is None or finding.check == "empty-page":
        return ""
    return f"第{spot.no + 1}行" if spot.page is None else f"第{spot.page}页第{spot.on_page}行"


def counts(reports: Sequence[FileReport]) -> list[tuple[str, int, int]]:
    """(check, errors, warnings) in the order of `CHECKS`, those that found nothing left out."""
    found = Counter((f.check, f.severity) for report in reports for f in report.findings)
    rows = [(check, found[check, "error"], found[check, "warning"]) for check in CHECKS]
    return [row for row in rows if row[1] or row[2]]


def totals(reports: Sequence[FileReport]) -> str:
    """共 3 个文件：错误 1 处，提醒 2 处."""
    errors = sum(f.severity == "error" for r in reports for f in r.findings)
    warnings = sum(len(r.findings) for r in reports) - errors
    return f"共 {len(reports)} 个文件：错误 {errors} 处，提醒 {warnings} 处"


def report_text(reports: Sequence[FileReport]) -> str:
    """Findings by file and document, then how many of each check, then the totals."""
    blocks = ["\n".join(_file_lines(r)) for r in reports if r.findings]
    rows = [
        f"  {CHECKS[check]}：" + "，".join(_counted(errors, warnings))
        for check, errors, warnings in counts(reports)
    ]
    if rows:
        blocks.append("\n".join(["各项检查：", *rows]))
    return "\n\n".join([*blocks, totals(reports)])


def _counted(errors: int, warnings: int) -> Iterator[str]:
    if errors:
        yield f"错误 {errors} 处"
    if warnings:
        yield f"提醒 {warnings} 处"


def _file_lines(report: FileReport) -> Iterator[str]:
    yield _line(report.name)
    for name, findings in report.by_document():
        yield _line(f"  {name}")
        for finding in findings:
            at = where(report, finding)
            place = f"{finding.place}，{at}" if at else finding.place
            yield _line(f"    {SEVERITIES[finding.severity]}  {place}：{finding.message}")
            spot = next((s for s in excerpt(report.lines, finding) if s.spot), None)
            if spot is not None:
                yield _line(f"          {shorten(_centred(spot.before, spot.spot, spot.after), _SNIPPET)}")


def _centred(before: str, spot: str, after: str) -> str:
    """A line from a little before its spot."""
    room = max(_SNIPPET - len(spot), 0) // 2
    return f"…{before[-room:]}{spot}{after}" if len(before) > room else before + spot + after


def _line(text: str) -> str:
    """`text` on one line of the terminal; its indentation is ours."""
    return " ".join(safe(text).split("\n"))


def report_json(reports: Sequence[FileReport]) -> dict[str, Any]:
    """The report for machines; lines are numbered from 1."""
    return {
        "files": [
            {
                "name": report.name,
                "failed": report.failed or None,
                "findings": [_finding_json(report, f) for f in report.findings],
            }
            for report in reports
        ],
        "counts": {check: {"error": e, "warning": w} for check, e, w in counts(reports)},
        "errors": sum(f.severity == "error" for r in reports for f in r.findings),
        "warnings": sum(f.severity == "warning" for r in reports for f in r.findings),
    }


def _finding_json(report: FileReport, finding: Finding) -> dict[str, Any]:
    meta = report.documents.get(finding.document)
    spot = next((s for s in excerpt(report.lines, finding) if s.spot), None)
    return {
        "severity": finding.severity,
        "check": finding.check,
        "document": finding.document or None,
        "title": meta.title if meta else None,
        "place": finding.place,
        "message": finding.message,
        "lines": [n + 1 for n in finding.lines],
        "page": finding.page,
        "text": spot.before + spot.spot + spot.after if spot else None,
        "quote": finding.quote or None,
    }
