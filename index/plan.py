"""What adding files would do to the library, told before anything is changed."""

from dataclasses import dataclass
from typing import Literal

from index.finding import Finding
from index.model import Article, Metadata

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


@dataclass(frozen=True)
class FilePlan:
    """What adding one file would do: its name in the library, what was found in it, and its documents."""

    name: str
    status: Status
    message: str
    """One line of Chinese: why it is blocked or cannot be read; else empty."""
    findings: tuple[Finding, ...]
    documents: tuple[DocumentPlan, ...]
