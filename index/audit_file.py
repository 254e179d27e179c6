"""The audit of a whole file and of the documents in it."""

from collections.abc import Sequence

from index.audit import audit
from index.audit_source import audit_source
from index.compendium import Collection
from index.finding import Finding
from index.model import Article, Document, SourceText


def audit_file(
    source: SourceText,
    collection: Collection,
    documents: Sequence[Document],
    articles: Sequence[Sequence[Article]],
) -> list[Finding]:
    """All findings about a file that was read, divided and split: about the file as a whole, then by document.

    Args:
        source: the file as its reader gives it.
        collection: the same file, divided.
        documents: the document of each part.
        articles: the articles of each document.
    """
    found = audit_source(source, collection)
    for part, document, its in zip(collection.parts, documents, articles, strict=True):
        found += audit(document, its, part.lines)
    return found
