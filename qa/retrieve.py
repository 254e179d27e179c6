"""Hybrid retrieval: vectors and BM25, fused by RRF, re-ranked by late interaction; named places come first."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import Encoding
from index.library import Library
from index.model import Article
from index.text import normalize
from qa.model import Hit
from qa.prefer import preference
from qa.question import Asked
from qa.rank import late_interaction, rrf, standardise, token_weights
from qa.settings import RetrievalSettings
from qa.spelling import Spelling
from qa.wording import official_terms, wording

_NAMED_BONUS = 1.0
"""What an article of the document that is named gains, in standard deviations of the ranking score."""
_FREQUENT = 20
"""Articles that hold a word of two characters for it to be what a typo means."""
_TOPIC = 0.3
"""Weight of a follow-up's topic beside its own words."""
_DEPTH = 200
"""How deep each ranking is read before fusion."""


class Searcher:
    """Finds articles in one library."""

    def __init__(self, library: Library, settings: RetrievalSettings) -> None:
        self._library = library
        self._settings = settings
        lexical = library.lexical
        frequent = [w for w in lexical.words if len(w) == 2 and lexical.document_frequency(w) >= _FREQUENT]
        self._spelling = Spelling(lexical.words, lexical.tokenizer, frequent, lexical.knows)

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
        lexical = self._library.lexical.scores(expanded)
        if topic:
            lexical = lexical + _TOPIC * self._library.lexical.scores(self._expanded(topic))
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
        close = self.closeness(encoding, articles, self._lead(topic))
        scores = self._rerank(articles, close, near, lexical, asked)
        scores += np.array([_NAMED_BONUS * (named or {}).get(a.meta.key, 0.0) for a in articles], np.float32)
        order = np.argsort(-scores, kind="stable")
        return [Hit(articles[i], float(scores[i])) for i in order], encoding

    def closeness(
        self, encoding: Encoding, articles: Sequence[Article], lead: int = 0
    ) -> NDArray[np.float32]:
        """(articles,) late-interaction scores, comparable across questions (unlike `Hit.score`).

        The question's first `lead` characters are its topic and weigh less.
        """
        weights = token_weights(encoding.token_ids, self._library.token_idf, self._unseen)
        weights[[end <= lead for _, end in encoding.offsets]] *= _TOPIC
        return late_interaction(encoding.tokens, weights, [self._library.tokens(a.id)[0] for a in articles])

    def residue(self, question: str, encoding: Encoding, article: Article) -> float:
        """Late interaction over the question's own words alone: those that no title or path of `article` holds.

        “小巨人企业奖励资金” is close to every article about 小巨人 by its first half; whether the article speaks of
        奖励资金 is seen in the second. 1 if no word is left.
        """
        plain = self._spelling.correct(normalize(question))
        place = article.search_text.partition("\n")[0]
        own = _own_characters(plain, place)
        kept = [i for i, (a, b) in enumerate(encoding.offsets) if any(own[a:b])]
        if not kept:
            return 1.0
        weights = token_weights([encoding.token_ids[i] for i in kept], self._library.token_idf, self._unseen)
        return float(
            late_interaction(encoding.tokens[kept], weights, [self._library.tokens(article.id)[0]])[0]
        )

    def encode(self, question: str, topic: str = "") -> Encoding:
        """The question as it is searched: typos mended, official terms added, its topic in front."""
        lead = self._topic(topic)
        return self._library.embedder.encode_query(lead + self._expanded(question))

    def _topic(self, topic: str) -> str:
        return f"{self._spelling.correct(normalize(topic))}，" if topic else ""

    def _lead(self, topic: str) -> int:
        return len(self._topic(topic))

    def sentence_closeness(self, encoding: Encoding, article: Article, parts: Sequence[str]) -> list[float]:
        """For each of `parts` (sentences of `article`, in order) its closeness to the question.

        A part is scored by the article's own token vectors, so each sentence is read in its context; a part whose
        place cannot be found scores as the article's beginning.
        """
        weights = token_weights(encoding.token_ids, self._library.token_idf, self._unseen)
        spans = self._library.embedder.token_spans(article.search_text)
        vectors = self._library.tokens(article.id)[0]
        rows: list[NDArray[np.int8]] = []
        at = article.search_text.find("\n") + 1
        for part in parts:
            plain = normalize(part)
            found = article.search_text.find(plain, at)
            if found < 0:
                rows.append(vectors[:1])
                continue
            at = found + len(plain)
            inside = [i for i, (a, b) in enumerate(spans[: len(vectors)]) if a < at and b > found]
            rows.append(vectors[inside[0] : inside[-1] + 1] if inside else vectors[:1])
        return [float(s) for s in late_interaction(encoding.tokens, weights, rows)]

    def known_share(self, question: str) -> float:
        """The share (by idf) of the question's words that occur anywhere in the library."""
        lexical = self._library.lexical
        idf = {w: lexical.idf(w) for w in set(lexical.tokenizer(normalize(question)))}
        total = sum(idf.values())
        return sum(v for w, v in idf.items() if lexical.knows(w)) / total if total else 0.0

    def _expanded(self, question: str) -> str:
        text = self._spelling.correct(normalize(question))
        return f"{text} {official_terms(text)}".strip()

    @property
    def _unseen(self) -> float:
        return float(np.log(max(2, len(self._library.articles))))

    def _by_score(self, lexical: NDArray[np.float32], keys: Sequence[str] | None) -> list[str]:
        best = np.argsort(-lexical, kind="stable")
        wanted = None if keys is None else set(keys)
        out: list[str] = []
        for i in best:
            if lexical[i] <= 0 or len(out) == _DEPTH:
                break
            article = self._library.articles[int(i)]
            if wanted is None or article.meta.key in wanted:
                out.append(article.id)
        return out

    def _rerank(
        self,
        articles: Sequence[Article],
        close: NDArray[np.float32],
        near: dict[str, float],
        lexical: NDArray[np.float32],
        asked: Asked,
    ) -> NDArray[np.float32]:
        floor = min(near.values(), default=0.0)
        vector = np.array([near.get(a.id, floor) for a in articles], dtype=np.float32)
        words = np.array([lexical[self._library.position[a.id]] for a in articles], dtype=np.float32)
        prior = self._settings.prior
        preferred = np.array([preference(asked, a) for a in articles], dtype=np.float32)
        scores: NDArray[np.float32] = (
            standardise(close) + prior * standardise(words) + prior * standardise(vector) + preferred
        )
        return scores


def _own_characters(question: str, place: str) -> list[bool]:
    """For each character whether it says something of its own: no question word, and no pair of `place`."""
    own = [bool(c.strip()) for c in question]
    for m in wording().phrases["function_words"].finditer(question):
        own[m.start() : m.end()] = [False] * (m.end() - m.start())
    for i in range(len(question) - 1):
        if question[i : i + 2] in place:
            own[i] = own[i + 1] = False
    return own
