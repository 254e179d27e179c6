"""Plain text and Markdown."""

import re
from pathlib import Path

from index.errors import ReadError
from index.model import Page, SourceText
from index.readers.kinds import SUPPORTED

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read_text(path: Path) -> SourceText:
    """Read UTF-8, UTF-16 (with byte order mark) or GB18030 text.

    Raises:
        ReadError: the file is empty, binary, or in none of these encodings.
    """
    data = path.read_bytes()
    text = _COMMENT.sub("", decode(data, path))
    if not text.strip():
        raise ReadError(f"文件为空：{path}。请检查文件内容，或将其移出后重试。")
    pages = text.split("\f")
    numbered = len(pages) > 1
    return SourceText(path.name, tuple(Page(i if numbered else None, p) for i, p in enumerate(pages, 1)))


def decode(data: bytes, path: Path) -> str:
    """Decode `data`; see `read_text`."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode(data, encoding, path)
    if b"\x00" in data:
        raise ReadError(f"不是文本文件：{path}（含二进制内容）。支持 {SUPPORTED}。")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(data, "gb18030", path)
    return _decode(data, "utf-8", path)


def _decode(data: bytes, encoding: str, path: Path) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise ReadError(f"无法识别编码：{path}。请用 UTF-8 或 GB18030 另存后重试。") from error
    controls = sum(c < " " and c not in "\t\r\n\f" for c in text)
    if controls > len(text) // 100:
        raise ReadError(f"不是文本文件：{path}（含二进制内容）。支持 {SUPPORTED}。")
    return text
