"""The lines of a file around a finding, with the spot apart from what surrounds it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.finding import Finding
from index.model import SourceText

_AROUND = 2
"""Lines with text shown before and after the spot."""
_CONTEXT = 80
"""Characters of such a line that are shown."""
_BESIDE = 60
"""Characters shown on each side of a spot within its line."""
_WHOLE = 240
"""Characters shown of a line that is the spot as a whole."""


@dataclass(frozen=True)
class SourceLine:
    """A line of a file: its number over all pages from 0, its page, and its number on that page from 1."""

    no: int
    page: int | None
    on_page: int
    text: str


@dataclass(frozen=True)
class ShownLine:
    """A line as shown: what stands before the spot, the spot (empty in the lines around it), what follows."""

    line: SourceLine
    before: str
    spot: str = ""
    after: str = ""


def source_lines(source: SourceText) -> tuple[SourceLine, ...]:
    """The lines of a file, numbered as `Paragraph.lines` numbers them."""
    return tuple(_numbered(source))


def _numbered(source: SourceText) -> Iterator[SourceLine]:
    no = 0
    for page in source.pages:
        for on_page, text in enumerate(page.text.splitlines(), 1):
            yield SourceLine(no, page.number, on_page, text)
            no += 1


def excerpt(lines: Sequence[SourceLine], finding: Finding) -> list[ShownLine]:
    """The first spot of a finding with the lines around it; nothing if it names no line of the file."""
    named = [lines[n] for n in finding.lines if n < len(lines)]
    if not named:
        return []
    spot = next((line for line in named if finding.quote and finding.quote in line.text), named[0])
    before = _context(lines[n] for n in range(spot.no - 1, -1, -1))
    after = _context(lines[n] for n in range(spot.no + 1, len(lines)))
    return [*reversed(before), _spot(spot, finding.quote), *after]


def _context(lines: Iterable[SourceLine]) -> list[ShownLine]:
    near = islice((line for line in lines if line.text.strip()), _AROUND)
    return [ShownLine(line, _cut(line.text.strip(), _CONTEXT)) for line in near]


def _spot(line: SourceLine, quote: str) -> ShownLine:
    text = line.text
    at = text.find(quote) if quote else -1
    if at < 0:
        return ShownLine(line, "", _cut(text.strip(), _WHOLE) or text)
    before, after = text[:at], text[at + len(quote) :]
    head = before if len(before) <= _BESIDE else f"…{before[-_BESIDE:]}"
    return ShownLine(line, head.lstrip(), quote, _cut(after, _BESIDE))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
