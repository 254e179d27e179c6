"""What a chat model wrote, held against the numbered articles it was given, sentence by sentence; pure.

1. A sentence ends at 。！？； or the end of its line and takes the marks that follow it at once; one without marks
   takes those of the next marked sentence of its line.
2. Marks of articles that were not given are dropped and counted; a sentence left without any is struck.
3. In a list, what has no mark takes those of the line that introduces it, or else of the next marked item. If that
   line is struck, so are the items.
4. A sentence is kept with the marks of those articles that say it (`qa.support`), and struck if there is none.
5. The first sentence must not take the other side than the built-in answer took. An answer word alone (“可以。”)
   says nothing that could be checked and is left out: the built-in answer's own is put first.
6. Marks are numbered anew in the order in which articles are first cited; a citation's quote is the span of its
   article that says the sentences.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.model import Article
from qa.canonical import bare
from qa.claims import Polarity, claims, polarity
from qa.model import Citation, Struck
from qa.support import Reason, Support, support

_MARK = re.compile(r"[（(]?[\[［【]\s*(?:条文|编号)?\s*(\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)\s*[\]］】][)）]?")
_SENTENCE = re.compile(rf"[^。！？；!?;\n]*(?:[。！？；!?;]+[”’」）)]*|\n)(?:[ \t]*{_MARK.pattern})*|\n")
_OPEN_MARK = re.compile(r"[ \t]*[（(]?(?:[\[［【][^\]］】\n]{0,12})?$")
_LAYOUT = re.compile(r"^[\s>#*•·-]*(?:[0-9]{1,2}[.、．)）](?![0-9])|[（(][0-9]{1,2}[)）])?\s*|[*`]+")
_ITEM = re.compile(r"\s*(?:[-•·*] |[0-9]{1,2}[.、．)）]|[（(][0-9一二三四五六七八九十]{1,3}[)）])")
_PREFIX = re.compile(r"^(?:回答|答案|答)[：:]\s*")


@dataclass(frozen=True)
class Draft:
    """A sentence as the model wrote it: its words without marks, its marks, and whether it begins or ends a line."""

    text: str
    marks: tuple[int, ...]
    begins: bool
    ends: bool
    item: bool
    """Whether it opens with a number or bullet."""

    @property
    def lead(self) -> bool:
        """Whether it introduces a list (应当符合以下条件：)."""
        return self.ends and self.text.endswith(("：", ":"))


def drafts(pieces: Iterable[str]) -> Iterator[Draft]:
    """The sentences of a reply that comes in `pieces`, each as soon as nothing can follow that belongs to it."""
    held, begins = "", True
    for piece in pieces:
        held += piece
        while (m := _SENTENCE.match(held)) and not _OPEN_MARK.fullmatch(held[m.end() :]):
            draft = _draft(m[0], begins=begins)
            begins, held = draft.ends, held[m.end() :]
            yield draft
    while m := _SENTENCE.match(held):
        draft = _draft(m[0], begins=begins)
        begins, held = draft.ends, held[m.end() :]
        yield draft
    if held.strip():
        yield _draft(held, begins=begins)


def _draft(text: str, *, begins: bool) -> Draft:
    marks = tuple(int(n) for m in _MARK.finditer(text) for n in re.findall(r"\d+", m[1]))
    bare_text = _MARK.sub("", text)
    plain = _PREFIX.sub("", _LAYOUT.sub("", bare_text).strip())
    item = begins and bool(_ITEM.match(bare_text))
    return Draft(plain, tuple(dict.fromkeys(marks)), begins, text.endswith("\n"), item)


@dataclass
class Verifier:
    """Checks one reply. `numbered` are the articles given, by their number; `side` is that of the built-in answer."""

    numbered: Mapping[int, Article]
    side: Polarity | None = None
    struck: list[Struck] = field(default_factory=list)
    marks_dropped: int = 0
    marks_seen: int = 0
    sentences: int = 0
    """Sentences kept."""
    _cited: dict[str, int] = field(default_factory=dict)
    _spans: dict[str, tuple[Article, int, int]] = field(default_factory=dict)
    _unmarked: list[Draft] = field(default_factory=list)
    _in_list: bool = False
    _list_marks: tuple[int, ...] = ()
    """The marks of the line that introduced the present list."""
    _headless: str = ""
    """Why the line that introduced the present list was struck; its items mean nothing without it."""

    def verify(self, pieces: Iterable[str]) -> Iterator[str]:
        """The sentences that stand, each with its marks [n] and the line break before it, as they become complete."""
        for draft in drafts(pieces):
            yield from self._take(draft)
        yield from self._give_up()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of what has been kept so far."""
        return tuple(
            Citation(n, article, article.text[start:end])
            for n, (article, start, end) in zip(self._cited.values(), self._spans.values(), strict=True)
        )

    def _take(self, draft: Draft) -> Iterator[str]:
        if draft.begins:
            self._in_list = draft.item
            if not draft.item and not (self._unmarked and self._unmarked[-1].lead):
                yield from self._give_up()
                self._list_marks = ()
        if not bare(draft.text) and not draft.marks:  # the end of a line
            return
        claimed = draft.marks or (self._list_marks if self._in_list else ())
        if not claimed and (draft.lead or self._in_list or not draft.ends):
            self._unmarked.append(draft)
            return
        waiting, self._unmarked = self._unmarked, []
        self.marks_seen += len(draft.marks)
        marks = tuple(n for n in claimed if n in self.numbered)
        self.marks_dropped += sum(n not in self.numbered for n in draft.marks)
        if draft.lead:
            self._list_marks = marks
        for each in (*waiting, draft):
            yield from self._check(each, marks)

    def _give_up(self) -> Iterator[str]:
        """What waited for a mark that did not come."""
        waiting, self._unmarked = self._unmarked, []
        for draft in waiting:
            yield from self._check(draft, ())

    def _check(self, draft: Draft, marks: Sequence[int]) -> Iterator[str]:
        if not bare(draft.text):
            return
        if draft.begins and not draft.item:
            self._headless = ""
        if self._headless:
            self._strike(draft, self._headless)
            return
        side = polarity(draft.text)
        if side and not draft.lead and not claims(draft.text):  # an answer word alone
            return
        if not self.sentences and side and self.side and side != self.side:
            self._strike(draft, "是非不符")
            return
        found: dict[int, Support] = {}
        reason: Reason = "未标注依据"
        for n in marks:
            one = support(draft.text, self.numbered[n])
            if isinstance(one, Support):
                found[n] = one
            else:
                reason = one
        if not found:
            self._strike(draft, reason)
            return
        self.sentences += 1
        shown = "".join(f"[{self._cite(self.numbered[n], span)}]" for n, span in found.items())
        yield ("\n" if draft.begins and self.sentences > 1 else "") + draft.text + shown

    def _strike(self, draft: Draft, reason: str) -> None:
        self.struck.append(Struck(draft.text, reason))
        if draft.lead:
            self._headless = reason

    def _cite(self, article: Article, span: Support) -> int:
        """The mark for `article`; its quote grows to hold `span`."""
        _, start, end = self._spans.get(article.id, (article, span.start, span.end))
        self._spans[article.id] = (article, min(start, span.start), max(end, span.end))
        return self._cited.setdefault(article.id, len(self._cited) + 1)
