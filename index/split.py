"""`Document -> list[Article]`: pure, by the numbering the document itself has.

The rules, in order:
1. Front matter (heading, 文号, addressees, a notice that carries a measure) is the article 文首; the attachment
   list is 附件清单; the signature is 落款.
2. A part with 条 is split at 条; 编 章 节 are headings; 款 and 项 stay with their 条.
3. Otherwise a part is split at its outline marks. A mark alone on a short line is a heading; the first mark on the
   way in that has text of its own is an article and keeps the marks below it.
4. Unnumbered text under a heading is that heading's article; before the first mark it is 引言 (正文 if there are no
   marks); after the last item of a body whose items have one paragraph each, it is 文末.
5. A briefing is split at its questions; a table at its rows.
6. Headings that stand together under one place are an article too (要目): “四大行动有哪些” is answered by them.
7. Only an article longer than LIMIT is cut, at paragraphs, never inside one; each piece keeps the article's path.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.marks import Mark, find_mark
from index.model import Article, Document, Locator, Metadata, Paragraph, Role, Step
from index.paragraphs import ends_table, opens_table
from index.speech import Exchange, exchanges, read_turns
from index.text import close_gaps, normalize, squeeze

SPLITTER_VERSION = 1
LIMIT = 800
"""Characters above which an article is cut into pieces."""
TARGET = 400
"""Characters up to which short paragraphs share a piece."""
_MAX_HEADING = 60
_MAX_RUN_IN = 30
_POINT = re.compile(r"[一二三四五六七八九十]+是")
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


def split(document: Document) -> list[Article]:
    """Split `document` into its articles, in order, with unique ids."""
    articles: list[Article] = []
    taken: dict[str, int] = {}
    every = blocks(document)
    for block in [b for b in every if not b.heading] + _outlines(every):
        for piece in _pieces(block):
            path = "/".join(_slug(s.mark) for s in _cited(piece.steps))
            taken[path] = taken.get(path, 0) + 1
            if taken[path] > 1:  # numbering that repeats by mistake must not collide
                path = f"{path}#{taken[path]}"
            articles.append(_article(document.meta, piece, path, len(articles)))
    return articles


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


def _outlines(every: list[Block]) -> list[Block]:
    """One block for each place with at least two headings directly under it, made of these headings."""
    under: dict[tuple[Step, ...], list[Paragraph]] = {}
    for b in every:
        if b.heading and b.steps and not b.paragraphs[0].cells and find_mark(b.paragraphs[0].text):
            under.setdefault(b.steps[:-1], []).append(b.paragraphs[0])
    return [
        Block((*steps, Step("要目")), tuple(headings), "outline")
        for steps, headings in under.items()
        if len(headings) > 1
    ]


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
    marked = any(len(b.steps) > len(base) and b.steps[-1].mark != "引言" for b in outline.out if not b.columns)
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
    inside = outline.open_step is not None and mark.depth > outline.open_step[0]
    if inside:
        outline.open.append(p)
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
    if following is None or following.cells or len(rest) > _MAX_HEADING or not rest:
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
    names = tuple(squeeze(h) for h in header) + tuple(f"第{i + 1}列" for i in range(len(header), len(p.cells)))
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
    if not loose or is_law or any(len(b.paragraphs) > 1 and not find_mark(b.paragraphs[-1].text) for b in items[:-1]):
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


def _pieces(block: Block) -> list[Block]:
    if sum(len(p.text) for p in block.paragraphs) <= LIMIT or len(block.paragraphs) == 1:
        return [block]
    groups: list[list[Paragraph]] = [[]]
    for p in block.paragraphs:
        size = sum(len(q.text) for q in groups[-1])
        opener = size == 0 or _is_lead(groups[-1][-1])
        if not opener and size + len(p.text) > TARGET:
            groups.append([])
        groups[-1].append(p)
    if len(groups) == 1:
        return [block]
    return [
        replace(block, steps=(*block.steps, Step(_piece_mark(g, i))), paragraphs=tuple(g))
        for i, g in enumerate(groups, 1)
    ]


def _is_lead(p: Paragraph) -> bool:
    """A short line that introduces the next: a speaker, “应当符合以下条件：”."""
    return len(p.text) <= _MAX_HEADING and p.text[-1] in "：:"


def _piece_mark(paragraphs: list[Paragraph], position: int) -> str:
    marks = [m.label for p in paragraphs if (m := find_mark(p.text)) and m.kind != "article"]
    points = [point[0] for p in paragraphs if (point := _POINT.match(p.text))]
    names = marks if len(marks) == len(paragraphs) else points
    if not names:
        return f"第{position}部分"
    return names[0] if len(names) == 1 else f"{names[0]}至{names[-1]}"


def _slug(mark: str) -> str:
    return mark.rstrip("、.")


def _cited(steps: Sequence[Step]) -> list[Step]:
    """The steps that ids and citations use: 条 run through 编 章 节, so these are left out where 条 follow."""
    return [s for s in steps if not re.fullmatch(r"第.+[编章节]", s.mark)] or list(steps)


def _article(meta: Metadata, block: Block, path: str, order: int) -> Article:
    locator = Locator(block.steps)
    pages = [n for p in block.paragraphs for n in (p.page, p.last_page) if n is not None]
    text = "\n".join(p.text for p in block.paragraphs)
    return Article(
        id=f"{meta.key}/{path}",
        meta=meta,
        locator=locator,
        label=f"《{_inner(meta.title)}》{citation_mark(block.steps)}",
        text=text,
        search_text=_search_text(meta, block, text),
        role=block.role,
        page=min(pages, default=None),
        last_page=max(pages, default=None),
        columns=block.columns,
        speaker=block.speaker,
        order=order,
        lines=tuple(n for p in block.paragraphs for n in p.lines),
    )


def _inner(title: str) -> str:
    """A title as it stands between 《》: marks inside become 〈〉 (GB/T 15834)."""
    return title.translate(str.maketrans("《》", "〈〉"))


def citation_mark(steps: Sequence[Step]) -> str:
    """How the place is cited: 第八条 without its chapter; 二、（三） as marks in a row; 一、总体要求 for a section."""
    cited = _cited(steps)
    mark = "".join(f" {s.mark}" if s.mark.startswith("序号") else s.mark for s in cited)
    section = cited[-1].title if cited[-1].mark.endswith("、") else ""
    return mark + section if section else mark.rstrip("、.")


def _search_text(meta: Metadata, block: Block, text: str) -> str:
    # a space keeps 附件1 and 2024年 apart
    path = " ".join(f"{s.mark} {s.title}" if s.mark[-1:].isdigit() else f"{s.mark}{s.title}" for s in block.steps)
    if block.columns:
        text = "；".join(f"{name}：{cell}" for name, cell in block.columns[1:] if cell not in ("", "—", "-"))
    if block.role in ("front", "closing"):
        known = (
            ("发文机关", "、".join(meta.issuers)), ("文号", meta.doc_number), ("发文日期", meta.date),
        )  # fmt: skip
        text = "；".join(f"{name}：{value}" for name, value in known if value) + "\n" + text
    return f"{normalize(f'《{meta.title}》{path}')}\n{normalize(text)}"
