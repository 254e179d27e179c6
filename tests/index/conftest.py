"""Documents and articles of the bundled compendium by name, and the laws of ../shared."""

from pathlib import Path

import pytest

from index.model import Article, Document
from tests.index.desk import Desk
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


@pytest.fixture(scope="session")
def tokenizer_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tokenizer keeps its dictionary: making it takes a second."""
    return tmp_path_factory.mktemp("tokenizer")


@pytest.fixture
def papers(tmp_path: Path, tokenizer_cache: Path) -> Desk:
    """A folder of papers and a library of them, both empty."""
    return Desk(tmp_path, tokenizer_cache)
