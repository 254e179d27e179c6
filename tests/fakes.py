"""Stand-ins for outside things, handed to the code under test in place of the real ones."""

import zlib
from collections.abc import Callable, Generator, Sequence

import numpy as np

from index.embed import Encoding
from index.encoding import Span
from index.errors import ModelUnavailable
from qa.llm import Messages, Usage


class FakeEmbedder:
    """Counts pairs of characters: texts that share wording are near each other, on every machine."""

    def __init__(self, name: str = "fake", dimension: int = 64, max_tokens: int = 500) -> None:
        self.name = name
        self.dimension = dimension
        self.max_tokens = max_tokens

    def encode_queries(self, texts: Sequence[str]) -> list[Encoding]:
        return [self._encoding(text) for text in texts]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        encodings = [self._encoding(text) for text in texts]
        if progress is not None and texts:
            progress(len(texts))
        return encodings

    def token_spans(self, text: str) -> tuple[Span, ...]:
        return tuple((i, i + 1) for i, char in enumerate(text) if not char.isspace())

    def _encoding(self, text: str) -> Encoding:
        """Make one token of each visible character; its vector counts the pairs it is part of."""
        spans = self.token_spans(text)[: self.max_tokens]
        chars = "".join(text[a:b] for a, b in spans)
        tokens = np.zeros((len(chars), self.dimension), np.float32)
        for i, char in enumerate(chars):
            for part in (char, chars[max(i - 1, 0) : i + 1], chars[i : i + 2]):
                tokens[i, _hash(part) % self.dimension] += 1
        vector = tokens.sum(axis=0) if chars else np.ones(self.dimension, np.float32)
        return Encoding(
            vector=vector / np.linalg.norm(vector),
            tokens=tokens / np.linalg.norm(tokens, axis=1, keepdims=True),
            token_ids=tuple(_hash(char) for char in chars),
            offsets=spans,
        )


def _hash(text: str) -> int:
    # Python's own hash of a text differs from run to run; ids of a vocabulary fit 31 bits
    return zlib.crc32(text.encode()) & 0x7FFFFFFF


BREAK = "✂"
"""Where a fake reply breaks off."""


class FakeChat:
    """Answers with one text after another, the last again and again; an error among them is raised."""

    name = "假模型"

    def __init__(self, *replies: str | Exception) -> None:
        self.replies = list(replies)
        self.heard: list[Messages] = []

    def stream(self, messages: Messages, usage: Usage) -> Generator[str, None, None]:
        self.heard.append(messages)
        usage.attempts += 1
        usage.tokens_in, usage.tokens_out = 100, 10
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        said, broken, _ = reply.partition(BREAK)
        for i in range(0, len(said), 3):
            yield said[i : i + 3]
        if broken:
            raise ModelUnavailable("聊天模型的回答中断了")
