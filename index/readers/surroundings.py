"""What a site puts above and below a text: place in the site, day and source, tools, neighbours, footer.

Each is known by its words and by where it stands: the same words inside the text are text.
"""

import re
from collections.abc import Sequence

from index.marks import find_mark
from index.paragraphs import ATTACHMENT_LINE
from index.readers.weblines import WebLine
from index.text import compare_key, squeeze

RUNNING = re.compile(r"[，。；]")
"""What running text has and the words of a site mostly have not."""
MAX_FURNITURE = 80
"""Characters of a line that may be furniture."""
_LABELS = (
    "索引号|信息索引|主题分类|主题词|发文机关|发布机构|发布机关|发文单位|制发机关|公开主体|所属机构|成文日期|成文时间|"
    "发文日期|发文时间|生成日期|标题|信息名称|文件名称|名称|发文字号|发文文号|文号|文件编号|文件号|公文字号|统一编号|发布日期|"
    "发布时间|公开日期|生效日期|实施日期|失效日期|废止日期|有效性|时效性|文件状态|公文种类|文种|体裁|体裁分类|分类|组配分类|信息分类|服务对象|"
    "公开方式|公开形式|公开范围|公开时限|信息来源|来源|关键词|内容概述|有效期|登记号|规范性文件编号"
)
_LABEL = re.compile(rf"(?:{_LABELS})[：:]?")
_LABELLED = re.compile(rf"(?:{_LABELS})[：:].*")
_TOOL = (
    "打印(?:本页|此页|本文|此文|文章|正文)?|(?:点击)?关闭(?:本页|窗口|页面)?|收藏(?:本页)?|返回(?:顶部|上一页|列表|首页)?|"
    "分享(?:到|至|按钮)?|微信|微博|新浪微博|腾讯微博|QQ空间|QQ|人人网|豆瓣|更多|字体|字号|字体大小|大|中|小|默认|超大|特大|"
    "发表评论|告诉好友|推荐给?(?:朋友|好友)|我要纠错|纠错|下载|保存|顶部|复制链接|朗读|语音播报|繁体|简体|无障碍(?:阅读|浏览)?|"
    "扫一扫(?:在手机(?:上)?打开当前页面?|分享到微信朋友圈)?|用微信扫描二维码.*|下载(?:文字|图片)版"
)
_TOOLS = re.compile(rf"[\[【（(|｜>：:·、\s/]*(?:(?>{_TOOL})[\]】）)|｜<：:·、\s/\[【（(]*+)++")
_ABOVE = re.compile(
    r"(?:您?(?:现在|当前|所在|目前)*(?:所在)?的?(?:位置|所在位置))(?:[：:是].*)?|"
    r"[\[【]?(?:发布|更新|发文|信息|公开)?(?:时间|日期)[：:].*|(?:信息|稿件|文章|内容)?来源[：:].*|(?:作者|编辑|撰稿|责任编辑|编审|审核|供稿)[：:].{0,30}|"
    r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?(?:[|｜]?(?:来源|作者|信息来源|浏览|阅读|点击|字体|字号|【).*)|"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\d{1,2}:\d{2}(?::\d{2})?)?|"
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?[：:]?\d*次?|(?:字体|字号|字体大小|【字体)[：:]?.{0,20}|首页(?:>|>>|/|-|》).*"
)
_ELSEWHERE = (
    r"[【\[]?(?:上|下)一?(?:篇|条|页|则)[】\]]?(?:[：:].*)?|(?:相关|延伸|推荐|更多)(?:链接|新闻|文章|稿件|阅读|报道|信息|资讯|内容|文件|"
    r"附件|解读|政策|专题)(?:[：:].*)?|[（(【]?(?:责任|网站)编辑[：:].{0,20}|.*(?:ICP备|公网安备|网站标识码).*|"
    r"(?:copyright|©|版权所有).*|(?:本站推荐|热点推荐|猜你喜欢|网友评论).*"
)
_NEXT = re.compile(_ELSEWHERE, re.IGNORECASE)
_BELOW = re.compile(
    rf"{_ELSEWHERE}|附件(?:下载|列表)[：:]?|文件下载[：:]?|编辑[：:].{{0,20}}|"
    r"(?:分享到|扫一扫|打印本页|关闭窗口).{0,40}|发布(?:日期|时间)[：:].{0,30}",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:主办|承办|指导|技术支持|地址|邮编|邮政编码|电话|传真|邮箱|网址|联系我们|网站地图|维护).*"
)
REGISTRATION = re.compile(r"ICP备|公网安备|网站标识码|版权所有|copyright", re.IGNORECASE)


def without_surroundings(lines: list[WebLine], title: str, *, known: bool) -> list[WebLine]:
    """Without what the page puts above and below the text."""
    prose = [
        i
        for i, line in enumerate(lines)
        if RUNNING.search(line.text) and not line.is_link and compare_key(line.text) != compare_key(title)
    ]
    first = prose[0] if prose else 0
    last = prose[-1] if prose else 0
    if not known and prose:
        last = _last_prose(lines, prose)
    out: list[WebLine] = []
    for i, line in enumerate(lines):
        text = squeeze(line.text)
        short = len(text) <= MAX_FURNITURE
        if short and _TOOLS.fullmatch(text) and (line.is_link or not first <= i <= last):
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
    """The last line of running text before the page goes on with something else (neighbours, recommendations).

    Where what follows is numbered, it is text all the same: rather a line too many than an article lost.
    """
    total = sum(len(lines[i].text) for i in prose)
    counted = set(prose)
    read = 0
    for i, line in enumerate(lines):
        if (
            read >= total / 3
            and len(squeeze(line.text)) <= MAX_FURNITURE
            and _NEXT.fullmatch(squeeze(line.text))
        ):
            numbered = any(find_mark(lines[j].text) for j in prose if j > i)
            return prose[-1] if numbered else max(j for j in prose if j < i)
        read += len(line.text) if i in counted else 0
    return prose[-1]


def _is_metadata(line: WebLine) -> bool:
    """Whether a row is one of a metadata table: a cell of it is a label."""
    return line.row and any(_LABEL.fullmatch(squeeze(c)) for c in re.split(r"[\t|]", line.text))


def _ends_page(lines: list[WebLine], i: int) -> bool:
    """Whether the site's footer begins: an address or organiser, with the site's registration soon after."""
    if not _FOOTER.fullmatch(squeeze(lines[i].text)):
        return False
    return any(REGISTRATION.search(line.text) for line in lines[i : i + 6])


def _is_entry(text: str) -> bool:
    return bool(ATTACHMENT_LINE.match(text) or re.match(r"\d+[.．、]", text))
