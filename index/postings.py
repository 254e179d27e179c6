"""How often each text holds each token, and the BM25 scores that follow: an inverted index that can be revised.

A change to a few texts moves and merges arrays; nothing else is cut or counted again. Tokens are kept sorted, so that a
revised index equals one that is made anew, to the last bit.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Postings:
    """For each of `tokens` (ascending) the texts that hold it (ascending), and how often.

    Those of token i stand in `texts` and `counts` from `starts[i]` to `starts[i + 1]`; texts are numbered from 0 to
    `size` - 1.
    """

    size: int
    tokens: tuple[str, ...]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    counts: NDArray[np.int32]

    @classmethod
    def empty(cls) -> "Postings":
        """Postings of no texts."""
        nothing = np.zeros(0, np.int32)
        return cls(0, (), np.zeros(1, np.int64), nothing, nothing)

    def revised(self, places: Sequence[int | None], cut: Mapping[int, Sequence[str]]) -> "Postings":
        """Postings of `len(places)` texts: text i is what was text `places[i]`, or has the tokens `cut[i]`."""
        place = np.full(self.size, -1, np.int32)
        for new, old in enumerate(places):
            if old is not None and new not in cut:
                place[old] = new
        moved = place[self.texts]
        kept = moved >= 0
        columns = np.repeat(np.arange(len(self.tokens), dtype=np.int32), np.diff(self.starts))[kept]
        counted = [(new, Counter(tokens)) for new, tokens in cut.items()]
        used = np.flatnonzero(np.bincount(columns, minlength=len(self.tokens)))
        tokens = sorted({self.tokens[i] for i in used}.union(*(own for _, own in counted)))
        column = {token: i for i, token in enumerate(tokens)}
        again = np.fromiter((column.get(token, -1) for token in self.tokens), np.int32, len(self.tokens))
        total = sum(len(own) for _, own in counted)
        all_columns = _joined(again[columns], (column[t] for _, own in counted for t in own), total)
        all_texts = _joined(moved[kept], (new for new, own in counted for _ in own), total)
        all_counts = _joined(self.counts[kept], (n for _, own in counted for n in own.values()), total)
        order = np.argsort(all_columns.astype(np.int64) * len(places) + all_texts, kind="stable")
        starts = np.zeros(len(tokens) + 1, np.int64)
        np.cumsum(np.bincount(all_columns, minlength=len(tokens)), out=starts[1:])
        return Postings(len(places), tuple(tokens), starts, all_texts[order], all_counts[order])

    def holding(self, tokens: Collection[str]) -> NDArray[np.int32]:
        """The texts that hold all of `tokens`, ascending; all texts if none is given."""
        found = np.arange(self.size, dtype=np.int32)
        column = {token: i for i, token in enumerate(self.tokens)} if tokens else {}
        for token in tokens:
            if (i := column.get(token)) is None:
                return found[:0]
            found = np.intersect1d(found, self.texts[self.starts[i] : self.starts[i + 1]], assume_unique=True)
        return found

    def scores(self, k1: float, b: float) -> NDArray[np.float32]:
        """The score of each posting, as Lucene counts BM25 (Kamphuis et al., Which BM25 Do You Mean?, 2020).

        ln(1 + (N - df + 0.5) / (df + 0.5)) x tf / (tf + k1 (1 - b + b length / mean length)), rounded where bm25s rounds.
        """
        df = np.diff(self.starts)
        idf = np.log(1 + (self.size - df + 0.5) / (df + 0.5)).astype(np.float32)
        lengths = np.bincount(self.texts, weights=self.counts, minlength=self.size)
        norm = k1 * ((1 - b) + b * lengths / lengths.mean()) if self.size else lengths
        tf = self.counts.astype(np.float32)
        return (np.repeat(idf, df) * (tf / (norm[self.texts] + tf))).astype(np.float32)


def _joined(kept: NDArray[np.int32], more: Iterable[int], n: int) -> NDArray[np.int32]:
    return np.concatenate([kept, np.fromiter(more, np.int32, n)])
