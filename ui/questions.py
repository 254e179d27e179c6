"""Questions from the command line or a file, and answering many of them."""

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import PolicyQAError, UsageError
from ui.logs import about
from ui.text import decode

STDIN = "-"
_FORM = '每行应为 {"id": …, "question": …, "history": […]}。'

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """A question with its `id` (None outside a batch), the user's earlier questions, and the day it is asked for."""

    text: str
    history: tuple[str, ...] = ()
    id: str | int | None = None
    as_of: date | None = None


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of stdin for `-`.

    Raises:
        UsageError: the file cannot be read.
    """
    if name == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"无法打开问题文件：{name}（{error.strerror}）。请检查路径和权限。") from error


def read_text(name: str) -> str:
    """The text of a file, or of stdin for `-`, in UTF-8 or GB18030.

    Raises:
        UsageError: the file cannot be read as text.
    """
    try:
        return decode(read_bytes(name))
    except UnicodeDecodeError as error:
        shown = "标准输入" if name == STDIN else name
        raise UsageError(f"{shown} 不是 UTF-8 或 GB18030 文本。请转换编码后重试。") from error


def read_batch(name: str) -> list[Question]:
    """The questions of a JSONL file, checked before the first is answered; blank lines are skipped.

    Raises:
        UsageError: the file cannot be read, or a line is not a question; the message names the line.
    """
    shown = "标准输入" if name == STDIN else name
    questions = []
    # Not splitlines(): JSON may hold U+2028 and its like within a string.
    for number, line in enumerate(read_text(name).split("\n"), start=1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line)))
            except ValueError as error:
                reason = "不是 JSON 对象" if isinstance(error, json.JSONDecodeError) else error
                raise UsageError(f"{shown} 第 {number} 行无法使用：{reason}。{_FORM}") from error
    if not questions:
        raise UsageError(f"{shown} 中没有问题。每行应为一个 JSON 对象。")
    return questions


def _question(data: Any) -> Question:
    if not isinstance(data, dict):
        raise ValueError("不是 JSON 对象")
    id_, text, history = data.get("id"), data.get("question"), data.get("history") or []
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        raise ValueError("缺少 id（文字或整数）")
    if not isinstance(text, str):
        raise ValueError("缺少 question（文字）")
    if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
        raise ValueError("history 应为文字的列表")
    return Question(text, tuple(history), id_, _day(data.get("as_of")))


def _day(written: Any) -> date | None:
    from qa.days import parse_day

    if written is None:
        return None
    if not isinstance(written, str):
        raise ValueError("as_of 应为日期（文字）")
    try:
        return parse_day(written)
    except UsageError as error:
        raise ValueError(str(error).rstrip("。")) from error


def answer_each(
    questions: Sequence[Question], answer: Callable[[Question], Mapping[str, Any]]
) -> Iterator[tuple[dict[str, Any], bool]]:
    """For each question its object, `id` first, and whether it was answered; none stops the others."""
    for question in questions:
        try:
            yield {"id": question.id, **answer(question)}, True
        except PolicyQAError as error:
            yield {"id": question.id, "error": str(error)}, False
        except Exception as error:
            # The edge of the program: one question that breaks it must not cost the answers of all others.
            with about(str(question.id), question.text, *question.history):
                log.error(
                    "question %r failed: %r", question.id, error, exc_info=log.isEnabledFor(logging.DEBUG)
                )
            yield {"id": question.id, "error": f"程序内部错误：{type(error).__name__}：{error}"}, False
