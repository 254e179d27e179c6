"""Mending an index: what the doctor found wrong is made again from what is there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from index.doctor import Fault, condition, examine, manifest_source, pointer_fault
from index.durable import copy_whole, write_whole
from index.embed import Embedder
from index.engine import EMBEDDED, Engine
from index.generations import (
    CURRENT,
    MANIFEST_COPY,
    check_manifest,
    current_generation,
    settle,
    sweep_shared,
    whole_generations,
)
from index.intake import Intake, Progress, ReadFile
from index.locks import building
from index.manifest import FILE, Manifest
from index.merge import merge
from index.work import work_of
from index.writing import Base, Writer


def mend(
    folder: Path,
    embedder: Callable[[], Embedder],
    cache_dir: Path,
    progress: Progress | None = None,
    engine: Engine = EMBEDDED,
) -> tuple[list[Fault], list[Fault]]:
    """Make right what can be made right in the index in `folder`: what was wrong, and what is left of it.

    The embedder is loaded only if vectors have to be computed.

    Raises:
        IndexMissing: there is no index.
        IndexMismatch: the embedder is not the one that made the index, or its vectors are not where `engine` looks.
        IndexUnavailable: the server that holds the vectors cannot be reached, or fails.
        IndexBusy: another process is building.
        IndexUnwritable: the folder cannot be written.
    """
    with building(folder):
        wrong: list[Fault] = []
        if fault := pointer_fault(folder):
            wrong.append(fault)
            if not fault.mendable:
                return wrong, wrong
            write_whole(folder / CURRENT, whole_generations(folder)[-1].name.encode())
        found = examine(folder, engine)
        if any(fault.check == "manifest" for fault in found):
            wrong += found
            if not all(fault.mendable for fault in found):
                return wrong, found
            _take_manifest(folder)
            found = examine(folder, engine)
        wrong += found
        if any(fault.mendable for fault in found):
            _rewrite(folder, embedder, cache_dir, progress or (lambda *_: None), engine)
        settle(folder)
        sweep_shared(folder, engine, {})
        return wrong, examine(folder, engine)


def _take_manifest(folder: Path) -> None:
    """Put a sound manifest in the place of a damaged one, or go back to an earlier generation."""
    current, source = current_generation(folder), manifest_source(folder)
    if source == current:
        copy_whole(current / MANIFEST_COPY, current / FILE)
    elif source is not None:
        (current / FILE).unlink()  # without a manifest it is no generation
        write_whole(folder / CURRENT, source.name.encode())


def _rewrite(
    folder: Path,
    load_embedder: Callable[[], Embedder],
    cache_dir: Path,
    progress: Progress,
    engine: Engine,
) -> None:
    """Make a generation of what is sound in the one in use, and of the originals for the rest.

    Nothing is changed where a file that is needed cannot be read, or does not give the articles that are missing.
    """
    generation = current_generation(folder)
    manifest = Manifest.read(generation)
    found = condition(folder, generation, manifest, engine)
    names = {e.meta.source for e in manifest.documents if e.meta.key in found.keys}
    sources = [s for s in manifest.sources if s.name in names]
    read = Intake(folder, progress).read_originals(sources).values()
    files = [file for file in read if isinstance(file, ReadFile)]
    merged = merge(manifest, files)
    sound = {i: own for i, own in found.held.items() if i not in found.bad}
    asked = {i: own for i, own in manifest.questions.items() if i not in found.bad}
    work, questions = work_of(merged, files, sound, asked)
    if len(files) < len(sources) or not found.bad <= {*sound, *(a.id for a in work.fresh)}:
        return

    def embedder() -> Embedder:
        loaded = load_embedder()
        check_manifest(manifest, loaded.name, folder)
        return loaded

    draft = replace(
        manifest,
        sources=tuple(merged.sources.values()),
        documents=tuple(merged.entries.values()),
        spans={i: span for i, span in manifest.spans.items() if i in sound},
        questions=questions,
    )
    base = Base(generation, manifest, sound, whole=False) if found.openable else None
    Writer(folder, embedder, cache_dir, progress, engine).write(base, draft, replace(work, stray=found.stray))
