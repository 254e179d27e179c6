"""PDF files as such: how characters, rules and turned pages are read, and what cannot be read."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from index.errors import ReadError
from index.intake import read_documents
from index.readers.pdf import read_pdf
from index.split import split
from tests.index.pdfs import grid, pdf, rule, show

LINES = ["某某办法", "第一条 为了规范检验，制定本办法。", "第二条 本办法自发布之日起施行。"]


def written(folder: Path, data: bytes) -> Path:
    path = folder / "甲.pdf"
    path.write_bytes(data)
    return path


def page_of(folder: Path, *parts: str, rotate: int = 0) -> list[str]:
    """The lines read from a file of one drawn page."""
    (page,) = read_pdf(written(folder, pdf(["".join(parts)], rotate=rotate))).pages
    return page.text.split("\n")


def shown(*lines: str) -> str:
    return "".join(show(text, 72, 100 + 30 * i) for i, text in enumerate(lines))


# --- characters ---


def test_radicals_and_ligatures_are_the_characters_that_were_meant(tmp_path: Path) -> None:
    assert page_of(tmp_path, shown("⼯业⻋间⽤⼾ ―― ﬁnal")) == ["工业车间用户 —— final"]


def test_a_character_printed_twice_for_bold_counts_once(tmp_path: Path) -> None:
    assert page_of(tmp_path, show("总则总则", 72, 100), show("总则总则", 72.4, 100)) == ["总则总则"]


def test_words_placed_without_spaces_are_parted(tmp_path: Path) -> None:
    assert page_of(tmp_path, show("ISO", 72, 100), show("9001", 94, 100), show("标准", 122, 100)) == [
        "ISO 9001标准"
    ]


def test_an_index_stays_in_its_line(tmp_path: Path) -> None:
    assert page_of(tmp_path, show("容积30m", 72, 100), show("3", 115, 96, 7), show("以上", 119, 100)) == [
        "容积30m3以上"
    ]


def test_text_under_a_scan_is_read(tmp_path: Path) -> None:
    assert page_of(tmp_path, "".join(show(t, 72, 100 + 30 * i, mode=3) for i, t in enumerate(LINES))) == LINES


@pytest.mark.parametrize(
    "stamp",
    [
        show("内部资料", 150, 500, 60, angle=45),
        show("内部资料", 150, 500, 14, angle=30),
        show("内部资料", 150, 120, 60, grey=0.85),
        show("内部资料", 900, 100),
        show("内部资料", 72, 300, 1),
    ],
    ids=["slanted", "small and slanted", "pale", "off the page", "tiny"],
)
def test_a_watermark_is_dropped(tmp_path: Path, stamp: str) -> None:
    assert page_of(tmp_path, shown(*LINES), stamp) == LINES


# --- turned pages ---


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pages_turned_in_the_viewer_are_read(tmp_path: Path, rotate: int) -> None:
    assert page_of(tmp_path, shown(*LINES), rotate=rotate) == LINES


def test_a_page_whose_text_is_turned_is_read_upright_with_its_table(tmp_path: Path) -> None:
    turned = "0 1 -1 0 595 0 cm\n"  # a landscape page set on a portrait sheet
    table = grid([72, 120, 240, 400], [300, 330, 360], [("序号", "名称", "内容"), ("1", "甲", "乙")])
    for matrix in (turned, "0 -1 1 0 0 842 cm\n"):
        drawn = matrix + show("某某清单", 72, 270) + table
        assert page_of(tmp_path, drawn) == ["某某清单", "序号\t名称\t内容", "1\t甲\t乙"]


# --- tables ---

COLUMNS = [72, 120, 240, 400]


def test_a_ruled_table_gives_rows_between_the_text(tmp_path: Path) -> None:
    table = grid(
        COLUMNS, [140, 170, 200, 230], [("序号", "名称", "内容"), ("1", "甲项\n目", "乙"), ("2", "", "丁")]
    )
    assert page_of(tmp_path, show("清单如下：", 72, 100), table, show("以上由各地负责。", 72, 260)) == [
        "清单如下：", "序号\t名称\t内容", "1\t甲项目\t乙", "2\t\t丁", "以上由各地负责。",
    ]  # fmt: skip


def test_a_row_without_its_lower_border_is_read_and_goes_on(tmp_path: Path) -> None:
    """As browsers print a row that the page cuts: side borders run to the end of the page, none lies across."""
    open_end = (
        "".join(rule(x, 200, x, 240) for x in COLUMNS) + show("2", 75, 215, 10) + show("上半", 243, 215, 10)
    )
    first = grid(COLUMNS, [140, 170, 200], [("序号", "名称", "内容"), ("1", "甲", "乙")]) + open_end
    second = grid(COLUMNS, [60, 90, 120], [("", "", "下半"), ("3", "丙", "丁")])
    path = written(tmp_path, pdf([show("附件", 72, 60) + show("清单", 72, 90) + first, second]))
    (document,) = read_documents(path)
    rows = [a for a in split(document) if a.role == "row"]
    assert [(a.text, a.page, a.last_page) for a in rows] == [
        ("1\t甲\t乙", 1, 1), ("2\t\t上半下半", 1, 2), ("3\t丙\t丁", 2, 2),
    ]  # fmt: skip


def test_merged_cells_are_repeated_down_and_stand_once_across(tmp_path: Path) -> None:
    rules = "".join(rule(72, y, 400, y) for y in (140, 170, 230, 260)) + rule(120, 200, 400, 200)
    rules += "".join(rule(x, 140, x, 260) for x in (72, 120, 400)) + rule(240, 140, 240, 230)
    text = [
        ("序号", 75, 155),
        ("名称", 123, 155),
        ("内容", 243, 155),
        ("1", 75, 185),
        ("甲", 123, 185),
        ("乙", 243, 185),
    ]
    text += [("丙", 123, 215), ("丁", 243, 215), ("2", 75, 245), ("合并的内容", 123, 245)]
    assert page_of(tmp_path, rules, *(show(t, x, y, 10) for t, x, y in text)) == [
        "序号\t名称\t内容", "1\t甲\t乙", "1\t丙\t丁", "2\t合并的内容\t",
    ]  # fmt: skip


def test_a_framed_text_is_no_table(tmp_path: Path) -> None:
    frame = "".join(
        rule(*side)
        for side in ((60, 80, 400, 80), (60, 180, 400, 180), (60, 80, 60, 180), (400, 80, 400, 180))
    )
    assert page_of(tmp_path, frame, shown(*LINES)) == LINES


def test_a_drawing_of_many_lines_takes_no_time(tmp_path: Path) -> None:
    drawing = "".join(
        rule(x, y, x + 4, y) + rule(x, y, x, y + 4) for x in range(60, 560, 8) for y in range(200, 800, 8)
    )
    start = time.monotonic()
    assert page_of(tmp_path, shown(*LINES), drawing) == LINES
    assert time.monotonic() - start < 20


# --- what cannot be read, and what must not be run ---


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read_pdf(path)
    return str(caught.value)


def test_scripts_are_not_run_and_the_text_is_read(tmp_path: Path) -> None:
    script = "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
    assert read_pdf(written(tmp_path, pdf([LINES], catalog=script))).pages[0].text.split("\n") == LINES


WHOLE = pdf([LINES])
END = WHOLE.index(b"startxref")


@pytest.mark.parametrize(
    "broken",
    [
        WHOLE[:END] + b"startxref\n7\n%%EOF\n",
        WHOLE[:END] + b"startxref\n999999\n%%EOF\n",
        WHOLE.replace(b"0000000015", b"0000000099"),
        b"\n\n\n" + WHOLE,
    ],
    ids=["elsewhere", "beyond the end", "of an object", "shifted"],
)
def test_broken_cross_references_are_mended(tmp_path: Path, broken: bytes) -> None:
    assert read_pdf(written(tmp_path, broken)).pages[0].text.split("\n") == LINES


@pytest.mark.parametrize(
    "broken",
    [WHOLE[:END], WHOLE[:END] + b"startxref\nabc\n%%EOF\n", WHOLE[: END // 2]],
    ids=["cut", "no place", "half"],
)
def test_a_file_that_was_cut_off_is_told_and_not_read_in_part(tmp_path: Path, broken: bytes) -> None:
    path = written(tmp_path, broken)
    assert message(path) == f"无法读取 PDF：{path}（文件损坏或格式不符）。请重新导出后重试。"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_password_is_told_and_an_empty_one_is_none(tmp_path: Path, algorithm: str) -> None:
    for password in ("secret", ""):
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf([LINES]))))
        writer.encrypt(password, owner_password="owner", algorithm=algorithm)
        out = BytesIO()
        writer.write(out)
        path = written(tmp_path, out.getvalue())
        if password:
            assert message(path) == f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。"
        else:
            assert read_pdf(path).pages[0].text.split("\n") == LINES


def test_the_work_is_told_page_by_page(tmp_path: Path) -> None:
    seen: list[int] = []
    read_pdf(written(tmp_path, pdf([LINES, LINES, LINES])), seen.append)
    assert seen == [1, 2, 3]
