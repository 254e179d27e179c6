"""Documents and articles of the bundled compendium by name, and the laws of ../shared."""

from pathlib import Path

import pytest

from index.model import Article, Document
from tests.index.texts import unpack_laws


@pytest.fixture(scope="session")
def by_key(documents: list[Document]) -> dict[str, Document]:
    """The documents of the compendium by key."""
    return {d.meta.key: d for d in documents}


@pytest.fixture(scope="session")
def by_id(articles: list[Article]) -> dict[str, Article]:
    """The articles of the compendium by id."""
    return {a.id: a for a in articles}


@pytest.fixture(scope="session")
def laws(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The 712 laws of ../shared, unpacked; skipped where they are not at hand."""
    return unpack_laws(tmp_path_factory.mktemp("laws"))
