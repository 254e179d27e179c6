"""From what was found to what is said: refusals are decided first, then the kinds of answer are tried in turn."""

from collections.abc import Sequence
from dataclasses import replace

from index.library import Library
from index.model import Article
from qa.compose import compose
from qa.days import day_given, ending
from qa.decide import NAMED_CLEARLY, NOT_STATED, Decider
from qa.every import every, list_asked, tell_every
from qa.extract import Statement, asks_one_thing, statements
from qa.find import Finder, promoted
from qa.headings import Headings
from qa.lead import UNSETTLED, lead
from qa.metadata import introduce, metadata_reply
from qa.model import Answer, Citation, Place, Refusal, Retrieved
from qa.parts import unanswered
from qa.place import item_text
from qa.reading import Focus
from qa.refusal_text import contact_of, refusal_text
from qa.sentences import sentences, without_mark
from qa.settings import AnswerSettings
from qa.tell import tell_filters, tell_note, tell_tallies, with_cells

EXTRACTIVE = "extractive"
_NEAR = 0.2
"""How close (in score) the second article must be to the first to be quoted too."""
_MOST = 5
"""Articles quoted in one answer, unless they are rows of a table."""
_STEP = 2.5
"""How far behind the first (in score) the next steps of its procedure may be."""
_BESIDE = 3
"""Hits among which the term that a day is computed from is looked for."""
_DEPTH = 10
"""How far down the ranking the next steps of a procedure are looked for."""


class Answerer:
    """The built-in answerer: no model, every word from the articles."""

    def __init__(self, library: Library, finder: Finder, settings: AnswerSettings) -> None:
        self._library = library
        self._finder = finder
        self._settings = settings
        self._decider = Decider(library, finder, settings)
        self._headings = Headings(library.articles.of)

    def answer(self, found: Retrieved) -> Answer:
        """Answer or refuse; a refusal names the nearest articles."""
        sure, refusal = self._decider.decide(found)
        if refusal is not None:
            return self._refused(found, sure, refusal)
        said = self._statements(found)
        found, said = self._with_parts(found, said)
        text, citations = compose(said)
        if not citations:
            refusal = Refusal("条文未明确", NOT_STATED, tuple(h.article for h in found.hits[:3]))
            return self._refused(found, sure, refusal)
        return self._done(found, text, citations, sure, None)

    def _refused(self, found: Retrieved, sure: float, refusal: Refusal) -> Answer:
        nearest = refusal.nearest[0].meta.key if refusal.nearest else None
        named = self._finder.places.names.weights(found.standalone.text)
        asks = (
            nearest is not None and named.get(nearest, 0.0) >= NAMED_CLEARLY
        )  # another's telephone would mislead
        contact = contact_of(self._decider.articles_of(nearest)) if nearest and asks else None
        return self._done(found, refusal_text(refusal, contact), (), sure, refusal)

    def _done(
        self, found: Retrieved, text: str, citations: Sequence[Citation], sure: float, refusal: Refusal | None
    ) -> Answer:
        return Answer(
            found.question,
            found.standalone.text,
            text,
            tuple(citations),
            found.hits,
            EXTRACTIVE,
            refusal,
            sure,
            {"retrieve": found.milliseconds},
        )

    def _with_parts(self, found: Retrieved, said: list[Statement]) -> tuple[Retrieved, list[Statement]]:
        """What the other parts of the question find, told too; their articles move up behind those cited first."""
        if (found.place and found.place.articles) or found.filtered or found.tallies:
            return found, said
        both = list(said)
        for part in unanswered(found, said, self._finder):
            if self._decider.decide(part)[1] is None:
                best = part.hits[0].article
                both += [s for s in self._statements(part) if s.article == best]
        if len(both) > len(said):
            front = promoted(list(dict.fromkeys(s.article for s in both)), found.hits)
            found = replace(found, hits=tuple(front)[: len(found.hits)])
        return found, both

    def _statements(self, found: Retrieved) -> list[Statement]:
        if found.filtered:
            listed = tell_filters(found.filtered, list_asked(found.asked.text), found.hits)
            value = every(found.asked.text)
            return [*listed, *(s for f in found.filtered if value and (s := tell_every(f, value)))]
        if found.tallies:
            return tell_tallies(found.tallies, found.asked.text)
        place = found.place
        if place and place.articles and place.document is None:
            return self._with_cells(found, self._place(found, place))
        told = metadata_reply(found, self._finder.places.names, self._library)
        if told and not isinstance(told, Refusal):
            return told
        if place and place.document and (intro := introduce(place.document, self._library)):
            return [intro]
        if listed := self._headed(found):
            return listed
        focus = self._focus(found)
        readings = [self._finder.reader.read(focus, a) for a in self._sources(found)]
        apart = bool(found.sides) or len(found.named) > 1
        said = statements(found.asked, readings, self._settings, apart=apart)
        beside = [h.article for h in found.hits[1:_BESIDE] if h.article.meta.key == said[0].article.meta.key]
        if computed := _computed(found.standalone.text, said[0], beside):
            return self._with_cells(
                found, [computed, *(s for s in said[1:] if s.article != computed.article)]
            )
        opening = lead(found.asked, said[0], readings[0], self._finder.reader, focus)
        if opening == UNSETTLED:
            said = statements(found.asked, readings, self._settings, apart=apart, wide=True)
        elif opening and not apart and asks_one_thing(found.asked):
            said = statements(found.asked, readings[:1], self._settings, settled=True)
        return self._with_cells(found, [replace(said[0], text=f"{opening}{said[0].text}"), *said[1:]])

    def _headed(self, found: Retrieved) -> list[Statement]:
        """The headings that the question asks for, of a document that it names or that what was found is from."""
        if not found.asked.has("list", "quantity") or found.asked.commentary or found.sides or found.named:
            return []
        text = found.standalone.text
        weights = self._finder.places.names.weights(text)
        held = dict.fromkeys(h.article.meta.key for h in found.hits)  # many documents may share a name
        named = {key: weights[key] for key in held if weights[key] >= NAMED_CLEARLY}
        near = {h.article.meta.key: 1.0 / n for n, h in enumerate(found.hits[:_BESIDE], 1)}
        return self._headings.asked(text, named or near)

    def _with_cells(self, found: Retrieved, said: Sequence[Statement]) -> list[Statement]:
        """The rows that are named or asked for by number open with the cell that is asked for."""
        rows = {*found.named, *(found.place.articles if found.place else ())}
        question, named = found.standalone.focus, self._finder.tables.named_values
        return [
            with_cells(question, s, named(question, s.article))
            if s.article in rows and s.article.columns
            else s
            for s in said
        ]

    def _place(self, found: Retrieved, place: Place) -> list[Statement]:
        """The place named, word for word; of a chapter, what each of its articles says first."""
        if place.note:
            return [tell_note(place)]
        if place.item and (own := item_text(place.articles[0], place.item)):
            return [Statement(own, place.articles[0], own)]
        out = []
        for a in place.articles:
            if a.role == "row":
                reading = self._finder.reader.read(self._focus(found), a)
                out += statements(found.asked, [reading], self._settings)
            elif place.section and len(place.articles) > 2:
                first = sentences(a.text)[0]
                out.append(Statement(first.text, a, first.text))
            else:
                out.append(Statement(without_mark(a.text), a, without_mark(a.text)))
        return out

    def _sources(self, found: Retrieved) -> list[Article]:
        """The articles to answer from: the place named, or the best and what stands close beside it."""
        hits = found.hits
        if found.place and found.place.articles:
            return [h.article for h in hits[: len(found.place.articles)]][:_MOST]
        if found.named:
            return [h.article for h in hits[: len(found.named)]]
        best = hits[0].article
        if found.sides or found.asked.has("comparison"):
            return [h.article for h in hits[: max(2, found.sides)]]
        chosen = [best]
        if found.asked.has("procedure"):
            near_hits = [h.article for h in hits[1:_DEPTH] if hits[0].score - h.score < _STEP]
            chosen += _next_steps(best, near_hits)
        for hit in hits[1:3]:
            near = hits[0].score - hit.score < _NEAR and hit.article.role in ("text", "turn", "row")
            if near and hit.article not in chosen and len(chosen) < _MOST:
                chosen.append(hit.article)
        return chosen

    def _focus(self, found: Retrieved) -> Focus:
        """The question's own words: of a follow-up, without the topic put before it."""
        own = found.encoding if found.standalone.focus == found.standalone.text else None
        return self._finder.searcher.focus(found.standalone.focus, own)


def _computed(question: str, said: Statement, beside: Sequence[Article]) -> Statement | None:
    """`said` opened with the day that a term ends on, counted from a day that the question gives.

    The term stands in the article of `said`, else in one of those `beside` it, which is then told instead.
    """
    for article in (said.article, *beside) if day_given(question) else ():
        for sentence in sentences(article.text):
            if day := ending(question, sentence.text):
                if sentence.text in said.quote:
                    return replace(said, text=f"{day}{said.text}")
                return Statement(f"{day}{without_mark(sentence.text)}", article, sentence.text)
    return None


def _next_steps(best: Article, others: Sequence[Article]) -> list[Article]:
    """What follows `best` in its document without a gap, among `others`: the steps of one procedure stand together."""
    by_order = {a.order: a for a in others if a.meta.key == best.meta.key and a.role == best.role}
    steps: list[Article] = []
    while (after := by_order.get(best.order + len(steps) + 1)) and len(steps) < _MOST - 1:
        steps.append(after)
    return steps
