"""PDF: pypdf opens and decrypts; what the pages show becomes paragraphs and table rows."""

import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, PyPdfError

from index.errors import ReadError
from index.model import Page, SourceText
from index.readers.flow import page_texts
from index.readers.furniture import without_furniture
from index.readers.pdfpages import BrokenPages, sheets
from index.readers.scans import with_scans
from index.readers.sheet import Sheet

_BROKEN = (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What pypdf raises for damaged files."""


def read_pdf(path: Path, beat: Callable[[int], None] = lambda _: None) -> SourceText:
    """Read the text layer of a PDF, and what scanned pages show; nothing in the file is run, scripts neither.

    `beat` is called with the number of each page that is done.

    Raises:
        ReadError: not a PDF, encrypted, damaged, or without text; or pages are pictures and cannot be recognised.
    """
    pages = with_scans(path, _sheets(path, beat), beat)
    if not any(sheet.lines or sheet.grids for sheet in pages):
        raise ReadError(f"PDF 中没有文字：{path}。请检查文件内容。")
    texts = page_texts(without_furniture(pages))
    return SourceText(
        path.name, tuple(Page(sheet.number, text) for sheet, text in zip(pages, texts, strict=True))
    )


def _sheets(path: Path, beat: Callable[[int], None]) -> list[Sheet]:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。")
        count = len(reader.pages)
        try:
            found = sheets(path, beat)
        except BrokenPages:
            found = []
        # pypdf mends broken cross references; what it makes of the file is written anew for the other library
        return found if len(found) == count else sheets(_rewritten(reader), beat)
    except DependencyError as error:  # an encryption that needs a library we do not have
        raise ReadError(f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。") from error
    except (BrokenPages, *_BROKEN) as error:
        raise ReadError(f"无法读取 PDF：{path}（文件损坏或格式不符）。请重新导出后重试。") from error


def _rewritten(reader: PdfReader) -> BytesIO:
    out = BytesIO()
    PdfWriter(clone_from=reader).write(out)
    out.seek(0)
    return out
