"""What a file is: by its first bytes where they say so, by its suffix where they do not.

A suffix is what somebody typed, the first bytes are what a program wrote. So a PDF named .txt is read as PDF, a web
page saved as .doc as a web page, and an old Word file is told to be one whatever it is called. Text has no mark
of its own: there the suffix decides.
"""

import errno
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from index.errors import ReadError

Kind = Literal["text", "html", "pdf", "docx", "image", "zip"]

SUFFIXES: dict[str, Kind] = {
    ".txt": "text", ".md": "text", ".markdown": "text",
    ".docx": "docx",
    ".html": "html", ".htm": "html", ".shtml": "html", ".xhtml": "html", ".mht": "html", ".mhtml": "html",
    ".pdf": "pdf",
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".tif": "image", ".tiff": "image", ".bmp": "image",
    ".webp": "image",
    ".zip": "zip",
}  # fmt: skip
SUPPORTED = "TXT、Markdown、DOCX、HTML、MHT、PDF、图片（PNG、JPG、TIFF、BMP、WEBP）和 ZIP"

_OLD_WORD = "旧版 Word 文件（.doc）"
_NOT_READ: dict[str, tuple[str, str]] = {
    ".doc": (_OLD_WORD, "请用 Word 或 WPS 另存为 .docx 后重试"),
    ".wps": ("WPS 文字文件（.wps）", "请用 WPS 另存为 .docx 后重试"),
    ".rtf": ("RTF 文件", "请用 Word 或 WPS 另存为 .docx 后重试"),
    ".odt": ("OpenDocument 文件", "请另存为 .docx 后重试"),
    ".ofd": ("OFD 版式文件", "请用 OFD 阅读器另存为 PDF 后重试"),
    ".xls": ("Excel 表格", "请另存为 PDF 或 DOCX 后重试"),
    ".xlsx": ("Excel 表格", "请另存为 PDF 或 DOCX 后重试"),
    ".ppt": ("PowerPoint 演示文稿", "请另存为 PDF 后重试"),
    ".pptx": ("PowerPoint 演示文稿", "请另存为 PDF 后重试"),
    ".gif": ("GIF 图片", "请另存为 PNG 后重试"),
    ".rar": ("RAR 压缩包", "请解压，或改用 ZIP 后重试"),
    ".7z": ("7z 压缩包", "请解压，或改用 ZIP 后重试"),
    ".gz": ("GZIP 压缩包", "请解压，或改用 ZIP 后重试"),
}
"""Formats that policy documents come in and that are not read: what each is called, and what to do."""

KNOWN = frozenset(SUFFIXES) | frozenset(_NOT_READ)
"""Suffixes of files that a folder or a ZIP is searched for; those that are not read are told."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"{\\rtf", ".rtf"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"\x1f\x8b\x08", ".gz"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = ((".wps", "WpsDocument"), (".xls", "Workbook"), (".ppt", "PowerPoint Document"))
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_PARTS = (
    ("word/document.xml", ".docx"),
    ("xl/workbook.xml", ".xlsx"),
    ("ppt/presentation.xml", ".pptx"),
    ("OFD.xml", ".ofd"),
    ("content.xml", ".odt"),
)
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.I | re.S)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD = 4096
_BEFORE_PDF = b"\x00\xef\xbb\xbf \r\n\t"


def head_of(path: Path) -> bytes:
    """The first bytes of an ordinary file.

    Raises:
        ReadError: it does not exist, may not be read, or is a folder, a device or a pipe.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "文件夹" if stat.S_ISDIR(mode) else "设备或管道"
            raise ReadError(f"不是普通文件：{path}（{what}）。请给出文件本身的路径。")
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise unopened(path, error) from error


def unopened(path: Path, error: OSError) -> ReadError:
    """What to tell when the system does not open a file."""
    if error.errno == errno.ENOENT:
        return ReadError(f"文件不存在：{path}。请检查路径。")
    if error.errno in (errno.EACCES, errno.EPERM):
        return ReadError(f"没有读取权限：{path}。请检查文件的权限设置。")
    return ReadError(f"无法打开文件：{path}（{error.strerror or error}）。请检查路径和磁盘后重试。")


def is_plain_text(path: Path) -> bool:
    """Whether `path` is named as text and its first bytes are no other format's.

    Raises:
        ReadError: as `head_of`.
    """
    head = head_of(path)
    return SUFFIXES.get(path.suffix.lower()) == "text" and _by_magic(head) is None


def is_zip(path: Path) -> bool:
    """Whether `path` begins as a ZIP does (a DOCX is one too), or is named so.

    Raises:
        ReadError: as `head_of`.
    """
    return head_of(path).startswith(_ZIP) or SUFFIXES.get(path.suffix.lower()) == "zip"


def kind_of(path: Path) -> Kind:
    """What `path` is.

    Raises:
        ReadError: it cannot be opened, or is of a format that is not read; the message says what to do.
    """
    found = _by_magic(head_of(path))
    if found == ".zip":
        found = _inside_zip(path)
    elif found == ".doc":
        found = _inside_ole(path)
    suffix = found or path.suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if suffix in _NOT_READ:
        name, cure = _NOT_READ[suffix]
        raise ReadError(f"不支持的格式：{path}（{name}）。{cure}。")
    raise ReadError(f"不支持的格式：{path}。支持 {SUPPORTED}；其他格式请先转换。")


def _by_magic(head: bytes) -> str | None:
    """The suffix that fits the first bytes; None where they do not say."""
    for mark, kind in _MAGIC:
        if head.startswith(mark):
            return kind
    if head.startswith(_ZIP):
        return ".zip"
    if head.startswith(_OLE):
        return ".doc"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ".webp"
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return ".bmp"
    if head.lstrip(_BEFORE_PDF).startswith(b"%PDF-"):
        return ".pdf"
    for bom in _BOMS:
        head = head.removeprefix(bom)
    return ".html" if _HTML.match(head.replace(b"\x00", b"")) else None


def _inside_zip(path: Path) -> str:
    """The suffix that fits a ZIP: that of an office format by its parts, or of an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = set()  # its reader tells that it is damaged
    office = path.suffix.lower() == ".docx" or "[Content_Types].xml" in names
    return next((suffix for part, suffix in _ZIP_PARTS if part in names), ".docx" if office else ".zip")


def _inside_ole(path: Path) -> str:
    """An OLE compound file by the names of its streams.

    Raises:
        ReadError: a newer office file behind a password.
    """
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadError(f"文件有密码保护：{path}。请另存为无密码的文件后重试。")
    return next((kind for kind, name in _OLE_STREAMS if name.encode("utf-16-le") in data), ".doc")


def is_hidden(path: PurePosixPath) -> bool:
    """What systems put beside documents: __MACOSX/._办法.docx, ~$办法.docx, .DS_Store."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def walk(folder: Path) -> Iterator[Path]:
    """The files below `folder` that a maintainer would call documents, in order; what cannot be read is told later."""
    for path in sorted(folder.rglob("*")):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and path.suffix.lower() in KNOWN and not is_hidden(inside):
            yield path
