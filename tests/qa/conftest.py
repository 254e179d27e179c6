"""The index of the compendium, open for questions."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from index.library import Library
from index.model import Article
from qa.chain import Chain
from qa.model import Answer
from qa.place import Places
from qa.settings import Settings
from qa.table import Tables

Ask = Callable[..., Answer]
TODAY = date(2026, 11, 22)
"""The day as of which the tests ask, so that they hold on every day."""


@pytest.fixture(scope="session")
def by_id(library: Library) -> dict[str, Article]:
    """The articles of the index by id."""
    return {a.id: a for a in library.articles}


@pytest.fixture(scope="session")
def places(library: Library) -> Places:
    """The places of the compendium."""
    return Places(library)


@pytest.fixture(scope="session")
def tables(library: Library) -> Tables:
    """The tables of the compendium."""
    return Tables(library.articles, library.lexical.tokenizer.words)


@pytest.fixture(scope="session")
def chain(library: Library) -> Chain:
    """A chain over the compendium, with the settings that everybody gets."""
    return Chain(library, Settings())


@pytest.fixture(scope="session")
def ask(chain: Chain) -> Ask:
    """Ask a question; what was asked before is not computed again."""
    answers: dict[tuple[str, tuple[str, ...], tuple[str, ...], date], Answer] = {}

    def once(
        question: str, history: Sequence[str] = (), documents: Sequence[str] = (), as_of: date = TODAY
    ) -> Answer:
        key = (question, tuple(history), tuple(documents), as_of)
        if key not in answers:
            answers[key] = chain.ask(*key)
        return answers[key]

    return once
