"""Readers: one file per format, all returning the same page-aware text."""

from collections.abc import Callable
from pathlib import Path

from index.errors import ReadError
from index.model import SourceText
from index.readers.docx import read_docx
from index.readers.html import read_html
from index.readers.pdf import read_pdf
from index.readers.text import read_text

READERS: dict[str, Callable[[Path], SourceText]] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".mht": read_html,
    ".mhtml": read_html,
}


def read(path: Path) -> SourceText:
    """Read `path` by its suffix.

    Raises:
        ReadError: no reader for this format, or the file cannot be read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ReadError(f"不支持的格式：{path}。支持 {'、'.join(READERS)}；其他格式请先转换。")
    try:
        return reader(path)
    except OSError as error:
        raise ReadError(f"无法打开文件：{path}（{error.strerror}）。请检查路径和权限。") from error


def find_files(paths: list[Path]) -> list[Path]:
    """The readable files among `paths`; folders are searched through.

    Raises:
        ReadError: a path does not exist, or a folder holds no document.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in READERS)
            if not inside:
                raise ReadError(f"文件夹中没有可读的文件：{path}。支持 {'、'.join(READERS)}。")
            files += inside
        elif path.exists():
            files.append(path)
        else:
            raise ReadError(f"文件不存在：{path}。请检查路径。")
    return list(dict.fromkeys(files))
