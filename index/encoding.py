"""What all ways of turning texts into vectors share: batches, prompts, and which tokens are a text's own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BATCH_CHARS = 8192  # of a padded batch: greater ones are no faster

Span = tuple[int, int]
Vectors = NDArray[np.float32]


def own_tokens(spans: Sequence[Span], skip: int) -> list[tuple[int, Span]]:
    """Pick the tokens that reach beyond a prompt of `skip` characters: position, and span in the text."""
    return [(i, (max(a - skip, 0), b - skip)) for i, (a, b) in enumerate(spans) if b > max(a, skip)]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group positions, the longest texts first, so that little is padded and no batch is too large."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i], reverse=True)
    start = 0
    while start < len(order):
        size = max(1, _BATCH_CHARS // max(lengths[order[start]], 64))
        yield order[start : start + size]
        start += size


def unit(rows: Vectors) -> Vectors:
    """Scale rows, or one row, to length one."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled


def prompts_of(own: dict[str, str], source: str) -> tuple[str, str]:
    """Return what a model wants before a question and before a passage: as it says, or as is documented."""
    query = own.get("query") or ""
    passage = own.get("document") or own.get("passage") or ""
    name = Path(source).name.lower()
    if query or passage:
        return query, passage
    if "e5" in name:
        return "query: ", "passage: "
    if "bge" in name and "zh" in name:
        return "为这个句子生成表示以用于检索相关文章：", ""
    return "", ""
