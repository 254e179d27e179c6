"""Scanned documents: pages of a PDF that are pictures, and picture files."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence, UnidentifiedImageError

from index.errors import ReadError
from index.model import Page, SourceText
from index.pdfpage import render
from index.readers.flow import page_texts
from index.readers.furniture import without_furniture
from index.readers.ocr import recognise
from index.readers.sheet import Sheet

Beat = Callable[[int], None]

MAX_SCANS = 500
"""Pages of a file that are recognised: at 5 to 20 seconds a page, an afternoon."""
MAX_PIXELS = 120_000_000
"""Of a picture: A3 at 600 dots an inch has 70 million."""

_DPI = 200
_LONG_SIDE = 3508
"""Pixels of the longer side that a picture is reduced to: A4 at 300 dots an inch."""
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_FEW = 20
"""A text layer of fewer letters is a stamp or a page number over a scan."""
_INK = 40
"""Grey levels between paper and ink below which a page is blank."""
_INK_SHARE = 0.0005


def read_image(path: Path, beat: Beat) -> SourceText:
    """Read a picture of a page, or of several (TIFF).

    Raises:
        ReadError: damaged, too large, without text, or the extra for recognising text is not installed.
    """
    try:
        sheets = []
        for number, frame in enumerate(_frames(path), 1):
            sheets.append(recognise(frame, number))
            beat(number)
    except ReadError as error:
        raise _named(error, path) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise ReadError(f"无法读取图片：{path}（文件损坏或格式不符）。请重新扫描或另存后重试。") from error
    texts = page_texts(without_furniture(sheets))
    if not any(text.strip() for text in texts):
        raise ReadError(f"图片中没有识别出文字：{path}。请检查图片是否清晰、是否为文件的扫描件。")
    return SourceText(path.name, tuple(Page(n, text) for n, text in enumerate(texts, 1)))


def with_scans(path: Path, sheets: Sequence[Sheet], beat: Beat) -> list[Sheet]:
    """The pages of a PDF, those that are pictures recognised; a page with a text layer keeps it.

    Raises:
        ReadError: too many such pages, one that cannot be drawn, or the extra for recognising text is not installed.
    """
    scans: dict[int, Sheet] = {}
    for sheet in sheets:
        if _letters(sheet) >= (_FEW if sheet.pictured else 1):
            continue
        number = sheet.number
        try:
            picture = render(path, number, _DPI, _LONG_SIDE)
        except ReadError as error:  # it tells of a page, to whoever has the file before him
            raise ReadError(
                f"无法读取 PDF：{path}（第 {number} 页没有文字，也无法显示）。请重新导出后重试。"
            ) from error
        beat(number)
        if _is_blank(picture):
            continue
        if len(scans) == MAX_SCANS:
            raise ReadError(f"扫描页过多：{path}（超过 {MAX_SCANS} 页）。请拆分后重试。")
        try:
            scans[number] = recognise(
                picture, number, max(sheets[number - 1].width, sheets[number - 1].height)
            )
        except ReadError as error:
            raise ReadError(f"PDF 第 {number} 页是扫描图像：{path}。{error}") from error
        beat(number)
    return [max(s, scans.get(s.number, s), key=_letters) for s in sheets]


def _letters(sheet: Sheet) -> int:
    cells = (cell.text for grid in sheet.grids for row in grid.rows for cell in row)
    return sum(map(len, cells)) + sum(len(line.text) for line in sheet.lines)


def _frames(path: Path) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = None  # we bound the size ourselves, before anything is unpacked
    with Image.open(path, formats=_FORMATS) as picture:
        if (count := getattr(picture, "n_frames", 1)) > MAX_SCANS:
            raise ReadError(f"图片页数过多（{count} 页，上限 {MAX_SCANS} 页）。请拆分后重试。")
        for frame in ImageSequence.Iterator(picture):
            if frame.width * frame.height > MAX_PIXELS:
                raise ReadError(f"图片尺寸过大（{frame.width}×{frame.height} 像素）。请缩小后重试。")
            frame.thumbnail((_LONG_SIDE, _LONG_SIDE))
            yield frame


def _is_blank(picture: Image.Image) -> bool:
    grey = np.asarray(picture.convert("L"), np.int16)
    return bool((np.median(grey) - grey > _INK).mean() < _INK_SHARE)


def _named(error: ReadError, path: Path) -> ReadError:
    """The same message with the file's name in front."""
    return ReadError(f"无法读取图片：{path}。{error}")
