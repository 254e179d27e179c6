"""Embedding of articles of any length: long texts in windows that overlap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder

_OVERLAP = 32
"""Tokens that two windows share."""


@dataclass(frozen=True)
class Embedded:
    """An article's vectors: (windows, dim), and each token once: (n, width) with its n vocabulary ids."""

    vectors: NDArray[np.float32]
    tokens: NDArray[np.float32]
    token_ids: tuple[int, ...]


def embed_texts(
    embedder: Embedder, texts: Sequence[str], progress: Callable[[int], None] | None = None
) -> list[Embedded]:
    """Embed each text, cut into windows of `embedder.max_tokens` where it is longer."""
    cut = [_windows(embedder, text) for text in texts]
    flat = [text[a:b] for text, spans in zip(texts, cut, strict=True) for a, b, _ in spans]
    encodings = iter(embedder.encode_passages(flat, progress))
    out = []
    for spans in cut:
        own = [(next(encodings), skip) for _, _, skip in spans]
        out.append(
            Embedded(
                np.stack([e.vector for e, _ in own]),
                np.concatenate([e.tokens[skip:] for e, skip in own]),
                tuple(i for e, skip in own for i in e.token_ids[skip:]),
            )
        )
    return out


def _windows(embedder: Embedder, text: str) -> list[tuple[int, int, int]]:
    """(start, end, tokens already in the window before) of each window, in characters."""
    if len(text) <= embedder.max_tokens // 2:  # a token stands for half a character at the least
        return [(0, len(text), 0)]
    spans = embedder.token_spans(text)
    size = embedder.max_tokens
    if len(spans) <= size:
        return [(0, len(text), 0)]
    step = size - _OVERLAP
    starts = range(0, len(spans) - _OVERLAP, step)
    return [(spans[s][0], spans[min(s + size, len(spans)) - 1][1], _OVERLAP if s else 0) for s in starts]
