"""What an index holds, read without a model; and finding a document by what people call it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from index.article_file import ArticleFile
from index.articles import Articles
from index.engine import Engine, engine_of
from index.errors import UsageError
from index.generations import current_generation
from index.manifest import Entry, Manifest
from index.model import Article, Metadata
from index.register import Register
from index.settings import IndexSettings
from index.text import compare_key, normalize, number_key
from index.versions import are_versions, in_force, version_day, version_start
from qa.validity import Status, status

_MAX_NAMED = 5


@dataclass(frozen=True)
class Item:
    """A document of a library: its entry, the collections it is in, how it stands today, and its other versions."""

    entry: Entry
    collections: tuple[str, ...]
    status: Status
    versions: tuple[Metadata, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """What the index in `folder` holds."""

    generation: Path
    manifest: Manifest
    engine: Engine

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The documents, in the order of indexing."""
        return self.manifest.documents

    @property
    def originals(self) -> list[Path]:
        """The kept originals of the indexed files."""
        folder = self.generation.parents[1] / "originals"
        return [folder / source.original for source in self.manifest.sources]

    def listed(self, collection: str | None = None) -> list[Item]:
        """The documents, or those of a collection, as they stand today.

        Raises:
            UsageError: there is no such collection.
        """
        collections = self.manifest.collections
        if collection is not None and collection not in collections:
            raise UsageError(f"没有名为“{collection}”的合集。已有：{'、'.join(collections)}。")
        within = set(collections[collection]) if collection is not None else None
        return [self.item(e.meta.key) for e in self.entries if within is None or e.meta.key in within]

    def item(self, key: str) -> Item:
        """The document `key` as it stands today."""
        metas, entry = self._register, self._entries[key]
        versions = sorted(
            (m for m in metas.alike(entry.meta) if are_versions(m, entry.meta)),
            key=lambda m: version_start(m) or "",
        )
        stands = status(entry.meta, date.today(), metas)
        return Item(entry, tuple(self._within.get(key, ())), stands, tuple(versions))

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {e.meta.key: e for e in self.entries}

    @cached_property
    def _register(self) -> Register:
        return Register((e.meta.key, e.meta) for e in self.entries)

    @cached_property
    def _within(self) -> dict[str, list[str]]:
        """Key of a document -> names of its collections."""
        out: dict[str, list[str]] = {}
        for name, keys in self.manifest.collections.items():
            for key in keys:
                out.setdefault(key, []).append(name)
        return out

    def articles(self, key: str | None = None) -> list[Article]:
        """The articles of a document, or of all documents, in order."""
        metas = {e.meta.key: e.meta for e in self.entries}
        try:
            every = ArticleFile(self.generation).open(metas)
        except FileNotFoundError:  # of a former program
            store = self.engine.open(self.generation, self.manifest)
            try:
                every = Articles.of_list(store.articles(metas), list(metas))
            finally:
                store.close()
        return list(every) if key is None else every.of(key)


def open_catalogue(settings: IndexSettings) -> Catalogue:
    """Open the index that the settings name for reading.

    Raises:
        IndexMissing, IndexMismatch: see `index.build`.
    """
    generation, engine = current_generation(settings.dir), engine_of(settings)
    manifest = Manifest.read(generation)
    engine.check(manifest, settings.dir)
    return Catalogue(generation, manifest, engine)


def find_document(name: str, metas: Sequence[Metadata], *, exact: bool = False) -> Metadata:
    """The one document that `name` means.

    Tried in turn: title@day; its key, title or 文号; unless `exact`, a part of one; characters of the title in order.
    Of several versions the one in force today is meant, unless `exact`.

    Raises:
        UsageError: there is none, or more than one.
    """
    of_day = [m for m in metas if _folded(name) == _folded(f"{m.title}@{version_day(m)}")]
    if len(of_day) == 1:
        return of_day[0]
    for fits in (_is_named,) if exact else (_is_named, _holds, _holds_in_order):
        found = [m for m in metas if fits(_folded(name), m)]
        if len(found) == 1:
            return found[0]
        if found and all(are_versions(found[0], m) for m in found[1:]):
            if not exact:
                by_start = {m.key: m for m in sorted(found, key=lambda m: version_start(m) or "")}
                return by_start[in_force(by_start, by_start, date.today())]
            days = "、".join(f"{m.title}@{version_day(m)}" for m in found)
            raise UsageError(f"“{name}”有多个版本：{days}。请写出其中一个。")
        if found:
            titles = "、".join(f"《{m.title}》" for m in found[:_MAX_NAMED])
            more = f"等 {len(found)} 份文件" if len(found) > _MAX_NAMED else ""
            raise UsageError(f"“{name}”可指多份文件：{titles}{more}。请写全标题或文号。")
    near = get_close_matches(_folded(name), {_folded(m.title): m for m in metas}, n=1, cutoff=0.2)
    hint = next((f"最接近的是《{m.title}》。" for m in metas if near and _folded(m.title) == near[0]), "")
    raise UsageError(f"没有名为“{name}”的文件。{hint}可用 policy-qa documents 查看已收录的文件。")


def _is_named(name: str, meta: Metadata) -> bool:
    return bool(name) and name in (_folded(meta.key), _folded(meta.title), _folded(meta.doc_number or ""))


def _holds(name: str, meta: Metadata) -> bool:
    called = (meta.title, meta.heading, meta.doc_number or "")
    return bool(name) and any(name in _folded(text) for text in called)


def _holds_in_order(name: str, meta: Metadata) -> bool:
    """首台套办法 means 中国首台（套）重大技术装备检测评定管理办法（试行）."""
    return len(name) > 1 and re.search(".*".join(map(re.escape, name)), _folded(meta.title)) is not None


def _folded(text: str) -> str:
    """One spelling for titles and numbers: 首台（套）= 首台套, 〔2024〕= [2024], quotes and spaces gone."""
    return number_key(compare_key(normalize(text)))
