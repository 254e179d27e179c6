"""Keeping an index in one file, and taking it back: all that questions and later changes need, nothing embedded again.

The file is a ZIP of the originals, the generation in use and its token file; its last member lists every other one with
its size and SHA-256. Taking it back unpacks beside the index, checks everything as the doctor does, and only then puts it
into use as one more generation: the index before stays until the next change, and is in use until then if anything fails.
"""

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from index.doctor import condition
from index.durable import PART, copy_tree, copy_whole, flush, flush_tree
from index.engine import EMBEDDED, Engine
from index.errors import BackupError, IndexMismatch, UsageError
from index.generations import (
    CURRENT,
    MANIFEST_COPY,
    ORIGINALS,
    RESTORING,
    leased_generation,
    next_generation,
    switch,
    whole_generations,
)
from index.intake import Progress
from index.locks import building
from index.manifest import FILE, Manifest
from index.sums import write_sums
from index.tokens import TokenFile

_LIST = "policy-qa-backup.json"
_FORMAT = 1
_GENERATION = "generation"
_NAME = re.compile(rf"({_GENERATION}|tokens-\d{{6}}|{ORIGINALS})(/[^/\\:\0]+)+")
_DENSE = (".i8", ".bin", ".npy")
"""Numbers that hardly get smaller by packing."""
_CHUNK = 1 << 20


def backup(folder: Path, file: Path, progress: Progress | None = None, engine: Engine = EMBEDDED) -> int:
    """Write the index in `folder` to `file`, as of one moment, whatever is built meanwhile; its size in bytes.

    Raises:
        IndexMissing, IndexMismatch: there is no sound index.
        IndexUnavailable: the server that holds the vectors cannot be reached, or fails.
        UsageError: there is a file of that name already.
        BackupError: the file cannot be written; what was begun of it is gone.
    """
    if file.exists():
        raise UsageError(f"文件已存在：{file}。请换一个文件名，或先移走它。")
    generation, lease = leased_generation(folder)
    part = file.with_name(file.name + PART)
    try:
        manifest = Manifest.read(generation)
        engine.check(manifest, folder)
        with TemporaryDirectory(dir=file.parent) as copied:
            own = Path(copied) / _GENERATION
            copy_tree(generation, own)
            if (packed := engine.pack(generation, manifest, own)) != manifest:
                write_sums(own)
                packed.write(own)
                copy_whole(own / FILE, own / MANIFEST_COPY)
            with zipfile.ZipFile(part, "w") as archive:
                _pack(archive, _members(folder, Path(copied), manifest), progress or (lambda *_: None))
        flush(part)
        part.replace(file)
        flush(file.parent)
    except OSError as error:
        raise BackupError(
            f"备份失败：{error.filename or file}（{error.strerror or error}）。请检查权限和磁盘空间后重试。"
        ) from error
    finally:
        part.unlink(missing_ok=True)
        if lease is not None:
            lease.close()
    return file.stat().st_size


def _members(folder: Path, copied: Path, manifest: Manifest) -> list[tuple[str, Path, int]]:
    """(name in the archive, file, number of bytes that count) of all that is kept."""
    found = [
        (p.relative_to(copied).as_posix(), p, p.stat().st_size)
        for p in sorted(copied.rglob("*"))
        if p.is_file()
    ]
    tokens = TokenFile(folder / manifest.tokens, manifest.width)
    found += [(f"{manifest.tokens}/{path.name}", path, size) for path, size in tokens.files()]
    originals = sorted({folder / ORIGINALS / name for s in manifest.sources for name in s.kept})
    return found + [(f"{ORIGINALS}/{path.name}", path, path.stat().st_size) for path in originals]


def _pack(archive: zipfile.ZipFile, members: list[tuple[str, Path, int]], progress: Progress) -> None:
    listed = {}
    for n, (name, path, size) in enumerate(members):
        progress("备份", n, len(members))
        digest = hashlib.sha256()
        info = zipfile.ZipInfo.from_file(path, name)
        if path.suffix not in _DENSE:
            info.compress_type = zipfile.ZIP_DEFLATED
        with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
            for chunk in _chunks(source, size):
                digest.update(chunk)
                target.write(chunk)
        listed[name] = [size, digest.hexdigest()]
    archive.writestr(_LIST, json.dumps({"format": _FORMAT, "files": listed}, ensure_ascii=False))
    progress("备份", len(members), len(members))


def _chunks(source: IO[bytes], size: int) -> Iterator[bytes]:
    """The first `size` bytes, in pieces; a file that others append to may be longer."""
    while size and (chunk := source.read(min(size, _CHUNK))):
        size -= len(chunk)
        yield chunk


def restore(
    folder: Path,
    file: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
    engine: Engine = EMBEDDED,
) -> Manifest:
    """Put what `backup` wrote to `file` into use in `folder`; what was restored.

    Args:
        folder: The index folder; it is made if need be.
        file: The backup.
        force: Whether an index that is there may be replaced. It stays as the generation before.
        progress: Called with each stage.
        engine: Where its vectors go, wherever those of the index were that was backed up.

    Raises:
        BackupError: the file is damaged, or no backup; nothing was changed.
        UsageError: there is an index already and no `force`.
        IndexBusy: another process is building.
        IndexUnwritable: the folder cannot be written; nothing was changed.
        IndexUnavailable: the server that is to hold the vectors cannot be reached, or fails; nothing was changed.
    """
    with _opened(file) as (archive, listed), building(folder):
        if ((folder / CURRENT).exists() or whole_generations(folder)) and not force:
            raise UsageError(f"已有索引：{folder}。如要用备份替换它，请加 --force。")
        room, need = shutil.disk_usage(folder).free, sum(size for size, _ in listed.values())
        if need > room:
            raise BackupError(
                f"磁盘空间不足：恢复需要 {need >> 20} MB，{folder} 只有 {room >> 20} MB。请腾出空间后重试。"
            )
        staged = folder / RESTORING
        shutil.rmtree(staged, ignore_errors=True)
        try:
            _unpack(archive, listed, staged, progress or (lambda *_: None))
            manifest = _checked(staged)
            _put_into_use(folder, staged, manifest, engine)
        except (zipfile.BadZipFile, zlib.error, EOFError, IndexMismatch) as error:
            raise _damaged(file) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, tuple[int, str]]]]:
    """A backup, and its list of members: name -> size and SHA-256."""
    try:
        archive = zipfile.ZipFile(file)
    except OSError as error:
        raise BackupError(
            f"打不开备份文件：{file}（{error.strerror or error}）。请检查路径和权限。"
        ) from error
    except zipfile.BadZipFile as error:
        raise _foreign(file) from error
    with archive:
        try:
            listed = json.loads(archive.read(_LIST))
            if listed["format"] != _FORMAT:
                raise BackupError(f"备份文件 {file} 由更新的程序建立。请升级程序后重试。")
            files = {str(name): (int(size), str(sha)) for name, (size, sha) in listed["files"].items()}
        except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            raise _foreign(file) from error
        if {*files, _LIST} != set(archive.namelist()) or not all(_is_ours(name) for name in files):
            raise _damaged(file)
        yield archive, files


def _is_ours(name: str) -> bool:
    """Whether a member may be unpacked: below one of our folders, and nowhere else."""
    return _NAME.fullmatch(name) is not None and ".." not in PurePosixPath(name).parts


def _unpack(
    archive: zipfile.ZipFile, listed: dict[str, tuple[int, str]], staged: Path, progress: Progress
) -> None:
    """Unpack every member as it is listed; not one byte more is written."""
    for n, (name, (size, sha)) in enumerate(listed.items()):
        progress("恢复", n, len(listed))
        path = staged / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(name) as source, path.open("wb") as target:
            for chunk in _chunks(source, size):
                digest.update(chunk)
                target.write(chunk)
            if source.read(1) or target.tell() != size or digest.hexdigest() != sha:
                raise zipfile.BadZipFile(name)
    progress("恢复", len(listed), len(listed))


def _checked(staged: Path) -> Manifest:
    """The manifest of what was unpacked, which the doctor finds nothing wrong with."""
    generation = staged / _GENERATION
    manifest = Manifest.read(generation)
    if faults := condition(staged, generation, manifest).faults:
        raise IndexMismatch(faults[0].message)
    return manifest


def _put_into_use(folder: Path, staged: Path, manifest: Manifest, engine: Engine) -> None:
    """Make what was unpacked the next generation; until CURRENT names it, nothing that is in use is touched."""
    placed = engine.place(folder, manifest)
    engine.unpack(staged / _GENERATION, placed)
    target = next_generation(folder)
    target.rmdir()
    (staged / _GENERATION / FILE).unlink()  # without it the generation counts as half-made
    tokens = folder / f"tokens-{target.name}"
    shutil.rmtree(tokens, ignore_errors=True)
    flush_tree(staged)
    (staged / manifest.tokens).replace(tokens)
    (folder / ORIGINALS).mkdir(exist_ok=True)
    for path in (staged / ORIGINALS).iterdir():
        path.replace(folder / ORIGINALS / path.name)
    (staged / _GENERATION).replace(target)
    for changed in (folder, folder / ORIGINALS):
        flush(changed)
    switch(folder, target, replace(placed, tokens=tokens.name), {}, engine)


def _foreign(file: Path) -> BackupError:
    return BackupError(f"不是本程序的备份文件：{file}。请选择 policy-qa backup 生成的文件。")


def _damaged(file: Path) -> BackupError:
    return BackupError(f"备份文件已损坏：{file}。请换用另一份备份；索引未改动。")
