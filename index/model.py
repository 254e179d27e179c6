"""The nouns of the index: what a file says, what a document is, what is cited.

All are frozen values; none knows a database or a screen.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.text import normalize

GOES_ON = "\u2060"
"""Opens the first line of a page that continues the last paragraph or row of the page before (WORD JOINER)."""


@dataclass(frozen=True)
class Page:
    """The text of one page; `number` is None where the format has no pages."""

    number: int | None
    text: str


@dataclass(frozen=True)
class SourceText:
    """What every reader returns: the file's name and its pages in order."""

    name: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, heading or table row, healed over line and page breaks.

    `lines` are the numbers of the source lines it was made of (counted over all pages from 0).
    """

    text: str
    lines: tuple[int, ...]
    page: int | None = None
    last_page: int | None = None
    level: int = 0
    """Heading level given by the format itself (Markdown #), 0 if none."""
    cells: tuple[str, ...] = ()
    """The cells of a table row, else empty."""
    furniture: bool = False
    """A repeated table header or a dash line: kept for the count, never cited."""


@dataclass(frozen=True)
class Repeal:
    """A document that another one ends: its title without 《》, its 文号 if given, and the sentence that says so."""

    title: str
    """Empty where the 文号 alone is given."""
    number: str | None
    part: str
    """第二条第（一）项 if only that ends, else empty."""
    clause: str


@dataclass(frozen=True)
class Validity:
    """Since when and until when a document holds, by its own words; days are ISO strings, None if not stated.

    A clause is the sentence that a day was read from, word for word, and empty where the text has none.
    """

    effective: str | None = None
    effective_clause: str = ""
    together_with: str | None = None
    """The title of the document on whose day of taking effect this one takes effect too."""
    expires: str | None = None
    """The last day."""
    expires_clause: str = ""
    term: str = ""
    """What the last day was computed from: 有效期5年; empty if the text states the day."""
    period: str = ""
    """The sentence on how long what the document arranges runs (实施期两年): no end of the document itself."""
    repeals: tuple[Repeal, ...] = ()


@dataclass(frozen=True)
class Metadata:
    """What is known of a document beside its articles; dates are ISO strings, unknown is None or empty."""

    key: str
    title: str
    heading: str
    """The heading as printed, which for press-style compendiums is not the official title."""
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    date: str | None = None
    addressees: str | None = None
    attachments: tuple[str, ...] = ()
    validity: Validity = Validity()
    trial: bool = False
    source: str = ""
    as_of: str | None = None
    """The date of the collection that carried the document (信息截至): a day, or a month (2024-04)."""
    amended: str | None = None
    """The latest day of 修订 or 修正 that stands under the title; None if it is as it was issued."""
    page_offset: int = 0
    """What is added to the page of the file to give the page as it is cited."""
    given: tuple[str, ...] = ()
    """Names of the fields that people gave, in a sidecar file or by renaming, and that were not read."""

    @property
    def name(self) -> str:
        """The title between 《》, as it is cited; marks inside become 〈〉 (GB/T 15834)."""
        return f"《{self.title.translate(str.maketrans('《》', '〈〉'))}》"

    @property
    def effective(self) -> str | None:
        """The day of taking effect."""
        return self.validity.effective

    @property
    def expires(self) -> str | None:
        """The last day."""
        return self.validity.expires


@dataclass(frozen=True)
class Document:
    """A document before splitting: its metadata and its paragraphs, front matter apart from the body."""

    meta: Metadata
    front: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]
    closing: tuple[Paragraph, ...]
    attachment_list: tuple[Paragraph, ...] = ()
    annexes: tuple["Annex", ...] = ()


@dataclass(frozen=True)
class Annex:
    """A part after the signature with numbering of its own: 附件1, its title and its paragraphs."""

    name: str
    heading: tuple[Paragraph, ...]
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Step:
    """One step of a locator: `mark` is the number as cited (第八条, （三）, 附件1), `title` its heading."""

    mark: str
    title: str = ""

    def __str__(self) -> str:
        """The step as shown: 第五章 附则; 二、重点任务."""
        if not self.title:
            return self.mark
        return (
            f"{self.mark}{self.title}"
            if self.mark.endswith(("、", "）", "."))
            else f"{self.mark} {self.title}"
        )


@dataclass(frozen=True)
class Locator:
    """Where an article stands in its document, from the outermost step to the innermost."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """The path as shown to people: 第五章 附则 / 第二十七条."""
        return " / ".join(map(str, self.steps))


Role = Literal["text", "row", "turn", "front", "closing", "attachments", "outline"]


@dataclass(frozen=True)
class Article:
    """The unit of citation.

    `text` is character for character the source with page-layout breaks healed; `search_text` is what is
    embedded and indexed: normalised, the title and path on its first line, the text on its second.
    """

    id: str
    meta: Metadata
    locator: Locator
    label: str
    """The official citation: 《title》第二十七条."""
    text: str
    search_text: str
    role: Role = "text"
    page: int | None = None
    last_page: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    """For a table row: (column name, cell) pairs."""
    speaker: str | None = None
    """For a turn of a briefing: who answers, with the post."""
    order: int = 0
    """Position among the articles of the document."""
    lines: tuple[int, ...] = field(default=(), compare=False)

    @property
    def plain(self) -> str:
        """The text in the search spelling; of running text it stands in `search_text`."""
        return self.search_text.partition("\n")[2] if self.role == "text" else normalize(self.text)


def parse_date(text: str | None) -> date | None:
    """An ISO date string as a date; None stays None."""
    return date.fromisoformat(text) if text else None
