"""Reading an article for one question: which of its sentences speak of what is asked, and how closely."""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.embed import Encoding
from index.library import Library
from index.model import Article
from index.text import normalize
from qa.rank import Match, late_interaction, matches, token_weights
from qa.sentences import Sentence, clauses, sentences
from qa.wording import wording

_OWN_WORDS = 0.5
"""How much the words that no title holds count beside all words of the question."""
TOPIC = 0.3
"""Weight of a follow-up's topic beside its own words."""
_LEXICAL = 0.05
"""What a sentence gains that holds every pair of characters of these words."""
_ENCODINGS = 8
"""Encodings whose matches with what has been read are remembered; one question has one or a few."""
_SPANS = 256
"""Texts whose tokens' places are remembered."""


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
        self._spans = lru_cache(_SPANS)(library.embedder.token_spans)
        self._known: OrderedDict[int, tuple[Encoding, dict[str, Match]]] = OrderedDict()
        self._lock = Lock()

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
        matched = self._matched(encoding, articles)
        return late_interaction([matched[a.id].best for a in articles], weights)

    def likeness(self, encoding: Encoding, articles: Sequence[Article], lead: int = 0) -> NDArray[np.float32]:
        """(articles,) late-interaction score of each article's likely question that comes nearest; 0 if it has none."""
        questions = [
            [(f"{a.id}?{n}", rows) for n, rows in enumerate(self._library.question_tokens(a.id))]
            for a in articles
        ]
        every = dict(q for own in questions for q in own)
        known = self._compared(encoding, every)
        weights = self._leading(encoding, lead)
        close = dict(
            zip(every, late_interaction([known[q].best for q in every], weights).tolist(), strict=True)
        )
        return np.array([max((close[q] for q, _ in own), default=0.0) for own in questions], dtype=np.float32)

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
        best = self._matched(encoding, [article])[article.id].best
        return float(late_interaction([best[kept]], weights)[0])

    def _read(self, focus: Focus, article: Article, parts: Sequence[Sentence]) -> Reading:
        encoding = focus.encoding
        all_words = self._weights(encoding.token_ids)
        all_words = all_words / all_words.sum()
        own = all_words * np.array(self._own_tokens(focus, article), dtype=np.float32)
        own = own / own.sum() if own.sum() > 0 else all_words
        weights = (1 - _OWN_WORDS) * all_words + _OWN_WORDS * own
        whole = self._matched(encoding, [article])[article.id].tokens
        similar = np.array(
            [
                whole[tokens].max(axis=0, initial=-1.0)
                for tokens in self._tokens_of(article, parts, len(whole))
            ],
            dtype=np.float32,
        ).reshape(len(parts), len(weights))
        scores = similar @ weights + _LEXICAL * self._shares(focus, article, parts)
        return Reading(article, tuple(parts), scores.astype(np.float32), similar, weights)

    def _matched(self, encoding: Encoding, articles: Sequence[Article]) -> Mapping[str, Match]:
        """By article id how well the question matches it."""
        return self._compared(encoding, {a.id: self._library.tokens(a.id)[0] for a in articles})

    def _compared(self, encoding: Encoding, passages: Mapping[str, NDArray[np.int8]]) -> Mapping[str, Match]:
        """`matches` by the names of passages: what is ranked once is read again, sentence by sentence."""
        with self._lock:
            _, known = self._known.pop(id(encoding), (encoding, {}))
            self._known[id(encoding)] = encoding, known
            while len(self._known) > _ENCODINGS:
                self._known.popitem(last=False)
        new = [name for name in passages if name not in known]
        if new:
            found = matches(encoding.tokens, [passages[name] for name in new])
            known.update(zip(new, found, strict=True))
        return known

    def _tokens_of(self, article: Article, parts: Sequence[Sentence], tokens: int) -> list[slice]:
        """The tokens of each part among those of the article; of a part that is not found, the first."""
        spans = self._spans(article.search_text)[:tokens]
        starts, ends = [a for a, _ in spans], [b for _, b in spans]
        out: list[slice] = []
        at = article.search_text.find("\n") + 1
        for part in parts:
            plain = normalize(part.text)
            found = article.search_text.find(plain, at)
            if found >= 0:
                at = found + len(plain)
            inside = slice(bisect_right(ends, found), bisect_left(starts, at)) if found >= 0 else slice(0, 0)
            out.append(inside if inside.start < inside.stop else slice(0, 1))
        return out

    def _shares(self, focus: Focus, article: Article, parts: Sequence[Sentence]) -> NDArray[np.float32]:
        """(parts,) the share (by idf) of the own words' character pairs that each part holds."""
        lexical = self._library.lexical
        own = _own_characters(focus.text, _place(article))
        runs = "".join(c if o else " " for c, o in zip(focus.text, own, strict=True)).split()
        pairs = {run[i : i + 2]: 0.0 for run in runs for i in range(len(run) - 1)}
        pairs = {pair: lexical.idf(pair) for pair in pairs}
        total = sum(pairs.values()) or 1.0
        plain = [normalize(part.text) for part in parts]
        held = [sum(v for p, v in pairs.items() if p in text) for text in plain]
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
