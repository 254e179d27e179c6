"""Checks of what landed where: articles without text or too long, lists that are gone, text in no article."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from index.audit_subject import SHOWN, Subject
from index.finding import Finding
from index.marks import DEPTH, find_mark
from index.model import Paragraph
from index.paragraphs import Line
from index.split import LIMIT

_TOO_LONG = 2 * LIMIT
"""Characters of an article that could not be cut at paragraphs; longer ones are rare in regulations."""


def check_sizes(subject: Subject) -> Iterator[Finding]:
    """empty-article, long-article: nothing but a number, or so much that pieces were probably not told apart."""
    starts = {p.lines[0]: p for p in subject.paragraphs}
    for article in subject.articles:
        mark = find_mark(article.text) if article.role == "text" else None
        at = [starts[article.lines[0]]]
        if not any(c.isalnum() for c in article.text[mark.end if mark else 0 :]):
            yield subject.error("empty-article", str(article.locator), "没有内容", at)
        elif article.role == "text" and len(article.text) > _TOO_LONG:
            message = f"一段长达 {len(article.text)} 字，可能有几条没有分开"
            yield subject.warning("long-article", str(article.locator), message, at)


def check_lists(subject: Subject) -> Iterator[Finding]:
    """list-missing: 应当具备下列条件： and then the next article, or nothing at all."""
    for part in subject.parts:
        for n, item in enumerate(part.items):
            following = part.items[n + 1] if n + 1 < len(part.items) else None
            if item.paragraph.cells or not item.text.endswith(("：", ":")):
                continue
            depth = item.mark.depth if item.mark else DEPTH["article"]
            if following is None or (following.mark and following.mark.depth <= depth):
                place = f"{part.name} {item.mark.label}" if item.mark else part.name
                message = f"“{item.text[-SHOWN:]}”之后没有内容"
                yield subject.warning("list-missing", place, message, [item.paragraph])


def check_placing(subject: Subject, lines: Sequence[Line]) -> Iterator[Finding]:
    """text-lost, text-twice: characters that no block holds, or that more blocks hold than the source has.

    Args:
        subject: the document.
        lines: the lines it was read from; if none, its own paragraphs are looked for in its blocks.
    """
    source = [Paragraph(line.text, (line.no,), line.page) for line in lines] or subject.paragraphs
    wanted = _visible(p.text for p in source)
    placed = _visible(p.text for b in subject.blocks for p in b.paragraphs)
    if wanted == placed:
        return
    for difference, check, words in (
        (wanted - placed, "text-lost", "没有归入任何条文"),
        (placed - wanted, "text-twice", "归入了不止一处"),
    ):
        if count := difference.total():
            at = _holder(source, difference, subject, lost=check == "text-lost")
            place = f"原文第{at[0].lines[0] + 1}行" if at else "原文"
            quoted = f"：{at[0].text[:SHOWN]}" if at else ""
            yield subject.error(check, place, f"有 {count} 个字{words}{quoted}", at)


def _holder(
    source: Sequence[Paragraph], difference: Counter[str], subject: Subject, *, lost: bool
) -> list[Paragraph]:
    """The paragraph that explains a difference: one whose lines are in no block, or in more than one."""
    held = Counter(n for b in subject.blocks for p in b.paragraphs for n in p.lines)
    wrong = [p for p in source if any((held[n] == 0) if lost else (held[n] > 1) for n in p.lines)]
    return (wrong or [p for p in source if difference.keys() & set(p.text)])[:1]


def _visible(texts: Iterable[str]) -> Counter[str]:
    """How often each character stands there; white space and the | of Markdown tables only part what is shown."""
    return Counter("".join("".join(texts).split()).replace("|", ""))
