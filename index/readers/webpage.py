"""The text of a page of a government site, parted from what the site puts around it.

The rules, in order:
1. The text stands in the container that the site's software marks by a known name (TRS_Editor, UCAP-CONTENT, zoom …);
   without one, in the smallest element that holds nearly all running text.
2. The title is what the page itself calls it (meta ArticleTitle, h1, title); it becomes the first line.
3. Lines above and below the text that only serve the page (place in the site, day and source, font size, print,
   share, neighbours, footer) are dropped; the same words inside the text are not.
4. A table or list of metadata (索引号, 发文机关 …) is dropped, but its 文号 is kept if the text has none.

General extractors lose numbers, signatures and tables of such pages; see docs/architecture.md for the figures.
"""

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from index.paragraphs import DOC_NUMBER_LINE
from index.readers.markup import Element
from index.readers.surroundings import REGISTRATION, RUNNING, without_surroundings
from index.readers.titles import ENDS_TITLE
from index.readers.weblines import WebLine, is_seen, plain, web_lines
from index.text import compare_key, number_key, squeeze

_CONTAINERS = {
    "ucap-content", "pages_content", "trs_editor", "trs_ueditor", "trs_editor_view", "custom_unionstyle", "zoom",
    "zoomcon", "con_con", "article_con", "article-content", "article_content", "articlecontent", "artical_content",
    "my_conboxzw", "my_doccontent", "three_xilan04", "three_xilan_04", "b12c", "bt_content", "vsb_content",
    "v_news_content", "ewb-article-info", "contenttext", "newscontent", "news_content", "detail-content",
    "detail_content", "txt_con", "arti_con", "xxgk_content", "zwxl-article", "info-cont", "wznr", "nr_con",
    "js_content", "rich_media_content",
}  # fmt: skip
_MIN_SHARE = 0.3
"""Of the running text of the page that a known container must hold."""
_NEARLY_ALL = 0.75
_PARAGRAPHS = {"p", "li", "pre", "span", "font", "b", "strong", "dd", "dt", "h1", "h2", "h3", "a"}
_NAME_PARTS = re.compile(r"[_|｜\-–—]")
_NUMBER = re.compile(r"(?:发文字号|发文文号|文号|文件编号|文件号|公文字号)[：:]?(.*)")
_NAME = re.compile(r"(?:标题|信息名称|文件名称|名称)[：:](.*)")
_SITE_NAME = re.compile(r"(政府|部|委员会|局|厅|网|网站|门户|协会|中心|平台|首页|专栏|法规库)$")
_MAX_TITLE = 120
_HEAD_LINES = 12


def page_lines(root: Element) -> list[str]:
    """The lines of the text of a page, the title first with a Markdown mark if the page names it."""
    body = root.find("body")
    body = root if body is None else body
    weights = _weights(body)
    container, known = _container(body, weights)
    every = web_lines(body)
    title = _title(root, [line.text for line in every] + _labelled(body, _NAME))
    lines = without_surroundings(web_lines(container), title, known=known)
    title = title or _headline(every, lines)
    texts, at = _after_title(lines, title)
    if title and at is not None:
        texts = _above_title(lines[:at], texts)
    number = next((n for n in map(squeeze, _labelled(body, _NUMBER)) if DOC_NUMBER_LINE.match(n)), None)
    if number and not any(_is_number(t, number) for t in texts[:_HEAD_LINES]):
        texts = [*texts[: 0 if title else 1], number, *texts[0 if title else 1 :]]
    return ([f"# {title}"] if title else []) + texts if texts else []


def _weights(body: Element) -> dict[Element, int]:
    """Characters of running text, links aside, inside each element."""
    out: dict[Element, int] = {}
    for e in body.iter():
        if not isinstance(e.tag, str) or not _all_seen(e, body):
            continue
        own = "" if e.tag == "a" else e.text or ""
        tails = [c.tail or "" for c in e]
        weight = sum(
            len(squeeze(t)) for t in (own, *tails) if RUNNING.search(t) and not REGISTRATION.search(t)
        )
        at: Element | None = e
        while weight and at is not None:
            out[at] = out.get(at, 0) + weight
            at = None if at is body else at.getparent()
    return out


def _all_seen(e: Element, body: Element) -> bool:
    at: Element | None = e
    while at is not None and at is not body:
        if not is_seen(at):
            return False
        at = at.getparent()
    return True


def _container(body: Element, weights: dict[Element, int]) -> tuple[Element, bool]:
    """The element that holds the text, and whether it is known by its name."""
    enough = max(1, _MIN_SHARE * weights.get(body, 0))
    named = [e for e in weights if _names(e) & _CONTAINERS and weights[e] >= enough]
    if named:
        return max(named, key=lambda e: weights[e]), True  # the outermost of equals: it comes first
    at = body
    while True:
        inside = [c for c in at if weights.get(c, 0) >= _NEARLY_ALL * max(1, weights.get(at, 0))]
        if not inside or inside[0].tag in _PARAGRAPHS or not weights.get(at, 0):
            return (at if at.tag not in ("tr", "tbody", "table") else _above_table(at)), False
        at = inside[0]


def _above_table(e: Element) -> Element:
    at = e
    while at.tag in ("tr", "tbody", "table") and (parent := at.getparent()) is not None:
        at = parent
    return at


def _names(e: Element) -> set[str]:
    return {name.lower() for name in f"{e.get('id') or ''} {e.get('class') or ''}".split()}


def _title(root: Element, lines: Sequence[str]) -> str:
    """What the page calls its text: best a name that also stands on the page, else one that ends as titles end."""
    named = [
        plain(str(m.get("content") or ""))
        for m in root.iter("meta")
        if (m.get("name") or "").lower() == "articletitle"
    ]
    heads = [plain(_content(h)) for h in root.iter("h1") if is_seen(h)]
    titles = [plain(_content(t)) for t in root.iter("title")]
    parts = [part for t in titles for part in (t, *_NAME_PARTS.split(t))]
    keys = {compare_key(line) for line in lines}
    joined = {compare_key(a + b) for a, b in pairwise(lines) if len(a + b) <= _MAX_TITLE}
    candidates = [
        c
        for t in (*named, *heads, *parts)
        if 4 <= len(c := plain(t)) <= _MAX_TITLE and not _SITE_NAME.search(c)
    ]
    sure = [c for c in candidates if compare_key(c) in keys | joined]
    likely = [c for c in candidates if c in named or ENDS_TITLE.search(c)]
    return next(iter([c for c in sure if c in named or ENDS_TITLE.search(c)] + sure + likely), "")


def _headline(every: Sequence[WebLine], lines: Sequence[WebLine]) -> str:
    """The line above the text that ends as titles end, where the text itself does not begin with one."""
    if not lines or ENDS_TITLE.search(lines[0].text):
        return ""
    above = list(takewhile(lambda line: line.text != lines[0].text, every))
    titles = [
        x.text
        for x in above
        if not x.is_link and 8 <= len(x.text) <= _MAX_TITLE and ENDS_TITLE.search(x.text)
    ]
    return titles[-1] if titles else ""


def _after_title(lines: list[WebLine], title: str) -> tuple[list[str], int | None]:
    """The lines below the title, and where it stands among `lines` (None if it does not)."""
    key = compare_key(title)
    for i in range(min(len(lines), _HEAD_LINES) if key else 0):
        text = ""
        for n, line in enumerate(lines[i : i + 3], 1):
            text += compare_key(line.text)
            if text == key:
                return [_marked(x) for x in lines[i + n :]], i
            if not key.startswith(text):
                break
    return [_marked(x) for x in lines], None


def _above_title(above: Sequence[WebLine], below: list[str]) -> list[str]:
    """A 文号 or running text that stands above the title goes below it; the page's own headline goes."""
    kept = [x.text for x in above if DOC_NUMBER_LINE.match(x.text) or RUNNING.search(x.text)]
    kept = [k for k in kept if not any(squeeze(k) == squeeze(b) for b in below[:3])]
    return kept + below


def _marked(line: WebLine) -> str:
    return "#" * line.level + " " * bool(line.level) + line.text


def _labelled(body: Element, label: re.Pattern[str]) -> list[str]:
    """What stands behind a label on the page: in the same element, or in the one beside it."""
    values = []
    for e in body.iter("td", "th", "li", "p", "span", "div", "dd", "dt", "label", "b", "strong"):
        text = squeeze(_content(e)) if len(e) <= 3 else ""
        m = label.fullmatch(text) if len(text) <= _MAX_TITLE else None
        if m is None:
            continue
        value = m[1]
        at: Element | None = e
        while not value and at is not None and at is not body:
            following = at.getnext()
            value = plain(_content(following)) if following is not None else ""
            at = at.getparent() if following is None else None
        values.append(value)
    return values


def _content(e: Element) -> str:
    return "".join(map(str, e.itertext()))


def _is_number(text: str, number: str) -> bool:
    return number_key(text).strip("〔〕") == number_key(number) or bool(DOC_NUMBER_LINE.match(text))
