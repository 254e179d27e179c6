"""Small PDFs written byte by byte, so that the tests need no PDF library to make them."""

from collections.abc import Sequence

_NO_TEXT = b"0 0 m 100 100 l S"


def pdf(pages: Sequence[Sequence[str]], *, encrypt: bytes = b"") -> bytes:
    """A PDF whose pages show the given lines, one below the other; a page without lines has a drawing."""
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode "
        + f"{5 + 2 * len(pages)} 0 R>>".encode(),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000>>",
    ]
    for i, lines in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents "
            + f"{6 + 2 * i} 0 R>>".encode()
        )
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in lines)
        objects.append(_stream(f"BT /F1 12 Tf 72 800 Td {shown}ET".encode() if lines else _NO_TEXT))
    objects.append(_stream(_TO_UNICODE))
    if encrypt:
        objects.append(encrypt)
    return _file(objects, encrypted=bool(encrypt))


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
