"""Checks of a whole file, before it is divided into documents: its pages and its contents."""

from collections.abc import Iterator
from itertools import pairwise

from index.compendium import Collection, contents
from index.finding import Finding
from index.model import SourceText
from index.text import compare_key


def audit_source(source: SourceText, collection: Collection) -> list[Finding]:
    """What looks wrong in a file as a whole; `Finding.document` is empty.

    Args:
        source: the file as its reader gives it.
        collection: the same file, divided.
    """
    return [*_check_pages(source), *_check_contents(collection)]


def _check_pages(source: SourceText) -> Iterator[Finding]:
    """empty-page: a page without text between others, such as one scanned page in a PDF; or a number left out."""
    numbered = [(p.number, p.text.strip()) for p in source.pages if p.number is not None]
    full = [n for n, text in numbered if text]
    line = 0
    starts = {}
    for page in source.pages:
        starts[page.number] = line
        line += len(page.text.splitlines())
    for before, after in pairwise(full):
        if gap := list(range(before + 1, after)):
            pages = f"第{gap[0]}页" if len(gap) == 1 else f"第{gap[0]}至{gap[-1]}页"
            message = f"{pages}没有文字：可能是空白页，也可能是扫描图像，请核对原件"
            yield Finding("warning", "empty-page", "", pages, message, (starts[after],), gap[0])


def _check_contents(collection: Collection) -> Iterator[Finding]:
    """unknown-entry: a title of the contents page that the body has not: its text would count as another's."""
    found = {compare_key(part.title) for part in collection.parts if part.title}
    if not found:
        return
    for title, lines in contents(collection.furniture):
        if compare_key(title) not in found:
            message = f"目录中的《{title}》在正文中没有找到，其内容会被当作上一份文件的内容"
            numbers = tuple(line.no for line in lines)
            yield Finding("error", "unknown-entry", "", "目录", message, numbers, lines[0].page)
