"""Pure ranking: fusion of rankings, and late interaction."""

from collections.abc import Mapping, Sequence

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


def similarities(query: Scores, passages: Sequence[NDArray[np.int8]]) -> list[Scores]:
    """Of each passage the cosine of each of its tokens (rows) with each query token, (n_i, m).

    Args:
        query: (m, width) unit rows.
        passages: of each passage (n_i, width) unit rows times 127.
    """
    if not passages:
        return []
    rows = np.concatenate(passages)
    asked = np.zeros((rows.shape[1], -(-len(query) // _STEP) * _STEP), np.float32)
    asked[:, : len(query)] = query.T / np.float32(127.0)
    out = np.empty((len(rows), asked.shape[1]), np.float32)
    block = np.empty((_BLOCK, rows.shape[1]), np.float32)
    for start in range(0, len(rows), _BLOCK):  # what is multiplied stays in the processor's cache
        part = rows[start : start + _BLOCK]
        np.copyto(block[: len(part)], part, casting="unsafe")
        np.matmul(block[: len(part)], asked, out=out[start : start + _BLOCK])
    ends = np.cumsum([len(p) for p in passages]).tolist()
    return [out[start:end, : len(query)] for start, end in zip([0, *ends], ends, strict=False)]


def late_interaction(similar: Sequence[Scores], weights: Scores) -> Scores:
    """MaxSim: each query token's best passage token, averaged with the query tokens' weights.

    Khattab, Zaharia: ColBERT (SIGIR 2020); the weights (idf in the corpus) are our addition.

    Args:
        similar: of each passage what `similarities` says.
        weights: (m,) non-negative, not all zero.

    Returns:
        (passages,) scores, at most 1.
    """
    if not similar:
        return np.zeros(0, dtype=np.float32)
    filled = [passage if len(passage) else np.full((1, len(weights)), -1, np.float32) for passage in similar]
    starts = np.cumsum([0, *(len(passage) for passage in filled[:-1])])
    best = np.maximum.reduceat(np.concatenate(filled), starts, axis=0)
    scores: Scores = (best @ (weights / weights.sum())).astype(np.float32)
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
