"""Small PDFs written byte by byte, so that the tests need no PDF library to make them."""

import math
from collections.abc import Sequence

_NO_TEXT = b"0 0 m 100 100 l S"


def pdf(
    pages: Sequence[Sequence[str] | str], *, encrypt: bytes = b"", rotate: int = 0, catalog: str = ""
) -> bytes:
    """A PDF whose pages show the given lines, one below the other; a page without lines has a drawing.

    A page that is a string is its content stream, as `show`, `rule` and `grid` write it.
    """
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode "
        + f"{5 + 2 * len(pages)} 0 R>>".encode(),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000/W[32 126 500]>>",
    ]
    for i, page in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/Rotate {rotate}/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {6 + 2 * i} 0 R>>".encode()
        )
        if isinstance(page, str):
            objects.append(_stream(page.encode()))
            continue
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in page)
        objects.append(_stream(f"BT /F1 12 Tf 72 800 Td {shown}ET".encode() if page else _NO_TEXT))
    objects.append(_stream(_TO_UNICODE))
    if encrypt:
        objects.append(encrypt)
    return _file(objects, encrypted=bool(encrypt))


def show(
    text: str, x: float, y: float, size: float = 12, *, angle: float = 0, grey: float = 0, mode: int = 0
) -> str:
    """A line of text that begins `x` points from the left and stands `y` points below the upper edge."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (
        f"BT {grey} g {mode} Tr /F1 {size} Tf {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x} {842 - y} Tm "
        f"<{text.encode('utf-16-be').hex()}> Tj ET\n"
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A straight line; distances from the upper left corner."""
    return f"{x0} {842 - y0} m {x1} {842 - y1} l S\n"


def grid(
    columns: Sequence[float], rows: Sequence[float], cells: Sequence[Sequence[str]], size: float = 10
) -> str:
    """A ruled table: the places of its rules, and the text of its cells (a line break parts their lines)."""
    parts = [rule(columns[0], y, columns[-1], y) for y in rows]
    parts += [rule(x, rows[0], x, rows[-1]) for x in columns]
    for y, row in zip(rows, cells, strict=False):
        for x, cell in zip(columns, row, strict=False):
            parts += [show(part, x + 3, y + 13 + 12 * i, size) for i, part in enumerate(cell.split("\n"))]
    return "".join(parts)


# A glyph's number is the character itself (UTF-16), so this map changes nothing.
_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin begincmap /CMapName /X def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end"""


def _stream(data: bytes) -> bytes:
    return f"<</Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def _file(objects: Sequence[bytes], *, encrypted: bool) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{at:010} 00000 n \n".encode() for at in places)
    crypt = f"/Encrypt {len(objects)} 0 R/ID[<00112233445566778899aabbccddeeff><00>]" if encrypted else ""
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{crypt}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return out
