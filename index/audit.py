"""What looks wrong in a document after splitting: for the person who adds a file, before anyone cites it.

The checks stand in `index/audit_*.py` by what they look at; `index.finding.CHECKS` names them all. An error
means that a citation would be wrong or text is lost; all else is a warning.
"""

from collections.abc import Sequence
from datetime import date

from index import (
    audit_metadata,
    audit_numbering,
    audit_placing,
    audit_references,
    audit_tables,
    audit_wording,
)
from index.audit_subject import read_subject
from index.finding import Finding
from index.model import Article, Document
from index.paragraphs import Line
from index.split import split

_CHECKS = (
    audit_metadata.check_title,
    audit_metadata.check_known,
    audit_metadata.check_number,
    audit_numbering.check_articles,
    audit_numbering.check_outline,
    audit_numbering.check_annexes,
    audit_placing.check_sizes,
    audit_placing.check_lists,
    audit_tables.check_rows,
    audit_tables.check_stray_rows,
    audit_wording.check_characters,
    audit_wording.check_stutter,
    audit_wording.check_latin,
    audit_wording.check_sentences,
    audit_references.check_articles_named,
    audit_references.check_annexes_named,
)


def audit(
    document: Document,
    articles: Sequence[Article] | None = None,
    lines: Sequence[Line] = (),
    today: date | None = None,
) -> list[Finding]:
    """All findings about `document`; none means that nothing looks wrong, not that all is right.

    Args:
        document: the document.
        articles: its articles, if they are at hand: then it is not split again.
        lines: the lines of the file that it was read from; with them, what reading lost is found too.
        today: days after it are in the future; the present day if None.
    """
    subject = read_subject(document, split(document) if articles is None else articles)
    found = [finding for check in _CHECKS for finding in check(subject)]
    found += audit_metadata.check_date(subject, today or date.today())
    found += audit_placing.check_placing(subject, lines)
    return found
