"""One document in every format is split into the same articles: ids, texts, labels and metadata, page apart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.intake import read_documents
from index.model import Article
from index.split import split
from tests.index.makers import CASES, FORMATS, Case, measure, outline, table, text


def articles(folder: Path, name: str, data: bytes) -> list[Article]:
    path = folder / name
    path.write_bytes(data)
    (document,) = read_documents(path)
    return [
        replace(a, meta=replace(a.meta, source=""), page=None, last_page=None, lines=())
        for a in split(document)
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.__name__)
@pytest.mark.parametrize(("suffix", "render"), FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_same_articles(
    tmp_path: Path, suffix: str, render: Callable[[Case], bytes], case: Callable[[], Case]
) -> None:
    expected = articles(tmp_path, "甲.txt", text(case()).encode())
    assert articles(tmp_path, f"乙{suffix}", render(case())) == expected


@pytest.mark.parametrize(
    ("case", "count", "first", "some"),
    [
        (measure, 31, "国市监质规〔2024〕3号/文首", "国市监质规〔2024〕3号/第二十七条"),
        (outline, 29, "工信厅科函〔2024〕113号/文首", "工信厅科函〔2024〕113号/二/（五）/20"),
        (table, 24, "发改办环资〔2024〕272号/文首", "发改办环资〔2024〕272号/附件/序号17"),
    ],
)
def test_the_documents_are_what_they_are_meant_to_be(
    tmp_path: Path, case: Callable[[], Case], count: int, first: str, some: str
) -> None:
    found = articles(tmp_path, "甲.txt", text(case()).encode())
    assert (len(found), found[0].id) == (count, first)
    assert some in {a.id for a in found}
