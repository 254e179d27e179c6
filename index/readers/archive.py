"""ZIP archives: unpacked for reading, with what is unsafe, hidden or too much left out and told.

Runs in the reading process (`index.readers.guard`). Sizes are bounded by what the directory of the archive says
before anything is unpacked, and by what really comes out while it is.
"""

import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from index.errors import ReadError
from index.readers.kinds import KNOWN, is_hidden, kind_of

MAX_DEPTH = 2
"""An archive within an archive is unpacked, one within that is not."""
MAX_MEMBERS = 5000
MAX_TOTAL = 1 << 30
"""Bytes unpacked, nested archives included."""
MAX_RATIO = 200
"""Times that a member of over a megabyte may grow; text grows about 5 times, a DOCX hardly."""

_SIDECAR = ".toml"
_RATIO_FROM = 1 << 20
_CHUNK = 1 << 18
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError)


def expand(path: Path, into: Path) -> dict[str, Any] | None:
    """Unpack `path` below `into`, under numbered names; None if it is a document and no archive.

    Returns: `members`, (file, name in the archive) pairs in order, and `failed`, lines about those left out.

    Raises:
        ReadError: it is damaged, holds too much, or holds nothing to read.
    """
    if kind_of(path) != "zip":
        return None
    work = _Work(into)
    _unpack(path, str(path), "", 1, work)
    if not work.members and not work.failed:
        raise ReadError(f"压缩包中没有可读的文件：{path}。请检查压缩包内容。")
    return {"members": work.members, "failed": work.failed}


@dataclass
class _Work:
    """What an archive and those within it have come to so far."""

    into: Path
    members: list[tuple[str, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seen: int = 0
    total: int = 0
    files: int = 0

    def next_file(self) -> int:
        self.files += 1
        return self.files


def _unpack(file: Path, shown: str, inside: str, depth: int, work: _Work) -> None:
    """Unpack one archive: `shown` is its name in messages, `inside` what stands before the names of its members."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            work.seen += len(infos)
            if work.seen > MAX_MEMBERS:
                raise ReadError(f"压缩包中的文件过多：{shown}（超过 {MAX_MEMBERS} 个）。请分成几个压缩包。")
            _check_sizes(infos, shown, work)
            named = [(info, name_of(info)) for info in infos if not info.is_dir()]
            numbers: dict[str, int] = {}
            for info, name in sorted(named, key=lambda pair: pair[1].endswith(_SIDECAR)):
                _member(archive, info, name, shown, inside, depth, numbers, work)
    except (*_DAMAGE, NotImplementedError) as error:
        raise ReadError(f"无法读取压缩包：{shown}（文件损坏或格式不符）。请重新压缩后重试。") from error


def _check_sizes(infos: list[zipfile.ZipInfo], shown: str, work: _Work) -> None:
    if work.total + sum(info.file_size for info in infos) > MAX_TOTAL:
        raise _too_much(shown)


def _member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    name: str,
    shown: str,
    inside: str,
    depth: int,
    numbers: dict[str, int],
    work: _Work,
) -> None:
    whole = f"{shown}/{name}"
    path = PurePosixPath(name)
    if unsafe := _unsafe(info, name):
        work.failed.append(f"压缩包成员不安全：{whole}（{unsafe}）。已跳过，请检查压缩包的来源。")
        return
    suffix = path.suffix.lower()
    if is_hidden(path) or suffix not in KNOWN | {_SIDECAR}:
        return
    if suffix == _SIDECAR:
        target = _beside(name, numbers, work)
        if target is None:
            return
    elif name in numbers:
        work.failed.append(f"压缩包成员重名：{whole}。只取第一个，请改名后重新压缩。")
        return
    else:
        numbers[name] = work.next_file()
        target = work.into / f"{numbers[name]}{suffix}"
    if wrong := _extract(archive, info, target, shown, work):
        work.failed.append(f"{wrong[0]}：{whole}。{wrong[1]}。")
    elif suffix == ".zip":
        _nested(target, whole, f"{inside}{name}/", depth, work)
    elif suffix != _SIDECAR:
        work.members.append((str(target), inside + name))


def _nested(file: Path, shown: str, inside: str, depth: int, work: _Work) -> None:
    if depth == MAX_DEPTH:
        work.failed.append(f"压缩包嵌套过深：{shown}（最多 {MAX_DEPTH} 层）。请解压后重试。")
        return
    try:
        if kind_of(file) != "zip":
            work.members.append((str(file), inside.rstrip("/")))
            return
        _unpack(file, shown, inside, depth + 1, work)
    except ReadError as error:
        work.failed.append(str(error).replace(str(file), shown))


def _extract(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, shown: str, work: _Work
) -> tuple[str, str] | None:
    """Write a member to `target`; what is wrong with it and what to do, if it cannot be.

    Raises:
        ReadError: the whole archive holds too much.
    """
    if info.flag_bits & 1:
        return "压缩包成员有密码保护", "请解压后重试"
    if info.file_size > max(_RATIO_FROM, info.compress_size * MAX_RATIO):
        return "压缩包成员的压缩比异常", "可能是压缩炸弹，已跳过"
    try:
        with archive.open(info) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                work.total += len(chunk)
                if work.total > MAX_TOTAL:
                    raise _too_much(shown)
                out.write(chunk)
    except ReadError:
        raise
    except NotImplementedError:
        return "压缩包成员的压缩方式不支持", "请用普通 ZIP 方式重新压缩"
    except (*_DAMAGE, RuntimeError):
        target.unlink(missing_ok=True)
        return "压缩包成员已损坏", "请重新压缩后重试"
    return None


def _too_much(shown: str) -> ReadError:
    return ReadError(f"压缩包解压后过大：{shown}（超过 {MAX_TOTAL >> 30} GB）。请分成几个压缩包。")


def name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member with `/` between folders: UTF-8 if marked so or valid as such, else GBK as on Windows."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _unsafe(info: zipfile.ZipInfo, name: str) -> str:
    """Why a member may not be unpacked, empty if it may."""
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "符号链接"
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "设备或管道"
    if name.startswith("/") or name[1:2] == ":":
        return "绝对路径"
    if ".." in name.split("/"):
        return "路径指向压缩包以外"
    if any(c < " " or c == "\x7f" for c in name):
        return "文件名含控制字符"
    return ""


def _beside(name: str, numbers: dict[str, int], work: _Work) -> Path | None:
    """Where the sidecar `name` goes: 办法.questions.toml beside the file unpacked from 办法.docx."""
    for document, number in numbers.items():
        stem = document.removesuffix(PurePosixPath(document).suffix)
        if name.startswith(f"{stem}."):
            return work.into / f"{number}{name.removeprefix(stem)}"
    return None
