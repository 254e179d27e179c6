"""The audit of whole files."""

from pathlib import Path

from index.audit import audit
from index.finding import Finding
from index.intake import read_file


def audit_file(path: Path) -> list[Finding]:
    """All findings about the documents of a file.

    Raises:
        ReadError: the file cannot be read, or holds no text to cite.
    """
    file = read_file(path)
    return [
        finding
        for part, document, articles in zip(file.collection.parts, file.documents, file.articles, strict=True)
        for finding in audit(document, articles, part.lines)
    ]
