"""The one accent colour: a shade of it for light pages and one for dark pages, both readable. Pure.

Contrast is that of WCAG 2: (L1 + 0.05) / (L2 + 0.05) of relative luminances; text needs 4.5.
"""

_LIGHT, _DARK = (234, 241, 250), (31, 45, 63)
"""The least favourable grounds that the accent stands on: --pq-tint of `ui/static/page.css`."""
_ENOUGH = 4.8
_STEPS = 50
Rgb = tuple[int, int, int]


def accents_css(colour: str) -> str:
    """The style rules that set the accent, from `#rrggbb`: as near to it as can be read."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    chosen = (red, green, blue)
    light, dark = _readable(chosen, _LIGHT, (0, 0, 0)), _readable(chosen, _DARK, (255, 255, 255))
    return f":root {{ --pq-accent: {_hex(light)}; }}\n.dark {{ --pq-accent: {_hex(dark)}; }}\n"


def contrast(one: Rgb, other: Rgb) -> float:
    """From 1 (none) to 21 (black on white)."""
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def _readable(colour: Rgb, ground: Rgb, towards: Rgb) -> Rgb:
    """`colour`, mixed with as little of `towards` as makes it readable on `ground`."""
    mixed = colour
    for step in range(_STEPS + 1):
        part = step / _STEPS
        red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, towards, strict=True))
        mixed = (red, green, blue)
        if contrast(mixed, ground) >= _ENOUGH:
            break
    return mixed


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{c:02x}" for c in colour)
