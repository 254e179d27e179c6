"""The signature at the end of a notice: who issued it and when."""

import re
from dataclasses import dataclass

from index.model import Paragraph
from index.numerals import parse_numeral
from index.paragraphs import DATE_LINE
from index.text import iso_day

_ORGAN = re.compile(r"^[一-鿿（）()]{1,28}(部|委|局|厅|院|会|署|行|办|府|处|室|中心|公司|集团|总社|台)$")


@dataclass(frozen=True)
class Signature:
    """The signature block `paragraphs[start:end]`: issuers and date; empty at the end if there is none."""

    start: int
    end: int
    issuers: tuple[str, ...] = ()
    date: str | None = None


def find_signature(paragraphs: list[Paragraph]) -> Signature:
    """The first date that stands alone under names of bodies, with these names."""
    for i, p in enumerate(paragraphs):
        day = iso_date(p.text)
        if day is None or p.cells:
            continue
        start = i
        while start > 0 and is_organ(paragraphs[start - 1].text):
            start -= 1
        issuers = tuple(name for q in paragraphs[start:i] for name in q.text.split())
        if issuers:
            return Signature(start, i + 1, issuers, day)
    return Signature(len(paragraphs), len(paragraphs))


def is_organ(text: str) -> bool:
    """Whether a line consists of names of bodies and nothing else."""
    parts = text.split()
    return bool(parts) and all(_ORGAN.match(p) for p in parts)


def iso_date(text: str) -> str | None:
    """“2024 年 3 月 27 日” or “二〇二四年三月二十七日” alone on a line, as an ISO date."""
    m = DATE_LINE.match(text.strip())
    if not m:
        return None
    year, month, day = (parse_numeral(g) for g in m.groups())
    return iso_day(year, month, day)
