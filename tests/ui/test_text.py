import pytest

from ui.text import decode, from_argument, pad, safe, shorten, width, wrap


def test_a_chinese_character_fills_two_columns() -> None:
    assert (width("a政b"), width("（）"), width("")) == (4, 4, 0)
    assert pad("政策", 6) == "政策  "
    assert pad("政策", 3) == "政策"


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 10, []),
        ("政策问答", 4, ["政策", "问答"]),
        ("政策，问答", 4, ["政策，", "问答"]),
        ("a word here", 6, ["a word", "here"]),
        ("用 --index-dir 换", 10, ["用", "--index-dir", "换"]),
    ],
)
def test_lines_break_between_chinese_characters_and_between_words(
    text: str, columns: int, lines: list[str]
) -> None:
    assert wrap(text, columns) == lines


def test_text_is_read_as_utf8_or_gb18030() -> None:
    assert decode("政策".encode()) == "政策"
    assert decode("\ufeff政策".encode()) == "政策"
    assert decode("政策".encode("gb18030")) == "政策"
    with pytest.raises(UnicodeDecodeError):
        decode(b"\xff\xff")


def test_an_argument_that_is_no_text_becomes_marks() -> None:
    assert from_argument("政策") == "政策"
    assert from_argument("政策".encode("gb18030").decode("utf-8", "surrogateescape")) == "政策"
    assert from_argument("a\udcff") == "a\ufffd"
    assert from_argument("a\ud800") == "a\ufffd"


def test_what_steers_a_screen_is_dropped() -> None:
    assert safe("甲\t乙\n丙\r\n丁\x07\u2066\x9b") == "甲\t乙\n丙\n丁"


def test_a_beginning_is_one_line() -> None:
    assert shorten("甲\n 乙", 3) == "甲 乙"
    assert shorten("甲乙丙丁", 3) == "甲乙…"
