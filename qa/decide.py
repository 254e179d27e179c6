"""Whether to answer: decided in code, before anything is said, from what was found."""

from index.library import Library
from index.model import Article
from qa.find import Finder
from qa.meant import asks_of_itself
from qa.metadata import metadata_reply
from qa.model import Refusal, RefusalType, Retrieved
from qa.refuse import Evidence, confidence, has_slot, lacks_subject, missing_document
from qa.settings import AnswerSettings
from qa.tell import conditions, no_column

NOT_STATED = "找到了相关条文，但条文没有写明您问的内容。"
_NAMED_AT_ALL = 2.0
"""Weight of a document's name below which a question names none."""
_OFF_TOPIC_WORDS = 0.35
_OFF_TOPIC_CLOSENESS = 0.82


class Decider:
    """Decides for one library."""

    def __init__(self, library: Library, finder: Finder, settings: AnswerSettings) -> None:
        self._library = library
        self._finder = finder
        self._settings = settings

    def decide(self, found: Retrieved) -> tuple[float, Refusal | None]:
        """How sure it is that what was found answers the question, and the refusal if it is not answered."""
        sure, evidence = self._confidence(found)
        return sure, self._refusal(found, sure, evidence)

    def _confidence(self, found: Retrieved) -> tuple[float, Evidence]:
        articles = [h.article for h in found.hits[:3]]
        if not articles or found.encoding is None:
            return 0.0, Evidence(0.0, 0.0, 0.0, slot=False)
        asked = found.standalone
        encoding = (
            found.encoding if asked.focus == asked.text else None
        )  # a follow-up is searched in two parts
        focus = self._finder.searcher.focus(asked.text, encoding)
        closeness = self._finder.reader.closeness(focus.encoding, articles)
        known = self._finder.searcher.known_share(asked.text)
        best = int(closeness.argmax())
        residue = self._finder.reader.residue(focus, articles[best])
        evidence = Evidence(float(closeness[best]), residue, known, has_slot(found.asked, articles))
        if (found.place and found.place.articles) or any(f.rows for f in found.filtered) or found.tallies:
            return 1.0, evidence
        return confidence(evidence), evidence

    def _refusal(self, found: Retrieved, sure: float, evidence: Evidence) -> Refusal | None:
        nearest = tuple(h.article for h in found.hits[:3])
        place = found.place
        if place is not None and not place.articles:
            if place.choices:
                reason = "您问的编号在多处都有，请说明是哪一份：" + "；".join(place.choices) + "。"
                return Refusal("需要更多信息", reason, nearest, place.choices)
            if place.missing:
                kind: RefusalType = "资料未收录" if place.missing.startswith("已收录的资料") else "无此条"
                return Refusal(kind, place.missing, place.nearest or nearest)
        if found.filtered and not any(f.rows for f in found.filtered):
            first = found.filtered[0]
            return Refusal(
                "条文未明确", f"{first.table}{first.total}行中，没有{conditions(first)}的。", nearest
            )
        if said := no_column(found):
            return Refusal("条文未明确", said, tuple(h.article for h in found.hits[:1]))
        if sure < 1.0 and (refusal := self._unclear(found, nearest)):
            return refusal
        names = self._finder.places.names
        told = metadata_reply(found, names, self._library)
        if isinstance(told, Refusal):
            return told
        if told and asks_of_itself(found, names, self._library):
            return None
        if sure >= self._settings.refuse_below:
            return None
        if not evidence.slot:
            return Refusal("条文未明确", NOT_STATED, nearest)
        if evidence.known < _OFF_TOPIC_WORDS and evidence.closeness < _OFF_TOPIC_CLOSENESS:
            return Refusal("超出范围", "这个问题不在已收录政策文件的范围内。", nearest)
        return Refusal("资料未收录", "已收录的资料中没有能回答这个问题的条文。", nearest)

    def _unclear(self, found: Retrieved, nearest: tuple[Article, ...]) -> Refusal | None:
        """A question about a document that is not here, or about none in particular."""
        titles = [m.title for m in self._library.documents.values()]
        texts = (a.search_text for a in self._library.articles)
        missing = missing_document(found.standalone.focus, titles, texts)
        if missing:
            return Refusal("资料未收录", f"已收录的资料中没有《{missing}》的原文。", nearest)
        named = max(self._finder.places.names.weights(found.standalone.text).values(), default=0.0)
        if lacks_subject(found.standalone.text) and named < _NAMED_AT_ALL:
            choices = tuple(dict.fromkeys(h.article.meta.title for h in found.hits))[:3]
            if len(choices) > 1:
                reason = (
                    "不同文件的规定不同，请说明您问的是哪一份："
                    + "；".join(f"《{c}》" for c in choices)
                    + "。"
                )
                return Refusal("需要更多信息", reason, nearest, choices)
        return None
