"""A conversation or one answer as text to take away, with its sources. Pure."""

from collections.abc import Sequence
from datetime import date

from ui.text import safe
from ui.turn import Source, Turn

KINDS = {"md": "Markdown"}
"""What can be exported, and what it is called."""


def turn_text(turn: Turn) -> str:
    """An answer with its sources as plain text, to be pasted."""
    return safe("\n".join([turn.said, *(f"[{s.n}] {reference(s)}：“{s.quote}”" for s in turn.sources)]))


def conversation_markdown(title: str, turns: Sequence[Turn], day: date) -> str:
    """Questions, answers and sources as Markdown."""
    parts = [f"# {title}", f"导出日期：{day.isoformat()}"]
    for turn in turns:
        parts += [f"## 问：{' '.join(turn.question.split())}", "  \n".join(turn.said.split("\n"))]
        for s in turn.sources:
            quote = "\n".join(f"> {line}" for line in s.quote.split("\n"))
            parts.append(f"**[{s.n}] {reference(s)}**\n\n{quote}")
    return safe("\n\n".join(parts)) + "\n"


def reference(source: Source) -> str:
    """How a source is named: label, 文号, date and page, as far as known."""
    page = f"第 {source.page} 页" if source.page is not None else None
    about = "，".join(part for part in (source.doc_number, source.date, page) if part)
    return f"{source.label}（{about}）" if about else source.label


def citation_text(label: str, doc_number: str | None, quote: str) -> str:
    """A citation to paste: 《名称》（文号）第X条：“引文”; `label` is the official citation 《名称》第X条."""
    name, mark, place = label.partition("》")
    number = f"（{doc_number}）" if doc_number else ""
    cited = f"{name}{mark}{number}{place}" if mark else f"{label}{number}"
    return safe(f"{cited}：“{quote}”" if quote else cited)
