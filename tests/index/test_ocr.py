"""Scanned pages: how right the characters are, and that the same rules make articles of them as of printed ones."""

import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from index.errors import ReadError
from index.intake import read_file
from index.model import Document, SourceText
from index.readers import read_here
from index.readers.ocr import recognise
from index.readers.rules import dark_pixels, empty_space, find_rules
from index.readers.sheet import Rule, Sheet
from index.split import split
from index.text import squeeze
from tests.index.pdfs import pdf
from tests.index.scans import FONT, Scan, errors, ruled, typeset

pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
pytestmark = pytest.mark.skipif(not FONT.exists(), reason=f"{FONT} is not installed")

MEASURE = "国市监质规〔2024〕3号"
HEAD = "政策汇编"
ROWS = [
    ("序号", "标准名称", "归口单位", "完成时间"),
    ("1", "露天矿用挖掘机安全要求", "全国矿山机械标准化技术委员会", "2025年"),
    ("2", "大型轴承套圈锻件技术条件", "全国大型铸锻件标准化技术委员会", "2026年"),
    ("3", "起重机械安全监控管理系统", "全国起重机械标准化技术委员会", "2025年"),
]


def fold(text: str) -> str:
    """Without white space and width, which a picture does not tell."""
    return unicodedata.normalize("NFKC", squeeze(text.replace("\u2060", "")))


def text_of(source: SourceText) -> str:
    return "\n".join(page.text for page in source.pages)


def paragraphs(document: Document, marks: set[str]) -> list[str]:
    texts = [a.text for a in split(document) if a.locator.steps[-1].mark in marks]
    return [line for text in texts for line in text.split("\n")]


def as_pdf(pages: list[Image.Image], path: Path) -> Path:
    pages[0].save(
        path, "PDF", resolution=pages[0].height / (297 / 25.4), save_all=True, append_images=pages[1:]
    )
    return path


def told(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read_here(path)
    return str(caught.value)


# --- the measure of the bundled compendium, as a scan ---

MARKS = {"第一条", "第二条", "第三条", "第四条", "第五条", "第六条", "第七条", "第八条"}


@pytest.mark.parametrize(
    ("scan", "least"),
    [(Scan(200), 0.995), (Scan(200, skew=-2, noise=25, blur=1.0), 0.985)],
    ids=["clean", "noisy and askew"],
)
def test_characters_and_articles_of_a_scan_are_right(
    tmp_path: Path, by_key: dict[str, Document], scan: Scan, least: float
) -> None:
    wanted = ["检测评定管理办法", *paragraphs(by_key[MEASURE], MARKS)]
    path = as_pdf(typeset(wanted, scan, head=HEAD), tmp_path / "扫描.pdf")
    file = read_file(path)
    got = fold(text_of(file.source))
    whole = fold("".join(wanted))
    assert 1 - errors(whole, got) / len(whole) >= least
    (own,) = file.articles
    articles = {a.locator.steps[-1].mark: fold(a.text) for a in own}
    gold = {a.locator.steps[-1].mark: fold(a.text) for a in split(by_key[MEASURE])}
    right = [m for m in MARKS if errors(gold[m], articles.get(m, "")) <= len(gold[m]) * (1 - least)]
    assert len(right) >= len(MARKS) - 1


def test_running_heads_and_page_numbers_of_a_scan_are_dropped(tmp_path: Path) -> None:
    lines = [f"第{n}条　设备检验不收取任何费用。" for n in "一二三"]
    pages = [typeset([line], Scan(150), head=HEAD)[0] for line in lines]
    source = read_here(as_pdf(pages, tmp_path / "扫描.pdf"))
    assert [page.text for page in source.pages] == [line.replace("　", " ") for line in lines]


def test_rows_of_a_ruled_table_are_read_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "表.png"
    ruled(ROWS, (3, 12, 16, 6), Scan(200, skew=1, noise=15, blur=0.7)).save(path)
    (page,) = read_here(path).pages
    assert [tuple(line.split("\t")) for line in page.text.split("\n")] == ROWS


# --- what a page may be like ---


def page() -> Image.Image:
    """The upper third of a page, which is recognised three times as fast."""
    return typeset(WANTED, Scan(120), numbered=False)[0].crop((0, 0, 992, 400))


def lines(sheet: Sheet) -> list[str]:
    return [line.text for line in sheet.lines]


WANTED = ["第一条 设备检验不收取任何费用。", "第二条 本办法自公布之日起施行。"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_may_lie_any_way_round(turn: int) -> None:
    assert lines(recognise(page().rotate(turn, expand=True), 1)) == WANTED


def test_transparent_paper_is_white() -> None:
    layer = Image.new("RGBA", page().size, (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), mask=page().point(lambda v: 255 - v))
    assert lines(recognise(layer, 1)) == WANTED


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "TIFF"])
def test_pictures_of_every_format_are_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"扫描.{kind.lower()}"
    page().save(path, kind)
    assert text_of(read_here(path)).split("\n") == WANTED


def test_a_tiff_has_pages(tmp_path: Path) -> None:
    path = tmp_path / "扫描.tif"
    page().save(path, "TIFF", save_all=True, append_images=[page()])
    done: list[int] = []
    source = read_here(path, done.append)
    assert [p.number for p in source.pages] == [1, 2] == done


def test_only_scanned_pages_of_a_mixed_pdf_are_recognised(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    scanned = BytesIO()
    page().save(scanned, "PDF", resolution=120)
    writer = PdfWriter()
    for data in (pdf([["第三条 检验办法由协会解释。"]]), scanned.getvalue()):
        writer.append(PdfReader(BytesIO(data)))
    path = tmp_path / "混合.pdf"
    with path.open("wb") as out:
        writer.write(out)
    assert [p.text.split("\n") for p in read_here(path).pages] == [["第三条 检验办法由协会解释。"], WANTED]


def test_too_many_pixels_are_told_before_they_are_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "大.png"
    Image.new("1", (12_001, 10_000)).save(path)
    assert told(path) == f"无法读取图片：{path}。图片尺寸过大（12001×10000 像素）。请缩小后重试。"


# --- rules and spaces, by hand ---


def test_rules_are_long_runs_of_ink() -> None:
    picture = Image.new("L", (400, 300), 255)
    picture.paste(0, (50, 100, 350, 102))
    picture.paste(0, (50, 100, 52, 250))
    picture.paste(0, (200, 200, 230, 202))  # a dash
    across, down = find_rules(dark_pixels(_array(picture)), 20)
    assert (across.across, down.across) == (True, False)
    assert _near(across, (50, 100.5, 350, 100.5))
    assert _near(down, (50.5, 100, 50.5, 250))


def test_empty_space_is_the_widest_strip_without_ink() -> None:
    picture = Image.new("L", (100, 40), 255)
    picture.paste(0, (20, 0, 30, 40))
    picture.paste(0, (55, 0, 60, 40))
    picture.putpixel((40, 20), 0)  # a speck of dust
    assert empty_space(dark_pixels(_array(picture)), 25, 58, 0, 40) == pytest.approx(25, abs=2)


def _near(rule: Rule, wanted: tuple[float, float, float, float]) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(rule[:4], wanted, strict=True))


def _array(picture: Image.Image):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.asarray(picture)
