"""The bundled compendium, read and split once for all tests of the index."""

from pathlib import Path

import pytest

from index.build import read_documents
from index.model import Article, Document
from index.split import split
from tests.index.texts import COMPENDIUM


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """The documents of the compendium, in order."""
    return read_documents(COMPENDIUM)


@pytest.fixture(scope="session")
def by_key(documents: list[Document]) -> dict[str, Document]:
    """The documents of the compendium by key."""
    return {d.meta.key: d for d in documents}


@pytest.fixture(scope="session")
def articles(documents: list[Document]) -> list[Article]:
    """All articles of the compendium, in order."""
    return [a for d in documents for a in split(d)]


@pytest.fixture(scope="session")
def by_id(articles: list[Article]) -> dict[str, Article]:
    """The articles of the compendium by id."""
    return {a.id: a for a in articles}


@pytest.fixture(scope="session")
def laws(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The 712 laws of ../shared, unpacked; skipped where they are not at hand."""
    from tests.index.texts import unpack_laws

    return unpack_laws(tmp_path_factory.mktemp("laws"))
