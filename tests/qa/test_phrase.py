import re
from itertools import chain

import pytest

from eval.cases import load_cases
from qa.phrase import Phrase, Phrases, words_of
from qa.wording import wording


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("吗[?。!]?", ("吗",)),
        ("还要.{0,12}[?]", ("还要",)),
        ("甲乙?丙丁", ("丙丁",)),
        ("甲乙{0,2}丙", ("甲",)),
        ("甲乙*丙丁|戊+", ("丙丁", "戊")),
        ("甲(乙丙丁)?戊己|庚辛", ("戊己", "庚辛")),
        ("(?:甲乙|丙)丁", ("丁",)),
        ("(?:甲乙|丙丁戊)己", ("甲乙", "丙丁戊")),
        ("(甲乙(丙丁戊|己){0,2}|庚辛)", ("甲乙", "庚辛")),
        ("(甲乙(丙丁戊|己庚辛)|壬癸)", ("丙丁戊", "己庚辛", "壬癸")),
        ("(?<!甲)乙(?=丙丁)", ("乙",)),
        ("[)(|]甲", ("甲",)),
        (r"甲\|乙丙", ("乙丙",)),
        (r"(多少|几)\s*", ("多少", "几")),
        (r"(多少|几)?\s*[甲乙]", ("",)),
        ("甲|乙?", ("",)),
        ("(?i)abc", ("",)),
        ("", ("",)),
    ],
)
def test_every_match_holds_one_of_the_words(source: str, words: tuple[str, ...]) -> None:
    assert words_of(source) == words


def test_a_phrase_finds_what_its_pattern_finds() -> None:
    texts = [case.question for case in load_cases()]
    words = wording()
    phrases = chain(
        words.kinds.values(), words.phrases.values(), words.families.values(), (p for p, _ in words.synonyms)
    )
    for phrase in phrases:
        pattern = re.compile(phrase.source)
        for text in texts:
            spans = [m.span() for m in pattern.finditer(text)]
            assert [m.span() for m in phrase.finditer(text)] == spans, (phrase, text)


def test_of_many_phrases_those_are_near_of_which_a_text_has_a_word() -> None:
    phrases = Phrases([(Phrase("甲乙.*丁"), 1), (Phrase("[戊己]"), 2), (Phrase("丙|甲乙丙"), 3)])
    assert [n for _, n in phrases] == [1, 2, 3]
    assert [n for _, n in phrases.near("丙甲乙")] == [1, 2, 3]  # of the second nothing is sure
    assert [n for _, n in phrases.near("甲丙")] == [2, 3]
    assert [n for _, n in phrases.near("")] == [2]


def test_no_phrase_is_in_a_text_that_it_is_not_near_to() -> None:
    synonyms = wording().synonyms
    for text in (case.question for case in load_cases()):
        held = [terms for said, terms in synonyms if said.search(text)]
        assert [terms for said, terms in synonyms.near(text) if said.search(text)] == held


def test_search_and_sub_are_those_of_the_pattern() -> None:
    phrase = Phrase("甲(乙|丙)+")
    assert phrase.sub("x", "丁甲乙丙丁甲丙") == "丁x丁x"
    assert phrase.sub("x", "乙丙") == "乙丙"
    found = phrase.search("丁甲丙")
    assert found is not None
    assert found[0] == "甲丙"
    assert phrase.search("乙") is None
    assert repr(phrase) == "Phrase('甲(乙|丙)+')"
