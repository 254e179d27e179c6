"""Text of a picture, by the PP-OCR models that the wheel `rapidocr` carries: the only door to it.

The models find and read lines of text at any slant; what is done here is the rest of a scanned page: which way up
it lies, how far it is askew, where each character stands and where the rules of tables run, so that a scan passes
through the same rules as a printed PDF.
"""

import functools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from index.errors import ReadError
from index.readers.glyphs import plain
from index.readers.pdfpages import ruled_sheet
from index.readers.rules import Bits, dark_pixels, empty_space, find_rules
from index.readers.seams import is_chinese
from index.readers.sheet import Glyph, Rule, Sheet

Box = NDArray[np.float64]
"""Four corners of text, from its upper left one clockwise: shape (4, 2), in pixels."""

A4_HEIGHT = 842.0
"""Points: what the longer side of a picture is taken for, since pictures seldom know their size."""
_THREADS = 4
_DETECT_SIDE = 1536
"""Pixels of the longer side at which lines are looked for: 8-point type still is 12 pixels high."""
_READ_SIDE = 4000
_MIN_SCORE = 0.5
"""Certainty below which a line is a stain, a stamp or part of a drawing."""
_UPRIGHT_SCORE = 0.8
"""Certainty below which a page is tried upside down."""
_LEGIBLE_SCORE, _MANY = 0.7, 50
"""Certainty below which what was read of so many letters is no text: at 94 % of characters right it is still 0.93."""
_TALL = 1.5
_STRAIGHT = 0.1
"""Degrees that count as straight."""
_LEVEL_SHARE = 5
"""A line tells the slant of the page if it is this much longer than high."""
_MARGIN = 0.92
"""Height of the type, as a share of the box around it."""
_SPACE = 0.55
"""Empty paper between Chinese characters, in characters, that is a space."""
_SPACE_AFTER_MARK = 0.3
"""The same after 第一条, where a space is expected."""
_MARK = re.compile(r"第[〇零一二三四五六七八九十百千\d]+[编章节条]")
_SAME_PITCH, _SAME_HEIGHT = 0.1, 0.35
"""How far the size of a line may be from the usual one and count as that, by its pitch and by its height."""
_MIN_STEPS = 4
_GAP = 1.4
_OPENERS, _CLOSERS = "（《〈“‘〔【", "，。、；：！？）》〉”’〕】"
"""Punctuation that fills half of its square, the right or the left one."""
_HALF = re.compile(r"(?<=[⺀-鿿，。；：）》”])[,;:?!()]|\((?=[⺀-鿿])|(?<=[⺀-鿿]\d)\)")
_PAGE_NUMBER = re.compile(r"[-–—一~·]\s*(\d{1,4})\s*[-–—一~·.]?")
_WIDER = str.maketrans(",;:?!()", "，；：？！（）")


@dataclass(frozen=True)
class _Found:
    """A line as it was read: its box, its text and, where known, the boxes of its characters."""

    box: Box
    text: str
    score: float
    places: tuple[Box, ...]


def recognise(picture: Image.Image, number: int, points: float = A4_HEIGHT) -> Sheet:
    """What stands on a picture of page `number`, whose longer side measures `points`.

    Raises:
        ReadError: it is too blurred to be read, or the extra is not installed; the message names no file.
    """
    picture, found = _upright(_on_white(picture))
    if sum(len(line.text) for line in found) >= _MANY and _certainty(found) < _LEGIBLE_SCORE:
        raise ReadError(f"第 {number} 页字迹无法辨认。请以 200 至 300 dpi 重新扫描后重试。")
    angle = _slant(found)
    if abs(angle) > _STRAIGHT:
        picture = picture.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255)
    centre = (picture.width / 2, picture.height / 2)
    unit = points / max(picture.size)
    dark = dark_pixels(np.asarray(picture))
    sizes = _sizes(found)
    lines = [_straight(line, -angle, centre) for line in found]
    glyphs = [g for line, size in zip(lines, sizes, strict=True) for g in _glyphs(line, size, dark, unit)]
    rules = [
        Rule(x0 * unit, top * unit, x1 * unit, bottom * unit, across)
        for x0, top, x1, bottom, across in find_rules(dark, median(sizes) if sizes else 0.0)
    ]
    return ruled_sheet(number, (picture.width * unit, picture.height * unit), glyphs, rules)


def _on_white(picture: Image.Image) -> Image.Image:
    """As grey, the right way round for the camera, transparent parts white."""
    picture = ImageOps.exif_transpose(picture)
    if "A" in picture.mode or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return picture.convert("L")


def _upright(picture: Image.Image) -> tuple[Image.Image, list[_Found]]:
    """The picture turned by the right angle at which it reads best, and what was read."""
    found = _read(picture)
    if not found:
        return picture, found
    turns = [90, 270] if _is_sideways(found) else []
    if not turns and _certainty(found) < _UPRIGHT_SCORE:
        turns = [180]
    tried = [(picture, found)]
    for turn in turns:
        turned = picture.rotate(turn, expand=True)
        tried.append((turned, _read(turned)))
    return max(tried[1:] if len(turns) > 1 else tried, key=lambda pair: _certainty(pair[1]))


def _is_sideways(found: list[_Found]) -> bool:
    letters = sum(len(line.text) for line in found)
    return sum(len(line.text) for line in found if _height(line) > _TALL * _width(line)) > letters / 2


def _certainty(found: list[_Found]) -> float:
    letters = sum(len(line.text) for line in found)
    return sum(line.score * len(line.text) for line in found) / max(letters, 1)


def _read(picture: Image.Image) -> list[_Found]:
    colours = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    result = _engine()(colours, use_cls=False)
    if result.txts is None:
        return []
    places = result.word_results or ()
    out = []
    for i, (box, text, score) in enumerate(zip(result.boxes, result.txts, result.scores, strict=True)):
        own = places[i] if len(places) == len(result.txts) else ()
        if score >= _MIN_SCORE and text.strip():
            text = _full_width(text.strip())
            out.append(_Found(np.asarray(box, float), text, float(score), _places(own, text)))
    return out


def _full_width(text: str) -> str:
    """Punctuation after a Chinese character in its Chinese width, which a picture does not tell from the other.

    The dashes around a page number are told neither, from each other and from the numeral one.
    """
    if number := _PAGE_NUMBER.fullmatch(text):
        return f"— {number[1]} —"
    return _HALF.sub(lambda m: m[0].translate(_WIDER), text)


def _places(own: Any, text: str) -> tuple[Box, ...]:
    """The boxes of the characters of `text`, blanks left out; none if they do not fit."""
    letters = [entry for entry in own if len(entry) == 3 and not entry[0].isspace()]
    fit = len(letters) == len("".join(text.split()))
    return tuple(np.asarray(entry[2], float) for entry in letters) if fit else ()


@functools.cache
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR
    except ModuleNotFoundError as error:
        raise ReadError(
            "文字识别组件没有安装。请在程序目录运行 make ocr 后重试，或改用有文字层的文件。"
        ) from error
    threads = min(_THREADS, os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": _READ_SIDE,
            "Global.text_score": 0.0,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECT_SIDE,
        }
    )


def _width(line: _Found) -> float:
    return float(np.linalg.norm(line.box[1] - line.box[0]))


def _height(line: _Found) -> float:
    return _height_of(line.box)


def _height_of(box: Box) -> float:
    return float(np.linalg.norm(box[3] - box[0]))


def _slant(found: list[_Found]) -> float:
    """How far the page is turned clockwise, in degrees: the middle of its long lines, the longer the weightier."""
    angles = []
    for line in found:
        if _width(line) > _LEVEL_SHARE * _height(line):
            x, y = (line.box[1] + line.box[2] - line.box[0] - line.box[3]) / 2
            angles += [float(np.degrees(np.arctan2(y, x)))] * max(1, round(_width(line) / _height(line)))
    return median(angles) if angles else 0.0


def _sizes(found: list[_Found]) -> list[float]:
    """The size of the type of each line, in pixels, those near the usual one set to it.

    Chinese characters stand in squares, so the distance of their middles tells their size; the height of a box
    tells it roughly, for lines of a few characters.
    """
    exact = [_pitch(line) for line in found]
    heights = [size / _height(line) for line, size in zip(found, exact, strict=True) if size]
    share = median(heights) if heights else _MARGIN
    sizes = [size or _height(line) * share for line, size in zip(found, exact, strict=True)]
    letters = [size for line, size in zip(found, sizes, strict=True) for _ in line.text]
    usual = median(letters) if letters else 0.0
    return [
        usual if abs(size - usual) <= usual * (_SAME_PITCH if known else _SAME_HEIGHT) else size
        for size, known in zip(sizes, exact, strict=True)
    ]


def _pitch(line: _Found) -> float:
    """The distance of Chinese characters in a line, 0 if it has too few."""
    letters = [c for c in line.text if not c.isspace()]
    middles = [box.mean(axis=0) for box in line.places]
    steps = [
        float(np.linalg.norm(middles[i + 1] - middles[i]))
        for i in range(len(middles) - 1)
        if is_chinese(letters[i]) and is_chinese(letters[i + 1])
    ]
    if len(steps) < _MIN_STEPS:
        return 0.0
    near = [step for step in steps if step <= median(steps) * _GAP]
    return min(sum(near) / len(near), _height(line))


def _straight(line: _Found, angle: float, centre: tuple[float, float]) -> _Found:
    """A line with its boxes where they are after the page was turned clockwise by `angle` degrees."""
    places = tuple(_turned(place, angle, centre) for place in line.places)
    return replace(line, box=_turned(line.box, angle, centre), places=places)


def _glyphs(line: _Found, size: float, dark: Bits, unit: float) -> Iterator[Glyph]:
    """The characters of a straight line, in points; a space where the paper is empty for one."""
    letters = [c for c in line.text if not c.isspace()]
    boxes = line.places or _spread(line.box, len(letters))
    level = float(np.median([box[:, 1].mean() for box in boxes]))
    sides = [[float(box[[0, 3], 0].mean()), float(box[[1, 2], 0].mean())] for box in boxes]
    _set_ends(sides, letters, line.box, size)
    spaced = _spaced(line.text)
    for n, (letter, (x0, x1)) in enumerate(zip(letters, sides, strict=True)):
        if n:
            gap = empty_space(dark, sum(sides[n - 1]) / 2, (x0 + x1) / 2, level - size / 2, level + size / 2)
            if n in spaced or _is_space("".join(letters[:n]), letter, gap / size):
                yield _glyph(" ", sides[n - 1][1], x0, level, size, unit)
        yield _glyph(plain(letter), x0, x1, level, size, unit)
    if _MARK.fullmatch(
        line.text
    ):  # what it heads was found as a line of its own, because of the space between
        yield _glyph(" ", sides[-1][1], sides[-1][1] + size, level, size, unit)


def _set_ends(sides: list[list[float]], letters: list[str], box: Box, size: float) -> None:
    """The outer ends of a line from its box, which is more exact than the places of characters."""
    pad = (_height_of(box) - size) / 2
    sides[0][0] = float(box[[0, 3], 0].mean()) + pad - size / 2 * (letters[0] in _OPENERS)
    sides[-1][1] = float(box[[1, 2], 0].mean()) - pad + size / 2 * (letters[-1] in _CLOSERS)
    sides[0][0] = min(sides[0][0], sides[0][1] - 1)
    sides[-1][1] = max(sides[-1][1], sides[-1][0] + 1)


def _is_space(before: str, letter: str, gap: float) -> bool:
    """Whether so much empty paper, in characters, after `before` and before `letter` is a space."""
    if not all(is_chinese(c) and c.isalnum() for c in (before[-1], letter)):
        return False
    return gap > (_SPACE_AFTER_MARK if _MARK.fullmatch(before) else _SPACE)


def _glyph(text: str, x0: float, x1: float, level: float, size: float, unit: float) -> Glyph:
    return Glyph(text, x0 * unit, (level - size / 2) * unit, x1 * unit, (level + size / 2) * unit)


def _spaced(text: str) -> set[int]:
    """The places, blanks not counted, of letters that a blank stands before."""
    out, n = set(), 0
    for before, letter in zip(" " + text, text, strict=False):
        if not letter.isspace():
            if before.isspace() and n:
                out.add(n)
            n += 1
    return out


def _spread(box: Box, count: int) -> tuple[Box, ...]:
    """Boxes of `count` characters side by side in `box`."""
    steps = np.linspace(0, 1, count + 1)
    top = [box[0] + (box[1] - box[0]) * s for s in steps]
    foot = [box[3] + (box[2] - box[3]) * s for s in steps]
    return tuple(np.array([top[i], top[i + 1], foot[i + 1], foot[i]]) for i in range(count))


def _turned(points: Box, angle: float, centre: tuple[float, float]) -> Box:
    """Points turned clockwise by `angle` degrees around `centre`."""
    a = np.radians(angle)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return np.asarray((points - centre) @ turn + centre)
