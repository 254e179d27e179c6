from pathlib import Path

import numpy as np

from index.tokens import TokenFile


def rows(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([[v, -v] for v in values], np.float32)


def test_rows_come_back_in_eight_bits_with_their_ids(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    assert file.append([(rows(1.0, 0.5), [7, 8]), (rows(0.0), [9])]) == [(0, 2), (2, 1)]
    vectors, ids = file.open()
    assert vectors.tolist() == [[127, -127], [64, -64], [0, 0]]  # 0.5 x 127 = 63.5, rounded to even
    assert ids.tolist() == [7, 8, 9]


def test_the_file_only_grows(tmp_path: Path) -> None:
    TokenFile(tmp_path, 2).append([(rows(1.0), [1])])
    assert TokenFile(tmp_path, 2).append([(rows(0.0), [2])]) == [(1, 1)]
    vectors, ids = TokenFile(tmp_path, 2).open()
    assert (vectors[:, 0].tolist(), ids.tolist()) == ([127, 0], [1, 2])


def test_a_tail_that_an_interrupted_build_left_is_cut_off(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    file.append([(rows(1.0), [1])])
    with (tmp_path / "tokens.i8").open("ab") as vectors:
        vectors.write(b"\x05\x05\x05")  # a row and a half whose id was never written
    assert file.append([(rows(-1.0), [2])]) == [(1, 1)]
    vectors_, ids = file.open()
    assert (vectors_.tolist(), ids.tolist()) == ([[127, -127], [-127, 127]], [1, 2])


def test_an_empty_file_opens_to_no_rows(tmp_path: Path) -> None:
    vectors, ids = TokenFile(tmp_path / "new", 3).open()
    assert (vectors.shape, ids.shape) == ((0, 3), (0,))


def test_an_article_without_tokens_takes_no_row(tmp_path: Path) -> None:
    file = TokenFile(tmp_path, 2)
    assert file.append([(np.zeros((0, 2), np.float32), []), (rows(1.0), [1])]) == [(0, 0), (0, 1)]
