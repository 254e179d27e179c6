"""Files that a mail attachment, a broken download or ill will may bring: made in code, the same every time.

Each has what must come of it: either one line that says `says`, or a text that has `holds` in it.
"""

import io
import os
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.index.pdfs import pdf

LINES = ["某某办法", "第一条 本办法适用于设备检验。", "第二条 检验不收取费用。"]
GOOD = "检验不收取费用"
TEXT = "\n".join(LINES) + "\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@dataclass(frozen=True)
class Case:
    """A file to make, and what must come of it."""

    title: str
    name: str
    make: Callable[[Path], None]
    says: str = ""
    """What the one line about it says; empty if it is read."""
    holds: str = ""
    """What its text holds."""
    ocr: bool = False
    """Needs the extra for recognising text."""

    def __str__(self) -> str:
        return self.title


def _data(data: bytes | Callable[[], bytes], path: Path) -> None:
    path.write_bytes(data if isinstance(data, bytes) else data())


def bad(title: str, name: str, data: bytes | Callable[[], bytes], says: str, *, ocr: bool = False) -> Case:
    return Case(title, name, partial(_data, data), says=says, ocr=ocr)


def good(title: str, name: str, data: bytes | Callable[[], bytes], holds: str = GOOD) -> Case:
    return Case(title, name, partial(_data, data), holds=holds)


# --- parts ---


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = b"""<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELS = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>""".encode()
PARAGRAPHS = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LINES)


def docx(
    body: str = PARAGRAPHS,
    *,
    before: str = "",
    document: bytes | None = None,
    more: dict[str, bytes] | None = None,
) -> bytes:
    whole = f'{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "word/document.xml": document or whole.encode(),
    }
    return zipped(*{**parts, **(more or {})}.items())


def external(address: str) -> bytes:
    """A Word file whose template, picture, included text and schema lie elsewhere."""
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{address}/{kind}" TargetMode="External"/>'
        for n, kind in enumerate(
            ("image", "attachedTemplate", "hyperlink", "oleObject", "styles", "numbering"), 1
        )
    )
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    field = f'<w:p><w:r><w:instrText>INCLUDETEXT "{address}/include"</w:instrText></w:r></w:p>'
    parts = {f"word/_rels/{part}.xml.rels": rels.encode() for part in ("document", "settings")}
    return docx(PARAGRAPHS + field, before=f'<!DOCTYPE x SYSTEM "{address}/dtd">', more=parts)


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()
    )


BODY = "".join(f"<p>{line}</p>" for line in LINES)


def fetching(address: str) -> bytes:
    """A web page that names things elsewhere in every way there is."""
    return page(
        f"<img src='{address}/i'><iframe src='{address}/f'></iframe><object data='{address}/o'></object>"
        f"<script src='{address}/s'></script><embed src='{address}/e'>{BODY}",
        f"<base href='{address}/'><link rel=stylesheet href='{address}/c'>"
        f"<meta http-equiv=refresh content='0;{address}/m'>",
    )


def raw_pdf(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects without a table of their places, which readers then make themselves."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root %d 0 R%s>>\nstartxref\n0\n%%%%EOF\n" % (root, trailer)


def shaken(data: bytes, seed: int) -> bytes:
    dice, out = random.Random(seed), bytearray(data)
    for _ in range(len(out) // 40):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def picture(kind: str, size: tuple[int, int] = (400, 300), mode: str = "L") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, kind)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def cyclic_tiff() -> bytes:
    """A TIFF whose directory of pages comes back to itself."""
    entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1)]
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", t, 4, 1, v) for t, v in entries)
    return b"II*\x00" + struct.pack("<I", 8) + body + struct.pack("<I", 8)


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([LINES]))))
    writer.encrypt("secret", owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scripted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([LINES]))))
    script = TextStringObject("app.launchURL('http://127.0.0.1/'); while (true) {}")
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): script}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    writer.add_attachment("evil.exe", b"MZ" * 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def flate_bomb() -> bytes:
    """A page whose drawing unpacks to 60 MB."""
    stream = zlib.compress(b"1 0 0 1 0 0 cm " * 4_000_000, 9)
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    )


def deep_pages(levels: int) -> bytes:
    inner = [b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(2, levels)]
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", *inner, b"<</Type/Page/MediaBox[0 0 595 842]>>")


def lying_zip() -> bytes:
    """A member that says it is small and unpacks to 100 MB."""
    data = bytearray(zipped(("办法.txt", bytes(100_000_000))))
    directory = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 24, 1000)
    struct.pack_into("<I", data, 22, 1000)
    return bytes(data)


def locked_zip() -> bytes:
    """A member with the mark of encryption, beside one without."""
    data = bytearray(zipped(("密.txt", TEXT.encode()), ("办法.txt", TEXT.encode())))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + offset
        data[at] |= 1
    return bytes(data)


def flipped_zip() -> bytes:
    """A member whose bytes do not fit its checksum, beside one that is right."""
    data = bytearray(
        zipped(("坏.txt", TEXT.encode()), ("办法.txt", TEXT.encode()), compression=zipfile.ZIP_STORED)
    )
    data[data.index("检验".encode())] ^= 1
    return bytes(data)


def odd_method() -> bytes:
    data = bytearray(zipped(("坏.txt", TEXT.encode()), compression=zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", data, data.index(signature) + offset, 9)
    return bytes(data)


def gbk_zip() -> bytes:
    """As Windows packs it: names in GBK without a mark."""
    data = zipped(("xxxxxxxx.txt", TEXT.encode()))
    return data.replace(b"xxxxxxxx", "检验办法".encode("gbk"))


def nested(levels: int) -> bytes:
    data = zipped(("办法.txt", TEXT.encode()))
    for _ in range(levels - 1):
        data = zipped(("内层.zip", data))
    return data


def overlapping() -> bytes:
    """Many directory entries for the same megabytes (Fifield: A better zip bomb, 2019)."""
    one = zipped(("a.txt", bytes(900_000_000)))
    at = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry = one[at:end]
    copies = b"".join(entry.replace(b"a.txt", b"%c.txt" % (97 + n)) for n in range(20))
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 20, 20, len(copies), at, 0)
    return one[:at] + copies + tail


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


_GOOD_ZIP = ("办法.txt", TEXT.encode())
_UNSAFE = "压缩包成员不安全"
_BAD_PDF = "无法读取 PDF"
_BAD_DOCX = "无法读取 Word 文件"
_BAD_IMAGE = "无法读取图片"
_BAD_ZIP = "无法读取压缩包"

CASES: tuple[Case, ...] = (
    # text
    bad("text of zero bytes", "空.txt", b"", "文件为空"),
    bad("text of blanks", "空.md", b" \n\t\r\n", "文件为空"),
    bad("a comment only", "空.markdown", b"<!-- draft -->", "文件为空"),
    bad("NULs", "零.txt", bytes(2000), "不是文本文件"),
    bad("invalid UTF-8 and GB18030", "乱.txt", b"\xff" * 50, "无法识别编码"),
    bad(
        "UTF-16 cut within a character", "截.txt", b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], "无法识别编码"
    ),
    bad("UTF-16 without its mark", "无标记.txt", TEXT.encode("utf-16-le"), "不是文本文件"),
    bad("a stream of random bytes", "噪.txt", lambda: random.Random(1).randbytes(5000), "不是文本文件"),
    bad("one line of 50 MB", "长行.txt", lambda: b"a" * 50_000_000, "文件过大"),
    bad("one line of 2 MB", "长行.md", lambda: b"a" * 2_000_000, "有一行超过"),
    good("a few NULs' worth of control characters", "控.txt", (TEXT * 20 + "\x01").encode()),
    # what is not what it is called
    good("a PDF called text", "改名.txt", lambda: pdf([LINES])),
    good("a Word file called text", "改名.txt", docx),
    good("a web page called old Word", "改名.doc", page(BODY)),
    good("a ZIP called text", "改名.txt", zipped(_GOOD_ZIP)),
    good("a Word file called PDF", "改名.pdf", docx),
    bad("text called PDF", "改名.pdf", TEXT.encode(), _BAD_PDF),
    bad("text called Word", "改名.docx", TEXT.encode(), _BAD_DOCX),
    bad("text called picture", "改名.png", TEXT.encode(), _BAD_IMAGE),
    bad("text called ZIP", "改名.zip", TEXT.encode(), _BAD_ZIP),
    bad("old Word called text", "旧.txt", OLE + "WordDocument".encode("utf-16-le"), "旧版 Word"),
    bad("a spreadsheet called Word", "表.docx", zipped(("xl/workbook.xml", b"<x/>")), "Excel"),
    # formats that are not read
    bad("old Word", "旧.doc", OLE + "WordDocument".encode("utf-16-le"), "旧版 Word"),
    bad("an office file behind a password", "密.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    bad("RTF", "富.rtf", b"{\\rtf1 abc}", "RTF"),
    bad("OFD", "版.ofd", zipped(("OFD.xml", b"<x/>")), "OFD"),
    bad("RAR", "包.rar", b"Rar!\x1a\x07\x00" + bytes(50), "RAR"),
    bad("7z called ZIP", "包.zip", b"7z\xbc\xaf\x27\x1c" + bytes(50), "7z"),
    bad("GIF", "图.gif", lambda: picture("GIF"), "GIF"),
    bad("no format at all", "表.xyz", b"x", "不支持的格式"),
    # no files
    Case("a folder", "文件夹.pdf", Path.mkdir, says="不是普通文件"),
    Case("a pipe", "管道.txt", _fifo, says="不是普通文件"),
    Case("a link to itself", "环.txt", _loop, says="无法打开文件"),
    Case("a file that is gone", "无.docx", lambda _: None, says="文件不存在"),
    # PDF
    bad("PDF of zero bytes", "空.pdf", b"", _BAD_PDF),
    bad("PDF with a header only", "头.pdf", b"%PDF-1.7\n", _BAD_PDF),
    bad("PDF cut at 200 bytes", "截.pdf", lambda: pdf([LINES])[:200], _BAD_PDF),
    good(
        "PDF with wrong places of objects",
        "错位.pdf",
        lambda: pdf([LINES]).replace(b"0000000009 00000 n", b"0000099999 00000 n"),
    ),
    good(
        "PDF without a table of places",
        "无表.pdf",
        lambda: pdf([LINES]).split(b"xref\n0")[0] + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF",
    ),
    bad("PDF without its end", "无尾.pdf", lambda: pdf([LINES]).split(b"xref\n0")[0], _BAD_PDF),
    good("PDF with rubbish before its header", "垃圾.pdf", lambda: b"HTTP/1.1 200 OK\r\n\r\n" + pdf([LINES])),
    good("PDF with rubbish behind its end", "尾.pdf", lambda: pdf([LINES]) + bytes(5000)),
    bad("PDF behind a password", "密.pdf", encrypted_pdf, "PDF 有密码保护"),
    good("PDF with scripts and an attachment", "脚本.pdf", scripted_pdf),
    good("PDF of 2,000 pages", "长.pdf", lambda: pdf([[f"第{n}条 检验不收取费用。"] for n in range(2000)])),
    bad("PDF without text", "空白.pdf", lambda: pdf([[], []]), "PDF 中没有文字"),
    bad(
        "PDF whose pages are in a circle",
        "环.pdf",
        raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
        "PDF",
    ),
    bad(
        "PDF that claims a thousand million pages",
        "多.pdf",
        raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1000000000/Kids[]>>"),
        "PDF",
    ),
    bad("PDF with 3,000 levels of pages", "深.pdf", lambda: deep_pages(3000), "PDF"),
    bad("PDF that unpacks to 60 MB", "炸弹.pdf", flate_bomb, "："),
    bad(
        "PDF whose earlier table is itself",
        "自指.pdf",
        raw_pdf(b"<</Type/Catalog>>", trailer=b"/Prev 9/Size 2"),
        "PDF",
    ),
    bad(
        "PDF with a page of no size",
        "零页.pdf",
        raw_pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 0 0]>>",
        ),
        "PDF",
    ),
    bad(
        "PDF with a page of ten kilometres",
        "巨页.pdf",
        raw_pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 30000000 30000000]>>",
        ),
        "PDF",
    ),
    # Word
    bad("Word of zero bytes", "空.docx", b"", _BAD_DOCX),
    bad("Word cut in half", "截.docx", lambda: docx()[:400], _BAD_DOCX),
    bad(
        "Word without its main part",
        "缺.docx",
        zipped(("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELS)),
        "Word",
    ),
    bad("Word without a word", "空.docx", lambda: docx("<w:p/>"), "文件为空"),
    bad("Word with broken XML", "坏.docx", lambda: docx(document=b"<w:document"), _BAD_DOCX),
    bad("Word with an entity bomb", "实体.docx", lambda: docx(document=entity_bomb()), "："),
    Case(
        "Word with an entity that names a file",
        "外部实体.docx",
        partial(_data, lambda: docx(document=entity_file())),
        holds=GOOD,
    ),
    bad("Word that unpacks to 300 MB", "炸弹.docx", lambda: docx(document=b" " * 300_000_000), "："),
    good("Word with macros", "宏.docx", lambda: docx(more={"word/vbaProject.bin": OLE})),
    bad("Word with 3,000 tables in each other", "嵌套.docx", lambda: docx(tables(3000)), _BAD_DOCX),
    # web pages
    bad("web page of zero bytes", "空.html", b"", "："),
    bad("web page of scripts alone", "脚本.html", page("<script>document.write('第一条 假')</script>"), "："),
    good(
        "web page with scripts", "脚本.htm", page(f"<script>while(1){{}}</script>{BODY}<style>p{{}}</style>")
    ),
    bad(
        "web page of 100,000 boxes in each other",
        "深.html",
        lambda: page("<div>" * 100_000 + BODY),
        "没有正文",
    ),
    good("web page whose tags never end", "开.html", b"<html><body><p>" + "<p><b>".join(LINES).encode()),
    good(
        "web page that names the wrong encoding",
        "错码.html",
        f"<html><head><meta charset=gbk></head><body>{BODY}</body></html>".encode(),
    ),
    good("web page with NULs", "零.html", page(BODY).replace(b"<p>", b"<p>\x00")),
    good("web page with a comment of 5 MB", "注.html", lambda: page(f"<!--{'x' * 5_000_000}-->{BODY}")),
    # pictures
    bad("picture of zero bytes", "空.png", b"", _BAD_IMAGE),
    bad("picture cut off", "截.png", lambda: picture("PNG", (1500, 1500))[:80], _BAD_IMAGE),
    bad("JPEG with a header only", "头.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", _BAD_IMAGE),
    bad("picture of 100,000 by 100,000", "巨.png", png_header(100_000, 100_000), "图片尺寸过大"),
    bad("TIFF with pages in a circle", "环.tif", cyclic_tiff, "图片", ocr=True),
    bad("an empty sheet", "白.png", lambda: picture("PNG"), "没有识别出文字", ocr=True),
    bad("a damaged WEBP", "坏.webp", lambda: shaken(picture("WEBP"), 3), _BAD_IMAGE),
    # archives
    bad("ZIP of zero bytes", "空.zip", b"", _BAD_ZIP),
    bad("ZIP without members", "空.zip", zipped(), "没有可读的文件"),
    bad("ZIP cut off", "截.zip", zipped(_GOOD_ZIP)[:60], _BAD_ZIP),
    bad("ZIP that climbs out", "爬.zip", zipped(("../../etc/办法.txt", b"x")), _UNSAFE),
    bad("ZIP that climbs out as Windows does", "爬.zip", zipped(("..\\..\\办法.txt", b"x")), _UNSAFE),
    bad("ZIP with an absolute name", "绝对.zip", zipped(("/etc/办法.txt", b"x")), _UNSAFE),
    bad("ZIP with a drive", "盘.zip", zipped(("C:\\办法.txt", b"x")), _UNSAFE),
    bad(
        "ZIP with a link",
        "链.zip",
        zipped((special("办法.txt", stat.S_IFLNK | 0o777), b"/etc/passwd")),
        _UNSAFE,
    ),
    bad("ZIP with a device", "设备.zip", zipped((special("办法.txt", stat.S_IFCHR | 0o666), b"")), _UNSAFE),
    good("ZIP in a ZIP", "二层.zip", nested(2)),
    bad("ZIP in a ZIP in a ZIP", "三层.zip", nested(3), "嵌套过深"),
    bad("ZIP in thirty others", "三十层.zip", nested(30), "嵌套过深"),
    bad("ZIP bomb", "炸弹.zip", lambda: zipped(("办法.txt", bytes(400_000_000))), "压缩比异常"),
    bad("ZIP bomb of many", "多弹.zip", overlapping, "解压后过大"),
    bad("ZIP that lies about sizes", "谎.zip", lying_zip, "已损坏"),
    bad(
        "ZIP of 10,000 members",
        "多.zip",
        lambda: zipped(*((f"{n}.txt", b"") for n in range(10_000))),
        "文件过多",
    ),
    bad("ZIP with an unknown method", "法.zip", odd_method(), "压缩方式不支持"),
    good("ZIP with names in GBK", "中文名.zip", gbk_zip()),
    bad("ZIP of programs", "程序.zip", zipped(("setup.exe", b"MZ")), "没有可读的文件"),
)

MIXED: tuple[Case, ...] = (
    Case(
        "ZIP with one member behind a password",
        "半密.zip",
        partial(_data, locked_zip),
        says="有密码保护",
        holds=GOOD,
    ),
    Case("ZIP with one damaged member", "半坏.zip", partial(_data, flipped_zip), says="已损坏", holds=GOOD),
    Case("ZIP with one name twice", "重名.zip", partial(_data, lambda: twice()), says="重名", holds=GOOD),
)
"""Archives of which one member is read and another told."""


def twice() -> bytes:
    data = zipped(_GOOD_ZIP, ("别的.txt", b"x"))
    return data.replace("别的".encode(), "办法".encode())


def entity_bomb() -> bytes:
    """A thousand million laughs."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<!DOCTYPE x [<!ENTITY e0 "哈">{entities}]><w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r>'
        "</w:p></w:body></w:document>"
    ).encode()


def entity_file() -> bytes:
    return (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document xmlns:w="{_W}"><w:body>{PARAGRAPHS}'
        "<w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>"
    ).encode()


def tables(levels: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * levels + PARAGRAPHS + "</w:tc></w:tr></w:tbl>" * levels
