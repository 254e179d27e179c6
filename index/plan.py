"""What adding files would do to the library, told before anything is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.finding import Finding
from index.ledger import Held
from index.merge import Merged, Taken
from index.model import Article, Metadata
from index.record import content_hash
from index.repeals import ends
from index.versions import are_versions, successor, version_day, version_start

Status = Literal["new", "changed", "unchanged", "blocked", "unreadable"]


@dataclass(frozen=True)
class DocumentPlan:
    """What adding one document would do to the library; the counts are of articles, against what is held of it."""

    meta: Metadata
    articles: tuple[Article, ...]
    added: int
    changed: int
    unchanged: int
    removed: int
    replaces: tuple[str, ...] = ()
    """Keys of earlier versions that become 已被替代."""
    repeals: tuple[str, ...] = ()
    """Keys of held documents that its 废止 clauses end."""
    notes: tuple[str, ...] = ()
    """What else is to be known of it, each in one line of Chinese."""


@dataclass(frozen=True)
class FilePlan:
    """What adding one file would do: its name in the library, what was found in it, and its documents."""

    name: str
    """Empty for an archive, or a member of one, that cannot be unpacked: then the message names it."""
    status: Status
    message: str
    """One line of Chinese: why it is blocked or cannot be read; else empty."""
    findings: tuple[Finding, ...]
    documents: tuple[DocumentPlan, ...]
    notes: tuple[str, ...] = ()
    """What else is to be known of the file, each in one line of Chinese."""


def document_plans(
    taken: Sequence[Taken], merged: Merged, held: Mapping[str, Metadata], stored: Mapping[str, Held]
) -> tuple[DocumentPlan, ...]:
    """What the documents of one file do to a library that holds `held`, by key, and `stored`, by article id."""
    after = {key: e.meta for key, e in merged.entries.items()}
    by_key: dict[str, set[str]] = {}
    for id_, record in stored.items():
        by_key.setdefault(record.key, set()).add(id_)
    return tuple(_document_plan(t, after, held, stored, by_key.get(t.entry.meta.key, set())) for t in taken)


def _document_plan(
    taken: Taken,
    after: Mapping[str, Metadata],
    held: Mapping[str, Metadata],
    stored: Mapping[str, Held],
    own: set[str],
) -> DocumentPlan:
    meta = after.get(taken.entry.meta.key, taken.entry.meta)
    if taken.same:
        return DocumentPlan(meta, taken.articles, 0, 0, taken.entry.articles, 0, notes=(taken.note,))
    ids = {a.id for a in taken.articles}
    kept = [a for a in taken.articles if a.id in stored]
    changed = sum(stored[a.id].hash != content_hash(a) for a in kept)
    start = version_start(meta) or ""
    replaces = tuple(
        key
        for key, m in after.items()
        if are_versions(m, meta) and (version_start(m) or "") < start and successor(m, held, date.max) is None
    )
    return DocumentPlan(
        meta,
        taken.articles,
        len(ids) - len(kept),
        changed,
        len(kept) - changed,
        len(own - ids),
        replaces,
        tuple(k for k, m in held.items() if any(ends(r, meta, m) and not r.part for r in meta.validity.repeals)),
        tuple(_notes(taken, meta, after, held)),
    )  # fmt: skip


def _notes(
    taken: Taken, meta: Metadata, after: Mapping[str, Metadata], held: Mapping[str, Metadata]
) -> list[str]:
    notes = [taken.note] if taken.note else []
    if newer := successor(meta, after, date.max):
        notes.append(f"已收录更新的版本（{version_day(newer)}），本版标为已被替代")
    parts = [(m, r.part) for r in meta.validity.repeals if r.part for m in held.values() if ends(r, meta, m)]
    return notes + [f"{m.name}{part}标为已废止" for m, part in parts]
