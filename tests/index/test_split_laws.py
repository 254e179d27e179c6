"""Generality: the splitter on 712 law texts that it was not made for."""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import pytest

from index.build import read_documents
from index.marks import article_label
from index.model import Article, Document
from index.numerals import parse_numeral
from index.split import split
from tests.index.texts import characters, visible

_HEADING = re.compile(r"第([一二三四五六七八九十百千零〇○\d]+)条(?:之([一二三四五六七八九十]+))?\s")


def headings_of(text: str) -> list[str]:
    """The article headings of a law text, found by a rule that knows nothing of the splitter."""
    found = [m for line in text.splitlines() if (m := _HEADING.match(line))]
    return [article_label(parse_numeral(m[1]) or 0, parse_numeral(m[2]) or 0 if m[2] else 0) for m in found]


@pytest.fixture(scope="module")
def read_laws(laws: list[Path]) -> list[tuple[str, list[Document], list[Article]]]:
    """Each law's text, documents and articles."""
    out = []
    for path in laws:
        documents = read_documents(path)
        text = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"))
        out.append((text, documents, [a for d in documents for a in split(d)]))
    return out


@pytest.mark.shared
def test_nearly_all_headings_of_712_laws_become_articles_in_sequence(
    read_laws: list[tuple[str, list[Document], list[Article]]],
) -> None:
    assert len(read_laws) == 712
    wanted = found = 0
    for text, _, articles in read_laws:
        want = headings_of(text)
        marks = [
            [s.mark for s in a.locator.steps if re.fullmatch(r"第.+条(之.+)?", s.mark)] for a in articles
        ]
        got = [mark for mark, _ in groupby(m[0] for m in marks if m)]
        wanted += len(want)
        found += sum(b.size for b in SequenceMatcher(None, want, got, autojunk=False).get_matching_blocks())
    assert wanted == 28032
    assert found >= 0.995 * wanted


@pytest.mark.shared
def test_no_character_of_712_laws_is_lost_or_doubled(
    read_laws: list[tuple[str, list[Document], list[Article]]],
) -> None:
    for text, documents, _ in read_laws:
        source = visible(re.sub(r"(?m)^#+\s", "", text))
        assert sum((characters(d) for d in documents), Counter()) == source, documents[0].meta.title


@pytest.mark.shared
def test_the_ids_of_712_laws_are_unique(read_laws: list[tuple[str, list[Document], list[Article]]]) -> None:
    for _, documents, articles in read_laws:
        assert len({a.id for a in articles}) == len(articles), documents[0].meta.title
