"""A document as the checks of the audit look at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.blocks import Block, blocks
from index.finding import Finding, Severity
from index.marks import Mark, find_mark
from index.model import Article, Document, Paragraph

SHOWN = 20
"""Characters of the source that a message quotes."""


@dataclass(frozen=True)
class Item:
    """A paragraph and the mark that opens it; rows of tables and furniture have none."""

    paragraph: Paragraph
    mark: Mark | None

    @property
    def text(self) -> str:
        """The text of the paragraph."""
        return self.paragraph.text


@dataclass(frozen=True)
class Part:
    """The body or an annex, in which numbering starts anew; `name` is 正文, 附件1."""

    name: str
    items: tuple[Item, ...]

    @property
    def opened(self) -> list[Item]:
        """The items that open a 条 as the splitter takes them; none if the part is not numbered by 条."""
        marked = [i for i in self.items if i.mark and i.mark.kind == "article"]
        taken: list[Item] = []
        last = 0
        for item in marked:
            if item.mark and (item.mark.spaced or item.mark.number in (last, last + 1)):
                taken.append(item)
                last = item.mark.number
        return taken if len(marked) > 1 else []


@dataclass(frozen=True)
class Subject:
    """A document, its parts, blocks and articles; every check reads them and changes nothing."""

    document: Document
    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]
    articles: tuple[Article, ...]
    paragraphs: tuple[Paragraph, ...]
    """All paragraphs of the document, in the order of the source."""

    def place_of(self, paragraph: Paragraph) -> str:
        """The article that holds a paragraph: 第二章 申报 / 第八条; 原文第12行 where none does."""
        line = paragraph.lines[0]
        held = next((str(a.locator) for a in self.articles if line in a.lines), "")
        return held or f"原文第{line + 1}行"

    def error(
        self, check: str, place: str, message: str, at: Iterable[Paragraph] = (), quote: str = ""
    ) -> Finding:
        """A finding that a citation would be wrong or text is lost, at these paragraphs."""
        return self._finding("error", check, place, message, list(at), quote)

    def warning(
        self, check: str, place: str, message: str, at: Iterable[Paragraph] = (), quote: str = ""
    ) -> Finding:
        """A finding that somebody should look at, at these paragraphs."""
        return self._finding("warning", check, place, message, list(at), quote)

    def _finding(
        self, severity: Severity, check: str, place: str, message: str, at: Sequence[Paragraph], quote: str
    ) -> Finding:
        lines = tuple(n for p in at for n in p.lines)
        page = at[0].page if at else None
        return Finding(severity, check, self.document.meta.key, place, message, lines, page, quote)


def line_of(paragraph: Paragraph) -> str:
    """Where a paragraph begins, for a finding that no number places: 原文第12行."""
    return f"原文第{paragraph.lines[0] + 1}行"


def read_subject(document: Document, articles: Sequence[Article]) -> Subject:
    """Look at a document that was split into `articles`."""
    named = [("正文", document.body), *((a.name, a.paragraphs) for a in document.annexes)]
    parts = tuple(
        Part(name, tuple(Item(p, None if p.cells or p.furniture else find_mark(p.text)) for p in paragraphs))
        for name, paragraphs in named
    )
    every = [*document.front, *document.attachment_list, *document.closing]
    every += [p for annex in document.annexes for p in annex.heading]
    every += [item.paragraph for part in parts for item in part.items]
    ordered = tuple(sorted(every, key=lambda p: p.lines[0]))
    return Subject(document, parts, tuple(blocks(document)), tuple(articles), ordered)
