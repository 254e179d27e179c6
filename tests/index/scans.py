"""Pages as a scanner gives them: set in type with Pillow, then noisy, blurred, askew and coarse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
_SIMPLIFIED = 2
_A4 = (210 / 25.4, 297 / 25.4)
_MARGIN = 1.1
_LEADING = 1.6
_MARK = re.compile(r"^(第[〇零一二三四五六七八九十百千]+[编章节条])\s+")
_NOT_FIRST = "，。、；：！？）》”’〕】"


@dataclass(frozen=True)
class Scan:
    """How a page is scanned: dots an inch, degrees askew, standard deviation of noise, blur, JPEG quality."""

    dpi: int = 200
    skew: float = 0.0
    noise: float = 0.0
    blur: float = 0.0


def typeset(
    paragraphs: Sequence[str], scan: Scan, *, size: float = 14, head: str = "", numbered: bool = True
) -> list[Image.Image]:
    """Pages of `paragraphs`, their first lines indented by two characters; a line longer than the page is wrapped."""
    em = round(size / 72 * scan.dpi)
    font = ImageFont.truetype(FONT, em, index=_SIMPLIFIED)
    width, height = (round(side * scan.dpi) for side in _A4)
    margin = round(_MARGIN * scan.dpi)
    per_line = (width - 2 * margin) // em
    per_page = (height - 2 * margin) // round(em * _LEADING)
    lines = [line for text in paragraphs for line in _wrapped("　　" + _MARK.sub("\\1　", text), per_line)]
    pages = []
    for n, start in enumerate(range(0, len(lines), per_page), 1):
        page = Image.new("L", (width, height), 255)
        draw = ImageDraw.Draw(page)
        for i, line in enumerate(lines[start : start + per_page]):
            _set(draw, line, (margin, margin + round(i * em * _LEADING)), em, font)
        if head:
            draw.text((margin, margin // 2), head, font=font, fill=0)
        if numbered:
            draw.text((width // 2 - 2 * em, height - margin // 2), f"— {n} —", font=font, fill=0)
        pages.append(scanned(page, scan, seed=n))
    return pages


def ruled(
    rows: Sequence[Sequence[str]], widths: Sequence[int], scan: Scan, *, size: float = 12
) -> Image.Image:
    """A page with a ruled table; `widths` are those of the columns in characters, cells wrap."""
    em = round(size / 72 * scan.dpi)
    font = ImageFont.truetype(FONT, em, index=_SIMPLIFIED)
    page = Image.new("L", (round(_A4[0] * scan.dpi), round(_A4[1] * scan.dpi)), 255)
    draw = ImageDraw.Draw(page)
    left = y = round(_MARGIN * scan.dpi / 2)
    rule = max(1, scan.dpi // 100)
    for row in rows:
        cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = round(max(map(len, cells)) * em * 1.3 + em * 0.8)
        x = left
        for lines, width in zip(cells, widths, strict=True):
            box = (x, y, x + (width + 1) * em, y + height)
            draw.rectangle(box, outline=0, width=rule)
            for i, line in enumerate(lines):
                _set(draw, line, (x + em // 2, y + round(em * 0.4 + i * em * 1.3)), em, font)
            x = box[2]
        y += height
    return scanned(page, scan)


def scanned(page: Image.Image, scan: Scan, *, seed: int = 1) -> Image.Image:
    """A clean page as the scanner gives it, the same for the same seed."""
    if scan.skew:
        page = page.rotate(scan.skew, Image.Resampling.BICUBIC, fillcolor=255)
    if scan.blur:
        page = page.filter(ImageFilter.GaussianBlur(scan.blur))
    if scan.noise:
        dice = np.random.default_rng(seed)
        grey = (
            np.asarray(page, np.float32) * 0.85 + 30 + dice.normal(0, scan.noise, (page.height, page.width))
        )
        page = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    return page


def _set(
    draw: ImageDraw.ImageDraw, line: str, at: tuple[int, int], em: int, font: ImageFont.FreeTypeFont
) -> None:
    """Chinese characters on a grid of squares, Latin ones as wide as they are."""
    x, y = float(at[0]), at[1]
    for c in line:
        draw.text((x, y), c, font=font, fill=0)
        x += em if c >= "⺀" or c in "“”‘’—…·" else font.getlength(c)


def _wrapped(text: str, width: int) -> list[str]:
    lines = []
    while text:
        cut, room = 0, float(width)
        while cut < len(text) and room >= (1 if text[cut] >= "⺀" else 0.6):
            room -= 1 if text[cut] >= "⺀" else 0.6
            cut += 1
        cut = max(cut, 1)
        while cut < len(text) and cut > 1 and text[cut] in _NOT_FIRST:
            cut -= 1
        lines.append(text[:cut])
        text = text[cut:]
    return lines or [""]


def errors(wanted: str, got: str) -> int:
    """The least number of characters to insert, drop or replace to make `wanted` of `got` (Levenshtein 1966)."""
    before = np.arange(len(got) + 1)
    letters = np.array(list(got))
    for n, c in enumerate(wanted, 1):
        row = np.empty_like(before)
        row[0] = n
        best = np.minimum(before[:-1] + (letters != c), before[1:] + 1)
        for j, value in enumerate(best, 1):
            row[j] = min(value, row[j - 1] + 1)
        before = row
    return int(before[-1])
