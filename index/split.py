"""`Document -> list[Article]`: pure, by the numbering the document itself has.

The rules, in order:
1. Front matter (heading, 文号, addressees, a notice that carries a measure) is the article 文首; the
   attachment list is 附件清单; the signature is 落款.
2. A part with 条 is split at 条; 编 章 节 are headings; 款 and 项 stay with their 条.
3. Otherwise a part is split at its outline marks. A mark alone on a short line is a heading; the first mark
   on the way in that has text of its own is an article and keeps the marks below it.
4. Unnumbered text under a heading is that heading's article; before the first mark it is 引言 (正文 if there
   are no marks); after the last item of a body whose items have one paragraph each, it is 文末.
5. A briefing is split at its questions; a table at its rows.
6. Headings that stand together under one place are an article too (要目): they answer “四大行动有哪些”.
7. Only an article longer than LIMIT is cut, at paragraphs, never inside one; each piece keeps its path.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.blocks import MAX_HEADING, Block, blocks
from index.marks import find_mark
from index.model import Article, Document, Locator, Metadata, Paragraph, Step
from index.text import normalize

SPLITTER_VERSION = 2
LIMIT = 800
"""Characters above which an article is cut into pieces."""
TARGET = 400
"""Characters up to which short paragraphs share a piece."""
_POINT = re.compile(r"[一二三四五六七八九十]+是")


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
    return len(p.text) <= MAX_HEADING and p.text[-1] in "：:"


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
    """The steps that ids and citations use: 条 run through 编 章 节, which are left out where 条 follow."""
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
    """How the place is cited: 第八条 without its chapter; 二、（三） in a row; 一、总体要求 for a section."""
    cited = _cited(steps)
    mark = "".join(f" {s.mark}" if s.mark.startswith("序号") else s.mark for s in cited)
    section = cited[-1].title if cited[-1].mark.endswith("、") else ""
    return mark + section if section else mark.rstrip("、.")


def _search_text(meta: Metadata, block: Block, text: str) -> str:
    # a space keeps 附件1 and 2024年 apart
    path = " ".join(
        f"{s.mark} {s.title}" if s.mark[-1:].isdigit() else f"{s.mark}{s.title}" for s in block.steps
    )
    if block.columns:
        text = "；".join(f"{name}：{cell}" for name, cell in block.columns[1:] if cell not in ("", "—", "-"))
    if block.role in ("front", "closing"):
        known = (
            ("发文机关", "、".join(meta.issuers)), ("文号", meta.doc_number), ("发文日期", meta.date),
        )  # fmt: skip
        text = "；".join(f"{name}：{value}" for name, value in known if value) + "\n" + text
    return f"{normalize(f'《{meta.title}》{path}')}\n{normalize(text)}"
