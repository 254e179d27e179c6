"""Keyword ranking: BM25 (as bm25s keeps it) over Chinese words and character pairs.

Words come from jieba with the documents' own terms added to its dictionary; pairs catch what the dictionary
cuts wrongly. Both are saved with the index: opening it again tokenizes nothing, and a change tokenizes only
the texts that are new or hold a term that is (`index.postings`).
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexMismatch
from index.postings import Postings
from index.ranking import Ranking
from index.text import normalize
from index.words import Words, dictionary

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+(?:[.\-/][a-z0-9]+)*%?")
_QUOTED = re.compile(r"[“《（(]([^“”《》（）()，。；]{2,12})[”》）)]")
_SHORT_FOR = re.compile(r"(?:以下|统)简?称[:：]?《?“?([^”》）)，。；]{2,12})")
_STOP = frozenset(
    "的了吗呢啊呀和与及或在是有为对等被把将之其该此这那个我你他们什么哪些怎么如何多少是否请问一下".strip()
)
_JOINS = frozenset(".-/")
"""Signs that join letters and digits to one token."""
_TERMS_FILE = "terms.json"
_COUNTS_FILE = "counts.npy"
_K1, _B = 1.2, 0.75
_RARE = 5
"""Occurrences in the dictionary's corpus below which a word is as good as unknown; common words have hundreds."""


def own_terms(text: str) -> set[str]:
    """A document's own terms: quoted words, names in 《》, abbreviations it defines (以下简称…)."""
    found = {normalize(m) for pattern in (_QUOTED, _SHORT_FOR) for m in pattern.findall(text)}
    return {t for t in found if len(t) >= 2 and re.fullmatch(r"[一-鿿]+", t)}


class Tokenizer:
    """Cuts normalised text into words (with the given extra terms) and character pairs.

    How a text is cut depends on those terms alone that it holds: each gets the weight that sets it apart in the plain
    dictionary, and the dictionary's total stays. So a new term changes only the texts that hold it.
    """

    def __init__(self, terms: Iterable[str], cache_dir: Path | None = None) -> None:
        self.terms = sorted(terms)
        self._words = Words(dictionary(cache_dir), self.terms)

    def __call__(self, text: str) -> list[str]:
        """Words and pairs of `text`, in order, stop words left out; `text` need not be normalised."""
        out: list[str] = []
        for run in _RUN.findall(normalize(text).lower()):
            if run[0] < "一":
                out.append(run)
                continue
            out += [w for w in self._words.cutter(run).cut_for_search(run) if w not in _STOP]
            out += _pairs(run)
        return out

    def is_rare(self, word: str) -> bool:
        """Whether the dictionary lacks `word` or has hardly ever seen it (转形)."""
        return int(self._words.cutter(word).FREQ.get(word, 0)) < _RARE

    def words(self, run: str) -> list[str]:
        """The dictionary words of a run of Chinese characters, without overlaps; the rest as characters."""
        return list(self._words.cutter(run).cut(run, HMM=False))


class Lexical:
    """BM25 scores of all articles for a question; positions are those of the texts it was built from."""

    def __init__(self, tokenizer: Tokenizer, ranking: Ranking) -> None:
        self.tokenizer = tokenizer
        self._ranking = ranking

    @classmethod
    def load(cls, folder: Path, cache_dir: Path | None = None) -> "Lexical":
        """Open what `LexicalDraft.save` wrote, mapped into memory.

        Raises:
            IndexMismatch: it is missing or damaged.
        """
        try:
            terms = json.loads((folder / _TERMS_FILE).read_text(encoding="utf-8"))
            ranking = Ranking.open(folder)
        except (OSError, ValueError, KeyError) as error:
            raise IndexMismatch(
                f"关键词索引已损坏：{folder}。请运行 policy-qa doctor --repair 修复。"
            ) from error
        return cls(Tokenizer(terms, cache_dir), ranking)

    @property
    def words(self) -> list[str]:
        """All words of the texts (character pairs left out)."""
        return [w for w in self._ranking.numbers if not w.startswith("_")]

    def knows(self, token: str) -> bool:
        """Whether any text holds `token` (a word, or a pair as the tokenizer writes it)."""
        return token in self._ranking.numbers

    def known(self, tokens: Collection[str]) -> set[str]:
        """Those of `tokens` that any text holds."""
        return self._ranking.numbers.keys() & tokens

    def idf(self, token: str) -> float:
        """ln((n + 1) / (df + 0.5)) over the n texts; a token that no text holds weighs most."""
        n, df = self._ranking.size, self.document_frequency(token)
        return float(np.log((n + 1) / (df + 0.5)))

    def document_frequency(self, token: str) -> int:
        """How many texts hold `token`."""
        return self._ranking.count(token)

    def candidates(self, text: str) -> NDArray[np.int32] | None:
        """Positions of the texts that may hold `text` (normalised) as it stands, ascending; None if all may."""
        runs = list(_RUN.finditer(text.lower()))
        tokens = {pair for m in runs if m[0] >= "一" for pair in _pairs(m[0])}
        inside = (m for m in runs if m.start() > 0 and m.end() < len(text))
        tokens |= {m[0] for m in inside if not _JOINS & {text[m.start() - 1], text[m.end()]} and m[0] < "一"}
        if not tokens:
            return None
        found: NDArray[np.int32] | None = None
        for token in sorted(tokens, key=self.document_frequency):
            own = self._ranking.holding(token)
            found = own if found is None else np.intersect1d(found, own, assume_unique=True)
            if not len(found):
                break
        return found

    def scores(self, question: str) -> NDArray[np.float32]:
        """(n,) BM25 scores of the n texts; zero where nothing is shared."""
        return self._ranking.sums(self.tokenizer(question))


@dataclass(frozen=True)
class LexicalDraft:
    """A keyword ranking in the making: what is counted of each text, and which texts define which terms."""

    postings: Postings
    terms: Mapping[str, Sequence[int]]
    """Term -> positions of the texts that define it, ascending."""

    @classmethod
    def empty(cls) -> "LexicalDraft":
        """The ranking of no texts."""
        return cls(Postings.empty(), {})

    @classmethod
    def build(cls, texts: Sequence[str], cache_dir: Path | None = None) -> "LexicalDraft":
        """Tokenize and count `texts`; positions in `Lexical.scores` are positions in `texts`."""
        return cls.empty().revised([None] * len(texts), lambda wanted: [texts[i] for i in wanted], cache_dir)

    @classmethod
    def load(cls, folder: Path) -> "LexicalDraft":
        """Read what `save` wrote, to revise it.

        Raises:
            OSError, ValueError, KeyError: it is missing or damaged.
        """
        ranking = Ranking.open(folder, mapped=False)
        postings = Postings(
            ranking.size,
            tuple(ranking.numbers),
            ranking.starts,
            ranking.texts,
            np.load(folder / _COUNTS_FILE).astype(np.int32),
        )
        return cls(postings, json.loads((folder / _TERMS_FILE).read_text(encoding="utf-8")))

    def revised(
        self,
        places: Sequence[int | None],
        read: Callable[[Sequence[int]], Sequence[str]],
        cache_dir: Path | None = None,
    ) -> "LexicalDraft":
        """The ranking of other texts, equal to one that is built of them.

        Args:
            places: For each text its position among those counted here, or None if it is new.
            read: The texts at some positions of `places`. It is asked for the new ones and for those that hold a term
                which was not defined before or no longer is: they are cut in another way now.
            cache_dir: See `Tokenizer`.
        """
        now = {old: new for new, old in enumerate(places) if old is not None}
        fresh = [new for new, old in enumerate(places) if old is None]
        texts = dict(zip(fresh, read(fresh), strict=True))
        terms = {t: own for t, olds in self.terms.items() if (own := [now[i] for i in olds if i in now])}
        for i, text in texts.items():
            for term in own_terms(text):
                terms.setdefault(term, []).append(i)
        otherwise = {
            now[old]
            for term in self.terms.keys() ^ terms.keys()
            for old in self.postings.holding(_pairs(term)).tolist()
            if old in now
        }
        texts |= dict(zip(otherwise, read(list(otherwise)), strict=True))
        tokenizer = Tokenizer(terms, cache_dir)
        cut = ((i, tokenizer(text)) for i, text in texts.items())
        return LexicalDraft(
            self.postings.revised(places, cut), {term: sorted(own) for term, own in sorted(terms.items())}
        )

    def save(self, folder: Path) -> None:
        """Write the ranking for `Lexical.load`, and beside it what a revision needs."""
        import bm25s  # brings SciPy along, which no question needs

        postings = self.postings
        ranking = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        ranking.vocab_dict = {token: i for i, token in enumerate(postings.tokens)}
        ranking.scores = {
            "data": postings.scores(_K1, _B),
            "indices": postings.texts,
            "indptr": postings.starts,
            "num_docs": postings.size,
        }
        ranking.nonoccurrence_array = None  # only other variants of BM25 have it
        ranking.save(folder)
        most = int(postings.counts.max(initial=0))
        np.save(folder / _COUNTS_FILE, postings.counts.astype(np.min_scalar_type(most)))
        (folder / _TERMS_FILE).write_text(json.dumps(dict(self.terms), ensure_ascii=False), encoding="utf-8")


def _pairs(run: str) -> list[str]:
    """The character pairs of a run as tokens, stop words left out."""
    return [f"_{a}{b}" for a, b in pairwise(run) if a not in _STOP and b not in _STOP]


def is_whole(folder: Path, texts: int) -> bool:
    """Whether what `LexicalDraft.save` wrote for so many texts is there, and its parts fit each other."""
    try:
        draft = LexicalDraft.load(folder)
        ranking = Ranking.open(folder, mapped=False)
        return (
            draft.postings.size == texts
            and np.array_equal(draft.postings.scores(_K1, _B), ranking.scores)
            and all(0 <= i < texts for own in draft.terms.values() for i in own)
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False
