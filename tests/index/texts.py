"""Making documents out of a few lines, and counting characters."""

import tarfile
from collections import Counter
from pathlib import Path

import pytest

from index.blocks import blocks
from index.compendium import divide
from index.document import read_document
from index.model import Article, Document, Page, Paragraph, SourceText
from index.paragraphs import Line, read_lines, to_paragraphs
from index.split import split

ROOT = Path(__file__).resolve().parents[2]
COMPENDIUM = ROOT / "index" / "corpus" / "zhengce-huibian-2024-04.txt"
DATA = ROOT / "tests" / "data"
LAWS = ROOT.parent / "shared" / "laws" / "regulations.tar.gz"


def lines_of(text: str) -> list[Line]:
    """The lines of a text without pages."""
    return read_lines(SourceText("x.txt", (Page(None, text),)))


def paragraphs_of(text: str) -> list[Paragraph]:
    """The healed paragraphs of a text."""
    return to_paragraphs(lines_of(text))


def documents_of(text: str) -> list[Document]:
    """The documents of a text."""
    return [read_document(part, "x.txt") for part in divide(lines_of(text)).parts]


def document_of(text: str) -> Document:
    """The only document of a text."""
    (document,) = documents_of(text)
    return document


def split_text(text: str) -> list[Article]:
    """The articles of a text that is one document."""
    return split(document_of(text))


def marks_of(articles: list[Article]) -> list[str]:
    """The path of each article, marks only: 二、/（一）."""
    return ["/".join(s.mark for s in a.locator.steps) for a in articles]


def visible(text: str) -> Counter[str]:
    """How often each character that is no white space occurs."""
    return Counter("".join(text.split()))


def characters(document: Document) -> Counter[str]:
    """The characters of all that a document is made of: articles, headings and furniture."""
    return visible("".join(p.text for b in blocks(document) for p in b.paragraphs))


def unpack_laws(folder: Path) -> list[Path]:
    """The law texts of ../shared; skips the test where they are not at hand."""
    if not LAWS.is_file():
        pytest.skip(f"{LAWS} is not at hand")
    with tarfile.open(LAWS) as tar:
        tar.extractall(folder, filter="data")
    return sorted(folder.rglob("*.md"))
