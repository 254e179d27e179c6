"""Text on a terminal: how wide it is, where it may break, and what must not reach a screen."""

import json
import re
import unicodedata

# Control characters and direction overrides could repaint a terminal or disguise a quote; tab and
# newline stay.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONE = re.compile("[\ud800-\udfff]")


def safe(text: str) -> str:
    """`text` without characters that steer a screen instead of being shown."""
    return _LONE.sub("\ufffd", _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def json_line(data: object) -> str:
    """JSON on one line, whatever the text holds: a lone surrogate or U+2028 must not break what reads the lines."""
    text = json.dumps(data, ensure_ascii=False)
    return (
        text.encode("utf-8", "backslashreplace")
        .decode()
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def decode(data: bytes) -> str:
    """UTF-8 (with or without a mark) or GB18030 text.

    Raises:
        UnicodeDecodeError: it is neither.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def from_argument(text: str) -> str:
    """An argument of the command line, read anew as GB18030 where the terminal did not send UTF-8."""
    if not _LONE.search(text):
        return text
    try:
        return decode(text.encode("utf-8", "surrogateescape"))
    except UnicodeError:
        return safe(text)


def width(text: str) -> int:
    """Columns that `text` fills on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """`text` filled up with spaces to `columns`."""
    return text + " " * max(columns - width(text), 0)


def wrap(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`; breaks before a space-separated word or any Chinese character."""
    lines, line = [], ""
    for piece in re.findall(r"[!-~]+|\s+|.", text):
        if line and width(line + piece) > columns and piece not in "，。；：、）】》”":
            lines.append(line.rstrip())
            line = ""
        if line or not piece.isspace():
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def shorten(text: str, chars: int) -> str:
    """The beginning of `text` on one line, with … where something is left out."""
    line = " ".join(text.split())
    return line if len(line) <= chars else f"{line[: chars - 1]}…"
