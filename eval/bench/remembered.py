"""An embedder that remembers on the disk what it has made, and derives the vectors of variations from their originals.

Embedding is most of what a large index costs, and the benchmark builds many: what was embedded once is read again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder, Encoding
from index.encoding import Span
from index.tokens import TokenFile

NOISE = 0.16
"""Length of the noise beside a vector of length one: cosine .987, as between 100 articles and their variations."""
_SCALE = 127.0
_CHUNK = 512
_KEY = 32


class RememberingEmbedder:
    """Encodes as `real` does, once for each text.

    Tokens come back as the token file keeps them, in eight bits, and without their offsets: what comes from here is to
    be indexed. What is remembered is found again by whoever opens the same folder.

    Args:
        real: What encodes a text that is not remembered.
        folder: Where it is remembered; of one embedder only.
        origin: Text of a variation -> text whose vectors and tokens it gets, with noise that depends on the text alone.
    """

    def __init__(self, real: Embedder, folder: Path, origin: Mapping[str, str] | None = None) -> None:
        self.name, self.dimension, self.max_tokens = real.name, real.dimension, real.max_tokens
        self.made = 0
        """Texts that `real` has encoded."""
        self._real = real
        self._origin = origin or {}
        folder.mkdir(parents=True, exist_ok=True)
        self._tokens = TokenFile(folder, real.dimension)
        self._rows_file = folder / "rows.txt"
        self._vectors_file = folder / "vectors.f32"
        self._rows: dict[str, tuple[int, int, int]] = {}
        if self._rows_file.is_file():
            lines = self._rows_file.read_text(encoding="ascii").split("\n")[:-1]
            for i, line in enumerate(lines):
                key, start, n = line.split()
                self._rows[key] = (i, int(start), int(n))

    def encode_queries(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions; nothing is remembered of them."""
        return self._real.encode_queries(texts)

    def token_spans(self, text: str) -> tuple[Span, ...]:
        """The span of characters of every token of `text`."""
        return self._real.token_spans(text)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """Encode passages, in the order given."""
        sources = [self._origin.get(text, text) for text in texts]
        new = {key: s for s in sources if (key := _key(s)) not in self._rows}
        if progress is not None:
            progress(len(texts) - len(new))
        chunk = list(new.values())
        for start in range(0, len(chunk), _CHUNK):
            part = chunk[start : start + _CHUNK]
            self.remember(part, self._real.encode_passages(part, progress))
        self.made += len(new)
        vectors, tokens = self._vectors(), self._tokens.open()
        out = []
        for text, source in zip(texts, sources, strict=True):
            at, start, n = self._rows[_key(source)]
            vector, rows = np.array(vectors[at]), tokens.vectors(start, n).astype(np.float32) / _SCALE
            if source != text:
                draw = np.random.default_rng(int(_key(text), 16))
                vector, rows = _noisy(vector[None, :], draw)[0], _noisy(rows, draw)
            out.append(Encoding(vector, rows, tuple(tokens.ids[start : start + n].tolist()), ()))
        tokens.close()
        return out

    def remember(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Keep what was made of `texts`, none of which is remembered yet."""
        spans = self._tokens.append([(e.tokens, e.token_ids) for e in encodings])
        at = len(self._rows)
        with self._vectors_file.open("ab") as file:
            file.truncate(at * self.dimension * 4)  # the end of an interrupted run
            for encoding in encodings:
                file.write(encoding.vector.astype(np.float32).tobytes())
        with self._rows_file.open("a", encoding="ascii") as file:
            for i, (text, (start, n)) in enumerate(zip(texts, spans, strict=True), at):
                self._rows[_key(text)] = (i, start, n)
                file.write(f"{_key(text)} {start} {n}\n")

    def _vectors(self) -> NDArray[np.float32]:
        if not self._rows:
            return np.zeros((0, self.dimension), np.float32)
        return np.memmap(self._vectors_file, np.float32, "r", shape=(len(self._rows), self.dimension))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY]


def _noisy(rows: NDArray[np.float32], draw: np.random.Generator) -> NDArray[np.float32]:
    """(n, width) unit rows with noise of length `NOISE`, of length one again: the cosine is 1 / sqrt(1 + NOISE²)."""
    noise = draw.standard_normal(rows.shape, dtype=np.float32) * np.float32(NOISE / np.sqrt(rows.shape[1]))
    moved = rows + noise
    scaled: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return scaled
