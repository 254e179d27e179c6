"""What a question says of a table's columns: values it names, values it excludes, columns it asks for, years."""

import re
from collections.abc import Sequence

from index.model import Article
from index.text import normalize
from qa.wording import official_terms

Pair = tuple[str, str]
"""(column, value)."""

EMPTY = ("", "—", "-", "——")
_YEAR = re.compile(r"(20\d\d)\s*(?:[两二三]?年|(?=[、,和与及]\s*20\d\d))")
_RELATIVE = {"去年": -1, "上年": -1, "今年": 0, "本年度": 0, "本年": 0, "当年": 0, "明年": 1, "后年": 2}
_SHORT_YEAR = re.compile(
    r"(?<![\d第近满过长])([12]\d)年(?=[的度版底末初要里和跟与、，,及]|清单|标准|国标|项目)"
)
"""24年的清单; 24年内 and 满20年 are terms."""
WHICH_YEAR = re.compile(r"哪一?年")
"""In which year’s list a row stands is said by the title of its table."""
_EXCEPT = re.compile(
    r"(?:除了?|排除|除去|去掉|扣除|不算|不含|不包括)(?P<what>.{2,40}?)(?:以外|之外|外|的|，|,|$)"
)
_NOT = re.compile(r"(?:不是|非|不属于|不由|不归|不在|并非|没有?被?)(?:由|归|属于|在)?$")
_HEADERS = (
    (re.compile(r"地区|省份"), r"省份?|自治区|地区|地方"),
    (re.compile(r"部门|机关"), r"部门|部委|主管(?:单位|机构)?"),
    (re.compile(r"归口|委员会"), r"归口(?:单位|委员会|机构|部门)?|标委会|技委会|(?:标准化)?技术委员会"),
    (re.compile(r"领域"), r"领域"),
    (re.compile(r"方向"), r"方向"),
    (re.compile(r"主体|企业|公司"), r"(?:实施)?(?:主体|单位)|企业|公司"),
)
"""What callers call the columns of administrative tables: by the column's header, the words for it."""
_WHO = r"哪[个家些几]?|什么|几个|多少个?"
_WHICH = r"哪(?:一?[个家])?|什么"
"""Asks for one: 哪些领域 does not ask for the cell of one row."""
_DOES = r"(?:实施|承担|建|做)"
_POSITION = re.compile(
    r"第几[个项行条号位]|第几$|序号(?:是|为)?(?:多少|几)|(?:排|列|在)[^，。]{0,8}哪一?[行项](?![目业])"
)
_NOT_LISTED = re.compile(
    r"周期|代替|替代|起草|计划号|标准号|编号|(?:发布|实施|完成|报批)(?:日期|时间)|几个?月|多久|投资|预算|金额|联系人|电话"
)
"""What lists of standards and projects elsewhere state of a row."""
_CONFIRM = re.compile(r"(?:吗|么|对吧|是吧|对不对)[?？。]?$|是不是|是否")
_PER = re.compile(r"各|每|分别|最多|最少|分布")
_ALLOWED = re.compile(r"最多(?:能|可|推荐|报|申|选|给|支持)")
_MANY = re.compile(r"多少|几[个项]")
_ROWS = re.compile(r"标准(?!化)|国标|项目|归口|主管部门")


def with_years(text: str, year: int | None) -> str:
    """`text` with 今年, 明年 and 24年 as years, by `year` and its century; unchanged if that is unknown."""
    if year is not None:
        text = _SHORT_YEAR.sub(lambda m: f"{year // 100}{m[1]}年", text)
        for word, plus in _RELATIVE.items():
            text = re.sub(f"{word}(?!来)", f"{year + plus}年", text)
    return text


def years(text: str) -> frozenset[str]:
    """The years that `text` names: of a question, or of a table's title."""
    return frozenset(_YEAR.findall(text))


def comparable(text: str) -> str:
    """住房和城乡建设部 and 住房城乡建设部 are one body."""
    return normalize(text).replace("和", "")


def cell_values(cell: str) -> list[str]:
    """The values of a cell: 工业和信息化部、国家能源局 are two; 等 after the last is none."""
    return [v.removesuffix("等") for v in re.split(r"[、，]", cell)]


def excluded(text: str, spelling: str) -> bool:
    """Whether every mention of `spelling` in `text` is one that rules it out: 不是…, 非…, 除…外."""
    spans = [m.span("what") for m in _EXCEPT.finditer(text)]
    found = list(re.finditer(re.escape(spelling), text))
    return bool(found) and all(
        any(a <= m.start() and m.end() <= b for a, b in spans) or _NOT.search(text[: m.start()][-6:])
        for m in found
    )


def limits(text: str) -> bool:
    """Whether `text` asks for a limit, not for a count: 各省最多推荐几个项目."""
    return bool(_ALLOWED.search(text))


def column_words(header: str) -> str:
    """A pattern of what callers call the column `header`: of 归口技术委员会 归口, 标委会 …."""
    found = [words for pattern, words in _HEADERS if pattern.search(header)]
    return "|".join([re.escape(header), *found])


def options(header: str) -> Sequence[str]:
    """The values that a header itself names (强制/推荐); empty for other columns."""
    return header.split("/") if "/" in header else ()


def counted_column(text: str, headers: Sequence[str], named: Sequence[Pair], *, sure: bool) -> str | None:
    """The column by whose values `text` wants rows counted: 各主管部门各几项, 哪个省最多, 强制和推荐各多少.

    Args:
        text: the question, normalised.
        headers: the table's columns that can be counted by.
        named: the values that the question names; a column with a value is a condition, not a grouping.
        sure: whether the question is known to be about the table; else it must speak of standards or projects.
    """
    for header in headers:
        values = options(header)
        if values and all(v in text for v in values) and (_PER.search(text) or len(_MANY.findall(text)) > 1):
            return header
    if not (sure or _ROWS.search(text)) or limits(text):
        return None
    taken = {column for column, _ in named}
    for header in headers:
        words = rf"(?:主管|归口|所属|实施)?(?:{column_words(header)})"
        ways = [
            rf"(?:各个?|每个?|按|分){words}[^，。]{{0,12}}(?:几|多少|分布|数量)",
            rf"{words}[^，。]{{0,4}}最[多少]|(?:{_WHO}){words}[^，。]{{0,14}}最[多少]|最[多少]的?(?:是|的)?(?:{_WHO})?{words}",
        ]
        if sure:
            ways.append(rf"(?<!哪)(?:几个|多少个){words}|哪[几些]个?{words}[^。]{{0,8}}各")
        if header not in taken and any(re.search(way, text) for way in ways):
            return header
    return None


def asked_columns(question: str, row: Article) -> list[str]:
    """The columns of `row` whose cells `question` asks for, in the order of the table; 序号 for its position."""
    text = normalize(question)
    official = f"{text} {official_terms(text)}"
    out = []
    for n, (header, _) in enumerate(row.columns):
        values = options(header)
        words = column_words(header)
        if n == 0:
            asks = bool(_POSITION.search(text))
        elif n == 1:
            asks = False
        elif values:
            either = all(v in official for v in values)
            asks = either or header in text or any(_whether(text, v) for v in values)
        else:
            asks = bool(
                re.search(
                    rf"(?:{_WHICH}|谁)(?![些几])[^，。]{{0,6}}(?:{words})|(?:{words})[^，。？?]{{0,8}}(?:谁|哪|什么|啥)|{re.escape(header)}$",
                    text,
                )
                or re.search(rf"(?:{header[:2]})(?:单位|部门|机构|的)?(?:[?？，。、和]|$)", text)
                or (re.search("部门|主管", header) and re.search(r"谁主?管|归谁|哪个局管|归哪", text))
                or (re.search("主体|企业", header) and re.search(rf"谁{_DOES}|{_DOES}的?是谁", text))
            )
        if asks:
            out.append(header)
    return out


def lacking(question: str, row: Article) -> str | None:
    """What `question` asks of `row` that the table has no column for: 代替, 周期; None if it asks no such thing."""
    text = normalize(question)
    m = _NOT_LISTED.search(text)
    if m is None or m[0] in normalize(row.text) or any(m[0] in header for header, _ in row.columns):
        return None
    return m[0]


def whether(question: str, row: Article, named: Sequence[Pair]) -> Pair | None:
    """(column, value) that `question` wants confirmed of `row`: 是强制性标准吗; None if it asks no such thing.

    `named` are the values that the question names, of columns that do not name their own.
    """
    text = normalize(question)
    for header, _ in row.columns[2:]:
        values = options(header)
        said = [v for v in values if _whether(text, v)]
        if len(said) == 1 and not all(v in text for v in values):
            return header, said[0]
    return next(iter(named), None) if _CONFIRM.search(text) else None


def _whether(text: str, value: str) -> bool:
    v = re.escape(normalize(value))
    return bool(
        re.search(
            rf"(?:是不是|是否为?|算不算)[^，。？?]{{0,8}}{v}|{v}[^，。？?]{{0,10}}(?:吗|么|对吧|是吧|对不对)",
            text,
        )
    )
