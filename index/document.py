"""From the lines of one document to a `Document`: title, 文号, issuers, date, addressees, attachments, parts.

What a notice looks like: heading, 文号, addressees, preamble, body, attachment list, signature, annexes. A
measure carried by a notice comes after its signature under its own title, and is cited by that title.
"""

import re
from dataclasses import replace

from index.annexes import attachment_names, cut_annexes, cut_attachments, read_annexes
from index.compendium import Part
from index.marks import find_mark
from index.model import Document, Metadata, Paragraph
from index.paragraphs import DOC_NUMBER_LINE, to_paragraphs
from index.redhead import red_head
from index.signature import Signature, find_signature
from index.speech import is_speaker
from index.text import compare_key, iso_day, number_key, squeeze
from index.validity import is_trial, read_validity

_PRESS_HEADING = re.compile(r"^[^《》]*(?:印发|发布|出台)《([^《》]*(?:〈[^〉]*〉[^《》]*)*)》$")
_OFFICIAL_END = re.compile(
    r"(通知|意见|办法|规定|公告|方案|条例|细则|决定|通告|函|规划|指南|（试行）|\(试行\))$"
)
_QUOTED = re.compile(r"《([^《》]+)》")
_PROMULGATION = re.compile(
    r"^(?:[（(]\w{2,30}?|[（(]?)(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
    r".*(通过|公布|发布|印发|颁布|修订|修正|修改|施行|批准|令|号|废止)"
)
_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日(?!\s*起)")
_ADDRESSEE = re.compile(r"(各|部|委|厅|局|省|市|单位|公司|企业|协会|机构)")
_NOT_ADDRESSEE = re.compile(r"如下[：:]$|^(为|根据|按照|依据)|记者[：:]$")


def read_document(part: Part, source: str, as_of: str | None = None) -> Document:
    """Read one document; nothing is invented: what the lines do not say stays None or empty."""
    paragraphs = to_paragraphs(list(part.lines))
    if part.contact:
        return _contact(paragraphs, source, as_of)
    n_head, n_title, heading = _heading(paragraphs, part.title)
    n_title += n_head
    front, rest = paragraphs[:n_title], paragraphs[n_title:]
    number, n = _document_number([p for p in paragraphs[:n_head] if DOC_NUMBER_LINE.match(p.text)] or rest)
    n = 0 if n_head else n
    front += rest[:n]
    rest = rest[n:]
    promulgated, promulgated_anew, n = _promulgation(rest)
    amended = _amended(rest[:n], promulgated)
    addressees, m = _addressees(rest[n:])
    front += rest[: n + m]
    rest = rest[n + m :]

    signature = find_signature(rest)
    measure = _measure_title(rest, signature, [heading, *(p.text for p in rest[: signature.start])])
    title = _official_title(heading) if measure is None else rest[measure].text
    if measure is not None:
        front += rest[:measure]
        rest = rest[measure:]
    body, tail = cut_annexes(rest)
    own = find_signature(body)
    attachment_list, closing = cut_attachments(body, own)
    body = [p for p in body if p not in attachment_list and p not in closing]
    signature = own if measure is None else signature
    date = signature.date or promulgated
    validity = read_validity(
        [p.text for p in (*front[n_title:], *body) if not p.cells], signature.date or promulgated_anew
    )
    meta = Metadata(
        key=squeeze(number or title),
        title=title,
        heading=heading,
        doc_number=number,
        issuers=signature.issuers,
        date=date,
        addressees=addressees,
        attachments=tuple(attachment_names(attachment_list)),
        validity=validity,
        trial=is_trial(title) or is_trial(heading),
        source=source,
        as_of=as_of,
        amended=amended,
    )
    return Document(
        meta, tuple(front), tuple(body), tuple(closing), tuple(attachment_list), tuple(read_annexes(tail))
    )


def _contact(paragraphs: list[Paragraph], source: str, as_of: str | None) -> Document:
    name = paragraphs[0].text
    title = f"{name}联系方式"
    meta = Metadata(key=squeeze(title), title=title, heading=name, source=source, as_of=as_of)
    return Document(meta, (), tuple(paragraphs), ())


def _heading(paragraphs: list[Paragraph], contents_title: str | None) -> tuple[int, int, str]:
    """How many paragraphs a red head takes, how many the heading, and its text.

    A space in it counts only if the contents has it too.
    """
    if contents_title is None:
        head, n = red_head(paragraphs)
        if head:
            return head, n, "".join(p.text for p in paragraphs[head : head + n])
        n = 1
        if not paragraphs[0].level:  # a heading may run over lines until the 文号
            at = next((i for i, p in enumerate(paragraphs[:4]) if DOC_NUMBER_LINE.match(p.text)), 0)
            n = max(1, at)
        return 0, n, "".join(p.text for p in paragraphs[:n])
    key, text = compare_key(contents_title), ""
    for n, p in enumerate(paragraphs, 1):
        text += p.text
        if compare_key(text) == key or n == 3:
            return 0, n, _common_spaces(text, contents_title)
    return 0, 1, paragraphs[0].text


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


def _promulgation(paragraphs: list[Paragraph]) -> tuple[str | None, str | None, int]:
    """Lines like “2011年1月21日 国务院令第590号公布” under a title: (date of issue, of the text as it stands, lines).

    The first gives the date of issue. What is 修订通过 after it is issued anew as a whole, on the next such day.
    """
    dates: list[tuple[str, str]] = []
    n = 0
    for p in paragraphs:
        m = _PROMULGATION.match(p.text)
        if not m or find_mark(p.text):
            break
        if day := iso_day(int(m[1]), int(m[2]), int(m[3])):
            dates.append((m[0], day))
        n += 1
    if not dates:
        return None, None, n
    issues = [(i, day) for i, (line, day) in enumerate(dates) if line.endswith(("公布", "发布", "令", "号"))]
    first = issues[0][1] if issues else dates[0][1]
    anew = max((i for i, (line, _) in enumerate(dates) if "修订通过" in line), default=-1)
    return first, next((day for i, day in issues if i > anew), first), n


def _amended(lines: list[Paragraph], issued: str | None) -> str | None:
    """The latest day that stands in the lines of `_promulgation`, if it is later than that of issue."""
    days = [
        day for p in lines for m in _DAY.finditer(p.text) if (day := iso_day(int(m[1]), int(m[2]), int(m[3])))
    ]
    latest = max(days, default=None)
    return latest if latest and issued and latest > issued else None


def _addressees(paragraphs: list[Paragraph]) -> tuple[str | None, int]:
    if not paragraphs:
        return None, 0
    text = paragraphs[0].text
    listed = bool(_ADDRESSEE.search(text)) and text[-1] in "：:" and "。" not in text and len(text) > 4
    if not listed or find_mark(text) or _NOT_ADDRESSEE.search(text) or is_speaker(text):
        return None, 0
    return text[:-1], 1


def _measure_title(paragraphs: list[Paragraph], signature: Signature, before: list[str]) -> int | None:
    """Index of the title line of a measure that stands after the notice's signature, or None."""
    if signature.end >= len(paragraphs):
        return None
    candidate = paragraphs[signature.end]
    quoted = {compare_key(q) for text in before for q in _QUOTED.findall(text)}
    if candidate.cells or find_mark(candidate.text) or compare_key(candidate.text) not in quoted:
        return None
    return signature.end


def with_key(document: Document, key: str) -> Document:
    """The same document under another key (two documents of one title in one collection)."""
    return replace(document, meta=replace(document.meta, key=key))
