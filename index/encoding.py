"""What all ways of turning texts into vectors share: batches, and which tokens are a text's own."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_BATCH_TOKENS = 2048
"""Tokens of a padded batch: greater ones are no faster."""
STEP = 16
"""Batches are padded to a multiple of so many tokens: PyTorch keeps memory and code for each shape that it meets."""

Span = tuple[int, int]
Vectors = NDArray[np.float32]


def own_tokens(spans: Sequence[Span], skip: int) -> list[tuple[int, Span]]:
    """Pick the tokens that reach beyond a prompt of `skip` characters: position, and span in the text."""
    return [(i, (max(a - skip, 0), b - skip)) for i, (a, b) in enumerate(spans) if b > max(a, skip)]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group positions of texts of so many tokens, the longest first: little is padded, and no batch is too large."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i], reverse=True)
    start = 0
    while start < len(order):
        padded = max(-(-lengths[order[start]] // STEP), 1) * STEP
        size = max(_BATCH_TOKENS // padded, 1)
        yield order[start : start + size]
        start += size


def unit(rows: Vectors) -> Vectors:
    """Scale rows, or one row, to length one."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled
