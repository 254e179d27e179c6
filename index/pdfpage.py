"""A page of a PDF as a picture: the only door to pypdfium2."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock

import pypdfium2

from index.errors import ReadError

_WIDTH, _HEIGHT = 1200, 1800
"""Most pixels of a picture."""
_SHARP = 500_000
"""A PNG of more bytes is a scan or a photograph, which JPEG keeps smaller."""
_QUALITY = 80
_LOCK = Lock()  # PDFium may be called by one thread at a time


@dataclass(frozen=True)
class Picture:
    """A page as a picture, and how many pages there are."""

    uri: str
    """The picture itself, as a data URI."""
    pages: int


def page_picture(path: Path, number: int) -> Picture:
    """The page `number` (from 1) of the PDF at `path`, at most 1200 x 1800 pixels.

    Raises:
        ReadError: the file is gone, is no PDF, or has no such page.
    """
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(path)
            try:
                pages = len(document)
                if not 1 <= number <= pages:
                    raise ReadError(f"原件没有第 {number} 页（共 {pages} 页）。")
                page = document[number - 1]
                width, height = page.get_size()
                scale = min(_WIDTH / max(width, 1), _HEIGHT / max(height, 1))
                image = page.render(scale=scale).to_pil().convert("RGB")
            finally:
                document.close()
        except (pypdfium2.PdfiumError, OSError, ValueError) as error:
            raise ReadError(f"无法显示第 {number} 页的图像：原件缺失或已损坏。") from error
    kind, data = "png", BytesIO()
    image.quantize(64).save(data, "PNG", optimize=True)
    if data.tell() > _SHARP:
        kind, data = "jpeg", BytesIO()
        image.save(data, "JPEG", quality=_QUALITY)
    return Picture(f"data:image/{kind};base64,{b64encode(data.getvalue()).decode()}", pages)
