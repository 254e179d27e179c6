"""The red head of a document as issued: the issuers' names (…文件) and the 文号 stand above the title."""

import re
from collections.abc import Sequence

from index.marks import find_mark
from index.model import Paragraph
from index.paragraphs import DOC_NUMBER_LINE
from index.signature import is_organ

_MOST = 8
"""Lines that a head may take: many issuers stand one below the other."""
_TITLE = 4
_FILE = re.compile(r"\s*文\s*件$")
_SIGNER = re.compile(r"^签发人\s*[：:]")
_END = re.compile(
    r"(?:通知|意见|办法|规定|公告|方案|条例|细则|决定|通告|函|规划|指南|批复|通报|报告|请示|命令|令|（[^（）]*）|\([^()]*\))$"
)


def red_head(paragraphs: Sequence[Paragraph]) -> tuple[int, int]:
    """(paragraphs of the head with its 文号 and 签发人, paragraphs of the title below it); (0, 0) if there is no head."""
    at = next((i for i, p in enumerate(paragraphs[:_MOST]) if DOC_NUMBER_LINE.match(p.text)), 0)
    names = [p.text.strip() for p in paragraphs[:at] if not _SIGNER.match(p.text)]
    if not names or any(p.level or p.cells for p in paragraphs[:at]):
        return 0, 0
    issuers = [name for line in names if (name := _FILE.sub("", line))]  # 文件 may stand on a line of its own
    if not issuers or not all(map(is_organ, issuers)):
        return 0, 0
    start = at + 1
    while start < len(paragraphs) and _SIGNER.match(paragraphs[start].text):
        start += 1
    title = ""
    for n, p in enumerate(paragraphs[start : start + _TITLE], 1):
        if p.cells or find_mark(p.text) or p.text[-1] in "：:。；;":
            return 0, 0
        title += p.text
        if _END.search(title):
            return start, n
    return 0, 0
