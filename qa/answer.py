"""From what was found to what is said: refusals are decided first, then the kinds of answer are tried in turn."""

from collections.abc import Sequence
from dataclasses import replace

from index.library import Library
from qa.compose import compose
from qa.decide import NAMED_CLEARLY, NOT_STATED, Decider
from qa.extract import Statement, statements
from qa.find import Finder
from qa.metadata import introduce, metadata_statements
from qa.model import Answer, Citation, Hit, Place, Refusal, Retrieved
from qa.place import item_text
from qa.reading import Focus
from qa.refusal_text import contact_of, refusal_text
from qa.sentences import sentences, without_mark
from qa.settings import AnswerSettings
from qa.tell import tell_filtered

EXTRACTIVE = "extractive"
_NEAR = 0.2
"""How close (in score) the second article must be to the first to be quoted too."""


class Answerer:
    """The built-in answerer: no model, every word from the articles."""

    def __init__(self, library: Library, finder: Finder, settings: AnswerSettings) -> None:
        self._library = library
        self._finder = finder
        self._settings = settings
        self._decider = Decider(library, finder, settings)

    def answer(self, found: Retrieved) -> Answer:
        """Answer or refuse; a refusal names the nearest articles."""
        sure, refusal = self._decider.decide(found)
        if refusal is not None:
            return self._refused(found, sure, refusal)
        said = self._statements(found)
        text, citations = compose(said)
        if not citations:
            refusal = Refusal("条文未明确", NOT_STATED, tuple(h.article for h in found.hits[:3]))
            return self._refused(found, sure, refusal)
        return self._done(found, text, citations, sure, None)

    def _refused(self, found: Retrieved, sure: float, refusal: Refusal) -> Answer:
        nearest = refusal.nearest[0].meta.key if refusal.nearest else None
        contact = contact_of(self._decider.articles_of(nearest)) if nearest else None
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

    def _statements(self, found: Retrieved) -> list[Statement]:
        if found.filtered:
            count_only = found.asked.has("quantity") and not found.asked.has("list")
            said = [s for f in found.filtered for s in tell_filtered(f, count_only=count_only)]
            total = sum(len(f.rows) for f in found.filtered)
            if len(found.filtered) > 1:  # the rows of several tables together answer “how many”
                said[0] = replace(said[0], text=f"合计{total}项。{said[0].text}")
            return said
        place = found.place
        if place and place.articles and place.document is None:
            return self._place(found, place)
        if found.asked.metadata:
            said = self._metadata(found)
            if said:
                return said
        if place and place.document and (intro := introduce(place.document, self._library)):
            return [intro]
        readings = [self._finder.reader.read(self._focus(found), h.article) for h in self._sources(found)]
        return statements(found.asked, readings, self._settings)

    def _place(self, found: Retrieved, place: Place) -> list[Statement]:
        """The place named, word for word; of a chapter, what each of its articles says first."""
        if place.note:
            last = place.articles[-1]
            return [Statement(f"{place.note}最后一条是：{without_mark(last.text)}", last, last.text)]
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

    def _metadata(self, found: Retrieved) -> list[Statement]:
        """From the document named, else from the document of the best article."""
        named = self._finder.places.names.weights(found.standalone.text)
        key = found.place.document if found.place and found.place.document else None
        if key is None:
            top = max(named, key=lambda k: named[k], default=None)
            key = top if top and named[top] >= NAMED_CLEARLY else found.hits[0].article.meta.key
        clear = [k for k, weight in named.items() if weight >= NAMED_CLEARLY]
        keys = clear if found.asked.has("comparison") and 2 <= len(clear) <= 3 else [key]
        return [s for k in keys for s in metadata_statements(found.asked, k, self._library)]

    def _sources(self, found: Retrieved) -> list[Hit]:
        """The hits to answer from: the place named, or the best and what stands close beside it."""
        if found.place and found.place.articles:
            return list(found.hits[: len(found.place.articles)])[:5]
        best, *rest = found.hits
        chosen = [best]
        for hit in rest[:2]:
            near = best.score - hit.score < _NEAR or found.asked.has("comparison", "procedure")
            if near and hit.article.role in ("text", "turn", "row") and len(chosen) < 3:
                chosen.append(hit)
        return chosen

    def _focus(self, found: Retrieved) -> Focus:
        """The question's own words: of a follow-up, without the topic put before it."""
        own = found.encoding if found.standalone.focus == found.standalone.text else None
        return self._finder.searcher.focus(found.standalone.focus, own)
