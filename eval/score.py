"""All scores of one case, from the kept answer and the articles of the corpus: no model is needed."""

from collections.abc import Mapping
from dataclasses import replace

from eval import metrics
from eval.cases import Case
from eval.rows import Row, SavedAnswer, Scores
from index.model import Article

CUTS = (1, 3, 5, 10, 20)
LISTS = ("list", "table_filter")
"""Strata whose facts are the items of a list."""


def score_answer(case: Case, answer: SavedAnswer, articles: Mapping[str, Article]) -> Scores:
    """The scores of `answer`, by name; None where there is no gold, or a refusal says nothing to score.

    `gold_missing` counts gold articles that the index does not have: a splitter that merges two loses one.
    `right` joins facts and refusals: an answerable case is right if it is answered with all its facts, an
    unanswerable one if it is refused.
    """
    gold, cited = case.gold, answer.cited
    said = "" if answer.refused else answer.text
    share = metrics.facts_share(said, case.facts)
    facts_right = None if share is None else float(share == 1)
    known = {c.n: articles[c.id] for c in answer.citations if c.id in articles}
    quotes = [(c.quote, articles[c.id].text if c.id in articles else None) for c in answer.citations]
    scores: Scores = {f"recall@{k}": metrics.recall_at(k, answer.retrieved, gold) for k in CUTS}
    scores |= {
        "mrr": metrics.reciprocal_rank(answer.retrieved, gold),
        "ndcg@10": metrics.ndcg_at(10, answer.retrieved, gold),
        "first_citation": metrics.first_citation_right(() if answer.refused else cited, gold),
        "citation_precision": None if answer.refused else metrics.citation_precision(cited, gold),
        "citation_recall": metrics.citation_recall(() if answer.refused else cited, gold),
        "support": None if answer.refused else metrics.statement_support(said, known),
        "facts_share": share,
        "facts_right": facts_right,
        "list_completeness": share if case.stratum in LISTS else None,
        "forbidden": metrics.forbidden_said(answer.text, case.forbidden),
        "polarity_error": metrics.polarity_error(said, case.polarity),
        "direct": metrics.direct_answer(said, case.polarity),
        "quotes_verbatim": metrics.quotes_verbatim(quotes),
        "unresolved": float(sum(c.id not in articles for c in answer.citations)),
        "gold_missing": float(sum(i not in articles for i in case.gold_ids)) if gold else None,
        "refused": float(answer.refused),
        "refusal_type": float(answer.refusal == case.refusal) if answer.refused and case.refusal else None,
        "right": facts_right if case.answerable else float(answer.refused),
        "length": None if answer.refused else metrics.answer_length(answer.text),
    }
    return scores


def score_row(case: Case, row: Row, articles: Mapping[str, Article]) -> Row:
    """`row` with its scores made anew; an error is an empty answer, and is counted."""
    scores = {k: v if v is None else round(v, 6) for k, v in score_answer(case, row.answer, articles).items()}
    if row.error is not None:
        scores |= {"length": None, "support": None}
    return replace(
        row,
        should_refuse=case.refusal,
        stratum=case.stratum,
        question=case.question,
        scores=scores | {"error": float(row.error is not None)},
    )
