"""What the audit found, as one HTML page: opens anywhere, fetches nothing, runs nothing. Pure.

Nothing from a document is markup: every text is escaped.
"""

from collections.abc import Iterator, Sequence
from importlib.resources import files

from index.finding import CHECKS, Finding
from ui.audit_report import SEVERITIES, FileReport, counts, totals, where
from ui.excerpt import ShownLine, excerpt
from ui.render import attribute, escaped

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report_html(reports: Sequence[FileReport], made: str) -> str:
    """The page; `made` is when, as shown to people."""
    style = (files("ui") / "static" / "audit.css").read_text(encoding="utf-8")
    failed = [r for r in reports if r.failed]
    parts = [
        f'<header><h1>文件检查报告</h1><p class="soft">{escaped(made)}　{escaped(totals(reports))}</p></header>',
        _counts_html(reports),
        *([_failed_html(failed)] if failed else []),
        *(_file_html(number, report) for number, report in enumerate(reports) if report.findings),
    ]
    if not failed and not any(r.findings for r in reports):
        parts.append('<p class="none">没有发现问题。</p>')
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>文件检查报告</title><style>{style}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _counts_html(reports: Sequence[FileReport]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{CHECKS[check]}</th><td>{errors or "—"}</td><td>{warnings or "—"}</td></tr>'
        for check, errors, warnings in counts(reports)
    )
    if not rows:
        return ""
    head = '<tr><th scope="col">检查项</th><th scope="col">错误</th><th scope="col">提醒</th></tr>'
    listed = "".join(
        f'<li><a href="#file-{number}">{escaped(report.name)}</a> <span class="soft">{_tally(report)}</span></li>'
        for number, report in enumerate(reports)
        if report.findings
    )
    return (
        '<div class="top"><section aria-labelledby="by-check"><h2 id="by-check">各项检查</h2>'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></section>"
        f'<nav aria-labelledby="by-file"><h2 id="by-file">有发现的文件</h2><ol>{listed}</ol></nav></div>'
    )


def _tally(report: FileReport) -> str:
    errors = sum(f.severity == "error" for f in report.findings)
    said = (("错误", errors), ("提醒", len(report.findings) - errors))
    return "，".join(f"{name} {n} 处" for name, n in said if n)


def _failed_html(failed: Sequence[FileReport]) -> str:
    items = "".join(f"<li>{escaped(report.failed)}</li>" for report in failed)
    return f'<section class="failed"><h2>无法检查的文件</h2><ul>{items}</ul></section>'


def _file_html(number: int, report: FileReport) -> str:
    documents = "".join(
        f"<h3>{escaped(name)}</h3>" + "".join(_finding_html(report, f) for f in findings)
        for name, findings in report.by_document()
    )
    return f'<section id="file-{number}"><h2>{escaped(report.name)}</h2>{documents}</section>'


def _finding_html(report: FileReport, finding: Finding) -> str:
    shown = excerpt(report.lines, finding)
    at = where(report, finding)
    more = f"，另有 {len(finding.lines) - 1} 行" if len(finding.lines) > 1 and finding.quote else ""
    place = f"{finding.place}　{at}{more}" if at else finding.place
    lines = "".join(_lines_html(shown))
    return (
        f'<article class="{finding.severity}"><p class="what"><b class="badge">{SEVERITIES[finding.severity]}</b>'
        f' <span class="check">{CHECKS[finding.check]}</span> <span class="soft">{escaped(place)}</span></p>'
        + (f"<p>{escaped(finding.message)}</p>" if finding.message != CHECKS[finding.check] else "")
        + (f'<ol class="lines" aria-label="原文">{lines}</ol>' if lines else "")
        + "</article>"
    )


def _lines_html(shown: Sequence[ShownLine]) -> Iterator[str]:
    page = None
    for line in shown:
        number = line.line.on_page if line.line.page is not None else line.line.no + 1
        if line.line.page != page:
            page = line.line.page
            yield f'<li class="page">第{page}页</li>'
        spot = f"<mark>{attribute(line.spot)}</mark>" if line.spot else ""
        kind = ' class="spot"' if spot else ""
        text = f"{attribute(line.before)}{spot}{attribute(line.after)}"
        yield f'<li{kind}><span class="no">{number}</span><span class="text">{text}</span></li>'
