"""Services on loopback that embed with the default model, as TEI does and as OpenAI's protocol has it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index import weights
from index.bert import Bert
from tests.index.loopback import Reply

MODEL = "intfloat/multilingual-e5-small"
Answer = Callable[[str, str, bytes], Reply | None]


class DefaultModel:
    """The default model, as both services run it."""

    def __init__(self, cache: Path) -> None:
        folder = weights.unpack(cache)
        self.bert = Bert(folder)
        self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def rows(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """(tokens, width), special tokens included; what is too long is cut off before the last of these."""
        ids = self.tokenizer.encode(text).ids
        seen = ids if len(ids) <= self.bert.window else [*ids[: self.bert.window - 1], ids[-1]]
        return self.bert([seen])[0]

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """Of length one."""
        found = [self.rows(text).mean(axis=0) for text in texts]
        return [(v / np.linalg.norm(v)).tolist() for v in found]


def tei(model: DefaultModel, *, in_bytes: bool = False, name: str = MODEL) -> Answer:
    """A service of TEI; `in_bytes` is how its newer versions count."""

    def token(text: str, id_: int, special: int, span: tuple[int, int]) -> dict[str, Any]:
        if special:
            return {"id": id_, "text": "", "special": True, "start": None, "stop": None}
        start, stop = (len(text[:at].encode()) for at in span) if in_bytes else span
        return {"id": id_, "text": text[slice(*span)], "special": False, "start": start, "stop": stop}

    def tokens(text: str) -> list[dict[str, Any]]:
        found = model.tokenizer.encode(text)
        every = zip(found.ids, found.special_tokens_mask, found.offsets, strict=True)
        return [token(text, *own) for own in every]

    def answer(_: str, path: str, body: bytes) -> Reply:
        if path == "/info":
            return _json({"model_id": name, "max_input_length": model.bert.window})
        inputs = json.loads(body)["inputs"]
        if len(inputs) > 32:
            return 413, "application/json", b'{"error":"batch size > maximum allowed batch size 32"}'
        if path == "/embed":
            return _json(model.vectors(inputs))
        if path == "/embed_all":
            return _json([model.rows(text).tolist() for text in inputs])
        assert path == "/tokenize"
        return _json([tokens(text) for text in inputs])

    return answer


def openai(model: DefaultModel) -> Answer:
    """A service of OpenAI's protocol, which may give the vectors in any order."""

    def answer(_: str, path: str, body: bytes) -> Reply:
        asked = json.loads(body)
        if path != "/v1/embeddings" or asked["model"] != MODEL:
            return 404, "application/json", b'{"error":{"message":"no such model"}}'
        found = [{"index": i, "embedding": v} for i, v in enumerate(model.vectors(asked["input"]))]
        return _json({"data": found[::-1]})

    return answer


def _json(data: object) -> Reply:
    return 200, "application/json", json.dumps(data).encode()
