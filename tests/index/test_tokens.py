from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.tokens import TokenFile


def rows(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([[v, -v] for v in values], np.float32)


def test_rows_come_back_in_eight_bits_with_their_ids(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    assert file.append([(rows(1.0, 0.5), [7, 8]), (rows(0.0), [9])]) == [(0, 2), (2, 1)]
    opened = file.open()
    assert opened.vectors(0, 3).tolist() == [
        [127, -127],
        [64, -64],
        [0, 0],
    ]  # 0.5 x 127 = 63.5, rounded to even
    assert opened.vectors(1, 1).tolist() == [[64, -64]]
    assert opened.ids.tolist() == [7, 8, 9]
    opened.close()
    assert opened.vectors(1, 1).tolist() == [[64, -64]]  # it was kept
    with pytest.raises(ValueError, match="closed"):
        opened.vectors(2, 1)


def test_the_rows_read_last_are_kept_and_not_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.tokens._KEPT", 5)
    file = TokenFile(tmp_path, 2)
    file.append([(rows(1.0, 0.0, -1.0), [7, 8, 9])])
    opened = file.open(kept=5)
    one, two = opened.vectors(0, 1), opened.vectors(1, 1)
    assert opened.vectors(0, 1) is one
    three = opened.vectors(2, 1)  # six bytes are more than five: the one not asked for longest goes
    assert (opened.vectors(0, 1) is one, opened.vectors(2, 1) is three) == (True, True)
    assert opened.vectors(1, 1) is not two
    with pytest.raises(ValueError, match="read-only"):
        one[0, 0] = 1


def test_rows_that_are_not_there_are_not_read(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    file.append([(rows(1.0, 0.0), [7, 8])])
    opened = file.open()
    file.append([(rows(1.0), [9])])  # after it was opened
    assert opened.vectors(1, 5).tolist() == [[0, 0]]
    assert opened.vectors(2, 1).shape == (0, 2)
    assert opened.vectors(7, 1).shape == (0, 2)
    with (tmp_path / "tokens.i8").open("ab") as damaged:
        damaged.truncate(3)
    assert TokenFile(tmp_path, 2).open().vectors(0, 2).tolist() == [[127, -127]]
    assert opened.vectors(0, 3).tolist() == [[127, -127]]


def test_threads_read_their_own_rows(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    file.append([(rows(*(i / 127 for i in range(100))), list(range(100)))])
    opened = file.open()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: opened.vectors(i % 100, 1).tolist(), range(4000)))
    assert found == [[[i % 100, -(i % 100)]] for i in range(4000)]


def test_the_file_only_grows(tmp_path: Path) -> None:
    TokenFile(tmp_path, 2).append([(rows(1.0), [1])])
    assert TokenFile(tmp_path, 2).append([(rows(0.0), [2])]) == [(1, 1)]
    opened = TokenFile(tmp_path, 2).open()
    assert (opened.vectors(0, 2)[:, 0].tolist(), opened.ids.tolist()) == ([127, 0], [1, 2])


def test_a_tail_that_an_interrupted_build_left_is_cut_off(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    file.append([(rows(1.0), [1])])
    with (tmp_path / "tokens.i8").open("ab") as vectors:
        vectors.write(b"\x05\x05\x05")  # a row and a half whose id was never written
    assert file.append([(rows(-1.0), [2])]) == [(1, 1)]
    opened = file.open()
    assert (opened.vectors(0, 2).tolist(), opened.ids.tolist()) == ([[127, -127], [-127, 127]], [1, 2])


def test_an_empty_file_opens_to_no_rows(tmp_path: Path) -> None:
    opened = TokenFile(tmp_path / "new", 3).open()
    assert (opened.vectors(0, 1).shape, opened.ids.shape) == ((0, 3), (0,))


def test_an_article_without_tokens_takes_no_row(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    assert file.append([(np.zeros((0, 2), np.float32), []), (rows(1.0), [1])]) == [(0, 0), (0, 1)]
