"""An answer as text for the terminal and as HTML for the page; nothing from a document or a user is markup.

Pure. The page shows HTML in a Markdown component. What we write has no blank line, so that Markdown takes it
as finished HTML, and every character that could be markup (`<附件1>`, `*`, `$`) is written as an entity.
"""

import re
from collections.abc import Sequence

from index.model import Article
from qa.model import Answer, Citation, Hit, Refusal
from ui.text import safe, shorten

_SNIPPET = 90
_ECHO = 200
"""Characters of a question that are repeated on the page."""
_MARKUP = re.compile(r"[&<>\"'`*_~|#$\\]|(?<=\])\(|!(?=\[)")
"""Also what makes a link or an image of [text](address); a bare [1] is ours."""


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


def answer_html(answer: Answer) -> str:
    """The answer and its sources, for the page."""
    if answer.refusal is not None:
        return _refusal_html(answer.refusal)
    body = f'<div class="pq-answer">{_escaped(answer.text.strip())}</div>'
    return body + _sources_html(answer.citations) if answer.citations else body


def question_html(question: str) -> str:
    """A user's question as it was typed; a very long one is cut."""
    shown = question if len(question) <= _ECHO else f"{question[:_ECHO]}…（共 {len(question)} 字）"
    return f'<div class="pq-question">{_escaped(shown.strip())}</div>'


def error_html(message: str) -> str:
    """A known error, told apart from answers and refusals."""
    return f'<div class="pq-error">{_escaped(message)}</div>'


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


def _refusal_html(refusal: Refusal) -> str:
    parts = [f"<p><strong>{_escaped(refusal.type)}</strong></p><p>{_escaped(refusal.reason)}</p>"]
    if choices := _unsaid(refusal):
        parts.append(f"<p>可以从中选择：</p>{_list_html([_escaped(c) for c in choices])}")
    if refusal.nearest:
        nearest = [f"{_escaped(a.label)} {_facts_html(a)}" for a in refusal.nearest]
        parts.append(f"<p>最接近的条文：</p>{_list_html(nearest)}")
    return f'<div class="pq-refusal">{"".join(parts)}</div>'


def _sources_html(citations: Sequence[Citation]) -> str:
    items = "".join(
        f'<div class="pq-source"><div><strong>[{c.n}] {_escaped(c.article.label)}</strong></div>'
        f"<div>{_facts_html(c.article)}</div>"
        f"<blockquote>{_escaped(c.quote)}</blockquote></div>"
        for c in citations
    )
    return f'<details class="pq-sources" open><summary>原文（{len(citations)} 条）</summary>{items}</details>'


def _facts_html(article: Article) -> str:
    return "".join(f'<span class="pq-fact">{_escaped(fact)}</span>' for fact in _reference(article)[1:])


def _list_html(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _escaped(text: str) -> str:
    """`text` with every sign that HTML, Markdown or TeX could read as markup written as an entity."""
    return _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", safe(text)).replace("\n", "<br>")
