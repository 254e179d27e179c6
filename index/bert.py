"""The forward pass of a BERT encoder in plain numpy, for few texts at a time.

It reads the folder that sentence-transformers reads (`config.json`, `model.safetensors`). The weights are
mapped, not loaded: of the word embeddings only the rows that a question needs ever leave the disk.
"""

import json
import math
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.threads import one_blas_thread

Rows = NDArray[np.float32]


class Bert:
    """A BERT encoder.

    Attributes:
        width: Length of a token's vector.
        window: The greatest number of tokens.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.width: int = config["hidden_size"]
        self.window: int = config["max_position_embeddings"]
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._tensors = _mapped(folder / "model.safetensors")
        self._layers = [f"encoder.layer.{i}." for i in range(config["num_hidden_layers"])]
        one_blas_thread()

    def __call__(self, texts: Sequence[Sequence[int]]) -> list[Rows]:
        """Return the last hidden states of each text; two take less time together than one after the other.

        Args:
            texts: of each the n_i token ids with the special ones, at most `window`.

        Returns:
            (n_i, width) of each text.
        """
        if not texts:
            return []
        table = self._tensors
        ends = [*accumulate(map(len, texts))]
        spans = [slice(end - len(ids), end) for ids, end in zip(texts, ends, strict=True)]
        x = table["embeddings.word_embeddings.weight"][[i for ids in texts for i in ids]]
        places = table["embeddings.position_embeddings.weight"]
        x = x + np.concatenate([places[: len(ids)] for ids in texts])
        x = self._normed(x + table["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in self._layers:
            x = self._normed(x + self._attended(x, spans, layer), layer + "attention.output.LayerNorm")
            inner = _gelu(self._linear(x, layer + "intermediate.dense"))
            x = self._normed(x + self._linear(inner, layer + "output.dense"), layer + "output.LayerNorm")
        return [x[span] for span in spans]

    def _attended(self, x: Rows, spans: Sequence[slice], layer: str) -> Rows:
        """Mix the tokens of each text among themselves: (n, width) to (n, width) for the n tokens of all texts."""
        n, size = len(x), self.width // self._heads
        query, key, value = (
            self._linear(x, f"{layer}attention.self.{part}").reshape(n, self._heads, size).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )  # each (heads, n, size)
        mixed = np.empty_like(query)
        for span in spans:
            scores = query[:, span] @ key[:, span].transpose(0, 2, 1) / np.float32(math.sqrt(size))
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            mixed[:, span] = (scores / scores.sum(axis=-1, keepdims=True)) @ value[:, span]
        return self._linear(mixed.transpose(1, 0, 2).reshape(n, -1), layer + "attention.output.dense")

    def _linear(self, x: Rows, name: str) -> Rows:
        product = (self._tensors[name + ".weight"] @ x.T).T  # in this order a third faster for short texts
        shifted: Rows = product + self._tensors[name + ".bias"]
        return shifted

    def _normed(self, x: Rows, name: str) -> Rows:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        scaled: Rows = x * self._tensors[name + ".weight"] + self._tensors[name + ".bias"]
        return scaled


def _gelu(x: Rows) -> Rows:
    """Compute x Φ(x), with the error function after Abramowitz and Stegun 7.1.26 (error below 2e-7).

    In place as far as it goes: half of the time would be spent on finding room for what is in between.
    """
    z = np.abs(x)
    z *= np.float32(math.sqrt(0.5))
    t = z * np.float32(0.3275911)
    t += 1
    np.divide(1, t, out=t)
    poly = t * np.float32(1.061405429)
    for a in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        poly += np.float32(a)
        poly *= t
    poly *= np.float32(0.5)
    z *= z
    np.negative(z, out=z)
    poly *= np.exp(z, out=z)  # 1 - Φ(|x|)
    below: Rows = np.subtract(1, poly, out=t)
    np.copyto(below, poly, where=x < 0)
    below *= x
    return below


def _mapped(path: Path) -> dict[str, Rows]:
    """Map a safetensors file of 32-bit numbers: eight bytes of length, a JSON header, the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    data = np.memmap(path, dtype="<f4", mode="r", offset=8 + length)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = np.asarray(data[start // 4 : end // 4]).reshape(entry["shape"])
    return tensors
