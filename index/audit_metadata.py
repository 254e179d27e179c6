"""Checks of what is known of a document: its title, 文号, issuers and date."""

import re
from collections.abc import Iterator
from datetime import date

from index.audit_subject import SHOWN, Subject
from index.finding import Finding
from index.marks import find_mark
from index.model import Paragraph, parse_date
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.paragraphs import DOC_NUMBER_LINE, is_prose
from index.signature import iso_date
from index.text import iso_day

_ISSUED = re.compile(r"\d\s*日.*(?:令|公布|发布|批准|通过|印发|下发|颁布)")
"""How a law is issued, in the lines below its title: 2011年1月21日 国务院令第590号公布."""
_EXPLAINS = re.compile(r"解读|实录|答记者问|吹风会|发布会|一图|问答|联系方式|倡议|说明$")
"""Titles of texts that have no 文号: they explain a document."""
_CUT = re.compile(r"(?:关于|的|和|与|及|以及|对|为|、|，|“|《|（|\()$|^[》）”、，。；]")
_ENDS_AS_TITLE = re.compile(
    r"(?:通知|通报|通告|公告|公报|公示|意见|办法|规定|决定|规则|规划|规范|规程|条例|细则|准则|标准|制度|章程|方案|预案|计划|纲要"
    r"|要点|要求|简报|简介|指南|指引|目录|名单|清单|程序|措施|政策|批复|答复|复函|函|命令|令|法|纪要|解释|解读|说明|报告|实录|讲话|问答"
    r"|声明|倡议书?|须知|手册|协议|合同|条件|工作|任务|活动|项目|情况|联系方式|汇编|表|书|图)(?:[（(][^（）()]{1,20}[）)])*$"
)
_PAIRS = (("《", "》"), ("（", "）"), ("“", "”"), ("〈", "〉"))
_NUMBER = re.compile(
    r"[〔\[［(（【]\s*([^〔\[［(（【〕\]］)）】]{2,6})\s*[〕\]］)）】]\s*第?\s*([^\s，。；、（）()《》]{1,5})\s*号"
)
_LETTERS = "OoＯОΟlI|"
"""Letters that a scan or a hand takes for 0 and 1."""
_LOOKALIKES = f"{_LETTERS}〇○零"
_N = f"[{NUMERAL_CHARS}{_LETTERS}]"
_DAY = re.compile(rf"(?<!{_N})({_N}{{4}})\s*年\s*({_N}{{1,3}})\s*月\s*({_N}{{1,3}})\s*日")
_YEAR = re.compile(r"[〔\[［(（](\d{4})[〕\]］)）]|(\d{4})年第?\d+号")
_STARTS_WITH_DAY = re.compile(rf"{_N}{{4}}\s*年\s*{_N}{{1,3}}\s*月\s*{_N}{{1,3}}\s*日(?:$|\s)")
_EARLIEST = 1949
_HEAD = 6
"""Paragraphs among which the 文号 stands; one that is misread is no front matter to the reader."""
_NUMBER_LINE = 40
"""Characters of a line that is nothing but a 文号."""


def check_title(subject: Subject) -> Iterator[Finding]:
    """no-title, cut-title, odd-title: nothing to cite by, half a title, or a sentence in its place.

    They are errors, since every citation of the document names the title; a title that only ends as no title of
    a document does is a warning.
    """
    title, first = subject.document.meta.title, subject.document.front[:1] or subject.document.body[:1]
    if not any(c.isalnum() for c in title):
        yield subject.error("no-title", "文首", "没有标题", first)
    elif DOC_NUMBER_LINE.match(title) or _DAY.match(title):
        yield subject.error("no-title", "文首", f"没有标题：文首就是“{title[:SHOWN]}”", first)
    elif find_mark(title) or (is_prose(title) and title[-1] in "。；：，"):
        yield subject.error("odd-title", "文首", f"标题像是正文：{title[:SHOWN]}", first)
    elif "\t" in title:
        yield subject.error(
            "odd-title", "文首", f"标题被认成了表格：{' '.join(title.split())[:SHOWN]}", first
        )
    elif _CUT.search(title) or any(title.count(a) != title.count(b) for a, b in _PAIRS):
        yield subject.error("cut-title", "文首", f"标题不完整：{title}", first)
    elif not _ENDS_AS_TITLE.search(title):
        yield subject.warning("cut-title", "文首", f"标题结尾不像文件名称，可能不完整：{title}", first)


def check_known(subject: Subject) -> Iterator[Finding]:
    """no-number, no-issuer, no-date: what a document of its kind has and this one does not give.

    A law has the line of its promulgation (国务院令第590号公布, 国务院发布); an interpretation or a briefing has
    no number and no signature, but a day.
    """
    document, meta = subject.document, subject.document.meta
    explains = bool(_EXPLAINS.search(meta.heading)) or any(a.role == "turn" for a in subject.articles)
    issued = any(_ISSUED.search(p.text) for p in document.front[1:])
    numbered, at = bool(meta.doc_number or issued or explains), document.front[:1]
    if meta.title.endswith("联系方式"):
        return
    head = subject.paragraphs[:_HEAD]
    days = [p for p in (*head, *document.body) if not p.cells and _STARTS_WITH_DAY.match(p.text)]
    lone = [p for p in days if iso_date(p.text)]
    if meta.date is None and lone:
        message = f"日期“{lone[-1].text}”上面没有发文机关，未作为发文日期"
        yield subject.warning("no-issuer", subject.place_of(lone[-1]), message, lone[-1:])
    elif meta.date is None and days:
        message = f"没有读出发文日期，原文有“{days[0].text[:SHOWN]}”"
        yield subject.warning("no-date", subject.place_of(days[0]), message, days[:1])
    elif meta.date is None:
        message = "没有发文日期" if numbered else "没有发文日期，也没有文号"
        yield subject.warning("no-date", "落款", message, at)
    elif not (meta.issuers or issued or explains):
        yield subject.warning("no-issuer", "落款", "没有发文机关", at)
    if numbers := [p for p in head if DOC_NUMBER_LINE.match(p.text)] if meta.doc_number is None else []:
        message = f"没有读出文号，原文有“{numbers[0].text}”"
        yield subject.warning("no-number", subject.place_of(numbers[0]), message, numbers[:1])
    elif not numbered and (meta.date or lone):
        yield subject.warning("no-number", "文首", "没有文号", at)


def check_number(subject: Subject) -> Iterator[Finding]:
    """odd-number: a letter among the digits (〔2O24〕l号), or a year that is not that of the date."""
    for p in subject.paragraphs[:_HEAD]:
        for m in _NUMBER.finditer(p.text) if len(p.text) <= _NUMBER_LINE else ():
            if any(c in _LOOKALIKES for c in m[1] + m[2]):
                message = f"文号中的数字写成了字母或汉字：{m[0]}"
                yield subject.warning("odd-number", "文首", message, [p], m[0])
    meta = subject.document.meta
    day, year = parse_date(meta.date), _YEAR.search(meta.doc_number or "")
    if day and year:
        numbered = int(year[1] or year[2])
        if numbered != day.year and (numbered + 1, 1) != (day.year, day.month):
            message = f"文号 {meta.doc_number} 与发文日期 {meta.date} 的年份不一致"
            yield subject.warning("odd-number", "文首", message, _dated(subject))


def check_date(subject: Subject, today: date) -> Iterator[Finding]:
    """odd-date: a day in the future or before 1949, or one that no calendar has (2月30日, 二O二四年)."""
    meta = subject.document.meta
    day = parse_date(meta.date)
    if day and day > today:
        yield subject.warning("odd-date", "落款", f"发文日期在将来：{meta.date}", _dated(subject))
    elif day and day.year < _EARLIEST:
        yield subject.warning("odd-date", "落款", f"发文日期过早：{meta.date}", _dated(subject))
    validity = meta.validity
    if validity.effective and validity.expires and validity.expires < validity.effective:
        message = f"失效日期 {validity.expires} 早于施行日期 {validity.effective}"
        yield subject.warning("odd-date", "正文", message)
    for p in subject.paragraphs:
        if "年" not in p.text:
            continue
        for m in _DAY.finditer(p.text):
            if why := _wrong(m):
                yield subject.warning("odd-date", subject.place_of(p), f"{why}：{m[0]}", [p], m[0])


def _wrong(m: re.Match[str]) -> str:
    """Why a written day is none; empty if it is one."""
    if any(c in _LETTERS for c in m[0]):
        return "日期中的数字写成了字母"
    year, month, day = (parse_numeral(g) for g in m.groups())
    if year is None or month is None or day is None:
        return "日期中的数字写法混杂"
    return "" if iso_day(year, month, day) else "没有这一天"


def _dated(subject: Subject) -> list[Paragraph]:
    closing = subject.document.closing or subject.document.front
    return [p for p in closing if "年" in p.text][-1:]
