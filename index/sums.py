"""Sizes and checksums of a generation's files, written with it, so that the doctor knows what has been altered since.

Two kinds of Chroma's files are left out, since whoever only reads writes to them: its database, and a graph that has
never been saved, which holds nothing (all is replayed from the database).
"""

import json
import zlib
from pathlib import Path

FILE = "sums.json"
_CHUNK = 1 << 20


def write_sums(folder: Path) -> None:
    """Note down the files of a generation."""
    found = {p.relative_to(folder).as_posix(): _sum(p) for p in sorted(folder.rglob("*")) if _counts(p)}
    (folder / FILE).write_text(json.dumps(found), encoding="utf-8")


def altered(folder: Path) -> list[str]:
    """The files of a generation that are not as they were written; none where nothing was noted down.

    Damaged notes name themselves.
    """
    if not (folder / FILE).exists():
        return []
    try:
        noted = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return [
            name for name, own in noted.items() if not (folder / name).is_file() or _sum(folder / name) != own
        ]
    except (OSError, ValueError, AttributeError):
        return [FILE]


def _counts(path: Path) -> bool:
    if path.name.startswith("chroma.sqlite3") or path.name == FILE or not path.is_file():
        return False
    return path.suffix != ".bin" or (path.parent / "index_metadata.pickle").exists()


def _sum(path: Path) -> list[int]:
    crc = size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    return [size, crc]
