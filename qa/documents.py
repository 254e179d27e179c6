"""The documents that a question is limited to, by what people call them and by collection."""

from collections.abc import Mapping, Sequence
from datetime import date

from index.errors import UsageError
from index.model import Metadata
from index.text import compare_key, number_key
from index.versions import are_versions, in_force, version_start


class Documents:
    """The documents of a library, by name and by collection."""

    def __init__(self, documents: Mapping[str, Metadata], collections: Mapping[str, Sequence[str]]) -> None:
        self._documents = documents
        self._collections = collections

    def keys(
        self, names: Sequence[str], collections: Sequence[str], as_of: date, exact: Sequence[str] = ()
    ) -> list[str] | None:
        """The keys of the documents `names` and `exact` within `collections`; None if nothing is limited.

        By a name (title, 文号, key or part of a title), of several versions the one in force on the day `as_of` is
        meant; `exact` are keys, and mean those documents.

        Raises:
            UsageError: no document, or several, by that name; no collection by that name; or no document is in both.
        """
        if not (names or exact or collections):
            return None
        named = [self._key(name, as_of) for name in names] + [self._held(key) for key in exact]
        within = [key for name in collections for key in self._collection(name)]
        if not collections:
            return named
        both = [key for key in named if key in within]
        if named and not both:
            raise UsageError(f"合集“{'、'.join(collections)}”中没有《{self._documents[named[0]].title}》。")
        return both if named else list(dict.fromkeys(within))

    def _held(self, key: str) -> str:
        if key not in self._documents:
            raise _unknown(key)
        return key

    def _collection(self, name: str) -> Sequence[str]:
        if name not in self._collections:
            known = "、".join(self._collections)
            raise UsageError(f"没有名为“{name}”的合集。已有：{known}。")
        return self._collections[name]

    def _key(self, name: str, as_of: date) -> str:
        metas = self._documents
        if "@" in name and name in metas:  # the key of a version says which
            return name
        wanted = compare_key(name)
        exact = [
            k
            for k, m in metas.items()
            if wanted in (compare_key(m.title), compare_key(m.heading), compare_key(k))
        ]
        exact += [
            k for k, m in metas.items() if m.doc_number and number_key(m.doc_number) == number_key(name)
        ]
        found = [self._of_versions(exact, as_of)] if exact else [
            k for k, m in metas.items() if wanted and wanted in compare_key(m.title + m.heading)
        ]  # fmt: skip
        if not found:
            raise _unknown(name)
        if any(not are_versions(metas[found[0]], metas[k]) for k in found[1:]):
            titles = "、".join(f"《{metas[k].title}》" for k in found[:3])
            raise UsageError(f"“{name}”对应多份文件：{titles}。请写全标题或文号。")
        return self._of_versions(found, as_of)

    def _of_versions(self, keys: Sequence[str], as_of: date) -> str:
        """Of versions of one document the one in force; else the first."""
        own = [k for k in keys if k == keys[0] or are_versions(self._documents[keys[0]], self._documents[k])]
        by_start = sorted(own, key=lambda k: version_start(self._documents[k]) or "")
        return in_force(by_start, self._documents, as_of) if len(own) > 1 else keys[0]


def _unknown(name: str) -> UsageError:
    return UsageError(f"没有收录该文件：{name}。可用 policy-qa documents 查看已收录的文件。")
