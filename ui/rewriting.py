"""A small file of which no half is ever seen: written beside it and put in its place, by one command at a time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TextIO, TypeVar

from index.errors import SettingsError, UsageError


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def read_named(path: Path, noun: str, command: str, read: Callable[[str], _N | None]) -> dict[str, _N]:
    """The records of a file with one on each line, by name, in its order.

    Args:
        path: the file.
        noun: what the file is called.
        command: adds a record anew where a line is wrong.
        read: the record that a line holds; None if it holds none.

    Raises:
        FileNotFoundError: there is no file.
        SettingsError: it cannot be read, or a line is no record, or one of a name that was there before.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"无法读取{noun} {path}。请检查权限和编码（UTF-8）。") from error
    found: dict[str, _N] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            record = read(line)
            if record is None or record.name in found:
                raise SettingsError(f"{noun} {path} 第 {number} 行有误。请删除这一行，再用 {command} 添加。")
            found[record.name] = record
    return found


@contextmanager
def rewriting(path: Path, noun: str) -> Iterator[TextIO]:
    """A file to write the new content of `path` to, for its owner's eyes only; on an error `path` stays as it is.

    Raises:
        UsageError: it cannot be written, or is being written by somebody else; it is called `noun` then.
    """
    path = path.resolve()
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{noun}正被另一个命令修改。请稍后重试；如果没有，请删除 {part}。") from error
    except OSError as error:
        raise _unwritable(path, noun, error) from error
    try:
        with os.fdopen(out, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, noun, error) from error
        raise


def _unwritable(path: Path, noun: str, error: OSError) -> UsageError:
    return UsageError(f"无法写入{noun} {path}（{error.strerror}）。请检查权限和磁盘空间。")
