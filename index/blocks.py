"""`Document -> list[Block]`: headings, articles, rows and turns by the document's own numbering; pure.

Rules 1 to 5 of `index.split`: every paragraph of the document lands in exactly one block.
"""

from dataclasses import dataclass, replace

from index.marks import Mark, find_mark
from index.model import Document, Metadata, Paragraph, Role, Step
from index.paragraphs import ends_table, opens_table
from index.speech import Exchange, exchanges, read_turns
from index.text import close_gaps, squeeze

MAX_HEADING = 60
_MAX_RUN_IN = 30
_DIVISIONS = ("part", "chapter", "section")


@dataclass(frozen=True)
class Block:
    """Paragraphs that belong together under a path; a block without text is a heading."""

    steps: tuple[Step, ...]
    paragraphs: tuple[Paragraph, ...]
    role: Role = "text"
    heading: bool = False
    speaker: str | None = None
    columns: tuple[tuple[str, str], ...] = ()


def blocks(document: Document) -> list[Block]:
    """All of `document` as blocks, headings and furniture included: every paragraph is in exactly one."""
    out: list[Block] = []
    if document.front:
        out.append(Block((Step("文首"),), document.front, "front"))
    out += _part((), list(document.body), document.meta)
    if document.attachment_list:
        out.append(Block((Step("附件清单"),), document.attachment_list, "attachments"))
    if document.closing:
        out.append(Block((Step("落款"),), document.closing, "closing"))
    for annex in document.annexes:
        step = Step(annex.name, annex.title)
        out.append(Block((step,), annex.heading, heading=True))
        out += _part((step,), list(annex.paragraphs), document.meta)
    return out


def _part(base: tuple[Step, ...], paragraphs: list[Paragraph], meta: Metadata) -> list[Block]:
    before, turns = read_turns(paragraphs)
    if turns:
        return [*_part(base, before, meta), *_briefing(base, exchanges(turns))]
    texts = [p for p in paragraphs if not p.cells]
    by_article = sum((m := find_mark(p.text)) is not None and m.kind == "article" for p in texts) >= 2
    return _numbered(base, paragraphs, meta, by_article=by_article)


class _Outline:
    """The headings above the current paragraph, and the article being collected."""

    def __init__(self, base: tuple[Step, ...]) -> None:
        self.base = base
        self.headings: list[tuple[int, Step]] = []
        self.open: list[Paragraph] = []
        self.open_step: tuple[int, Step] | None = None
        self.item: tuple[int, Step] | None = None
        """The latest article, also after a table has closed it: rows and what follows them belong to it."""
        self.out: list[Block] = []

    def close(self) -> None:
        if self.open:
            steps = tuple(s for _, s in self.headings) + ((self.open_step[1],) if self.open_step else ())
            self.out.append(Block(self.base + (steps or (Step("引言"),)), tuple(self.open)))
        self.open, self.open_step = [], None

    def heading(self, depth: int, step: Step, paragraph: Paragraph) -> None:
        self.close()
        self.item = None
        self.headings = [(d, s) for d, s in self.headings if d < depth]
        self.headings.append((depth, step))
        self.out.append(Block(self.base + tuple(s for _, s in self.headings), (paragraph,), heading=True))

    def article(self, depth: int, step: Step, paragraph: Paragraph) -> None:
        self.close()
        self.headings = [(d, s) for d, s in self.headings if d < depth]
        self.open, self.open_step = [paragraph], (depth, step)
        self.item = self.open_step

    def text(self, paragraph: Paragraph) -> None:
        self.open_step = self.open_step or self.item
        self.open.append(paragraph)

    @property
    def place(self) -> tuple[Step, ...]:
        """The steps to where a table stands."""
        return self.base + tuple(s for _, s in self.headings) + ((self.item[1],) if self.item else ())


def _numbered(
    base: tuple[Step, ...], paragraphs: list[Paragraph], meta: Metadata, *, by_article: bool
) -> list[Block]:
    outline = _Outline(base)
    header: tuple[str, ...] = ()
    last = 0
    for i, p in enumerate(paragraphs):
        following = paragraphs[i + 1] if i + 1 < len(paragraphs) else None
        mark = None if p.cells else find_mark(p.text)
        if not p.cells and not p.furniture and ends_table(p):
            header = ()
        if p.furniture:
            outline.out.append(Block(base, (p,), heading=True))
        elif p.cells:
            outline.close()
            if opens_table(p.cells, header):
                header = p.cells
                outline.out.append(Block(base, (p,), heading=True))
            else:
                outline.out.append(_row(outline.place, p, header, len(outline.out)))
        elif i == 0 and _repeats_title(p, meta):
            outline.out.append(Block(base, (p,), heading=True))
        elif mark is None:
            outline.text(p)
        elif by_article:
            last = _law_mark(outline, p, mark, last)
        else:
            _outline_mark(outline, p, mark, following)
    outline.close()
    marked = any(
        len(b.steps) > len(base) and b.steps[-1].mark != "引言" for b in outline.out if not b.columns
    )
    return _name_loose_ends(outline.out, base, marked=marked)


def _repeats_title(p: Paragraph, meta: Metadata) -> bool:
    return squeeze(p.text) == squeeze(meta.title)


def _law_mark(outline: _Outline, p: Paragraph, mark: Mark, last: int) -> int:
    """Take a mark in a part that is numbered by 条; returns the number of the latest 条."""
    if mark.kind in _DIVISIONS:
        outline.heading(mark.depth, _heading_step(p, mark), p)
    elif mark.kind == "article" and (mark.spaced or mark.number in (last, last + 1)):
        outline.article(mark.depth, Step(mark.label), p)
        return mark.number
    else:
        outline.text(p)
    return last


def _outline_mark(outline: _Outline, p: Paragraph, mark: Mark, following: Paragraph | None) -> None:
    inside = outline.item is not None and mark.depth > outline.item[0]
    if inside:
        outline.text(p)
    elif p.level or _is_heading(p, mark, following):
        outline.heading(mark.depth, _heading_step(p, mark), p)
    else:
        outline.article(mark.depth, Step(mark.label, _run_in_title(p.text[mark.end :])), p)


def _run_in_title(text: str) -> str:
    """The heading that opens an item on the same line: “加大财税支持。加大…”."""
    title, stop, rest = text.strip().partition("。")
    return title if stop and rest.strip() and len(title) <= _MAX_RUN_IN else ""


def _is_heading(p: Paragraph, mark: Mark, following: Paragraph | None) -> bool:
    """Whether a marked line only names what follows it."""
    rest = p.text[mark.end :].strip()
    if mark.kind in _DIVISIONS:
        return True
    if following is None or following.cells or len(rest) > MAX_HEADING or not rest:
        return False
    if any(c in rest for c in "。；：！？") or rest[-1] in "，、":
        return False
    below = find_mark(following.text)
    return below is None or below.depth > mark.depth


def _heading_step(p: Paragraph, mark: Mark) -> Step:
    title = p.text[mark.end :].strip()
    if len(title) <= 5:  # 总 则 is spaced for looks
        title = squeeze(title)
    return Step(mark.label, close_gaps(title))


def _row(base: tuple[Step, ...], p: Paragraph, header: tuple[str, ...], position: int) -> Block:
    names = tuple(squeeze(h) for h in header) + tuple(
        f"第{i + 1}列" for i in range(len(header), len(p.cells))
    )
    number = p.cells[0] if p.cells[0] else str(position)
    columns = tuple(zip(names, p.cells, strict=False))
    return Block((*base, Step(f"序号{number}")), (p,), "row", columns=columns)


def _name_loose_ends(out: list[Block], base: tuple[Step, ...], *, marked: bool) -> list[Block]:
    """引言 is 正文 where nothing is numbered; loose paragraphs after the last item become 文末."""
    if not marked:
        return [
            replace(b, steps=(*b.steps[:-1], Step("正文"))) if b.steps and b.steps[-1].mark == "引言" else b
            for b in out
        ]
    items = [b for b in out if not b.heading and b.role == "text" and find_mark(b.paragraphs[0].text)]
    if not items or out[-1] is not items[-1] or base:
        return out
    tail = items[-1]
    own = 1
    while own < len(tail.paragraphs) and find_mark(tail.paragraphs[own].text):
        own += 1
    loose = tail.paragraphs[own:]
    is_law = tail.steps[-1].mark.startswith("第")
    if (
        not loose
        or is_law
        or any(len(b.paragraphs) > 1 and not find_mark(b.paragraphs[-1].text) for b in items[:-1])
    ):
        return out
    return [*out[:-1], replace(tail, paragraphs=tail.paragraphs[:own]), Block((*base, Step("文末")), loose)]


def _briefing(base: tuple[Step, ...], groups: list[Exchange]) -> list[Block]:
    out: list[Block] = []
    asked = stated = 0
    for group in groups:
        answers = group.answers
        speaker = "、".join(dict.fromkeys(str(t.speaker) for t in answers)) or None
        paragraphs = [p for t in answers for p in (t.heading, *t.said)]
        if group.question is None:
            stated += 1
            step = Step(f"发言{stated}", speaker or "")
        else:
            asked += 1
            paragraphs = [group.question.heading, *group.question.said, *paragraphs]
            answer = f"，{speaker}答" if speaker else ""
            step = Step(f"问答{asked}", f"{group.question.speaker.name}问{answer}")
        out.append(Block((*base, step), tuple(paragraphs), "turn", speaker=speaker))
    return out
