import random
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from index.build import read_documents
from index.errors import ReadError
from index.readers import find_files, read
from index.readers.kinds import SUPPORTED
from index.split import split
from tests.index.pdfs import pdf
from tests.index.texts import marks_of

TEXT = "某某办法\n第一条 为了规范，制定本办法。\n第二条 自发布之日起施行。\n"


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read(path)
    return str(caught.value)


# --- text ---


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("gb18030", b""),
        ("gbk", b""),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".markdown", ".TXT"])
def test_text_is_read_in_every_common_encoding(
    tmp_path: Path, encoding: str, mark: bytes, suffix: str
) -> None:
    source = read(written(tmp_path, f"办法{suffix}", mark + TEXT.encode(encoding)))
    assert source.name == f"办法{suffix}"
    assert [(p.number, p.text) for p in source.pages] == [(None, TEXT)]


def test_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    (document,) = read_documents(written(tmp_path, "办法.txt", TEXT.replace("\n", "\r\n").encode("gb18030")))
    assert marks_of(split(document)) == ["文首", "第一条", "第二条"]


def test_form_feeds_part_pages(tmp_path: Path) -> None:
    source = read(written(tmp_path, "办法.txt", "某某办法\n第一条 甲。\f第二条 乙。\n".encode()))
    assert [(p.number, p.text) for p in source.pages] == [(1, "某某办法\n第一条 甲。"), (2, "第二条 乙。\n")]


def test_comments_are_left_out_but_not_what_stands_beside_them(tmp_path: Path) -> None:
    source = read(
        written(tmp_path, "办法.md", "# 办法\n<!-- INFO END -->\n<!--\n草稿\n-->第一条 甲。\n".encode())
    )
    assert source.pages[0].text.split() == ["#", "办法", "第一条", "甲。"]


def test_gb18030_characters_beyond_gbk_are_read(tmp_path: Path) -> None:
    text = "第一条 㐀𠀀。"
    assert read(written(tmp_path, "x.txt", text.encode("gb18030"))).pages[0].text == text


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"<!-- nothing -->\n"])
def test_an_empty_file_is_told(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, "空.txt", data)
    assert message(path) == f"文件为空：{path}。请检查文件内容，或将其移出后重试。"


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 50,
        b"\x01\x02\x03\x04" * 50,  # valid UTF-8, yet no text
    ],
)
def test_a_binary_file_is_told(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, "图.txt", data)
    assert message(path) == f"不是文本文件：{path}（含二进制内容）。支持 {SUPPORTED}。"


@pytest.mark.parametrize("data", [b"\xff" * 20, "中文".encode() + b"\xff\xff", b"\xff\xfe\x00\xd8"])
def test_an_unknown_encoding_is_told(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, "乱码.txt", data)
    assert message(path) == f"无法识别编码：{path}。请用 UTF-8 或 GB18030 另存后重试。"


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "表.xyz", b"x")
    assert message(path) == f"不支持的格式：{path}。支持 {SUPPORTED}；其他格式请先转换。"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "无.txt"
    assert message(path) == f"文件不存在：{path}。请检查路径。"


def test_a_file_with_nothing_to_cite_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "目录.txt", b"-----\n")
    with pytest.raises(ReadError) as caught:
        read_documents(path)
    assert str(caught.value) == f"文件中没有可引用的条文：{path}。请检查文件内容。"


# --- finding files ---


def test_folders_are_searched_through_and_files_counted_once(tmp_path: Path) -> None:
    (tmp_path / "子").mkdir()
    one, two = written(tmp_path, "乙.txt", b"x"), written(tmp_path / "子", "甲.PDF", b"x")
    written(tmp_path, "说明.xyz", b"x")
    assert find_files([tmp_path, one]) == [one, two]


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    written(tmp_path, "说明.xyz", b"x")
    with pytest.raises(ReadError) as caught:
        find_files([tmp_path])
    assert str(caught.value) == f"文件夹中没有可读的文件：{tmp_path}。支持 {SUPPORTED}。"


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        find_files([tmp_path / "无"])
    assert str(caught.value) == f"文件不存在：{tmp_path / '无'}。请检查路径。"


def test_a_file_named_outright_is_taken_whatever_its_format(tmp_path: Path) -> None:
    path = written(tmp_path, "表.xyz", b"x")
    assert find_files([path]) == [path]


# --- PDF ---

PAGES = [
    ["某某办法", "第一条 为了规范设备检验工作，根据有关法律、行政法规的规", "定，制定本办法。", "- 1 -"],
    ["第二条 检验不收取费用。", "- 2 -"],
    ["第三条 自发布之日起施行。", "- 3 -"],
]


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    source = read(written(tmp_path, "办法.pdf", pdf(PAGES)))
    assert [p.number for p in source.pages] == [1, 2, 3]
    assert source.pages[1].text == "第二条 检验不收取费用。"


def test_articles_of_a_pdf_know_their_page(tmp_path: Path) -> None:
    (document,) = read_documents(written(tmp_path, "办法.pdf", pdf(PAGES)))
    articles = split(document)
    assert [(a.locator.steps[-1].mark, a.page, a.last_page) for a in articles] == [
        ("文首", 1, 1), ("第一条", 1, 1), ("第二条", 2, 2), ("第三条", 3, 3),
    ]  # fmt: skip
    assert articles[1].text == "第一条 为了规范设备检验工作，根据有关法律、行政法规的规定，制定本办法。"


def test_running_heads_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    pages = [["某某公报", f"第{n}条 甲。", "— 3 —"] for n in "一二三四"]
    source = read(written(tmp_path, "公报.pdf", pdf(pages)))
    assert [p.text for p in source.pages] == ["第一条 甲。", "第二条 甲。", "第三条 甲。", "第四条 甲。"]


def test_a_pdf_with_nothing_to_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "扫描.pdf", pdf([[], []]))
    assert message(path) == f"PDF 中没有文字：{path}。请检查文件内容。"


def encrypted(user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(PAGES))))
    writer.encrypt(user, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_with_a_password_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "密.pdf", encrypted("secret"))
    assert message(path) == f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。"


def test_a_pdf_whose_encryption_needs_another_library_is_told(tmp_path: Path) -> None:
    zeros = "00" * 48
    aes = (
        f"<</Filter/Standard/V 5/R 6/Length 256/P -4/O<{zeros}>/U<{zeros}>/OE<{zeros[:64]}>/UE<{zeros[:64]}>"
        "/Perms<00000000000000000000000000000000>/CF<</StdCF<</CFM/AESV3/AuthEvent/DocOpen/Length 32>>>>"
        "/StmF/StdCF/StrF/StdCF>>"
    )
    path = written(tmp_path, "密.pdf", pdf(PAGES, encrypt=aes.encode()))
    assert message(path) == f"PDF 有密码保护：{path}。请另存为无密码的文件后重试。"


def test_a_pdf_that_only_forbids_changes_is_read(tmp_path: Path) -> None:
    assert read(written(tmp_path, "只读.pdf", encrypted(""))).pages[1].text == "第二条 检验不收取费用。"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all", pdf(PAGES)[:200]])
def test_a_broken_pdf_is_told(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, "坏.pdf", data)
    assert message(path) == f"无法读取 PDF：{path}（文件损坏或格式不符）。请重新导出后重试。"


def test_no_damage_to_a_pdf_makes_reading_fail_otherwise(tmp_path: Path) -> None:
    dice = random.Random(7)
    whole = pdf(PAGES)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path = written(tmp_path, "坏.pdf", bytes(data[: dice.randint(len(data) // 2, len(data))]))
        try:
            read(path)
        except ReadError:
            continue
