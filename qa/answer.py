"""From what was found to what is said: refusals are decided first, then the kinds of answer are tried in turn."""

from collections.abc import Sequence
from dataclasses import replace

from index.embed import Encoding
from index.library import Library
from index.model import Article
from qa.compose import compose
from qa.extract import Statement, statements
from qa.find import Finder
from qa.meant import asks_of_itself
from qa.metadata import introduce, metadata_reply
from qa.model import Answer, Citation, Filtered, Hit, Place, Refusal, RefusalType, Retrieved
from qa.place import item_text
from qa.refuse import Evidence, confidence, has_slot, lacks_subject, missing_document
from qa.sentences import sentences, without_mark
from qa.settings import AnswerSettings
from qa.table import row_name

EXTRACTIVE = "extractive"
_NEAR = 0.2
"""How close (in score) the second article must be to the first to be quoted too."""
_COUNTED = 10
"""Rows shown to a question that asks how many."""
_LISTED = 60
"""Rows shown to a question that asks which."""
_NAMED_AT_ALL = 2.0
"""Weight of a document's name below which a question names none."""
_NOT_STATED = "找到了相关条文，但条文没有写明您问的内容。"
_ADVICE = "可换个说法再问，或点选最接近的条文查看原文。"


class Answerer:
    """The built-in answerer: no model, every word from the articles."""

    def __init__(self, library: Library, finder: Finder, settings: AnswerSettings) -> None:
        self._library = library
        self._finder = finder
        self._settings = settings

    def answer(self, found: Retrieved) -> Answer:
        """Answer or refuse; a refusal names the nearest articles."""
        sure, evidence = self._confidence(found)
        refusal = self._refusal(found, sure, evidence)
        if refusal is not None:
            return self._done(found, _refusal_text(refusal), (), sure, refusal)
        said = self._statements(found)
        text, citations = compose(said)
        if not citations:
            refusal = Refusal("条文未明确", _NOT_STATED, tuple(h.article for h in found.hits[:3]))
            return self._done(found, _refusal_text(refusal), (), sure, refusal)
        return self._done(found, text, citations, sure, None)

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

    def _confidence(self, found: Retrieved) -> tuple[float, Evidence]:
        articles = [h.article for h in found.hits[:3]]
        if not articles or found.encoding is None:
            return 0.0, Evidence(0.0, 0.0, 0.0, slot=False)
        closeness = self._finder.searcher.closeness(found.encoding, articles)
        known = self._finder.searcher.known_share(found.standalone.text)
        best = int(closeness.argmax())
        residue = self._finder.searcher.residue(found.standalone.text, found.encoding, articles[best])
        evidence = Evidence(float(closeness[best]), residue, known, has_slot(found.asked, articles))
        if (found.place and found.place.articles) or any(f.rows for f in found.filtered):
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
                "条文未明确", f"{first.table}{first.total}行中，没有{_conditions(first)}的。", nearest
            )
        if sure < 1.0 and (refusal := self._unclear(found, nearest)):
            return refusal
        names = self._finder.places.names
        said = metadata_reply(found, names, self._library)
        if isinstance(said, Refusal):
            return said
        if said and asks_of_itself(found, names, self._library):
            return None
        if sure >= self._settings.refuse_below:
            return None
        if not evidence.slot:
            return Refusal("条文未明确", _NOT_STATED, nearest)
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

    def _statements(self, found: Retrieved) -> list[Statement]:
        if found.filtered:
            count_only = found.asked.has("quantity") and not found.asked.has("list")
            said = [s for f in found.filtered for s in _tell_filtered(f, count_only=count_only)]
            total = sum(len(f.rows) for f in found.filtered)
            if len(found.filtered) > 1:  # the rows of several tables together answer “how many”
                said[0] = replace(said[0], text=f"合计{total}项。{said[0].text}")
            return said
        place = found.place
        if place and place.articles and place.document is None:
            return self._place(found, place)
        told = metadata_reply(found, self._finder.places.names, self._library)
        if told and not isinstance(told, Refusal):
            return told
        if place and place.document and (intro := introduce(place.document, self._library)):
            return [intro]
        hits = self._sources(found)
        focus = self._focus(found)
        scores = [self._sentence_scores(focus, h.article) for h in hits]
        room = max(self._settings.max_chars, 150 * len(hits))
        return statements(found.asked, hits, scores, room)

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
                out += statements(
                    found.asked,
                    [Hit(a, 0.0)],
                    [self._sentence_scores(self._focus(found), a)],
                    self._settings.max_chars,
                )
            elif place.section and len(place.articles) > 2:
                first = sentences(a.text)[0]
                out.append(Statement(first.text, a, first.text))
            else:
                out.append(Statement(without_mark(a.text), a, without_mark(a.text)))
        return out

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

    def _focus(self, found: Retrieved) -> Encoding:
        """The encoding of the question's own words: of a follow-up, without the topic put before it."""
        if found.encoding is not None and found.standalone.focus == found.standalone.text:
            return found.encoding
        return self._finder.searcher.encode(found.standalone.focus)

    def _sentence_scores(self, focus: Encoding, article: Article) -> list[float]:
        parts = (
            [s.text for s in sentences(max((c for _, c in article.columns), key=len))]
            if article.columns
            else [s.text for s in sentences(article.text)]
        )
        return self._finder.searcher.sentence_closeness(focus, article, parts)


_OFF_TOPIC_WORDS = 0.35
_OFF_TOPIC_CLOSENESS = 0.82


def _refusal_text(refusal: Refusal) -> str:
    text = f"【{refusal.type}】{refusal.reason}"
    if refusal.nearest and refusal.type != "超出范围":
        text += "\n最接近的条文：" + "；".join(a.label for a in refusal.nearest) + "。"
    return text + ("" if refusal.choices else f"\n{_ADVICE}")


def _tell_filtered(f: Filtered, *, count_only: bool) -> list[Statement]:
    """The count first, then each row by name with its own citation; long lists are shortened and say so."""
    shown = f.rows[: _COUNTED if count_only else _LISTED]
    cut = "，节选如下" if len(shown) < len(f.rows) else ""
    opening = f"共{len(f.rows)}项：{f.table}{f.total}行中，{_conditions(f)}的有{len(f.rows)}项（按表内行数统计）{cut}。"
    said = []
    for n, row in enumerate(shown):
        end = "。" if n == len(shown) - 1 else "；"
        prefix = opening if n == 0 else ""
        said.append(
            Statement(f"{prefix}\n{row.locator.steps[-1].mark}：{row_name(row)}{end}", row, row_name(row))
        )
    return said


def _conditions(f: Filtered) -> str:
    """强制、主管部门为应急管理部: a column that names its own values (强制/推荐) needs no name."""
    return "、".join(
        value if "/" in name else f"{name}{'含' if name == '内容' else '为'}{value}"
        for name, value in f.conditions
    )
