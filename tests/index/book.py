"""The bundled compendium as what a printer gets: title page, contents, paragraphs and rows in order, each with a name.

Two printers make a PDF of it (`chromium.py`, `typeset.py`); both tell on which pages each piece ended up.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from index.compendium import Part, divide
from index.document import read_document
from index.marks import find_mark
from index.model import Article, Paragraph
from index.paragraphs import DATE_LINE, DOC_NUMBER_LINE, read_lines, to_paragraphs
from index.readers.text import read_text
from index.text import squeeze
from tests.index.texts import COMPENDIUM

Kind = Literal["title", "number", "centre", "left", "heading", "subheading", "text", "sign", "header", "row"]
TITLE_PAGE = (
    "中国重型机械工业协会", "China Heavy Machinery Industry Association", "总第2期", "政策汇编", "(2024年4月)",
    "中国重型机械工业协会 编",
)  # fmt: skip
HEAD = "政策汇编（2024年4月）"


@dataclass(frozen=True)
class Piece:
    """A paragraph or table row, how it is set, and the lines of the bundled text that it holds."""

    name: str
    kind: Kind
    text: str
    cells: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Chapter:
    """A document of the compendium: its contents entry (None for the publisher's page) and its pieces."""

    title: str | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Printed:
    """A PDF, and for each piece the pages on which it begins and ends."""

    data: bytes
    pages: dict[str, tuple[int, int]]


@cache
def chapters() -> tuple[Chapter, ...]:
    """The documents of the bundled compendium."""
    collection = divide(read_lines(read_text(COMPENDIUM)))
    return tuple(_chapter(part, n) for n, part in enumerate(collection.parts))


def _chapter(part: Part, n: int) -> Chapter:
    document = read_document(part, COMPENDIUM.name, None)
    signed = {p.lines for p in document.closing}
    pieces: list[Piece] = []
    header: tuple[str, ...] = ()
    for i, p in enumerate(to_paragraphs(list(part.lines))):
        if p.furniture:
            continue
        kind: Kind
        if p.cells:
            kind = "row" if header and squeeze(p.cells[0]) != squeeze(header[0]) else "header"
            header = p.cells if kind == "header" else header
        else:
            header = ()
            kind = _kind(p, first=i == 0, signed=p.lines in signed)
        pieces.append(Piece(f"d{n}p{i}", kind, p.text, p.cells, p.lines))
    return Chapter(part.title, tuple(pieces))


def _kind(p: Paragraph, *, first: bool, signed: bool) -> Kind:
    mark = find_mark(p.text)
    short = len(p.text) <= 40 and not any(c in p.text for c in "。；：！？")
    if first:
        return "title"
    if DOC_NUMBER_LINE.match(p.text):
        return "number"
    if signed or DATE_LINE.match(p.text):
        return "sign"
    if mark and mark.kind in ("chapter", "part", "section"):
        return "centre"
    if mark and short and mark.kind in ("h1", "h2"):
        return "heading" if mark.kind == "h1" else "subheading"
    if p.text.endswith("：") and mark is None:
        return "left"
    return "text"


def expected_pages(article: Article, printed: Printed) -> tuple[int, int]:
    """The pages on which an article of the bundled text begins and ends in print."""
    lines = set(article.lines)
    places = [
        printed.pages[piece.name]
        for chapter in chapters()
        for piece in chapter.pieces
        if lines & set(piece.lines)
    ]
    return min(p[0] for p in places), max(p[1] for p in places)
