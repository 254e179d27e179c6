"""Keyword ranking: BM25 (through bm25s) over Chinese words and character pairs.

Words come from jieba with the documents' own terms added to its dictionary; pairs catch what the dictionary
cuts wrongly. Both are saved with the index: opening it again tokenizes nothing.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import bm25s
import jieba
import numpy as np
from numpy.typing import NDArray

from index.text import normalize

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+(?:[.\-/][a-z0-9]+)*%?")
_QUOTED = re.compile(r"[“《（(]([^“”《》（）()，。；]{2,12})[”》）)]")
_SHORT_FOR = re.compile(r"(?:以下|统)简?称[:：]?《?“?([^”》）)，。；]{2,12})")
_STOP = frozenset(
    "的了吗呢啊呀和与及或在是有为对等被把将之其该此这那个我你他们什么哪些怎么如何多少是否请问一下".strip()
)
_TERMS_FILE = "terms.json"
_RARE = 5
"""Occurrences in the dictionary's corpus below which a word is as good as unknown; common words have hundreds."""

jieba.setLogLevel(logging.WARNING)


def own_terms(texts: Iterable[str]) -> list[str]:
    """The documents' own terms: quoted words, names in 《》, abbreviations they define (以下简称…)."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(normalize(m) for pattern in (_QUOTED, _SHORT_FOR) for m in pattern.findall(text))
    return sorted(t for t in counts if len(t) >= 2 and re.fullmatch(r"[一-鿿]+", t))


@lru_cache(maxsize=1)
def _dictionary(cache_dir: Path | None) -> jieba.Tokenizer:
    """The dictionary of jieba itself. Reading it takes half a second, a copy of it a hundredth."""
    tokenizer = jieba.Tokenizer()
    if cache_dir is not None:
        tokenizer.tmp_dir = str(cache_dir)
    tokenizer.initialize()
    return tokenizer


class Tokenizer:
    """Cuts normalised text into words (with the given extra terms) and character pairs."""

    def __init__(self, terms: Sequence[str], cache_dir: Path | None = None) -> None:
        self.terms = list(terms)
        if cache_dir is not None:
            cache_dir.mkdir(parents=True, exist_ok=True)
        read = _dictionary(cache_dir)
        self._jieba = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total, self._jieba.initialized = read.FREQ.copy(), read.total, True
        for term in self.terms:
            self._jieba.add_word(term)

    def __call__(self, text: str) -> list[str]:
        """Words and pairs of `text`, in order, stop words left out; `text` need not be normalised."""
        out: list[str] = []
        for run in _RUN.findall(normalize(text).lower()):
            if run[0] < "一":
                out.append(run)
                continue
            out += [w for w in self._jieba.cut_for_search(run) if w not in _STOP]
            out += [f"_{a}{b}" for a, b in pairwise(run) if a not in _STOP and b not in _STOP]
        return out

    def is_rare(self, word: str) -> bool:
        """Whether the dictionary lacks `word` or has hardly ever seen it (转形)."""
        return int(self._jieba.FREQ.get(word, 0)) < _RARE

    def words(self, run: str) -> list[str]:
        """The dictionary words of a run of Chinese characters, without overlaps; the rest as characters."""
        return list(self._jieba.cut(run, HMM=False))


class Lexical:
    """BM25 scores of all articles for a question; positions are those of the texts it was built from."""

    def __init__(self, tokenizer: Tokenizer, ranking: bm25s.BM25) -> None:
        self.tokenizer = tokenizer
        self._ranking = ranking

    @classmethod
    def build(cls, texts: Sequence[str], cache_dir: Path | None = None) -> "Lexical":
        """Tokenize and count `texts`; positions in `scores` are positions in `texts`."""
        tokenizer = Tokenizer(own_terms(texts), cache_dir)
        ranking = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        ranking.index([tokenizer(t) for t in texts], show_progress=False)
        return cls(tokenizer, ranking)

    def save(self, folder: Path) -> None:
        """Write the ranking and its terms into `folder`."""
        self._ranking.save(folder)
        (folder / _TERMS_FILE).write_text(
            json.dumps(self.tokenizer.terms, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path, cache_dir: Path | None = None) -> "Lexical":
        """Open what `save` wrote, mapped into memory."""
        terms = json.loads((folder / _TERMS_FILE).read_text(encoding="utf-8"))
        return cls(Tokenizer(terms, cache_dir), bm25s.BM25.load(folder, mmap=True))

    @property
    def words(self) -> list[str]:
        """All words of the texts (character pairs left out)."""
        return [w for w in self._ranking.vocab_dict if not w.startswith("_")]

    def knows(self, token: str) -> bool:
        """Whether any text holds `token` (a word, or a pair as the tokenizer writes it)."""
        return token in self._ranking.vocab_dict

    def idf(self, token: str) -> float:
        """ln((n + 1) / (df + 0.5)) over the n texts; a token that no text holds weighs most."""
        n, df = int(self._ranking.scores["num_docs"]), self.document_frequency(token)
        return float(np.log((n + 1) / (df + 0.5)))

    def document_frequency(self, token: str) -> int:
        """How many texts hold `token`."""
        column = self._ranking.vocab_dict.get(token)
        if column is None:
            return 0
        starts = self._ranking.scores["indptr"]
        return int(starts[column + 1] - starts[column])

    def scores(self, question: str) -> NDArray[np.float32]:
        """(n,) BM25 scores of the n texts; zero where nothing is shared."""
        known = [t for t in self.tokenizer(question) if t in self._ranking.vocab_dict]
        if not known:
            return np.zeros(self._ranking.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._ranking.get_scores(known), dtype=np.float32)
