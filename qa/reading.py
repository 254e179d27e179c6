"""Reading an article for one question: which of its sentences speak of what is asked, and how closely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embed import Encoding
from index.library import Library
from index.model import Article
from index.text import normalize
from qa.rank import late_interaction, token_weights
from qa.sentences import Sentence, clauses, sentences
from qa.wording import wording

_OWN_WORDS = 0.5
"""How much the words that no title holds count beside all words of the question."""
TOPIC = 0.3
"""Weight of a follow-up's topic beside its own words."""
_LEXICAL = 0.05
"""What a sentence gains that holds every pair of characters of these words."""


@dataclass(frozen=True)
class Focus:
    """A question as its sentences are sought: its text as searched, and its encoding."""

    text: str
    encoding: Encoding


@dataclass(frozen=True)
class Reading:
    """An article as read for a question.

    `similar` is (sentences, question tokens): the best match of each token in each sentence; `weights` says what
    each token counts (they sum to 1); `scores` is (sentences,), at most about 1.
    """

    article: Article
    parts: tuple[Sentence, ...]
    scores: NDArray[np.float32]
    similar: NDArray[np.float32]
    weights: NDArray[np.float32]


class Reader:
    """Reads the articles of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def read(self, focus: Focus, article: Article) -> Reading:
        """The sentences of `article` (of a table row, those of its longest cell), each with its closeness."""
        text = max((c for _, c in article.columns), key=len) if article.columns else article.text
        return self._read(focus, article, sentences(text))

    def read_clauses(self, focus: Focus, article: Article, sentence: Sentence) -> Reading:
        """The clauses of one of its sentences, each with its closeness."""
        return self._read(focus, article, clauses(sentence))

    def closeness(
        self, encoding: Encoding, articles: Sequence[Article], lead: int = 0
    ) -> NDArray[np.float32]:
        """(articles,) late-interaction scores, comparable across questions (unlike `Hit.score`).

        The question's first `lead` characters are its topic and weigh less.
        """
        weights = self._leading(encoding, lead)
        return late_interaction(encoding.tokens, weights, [self._library.tokens(a.id)[0] for a in articles])

    def likeness(self, encoding: Encoding, articles: Sequence[Article], lead: int = 0) -> NDArray[np.float32]:
        """(articles,) late-interaction score of each article's likely question that comes nearest; 0 if it has none."""
        questions = [self._library.question_tokens(a.id) for a in articles]
        weights = self._leading(encoding, lead)
        close = iter(
            late_interaction(encoding.tokens, weights, [q for own in questions for q in own]).tolist()
        )
        return np.array([max((next(close) for _ in own), default=0.0) for own in questions], dtype=np.float32)

    def residue(self, focus: Focus, article: Article) -> float:
        """Late interaction over the question's own words alone: those that no title or path of `article` holds.

        “小巨人企业奖励资金” is close to every article about 小巨人 by its first half; whether the article speaks of
        奖励资金 is seen in the second. 1 if no word is left.
        """
        kept = [i for i, own in enumerate(self._own_tokens(focus, article)) if own]
        if not kept:
            return 1.0
        encoding = focus.encoding
        weights = self._weights([encoding.token_ids[i] for i in kept])
        return float(
            late_interaction(encoding.tokens[kept], weights, [self._library.tokens(article.id)[0]])[0]
        )

    def _read(self, focus: Focus, article: Article, parts: Sequence[Sentence]) -> Reading:
        encoding = focus.encoding
        all_words = self._weights(encoding.token_ids)
        all_words = all_words / all_words.sum()
        own = all_words * np.array(self._own_tokens(focus, article), dtype=np.float32)
        own = own / own.sum() if own.sum() > 0 else all_words
        weights = (1 - _OWN_WORDS) * all_words + _OWN_WORDS * own
        rows = self._token_rows(article, parts)
        similar = np.array(
            [(r.astype(np.float32) @ encoding.tokens.T).max(axis=0) / np.float32(127) for r in rows],
            dtype=np.float32,
        ).reshape(len(parts), len(weights))
        scores = similar @ weights + _LEXICAL * self._shares(focus, article, parts)
        return Reading(article, tuple(parts), scores.astype(np.float32), similar, weights)

    def _token_rows(self, article: Article, parts: Sequence[Sentence]) -> list[NDArray[np.int8]]:
        """The token vectors of each part, in the article's context; of a part that is not found, its beginning."""
        spans = self._library.embedder.token_spans(article.search_text)
        vectors = self._library.tokens(article.id)[0]
        rows: list[NDArray[np.int8]] = []
        at = article.search_text.find("\n") + 1
        for part in parts:
            plain = normalize(part.text)
            found = article.search_text.find(plain, at)
            if found < 0:
                rows.append(vectors[:1])
                continue
            at = found + len(plain)
            inside = [i for i, (a, b) in enumerate(spans[: len(vectors)]) if a < at and b > found]
            rows.append(vectors[inside[0] : inside[-1] + 1] if inside else vectors[:1])
        return rows

    def _shares(self, focus: Focus, article: Article, parts: Sequence[Sentence]) -> NDArray[np.float32]:
        """(parts,) the share (by idf) of the own words' character pairs that each part holds."""
        lexical = self._library.lexical
        own = _own_characters(focus.text, _place(article))
        runs = "".join(c if o else " " for c, o in zip(focus.text, own, strict=True)).split()
        pairs = {run[i : i + 2]: 0.0 for run in runs for i in range(len(run) - 1)}
        pairs = {pair: lexical.idf(pair) for pair in pairs}
        total = sum(pairs.values()) or 1.0
        held = [sum(v for p, v in pairs.items() if p in normalize(part.text)) for part in parts]
        return np.array(held, dtype=np.float32) / np.float32(total)

    def _own_tokens(self, focus: Focus, article: Article) -> list[bool]:
        own = _own_characters(focus.text, _place(article))
        return [any(own[a:b]) for a, b in focus.encoding.offsets]

    def _leading(self, encoding: Encoding, lead: int) -> NDArray[np.float32]:
        weights = self._weights(encoding.token_ids)
        weights[[end <= lead for _, end in encoding.offsets]] *= TOPIC
        return weights

    def _weights(self, token_ids: Sequence[int]) -> NDArray[np.float32]:
        unseen = float(np.log(max(2, len(self._library.articles))))
        return token_weights(token_ids, self._library.token_idf, unseen)


def _place(article: Article) -> str:
    return article.search_text.partition("\n")[0]


def _own_characters(question: str, place: str) -> list[bool]:
    """For each character whether it says something of its own: no question word, and no pair of `place`."""
    own = [bool(c.strip()) for c in question]
    for m in wording().phrases["function_words"].finditer(question):
        own[m.start() : m.end()] = [False] * (m.end() - m.start())
    for i in range(len(question) - 1):
        if question[i : i + 2] in place:
            own[i] = own[i + 1] = False
    return own
