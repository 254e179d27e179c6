"""What speaks for and against an answer, gathered from the articles that were found."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.model import Article
from qa.find import Finder
from qa.model import Retrieved
from qa.reading import Focus, Reading
from qa.slots import Slot, asked_slots

_READ = 3
"""So many of the best articles are read."""


@dataclass(frozen=True)
class Evidence:
    """What the decision rests on."""

    closeness: float = 0.0
    """Late-interaction score of the best article, at most 1."""
    residue: float = 0.0
    """The same over only those words of the question that the title and place of the best article do not hold."""
    length: int = 0
    """Characters of the question."""
    gap: float = 0.0
    """How much less closely the sentence that holds what is asked for speaks of the question than the best one does."""
    missing: Slot | None = None
    """What is asked for and stands in none of the best articles."""


def gather(found: Retrieved, finder: Finder) -> Evidence:
    """The evidence in the best articles of `found`; all zero if nothing was found."""
    articles = [h.article for h in found.hits[:_READ]]
    if not articles or found.encoding is None:
        return Evidence()
    text = found.standalone.text
    own = found.encoding if found.standalone.focus == text else None  # a follow-up is searched in two parts
    whole = finder.searcher.focus(text, own)
    closeness = finder.reader.closeness(whole.encoding, articles)
    best = int(closeness.argmax())
    residue = finder.reader.residue(whole, articles[best])
    focus = finder.searcher.focus(found.standalone.focus, own)
    compared = bool(found.sides) or found.asked.has("comparison")  # no sentence speaks of both sides
    missing, gap = (
        (None, 0.0) if compared else _details(focus, [finder.reader.read(focus, a) for a in articles])
    )
    return Evidence(float(closeness[best]), residue, len(text), gap, missing)


def _details(focus: Focus, readings: Sequence[Reading]) -> tuple[Slot | None, float]:
    """(a slot asked for that nothing fills, the widest gap of those that something fills)."""
    top = max(float(r.scores.max(initial=0.0)) for r in readings)
    widest = 0.0
    for slot in asked_slots(focus.text):
        filled = [
            float(r.scores[i]) for r in readings for i, part in enumerate(r.parts) if slot.filled(part.text)
        ]
        if filled:
            widest = max(widest, top - max(filled))
        elif not any(_in_row(slot, r.article) for r in readings):
            return slot, 0.0
    return None, widest


def _in_row(slot: Slot, article: Article) -> bool:
    """A row is filled by any of its cells."""
    return article.role == "row" and slot.filled(article.text)
