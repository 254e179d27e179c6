"""Checks of what a document refers to: its own articles, its annexes."""

import re
from collections.abc import Iterator

from index.audit_subject import SHOWN, Part, Subject
from index.finding import Finding
from index.marks import article_label
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import compare_key

_SENTENCE = re.compile(r"[^。；\n]+")
_REFERENCE = re.compile(rf"第\s*([{NUMERAL_CHARS}]+)\s*条(?:\s*之\s*([{NUMERAL_CHARS}]+))?")
_OWN = re.compile(r"本(?:条例|办法|规定|细则|规则|法|章程|制度|规范|准则|决定)$")
_LISTED = re.compile(r"^(?:第[^条，。；]{1,9}[款项])*(?:规定)?(?:以及|[、和与及或至到]|或者)$")
"""What stands between two references of which the second is of the same law: 第十条第二款和第十二条."""
_ANNEX = re.compile(
    r"(?<![》其该])(?<!》的)附件\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})(?![0-9０-９至并-]|[.．、]?\S*[：:])"
)
_OMITTED = re.compile(r"略\s*[)）]?$")


def check_articles_named(subject: Subject) -> Iterator[Finding]:
    """unknown-article: 本办法第四十五条 in a document of 29 articles.

    A bare 第四十五条 may be of a law that the sentence names, so only what goes on from 本办法第十条 counts.
    """
    for part in subject.parts:
        known = {(i.mark.number, i.mark.sub) for i in part.opened if i.mark}
        for item in part.items if known else ():
            for named, quote in _own_references(item.text) if "条" in item.text[2:] else ():
                if named in known:
                    continue
                label, last = article_label(*named), article_label(*max(known))
                message = f"引用的{label}不存在（最后一条是{last}）"
                place = f"{part.name} {_place(part, item.paragraph.lines[0])}".strip()
                yield subject.warning("unknown-article", place, message, [item.paragraph], quote)


def _own_references(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """The numbers of the articles of this document that a paragraph refers to, and how it writes them."""
    for sentence in _SENTENCE.findall(text):
        own, end = False, 0
        for m in _REFERENCE.finditer(sentence):
            before = sentence[end : m.start()]
            own = bool(_OWN.search(before)) or (own and bool(_LISTED.match(before)))
            end = m.end()
            if own:
                yield (parse_numeral(m[1]) or 0, (parse_numeral(m[2]) or 0) if m[2] else 0), m[0]


def _place(part: Part, line: int) -> str:
    """The 条 in which a line stands."""
    before = [i.mark.label for i in part.opened if i.mark and i.paragraph.lines[0] <= line]
    return before[-1] if before else ""


def check_annexes_named(subject: Subject) -> Iterator[Finding]:
    """unknown-annex: an attachment that the notice lists, or the text names (附件3), and that is not there.

    A measure that the notice carries is there under its own title; what the list marks as 略 is left out knowingly.
    """
    document = subject.document
    names = [n for n in document.meta.attachments if not _OMITTED.search(n)]
    titles = {compare_key(t) for t in (document.meta.title, *(a.title for a in document.annexes))}
    there = {a.name for a in document.annexes}
    alone = len(names) == 1 and len(there) == 1
    absent = [
        n
        for i, n in enumerate(names, 1)
        if f"附件{i}" not in there and compare_key(n) not in titles and not alone
    ]
    if absent:
        shown = "；".join(_shortened(n) for n in absent[:3]) + ("等" if len(absent) > 3 else "")
        message = f"清单中的 {len(absent)} 个附件没有正文：{shown}"
        yield subject.warning("unknown-annex", "附件清单", message, document.attachment_list)
    listed = {f"附件{i}" for i in range(1, len(document.meta.attachments) + 1)}
    if "附件" in there or any(a.name.startswith("附") and a.name == "附" for a in document.annexes):
        return
    told = set[str]()
    for part in subject.parts:
        for item in part.items:
            for m in _ANNEX.finditer(item.text) if "附件" in item.text else ():
                name = f"附件{parse_numeral(m[1])}"
                if name not in there | listed | told:
                    told.add(name)
                    place = f"{part.name} {_place(part, item.paragraph.lines[0])}".strip()
                    message = f"文中引用的{name}不在文件中：{item.text[max(0, m.start() - 8) : m.end() + 4]}"
                    yield subject.warning("unknown-annex", place, message, [item.paragraph], m[0])


def _shortened(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}…"
