"""A page of a PDF as a picture: the only door to pypdfium2."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock

import pypdfium2
from PIL import Image

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
    image, pages = _render(path, number, lambda width, height: min(_WIDTH / width, _HEIGHT / height))
    kind, data = "png", BytesIO()
    image.quantize(64).save(data, "PNG", optimize=True)
    if data.tell() > _SHARP:
        kind, data = "jpeg", BytesIO()
        image.save(data, "JPEG", quality=_QUALITY)
    return Picture(f"data:image/{kind};base64,{b64encode(data.getvalue()).decode()}", pages)


def render(path: Path, number: int, dpi: int, most: int) -> Image.Image:
    """The page `number` (from 1) at `dpi` dots an inch, its longer side at most `most` pixels.

    Raises:
        ReadError: as `page_picture`.
    """
    return _render(path, number, lambda width, height: min(dpi / 72, most / max(width, height)))[0]


def _render(path: Path, number: int, scale: Callable[[float, float], float]) -> tuple[Image.Image, int]:
    """A page as an image, `scale` giving pixels a point for its width and height; and the number of pages."""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(path)
            try:
                pages = len(document)
                if not 1 <= number <= pages:
                    raise ReadError(f"原件没有第 {number} 页（共 {pages} 页）。")
                page = document[number - 1]
                width, height = (max(side, 1) for side in page.get_size())
                return page.render(scale=scale(width, height)).to_pil().convert("RGB"), pages
            finally:
                document.close()
        except (pypdfium2.PdfiumError, OSError, ValueError) as error:
            raise ReadError(f"无法显示第 {number} 页的图像：原件缺失或已损坏。") from error
