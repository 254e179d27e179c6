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

from index.paragraphs import ATTACHMENT_LINE, DOC_NUMBER_LINE
from index.readers.weblines import Node, WebLine, is_seen, plain, web_lines
from index.text import compare_key, number_key, squeeze

_CONTAINERS = {
    "ucap-content", "pages_content", "trs_editor", "trs_ueditor", "trs_editor_view", "custom_unionstyle", "zoom",
    "zoomcon", "con_con", "article_con", "article-content", "article_content", "articlecontent", "artical_content",
    "my_conboxzw", "my_doccontent", "three_xilan04", "three_xilan_04", "b12c", "bt_content", "vsb_content",
    "v_news_content", "ewb-article-info", "contenttext", "newscontent", "news_content", "detail-content",
    "detail_content", "txt_con", "arti_con", "xxgk_content", "zwxl-article", "info-cont", "wznr", "nr_con",
}  # fmt: skip
_MIN_SHARE = 0.3
"""Of the running text of the page that a known container must hold."""
_NEARLY_ALL = 0.75
_PARAGRAPHS = {
    "p",
    "li",
    "pre",
    "span",
    "font",
    "b",
    "strong",
    "tr",
    "tbody",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "a",
}
_RUNNING = re.compile(r"[，。；]")
_LABELS = (
    "索引号|信息索引|主题分类|主题词|发文机关|发布机构|发布机关|发文单位|制发机关|公开主体|所属机构|成文日期|成文时间|"
    "发文日期|发文时间|生成日期|标题|信息名称|文件名称|名称|发文字号|发文文号|文号|文件编号|文件号|公文字号|统一编号|发布日期|"
    "发布时间|公开日期|生效日期|实施日期|失效日期|废止日期|有效性|时效性|文件状态|公文种类|文种|体裁|体裁分类|分类|组配分类|信息分类|服务对象|"
    "公开方式|公开形式|公开范围|公开时限|信息来源|来源|关键词|内容概述|有效期|登记号|规范性文件编号"
)
_LABEL = re.compile(rf"(?:{_LABELS})[：:]?")
_LABELLED = re.compile(rf"(?:{_LABELS})[：:].*")
_NUMBER = re.compile(r"(?:发文字号|发文文号|文号|文件编号|文件号|公文字号)[：:]?(.*)")
_NAME = re.compile(r"(?:标题|信息名称|文件名称|名称)[：:](.*)")
_TOOL = (
    "打印(?:本页|此页|本文|此文|文章|正文)?|(?:点击)?关闭(?:本页|窗口|页面)?|收藏(?:本页)?|返回(?:顶部|上一页|列表|首页)?|"
    "分享(?:到|至|按钮)?|微信|微博|新浪微博|腾讯微博|QQ空间|QQ|人人网|豆瓣|更多|字体|字号|字体大小|大|中|小|默认|超大|特大|"
    "发表评论|告诉好友|推荐给?(?:朋友|好友)|我要纠错|纠错|下载|保存|顶部|复制链接|朗读|语音播报|繁体|简体|无障碍(?:阅读|浏览)?|"
    "扫一扫(?:在手机(?:上)?打开当前页面?|分享到微信朋友圈)?|用微信扫描二维码.*|下载(?:文字|图片)版"
)
_TOOLS = re.compile(rf"[\[【（(|｜>：:·、\s/]*(?:(?:{_TOOL})[\]】）)|｜<：:·、\s/\[【（(]*)+")
_ABOVE = re.compile(
    r"(?:您?(?:现在|当前|所在|目前)*(?:所在)?的?(?:位置|所在位置))(?:[：:是].*)?|"
    r"[\[【]?(?:发布|更新|发文|信息|公开)?(?:时间|日期)[：:].*|(?:信息|稿件|文章|内容)?来源[：:].*|(?:作者|编辑|撰稿|责任编辑|编审|审核|供稿)[：:].{0,30}|"
    r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?(?:[|｜]?(?:来源|作者|信息来源|浏览|阅读|点击|字体|字号|【).*)|"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\d{1,2}:\d{2}(?::\d{2})?)?|"
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?[：:]?\d*次?|(?:字体|字号|字体大小|【字体)[：:]?.{0,20}|首页(?:>|>>|/|-|》).*"
)
_BELOW = re.compile(
    r"[【\[]?(?:上|下)一?(?:篇|条|页|则)[】\]]?(?:[：:].*)?|(?:相关|延伸|推荐|更多)(?:链接|新闻|文章|稿件|阅读|报道|信息|资讯|内容|文件|附件|解读|政策|专题)(?:[：:].*)?|"
    r"附件(?:下载|列表)[：:]?|文件下载[：:]?|(?:[（(【]?责任编辑|编辑|网站编辑)[：:].{0,20}|(?:分享到|扫一扫|打印本页|关闭窗口).{0,40}|.*(?:ICP备|公网安备|网站标识码).*|"
    r"(?:copyright|©|版权所有).*|(?:本站推荐|热点推荐|猜你喜欢|网友评论).*|发布(?:日期|时间)[：:].{0,30}"
)
_FOOTER = re.compile(
    r"(?:主办|承办|指导|技术支持|地址|邮编|邮政编码|电话|传真|邮箱|网址|联系我们|网站地图|维护).*"
)
_LEGAL = re.compile(r"ICP备|公网安备|网站标识码|版权所有|copyright", re.IGNORECASE)
_SITE = re.compile(r"[_|｜\-–—]")
_ENDS_TITLE = re.compile(
    r"(通知|意见|办法|规定|公告|通告|公报|方案|条例|细则|决定|批复|函|规划|计划|指南|纲要|规程|目录|清单|（试行）|\(试行\))$"
)
_MAX_TITLE = 120
_HEAD_LINES = 12
_MAX_FURNITURE = 80


def page_lines(root: Node) -> list[str]:
    """The lines of the text of a page, the title first with a Markdown mark if the page names it."""
    body = root.find("body")
    body = root if body is None else body
    weights = _weights(body)
    container, known = _container(body, weights)
    lines = _text_lines(web_lines(container), known=known)
    every = web_lines(body)
    title = _title(root, [line.text for line in every] + _labelled(body, _NAME))
    title = title or _headline(every, lines)
    texts, at = _after_title(lines, title)
    if title and at is not None:
        texts = _above_title(lines[:at], texts)
    number = next((n for n in map(squeeze, _labelled(body, _NUMBER)) if DOC_NUMBER_LINE.match(n)), None)
    if number and not any(_is_number(t, number) for t in texts[:_HEAD_LINES]):
        texts = [*texts[: 0 if title else 1], number, *texts[0 if title else 1 :]]
    return ([f"# {title}"] if title else []) + texts if texts else []


def _weights(body: Node) -> dict[Node, int]:
    """Characters of running text, links aside, inside each element."""
    out: dict[Node, int] = {}
    for e in body.iter():
        if not isinstance(e.tag, str) or not _all_seen(e, body):
            continue
        own = "" if e.tag == "a" else e.text or ""
        tails = [c.tail or "" for c in e]
        weight = sum(len(squeeze(t)) for t in (own, *tails) if _RUNNING.search(t) and not _LEGAL.search(t))
        at: Node | None = e
        while weight and at is not None:
            out[at] = out.get(at, 0) + weight
            at = None if at is body else at.getparent()
    return out


def _all_seen(e: Node, body: Node) -> bool:
    at: Node | None = e
    while at is not None and at is not body:
        if not is_seen(at):
            return False
        at = at.getparent()
    return True


def _container(body: Node, weights: dict[Node, int]) -> tuple[Node, bool]:
    """The element that holds the text, and whether it is known by its name."""
    enough = max(1, _MIN_SHARE * weights.get(body, 0))
    named = [e for e in weights if _names(e) & _CONTAINERS and weights[e] >= enough]
    if named:
        return max(named, key=lambda e: weights[e]), True  # the outermost of equals: it comes first
    at = body
    while True:
        inside = [c for c in at if weights.get(c, 0) >= _NEARLY_ALL * max(1, weights.get(at, 0))]
        if not inside or inside[0].tag in _PARAGRAPHS - {"tr", "tbody"} or not weights.get(at, 0):
            return (at if at.tag not in ("tr", "tbody", "table") else _above_table(at)), False
        at = inside[0]


def _above_table(e: Node) -> Node:
    at = e
    while at.tag in ("tr", "tbody", "table") and (parent := at.getparent()) is not None:
        at = parent
    return at


def _names(e: Node) -> set[str]:
    return {name.lower() for name in f"{e.get('id') or ''} {e.get('class') or ''}".split()}


def _text_lines(lines: list[WebLine], *, known: bool) -> list[WebLine]:
    """Without what the page puts above and below the text."""
    prose = [i for i, line in enumerate(lines) if _RUNNING.search(line.text) and not line.is_link]
    first = prose[0] if prose else 0
    last = prose[-1] if prose else 0
    if not known and prose:
        last = _last_prose(lines, prose)
    out: list[WebLine] = []
    for i, line in enumerate(lines):
        text = squeeze(line.text)
        short = len(text) <= _MAX_FURNITURE
        if short and (_TOOLS.fullmatch(text) and not line.level):
            continue
        if (
            i < max(first, 1)
            and short
            and (_ABOVE.fullmatch(text) or _LABELLED.fullmatch(text) or _is_metadata(line))
        ):
            continue
        if i > last and short and (_BELOW.fullmatch(text) or _ends_page(lines, i)):
            break
        if not known and line.is_link and not _is_entry(line.text) and not (i > first and i < last):
            continue
        out.append(line)
    return out


def _last_prose(lines: list[WebLine], prose: Sequence[int]) -> int:
    """The last line of running text before the page goes on with something else (neighbours, recommendations)."""
    total = sum(len(lines[i].text) for i in prose)
    read = 0
    for i, line in enumerate(lines):
        if (
            read >= total / 3
            and len(squeeze(line.text)) <= _MAX_FURNITURE
            and _BELOW.fullmatch(squeeze(line.text))
        ):
            return max(j for j in prose if j < i)
        read += len(line.text) if i in prose else 0
    return prose[-1]


def _is_metadata(line: WebLine) -> bool:
    """Whether a row is one of a metadata table: a cell of it is a label."""
    return line.row and any(_LABEL.fullmatch(squeeze(c)) for c in re.split(r"[\t|]", line.text))


def _ends_page(lines: list[WebLine], i: int) -> bool:
    """Whether the site's footer begins: an address or organiser, with the site's registration soon after."""
    if not _FOOTER.fullmatch(squeeze(lines[i].text)):
        return False
    return any(_LEGAL.search(line.text) for line in lines[i : i + 6])


def _is_entry(text: str) -> bool:
    return bool(ATTACHMENT_LINE.match(text) or re.match(r"\d+[.．、]", text))


def _title(root: Node, lines: Sequence[str]) -> str:
    """What the page calls its text; a candidate that also stands on the page is sure, else a long one will do."""
    named = [
        str(m.get("content") or "")
        for m in root.iter("meta")
        if (m.get("name") or "").lower() == "articletitle"
    ]
    heads = [plain(_content(h)) for h in root.iter("h1") if is_seen(h)]
    titles = [plain(_content(t)) for t in root.iter("title")]
    parts = [part for t in titles for part in (t, *_SITE.split(t))]
    keys = {compare_key(line) for line in lines}
    joined = {compare_key(a + b) for a, b in pairwise(lines) if len(a + b) <= _MAX_TITLE}
    candidates = [c for t in (*named, *heads, *parts) if 5 <= len(c := plain(t)) <= _MAX_TITLE]
    return next((c for c in candidates if compare_key(c) in keys | joined), plain(named[0]) if named else "")


def _headline(every: Sequence[WebLine], lines: Sequence[WebLine]) -> str:
    """The line above the text that ends as titles end, where the text itself does not begin with one."""
    if not lines or _ENDS_TITLE.search(lines[0].text):
        return ""
    above = list(takewhile(lambda line: line.text != lines[0].text, every))
    titles = [
        x.text
        for x in above
        if not x.is_link and 8 <= len(x.text) <= _MAX_TITLE and _ENDS_TITLE.search(x.text)
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
    kept = [x.text for x in above if DOC_NUMBER_LINE.match(x.text) or _RUNNING.search(x.text)]
    kept = [k for k in kept if not any(squeeze(k) == squeeze(b) for b in below[:3])]
    return kept + below


def _marked(line: WebLine) -> str:
    return "#" * line.level + " " * bool(line.level) + line.text


def _labelled(body: Node, label: re.Pattern[str]) -> list[str]:
    """What stands behind a label on the page: in the same element, or in the one beside it."""
    values = []
    for e in body.iter("td", "th", "li", "p", "span", "div", "dd", "dt", "label", "b", "strong"):
        text = squeeze(_content(e)) if len(e) <= 3 else ""
        m = label.fullmatch(text) if len(text) <= _MAX_TITLE else None
        if m is None:
            continue
        value = m[1]
        at: Node | None = e
        while not value and at is not None and at is not body:
            following = at.getnext()
            value = plain(_content(following)) if following is not None else ""
            at = at.getparent() if following is None else None
        values.append(value)
    return values


def _content(e: Node) -> str:
    return "".join(map(str, e.itertext()))


def _is_number(text: str, number: str) -> bool:
    return number_key(text).strip("〔〕") == number_key(number) or bool(DOC_NUMBER_LINE.match(text))
