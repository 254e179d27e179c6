"""What an audit finds in a document before it enters the library."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong: in which document, where, and what, in one line of Chinese."""

    severity: Severity
    check: str
    """The stable name of the check that found it: missing-article."""
    document: str
    """The document's key."""
    place: str
    """Where, in Chinese: 正文 第八条."""
    message: str
    lines: tuple[int, ...] = ()
    """Numbers of the source lines, counted over all pages from 0."""
    page: int | None = None
