"""A document as the checks of the audit look at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.blocks import Block
from index.finding import Finding, Severity
from index.model import Article, Document, Paragraph


@dataclass(frozen=True)
class Subject:
    """A document, its blocks and its articles; every check reads them and changes nothing."""

    document: Document
    blocks: tuple[Block, ...]
    articles: tuple[Article, ...]

    @property
    def paragraphs(self) -> list[Paragraph]:
        """All paragraphs of the document."""
        d = self.document
        annexes = [p for a in d.annexes for p in (*a.heading, *a.paragraphs)]
        return [*d.front, *d.body, *d.attachment_list, *d.closing, *annexes]

    def parts(self) -> Iterator[tuple[str, Sequence[Paragraph]]]:
        """The body and every annex with its name: numbering starts anew in each."""
        yield "正文", self.document.body
        for annex in self.document.annexes:
            yield annex.name, annex.paragraphs

    def error(self, check: str, place: str, message: str, *at: Paragraph) -> Finding:
        """A finding that a citation would be wrong or text is lost, at these paragraphs."""
        return self._finding("error", check, place, message, at)

    def warning(self, check: str, place: str, message: str, *at: Paragraph) -> Finding:
        """A finding that somebody should look at, at these paragraphs."""
        return self._finding("warning", check, place, message, at)

    def _finding(
        self, severity: Severity, check: str, place: str, message: str, at: Sequence[Paragraph]
    ) -> Finding:
        lines = tuple(n for p in at for n in p.lines)
        page = at[0].page if at else None
        return Finding(severity, check, self.document.meta.key, place, message, lines, page)
