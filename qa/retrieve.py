"""Hybrid retrieval: vectors and BM25, fused by RRF, re-ranked by late interaction; named places come first."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import fsum

import numpy as np
from numpy.typing import NDArray

from index.embed import Encoding
from index.library import Library
from index.model import Article
from index.text import normalize
from qa.encodings import Encodings
from qa.model import Hit
from qa.prefer import Preference
from qa.question import Asked
from qa.rank import rrf, standardise
from qa.reading import TOPIC, Focus, Reader
from qa.settings import RetrievalSettings
from qa.spelling import Spelling
from qa.wording import colloquial_spans, official_terms

_REMEMBERED = 64
"""Texts whose correction is kept: a question and its parts."""
_ENCODINGS = 16
"""Questions whose encoding is kept: the stages of an answer ask for the same."""
_FREQUENT = 20
"""Articles that hold a word of two characters for it to be what a typo means."""
_DEPTH = 100
"""How deep each ranking is read before fusion."""
_ALIKE = 0.84
"""Late-interaction score from which on a likely question of an article is like the one asked …"""
_SPREAD = 0.05
"""… and by how much more it is worth one standard deviation. Both set on the dev split."""

_NOISE = re.compile(r"[^\w\s]{4,}")
"""Signs without a word: enough of them would fill the encoder's window and push the question out."""


class Searcher:
    """Finds articles in one library."""

    def __init__(self, library: Library, settings: RetrievalSettings, reader: Reader) -> None:
        self._library = library
        self._settings = settings
        lexical = library.lexical
        self._spelling = Spelling(
            lexical.known, lexical.tokenizer, lambda word: lexical.document_frequency(word) >= _FREQUENT
        )
        self._reader = reader
        self._encodings = Encodings(library.embedder.encode_queries, _ENCODINGS)
        self.corrected = lru_cache(_REMEMBERED)(self._corrected)
        """See `_corrected`; a question is mended for each of its parts again."""

    def search(
        self,
        question: str,
        asked: Asked,
        keys: Sequence[str] | None = None,
        named: Mapping[str, float] | None = None,
        topic: str = "",
    ) -> tuple[list[Hit], Encoding]:
        """The best articles for `question`, best first, and the question's encoding.

        Args:
            question: a standalone question.
            asked: what it asks for.
            keys: only documents of these keys, if given.
            named: document key -> between 0 and 1, how clearly the question names that document.
            topic: what the question goes on about; it is searched for too, with less weight.
        """
        expanded = self._expanded(question)
        encoding = self.encode(question, topic)
        near = dict(self._library.nearest(encoding.vector, _DEPTH, keys))
        lexical = self._library.scores(expanded)
        if topic:
            lexical = lexical + TOPIC * self._library.scores(self._expanded(topic))
        fused = rrf(
            [
                (list(near), self._settings.vector_weight),
                (self._by_score(lexical, keys), self._settings.lexical_weight),
            ],
            self._settings.rrf_k,
        )[: self._settings.candidates]
        if not fused:
            return [], encoding
        articles = [self._library.articles[self._library.position[i]] for i in fused]
        if not self._settings.rerank:
            return [Hit(a, 1.0 / n) for n, a in enumerate(articles, 1)], encoding
        close = self._reader.closeness(encoding, articles, self._lead(topic))
        scores = self._rerank(articles, close, near, lexical, asked)
        if self._settings.likely > 0:
            alike = self._reader.likeness(encoding, articles, self._lead(topic))
            scores += self._settings.likely * np.maximum(0, (alike - _ALIKE) / _SPREAD)
        bonus = self._settings.named_bonus
        scores += np.array([bonus * (named or {}).get(a.meta.key, 0.0) for a in articles], np.float32)
        order = np.argsort(-scores, kind="stable")
        return [Hit(articles[i], float(scores[i])) for i in order], encoding

    def encode(self, question: str, topic: str = "") -> Encoding:
        """The question as it is searched, its topic in front.

        Typos are mended and official terms added, unless the settings forbid.
        """
        return self._encodings.of([self._text(question, topic)])[0]

    def prepare(self, questions: Sequence[tuple[str, str]]) -> None:
        """Encode several questions, each with its topic, which takes less time together than one after the other."""
        self._encodings.of([self._text(question, topic) for question, topic in questions])

    def _text(self, question: str, topic: str) -> str:
        return self._topic(topic) + self._expanded(question)

    def _topic(self, topic: str) -> str:
        return f"{self.corrected(topic)}，" if topic else ""

    def _lead(self, topic: str) -> int:
        return len(self._topic(topic))

    def focus(self, question: str, encoding: Encoding | None = None) -> Focus:
        """The question as its sentences are sought; `encoding` if it is known already."""
        return Focus(self.corrected(question), encoding or self.encode(question))

    def known_share(self, question: str) -> float:
        """The share (by idf) of the question's words that occur anywhere in the library."""
        lexical = self._library.lexical
        idf = {w: lexical.idf(w) for w in set(lexical.tokenizer(normalize(question)))}
        total = fsum(idf.values())
        return fsum(v for w, v in idf.items() if lexical.knows(w)) / total if total else 0.0

    def _expanded(self, question: str) -> str:
        text = self.corrected(question)
        return f"{text} {official_terms(text)}".strip() if self._settings.expand else text

    def _corrected(self, question: str) -> str:
        """`question` with its typos mended, but for the colloquial words, which are right as they are."""
        text = _NOISE.sub(" ", normalize(question))
        if not self._settings.expand:
            return text
        out, at = "", 0
        for start, end in [*colloquial_spans(text), (len(text), len(text))]:
            out += self._spelling.correct(text[at:start]) + text[start:end]
            at = end
        return out

    def _by_score(self, lexical: NDArray[np.float32], keys: Sequence[str] | None) -> list[str]:
        articles = self._library.articles
        found = np.flatnonzero(lexical > 0)
        if keys is not None:
            found = found[articles.of_any(keys)[found]]
        if len(found) > _DEPTH:
            least = np.partition(lexical[found], -_DEPTH)[-_DEPTH]
            found = found[lexical[found] >= least]
        best = found[np.argsort(-lexical[found], kind="stable")][:_DEPTH]
        return [articles.ids[i] for i in best.tolist()]

    def _rerank(
        self,
        articles: Sequence[Article],
        close: NDArray[np.float32],
        near: dict[str, float],
        lexical: NDArray[np.float32],
        asked: Asked,
    ) -> NDArray[np.float32]:
        prefer = Preference(asked)
        floor = min(near.values(), default=0.0)
        vector = np.array([near.get(a.id, floor) for a in articles], dtype=np.float32)
        words = np.array([lexical[self._library.position[a.id]] for a in articles], dtype=np.float32)
        settings = self._settings
        preferred = np.array([prefer(a) for a in articles], dtype=np.float32)
        scores: NDArray[np.float32] = (
            standardise(close)
            + settings.prior * settings.lexical_weight * standardise(words)
            + settings.prior * settings.vector_weight * standardise(vector)
            + settings.preference * preferred
        )
        return scores
