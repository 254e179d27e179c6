"""A keyword ranking in the files that bm25s keeps it in, mapped and read with numpy alone.

Importing bm25s brings SciPy along, which takes longer than a question; all that a question needs are sums over arrays.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Ranking:
    """The BM25 score of each of `size` texts for each token that it holds.

    Those of the token with number i stand in `texts` (ascending) and `scores` from `starts[i]` to `starts[i + 1]`.
    """

    numbers: dict[str, int]
    """Token -> its number."""
    size: int
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    scores: NDArray[np.float32]

    @classmethod
    def open(cls, folder: Path, *, mapped: bool = True) -> "Ranking":
        """Map, or else read, what `bm25s.BM25.save` wrote.

        Raises:
            OSError, ValueError, KeyError: it is missing or damaged.
        """
        texts = {name: (folder / f"{name}.index.json").read_text("utf-8") for name in ("vocab", "params")}
        mode: Literal["r"] | None = "r" if mapped else None
        starts, held, scores = (
            np.asarray(
                np.load(folder / f"{name}.csc.index.npy", mmap_mode=mode)
            )  # slices of a memmap are slow
            for name in ("indptr", "indices", "data")
        )
        return cls(
            json.loads(texts["vocab"]), int(json.loads(texts["params"])["num_docs"]), starts, held, scores
        )

    def holding(self, token: str) -> NDArray[np.int32]:
        """The texts that hold `token`, ascending."""
        number = self.numbers.get(token)
        return self.texts[:0] if number is None else self.texts[self.starts[number] : self.starts[number + 1]]

    def count(self, token: str) -> int:
        """How many texts hold `token`."""
        number = self.numbers.get(token)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number])

    def sums(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """(size,) the sum of each text's scores for `tokens`, in their order; those that nobody knows count nothing."""
        sums = np.zeros(self.size, np.float32)
        numbers = [self.numbers[token] for token in tokens if token in self.numbers]
        spans = [slice(self.starts[i], self.starts[i + 1]) for i in numbers]
        if spans:
            texts = np.concatenate([self.texts[span] for span in spans])
            np.add.at(sums, texts, np.concatenate([self.scores[span] for span in spans]))
        return sums
