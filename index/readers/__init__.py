"""Readers: one file per format, all returning the same page-aware text.

Plain text is read here and now. Every other format has a parser that a broken or hostile file could hang, crash or
swell, so those are read in a child process (`index.readers.guard`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import ReadError
from index.model import Page, SourceText
from index.readers.guard import Guard, shared_guard
from index.readers.kinds import SUPPORTED, is_plain_text, kind_of, unopened, walk

Beat = Callable[[int], None]
"""Called with the number of a page that is done, so that whoever waits sees that the work goes on."""

MAX_TEXT = 20_000_000
"""Characters of a file; the 712 laws and measures of a whole country together have fewer."""
MAX_LINE = 1_000_000
"""Characters of a line; what is longer is no text that anybody wrote."""

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def read(path: Path, guard: Guard | None = None) -> SourceText:
    """Read `path` by its kind, in the child process of `guard` unless it is plain text.

    Raises:
        ReadError: no reader for this format, or the file cannot be read, or not within the limits of `guard`.
    """
    if is_plain_text(path):
        return read_here(path)
    return (guard or shared_guard()).read(path)


def read_here(path: Path, beat: Beat = lambda _: None) -> SourceText:
    """Read `path` in this process.

    Raises:
        ReadError: no reader for this format, or the file cannot be read.
    """
    try:
        return _bounded(_read_kind(path, beat), path)
    except OSError as error:
        raise unopened(path, error) from error


def _read_kind(path: Path, beat: Beat) -> SourceText:
    kind = kind_of(path)
    if kind == "text":
        from index.readers.text import read_text

        if path.stat().st_size > MAX_TEXT * 2:  # two bytes a character, in UTF-16 and GB18030
            raise _too_long(path)
        return read_text(path)
    if kind == "pdf":
        from index.readers.pdf import read_pdf

        return read_pdf(path, beat)
    if kind == "docx":
        from index.readers.docx import read_docx

        return read_docx(path)
    if kind == "html":
        from index.readers.html import read_html

        return read_html(path)
    if kind == "image":
        from index.readers.scans import read_image

        return read_image(path, beat)
    raise ReadError(f"压缩包不能作为一个文件读取：{path}。请解压后重试。")


def _bounded(source: SourceText, path: Path) -> SourceText:
    if sum(len(page.text) for page in source.pages) > MAX_TEXT:
        raise _too_long(path)
    for page in source.pages:
        if len(page.text) > MAX_LINE and any(len(line) > MAX_LINE for line in page.text.splitlines()):
            raise ReadError(
                f"文件中有一行超过 {MAX_LINE // 10_000} 万字：{path}。这不像政策文本，请检查文件内容或换行。"
            )
    return replace(source, pages=tuple(Page(p.number, _storable(p.text)) for p in source.pages))


def _too_long(path: Path) -> ReadError:
    return ReadError(f"文件过大：{path}（超过 {MAX_TEXT // 10_000} 万字）。请拆分后重试。")


def _storable(text: str) -> str:
    """Without what no database and no page takes: control characters, halves of characters."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The documents and archives among `paths`; folders are searched through.

    Raises:
        ReadError: a path does not exist, or a folder holds no document.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = list(walk(path))
            if not inside:
                raise ReadError(f"文件夹中没有可读的文件：{path}。支持 {SUPPORTED}。")
            files += inside
        elif path.exists():
            files.append(path)
        else:
            raise ReadError(f"文件不存在：{path}。请检查路径。")
    return list(dict.fromkeys(files))
