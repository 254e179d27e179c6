"""From statements to the text that is read out: marks, grounds, and citations whose quotes are verbatim."""

import re
from collections.abc import Sequence

from index.model import Article
from qa.extract import Statement
from qa.model import Citation

_SUBSCRIPT = re.compile(r"[_^]\{([^{}]*)\}")
_AND = re.compile(r"(?<=[一-鿿])\s+and\s+(?=[一-鿿])")


def compose(said: Sequence[Statement]) -> tuple[str, list[Citation]]:
    """The answer's text with a mark [n] after each statement and the grounds below, and its citations.

    Statements from the same article share one citation. A quote that does not stand in its article is a defect of
    the answerer, never shown: the statement is left out.
    """
    numbers: dict[str, int] = {}
    citations: list[Citation] = []
    parts: list[str] = []
    for s in said:
        if s.quote not in s.article.text:
            continue
        n = numbers.setdefault(s.article.id, len(numbers) + 1)
        if n > len(citations):
            citations.append(Citation(n, s.article, s.quote))
        parts.append(_marked(aloud(s.text), n))
    if not citations:
        return "", []
    text = _joined(parts)
    return f"{text}\n依据：{grounds([c.article for c in citations])}", citations


def aloud(text: str) -> str:
    """The words as they are spoken: the notation of a formula (PM_{2.5}) and a stray English “and” are not.

    Nothing else is touched, and the citation's quote stays as the source has it: what is read out must be found there.
    """
    return _AND.sub("和", _SUBSCRIPT.sub(r"\1", text))


def _marked(text: str, n: int) -> str:
    """`[n]` at the end of each line, so that a list's items each carry it once as a whole."""
    return f"{text}[{n}]"


def _joined(parts: Sequence[str]) -> str:
    out = ""
    for part in parts:
        out += part if part.startswith("\n") or not out else f"\n{part}"
    return out.strip()


def grounds(articles: Sequence[Article]) -> str:
    """《办法》（文号）第二十七条、第八条；《通知》…: one entry per document."""
    by_document: dict[str, list[Article]] = {}
    for a in articles:
        by_document.setdefault(a.meta.key, []).append(a)
    entries = []
    for own in by_document.values():
        meta = own[0].meta
        name = own[0].label[: own[0].label.rindex("》") + 1] if "》" in own[0].label else meta.title
        number = f"（{meta.doc_number}）" if meta.doc_number else ""
        places = [a.label.removeprefix(name).strip() for a in own]
        entries.append(f"{name}{number}{_places(places)}")
    return "；".join(entries)


def _places(places: Sequence[str]) -> str:
    """Rows of one table share its name: 附件1 序号52、53、54."""
    tables: dict[str, list[str]] = {}
    for place in places:
        table, _, number = place.partition(" 序号")
        tables.setdefault(table, []).extend([number] if number else [])
    between = "，" if any(len(numbers) > 1 for numbers in tables.values()) else "、"
    return between.join(f"{t} 序号{'、'.join(numbers)}" if numbers else t for t, numbers in tables.items())
