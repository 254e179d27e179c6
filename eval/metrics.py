"""The scorers: pure functions, each with its formula and where it comes from.

A question without gold for a metric gives None, not zero. Ranks count from 1.
"""

import math
from collections.abc import Mapping, Sequence

from eval.evidence import evidence
from index.model import Article
from qa.canonical import bigrams, contains_fact, numbers, says_any, stated_numbers
from qa.claims import Claim, Polarity, claims, polarity, without_grounds, without_marks

Places = Sequence[Sequence[str]]
"""Needed places, each a list of article ids of which one suffices."""
SUPPORTED = 0.8
"""Share of a statement's character bigrams that must stand in its cited articles."""


def recall_at(k: int, retrieved: Sequence[str], places: Places) -> float | None:
    """recall@k = needed places with at least one alternative among the first k / needed places.

    Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), section 8.4, with the
    alternatives of a place counted once.
    """
    if not places:
        return None
    best = set(retrieved[:k])
    return sum(any(i in best for i in place) for place in places) / len(places)


def reciprocal_rank(retrieved: Sequence[str], places: Places) -> float | None:
    """1 / rank of the first article that serves any place, 0 if none; its mean over questions is MRR.

    Voorhees, The TREC-8 Question Answering Track Report (1999).
    """
    if not places:
        return None
    gold = {i for place in places for i in place}
    return next((1 / rank for rank, i in enumerate(retrieved, 1) if i in gold), 0.0)


def ndcg_at(k: int, retrieved: Sequence[str], places: Places) -> float | None:
    """nDCG@k = sum over ranks i <= k of gain(i) / log2(i + 1), divided by the same sum for an ideal ranking.

    The gain of an article is the number of places it is the first to serve (a second alternative for a place
    gains nothing); the ideal ranking serves one new place at each rank. Järvelin & Kekäläinen, ACM TOIS 20
    (2002); gain for what is new after Clarke et al., SIGIR 2008.
    """
    if not places:
        return None
    open_places = [set(place) for place in places]
    gained = 0.0
    for rank, i in enumerate(retrieved[:k], 1):
        served = sum(i in place for place in open_places)
        open_places = [place for place in open_places if i not in place]
        gained += served / math.log2(rank + 1)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(places), k) + 1))
    return min(gained / ideal, 1.0)


def first_citation_right(cited: Sequence[str], places: Places) -> float | None:
    """1 if the first citation is an article of any needed place, else 0; no citation is 0.

    Ours: what a caller is told first must be right.
    """
    if not places:
        return None
    return float(bool(cited) and any(cited[0] in place for place in places))


def citation_precision(cited: Sequence[str], places: Places) -> float | None:
    """Cited articles that serve a needed place / cited articles; None if nothing is cited.

    The article-level form of ALCE's citation precision (Gao et al., EMNLP 2023), with hand-written gold in
    the place of its entailment model.
    """
    if not places or not cited:
        return None
    unique = set(cited)
    return sum(any(i in place for place in places) for i in unique) / len(unique)


def citation_recall(cited: Sequence[str], places: Places) -> float | None:
    """Needed places of which an alternative is cited / needed places (ALCE, as `citation_precision`)."""
    return recall_at(len(cited), cited, places)


def facts_share(answer: str, facts: Places) -> float | None:
    """Required facts that the answer says in any wording / required facts.

    Ours, after exact match in reading comprehension (Rajpurkar et al., EMNLP 2016) with the normalisation of
    `qa.canonical`. Marks are taken out first, so that 3 年[1]内 says 3 年内; the grounds line counts,
    since it is read too.
    """
    if not facts:
        return None
    said = without_marks(answer)
    return sum(says_any(said, tuple(fact)) for fact in facts) / len(facts)


def forbidden_said(answer: str, forbidden: Sequence[str]) -> float | None:
    """1 if the answer says any forbidden string, else 0; the grounds line names sources and is left out."""
    if not forbidden:
        return None
    said = without_marks(without_grounds(answer))
    return float(any(contains_fact(said, f) for f in forbidden))


def polarity_error(answer: str, right: Polarity | None) -> float | None:
    """1 if the first sentence takes the opposite side (see `qa.claims.polarity`), else 0."""
    if right is None:
        return None
    side = polarity(answer)
    return float(side is not None and side != right)


def direct_answer(answer: str, right: Polarity | None) -> float | None:
    """1 if the first sentence takes the right side at its start, else 0: also if it takes none.

    Ours: what the caller hears first should be the answer.
    """
    return None if right is None else float(polarity(answer) == right)


def is_supported(statement: Claim, articles: Sequence[Article], cited_count: int) -> bool:
    """Whether at least 80 % of the character bigrams of `statement`, and every number, occur in `articles`.

    Both sides are in canonical form (`qa.canonical`); an article says its text, place, title, column names,
    and its document's number, issuers and date. The number of cited articles may be said (共 4 项).
    """
    said = [evidence(a) for a in articles]
    known_numbers = {str(cited_count)}.union(*map(numbers, said))
    if not stated_numbers(statement.text) <= known_numbers:
        return False
    known = {pair for text in said for pair in bigrams(text)}
    pairs = bigrams(statement.text)
    return sum(pair in known for pair in pairs) >= SUPPORTED * len(pairs)


def statement_support(answer: str, cited: Mapping[int, Article]) -> float | None:
    """Statements that stand in their cited articles / statements; None if the answer states nothing.

    `cited` are the articles by mark. A statement with marks is held against these, one without against all
    cited articles; a mark without an article supports nothing. ALCE's citation recall (Gao et al., EMNLP
    2023) with lexical containment (`is_supported`) in the place of its entailment model: strict on numbers,
    blind to a lost 不, which is what the polarity error looks for.
    """
    found = claims(answer)
    if not found:
        return None
    count = len(cited)
    right = 0
    for s in found:
        grounds = [cited[n] for n in s.marks if n in cited] if s.marks else list(cited.values())
        right += bool(grounds) and is_supported(s, grounds, count)
    return right / len(found)


def quotes_verbatim(quotes: Sequence[tuple[str, str | None]]) -> float | None:
    """Quotes that stand word for word in their article / quotes, given pairs (quote, article text or None).

    Ours; None if nothing is quoted. An empty quote stands nowhere.
    """
    if not quotes:
        return None
    return sum(bool(quote) and text is not None and quote in text for quote, text in quotes) / len(quotes)


def answer_length(answer: str) -> float:
    """Characters of the answer without marks and white space: what an operator has to speak."""
    return float(len("".join(without_marks(answer).split())))


def ratio(part: int, whole: int) -> float | None:
    """The share `part` / `whole`; None if there is nothing to count.

    With part = refused and unanswerable it is refusal precision (whole = refused) and refusal recall
    (whole = unanswerable), as for the unanswerable questions of SQuAD 2.0 (Rajpurkar et al., ACL 2018).
    """
    return part / whole if whole else None


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is not None; None if nothing is."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: the smallest value that at least `share` of all values do not exceed.

    Hyndman & Fan, The American Statistician 50(4), 1996, definition 1.
    """
    if not values:
        return None
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]
