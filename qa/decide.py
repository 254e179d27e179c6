"""Whether to answer: decided in code, before anything is said, from what was found.

The exact rules come first and decide alone: a place, row, edition or document that is not here; a wish that no policy
can meet; a question without a subject. Only then the weighed evidence, where a detail that no article holds weighs most.
"""

import re
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice

from index.library import Library
from index.model import Article
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize
from qa.absent import (
    Titles,
    asks_text_of_number,
    missing_class,
    missing_document,
    missing_firm,
    missing_level,
    missing_region,
)
from qa.editions import Edition, missing_edition, names_edition
from qa.evidence import Evidence, gather
from qa.find import Finder
from qa.meant import asks_of_itself
from qa.metadata import metadata_reply
from qa.model import Place, Refusal, RefusalType, Retrieved
from qa.refusal_text import name_of
from qa.refuse import confidence, lacks_subject, of_policy, off_topic, points_at_nothing, subject_found
from qa.scheme import of_scheme, scheme
from qa.settings import AnswerSettings
from qa.slots import asked_slots, near_words
from qa.sought import sought
from qa.stating import Stating
from qa.tell import conditions, no_column

NAMED_CLEARLY = 4.0
"""Weight of a document's name (see `Names.weights`) from which on it is the one meant."""
NOT_STATED = "找到了相关条文，但条文没有写明您问的内容。"
OUT_OF_SCOPE = "这个问题不属于已收录政策文件的范围。"
NOT_HELD = "已收录的资料中没有能回答这个问题的条文。"
_SUBJECT = 0.25
"""Confidence in the subject alone from which on a missing detail is the document's silence, not another subject."""
_ELSEWHERE = 0.02
"""A gap from which on the detail that was found belongs to something else in the document."""
_TITLES_LEVEL = 0.5
"""How much less of its name than the best one a document may show and still be meant."""
_FAR = 0.2
"""Confidence below which a question without a word of policy is about something else altogether."""
_CHOICES = 3
_REMEMBERED = 64
"""Details that may be asked for without a subject, of which is kept which documents state them."""
_ATTACHMENT = re.compile(rf"附件\s*([{NUMERAL_CHARS}]+)")
_OF_TABLE = re.compile(r"清单|表格|表里|序号|名单")


class Decider:
    """Decides for one library."""

    def __init__(self, library: Library, finder: Finder, settings: AnswerSettings) -> None:
        self._library = library
        self._finder = finder
        self._settings = settings
        self._titles = Titles(
            text
            for m in library.documents.values()
            for text in (m.title, m.heading, f"{''.join(m.issuers)}{m.title}")
        )

        self._stating = lru_cache(_REMEMBERED)(lambda slots, values: Stating(library.articles, slots, values))

    def decide(self, found: Retrieved) -> tuple[float, Refusal | None]:
        """How sure it is that what was found answers the question, and the refusal if it is not answered."""
        evidence = gather(found, self._finder)
        of_row = bool(found.hits) and found.hits[0].article.role == "row"
        told = metadata_reply(found, self._finder.places.names, self._library)
        if told and not of_row and self._named(found) is not None:
            evidence = replace(
                evidence, gap=0.0, missing=None
            )  # told from the document's data, not from a sentence
        nearest = tuple(h.article for h in found.hits[:3])
        rows = any(f.rows for f in found.filtered) or bool(found.tallies or found.named)
        exact = rows or bool(found.place and found.place.articles)
        sure = 1.0 if exact else confidence(evidence)
        refusal = (
            self._pointing(found, nearest)
            or self._place(found, nearest)
            or self._unknown(found, nearest)
            or self._no_annex(found, nearest)
        )
        if refusal is None and not exact:
            refusal = (
                self._off_topic(found, nearest)
                or self._absent(found, nearest)
                or self._elsewhere(found, nearest)
                or self._unclear(found, nearest)
            )
        if refusal is None and rows:
            refusal = self._edition_absent(found, nearest) or _no_cell(evidence, nearest)
        if refusal is not None:
            return sure, refusal
        names = self._finder.places.names
        if isinstance(told, Refusal):
            return sure, told
        if exact or (told and asks_of_itself(found, names, self._library)):
            return sure, None
        return sure, self._unsure(found, evidence, sure, nearest)

    def _place(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """A place or row that is named and does not exist, or exists more than once."""
        place = found.place
        if place is not None and not place.articles:
            if place.choices:
                reason = f"您问的编号在多处都有，请说明是哪一份：{'；'.join(place.choices)}。"
                return Refusal("需要更多信息", reason, nearest, place.choices)
            if place.missing:
                kind: RefusalType = "资料未收录" if place.missing.startswith("已收录的资料") else "无此条"
                return Refusal(kind, place.missing, place.nearest or nearest)
        if found.filtered and not any(f.rows for f in found.filtered):
            first = found.filtered[0]
            reason = f"{first.table}{first.total}行中，没有{conditions(first)}的。"
            return Refusal("条文未明确", reason, nearest)
        if said := no_column(found):
            return Refusal("条文未明确", said, tuple(h.article for h in found.hits[:1]))
        return None

    def _no_annex(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """An annex by a number that the document named does not have."""
        place = found.place or Place()
        key = place.document or self._named(found)
        wanted = _ATTACHMENT.search(normalize(found.standalone.focus))
        number = parse_numeral(wanted[1]) if wanted else None
        if key is None or not number or place.articles:
            return None
        meta = self._library.documents[key]
        held = max(len(meta.attachments), *(self._annexes(key) or [0]))
        if held and number > held:
            return Refusal("无此条", f"{meta.name}共{held}个附件，没有附件{number}。", nearest)
        return None

    def _annexes(self, key: str) -> list[int]:
        marks = [m for n in self._finder.places.names.tables if n.key == key and (m := n.annex)]
        return [n for m in marks if (n := parse_numeral(m.removeprefix("附件")))]

    def _named(self, found: Retrieved) -> str | None:
        """The key of the document that the question names clearly, or None."""
        weights = self._finder.places.names.weights(found.standalone.text)
        key = max(weights, key=lambda k: weights[k], default=None)
        return key if key is not None and weights[key] >= NAMED_CLEARLY else None

    def _off_topic(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        return Refusal("超出范围", OUT_OF_SCOPE, nearest) if off_topic(found.standalone.text) else None

    def _unknown(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """A document whose own text is asked for and is not here: a place found in another is not meant."""
        if found.place and found.place.document:
            return None
        words = self._library.lexical.tokenizer.words
        missing = missing_document(found.standalone.focus, self._titles, words)
        if missing is None:
            return None
        return Refusal("资料未收录", f"已收录的资料中没有《{missing}》的原文。", nearest)

    def _absent(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """A 文号, or an edition of a document, that is not here."""
        _, number = self._finder.places.names.by_number(normalize(found.standalone.text))
        if number and asks_text_of_number(found.standalone.text, number):
            return Refusal("资料未收录", f"已收录的资料中没有{number}的原文，只有文件提到它。", nearest)
        return self._edition_absent(found, nearest)

    def _edition_absent(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        if nearest and (edition := self._edition(found, nearest[0].meta.key)):
            held = f"，{name_of(nearest[0])}是{'、'.join(edition.held)}的" if edition.held else ""
            return Refusal("资料未收录", f"已收录的资料里没有{edition.asked}的{held}。", nearest)
        return None

    def _elsewhere(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """What is another scheme's, province's, level's or company's than those that the articles are about."""
        text = self._finder.searcher.corrected(found.standalone.text)
        here = [a.search_text for a in nearest]
        said = [f"{a.meta.title}{a.meta.heading}" for a in nearest]
        missing = (
            missing_region(text, here)
            or missing_level(text, said, self._library.says)
            or missing_firm(text, self._library.says)
            or (None if found.asked.has("yes_no") else missing_class(text, here))
        )
        if missing:
            return Refusal("资料未收录", f"已收录的资料里没有说到“{missing}”的内容。", nearest)
        thing = scheme(text)
        if thing is None or not nearest:
            return None
        words = self._library.lexical.tokenizer.words
        if any(of_scheme(thing, _titles(a), normalize(a.search_text), words) for a in nearest):
            return None
        return Refusal("资料未收录", f"已收录的资料里没有关于“{thing}”的申报或办理规定。", nearest)

    def _pointing(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """“那个项目…”, with nothing before it that could be meant."""
        if found.standalone.before or not (what := points_at_nothing(found.standalone.text)):
            return None
        chosen = self._documents_asked(found)
        reason = f"请说明“{what}”指的是哪一个，例如出自哪份文件：{'；'.join(chosen)}。"
        return Refusal("需要更多信息", reason, nearest, chosen)

    def _edition(self, found: Retrieved, best: str) -> Edition | None:
        if not names_edition(found.standalone.text):
            return None
        weights = self._finder.places.names.weights(found.standalone.text)
        floor = max(NAMED_CLEARLY, max(weights.values(), default=0.0) - _TITLES_LEVEL)
        keys = {k for k, w in weights.items() if w >= floor} or {best}
        metas = [self._library.documents[k] for k in keys]
        names = [text for m in metas for text in (m.title, m.heading)]
        names += [n.text.rpartition("》")[2] for n in self._finder.places.names.tables if n.key in keys]
        texts = [a.search_text for k in keys for a in self.articles_of(k)]
        return missing_edition(found.standalone.text, names, texts)

    def _unclear(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """A question that fits several documents, with the choice of those that would answer it."""
        text = found.standalone.text
        if self._named(found) is not None or not lacks_subject(text):
            return None
        tables = tuple(n.text for n in self._finder.places.names.tables)
        choices = tables if _OF_TABLE.search(text) and len(tables) > 1 else self._documents_asked(found)
        if len(choices) < 2:
            return None
        chosen = choices[:_CHOICES]
        reason = f"不同文件的规定不同，请说明您问的是哪一份：{'；'.join(chosen)}。"
        return Refusal("需要更多信息", reason, nearest, chosen)

    def _documents_asked(self, found: Retrieved) -> tuple[str, ...]:
        """The titles of up to three documents that may be meant: those that state what is asked for, then those found."""
        text = normalize(found.standalone.text)
        slots, values = asked_slots(text), sought(text).values
        near = list(dict.fromkeys(h.article.meta.key for h in found.hits))
        stating: list[str] = []
        if slots or values:
            stated = self._stating(slots, values)
            others = (k for k in stated if k not in near and (found.within is None or k in found.within))
            stating = [*islice(chain((k for k in near if k in stated), others), _CHOICES)]
        chosen = [*dict.fromkeys((*stating, *near))][:_CHOICES]
        return tuple(name_of(self.articles_of(k)[0]) for k in chosen)

    def _unsure(
        self, found: Retrieved, evidence: Evidence, sure: float, nearest: tuple[Article, ...]
    ) -> Refusal | None:
        if sure >= self._settings.refuse_below:
            return None
        if evidence.missing is not None and nearest:
            if subject_found(evidence) >= _SUBJECT or self._named(found) is not None:
                text = normalize(found.standalone.focus)
                start, end = near_words(text, evidence.missing)
                compared = nearest if found.sides or found.asked.has("comparison") else nearest[:1]
                names = list(dict.fromkeys(a.meta.name for a in compared))
                lacks = f"{'和'.join(names)}{'都' if len(names) > 1 else ''}没有写明{evidence.missing.name}"
                reason = f"{lacks}（“{text[start:end]}”）。"
                return Refusal("条文未明确", reason, nearest)
            return self._other_subject(found, sure, nearest)
        if evidence.gap >= _ELSEWHERE:
            return Refusal("条文未明确", NOT_STATED, nearest)
        return self._other_subject(found, sure, nearest)

    def _other_subject(self, found: Retrieved, sure: float, nearest: tuple[Article, ...]) -> Refusal:
        if not of_policy(found.standalone.text) and sure < _FAR:
            return Refusal("超出范围", OUT_OF_SCOPE, nearest)
        return Refusal("资料未收录", NOT_HELD, nearest)

    def articles_of(self, key: str) -> list[Article]:
        """All articles of a document."""
        return self._library.articles.of(key)


def _no_cell(evidence: Evidence, nearest: tuple[Article, ...]) -> Refusal | None:
    """What no column of a table and no cell holds (a telephone, the firms that draft a standard)."""
    if evidence.missing is None or not evidence.missing.of_person or not nearest:
        return None
    return Refusal("条文未明确", f"{nearest[0].meta.name}没有写明{evidence.missing.name}。", nearest)


def _titles(article: Article) -> str:
    """The (normalised) titles of an article and of its document."""
    meta = article.meta
    return normalize(f"{meta.title}{meta.heading}\n" + article.search_text.partition("\n")[0])
