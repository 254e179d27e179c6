"""Pure ranking: fusion of rankings, and late interaction."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
_BLOCK = 256
"""Token vectors that are multiplied at once."""
_STEP = 8
"""A product with a multiple of so many columns takes less time than one with some fewer."""


def rrf(rankings: Sequence[tuple[Sequence[str], float]], k: int = 60) -> list[str]:
    """Reciprocal rank fusion: score(d) = sum over rankings of weight / (k + rank(d)), ranks from 1.

    Cormack, Clarke, Buettcher: Reciprocal Rank Fusion outperforms Condorcet (SIGIR 2009).

    Args:
        rankings: (ids, best first; weight) of each ranking.
        k: damping constant.

    Returns:
        All ids, best first; ties keep the order of first appearance.
    """
    scores: dict[str, float] = {}
    for ids, weight in rankings:
        if weight > 0:
            for rank, id_ in enumerate(ids, 1):
                scores[id_] = scores.get(id_, 0.0) + weight / (k + rank)
    return sorted(scores, key=lambda i: -scores[i])


@dataclass(frozen=True, eq=False)
class Match:
    """How well a query of m tokens matches a passage of n: cosines.

    Attributes:
        tokens: (n, m), each passage token with each query token.
        best: (m,), each query token with the passage token that is nearest to it; -1 if there is none.
    """

    tokens: Scores
    best: Scores


def matches(query: Scores, passages: Sequence[NDArray[np.int8]]) -> list[Match]:
    """How well a query matches each of some passages.

    Args:
        query: (m, width) unit rows.
        passages: of each passage (n_i, width) unit rows times 127.
    """
    width = query.shape[1]
    asked = np.zeros((width, -(-len(query) // _STEP) * _STEP), np.float32)
    asked[:, : len(query)] = query.T / np.float32(127.0)
    starts = [0, *accumulate(len(p) for p in passages)]
    out = np.empty((starts[-1], asked.shape[1]), np.float32)
    block = np.empty((_BLOCK, width), np.float32)
    for at in range(0, len(out), _BLOCK):  # what is multiplied stays in the processor's cache
        end = min(at + _BLOCK, len(out))
        for n in range(bisect_right(starts, at) - 1, bisect_left(starts, end)):
            first, last = max(starts[n], at), min(starts[n + 1], end)
            block[first - at : last - at] = passages[n][first - starts[n] : last - starts[n]]
        np.matmul(block[: end - at], asked, out=out[at:end])
    out = out[:, : len(query)]
    best = np.full((len(passages), len(query)), -1, np.float32)
    filled = [n for n, passage in enumerate(passages) if len(passage)]
    if filled:
        best[filled] = np.maximum.reduceat(out, [starts[n] for n in filled], axis=0)
    return [Match(out[starts[n] : starts[n + 1]], row) for n, row in enumerate(best)]


def late_interaction(best: Sequence[Scores], weights: Scores) -> Scores:
    """MaxSim: each query token's best passage token, averaged with the query tokens' weights.

    Khattab, Zaharia: ColBERT (SIGIR 2020); the weights (idf in the corpus) are our addition.

    Args:
        best: of each passage `Match.best`, (m,).
        weights: (m,) non-negative, not all zero.

    Returns:
        (passages,) scores, at most 1.
    """
    rows = np.array(best, np.float32).reshape(len(best), len(weights))
    scores: Scores = (rows @ (weights / weights.sum())).astype(np.float32)
    return scores


def token_weights(token_ids: Sequence[int], idf: Mapping[int, float], unseen: float) -> Scores:
    """(m,) idf weight of each query token; a token the corpus lacks gets `unseen`; never all zero."""
    weights = np.array([idf.get(t, unseen) for t in token_ids], dtype=np.float32)
    return weights if weights.sum() > 0 else np.ones(len(token_ids), dtype=np.float32)


def standardise(scores: Scores) -> Scores:
    """Scores minus their mean, over their standard deviation (zero spread gives zeros)."""
    spread = float(scores.std())
    if spread < 1e-9:
        return np.zeros_like(scores)
    out: Scores = (scores - scores.mean()) / spread
    return out
