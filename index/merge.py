"""Which documents a library holds once files have been read: the same under the key it has, versions side by side. Pure.

The rules, in order, for each document of a file:
1. One with the same text as a held one (of the same title or key, and not of another day) is the same document: it is
   held once, with both files as its sources.
2. One with the key of a held one, on the same day or where a day is not known, takes its place: the latest file counts.
3. One with the key of a held one, of another day, is another version, beside the held one, under the key with its day
   (`某某条例@2023-07-20`); in the same file as before, it takes the place of what the file held.
4. What a file no longer holds goes, unless another file holds it too. What was removed stays out while its text is the
   same, unless it is asked for.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.document import with_key
from index.intake import ReadFile
from index.manifest import Entry, Manifest, Source
from index.model import Article, Document, Metadata
from index.sidecar import with_fields
from index.split import split
from index.text import compare_key, number_key, squeeze
from index.versions import version_day

_WITH_DAY = re.compile(r"@\d{4}-\d\d-\d\d$")
_FRAME = ("front", "closing", "attachments")


@dataclass(frozen=True)
class Taken:
    """What became of a document of a file: the entry it has, its articles, and whether the library held its text."""

    entry: Entry
    articles: tuple[Article, ...]
    read_as: str
    """The key under which it was read: its ids begin with that in the file's likely questions."""
    same: bool = False
    """Whether another file holds the same text already: then its articles are those of that file."""
    note: str = ""
    """One line of Chinese on what else is to be known; may be empty."""


@dataclass
class Merged:
    """The entries of a library by key, in order, and what became of the documents of each file by its name."""

    entries: dict[str, Entry]
    sources: dict[str, Source]
    removed: dict[str, str]
    titles: dict[str, str]
    gone: set[str] = field(default_factory=set)
    """Keys of documents that the library held and holds no more."""
    taken: dict[str, list[Taken]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    """What else is to be known of each file by its name, each in one line of Chinese."""

    @property
    def counting(self) -> dict[str, tuple[str, Taken]]:
        """Key -> the file, and what became of the document in it, of each that was read and counts."""
        return {
            t.entry.meta.key: (name, t)
            for name, own in self.taken.items()
            for t in own
            if not t.same and t.entry.meta.key in self.entries
        }


def merge(
    held: Manifest | None,
    files: Sequence[ReadFile],
    moved: Mapping[str, Source] | None = None,
    *,
    restore: bool = False,
    whole: bool = False,
) -> Merged:
    """What `held` becomes with `files`, in their order.

    Args:
        held: what the library holds.
        files: what was read.
        moved: former name -> record of the held files that are only called or put otherwise.
        restore: whether documents that were removed come back.
        whole: whether `files` are all that is left of the library, which is built anew from them.
    """
    merged = _start(held, moved or {}, {f.source.name for f in files} if whole else None)
    for file in files:
        name = file.source.name
        own = [k for k, e in merged.entries.items() if name in e.sources]
        former = merged.sources.get(name)
        merged.sources[name] = file.source
        found: set[str] = set()
        for document, articles in file.documents:
            if former is not None and former.meta != file.source.meta and "title" in document.meta.given:
                merged.titles.pop(document.meta.key, None)  # the latest word on its title
            taken = _take(merged, file, document, articles, found, restore=restore)
            if taken is not None:
                found.add(taken.entry.meta.key)
                merged.entries[taken.entry.meta.key] = taken.entry
                merged.removed.pop(taken.entry.meta.key, None)
                merged.taken.setdefault(name, []).append(taken)
        for key in own:
            if key not in found:
                _leave(merged, key, name)
    return _tidy(merged)


def without(held: Manifest, keys: Sequence[str]) -> Merged:
    """What `held` becomes when the documents `keys` are removed."""
    merged = _start(held, {}, None)
    for key in keys:
        merged.removed[key] = merged.entries.pop(key).digest
        merged.gone.add(key)
    return _tidy(merged)


def digest_of(articles: Sequence[Article]) -> str:
    """Sixteen hex digits that tell the text of a document; heading, signature and white space are no part of it."""
    body = [a for a in articles if a.role not in _FRAME] or articles
    return hashlib.sha256("\n".join(squeeze(a.text) for a in body).encode()).hexdigest()[:16]


def _start(held: Manifest | None, moved: Mapping[str, Source], names: set[str] | None) -> Merged:
    """The library as it is, its files called as they are now; only those of `names`, if given."""
    if held is None:
        return Merged({}, {}, {}, {})
    called = {former: source.name for former, source in moved.items()}
    sources = [moved.get(s.name, s) for s in held.sources]
    merged = Merged(
        {}, {s.name: s for s in sources if names is None or s.name in names}, dict(held.removed), dict(held.titles)
    )  # fmt: skip
    for entry in held.documents:
        own = [called.get(s, s) for s in entry.sources]
        merged.entries[entry.meta.key] = _with_sources(entry, own, merged.sources)
        for name in own:
            if names is not None and name not in names:
                _leave(merged, entry.meta.key, name)
    return merged


def _tidy(merged: Merged) -> Merged:
    """Without the records of files that hold nothing any more."""
    used = {name for e in merged.entries.values() for name in e.sources}
    merged.sources = {name: s for name, s in merged.sources.items() if name in used}
    merged.titles = {key: title for key, title in merged.titles.items() if key in merged.entries}
    merged.gone -= set(merged.entries)
    return merged


def _take(
    merged: Merged,
    file: ReadFile,
    document: Document,
    articles: tuple[Article, ...],
    found: set[str],
    *,
    restore: bool,
) -> Taken | None:
    """What becomes of one document; None if it stays out."""
    name, digest = file.source.name, digest_of(articles)
    key = _key(document.meta, digest, name, merged.entries, found)
    known = merged.entries.get(key)
    out = key in merged.removed and (file.again or merged.removed[key] in ("", digest))
    if known is None and out and not restore:
        note = f"{document.meta.name}此前已移除，未再收录；如需恢复，请加 --restore"
        merged.notes.setdefault(name, []).append(note)
        return None
    if known is not None and known.meta.source != name:
        if known.digest == digest or (file.again and name in known.also):
            also = tuple(dict.fromkeys((*known.also, name)))
            note = f"与 {known.meta.source} 中的相同"
            return Taken(replace(known, also=also), articles, document.meta.key, same=True, note=note)
        if file.again:  # shadowed by a later file, as it was before
            return None
    read_as = document.meta.key
    document, articles = _under(key, merged.titles.get(key), document, articles)
    also = tuple(s for s in known.sources if s != name) if known and known.digest == digest else ()
    entry = Entry(document.meta, file.source.sha256, len(articles), digest, also)
    return Taken(entry, articles, read_as, note=_note(known, entry))


def _note(known: Entry | None, entry: Entry) -> str:
    if known is None:
        return ""
    former, day = known.meta.source, version_day(known.meta)
    if former != entry.meta.source:
        return f"{former} 中文字不同而日期相同或未知，现以 {entry.meta.source} 为准"
    if day and (now := version_day(entry.meta)) and day < now:
        return f"日期由 {day} 变为 {now}，旧版不再保留；如需保留，请把新版另存为其他文件名"
    return ""


def _key(meta: Metadata, digest: str, name: str, entries: Mapping[str, Entry], found: set[str]) -> str:
    """The key under which a document goes: that of the held one it is or replaces, else one of its own."""
    base, day = meta.key, version_day(meta)
    kin = {k: e for k, e in entries.items() if _WITH_DAY.sub("", k) == base and k not in found}
    days = {k: version_day(e.meta) for k, e in kin.items()}
    same_text = [k for k, e in entries.items() if e.digest == digest and k not in found]
    for k in (*kin, *same_text):
        held = entries[k].meta
        agrees = k in kin or _is_same(held, meta)
        if entries[k].digest == digest and agrees and (day is None or version_day(held) in (None, day)):
            return k
    for k in kin:
        if days[k] == day:
            return k
    for k, entry in kin.items():
        if entry.meta.source == name and (k == base or None in (day, days[k])):
            return k
    for k in kin:
        if None in (day, days[k]):
            return k
    return base if base not in entries else f"{base}@{day}"


def _is_same(one: Metadata, other: Metadata) -> bool:
    """Whether documents of one text, read under two keys, are the same: by title, and by 文号 where both have one."""
    numbers = {number_key(m.doc_number) for m in (one, other) if m.doc_number}
    return compare_key(one.title) == compare_key(other.title) and len(numbers) < 2


def _under(
    key: str, title: str | None, document: Document, articles: tuple[Article, ...]
) -> tuple[Document, tuple[Article, ...]]:
    """The document under its key, and with the title that it was given."""
    if key != document.meta.key:
        document = with_key(document, key)
        articles = ()
    if title and title != document.meta.title:
        document = replace(document, meta=with_fields(document.meta, {"title": title}))
        articles = ()
    return document, articles or tuple(split(document))


def _leave(merged: Merged, key: str, name: str) -> None:
    """The file `name` does not hold the document any more: it goes, or stays as that of another file with its text."""
    entry = merged.entries[key]
    others = [s for s in entry.sources if s != name]
    if others:
        merged.entries[key] = _with_sources(entry, others, merged.sources)
    else:
        merged.entries.pop(key)
        merged.gone.add(key)


def _with_sources(entry: Entry, names: Sequence[str], sources: Mapping[str, Source]) -> Entry:
    first, *also = names
    sha = sources[first].sha256 if first in sources else entry.sha256
    return replace(entry, meta=replace(entry.meta, source=first), sha256=sha, also=tuple(also))
