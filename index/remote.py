"""Embedding by a service across the network: text-embeddings-inference (TEI), or any that speaks OpenAI's protocol.

TEI gives the vectors of all tokens too, so that late interaction goes on as with a model on this machine. OpenAI's
protocol knows none: instead each character stands for a token, matched by its letters alone (`letter_tokens`).
"""

import logging
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder, Encoding
from index.encoding import Span, Vectors, batches, own_tokens, unit
from index.errors import ModelUnavailable
from index.pretrained import prompts_of
from index.settings import Service

log = logging.getLogger(__name__)

_PAUSES = (0.5, 2.0)
"""Seconds before a second and a third try."""
_MOST = 32
"""Texts in one call: what a service of TEI takes unless it is told otherwise."""
_BUSY = (429, 502, 503, 504)
"""Statuses that another try may better."""
_CONNECT = 5.0
_WINDOW = 400
"""Characters of a text that are handed over at once where the service does not say how much it reads."""
_WIDTH = 256
_COMMON = 0.75
"""Cosine of two characters that share nothing, as of two tokens of a model: what is tuned for these holds for those."""


def open_service(service: Service) -> Embedder:
    """An embedder that asks the service; it is first asked when something is to be embedded."""
    return _Tei(service) if service.is_tei else _OpenAi(service)


class _Remote(ABC):
    """What both protocols share: calls with time-outs and further tries, batches, and errors in one line.

    Raises (from every method):
        ModelUnavailable: the service cannot be reached, refuses, or answers something else.
    """

    max_tokens = _WINDOW

    def __init__(self, service: Service) -> None:
        self.name = service.name
        self._service = service
        self._url = service.url.rstrip("/")
        self._query_prompt, self._passage_prompt = prompts_of({}, service.model)
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {service.key}"} if service.key else {},
            timeout=httpx.Timeout(service.timeout, connect=min(_CONNECT, service.timeout)),
        )

    @cached_property
    def dimension(self) -> int:
        """Length of `Encoding.vector`; the service is asked."""
        return len(self._vectors(["一"])[0])

    def encode_queries(self, texts: Sequence[str]) -> list[Encoding]:
        """See `index.embed.Embedder`."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """See `index.embed.Embedder`."""
        done: dict[int, Encoding] = {}
        every = batches([len(text) for text in texts])
        for batch in (own[i : i + _MOST] for own in every for i in range(0, len(own), _MOST)):
            encodings = self._encode([texts[i] for i in batch], self._passage_prompt)
            done.update(zip(batch, encodings, strict=True))
            if progress is not None:
                progress(len(batch))
        return [done[i] for i in range(len(texts))]

    @abstractmethod
    def token_spans(self, text: str) -> tuple[Span, ...]:
        """See `index.embed.Embedder`."""

    @abstractmethod
    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Encode one batch."""

    @abstractmethod
    def _vectors(self, inputs: Sequence[str]) -> NDArray[np.float32]:
        """The (n, dimension) vectors of n texts as they are."""

    def _call(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        """The service's answer to one call, after some tries if it is busy or away."""
        for pause in (*_PAUSES, None):
            failure = self._failed("连不上")
            try:
                response = self._client.request(method, f"{self._url}{path}", json=data)
            except httpx.TimeoutException as error:
                raise self._failed("没有及时回应") from error
            except httpx.HTTPError as error:
                failure.__cause__ = error
            else:
                if response.status_code not in _BUSY:
                    return self._read(response)
                failure = self._failed(f"HTTP {response.status_code}")
            if pause is None:
                break
            log.debug("%s%s: %s; another try in %.1f s", self._url, path, failure, pause)
            time.sleep(pause)
        raise failure

    def _read(self, response: httpx.Response) -> Any:
        code = response.status_code
        if code in (401, 403):
            raise ModelUnavailable(f"向量服务拒绝访问：{self._url}。请检查 POLICY_QA_EMBEDDER_KEY。")
        if code == 404:
            raise ModelUnavailable(
                f"向量服务 {self._url} 没有这个接口或模型 {self._service.model}。"
                "请检查 POLICY_QA_EMBEDDER_URL（OpenAI 兼容的以 /v1 结尾）和 POLICY_QA_EMBEDDER。"
            )
        if code != 200:
            raise self._failed(f"HTTP {code}")
        try:
            return response.json()
        except ValueError as error:
            raise self._failed("回应看不懂") from error

    def _failed(self, why: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"向量服务出错：{self._url}（{why}）。请确认服务已启动、POLICY_QA_EMBEDDER_URL 正确；恢复后会自动继续。"
        )

    def _matrix(self, rows: Any, n: int) -> NDArray[np.float32]:
        """(n, dimension) numbers that the service gave."""
        try:
            found = np.array(rows, np.float32)
        except (TypeError, ValueError) as error:
            raise self._failed("回应看不懂") from error
        if found.ndim != 2 or len(found) != n or not found.size or not np.isfinite(found).all():
            raise self._failed("回应不完整")
        return found


class _OpenAi(_Remote):
    """A service that speaks OpenAI's protocol."""

    def token_spans(self, text: str) -> tuple[Span, ...]:
        """Every visible character; see `index.embed.Embedder`."""
        return tuple((i, i + 1) for i, char in enumerate(text) if not char.isspace())

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        vectors = self._vectors([prompt + text for text in texts])
        encodings = []
        for text, vector in zip(texts, vectors, strict=True):
            spans = self.token_spans(text)
            tokens, ids = letter_tokens(text, spans)
            encodings.append(Encoding(unit(vector), tokens, ids, spans))
        return encodings

    def _vectors(self, inputs: Sequence[str]) -> NDArray[np.float32]:
        data = {"model": self._service.model, "input": list(inputs), "encoding_format": "float"}
        told = self._call("POST", "/embeddings", data)
        try:
            rows = [own["embedding"] for own in sorted(told["data"], key=lambda own: int(own["index"]))]
        except (KeyError, TypeError, ValueError) as error:
            raise self._failed("回应看不懂") from error
        return self._matrix(rows, len(inputs))


class _Tei(_Remote):
    """A service of text-embeddings-inference; its `/embed_all` gives a vector for every token."""

    @cached_property
    def max_tokens(self) -> int:  # type: ignore[override]
        """How many tokens of a text are read beside prompt and special tokens; the service is asked.

        Raises:
            ModelUnavailable: it serves another model, too.
        """
        told = self._call("GET", "/info")
        try:
            served, window = str(told["model_id"]), int(told["max_input_length"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._failed("回应看不懂") from error
        if served != self._service.model:
            raise ModelUnavailable(
                f"向量服务 {self._url} 的模型是 {served}，当前配置为 {self._service.model}。"
                "请改 POLICY_QA_EMBEDDER，或换用相应的服务。"
            )
        prompts = self._tokenized([self._query_prompt.strip() or "一", self._passage_prompt.strip() or "一"])
        return window - 1 - max(map(len, prompts))

    def token_spans(self, text: str) -> tuple[Span, ...]:
        """See `index.embed.Embedder`."""
        prompt = self._passage_prompt
        (tokens,) = self._tokenized([prompt + text])
        return tuple(span for _, span in own_tokens([span for _, span in tokens], len(prompt)))

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        most = self.max_tokens
        inputs = [prompt + text for text in texts]
        vectors = self._vectors(inputs)
        every = self._call("POST", "/embed_all", {"inputs": inputs, "truncate": True})
        if not isinstance(every, list) or len(every) != len(inputs):
            raise self._failed("回应不完整")
        encodings = []
        for vector, rows, tokens in zip(vectors, every, self._tokenized(inputs), strict=True):
            own = own_tokens([span for _, span in tokens], len(prompt))[:most]
            matrix = self._matrix(rows, len(rows) if isinstance(rows, list) else 0)
            if any(i >= len(matrix) for i, _ in own):
                raise self._failed("回应不完整")
            places = [i for i, _ in own]
            encodings.append(
                Encoding(
                    unit(vector),
                    unit(matrix[places]),
                    tuple(tokens[i][0] for i in places),
                    tuple(span for _, span in own),
                )
            )
        return encodings

    def _vectors(self, inputs: Sequence[str]) -> NDArray[np.float32]:
        told = self._call("POST", "/embed", {"inputs": list(inputs), "truncate": True})
        return self._matrix(told, len(inputs))

    def _tokenized(self, inputs: Sequence[str]) -> list[list[tuple[int, Span]]]:
        """Of each input all tokens: vocabulary id, and the characters that it stands for; none for special ones."""
        told = self._call("POST", "/tokenize", {"inputs": list(inputs), "add_special_tokens": True})
        try:
            found = [_spans(text, tokens) for text, tokens in zip(inputs, told, strict=True)]
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise self._failed("回应看不懂") from error
        return found


def _spans(text: str, tokens: Sequence[dict[str, Any]]) -> list[tuple[int, Span]]:
    """Ids and spans in characters: some versions of the service count the bytes of UTF-8."""
    size = max((int(t["stop"] or 0) for t in tokens if not t["special"]), default=0)
    places = list(range(len(text) + 1))
    if size > len(text):
        places = [i for i, char in enumerate(text) for _ in char.encode()] + [len(text)]
    return [
        (int(t["id"]), (0, 0) if t["special"] else (places[int(t["start"])], places[int(t["stop"])]))
        for t in tokens
    ]


def letter_tokens(text: str, spans: Sequence[Span]) -> tuple[Vectors, tuple[int, ...]]:
    """What stands for the token vectors of a text where no model gives any: its letters in their place.

    The feature hashing of Weinberger et al. (ICML 2009) over a character and the pairs that it is part of.

    Returns:
        (n, width) rows of length one, one for each of the n `spans`: two have the cosine 1 where the characters and
        both neighbours are the same, about 0.83 where the character alone is, 0.75 where nothing is; and their ids.
    """
    chars = "".join(text[a:b] for a, b in spans)
    rows = np.zeros((len(chars), _WIDTH), np.float32)
    for i, char in enumerate(chars):
        for part in (char, chars[max(i - 1, 0) : i + 1], chars[i : i + 2]):
            code = zlib.crc32(part.encode())
            rows[i, 1 + code % (_WIDTH - 1)] += 1 if code & 0x80000000 else -1
    rows = unit(rows) * np.float32((1 - _COMMON) ** 0.5)
    rows[:, 0] = _COMMON**0.5
    return unit(rows), tuple(zlib.crc32(char.encode()) & 0x7FFFFFFF for char in chars)
