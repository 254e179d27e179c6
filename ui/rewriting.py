"""A small file of which no half is ever seen: written beside it and put in its place, by one command at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from index.errors import UsageError


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
