"""How often each text holds each token, and the BM25 scores that follow: an inverted index that can be revised.

A change to a few texts moves and merges arrays; nothing else is cut or counted again. Tokens are kept sorted, so that a
revised index equals one that is made anew, to the last bit.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
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

    def revised(self, places: Sequence[int | None], cut: Iterable[tuple[int, Iterable[str]]]) -> "Postings":
        """Postings of `len(places)` texts: text i is what was text `places[i]`, or has the tokens that `cut` gives it."""
        column = {token: i for i, token in enumerate(self.tokens)}
        columns, texts, counts = array("i"), array("i"), array("i")
        anew = np.zeros(len(places), bool)
        for new, tokens in cut:
            anew[new] = True
            for token, n in Counter(tokens).items():
                columns.append(column.setdefault(token, len(column)))
                texts.append(new)
                counts.append(n)
        place = np.full(self.size, -1, np.int32)
        for new, old in enumerate(places):
            if old is not None and not anew[new]:
                place[old] = new
        moved = place[self.texts]
        kept = moved >= 0
        held = np.repeat(np.arange(len(self.tokens), dtype=np.int32), np.diff(self.starts))
        return _sorted(
            len(places),
            list(column),
            np.concatenate([held[kept], np.frombuffer(columns, np.int32)]),
            np.concatenate([moved[kept], np.frombuffer(texts, np.int32)]),
            np.concatenate([self.counts[kept], np.frombuffer(counts, np.int32)]),
        )

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


def _sorted(
    size: int,
    tokens: Sequence[str],
    columns: NDArray[np.int32],
    texts: NDArray[np.int32],
    counts: NDArray[np.int32],
) -> Postings:
    """Postings in order; posting k is token `columns[k]` in text `texts[k]`. Tokens that no text holds are left out."""
    used = np.flatnonzero(np.bincount(columns, minlength=len(tokens))).tolist()
    used.sort(key=tokens.__getitem__)
    rank = np.zeros(len(tokens), np.int32)
    rank[used] = np.arange(len(used), dtype=np.int32)
    columns = rank[columns]
    order = np.argsort(columns.astype(np.int64) * size + texts, kind="stable")
    starts = np.zeros(len(used) + 1, np.int64)
    np.cumsum(np.bincount(columns, minlength=len(used)), out=starts[1:])
    return Postings(size, tuple(tokens[i] for i in used), starts, texts[order], counts[order])
