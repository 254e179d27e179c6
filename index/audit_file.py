"""The audit of a whole file and of the documents in it."""

from pathlib import Path

from index.audit import audit
from index.audit_source import audit_source
from index.finding import Finding
from index.intake import FileText, read_file


def audit_file(path: Path) -> list[Finding]:
    """All findings about a file and its documents.

    Raises:
        ReadError: the file cannot be read, or holds no text to cite.
    """
    return audit_text(read_file(path))


def audit_text(text: FileText) -> list[Finding]:
    """All findings about a file that was read and split."""
    found = audit_source(text.source, text.collection)
    for part, document, articles in zip(text.collection.parts, text.documents, text.articles, strict=True):
        found += audit(document, articles, part.lines)
    return found
