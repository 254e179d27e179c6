"""Web pages as browsers save them: HTML in any encoding used in China, and MHTML. Nothing is fetched or run."""

import email
import email.policy
import re
from pathlib import Path

from index.errors import ReadError
from index.model import Page, SourceText
from index.readers.markup import parse_html
from index.readers.webpage import page_lines

MAX_BYTES = 40_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)|<\?xml[^>]*encoding=[\"']([A-Za-z0-9_.:-]+)", re.IGNORECASE
)
_HEAD = 4096
"""Bytes in which a page declares its encoding."""
_MAX_BROKEN = 0.01
"""Share of characters that may be unreadable: a page cut in the middle of a character is still a page."""
_CHINESE = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
}
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(path: Path) -> SourceText:
    """Read a web page (.html, .htm) or a page saved as one file (.mht, .mhtml).

    Raises:
        ReadError: too large, in no known encoding, or without text.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ReadError(f"网页过大：{path}（超过 {MAX_BYTES // 1_000_000} MB）。请只保存正文后重试。")
    data, declared = path.read_bytes(), None
    if path.suffix.lower() in (".mht", ".mhtml"):
        data, declared = _page_of(data, path)
    text = _XML_DECLARATION.sub("", decode_page(data, path, declared)).replace("\x00", "")
    lines = page_lines(root) if (root := parse_html(text)) is not None else []
    if not lines:
        raise ReadError(
            f"网页中没有正文：{path}（可能需要登录，或由脚本显示）。请在浏览器中打开，将正文另存为 TXT 后重试。"
        )
    return SourceText(path.name, (Page(None, "\n".join(lines)),))


def decode_page(data: bytes, path: Path, declared: str | None = None) -> str:
    """Decode a page: by its byte order mark, as UTF-8 if it is valid, as it declares, else as GB18030.

    What a page declares is believed only after UTF-8: pages converted to it often keep their old declaration, and
    Chinese text in another encoding is practically never valid UTF-8.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    if data[:200].count(b"\x00") > len(data[:200]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "replace")
    head = _DECLARED.search(data[:_HEAD])
    named = declared or (head and (head[1] or head[2]).decode("ascii")) or "gb18030"
    best = ""
    for encoding in ("utf-8", _CHINESE.get(named.lower(), named.lower()), "gb18030"):
        try:
            text = data.decode(encoding, "replace")
        except LookupError:
            continue
        if "\ufffd" not in text:
            return text
        if not best or text.count("\ufffd") < best.count("\ufffd"):
            best = text
    if best.count("\ufffd") > len(best) * _MAX_BROKEN:
        raise ReadError(f"无法识别网页编码：{path}。请在浏览器中打开后另存为 UTF-8 网页或 TXT 后重试。")
    return best


def _page_of(data: bytes, path: Path) -> tuple[bytes, str | None]:
    """The page inside an MHTML file, and the encoding that its part declares."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(payload, bytes):
            return payload, part.get_content_charset()
    raise ReadError(f"MHTML 文件中没有网页：{path}。请在浏览器中重新保存网页后重试。")
