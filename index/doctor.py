"""Checking an index: store, keyword ranking, token file, originals and manifest against each other; and mending it.

What is wrong is told by plain values. Whatever can be made again from the originals is made again, by the same way
as any change: a new generation beside the damaged one, put into use when it is whole (`index.mend`). Not checked is
whether the numbers in the token file still are what the model made of the texts: only embedding again could say.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index.article_file import FOLDER as TEXTS
from index.article_file import ArticleFile
from index.engine import EMBEDDED, STORE, Engine
from index.errors import IndexMismatch, IndexMissing
from index.generations import MANIFEST_COPY, ORIGINALS, current_generation, whole_generations
from index.ledger import FILE as LEDGER
from index.ledger import Held, read_ledger
from index.lexical import is_whole
from index.manifest import Manifest
from index.model import Metadata
from index.record import content_hash
from index.sums import FILE as SUMS
from index.sums import altered
from index.tokens import TokenFile

Check = Literal[
    "current", "newer", "manifest", "ledger", "store", "articles", "texts", "lexical", "tokens", "original"
]
_NAMED = 3
_NOBODY = Metadata("", "", "")


@dataclass(frozen=True)
class Fault:
    """Something wrong with an index, in one line of Chinese; whether it can be made right from what is there."""

    check: Check
    message: str
    mendable: bool = True


@dataclass
class Condition:
    """What a generation is found to be in."""

    generation: Path
    manifest: Manifest
    faults: list[Fault] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    """What is said to be held."""
    bad: set[str] = field(default_factory=set)
    """Ids of articles to be embedded anew."""
    stray: dict[str, int] = field(default_factory=dict)
    """Ids of the articles in the store that are not as they should be -> their windows."""
    keys: set[str] = field(default_factory=set)
    """Keys of the documents to be read again: of those articles, and those that lack some."""
    openable: bool = True
    """Whether the store can be opened at all."""

    def damaged(self, ids: Iterable[str]) -> None:
        """Articles are to be embedded anew."""
        for id_ in ids:
            self.bad.add(id_)
            if id_ in self.held:
                self.keys.add(self.held[id_].key)


def examine(folder: Path, engine: Engine = EMBEDDED) -> list[Fault]:
    """What is wrong with the index in `folder`; nothing is changed.

    Raises:
        IndexMissing: there is none.
        IndexMismatch: its vectors are not where `engine` looks for them.
        IndexUnavailable: the server that holds them cannot be reached, or fails.
    """
    pointer = [fault] if (fault := pointer_fault(folder)) else []
    if fault and fault.check == "current":
        return pointer
    generation = current_generation(folder)
    try:
        manifest = Manifest.read(generation)
    except IndexMismatch as error:
        mendable = manifest_source(folder) is not None
        return [*pointer, Fault("manifest", _first_sentence(error), mendable)]
    engine.check(manifest, folder)
    return pointer + condition(folder, generation, manifest, engine).faults


def pointer_fault(folder: Path) -> Fault | None:
    """What is wrong with CURRENT.

    Raises:
        IndexMissing: there is no index.
    """
    whole = whole_generations(folder)
    try:
        current = current_generation(folder)
    except IndexMissing:
        if not whole:
            raise
        return Fault("current", f"CURRENT 文件缺失；可改用最新的完整版本 {whole[-1].name}")
    except IndexMismatch:
        if not whole:
            return Fault("current", "CURRENT 文件损坏，且没有完整的版本", mendable=False)
        return Fault("current", f"CURRENT 文件损坏；可改用最新的完整版本 {whole[-1].name}")
    if whole[-1] != current:
        return Fault(
            "newer",
            f"完整的版本 {whole[-1].name} 未启用（上次更新在最后一步中断，或 CURRENT 被改动）；可启用它",
        )
    return None


def manifest_source(folder: Path) -> Path | None:
    """Where a manifest can be had in place of a damaged one: its copy, else an earlier generation to go back to."""
    current = current_generation(folder)
    earlier = [p for p in reversed(whole_generations(folder)) if p != current]
    for place, name in ((current, MANIFEST_COPY), *((p, "") for p in earlier)):
        try:
            Manifest.read(place, name) if name else Manifest.read(place)
        except IndexMismatch:
            continue
        return place
    return None


def condition(folder: Path, generation: Path, manifest: Manifest, engine: Engine = EMBEDDED) -> Condition:
    """What a generation with a sound manifest is found to be in."""
    found = Condition(generation, manifest)
    changed = altered(generation)
    _check_ledger(found, changed)
    _check_store(found, changed, engine)
    _check_documents(found)
    _check_tokens(found, folder)
    lexical = generation / "lexical"
    if any(name.startswith("lexical/") for name in changed) or not is_whole(lexical, len(found.held)):
        found.faults.append(Fault("lexical", "关键词索引缺失或损坏；可由条文重建"))
    _check_texts(found, changed)
    _check_originals(found, folder / ORIGINALS)
    return found


def _check_ledger(found: Condition, changed: Sequence[str]) -> None:
    try:
        found.held = read_ledger(found.generation)
    except (OSError, ValueError, TypeError, AttributeError):
        found.held = {}
    if not found.held or LEDGER in changed or SUMS in changed:
        found.held = {}
        found.faults.append(Fault("ledger", "条文清单缺失或损坏；可由向量库重建"))


def _check_store(found: Condition, changed: Sequence[str], engine: Engine) -> None:
    place = found.manifest.collection or str(found.generation / STORE)
    try:
        if any(name.startswith(f"{STORE}/") for name in changed):
            raise IndexMismatch("its graph is not as it was written; Chroma would crash on it")
        store = engine.open(found.generation, found.manifest)
        try:
            stored, sound = store.held(), store.sound(found.manifest.dimension)
        finally:
            store.close()
    except IndexMismatch:
        found.openable = False
        found.damaged(found.held)
        found.keys = {e.meta.key for e in found.manifest.documents}
        found.faults.append(Fault("store", f"向量库缺失或损坏：{place}；可由原文件重建"))
        return
    if not found.held:
        found.held = stored
    wrong = {i for i, own in found.held.items() if i not in sound or stored[i] != own}
    unknown = {i for i in stored if i not in found.held}
    found.stray = {i: stored[i].windows for i in (wrong & stored.keys()) | unknown}
    if wrong:
        found.damaged(wrong)
        found.faults.append(
            Fault("articles", f"向量库中 {len(wrong)} 条缺失或与清单不符（{_some(wrong)}）；可由原文件重建")
        )
    if unknown:
        found.faults.append(Fault("articles", f"向量库中多出 {len(unknown)} 条（{_some(unknown)}）；可删去"))


def _check_documents(found: Condition) -> None:
    counts = Counter(own.key for own in found.held.values())
    wanted = {e.meta.key: e.articles for e in found.manifest.documents}
    wrong = sorted(k for k in counts.keys() | wanted.keys() if counts[k] != wanted.get(k, 0))
    if wrong and found.openable:
        found.keys |= set(wrong)
        named = "、".join(wrong[:_NAMED])
        found.faults.append(
            Fault("ledger", f"{len(wrong)} 份文件的条数与清单不符（{named}）；可由原文件重建")
        )


def _check_tokens(found: Condition, folder: Path) -> None:
    manifest = found.manifest
    try:
        rows = TokenFile(folder / manifest.tokens, manifest.width).rows
    except OSError:
        rows = 0
    ends = {i: sum(manifest.spans.get(i, (rows, 1))) for i in found.held}
    short = {i for i, end in ends.items() if end > rows}
    short |= {i for i, own in manifest.questions.items() if any(q.start + q.n > rows for q in own)}
    if short:
        found.damaged(short)
        found.faults.append(
            Fault("tokens", f"词向量文件缺少 {len(short)} 条的内容（{_some(short)}）；可由原文件重建")
        )


def _check_texts(found: Condition, changed: Sequence[str]) -> None:
    """The articles in files; a former program wrote none."""
    whole = not any(name.startswith(f"{TEXTS}/") for name in changed)
    try:
        file = ArticleFile(found.generation)
        each = {i: file.article(at, _NOBODY) for i, at in file.position.items()}
        whole = whole and {i: content_hash(a) for i, a in each.items()} == {
            i: own.hash for i, own in found.held.items()
        }
    except FileNotFoundError:
        pass
    except (IndexMismatch, ValueError, TypeError, IndexError):
        whole = False
    if not whole:
        found.faults.append(Fault("texts", "条文文件缺失或损坏；可由向量库重建"))


def _check_originals(found: Condition, folder: Path) -> None:
    for source in found.manifest.sources:
        for name in source.kept:
            try:
                with (folder / name).open("rb") as file:
                    sha = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                wrong = "缺失"
            else:
                if sha.startswith(name.partition(".")[0]):
                    continue
                wrong = "内容被改动"
            found.faults.append(
                Fault(
                    "original",
                    f"{source.name} 的原文件{wrong}：{folder / name}。问答不受影响，但无法据以重建；请重新收录该文件",
                    mendable=False,
                )
            )


def _some(ids: Collection[str]) -> str:
    named = "、".join(sorted(ids)[:_NAMED])
    return f"{named} 等" if len(ids) > _NAMED else named


def _first_sentence(error: IndexMismatch) -> str:
    return str(error).partition("。")[0]
