"""What the audit of a document says: one finding."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong in a document, and where.

    An error means that a citation would be wrong or that text is lost, and keeps its file out of the index
    until it is mended or accepted; a warning never does.
    """

    severity: Severity
    check: str
    """The stable name of the check: missing-article."""
    document: str
    """Key of the document; empty where the whole file is meant."""
    place: str
    """正文 第八条; 附件1 / 序号44; 文首."""
    message: str
    """One line of Chinese."""
    lines: tuple[int, ...] = ()
    """Numbers of the source lines, counted over all pages from 0 as `Paragraph.lines`."""
    page: int | None = None
    """The page of the first of these lines, where the format has pages."""
