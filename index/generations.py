"""The generations of an index folder: which one is in use, the next one, and the change to it.

CURRENT names the one in use and is replaced in one step, so that readers see the old index or the new one. All that a
generation is made of is on the disk before its manifest is, and that before CURRENT names it.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from index.durable import PART, copy_whole, flush, flush_tree, write_whole
from index.engine import Engine
from index.errors import IndexMismatch, IndexMissing
from index.locks import Lease, choosing, is_leased
from index.manifest import FILE, Manifest
from index.split import SPLITTER_VERSION
from index.sums import write_sums

CURRENT = "CURRENT"
MANIFEST_COPY = "manifest.copy.json"
ORIGINALS = "originals"
RESTORING = "restoring"
"""Where a backup is unpacked."""
_GENERATIONS = "generations"
_GONE = ".gone"
"""The suffix of a generation that is being deleted."""


def current_generation(folder: Path) -> Path:
    """The generation in use.

    Raises:
        IndexMissing: there is none.
        IndexMismatch: CURRENT is damaged, or what it names is not there.
    """
    pointer = folder / CURRENT
    try:
        name = pointer.read_bytes().decode("ascii", "replace").strip()
    except OSError as error:
        if whole_generations(folder):
            raise IndexMissing(
                f"索引 {folder} 中没有文件 {CURRENT}，不知道用哪个版本。请运行 policy-qa doctor --repair 修复。"
            ) from error
        raise IndexMissing(
            f"没有索引：{folder}。请先运行 policy-qa index（不带参数即收录内置汇编）。"
        ) from error
    generation = folder / _GENERATIONS / name
    if not (name.isdigit() and (generation / FILE).is_file()):
        raise IndexMismatch(
            f"索引已损坏：{pointer} 所指的版本不存在。请运行 policy-qa doctor --repair 修复。"
        )
    return generation


def whole_generations(folder: Path) -> list[Path]:
    """The generations that have a manifest, the oldest first, whether in use or not."""
    found = (folder / _GENERATIONS).glob(f"*/{FILE}")
    return sorted((p.parent for p in found if p.parent.name.isdigit()), key=lambda p: int(p.name))


def leased_generation(folder: Path) -> tuple[Path, Lease | None]:
    """The generation in use, with a lease on it where the folder can be written; see `current_generation`."""
    current_generation(folder)  # before anything is written where there is no index
    with choosing(folder) as writable:
        generation = current_generation(folder)
        try:
            return generation, Lease(folder, generation.name) if writable else None
        except OSError:  # a full disk
            return generation, None


def check_manifest(manifest: Manifest, embedder: str, folder: Path) -> None:
    """Stop when the index does not fit this program or this embedder.

    Raises:
        IndexMismatch: and how to mend it.
    """
    if manifest.embedder != embedder:
        raise IndexMismatch(
            f"索引 {folder} 由向量模型 {manifest.embedder} 建立，当前配置为 {embedder}。"
            "请改回原模型，或运行 policy-qa index --rebuild 重建。"
        )
    if manifest.splitter != SPLITTER_VERSION:
        raise IndexMismatch(
            f"索引 {folder} 由第 {manifest.splitter} 版切分规则建立，当前为第 {SPLITTER_VERSION} 版。"
            "请运行 policy-qa index --rebuild 重建（原文件已留存，无需重新提供）。"
        )


def settle(folder: Path) -> None:
    """Clear away what a builder that died left behind; call it as the only builder.

    A first build that died after its last file but before CURRENT is finished by naming it there.

    Raises:
        IndexMismatch: see `current_generation`.
    """
    whole = whole_generations(folder)
    if whole and not (folder / CURRENT).exists():
        write_whole(folder / CURRENT, whole[-1].name.encode())
    _sweep_generations(folder)
    shutil.rmtree(folder / RESTORING, ignore_errors=True)
    for path in folder.glob(f"*{PART}"):
        path.unlink(missing_ok=True)


def next_generation(folder: Path) -> Path:
    """A fresh folder for the next generation."""
    root = folder / _GENERATIONS
    root.mkdir(exist_ok=True)
    newest = max((int(p.name) for p in root.iterdir() if p.name.isdigit()), default=0)
    target = root / f"{newest + 1:06}"
    target.mkdir()
    return target


def switch(
    folder: Path, target: Path, manifest: Manifest, known: Mapping[Path, Manifest], engine: Engine
) -> None:
    """Finish `target` by its manifest and put it into use.

    The generation before stays, and older ones as long as somebody reads them. `known` are manifests that need not be
    read again.
    """
    write_sums(target)
    flush_tree(target)
    manifest.write(target)
    copy_whole(target / FILE, target / MANIFEST_COPY)
    flush(target.parent)
    write_whole(folder / CURRENT, target.name.encode())
    _sweep_generations(folder)
    sweep_shared(folder, engine, {**known, target: manifest})


def _sweep_generations(folder: Path) -> None:
    """Delete the generations that are neither in use, nor the one before, nor being read."""
    root = folder / _GENERATIONS
    if not root.is_dir():
        return
    keep: set[str] = set()
    if (folder / CURRENT).exists():
        current = current_generation(folder)
        before = [p.name for p in whole_generations(folder) if int(p.name) < int(current.name)]
        keep = {current.name, *before[-1:]}
    with choosing(folder):
        for path in root.iterdir():
            if path.name not in keep and path.suffix != _GONE and not is_leased(folder, path.name):
                path.replace(path.with_name(path.name + _GONE))
    for path in root.glob(f"*{_GONE}"):
        shutil.rmtree(path, ignore_errors=True)


def sweep_shared(folder: Path, engine: Engine, known: Mapping[Path, Manifest]) -> None:
    """Delete what generations share and none names any more; all stays while one cannot be read."""
    try:
        whole = {p: known.get(p) or Manifest.read(p) for p in whole_generations(folder)}
    except IndexMismatch:
        return
    manifests = whole.values()
    engine.sweep(folder, whole)
    tokens = {m.tokens for m in manifests}
    for path in folder.glob("tokens-*"):
        if path.name not in tokens:
            shutil.rmtree(path, ignore_errors=True)
    originals = {name for m in manifests for s in m.sources for name in s.kept}
    for path in (folder / ORIGINALS).glob("*"):
        if path.name not in originals:
            path.unlink(missing_ok=True)
