"""A run in its folder: what was run, one row per case, and the summary; read without any model.

run.json      what was run: settings, index, models, revision, versions, cases, split, time
rows.jsonl    one row per case, written as soon as it is answered
summary.json  all means, total and by stratum; written when the run is complete
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from eval.errors import RunError
from eval.rows import Row, row_from_json, row_to_json
from eval.summary import summarize

FORMAT = 1
INFO, ROWS, SUMMARY = "run.json", "rows.jsonl", "summary.json"


@dataclass(frozen=True)
class RunInfo:
    """What was run, and with what."""

    split: str
    settings: dict[str, Any] = field(default_factory=dict)
    index: dict[str, Any] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    revision: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    started: str = ""
    case_count: int = 0
    cases_sha256: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class Run:
    """A run as read from its folder, rows in the order of the cases."""

    folder: Path
    info: RunInfo
    rows: tuple[Row, ...]

    @property
    def by_id(self) -> dict[str, Row]:
        """The rows by case id."""
        return {r.case_id: r for r in self.rows}

    @property
    def complete(self) -> bool:
        """Whether every case was asked."""
        return len(self.rows) == self.info.case_count


def read_run(folder: Path) -> Run:
    """The run in `folder`, complete or not.

    Raises:
        RunError: there is none, it has another format, or a row is damaged.
    """
    return Run(folder, read_info(folder), tuple(read_rows(folder).values()))


def read_info(folder: Path) -> RunInfo:
    """What was run in `folder`.

    Raises:
        RunError: there is no run, or it has another format.
    """
    try:
        data = json.loads((folder / INFO).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"没有评测记录：{folder}。请先运行 policy-qa eval。") from error
    except (OSError, ValueError) as error:
        raise RunError(f"评测记录无法读取：{folder / INFO}。请重新运行 policy-qa eval。") from error
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        raise RunError(
            f"评测记录 {folder} 是其他版本的格式（{found}，当前 {FORMAT}）。"
            "请用当前版本重新运行 policy-qa eval。"
        )
    known = {f.name for f in fields(RunInfo)}
    try:
        return RunInfo(**{k: v for k, v in data.items() if k in known})
    except TypeError as error:
        raise RunError(f"评测记录已损坏：{folder / INFO}。请重新运行 policy-qa eval。") from error


def write_run(folder: Path, info: RunInfo, rows: Sequence[Row]) -> None:
    """Write info and rows, each whole or not at all."""
    _replace(folder / INFO, json.dumps(asdict(info), ensure_ascii=False, indent=1) + "\n")
    _replace(folder / ROWS, "".join(map(row_line, rows)))


def finish_run(folder: Path, info: RunInfo, rows: Sequence[Row]) -> Run:
    """Write the run with its summary."""
    write_run(folder, info, rows)
    _replace(folder / SUMMARY, json.dumps(summarize(rows), ensure_ascii=False, indent=1) + "\n")
    return Run(folder, info, tuple(rows))


def read_rows(folder: Path) -> dict[str, Row]:
    """The rows of a run by case id; a last line that was cut off by an interruption is left out."""
    try:
        text = (folder / ROWS).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise RunError(f"评测记录缺少 {ROWS}：{folder}。请重新运行 policy-qa eval。") from error
    rows: dict[str, Row] = {}
    for number, line in enumerate(text[: text.rfind("\n") + 1].split("\n"), 1):
        if not line:
            continue
        try:
            row = row_from_json(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(
                f"评测记录已损坏：{folder / ROWS} 第 {number} 行。请删去该行后加 --resume 继续。"
            ) from error
        rows[row.case_id] = row
    return rows


def row_line(row: Row) -> str:
    """The row as a line of rows.jsonl."""
    return json.dumps(row_to_json(row), ensure_ascii=False) + "\n"


def _replace(path: Path, text: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)  # noqa: PTH105 - atomic also over an existing file on Windows
