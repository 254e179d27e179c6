"""What speaks for and against an answer, gathered from the articles that were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.model import Article
from index.text import normalize
from qa.find import Finder
from qa.model import Retrieved
from qa.reading import Focus, Reading
from qa.slots import Slot, asked_slots
from qa.steps import steps_asked, steps_of_value
from qa.subject import content_runs

_READ = 3
"""So many of the best articles are read."""
_NAMED = 4.0
"""Weight of a document's name (see `Names.weights`) from which on the question names it."""
_SHARE = 0.5
"""Of that weight, what another document must have to be meant as well: what is said about the document named."""


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
    """What is asked for and stands in none of the best articles, or only as that of another step (`qa.steps`)."""
    agrees: bool = False
    """Whether what is asked for stands beside the step it is asked of, or beside all that the question says."""
    likeness: float | None = None
    """Late-interaction score of the nearest likely question of the best articles; None if they have none."""


def gather(found: Retrieved, finder: Finder) -> Evidence:
    """The evidence in the best articles of `found`; all zero if nothing was found."""
    articles = [h.article for h in found.hits[:_READ]]
    if not articles or found.encoding is None:
        return Evidence()
    text = found.standalone.text
    own = found.encoding if found.standalone.focus == text else None  # a follow-up is searched in two parts
    whole = finder.searcher.focus(text, own)
    closeness = finder.reader.closeness(whole.encoding, articles)
    # nobody who asks for what an article says asks who said it
    spoken = found.asked.commentary
    alike = None if spoken else float(finder.reader.likeness(found.encoding, articles).max()) or None
    best = int(closeness.argmax())
    residue = finder.reader.residue(whole, articles[best])
    focus = finder.searcher.focus(found.standalone.focus, own)
    compared = bool(found.sides) or found.asked.has("comparison")  # no sentence speaks of both sides
    if compared:
        return Evidence(
            float(closeness[best]), residue, len(text), missing=_nowhere(text, articles), likeness=alike
        )
    meant = _meant(finder.places.names.weights(text), articles)
    missing, gap, agrees = _details(focus, [finder.reader.read(focus, a) for a in meant])
    return Evidence(float(closeness[best]), residue, len(text), gap, missing, agrees, alike)


def _nowhere(question: str, articles: Sequence[Article]) -> Slot | None:
    """What is asked for and stands on neither side of a comparison, or None."""
    return next((s for s in asked_slots(question) if not any(s.filled(a.text) for a in articles)), None)


def _meant(weights: Mapping[str, float], articles: Sequence[Article]) -> Sequence[Article]:
    """Those of `articles` that may fill what is asked for: of the document that the question names, if it names one.

    公示 of 首台套 takes 5 个工作日; that says nothing of 小巨人.
    """
    top = max(weights.values(), default=0.0)
    if top < _NAMED:
        return articles
    return [a for a in articles if weights[a.meta.key] >= _SHARE * top] or articles


def _details(focus: Focus, readings: Sequence[Reading]) -> tuple[Slot | None, float, bool]:
    """(a slot asked for that nothing fills, the widest gap of those that something fills, whether a step agrees)."""
    top = max(float(r.scores.max(initial=0.0)) for r in readings)
    widest, agrees = 0.0, False
    question = normalize(focus.text)
    content = content_runs(question)
    for slot in asked_slots(question):
        name = slot.named(question)
        filled = [
            (float(r.scores[i]), part.text, _place(r.article))
            for r in readings
            for i, part in enumerate(r.parts)
            if slot.filled(part.text) and (name is None or name in normalize(part.text))
        ]
        if not filled:
            if not any(_in_row(slot, r.article) for r in readings):
                return slot, 0.0, False
            continue
        agrees = agrees or any(_says_all(content, place + text) for _, text, place in filled)
        kept = [s for s, *_ in filled]
        if slot.of_step and (asked := steps_asked(question, *slot.span(question))):
            told = [(s, steps_of_value(text, slot.value)) for s, text, _ in filled]
            kept = [s for s, steps in told if not steps or steps & asked]
            agrees = agrees or any(steps & asked for _, steps in told)
            if not kept:
                return slot, 0.0, False
        widest = max(widest, top - max(kept))
    return None, widest, agrees


def _place(article: Article) -> str:
    return article.search_text.partition("\n")[0]


def _says_all(content: Sequence[str], text: str) -> bool:
    """Whether `text` holds everything that a question says, word for word."""
    said = normalize(text)
    return bool(content) and all(run[i : i + 2] in said for run in content for i in range(len(run) - 1))


def _in_row(slot: Slot, article: Article) -> bool:
    """A row is filled by any of its cells."""
    return article.role == "row" and slot.filled(article.text)
