"""Feedback of users as records that the evaluation imports (`policy-qa eval import`, then `eval review`)."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from index.errors import UsageError
from ui.saved import Feedback, Judged, UserVerdict
from ui.session import Session, global_options, pass_session

_VERDICTS: Mapping[UserVerdict, str] = {
    "有用": "right",
    "依据不对": "wrong_source",
    "过期": "wrong_source",  # what is right stands in another, newer document
    "没答到": "wrong_answer",
}
"""The evaluation's verdict for each of ours."""


def feedback_jsonl(judged: Iterable[Judged]) -> str:
    """One line of JSON for each answer that was judged: the evaluation's record, without who asked."""
    records = [_record(j.turn.answer, j.turn.replay.history, j.feedback) for j in judged if j.feedback]
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


def _record(answer: Mapping[str, Any], history: tuple[str, ...], given: Feedback) -> dict[str, Any]:
    """The user's own verdict stands before the comment, since the evaluation has fewer."""
    rightly_refused = answer["refusal"] and given.verdict == "有用"
    return {
        "question": answer["question"],
        "history": list(history),
        "answer": answer["answer"],
        "verdict": "should_refuse" if rightly_refused else _VERDICTS[given.verdict],
        "article": given.article,
        "comment": "：".join(part for part in (given.verdict, given.comment.strip()) if part),
    }


@click.group(help="用户在网页上给出的评价。")
def feedback() -> None:
    """What users said about answers."""


_EXPORT = """把评价导出为 JSONL 文件，每行一条。

可用 policy-qa eval import 收为草稿，再用 policy-qa eval review 整理成案例。文件含用户的提问，不含用户名。
"""


@feedback.command(help=_EXPORT)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--days", type=click.IntRange(1), metavar="N", help="只导出最近 N 天的评价。")
@global_options
@pass_session
def export(session: Session, file: Path, days: int | None) -> int:
    """Write the feedback to a file."""
    from ui.records import FILE, Records

    records = Records(session.settings.web.data_dir / FILE)
    try:
        judged = records.judged(days)
    finally:
        records.close()
    try:
        _write(file, feedback_jsonl(judged))
    except OSError as error:
        raise UsageError(
            f"无法写入：{file}（{error.strerror}）。请检查权限和磁盘空间，或换一个位置。"
        ) from error
    click.echo(f"已导出 {len(judged)} 条评价：{file}")
    return 0


def _write(file: Path, text: str) -> None:
    """Write the file whole or not at all, for this user's eyes alone."""
    part = file.with_name(f"{file.name}.part")
    part.touch(mode=0o600)
    part.write_text(text, encoding="utf-8")
    part.replace(file)
