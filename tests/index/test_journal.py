from pathlib import Path

import numpy as np

from index.journal import Journal
from index.tokens import TokenFile
from tests.fakes import FakeEmbedder
from tests.index.shelf import Counting

TEXTS = ["甲乙丙", "丁戊"]


def kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_what_was_embedded_is_found_again_by_its_text(tmp_path: Path) -> None:
    first = Journal(tmp_path, FakeEmbedder(), fresh=True).embed(TEXTS)
    assert [(row.start, row.n) for row in first] == [(0, 3), (3, 2)]
    embedder, told = Counting(), list[int]()
    again = Journal(tmp_path, embedder, fresh=True).embed(["丁戊", "己", "甲乙丙"], told.append)
    assert [(row.start, row.n) for row in again] == [(3, 2), (5, 1), (0, 3)]
    assert (embedder.encoded, sum(told)) == (1, 3)
    np.testing.assert_array_equal(again[0].vectors, first[1].vectors)
    assert TokenFile(tmp_path, 64).rows == 6


def test_one_text_that_stands_twice_is_embedded_once(tmp_path: Path) -> None:
    embedder = Counting()
    one, other = Journal(tmp_path, embedder, fresh=True).embed(["甲", "甲"])
    assert (embedder.encoded, one.start, other.start) == (1, 0, 0)


def test_what_another_embedder_left_is_deleted_before_a_new_file_is_begun(tmp_path: Path) -> None:
    Journal(tmp_path, FakeEmbedder("other"), fresh=True).embed(TEXTS)
    embedder = Counting()
    assert Journal(tmp_path, embedder, fresh=True).embed(TEXTS)[0].start == 0
    assert (embedder.encoded, TokenFile(tmp_path, 64).rows) == (2, 5)


def test_in_a_file_that_is_in_use_nothing_is_deleted(tmp_path: Path) -> None:
    Journal(tmp_path, FakeEmbedder("other"), fresh=True).embed(TEXTS)
    embedder = Counting()
    assert Journal(tmp_path, embedder, fresh=False).embed(TEXTS)[0].start == 5
    assert (embedder.encoded, TokenFile(tmp_path, 64).rows) == (2, 10)


def test_a_damaged_chunk_and_rows_that_are_lost_are_computed_again(tmp_path: Path) -> None:
    Journal(tmp_path, FakeEmbedder(), fresh=True).embed(TEXTS)
    (chunk,) = tmp_path.glob("pending-*")
    whole = chunk.read_bytes()
    embedder = Counting()
    chunk.write_bytes(whole[:100])
    Journal(tmp_path, embedder, fresh=False).embed(TEXTS)
    assert embedder.encoded == 2
    chunk.write_bytes(whole)
    for path in tmp_path.glob("tokens.*"):
        path.write_bytes(b"")
    Journal(tmp_path, embedder, fresh=False).embed(TEXTS)
    assert embedder.encoded == 4


def test_what_is_in_use_is_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path, FakeEmbedder(), fresh=True)
    journal.embed(TEXTS)
    (tmp_path / "pending-000000000009.npz.part").touch()
    journal.clear()
    assert kept(tmp_path) == ["tokens.i8", "tokens.ids"]
