"""A Word file as a package of XML parts (ECMA-376 part 2): opened, bounded, and its parts found.

Parts are read one by one, so that pictures are never unpacked and a broken reference to one harms nothing
(python-docx loads all of a package, and stops at the first part that is missing). Nothing outside the file is
ever opened: entities stay unresolved, external relationships are not followed.
"""

import posixpath
import struct
import zipfile
import zlib
from pathlib import Path

from index.errors import ReadError
from index.readers.markup import Element, parse_xml

MAX_PART = 80_000_000
"""Bytes of one unpacked XML part; a document of a thousand pages has about twenty million."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, ValueError, OverflowError,
)  # fmt: skip
_SCHEMAS = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/"
    ),
}
"""Names of the strict form of the format, and of the usual one."""


class Package:
    """The XML parts of a Word file.

    Raises (on opening and on reading a part):
        ReadError: protected by a password, damaged, no Word file, or too large.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGED as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise _damaged(path) from error
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in self._zip.namelist()}
        self._main = self._target("", "officeDocument") or "word/document.xml"
        if self._main.lower() not in self._names:
            raise _no_word(path)

    def main(self) -> Element:
        """The part that holds the text."""
        root = self._read(self._main)
        if root is None or not str(root.tag).endswith("}document"):
            raise _no_word(self.path)
        return root

    def beside(self, kind: str) -> Element | None:
        """The part that the main part refers to as `kind` (styles, numbering, footnotes, endnotes), if any."""
        target = self._target(self._main, kind)
        return self._read(target) if target else None

    def close(self) -> None:
        """Release the file."""
        self._zip.close()

    def _target(self, source: str, kind: str) -> str | None:
        """Where the relationship of that kind leads, seen from the part `source`; external ones lead nowhere."""
        folder, name = posixpath.split(source)
        relations = self._read(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in relations if relations is not None else ():
            if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                return posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        return None

    def _read(self, part: str) -> Element | None:
        name = self._names.get(part.lower())
        if name is None:
            return None
        try:
            if self._zip.getinfo(name).file_size > MAX_PART:
                raise ReadError(
                    f"Word 文件解压后过大：{self.path}（超过 {MAX_PART // 1_000_000} MB）。请拆分后重试。"
                )
            data = self._zip.read(name)
        except RuntimeError as error:  # a password of the ZIP itself
            raise _protected(self.path) from error
        except _DAMAGED as error:
            raise _damaged(self.path) from error
        for strict, usual in _SCHEMAS.items():
            data = data.replace(strict, usual)
        root = parse_xml(data)
        if root is None:
            raise _damaged(self.path)
        return root


def _no_word(path: Path) -> ReadError:
    return ReadError(
        f"不是 Word 文档：{path}（压缩包中没有 Word 正文）。请检查文件格式，或改用正确的扩展名。"
    )


def _protected(path: Path) -> ReadError:
    return ReadError(f"Word 文件有密码保护：{path}。请用 Word 或 WPS 打开，去掉密码另存后重试。")


def _damaged(path: Path) -> ReadError:
    return ReadError(
        f"无法读取 Word 文件：{path}（文件损坏或格式不符）。请用 Word 或 WPS 重新另存为 .docx 后重试。"
    )
