"""The command `audit`: what looks wrong in files, before or after they are in the library."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import ReadError, UsageError
from ui.audit_report import FileReport, report_json, report_text
from ui.session import Session, global_options, pass_session

if TYPE_CHECKING:
    from index.readers.given import Given

_HELP = """检查文件切分后有无异常，如缺条、重号、编号不连续、表格缺格、乱码、断句。

不给文件时检查已收录的全部原文件；有错误时退出码为 1。
"""


@dataclass(frozen=True)
class _File:
    """A file to audit, with the file of given metadata beside it."""

    given: "Given"
    meta: Path | None


@click.command(help=_HELP)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[文件或文件夹]…")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="另存为网页，每处发现附原文。",
)
@global_options
@pass_session
def audit(session: Session, paths: tuple[Path, ...], as_json: bool, html: Path | None) -> int:
    """Report what looks wrong in documents after splitting."""
    from ui.progress import with_progress

    with ExitStack() as stack:
        files, unopened = _given(paths, stack) if paths else (_originals(session), ())
        reports = [FileReport(name, failed=message) for name, message in unopened]
        reports += [_report(file) for file in with_progress(files, len(files), "检查文件")]
    if html is not None:
        _write(html, reports)
    click.echo(json.dumps(report_json(reports), ensure_ascii=False) if as_json else report_text(reports))
    for report in reports:
        if report.failed:
            click.echo(f"无法检查：{report.failed}", err=True)
    wrong = any(r.failed or any(f.severity == "error" for f in r.findings) for r in reports)
    return 1 if wrong else 0


def _given(paths: Sequence[Path], stack: ExitStack) -> tuple[list[_File], Sequence[tuple[str, str]]]:
    """The files in `paths`, archives unpacked for as long as `stack`; and what cannot be opened, with the reason."""
    from index.readers import find_files
    from index.readers.given import given
    from index.sidecar import sidecar_file

    files, failed = stack.enter_context(given(find_files(list(paths))))
    return [_File(file, sidecar_file(file.path)) for file in files], [
        ("压缩文件", message) for message in failed
    ]


def _originals(session: Session) -> list[_File]:
    """The kept originals, under the names by which they were given."""
    from index.readers.given import Given
    from ui.catalogue import open_catalogue

    catalogue = open_catalogue(session.settings.index)
    return [
        _File(Given(path, source.name), path.with_name(source.meta) if source.meta else None)
        for path, source in zip(catalogue.originals, catalogue.manifest.sources, strict=True)
    ]


def _report(file: _File) -> FileReport:
    from index.intake import read_file
    from ui.excerpt import source_lines

    try:
        text = read_file(file.given.path, file.given.name, file.meta)
    except ReadError as error:
        return FileReport(file.given.name, failed=" ".join(file.given.tell(error).split()))
    documents = {d.meta.key: d.meta for d in text.documents}
    return FileReport(file.given.name, tuple(text.audit()), documents, source_lines(text.source))


def _write(path: Path, reports: Sequence[FileReport]) -> None:
    from ui.audit_html import report_html

    made = datetime.now().astimezone().strftime("%Y年%m月%d日 %H:%M")
    try:
        path.write_text(report_html(reports, made), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"无法写入报告：{path}（{error.strerror}）。请换一个位置。") from error
    click.echo(f"报告已存为 {path}", err=True)
