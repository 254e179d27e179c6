"""Documents by what they are called: those that share a title or a 文号 with one, without looking at all of them."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from index.model import Metadata, Repeal
from index.text import compare_key, number_key

_EDITION = re.compile(
    r"[(（](?:\d{4}年?(?:\d{1,2}月(?:\d{1,2}日)?)?)?(?:第[一二三四五六七八九十\d]+次)?(?:修订|修正|修改)[^()（）]{0,3}[)）]$"
    r"|[(（]\d{4}年?版[)）]$"
)


@lru_cache(1 << 15)  # of every title of a library
def without_edition(title: str) -> str:
    """A title (folded) without what it says of its edition: （2018年修正）."""
    return _EDITION.sub("", compare_key(title))


class Register(dict[str, Metadata]):
    """Metadata by document key, in the order of indexing."""

    @classmethod
    def of(cls, documents: Mapping[str, Metadata]) -> "Register":
        """`documents` as a register; itself if it is one."""
        return documents if isinstance(documents, cls) else cls(documents)

    def alike(self, meta: Metadata) -> list[Metadata]:
        """The documents of the title or the 文号 of `meta`, whatever their edition, in order."""
        names = [without_edition(meta.title), number_key(meta.doc_number or "")]
        return self._in_order(key for name in names if name for key in self._called.get(name, ()))

    def meant_by(self, repeals: Iterable[Repeal]) -> list[Metadata]:
        """The documents that `repeals` may end: of their titles or 文号, in order."""
        names = [name for r in repeals for name in (compare_key(r.title), number_key(r.number or ""))]
        return self._in_order(key for name in names if name for key in self._named.get(name, ()))

    def repeals(self, meta: Metadata) -> list[tuple[Metadata, Repeal]]:
        """What may end the document of `meta`, with the document that says so, in order."""
        names = {compare_key(meta.title), compare_key(meta.heading), number_key(meta.doc_number or "")} - {""}
        found = {n: said for name in names for n, said in self._repealing.get(name, ())}
        return [found[n] for n in sorted(found)]

    def _in_order(self, keys: Iterable[str]) -> list[Metadata]:
        return [self[key] for key in sorted({*keys}, key=self._place.__getitem__)]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: n for n, key in enumerate(self)}

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        """Title without its edition, or 文号 -> keys."""
        out: dict[str, list[str]] = {}
        for key, meta in self.items():
            for name in {without_edition(meta.title), number_key(meta.doc_number or "")} - {""}:
                out.setdefault(name, []).append(key)
        return out

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """Title, heading or 文号 -> keys."""
        out: dict[str, list[str]] = {}
        for key, meta in self.items():
            names = {compare_key(meta.title), compare_key(meta.heading), number_key(meta.doc_number or "")}
            for name in names - {""}:
                out.setdefault(name, []).append(key)
        return out

    @cached_property
    def _repealing(self) -> dict[str, list[tuple[int, tuple[Metadata, Repeal]]]]:
        """Title or 文号 -> what ends a document of it, numbered in order."""
        out: dict[str, list[tuple[int, tuple[Metadata, Repeal]]]] = {}
        said = ((by, repeal) for by in self.values() for repeal in by.validity.repeals)
        for n, (by, repeal) in enumerate(said):
            for name in {compare_key(repeal.title), number_key(repeal.number or "")} - {""}:
                out.setdefault(name, []).append((n, (by, repeal)))
        return out
