"""The generations of an index folder: which one is in use, what made it, the next one, and the change to it.

CURRENT names the one in use and is replaced in one step, so that readers see the old index or the new one.
"""

import shutil
from pathlib import Path

from index.errors import IndexMismatch, IndexMissing
from index.manifest import FILE, Manifest
from index.split import SPLITTER_VERSION

CURRENT = "CURRENT"


def current_generation(folder: Path) -> Path:
    """The generation in use.

    Raises:
        IndexMissing: there is none.
    """
    pointer = folder / CURRENT
    try:
        generation = folder / "generations" / pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        generation = folder / "none"
    if not (generation / FILE).is_file():
        raise IndexMissing(f"没有索引：{folder}。请先运行 policy-qa index（不带参数即收录内置汇编）。")
    return generation


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


def next_generation(folder: Path, base: Path | None) -> Path:
    """A fresh folder for the next generation, with a copy of `base`; half-made ones are cleared away."""
    root = folder / "generations"
    root.mkdir(exist_ok=True)
    for path in root.iterdir():
        if not (path / FILE).is_file():
            shutil.rmtree(path, ignore_errors=True)
    newest = max((int(p.name) for p in root.iterdir() if p.name.isdigit()), default=0)
    target = root / f"{newest + 1:06}"
    target.mkdir()
    if base is not None:
        shutil.copytree(base / "chroma", target / "chroma")
    return target


def switch(folder: Path, target: Path) -> None:
    """Put `target` into use; the generation before stays for those who have it open, older ones go."""
    pointer = folder / f"{CURRENT}.part"
    pointer.write_text(target.name, encoding="utf-8")
    pointer.replace(folder / CURRENT)
    keep = {target.name, f"{int(target.name) - 1:06}"}
    for path in target.parent.iterdir():
        if path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
    used = {name for generation in keep for name in _tokens(target.parent / generation)}
    for path in folder.glob("tokens-*"):
        if path.name not in used:
            shutil.rmtree(path, ignore_errors=True)


def _tokens(generation: Path) -> tuple[str, ...]:
    """The token file that a generation uses, if it can be told."""
    try:
        return (Manifest.read(generation).tokens,)
    except IndexMismatch:  # missing, damaged or of another version
        return ()
