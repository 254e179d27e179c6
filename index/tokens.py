"""Token vectors of the articles for late interaction, eight bits a number, in one file that only grows.

Every generation of the index names the rows it uses; a build appends rows and never changes old ones, so a
build that dies leaves only unused bytes behind. A full rebuild starts a file of its own.
"""

import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.durable import flush
from index.encoding import Span

_SCALE = 127.0
_KEPT = 64 << 20
"""Bytes of vectors that are kept: those of a thousand articles or more."""


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

    def open(self, kept: int = _KEPT) -> "TokenRows":
        """The whole rows that there are now; `kept` bytes of their vectors stay in memory."""
        return TokenRows(self._vectors, self._ids, self.rows, self.width, kept)


class TokenRows:
    """The rows of a token file, open to be read.

    Vectors are read, not mapped: of a mapped file each page that is looked at for the first time takes longer than
    reading twenty, and all that were ever looked at count as memory. Those read last are kept: each reading lets other
    threads go first, which a question under load would wait for some hundred times. The ids, which only a build reads,
    are mapped.

    Attributes:
        ids: (rows,) the vocabulary id of each token.
    """

    def __init__(self, vectors: Path, ids: Path, rows: int, width: int, kept: int) -> None:
        self._rows, self._width, self._most = rows, width, kept
        self._lock = Lock()
        self._kept: OrderedDict[Span, NDArray[np.int8]] = OrderedDict()
        self._size = 0
        self._file = vectors.open("rb", buffering=0) if rows else None
        self.ids: NDArray[np.int32] = np.zeros(0, np.int32)
        if rows:
            self.ids = np.asarray(np.memmap(ids, np.int32, "r", shape=(rows,)))  # slices of a memmap are slow

    def close(self) -> None:
        """Release the files."""
        if self._file is not None:
            self._file.close()

    def vectors(self, start: int, n: int) -> NDArray[np.int8]:
        """(n, width) the vectors times 127 of n rows from `start` on, or of as many as there are; not to be changed."""
        with self._lock:
            found = self._kept.pop((start, n), None)
            if found is None:
                found = self._read(min(start, self._rows), n)
                self._size += found.nbytes
            self._kept[start, n] = found
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1].nbytes
        return found

    def _read(self, start: int, n: int) -> NDArray[np.int8]:
        found = np.empty((min(n, self._rows - start), self._width), np.int8)
        if self._file is not None and len(found):
            self._file.seek(start * self._width)
            got = self._file.readinto(found.data)
            found = found[: got // self._width]  # it may have been cut meanwhile
        found.flags.writeable = False
        return found
