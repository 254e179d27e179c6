from collections.abc import Sequence

from index.embed import Encoding
from qa.encodings import Encodings
from tests.fakes import FakeEmbedder


class Counting:
    """Encodes, and says what it was asked together."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[Encoding]:
        self.heard.append(list(texts))
        return FakeEmbedder().encode_queries(texts)


def test_what_is_not_known_is_encoded_together_and_once() -> None:
    encode = Counting()
    encodings = Encodings(encode, 4)
    one, two, again = encodings.of(["甲", "乙", "甲"])
    assert one is again
    assert encodings.of(["丙", "乙"])[1] is two
    assert encodings.of([]) == []
    assert encode.heard == [["甲", "乙"], ["丙"]]


def test_the_ones_asked_for_last_are_remembered() -> None:
    encode = Counting()
    encodings = Encodings(encode, 2)
    for text in ("甲", "乙", "甲", "丙", "甲", "乙"):
        encodings.of([text])
    assert encode.heard == [["甲"], ["乙"], ["丙"], ["乙"]]
