"""What an index holds, read without a model; and finding a document by what people call it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from index.errors import UsageError
from index.generations import current_generation
from index.manifest import Entry, Manifest
from index.model import Article, Metadata
from index.text import compare_key, normalize, number_key

_MAX_NAMED = 5


@dataclass(frozen=True)
class Catalogue:
    """What the index in `folder` holds."""

    generation: Path
    manifest: Manifest

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The documents, in the order of indexing."""
        return self.manifest.documents

    @property
    def originals(self) -> list[Path]:
        """The kept originals of the indexed files."""
        folder = self.generation.parents[1] / "originals"
        return [folder / source.original for source in self.manifest.sources]

    def articles(self, key: str | None = None) -> list[Article]:
        """The articles of a document, or of all documents, in order."""
        from index.store import Store  # chromadb takes most of a second, and a list of documents needs none

        store = Store(self.generation / "chroma")
        try:
            return store.articles({e.meta.key: e.meta for e in self.entries if key in (None, e.meta.key)})
        finally:
            store.close()


def open_catalogue(folder: Path) -> Catalogue:
    """Open the index in `folder` for reading.

    Raises:
        IndexMissing, IndexMismatch: see `index.build`.
    """
    generation = current_generation(folder)
    return Catalogue(generation, Manifest.read(generation))


def find_document(name: str, metas: Sequence[Metadata], *, exact: bool = False) -> Metadata:
    """The one document that `name` means.

    Tried in turn: its key, title or 文号; unless `exact`, a part of one; characters of the title in order.

    Raises:
        UsageError: there is none, or more than one.
    """
    for fits in (_is_named,) if exact else (_is_named, _holds, _holds_in_order):
        found = [m for m in metas if fits(_folded(name), m)]
        if len(found) == 1:
            return found[0]
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
