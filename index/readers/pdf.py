"""PDF text through pypdf, page by page: running heads and page numbers dropped, visual lines joined."""

import logging
import re
from collections import Counter
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from index.errors import ReadError
from index.model import Page, SourceText
from index.text import squeeze

_PAGE_NUMBER = re.compile(
    r"^[—\-–·\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[/／]\s*(共\s*)?\d{1,4}(\s*页)?)?[—\-–·\s]*$"
)
_FULL_LINE = 0.85
_MIN_REPEATS = 3


def read_pdf(path: Path) -> SourceText:
    """Read the text layer of a PDF.

    Raises:
        ReadError: not a PDF, encrypted, damaged, or without a text layer.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。")
        pages = [page.extract_text() or "" for page in reader.pages]
    except DependencyError as error:  # an encryption that needs a library we do not have
        raise ReadError(f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。") from error
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReadError(f"无法读取 PDF：{path}（文件损坏或格式不符）。请重新导出后重试。") from error
    if not any(p.strip() for p in pages):
        raise ReadError(f"PDF 没有文字层：{path}。请先做文字识别（OCR），或改用 TXT。")
    kept = _without_furniture([p.splitlines() for p in pages])
    return SourceText(path.name, tuple(Page(n, "\n".join(_joined(lines))) for n, lines in enumerate(kept, 1)))


def _without_furniture(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers and the first or last line of a page when it returns on other pages."""
    edges = Counter(
        squeeze(line) for lines in pages for line in {*_edge(lines, first=True), *_edge(lines, first=False)}
    )
    repeated = {text for text, n in edges.items() if n >= max(_MIN_REPEATS, len(pages) // 3)}
    out = []
    for lines in pages:
        body = [line for line in lines if line.strip()]
        while body and (_PAGE_NUMBER.match(body[0]) or squeeze(body[0]) in repeated):
            body = body[1:]
        while body and (_PAGE_NUMBER.match(body[-1]) or squeeze(body[-1]) in repeated):
            body = body[:-1]
        out.append(body)
    return out


def _edge(lines: list[str], *, first: bool) -> list[str]:
    body = [line for line in lines if line.strip() and not _PAGE_NUMBER.match(line)]
    return body[:1] if first else body[-1:]


def _joined(lines: list[str]) -> list[str]:
    """Join visual lines: one that reaches the right margin goes on in the next."""
    width = max((len(line) for line in lines), default=0)
    out: list[str] = []
    goes_on = False
    for line in lines:
        text = line.rstrip()
        if goes_on and out and not line.startswith(("　　", "  ")):
            out[-1] += text.strip()
        else:
            out.append(text.strip())
        goes_on = len(text) >= width * _FULL_LINE and text[-1:] not in "。；：！？"
    return out
