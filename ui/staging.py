"""Files that maintainers send, until they are taken into the library: on disk, within limits, under harmless names.

Each file lies in a folder of its own with a random name; the folder of a server that was killed is cleared away by
the next that starts a day later.
"""

import logging
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import uuid4

from index.errors import UsageError
from index.readers.kinds import KNOWN, SUPPORTED
from qa.settings import WebSettings

FOLDER = "uploads"
_MAX_STEM = 180
"""Bytes of a name without its suffix; file systems take 255 with it."""
_MAX_FILES = 200
"""Files of one person that are kept at a time."""
_OLD = 24 * 3600.0
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever the suffix."""
_FORBIDDEN = frozenset('<>:"|?*')
_MIB = 2**20
log = logging.getLogger(__name__)


class TooLarge(UsageError):
    """A file, or what a person or all together have sent, is over the limit."""


class Unstorable(UsageError):
    """The disk does not take the file."""


@dataclass(frozen=True)
class Kept:
    """A file that has arrived whole; `path` ends with `name`."""

    owner: str
    name: str
    path: Path
    size: int


class Staging:
    """Keeps what arrives below the folder `home`; may be used from several threads."""

    def __init__(self, home: Path, web: WebSettings) -> None:
        self._home = home
        self._own = home / uuid4().hex
        self._web = web
        self._lock = Lock()
        self._sizes: dict[Path, tuple[str, int]] = {}
        """Whose file lies in a folder, and how large it is so far."""

    @contextmanager
    def receive(self, owner: str, name: str) -> Iterator["Arriving"]:
        """Take in a file piece by piece; unless it is `finished`, nothing of it stays.

        Raises:
            UsageError: a name whose suffix is that of no document, or too many files.
            Unstorable: the disk does not take it.
        """
        name = harmless(name)
        if Path(name).suffix not in KNOWN:
            raise UsageError(f"不支持的格式：{name}。支持 {SUPPORTED}；其他格式请先转换再上传。")
        folder = self._own / uuid4().hex
        with self._lock:
            if sum(whose == owner for whose, _ in self._sizes.values()) >= _MAX_FILES:
                raise UsageError(f"待收录的文件已有 {_MAX_FILES} 个。请先收录或移出一部分，再上传其余的。")
            self._sizes[folder] = (owner, 0)
        arriving = None
        try:
            with _on_disk(name):
                self._clear_old()
                folder.mkdir(parents=True)
                file = (folder / name).open("xb")
            with file:
                arriving = Arriving(self, folder, owner, name, file)
                yield arriving
        finally:
            if arriving is None or not arriving.whole:
                self._drop(folder)

    def discard(self, path: Path) -> None:
        """Remove a file with its folder; nothing happens to one that is gone."""
        if path.parent.parent == self._own:
            self._drop(path.parent)

    def close(self) -> None:
        """Remove all files of this server."""
        with self._lock:
            self._sizes.clear()
        shutil.rmtree(self._own, ignore_errors=True)

    def grow(self, folder: Path, name: str, by: int) -> None:
        """Count `by` more bytes for the file in `folder`.

        Raises:
            TooLarge: that is too much.
        """
        with self._lock:
            owner, size = self._sizes[folder]
            size += by
            of_owner = sum(n for whose, n in self._sizes.values() if whose == owner) + by
            of_all = sum(n for _, n in self._sizes.values()) + by
            if size > self._web.upload_file_mb * _MIB:
                raise TooLarge(
                    f"文件超过 {self._web.upload_file_mb} MB：{name}。"
                    "请拆分或压缩后上传，或用命令行 policy-qa index 收录。"
                )
            if of_owner > self._web.upload_person_mb * _MIB:
                raise TooLarge(
                    f"您待收录的文件合计超过 {self._web.upload_person_mb} MB，{name} 没有上传。请先收录或移出一部分。"
                )
            if of_all > self._web.upload_total_mb * _MIB:
                raise TooLarge(
                    f"服务器上待收录的文件合计超过 {self._web.upload_total_mb} MB，{name} 没有上传。请稍后再试。"
                )
            self._sizes[folder] = (owner, size)

    def _drop(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        with self._lock:
            self._sizes.pop(folder, None)

    def _clear_old(self) -> None:
        """Remove what servers have left that were killed."""
        if self._own.exists():
            return
        for folder in self._home.glob("*"):
            if re.fullmatch("[0-9a-f]{32}", folder.name) and time.time() - folder.stat().st_mtime > _OLD:
                log.info("removing what an earlier server left: %s", folder)
                shutil.rmtree(folder, ignore_errors=True)


class Arriving:
    """A file of which more may come."""

    def __init__(self, staging: Staging, folder: Path, owner: str, name: str, file: BinaryIO) -> None:
        self._staging = staging
        self._folder = folder
        self._owner = owner
        self._file = file
        self._size = 0
        self.name = name
        self.whole = False

    def expect(self, size: int) -> None:
        """Refuse a file of `size` bytes before it is sent, if it would be too large.

        Raises:
            TooLarge: see `Staging.grow`.
        """
        self._staging.grow(self._folder, self.name, size)
        self._staging.grow(self._folder, self.name, -size)

    def write(self, data: bytes) -> None:
        """Add a piece.

        Raises:
            TooLarge: over a limit.
            Unstorable: the disk does not take it.
        """
        self._staging.grow(self._folder, self.name, len(data))
        with _on_disk(self.name):
            self._file.write(data)
        self._size += len(data)

    def finished(self) -> Kept:
        """The file, whole.

        Raises:
            Unstorable: the disk has not taken it.
        """
        with _on_disk(self.name):
            self._file.flush()
        self.whole = True
        return Kept(self._owner, self.name, self._folder / self.name, self._size)


@contextmanager
def _on_disk(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unstorable(
            f"服务器无法保存上传的文件：{name}（{error.strerror or error}）。请联系管理员检查磁盘空间和权限。"
        ) from error


def harmless(name: str) -> str:
    """The last part of a file name as every system takes it: no folders, nothing invisible, no device of Windows.

    The suffix becomes small letters.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        " " if c.isspace() else c
        for c in last
        if (c.isspace() or not unicodedata.category(c).startswith("C")) and c not in _FORBIDDEN
    )
    path = Path(" ".join(shown.split()).strip(". "))
    stem = path.stem.encode()[:_MAX_STEM].decode("utf-8", "ignore").strip(". ") or "未命名"
    return f"{'_' if _RESERVED.match(stem) else ''}{stem}{path.suffix.lower()}"
