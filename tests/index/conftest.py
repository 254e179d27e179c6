"""Documents and articles of the bundled compendium by name, and the laws of ../shared."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.model import Article, Document
from tests.index.desk import Desk
from tests.index.nursery import CHANGES, Nursery, change, nursery
from tests.index.shelf import Shelf, State, measure
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


@pytest.fixture(scope="module")
def killer(tokenizer_cache: Path) -> Iterator[Nursery]:
    """Children to be killed while they change a shelf."""
    with nursery(tokenizer_cache) as opened:
        yield opened


@pytest.fixture(scope="session")
def measures(tokenizer_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three measures, one of them changed once; take a copy to change it."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"), tokenizer_cache)
    for name in "甲乙丙":
        shelf.write(f"{name}.txt", measure(name, 5, "收费"))
    shelf.add("甲.txt", "乙.txt", "丙.txt")
    shelf.write("甲.txt", measure("甲", 5, "缓交"))
    shelf.add("甲.txt")
    return shelf


@pytest.fixture(scope="session")
def states(measures: Shelf, tmp_path_factory: pytest.TempPathFactory) -> list[State]:
    """What `measures` holds before the changes of the nursery, and after each of them."""
    shelf = measures.copied(tmp_path_factory.mktemp("whole"))
    found = [shelf.state()]
    for what in CHANGES:
        change(shelf, what)
        found.append(shelf.state())
    return found
