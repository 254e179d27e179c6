"""Plain retrieval measured by the same scorers: what the product must beat.

A baseline ranks pieces; a piece is a set of article ids that it shows. For BM25 only and vectors only a piece
is one article; for fixed chunks it is every article of which the chunk holds enough.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics import Places, ndcg_at, recall_at, reciprocal_rank
from eval.rows import Scores
from index.embed import Embedder
from index.library import Library
from index.model import Article

Piece = frozenset[str]
Rank = Callable[[str], Sequence[Piece]]
"""The pieces for a question, best first."""
CHUNK = 500
ENOUGH = 0.5
"""A chunk shows an article if their overlap is at least this share of the shorter of both."""
DEPTH = 20
CUTS = (1, 3, 5, 10)
METRICS = (*(f"recall@{k}" for k in CUTS), "mrr", "ndcg@10")


@dataclass(frozen=True)
class Chunk:
    """A stretch of text cut by length, and the articles it shows."""

    text: str
    shows: Piece


def bm25_only(library: Library, depth: int = DEPTH) -> Rank:
    """The keyword ranking alone."""

    def rank(question: str) -> list[Piece]:
        scores = library.lexical.scores(question)
        best = np.argsort(-scores, kind="stable")[:depth]
        return [frozenset({library.articles[int(i)].id}) for i in best if scores[i] > 0]

    return rank


def vectors_only(library: Library, depth: int = DEPTH) -> Rank:
    """The nearest article vectors alone."""

    def rank(question: str) -> list[Piece]:
        vector = library.embedder.encode_queries([question])[0].vector
        return [frozenset({i}) for i, _ in library.nearest(vector, depth)]

    return rank


def chunks_and_vectors(articles: Iterable[Article], embedder: Embedder, depth: int = DEPTH) -> Rank:
    """What a tutorial gives: every document cut each 500 characters, ranked by cosine similarity."""
    chunks = chunk_articles(articles)
    vectors = np.stack([e.vector for e in embedder.encode_passages([c.text for c in chunks])])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def rank(question: str) -> list[Piece]:
        scores = unit @ embedder.encode_queries([question])[0].vector
        return [chunks[int(i)].shows for i in np.argsort(-scores, kind="stable")[:depth]]

    return rank


def chunk_articles(articles: Iterable[Article], size: int = CHUNK) -> list[Chunk]:
    """The running text of each document, cut every `size` characters.

    Outlines are left out: their lines stand in the text already.
    """
    documents: dict[str, list[Article]] = {}
    for a in articles:
        if a.role != "outline":
            documents.setdefault(a.meta.key, []).append(a)
    chunks: list[Chunk] = []
    for parts in documents.values():
        spans: list[tuple[Article, int, int]] = []
        text = ""
        for a in parts:
            spans.append((a, len(text), len(text) + len(a.text)))
            text += a.text + "\n"
        for start in range(0, len(text), size):
            piece = text[start : start + size]
            shown = [a.id for a, x, y in spans if _shows(piece, start, x, y)]
            chunks.append(Chunk(piece, frozenset(shown)))
    return chunks


def score_pieces(pieces: Sequence[Piece], places: Places) -> Scores:
    """The scores of `METRICS`, by the ordinary scorers, for pieces that may show several articles.

    Each place becomes the list of pieces that serve it, so that a rank is that of a piece.
    """
    ranked = [str(n) for n in range(len(pieces))]
    served = [[i for i, piece in zip(ranked, pieces, strict=True) if piece & set(p)] for p in places]
    scores: Scores = {f"recall@{k}": recall_at(k, ranked, served) for k in CUTS}
    return scores | {"mrr": reciprocal_rank(ranked, served), "ndcg@10": ndcg_at(10, ranked, served)}


def _shows(piece: str, start: int, low: int, high: int) -> bool:
    overlap = min(high, start + len(piece)) - max(low, start)
    return overlap > 0 and overlap >= ENOUGH * min(high - low, len(piece))
