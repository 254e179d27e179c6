"""Everything a question finds: the place it names, the rows that fit, and what the search ranks best."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from index.library import Library
from index.model import Article
from index.text import normalize
from qa.conditions import with_years
from qa.every import list_asked
from qa.followup import Standalone
from qa.genre import of_kind_said
from qa.model import Filtered, Hit, Place, Retrieved
from qa.names import grams
from qa.place import Places
from qa.question import Asked, read_question
from qa.reading import Reader
from qa.retrieve import Searcher
from qa.settings import RetrievalSettings
from qa.sought import sought
from qa.step import neighbour
from qa.subject import content
from qa.swap import Words, values_of
from qa.table import Tables
from qa.tell import COUNTED, stating

_NAMED = 4.0
"""Weight of a document's name (see `Places.named`) from which on a question is about that document."""
_TWO = re.compile(r"又|各|两[份个边处]|分别|一份|另|不同|区别|差|一样|还是")
"""A question that speaks of two things."""
_MOST_SIDES = 3
"""Documents that are held side by side."""
_EARLIER = 1.0
"""How much the document of the question before is preferred, as a share of what one named in the question is."""
_SAYS_SOMETHING = 3
"""Characters of content from which on a follow-up may have a subject of its own."""
_OTHER_KIND = 0.5
"""What is left of the share of a document of another kind than the one said (意见里), if one of that kind is named."""
_LEAVES = 0.05
"""Late-interaction score by which another document must answer such a follow-up better for it to leave the topic …"""
_LEAVES_UNSAID = 0.075
"""… and one with less content. Set on the dev split's follow-ups, 80 own ones and 30 short changes of topic."""
_UNKNOWN = 0.35
"""Share of known words below which a follow-up is about something the library does not hold."""
_WHICH = re.compile(r"哪|列|名单|都有|有什么|分别是|是什么")
_MISHAP = re.compile(r"怎么(?:办|处理|处罚|罚)|咋办|后果|会(?:怎么?样|咋样|如何)")
"""A question on what follows if something goes wrong."""
_BEST = 10
"""Hits among which a row told by its name is looked for."""


class Finder:
    """Finds what a question is answered from, in one library."""

    def __init__(self, library: Library, settings: RetrievalSettings) -> None:
        self._library = library
        self._settings = settings
        self.places = Places(library)
        rows = library.articles.of_role("row")
        self.tables = Tables(rows, library.lexical.tokenizer.words)
        self.reader = Reader(library)
        self.searcher = Searcher(library, settings, self.reader)
        self.words = Words(self._name, values_of(library.documents.values(), rows))

    def _name(self, text: str) -> str:
        """The part of `text` that names a document of the library, or ""."""
        weights = self.places.names.weights(text)
        best = max(weights, key=lambda k: weights[k], default=None)
        if best is None or weights[best] < _NAMED:
            return ""
        meta = self._library.documents[best]
        held = grams(f"{meta.title}{meta.heading}")
        said = [text[i : i + 2] in held for i in range(len(text))]
        parts = re.finditer(
            "x+", "".join("x" if said[i] or (i and said[i - 1]) else " " for i in range(len(said)))
        )
        return max((text[m.start() : m.end()] for m in parts), key=len, default="")

    def find(
        self,
        question: str,
        asked: Standalone,
        keys: Sequence[str] | None = None,
        place: Place | None = None,
    ) -> Retrieved:
        """All that `asked` finds; `place`, else places and rows named in it, come first."""
        kinds = read_question(asked.focus)
        place = (
            place
            or self.places.find(asked.focus, keys)
            or (self.places.find(asked.text, keys) if asked.text != asked.focus else None)
        )
        free = (
            place is None or place.document is not None
        ) and not kinds.commentary  # a place within a document is no list of rows
        tables = self._tables_named(asked.text)
        tallies = tuple(self.tables.tally(asked.focus, tables, keys)) if free and not kinds.metadata else ()
        listed = list_asked(asked.focus)
        of_rows = free and not tallies and not kinds.has("issuer")  # who issued a document is told by no row
        filtered = tuple(self.tables.filter(listed, tables, keys)) if of_rows else ()
        filtered = self._shown(filtered, kinds)
        tallies = tuple(replace(t, shown=self._settings.top_k // len(tallies)) for t in tallies)
        preferred = self._preferred(asked, keys)
        hits, encoding = self.searcher.search(asked.focus, kinds, keys, preferred, self._topic(asked))
        hits = _with_value(hits, asked, preferred)
        named = self._rows_named(asked, hits, place)
        first: list[Article] = [
            *(place.articles if place else ()),
            *(r for f in filtered for r in f.shown),
            *named,
        ]
        if filtered and (stated := stating(filtered, hits)):
            first.append(stated.article)
        first += [rows[0] for t in tallies for _, rows in t.groups[: t.shown]]
        sides: list[Article] = []
        if not first:
            first = sides = self._one_per_document(kinds, asked, hits, keys)
        if keys is not None:
            first = [a for a in first if a.meta.key in keys]
        if not self._settings.look_up:
            first = []
        ranked = promoted(first, hits)[: self._settings.top_k]
        within = None if keys is None else tuple(keys)
        return Retrieved(
            question,
            asked,
            kinds,
            tuple(ranked),
            place,
            filtered,
            len(sides),
            tallies,
            named,
            encoding,
            within,
        )

    def prepare(self, several: Sequence[Standalone]) -> None:
        """Encode what is going to be found one after the other."""
        self.searcher.prepare([(asked.focus, self._topic(asked)) for asked in several])

    def _shown(self, filtered: Sequence[Filtered], kinds: Asked) -> tuple[Filtered, ...]:
        """The rows to list: as many as there is room for among the hits, shared between the tables."""
        few = kinds.has("quantity") and not _WHICH.search(kinds.text)
        room, out = COUNTED if few else self._settings.top_k, []
        for n, f in enumerate(filtered):
            later = sum(len(o.rows) for o in filtered[n + 1 :])
            own = max(room - later, room // (len(filtered) - n))
            shown = f.rows[:own]
            out.append(replace(f, shown=shown, brief=few))
            room -= len(shown)
        return tuple(out)

    def _rows_named(self, asked: Standalone, hits: Sequence[Hit], place: Place | None) -> tuple[Article, ...]:
        """The rows told by their name, if the question asks for a cell of theirs."""
        if place is not None:
            return ()
        rows = self.tables.named(asked.text, hits[:_BEST])
        several = len(rows) > 1 and self.tables.wholly_named(asked.text) == rows
        return rows if rows and (several or self.tables.asks_cell(asked.focus, rows[0])) else ()

    def beside(self, article: Article, by: int) -> Article | None:
        """The article that stands `by` further in its document or table; None at an end."""
        return neighbour(article, by, self._library.articles.of(article.meta.key))

    def leaves_topic(self, asked: Standalone, keys: Sequence[str] | None = None) -> bool:
        """Whether the own words of a follow-up are answered elsewhere, clearly better than where its topic is."""
        own = content(asked.focus)
        near = list(self._preferred(asked, keys))
        if not own or not near:
            return False
        kinds = read_question(asked.focus)
        alone, encoding = self.searcher.search(asked.focus, kinds, keys)
        here, _ = self.searcher.search(asked.focus, kinds, near)
        if not alone or not here:  # the keyword ranking alone finds nothing for words that no article holds
            return bool(alone)
        best, nearby = self.reader.closeness(encoding, [alone[0].article, here[0].article])
        unknown = own >= _SAYS_SOMETHING and self.searcher.known_share(asked.focus) < _UNKNOWN
        needed = 0.0 if unknown else _LEAVES if own >= _SAYS_SOMETHING else _LEAVES_UNSAID
        return bool(best - nearby > needed)

    def _preferred(self, asked: Standalone, keys: Sequence[str] | None) -> dict[str, float]:
        """Document key -> how much its articles are preferred: those named, else the one of the question before."""
        if not asked.before:
            return self._named(asked.text)
        if named := self._named(asked.focus):
            return named
        found = self.find(asked.before, Standalone(asked.before, asked.before), keys)
        return {h.article.meta.key: _EARLIER for h in found.hits[:1]}

    def _topic(self, asked: Standalone) -> str:
        """The topic as it is searched: only what names its document, if its other words would mislead.

        “绿色低碳示范项目进展缓慢怎么办” is about a mishap, which “资金上怎么支持” is not; and what is told by the
        form of its answer (“要交几份”) needs no other words.
        """
        if asked.refers or not (sought(asked.focus).values or _MISHAP.search(asked.before)):
            return asked.topic
        return self._name(asked.topic) or asked.topic

    def _named(self, text: str) -> dict[str, float]:
        """Document key -> how clearly `text` names it: its share of the best name's weight; empty if none is named."""
        weights = self.places.names.weights(text)
        top = max(weights.values(), default=0.0)
        if top < _NAMED:
            return {}
        share = {k: w / top for k, w in weights.items()}
        of_kind = {k for k, s in share.items() if s == 1 and of_kind_said(text, self._library.documents[k])}
        return {k: s * (_OTHER_KIND if of_kind and k not in of_kind else 1) for k, s in share.items()}

    def _tables_named(self, text: str) -> list[tuple[str, str]]:
        return self.places.tables_named(with_years(normalize(text), self.tables.year))

    def _one_per_document(
        self, kinds: Asked, asked: Standalone, hits: Sequence[Hit], keys: Sequence[str] | None
    ) -> list[Article]:
        """For a question that names several documents: the best article of each, in rank order."""
        if keys is not None:
            return []
        named = self.places.names.apart(asked.text, _NAMED) if _TWO.search(asked.text) else []
        if len(named) < 2 and kinds.has("comparison"):
            named = [k for k, w in self.places.names.weights(asked.text).items() if w >= _NAMED]
        if not 2 <= len(named) <= _MOST_SIDES:
            return []
        best: list[Hit] = []
        for key in named:
            own, _ = self.searcher.search(asked.text, kinds, [key])
            best += own[:1]
        order = {h.article.id: n for n, h in enumerate(hits)}
        return [h.article for h in sorted(best, key=lambda h: order.get(h.article.id, len(order)))]


def _with_value(hits: Sequence[Hit], asked: Standalone, documents: Collection[str]) -> list[Hit]:
    """`hits` in a new order: of `documents`, an article that holds a value of the form asked for gains."""
    wanted = sought(asked.focus)
    rated = [
        replace(h, score=h.score + wanted.bonus(h.article)) if h.article.meta.key in documents else h
        for h in hits
    ]
    return sorted(rated, key=lambda h: -h.score)


def promoted(first: Sequence[Article], hits: Sequence[Hit]) -> list[Hit]:
    """`first` in front of the other hits; scores stay in descending order."""
    top = hits[0].score if hits else 0.0
    ids = {a.id for a in first}
    front = [Hit(a, top + 1.0 + len(first) - n) for n, a in enumerate(dict.fromkeys(first))]
    return front + [h for h in hits if h.article.id not in ids]
