"""Token vectors of the articles for late interaction, eight bits a number, in one file that only grows.

Every generation of the index names the rows it uses; a build appends rows and never changes old ones, so a
build that dies leaves only unused bytes behind. A full rebuild starts a file of its own.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.durable import flush

_SCALE = 127.0


class TokenFile:
    """Rows of (width,) vectors with the vocabulary id of each token."""

    def __init__(self, folder: Path, width: int) -> None:
        self.width = width
        self._folder = folder
        self._vectors = folder / "tokens.i8"
        self._ids = folder / "tokens.ids"

    def append(self, rows: Sequence[tuple[NDArray[np.float32], Sequence[int]]]) -> list[tuple[int, int]]:
        """Append (n, width) unit rows with n token ids for each article; returns (first row, n) of each.

        A tail that an interrupted build left behind is cut off first.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        start = self.rows
        spans = []
        with self._vectors.open("ab") as vectors, self._ids.open("ab") as ids:
            vectors.truncate(start * self.width)
            ids.truncate(start * 4)
            for matrix, token_ids in rows:
                vectors.write(np.rint(matrix * _SCALE).astype(np.int8).tobytes())
                ids.write(np.asarray(token_ids, dtype=np.int32).tobytes())
                spans.append((start, len(token_ids)))
                start += len(token_ids)
            for file in (vectors, ids):
                file.flush()
                os.fsync(file.fileno())
        flush(self._folder)
        return spans

    @property
    def rows(self) -> int:
        """The number of whole rows."""
        if not self._vectors.exists() or not self._ids.exists():
            return 0
        return min(self._vectors.stat().st_size // self.width, self._ids.stat().st_size // 4)

    def files(self) -> list[tuple[Path, int]]:
        """The files, and how many bytes of each the whole rows take."""
        return [(self._vectors, self.rows * self.width), (self._ids, self.rows * 4)]

    def open(self) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """Map the file: (rows, width) vectors times 127, and (rows,) token ids."""
        n = self.rows
        if n == 0:
            return np.zeros((0, self.width), np.int8), np.zeros(0, np.int32)
        vectors = np.memmap(self._vectors, np.int8, "r", shape=(n, self.width))
        ids = np.memmap(self._ids, np.int32, "r", shape=(n,))
        return np.asarray(vectors), np.asarray(ids)  # slices of a memmap are slow
