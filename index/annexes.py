"""The attachment list of a notice, and the annexes that follow its signature."""

import re

from index.marks import find_mark
from index.model import Annex, Paragraph
from index.numerals import parse_numeral
from index.paragraphs import ATTACHMENT_LINE
from index.signature import Signature, is_organ, iso_date
from index.text import close_gaps, squeeze

_NUMBERED_NAME = re.compile(r"^(?:[-*•]\s*)?(?:\d+\s*[.．、]\s*)?")
_ATTACHMENT_NAME = re.compile(r"^(?:[-*•]\s*)?附\s*[件表录图]?\s*[\d一二三四五六七八九十]*\s*[：:]\s*")
_MAX_ENTRY = 80


def cut_annexes(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """What stands before the first annex, and the annexes."""
    for i in range(1, len(paragraphs)):
        if _opens_annex(paragraphs, i):
            return paragraphs[:i], paragraphs[i:]
    return paragraphs, []


def _opens_annex(paragraphs: list[Paragraph], i: int) -> bool:
    """Whether an 附件 line opens an annex: alone on its line, or titled and followed by its content."""
    p = paragraphs[i]
    m = None if p.cells else ATTACHMENT_LINE.match(p.text)
    if not m or i + 1 >= len(paragraphs):
        return False
    following = paragraphs[i + 1]
    if iso_date(following.text) or is_organ(following.text) or _is_list_entry(following):
        return False
    if ATTACHMENT_LINE.match(following.text):
        return False
    alone = not p.text[m.end() :].strip()
    return alone or (len(p.text) <= _MAX_ENTRY and not re.match(r"\s*\d+\s*[.．、]", p.text[m.end() :]))


def _is_list_entry(p: Paragraph) -> bool:
    return (
        not p.cells
        and len(p.text) <= _MAX_ENTRY
        and "。" not in p.text
        and bool(re.match(r"^(?:[-*•]\s*\d|\d+\s*[.．、]\s*\S)", p.text))
    )


def cut_attachments(body: list[Paragraph], signature: Signature) -> tuple[list[Paragraph], list[Paragraph]]:
    """The attachment list and the signature block at the end of `body`."""
    closing = body[signature.start : signature.end]
    start = next(
        (
            i
            for i, p in enumerate(body)
            if not p.cells and not find_mark(p.text) and _is_attachment_list(body, i)
        ),
        None,
    )
    if start is None:
        return [], closing
    end = start + 1
    while end < len(body) and (_is_list_entry(body[end]) or ATTACHMENT_LINE.match(body[end].text)):
        end += 1
    return body[start:end], closing


def _is_attachment_list(body: list[Paragraph], i: int) -> bool:
    m = ATTACHMENT_LINE.match(body[i].text)
    return bool(
        m and (body[i].text[m.end() :].strip() or (i + 1 < len(body) and _is_list_entry(body[i + 1])))
    )


def attachment_names(entries: list[Paragraph]) -> list[str]:
    """The names in an attachment list, without 附件 and numbers."""
    names = []
    for p in entries:
        name = _NUMBERED_NAME.sub("", _ATTACHMENT_NAME.sub("", p.text), count=1).strip()
        if name:
            names.append(name)
    return names


def read_annexes(paragraphs: list[Paragraph]) -> list[Annex]:
    """The annexes that `cut_annexes` cut off, each with its name and title."""
    if not paragraphs:
        return []
    starts = [i for i in range(len(paragraphs)) if i == 0 or _opens_annex(paragraphs, i)]
    annexes: list[Annex] = []
    for a, b in zip(starts, [*starts[1:], len(paragraphs)], strict=True):
        part = paragraphs[a:b]
        m = ATTACHMENT_LINE.match(part[0].text)
        inline = part[0].text[m.end() :].strip() if m else part[0].text
        number = parse_numeral(m[1]) if m and m[1] else None
        kind = (
            squeeze(re.split(r"[\d０-９一二三四五六七八九十：:]", part[0].text.lstrip("-*• "))[0]) or "附件"
        )
        name = f"{kind}{number}" if number else kind
        n, title = 1, inline
        if (
            not title
            and len(part) > 1
            and not part[1].cells
            and not find_mark(part[1].text)
            and len(part[1].text) <= 60
        ):
            n, title = 2, part[1].text
        taken = sum(annex.name == name or annex.name.startswith(f"{name}#") for annex in annexes)
        if taken:  # two unnumbered annexes must not collide
            name = f"{name}#{taken + 1}"
        annexes.append(Annex(name, tuple(part[:n]), close_gaps(title), tuple(part[n:])))
    return annexes
