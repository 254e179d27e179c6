"""What the audit of a document says: one finding, and the names of the checks."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

CHECKS = {
    "missing-article": "缺条",
    "duplicate-article": "重号",
    "article-out-of-order": "条序颠倒",
    "article-restart": "条文重新编号",
    "merged-articles": "多条并作一段",
    "number-jumps": "编号不连续",
    "annex-number-jumps": "附件编号不连续",
    "empty-article": "条文无内容",
    "long-article": "条文过长",
    "list-missing": "冒号后无内容",
    "row-width": "表格缺格或多格",
    "no-header": "表格没有表头",
    "no-rows": "表格没有内容",
    "stray-row": "表格中夹有散行",
    "row-number-jumps": "序号不连续",
    "text-lost": "文字未归入条文",
    "text-twice": "文字重复归入",
    "garbled-text": "乱码",
    "odd-character": "异常字符",
    "doubled-text": "叠字",
    "repeated-text": "整段重复",
    "stray-latin": "夹杂外文或标记",
    "broken-sentence": "句子不完整",
    "unpaired-mark": "标点不成对",
    "no-title": "没有标题",
    "cut-title": "标题不完整",
    "odd-title": "标题像是正文",
    "no-number": "没有文号",
    "odd-number": "文号有误",
    "no-issuer": "没有发文机关",
    "no-date": "没有发文日期",
    "odd-date": "日期有误",
    "unknown-article": "引用的条文不存在",
    "unknown-annex": "缺少附件",
    "unknown-entry": "目录所列文件未找到",
    "empty-page": "页面没有文字",
}
"""The checks by their stable names, and what each is called in a report."""


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong in a document, and where.

    An error means that a citation would be wrong or that text is lost, and keeps its file out of the index
    until it is mended or accepted; a warning never does.
    """

    severity: Severity
    check: str
    """The stable name of the check, one of `CHECKS`."""
    document: str
    """Key of the document; empty where the whole file is meant."""
    place: str
    """正文 第八条; 附件1 / 序号44; 文首."""
    message: str
    """One line of Chinese."""
    lines: tuple[int, ...] = ()
    """Numbers of the source lines, counted over all pages from 0 as `Paragraph.lines`."""
    page: int | None = None
    """The page of the first of these lines, where the format has pages."""
    quote: str = ""
    """The characters in question as these lines have them; empty where the lines as a whole are meant."""
