"""The compendium as a PDF gives the articles of the text version, on the pages where they were printed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.intake import read_documents
from index.model import Article
from index.split import split
from index.text import squeeze
from tests.index import press
from tests.index.book import Printed, expected_pages


def in_browser(folder: Path) -> Printed:
    return press.by_browser(folder)


def as_book(_: Path) -> Printed:
    return press.by_weasyprint()


@pytest.mark.parametrize(
    "printed", [pytest.param(in_browser, marks=pytest.mark.browser), as_book], ids=["browser", "book"]
)
def test_the_compendium_as_pdf_gives_the_articles_of_the_text(
    tmp_path: Path, articles: list[Article], printed: Callable[[Path], Printed]
) -> None:
    book = printed(tmp_path)
    path = tmp_path / "汇编.pdf"
    path.write_bytes(book.data)
    found = {a.id: a for document in read_documents(path) for a in split(document)}
    assert [i for i in found if i not in {a.id for a in articles}] == []
    assert [a.id for a in articles if a.id not in found] == []
    different = [a.id for a in articles if squeeze(a.text) != squeeze(found[a.id].text)]
    assert len(different) <= len(articles) * 0.005, (
        different
    )  # 99.5 %; all are the same at the time of writing
    inexact = [a.id for a in articles if a.text != found[a.id].text]
    assert len(inexact) <= len(articles) * 0.03, inexact  # a space at the end of a line leaves no trace
    pages = {a.id: (found[a.id].page, found[a.id].last_page) for a in articles}
    assert pages == {a.id: expected_pages(a, book) for a in articles}
