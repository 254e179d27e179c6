"""Files that survive a power cut: on the disk before anything points to them, and never half under their own name."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
"""The suffix of a file that is being written."""


def write_whole(path: Path, data: bytes) -> None:
    """Write or replace `path` in one step: whoever looks, even after a power cut, sees the old bytes or the new."""
    with _replacing(path) as part:
        part.write_bytes(data)


def copy_whole(source: Path, path: Path) -> None:
    """Copy `source` to `path` in one step."""
    with _replacing(path) as part:
        shutil.copyfile(source, part)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders; it writes names at once
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Wait until all that is in `folder` is on the disk."""
    for path in sorted(folder.rglob("*")):
        flush(path)
    flush(folder)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    part = path.with_name(path.name + PART)
    yield part
    flush(part)
    part.replace(path)
    flush(path.parent)
