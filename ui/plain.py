"""An answer as text for the terminal. Pure."""

from collections.abc import Sequence

from index.model import Article
from qa.model import Answer, Hit, Refusal
from ui.text import safe, shorten

_SNIPPET = 90


def answer_text(answer: Answer) -> str:
    """The answer and its sources, for a terminal."""
    if answer.refusal is not None:
        return safe(_refusal_text(answer.refusal))
    lines = [answer.text.strip()]
    if answer.citations:
        lines += ["", "原文："]
        for citation in answer.citations:
            lines.append(f"[{citation.n}] {'  '.join(_reference(citation.article))}")
            lines += [f"    {line}" for line in f"“{citation.quote}”".split("\n")]
    return safe("\n".join(lines))


def hits_text(hits: Sequence[Hit]) -> str:
    """What was found, in rank order, for a terminal."""
    lines = []
    for rank, hit in enumerate(hits, start=1):
        lines.append(f"{rank:>2}. {'  '.join(_reference(hit.article))}  （{hit.score:.3f}）")
        lines.append(f"    {shorten(hit.article.text, _SNIPPET)}")
    return safe("\n".join(lines)) if lines else "没有找到条文。"


def _reference(article: Article) -> list[str]:
    """How a source is named: label, 文号, date and page, as far as known."""
    page = f"第 {article.page} 页" if article.page is not None else None
    return [part for part in (article.label, article.meta.doc_number, article.meta.date, page) if part]


def _refusal_text(refusal: Refusal) -> str:
    """Made from the parts: the answer's own text runs them together for machines."""
    lines = [f"【{refusal.type}】{refusal.reason}"]
    if choices := _unsaid(refusal):
        lines += ["", "可以从中选择：", *(f"  - {choice}" for choice in choices)]
    if refusal.nearest:
        lines += ["", "最接近的条文："]
        lines += [f"  - {'  '.join(_reference(article))}" for article in refusal.nearest]
    return "\n".join(lines)


def _unsaid(refusal: Refusal) -> list[str]:
    """The choices that the reason does not name already."""
    return [choice for choice in refusal.choices if choice not in refusal.reason]
