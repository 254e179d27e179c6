"""From the lines of one document to a `Document`: title, 文号, issuers, date, addressees, attachments, parts.

What a notice looks like: heading, 文号, addressees, preamble, body, attachment list, signature, annexes. A measure
carried by a notice comes after the notice's signature under its own title, and is cited by that title.
"""

import re
from dataclasses import dataclass, replace

from index.compendium import Part
from index.marks import find_mark
from index.model import Annex, Document, Metadata, Paragraph
from index.numerals import parse_numeral
from index.paragraphs import ATTACHMENT_LINE, DATE_LINE, DOC_NUMBER_LINE, to_paragraphs
from index.speech import is_speaker
from index.text import close_gaps, compare_key, iso_day, number_key, squeeze
from index.validity import read_validity

_ORGAN = re.compile(
    r"^[一-鿿（）()]{1,28}(部|委|局|厅|院|会|署|行|办|府|处|室|中心|公司|集团|总社|台)$"
)
_PRESS_HEADING = re.compile(r"^[^《》]*(?:印发|发布|出台)《([^《》]*(?:〈[^〉]*〉[^《》]*)*)》$")
_OFFICIAL_END = re.compile(r"(通知|意见|办法|规定|公告|方案|条例|细则|决定|通告|函|规划|指南|（试行）|\(试行\))$")
_QUOTED = re.compile(r"《([^《》]+)》")
_PROMULGATION = re.compile(r"^[（(]?(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日.*(通过|公布|发布|修订|修正|修改|施行|批准|令|号|废止)")
_ADDRESSEE = re.compile(r"(各|部|委|厅|局|省|市|单位|公司|企业|协会|机构)")
_NOT_ADDRESSEE = re.compile(r"如下[：:]$|^(为|根据|按照|依据)|记者[：:]$")
_NUMBERED_NAME = re.compile(r"^(?:[-*•]\s*)?(?:\d+\s*[.．、]\s*)?")
_ATTACHMENT_NAME = re.compile(r"^(?:[-*•]\s*)?附\s*[件表录图]?\s*[\d一二三四五六七八九十]*\s*[：:]\s*")
_MAX_ENTRY = 80


def read_document(part: Part, source: str, as_of: str | None = None) -> Document:
    """Read one document; nothing is invented: what the lines do not say stays None or empty."""
    paragraphs = to_paragraphs(list(part.lines))
    if part.contact:
        return _contact(paragraphs, source, as_of)
    n_title, heading = _heading(paragraphs, part.title)
    front, rest = paragraphs[:n_title], paragraphs[n_title:]
    number, n = _document_number(rest)
    front += rest[:n]
    rest = rest[n:]
    promulgated, n = _promulgation(rest)
    addressees, m = _addressees(rest[n:])
    front += rest[: n + m]
    rest = rest[n + m :]

    signature = _signature(rest)
    measure = _measure_title(rest, signature, [heading, *(p.text for p in rest[: signature.start])])
    title = _official_title(heading) if measure is None else rest[measure].text
    if measure is not None:
        front += rest[:measure]
        rest = rest[measure:]
    body, tail = _cut_annexes(rest)
    own = _signature(body)
    attachment_list, closing = _cut_attachments(body, own)
    body = [p for p in body if p not in attachment_list and p not in closing]
    signature = own if measure is None else signature
    date = signature.date or promulgated
    validity = read_validity([p.text for p in body if not p.cells], date)
    meta = Metadata(
        key=squeeze(number or title),
        title=title,
        heading=heading,
        doc_number=number,
        issuers=signature.issuers,
        date=date,
        addressees=addressees,
        attachments=tuple(_names(attachment_list)),
        effective=validity.effective,
        expires=validity.expires,
        trial="试行" in title or "暂行" in title,
        source=source,
        as_of=as_of,
    )
    return Document(meta, tuple(front), tuple(body), tuple(closing), tuple(attachment_list), tuple(_annexes(tail)))


def _contact(paragraphs: list[Paragraph], source: str, as_of: str | None) -> Document:
    name = paragraphs[0].text
    title = f"{name}联系方式"
    meta = Metadata(key=squeeze(title), title=title, heading=name, source=source, as_of=as_of)
    return Document(meta, (), tuple(paragraphs), ())


def _heading(paragraphs: list[Paragraph], contents_title: str | None) -> tuple[int, str]:
    """How many paragraphs the heading takes, and its text; a space counts only if the contents has it too."""
    if contents_title is None:
        n = 1
        if not paragraphs[0].level:  # a heading may run over lines until the 文号
            at = next((i for i, p in enumerate(paragraphs[:4]) if DOC_NUMBER_LINE.match(p.text)), 0)
            n = max(1, at)
        return n, "".join(p.text for p in paragraphs[:n])
    key, text = compare_key(contents_title), ""
    for n, p in enumerate(paragraphs, 1):
        text += p.text
        if compare_key(text) == key or n == 3:
            return n, _common_spaces(text, contents_title)
    return 1, paragraphs[0].text


def _common_spaces(text: str, other: str) -> str:
    def gaps(s: str) -> set[int]:
        return {len(squeeze(s[:i])) for i, c in enumerate(s) if c.isspace()}

    keep = gaps(text) & gaps(other)
    out = ""
    for i, c in enumerate(squeeze(text)):
        out += (" " if i in keep else "") + c
    return out


def _official_title(heading: str) -> str:
    m = _PRESS_HEADING.match(heading)
    return m[1] if m and _OFFICIAL_END.search(m[1]) and re.search(r"联合(印发|发布)", heading) else heading


def _document_number(paragraphs: list[Paragraph]) -> tuple[str | None, int]:
    if paragraphs and DOC_NUMBER_LINE.match(paragraphs[0].text):
        text = re.sub(r"\s*([\d〔〕\[\]年第号]+)\s*", r"\1", paragraphs[0].text)
        return (number_key(text) if not re.search(r"\s", text) else text.strip()), 1
    return None, 0


def _promulgation(paragraphs: list[Paragraph]) -> tuple[str | None, int]:
    """Lines like “2011年1月21日 国务院令第590号公布” under a title; the first gives the date of issue."""
    dates: list[tuple[str, str]] = []
    n = 0
    for p in paragraphs:
        m = _PROMULGATION.match(p.text)
        if not m or find_mark(p.text):
            break
        if day := iso_day(int(m[1]), int(m[2]), int(m[3])):
            dates.append((m[4], day))
        n += 1
    issued = next((d for verb, d in dates if verb in ("公布", "发布", "令", "号")), dates[0][1] if dates else None)
    return issued, n


def _addressees(paragraphs: list[Paragraph]) -> tuple[str | None, int]:
    if not paragraphs:
        return None, 0
    text = paragraphs[0].text
    listed = bool(_ADDRESSEE.search(text)) and text[-1] in "：:" and "。" not in text and len(text) > 4
    if not listed or find_mark(text) or _NOT_ADDRESSEE.search(text) or is_speaker(text):
        return None, 0
    return text[:-1], 1


def is_organ(text: str) -> bool:
    """Whether a line consists of names of bodies and nothing else."""
    parts = text.split()
    return bool(parts) and all(_ORGAN.match(p) for p in parts)


@dataclass(frozen=True)
class _Signature:
    """The signature block `paragraphs[start:end]`: issuers and date; empty at the end if there is none."""

    start: int
    end: int
    issuers: tuple[str, ...] = ()
    date: str | None = None


def _signature(paragraphs: list[Paragraph]) -> _Signature:
    for i, p in enumerate(paragraphs):
        day = iso_date(p.text)
        if day is None or p.cells:
            continue
        start = i
        while start > 0 and is_organ(paragraphs[start - 1].text):
            start -= 1
        issuers = tuple(name for q in paragraphs[start:i] for name in q.text.split())
        if issuers:
            return _Signature(start, i + 1, issuers, day)
    return _Signature(len(paragraphs), len(paragraphs))


def iso_date(text: str) -> str | None:
    """“2024 年 3 月 27 日” or “二〇二四年三月二十七日” alone on a line, as an ISO date."""
    m = DATE_LINE.match(text.strip())
    if not m:
        return None
    year, month, day = (parse_numeral(g) for g in m.groups())
    return iso_day(year, month, day)


def _measure_title(paragraphs: list[Paragraph], signature: _Signature, before: list[str]) -> int | None:
    """Index of the title line of a measure that stands after the notice's signature, or None."""
    if signature.end >= len(paragraphs):
        return None
    candidate = paragraphs[signature.end]
    quoted = {compare_key(q) for text in before for q in _QUOTED.findall(text)}
    if candidate.cells or find_mark(candidate.text) or compare_key(candidate.text) not in quoted:
        return None
    return signature.end


def _cut_annexes(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    for i in range(1, len(paragraphs)):
        if _opens_annex(paragraphs, i):
            return paragraphs[:i], paragraphs[i:]
    return paragraphs, []


def _opens_annex(paragraphs: list[Paragraph], i: int) -> bool:
    """Whether an 附件 line opens an annex: alone on its line, or titled and followed by the annex's own content."""
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


def _cut_attachments(
    body: list[Paragraph], signature: _Signature
) -> tuple[list[Paragraph], list[Paragraph]]:
    """The attachment list and the signature block at the end of `body`."""
    closing = body[signature.start : signature.end]
    start = next(
        (i for i, p in enumerate(body) if not p.cells and not find_mark(p.text) and _is_attachment_list(body, i)),
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
    return bool(m and (body[i].text[m.end() :].strip() or (i + 1 < len(body) and _is_list_entry(body[i + 1]))))


def _names(entries: list[Paragraph]) -> list[str]:
    names = []
    for p in entries:
        name = _NUMBERED_NAME.sub("", _ATTACHMENT_NAME.sub("", p.text), count=1).strip()
        if name:
            names.append(name)
    return names


def _annexes(paragraphs: list[Paragraph]) -> list[Annex]:
    if not paragraphs:
        return []
    starts = [i for i in range(len(paragraphs)) if i == 0 or _opens_annex(paragraphs, i)]
    annexes: list[Annex] = []
    for a, b in zip(starts, [*starts[1:], len(paragraphs)], strict=True):
        part = paragraphs[a:b]
        m = ATTACHMENT_LINE.match(part[0].text)
        inline = part[0].text[m.end() :].strip() if m else part[0].text
        number = parse_numeral(m[1]) if m and m[1] else None
        kind = squeeze(re.split(r"[\d０-９一二三四五六七八九十：:]", part[0].text.lstrip("-*• "))[0]) or "附件"
        name = f"{kind}{number}" if number else kind
        n, title = 1, inline
        if not title and len(part) > 1 and not part[1].cells and not find_mark(part[1].text) and len(part[1].text) <= 60:
            n, title = 2, part[1].text
        taken = sum(annex.name == name or annex.name.startswith(f"{name}#") for annex in annexes)
        if taken:  # two unnumbered annexes must not collide
            name = f"{name}#{taken + 1}"
        annexes.append(Annex(name, tuple(part[:n]), close_gaps(title), tuple(part[n:])))
    return annexes


def with_key(document: Document, key: str) -> Document:
    """The same document under another key (two documents of one title in one collection)."""
    return replace(document, meta=replace(document.meta, key=key))
