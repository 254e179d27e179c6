"""From printed characters to lines: one baseline, one line; spaces where Latin words stand apart."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import median

from index.readers.seams import is_chinese
from index.readers.sheet import Glyph, Line

# Fonts draw a radical and the character of the same shape with one glyph, and some producers write the radical
# into the text layer. Unicode folds the Kangxi radicals (NFKC), but not this supplement.
_RADICALS = dict(
    zip(
        "⺂⺃⺅⺉⺋⺎⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺞⺟⺠⺡⺣⺤⺦⺨⺫⺭⺯⺰⺱⺲⺳⺹⺺⺾⻁⻂⻃⻅⻆⻈⻉⻋⻌⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻮⻯⻰⻱⻲⻳",
        "乛乚亻刂㔾兀尣尢巳幺彑彐忄扌攵旡歺母民氵灬爫丬犭罒礻糹纟罓罒㓁耂肀艹虎衤覀见角讠贝车辶钅長镸长门阝青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐齿竜龙龜亀龟",
        strict=True,
    )
)
_RADICALS |= {"⼾": "户", "―": "—"}  # the simplified form, and the dash of the same glyph
_VARIANTS = re.compile("[―〈〉⺀-⿟豈-﫿ﬀ-ﬆ]")
_WIDE_GAP = 1.2
"""Empty space, in characters, that parts two lines on one baseline."""
_SPACED_GAP = 4.0
"""The same where the author typed spaces."""
_WORD_GAP = 0.18
"""Empty space, in characters, between two Latin words."""
_SAME_LINE = 0.5
_SAME_KIND = 2.2
_SAME_PLACE = 0.7


def plain(text: str) -> str:
    """Radicals, ligatures and compatibility ideographs as the characters that were meant."""
    return _VARIANTS.sub(lambda m: _RADICALS.get(m[0]) or unicodedata.normalize("NFKC", m[0]), text)


def to_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines that glyphs form, from top to bottom and left to right."""
    lines = [_line(run) for row in _rows(glyphs) for run in _runs(_once(row))]
    return sorted(lines, key=lambda line: (line.middle, line.x0))


def _rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs by baseline; a small index counts to the line that it overlaps by half."""
    rows: list[list[Glyph]] = []
    # larger glyphs first within a small band: they are the line, indices join it
    for glyph in sorted(glyphs, key=lambda g: (round(g.bottom), -g.size, g.x0)):
        for row in reversed(rows[-8:]):
            if _on_one_line(row[0], glyph):
                row.append(glyph)
                break
        else:
            rows.append([glyph])
    return rows


def _on_one_line(a: Glyph, b: Glyph) -> bool:
    small, large = sorted((a.size, b.size))
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    return small > 0 and large <= small * _SAME_KIND and shared >= small * _SAME_LINE


def _once(row: list[Glyph]) -> list[Glyph]:
    """A row from left to right; a character printed twice over itself (fake bold, shadow) counts once."""
    out: list[Glyph] = []
    for glyph in sorted(row, key=lambda g: g.x0):
        width = glyph.x1 - glyph.x0
        if not any(
            g.text == glyph.text and min(g.x1, glyph.x1) - glyph.x0 > width * _SAME_PLACE for g in out[-3:]
        ):
            out.append(glyph)
    return out


def _runs(row: list[Glyph]) -> Iterator[list[tuple[Glyph, bool]]]:
    """Cut a row at wide gaps; each glyph with whether a space stands before it."""
    run: list[tuple[Glyph, bool]] = []
    spaced = False
    for glyph in row:
        if glyph.text.isspace():
            spaced = True
            continue
        if run:
            last = run[-1][0]
            em = max(last.size, glyph.size)
            gap = glyph.x0 - last.x1
            if gap > em * (_SPACED_GAP if spaced else _WIDE_GAP):
                yield run
                run = []
            elif not spaced:
                latin = not is_chinese(last.text[-1]) and not is_chinese(glyph.text[0])
                spaced = latin and gap > em * _WORD_GAP
        run.append((glyph, spaced and bool(run)))
        spaced = False
    if run:
        yield run


def _line(run: list[tuple[Glyph, bool]]) -> Line:
    text = "".join(" " * spaced + glyph.text for glyph, spaced in run)
    glyphs = [glyph for glyph, _ in run]
    sizes = Counter(round(g.size, 1) for g in glyphs)
    size = max(sizes, key=lambda s: (sizes[s], s))
    return Line(
        text,
        glyphs[0].x0,
        max(g.x1 for g in glyphs),
        median((g.top + g.bottom) / 2 for g in glyphs),
        size,
        frozenset(g.font for g in glyphs if g.text >= "⺀"),
    )
