"""One measurement in a process of its own, so that its memory is its own: `python -m eval.bench.probe`.

Reads a JSON object from stdin and prints one. All times are seconds.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.embed import Embedder, Encoding

Told = dict[str, Any]
_WARMING = 40
"""Questions, or a third of them, that are asked before any is timed: words and patterns are loaded at the first question
that has them."""


def build(wish: Mapping[str, Any]) -> Told:
    """Build an index: how long it took, in which stages, and the most memory."""
    from eval.bench.machine import memory
    from index.build import Builder
    from index.embed import DEFAULT_NAME

    stages: dict[str, float] = {}
    last: list[tuple[str, float]] = []

    def progress(stage: str, *_: int) -> None:
        now = perf_counter()
        if last:
            stages[last[0][0]] = stages.get(last[0][0], 0.0) + now - last[0][1]
        last[:] = [(stage, now)]

    embedder = _Timed(_embedder(wish))  # loaded outside of the time, as it is for the bare model
    builder = Builder(Path(wish["index"]), lambda: embedder, DEFAULT_NAME, Path(wish["cache"]), progress)
    start = perf_counter()
    change = builder.add([Path(p) for p in wish["paths"]])
    seconds = perf_counter() - start
    return {
        "seconds": seconds,
        "beside": seconds - embedder.seconds,
        "stages": stages,
        "articles": change.articles,
        "passages": embedder.passages,
        "documents": change.documents,
        "memory": memory(),
    }


def bare(wish: Mapping[str, Any]) -> Told:
    """Encode passages with sentence-transformers alone, as its documentation has it."""
    from index import weights
    from index.pretrained import open_model

    model = open_model(str(weights.unpack(Path(wish["cache"]))))
    texts = _texts(wish)
    model.encode(texts[:8], prompt_name="document", show_progress_bar=False)
    start = perf_counter()
    model.encode(texts, prompt_name="document", show_progress_bar=False)
    return {"seconds": perf_counter() - start, "passages": len(texts)}


def ask(wish: Mapping[str, Any]) -> Told:
    """Open an index as the server does and ask; for comparison other questions are only embedded."""
    from eval.bench.machine import memory
    from qa.chain import open_chain
    from qa.settings import load_settings

    start = perf_counter()
    chain = open_chain(load_settings({}, index__dir=wish["index"], index__cache_dir=wish["cache"]))
    chain.ask(wish["questions"][0])
    opened = perf_counter() - start

    def answer(question: str) -> float:
        begun, first = perf_counter(), 0.0
        for part in chain.stream(question):
            first = first or (perf_counter() - begun if part.text else 0.0)
        return first

    told = _asked(wish, chain.library.embedder, answer)
    return {**told, "opened": opened, "memory": memory()}


def rival_build(wish: Mapping[str, Any]) -> Told:
    """Build the rival's collection."""
    from eval.bench import rival
    from eval.bench.machine import memory
    from index.intake import read_file

    embedder = _embedder(wish)
    start = perf_counter()
    articles = {
        a.id: a.search_text for path in wish["paths"] for own in read_file(Path(path)).articles for a in own
    }
    rival.build(Path(wish["rival"]), list(articles.items()), embedder)
    return {"seconds": perf_counter() - start, "articles": len(articles), "memory": memory()}


def rival_ask(wish: Mapping[str, Any]) -> Told:
    """Open the rival's collection and ask."""
    from eval.bench import rival
    from eval.bench.machine import memory
    from index.embed import DEFAULT, load_embedder

    start = perf_counter()
    embedder = load_embedder(DEFAULT, Path(wish["cache"]), for_query_only=True)
    chain = rival.open_rival(Path(wish["rival"]), embedder)
    chain.invoke(wish["questions"][0])
    opened = perf_counter() - start
    if wish["rounds"] == 0:
        return {"opened": opened}

    def answer(question: str) -> float:
        begun = perf_counter()
        chain.invoke(question)
        return perf_counter() - begun

    return {**_asked(wish, embedder, answer), "opened": opened, "memory": memory()}


def _asked(wish: Mapping[str, Any], embedder: "Embedder", answer: Callable[[str], float]) -> Told:
    """For each round the times of embedding alone, of whole answers, and to first words, which `answer` returns.

    In turn one question is embedded and another asked.
    """
    _, *questions = wish["questions"]
    n = min(_WARMING, len(questions) // 3)
    warming, questions = questions[:n], questions[n:]
    for question in warming:
        embedder.encode_queries([question])
        answer(question)
    rounds = []
    for n in range(wish["rounds"]):
        own = questions[n :: wish["rounds"]]  # no question twice: encodings are remembered
        told: dict[str, list[float]] = {"embed": [], "ask": [], "first": []}
        for embedded, asked in zip(own[::2], own[1::2], strict=False):
            begun = perf_counter()
            embedder.encode_queries([embedded])
            done = perf_counter()
            first = answer(asked)
            told["ask"].append(perf_counter() - done)
            told["embed"].append(done - begun)
            told["first"].append(first)
        rounds.append(told)
    return {"rounds": rounds}


def _embedder(wish: Mapping[str, Any]) -> "Embedder":
    """The real embedder; where the wish names a place to remember, one that remembers and derives."""
    from eval.bench.remembered import RememberingEmbedder
    from index.embed import DEFAULT, load_embedder

    real = load_embedder(DEFAULT, Path(wish["cache"]))
    if not wish.get("remembered"):
        return real
    origin = json.loads(Path(wish["origin"]).read_text(encoding="utf-8"))
    return RememberingEmbedder(real, Path(wish["remembered"]), origin)


def _texts(wish: Mapping[str, Any]) -> list[str]:
    texts: list[str] = json.loads(Path(wish["texts"]).read_text(encoding="utf-8"))
    return texts


class _Timed:
    """An embedder, and how many passages it has encoded for how long."""

    def __init__(self, real: "Embedder") -> None:
        self.name, self.dimension, self.max_tokens = real.name, real.dimension, real.max_tokens
        self.encode_queries, self.token_spans = real.encode_queries, real.token_spans
        self.seconds = 0.0
        self.passages = 0
        self._encode = real.encode_passages

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> "list[Encoding]":
        """Encode passages, in the order given."""
        self.passages += len(texts)
        start = perf_counter()
        try:
            return self._encode(texts, progress)
        finally:
            self.seconds += perf_counter() - start


KINDS: dict[str, Callable[[Mapping[str, Any]], Told]] = {
    "build": build,
    "bare": bare,
    "ask": ask,
    "rival_build": rival_build,
    "rival_ask": rival_ask,
}

if __name__ == "__main__":
    wished = json.load(sys.stdin)
    sys.stdout.write(json.dumps(KINDS[wished["kind"]](wished)))
