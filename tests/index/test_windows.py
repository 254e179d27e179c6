import numpy as np
import pytest

from index.windows import embed_texts
from tests.fakes import FakeEmbedder

LONG = "".join(chr(0x4E00 + i) for i in range(1000))


def test_a_short_text_is_one_window() -> None:
    (embedded,) = embed_texts(FakeEmbedder(), ["设备更新"])
    assert embedded.vectors.shape == (1, 64)
    assert embedded.tokens.shape == (4, 64)
    assert len(embedded.token_ids) == 4
    np.testing.assert_array_equal(embedded.vectors[0], FakeEmbedder().encode_queries(["设备更新"])[0].vector)


@pytest.mark.parametrize(
    ("length", "windows"),
    [
        (100, 1),
        (101, 2),
        (168, 2),  # 100 tokens, then 32 again and 68 more
        (169, 3),
        (1000, 15),  # 1 + ceil(900 / 68)
    ],
)
def test_a_long_text_is_cut_into_windows_that_overlap(length: int, windows: int) -> None:
    (embedded,) = embed_texts(FakeEmbedder(max_tokens=100), [LONG[:length]])
    assert len(embedded.vectors) == windows


def test_every_token_is_kept_once_and_in_order() -> None:
    whole = FakeEmbedder(max_tokens=2000).encode_queries([LONG])[0]
    (embedded,) = embed_texts(FakeEmbedder(max_tokens=100), [LONG])
    assert embedded.token_ids == whole.token_ids
    assert len(embedded.tokens) == 1000


def test_texts_keep_their_order_and_progress_is_told() -> None:
    done: list[int] = []
    short, long, other = embed_texts(FakeEmbedder(max_tokens=100), ["甲乙", LONG[:200], "丙"], done.append)
    assert [len(e.vectors) for e in (short, long, other)] == [1, 3, 1]
    assert [len(e.token_ids) for e in (short, long, other)] == [2, 200, 1]
    assert sum(done) == 5


def test_no_texts_give_nothing() -> None:
    assert embed_texts(FakeEmbedder(), []) == []
