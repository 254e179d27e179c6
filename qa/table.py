"""Questions about tables: a row told in words, and all rows that fit a condition."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import fsum, log

from index.model import Article
from index.text import normalize
from qa.columns import ROWS, SHORT_CELL, Columns, Table, row_name
from qa.conditions import (
    EMPTY,
    WHICH_YEAR,
    Pair,
    asked_columns,
    cell_values,
    comparable,
    counted_column,
    lacking,
    limits,
    options,
    whether,
    with_years,
    years,
)
from qa.model import Filtered, Hit, Tally
from qa.names import grams, without_marks
from qa.provinces import PROVINCES
from qa.tally import count_by
from qa.wording import official_terms

_ASKS = (
    r"(?:哪些|哪几|哪[两三四五六七八九十]|几个|几项|有几|多少(?:个|项)|(?:各|分别)有?(?:多少|几[个项])|[有共中里]多少|都有|列出|列举"
    r"|列一下|名单|全部|一共|总共|是哪|有什么)"
)
_LIST = re.compile(
    rf"{_ASKS}[^，。?？]{{0,24}}{ROWS}|{ROWS}[^。?？]{{0,24}}{_ASKS}"
    r"|(?:清单|名单|表里|那张表|标委会?|归口|主管|牵头|承担|管)[^。?]{0,16}(?:哪几[项个]|哪些|哪[两三四五]|几项|多少项|都?叫[啥什])"
    rf"|有没有[^，。?？]{{0,12}}{ROWS}|有[^，。?？是]{{0,12}}{ROWS}[^，。是]{{0,4}}吗"
)
_TOPIC_LIST = re.compile(
    r"^(?P<topic>.{2,16}?)(?:方面|领域|类|相关|有关)?的?(?:重点|国家|示范){0,2}(?:标准|国标|项目)(?:清单)?[里中]?(?:都|一共|总共|共)?"
    r"(?:有|是|包括)?(?:哪些|哪几[个项]|几[个项]|多少[个项]?)(?:标准|项目)?[?？。]?$"
    r"|(?:哪些|哪几[个项]|几[个项]|多少[个项])(?P<behind>.{2,12}?)(?:方面|领域|类|相关|有关)?的?(?:标准|国标|项目)[?？。]?$"
    r"|(?:名字|名称|标题)[里中]?(?:带|含|有|包含)有?[“\"'‘]?(?P<held>[一-鿿A-Za-z0-9]{2,12}?)[”\"'’]?(?:[两俩二三几]?个?字样?|字眼)?的"
    r"[^，。]{0,4}哪[些几]"
    r"|属于(?P<part>[一-鿿]{2,8}?)(?:这?一?[块类]|方面|领域|行业)的?(?:是|有|都有|都是)?哪[些几]个?(?:标准|项目)?[?？。]?$"
)
"""“机床的标准有哪些”, “名字带机床的有哪些”: a topic alone, and nothing asked beside the rows."""
_SORT = re.compile(
    r"(?:搞|做|干|弄|涉及|关于|属于)(?P<sort>[^，。?？的]{2,8}?)(?:的|项目|标准)[^，。?？]{0,8}(?:哪|几|多少)"
    r"|[跟和与](?P<beside>[^，。?？的]{2,8}?)(?:沾边|有关|相关|打交道)的?[^，。?？]{0,8}(?:哪|几|多少)"
)
"""“项目里搞储能的有哪几个”: rows of a sort that no column names."""
_TALLIES = re.compile(r"几|多少|最多(?!能|可|推荐|报|申|选|给)|最少|分布|数量")
_WHOLE = re.compile(r"附件|清单|目录表|表里|表中")
_COUNTS = re.compile(
    r"(?:一共|总共|共|合计|总计|有)[有是]?(?:多少|几)[个项行条]|(?:多少|几)[个项行条](?:标准|项目|国标)?[?？。]?$"
)
_TOTAL = re.compile(r"(?:一共|总共|共|合计|总计)[有是]?(?:多少|几)[个项]")
_KEYWORDS = re.compile(rf"{ROWS}(?:清单|名单)?$")
"""“2024年生态环境部主管的强制标准”: no question at all, just what is wanted."""
_QUESTION = re.compile(r"[?？吗]|是不是|是否|哪|什么|谁|怎|如何|几|多少")
_JOINTLY = re.compile(r"共同|同时由|一起|联合(?!会)")
_BODY = re.compile(r"[部局委会社署院司省市区]$")
_TOPIC = "内容"
_ABOUT = "名称或类别"
"""Of a topic that some of its rows say in other words."""
_NEARLY = 0.98
"""Names that hold so much of the best name's share of a question are told apart by nothing in it."""
_CLOSE = 0.9
"""How far behind the best row (in score) another may be and still be meant as well."""
_SHORTEST = 3
"""Characters of a row's name from which on it tells the row by itself."""
_ALIKE = 3
"""So many rows of like names are told together."""


class Tables:
    """The tables of a library by (document key, annex)."""

    def __init__(self, articles: Iterable[Article], words: Callable[[str], list[str]]) -> None:
        """`words` cuts a run of Chinese characters into words."""
        self._columns = Columns(articles, words)

    def filter(
        self, question: str, within: Sequence[Table] = (), keys: Sequence[str] | None = None
    ) -> list[Filtered]:
        """All rows that fit the values named in `question`, per table; empty if it asks for no such list.

        Args:
            question: as asked; official names of what it abbreviates count as said.
            within: (document key, annex) of the tables that the question names; all tables if empty.
            keys: only tables of these documents, if given.

        Returns:
            One entry per table; without rows only if the question names one table and nothing in it fits.
        """
        plain = with_years(normalize(question), self.year)
        keywords = _KEYWORDS.search(plain) and not _QUESTION.search(plain)
        topical = _TOPIC_LIST.search(plain)
        if not (_LIST.search(plain) or keywords or topical) or limits(plain):
            return []
        text = comparable(f"{plain} {official_terms(plain)}")
        found = []
        for table in self._among(plain, within, keys):
            named, without = self._columns.conditions(table, text, plain)
            named = self._said_or_body(table, plain, named)
            if named or without:
                named += [(_TOPIC, t) for t in self._columns.topics(table, plain, [*named, *without])]
            elif topical:
                named = [(_TOPIC, t) for t in self._topics(table, topical)]
            if not (named or without) and (sort := _SORT.search(plain)):
                named = [
                    (_TOPIC, t) for t in self._columns.sole_topics(table, sort["sort"] or sort["beside"])
                ]
            whole = bool(
                within and (_WHOLE.search(plain) or _TOTAL.search(plain))
            ) and not self._columns.topics(table, plain, ())
            if not (named or without or whole):
                continue
            f = self._filtered(table, named, without, plain)
            if f.rows or len(within) == 1 or len(named) > 1 or (named and named[0][1] in PROVINCES):
                found.append(f)
        if not (found := self._of_year(plain, found)) or (_bare(found[0]) and not _COUNTS.search(plain)):
            return []
        most = max((len(f.conditions) + len(f.excluded) for f in found), default=0)
        best = [f for f in found if len(f.conditions) + len(f.excluded) == most]
        return [f for f in best if f.rows] or best[:1]

    def _topics(self, table: Table, asked: re.Match[str]) -> list[str]:
        """The words of a topic that is asked for alone; one that is spelled out (名字带…的) counts as it stands."""
        if spelled := asked["held"] or asked["part"]:
            return [spelled] if self._columns.holds(table, spelled) else []
        return self._columns.sole_topics(table, asked["topic"] or asked["behind"])

    def _said_or_body(self, table: Table, plain: str, named: Sequence[Pair]) -> list[Pair]:
        """Of the values named those that the question says itself, and bodies and kinds that it calls otherwise.

        “换设备” is not the field 设备更新, but 工信部 is 工业和信息化部.
        """
        own, _ = self._columns.conditions(table, comparable(plain), plain)
        return [p for p in named if p in own or options(p[0]) or _BODY.search(p[1])]

    def tally(
        self, question: str, within: Sequence[Table] = (), keys: Sequence[str] | None = None
    ) -> list[Tally]:
        """The rows of each table counted by the column that `question` names for it; arguments as in `filter`."""
        plain = with_years(normalize(question), self.year)
        if not _TALLIES.search(plain):
            return []
        text = comparable(f"{plain} {official_terms(plain)}")
        found = []
        for table in self._among(plain, within, keys):
            if years(plain) and self._columns.years(table) and not years(plain) & self._columns.years(table):
                continue
            named, without = self._columns.conditions(table, text, plain)
            headers = [
                name for name, _ in self._columns.rows[table][0].columns[2:] if self._repeats(table, name)
            ]
            column = counted_column(plain, headers, named, sure=bool(within or named))
            if column is None:
                continue
            rows = self._filtered(table, [c for c in named if c[0] != column], without, plain).rows
            if rows:
                conditions = [c for c in named if c[0] != column]
                found.append(count_by(_table_name(rows[0]), column, conditions, rows))
        return found if len({t.column for t in found}) == 1 else found[:1]

    def _among(self, plain: str, within: Sequence[Table], keys: Sequence[str] | None) -> list[Table]:
        """The tables `within` and those of the same columns that are of another year named; all if none is named."""
        said = years(plain)
        columns = self._columns
        own = [t for w in within for t in columns.alike(w) if t in within or said & columns.years(t)]
        own = own or columns.called(plain)
        return [t for t in dict.fromkeys(own) if keys is None or t[0] in keys]

    def named(self, question: str, hits: Sequence[Hit]) -> tuple[Article, ...]:
        """The rows of `hits` (best first) that `question` tells by their name; several if their names fit equally.

        The first must be one of them: where a rule of a document stands first, the question is about that.
        """
        if whole := self.wholly_named(question):
            return whole
        if not hits or hits[0].article.role != "row":
            return ()
        said = grams(without_marks(question))
        rows = [h.article for h in hits if h.article.role == "row" and hits[0].score - h.score < _CLOSE]
        held = {r.id: self._held(said, r) for r in rows}
        best = max(held.values())
        named = tuple(r for r in rows if held[r.id] >= _NEARLY * best)
        return named if best > 0 and rows[0] in named and len(named) <= _ALIKE else ()

    def wholly_named(self, question: str) -> tuple[Article, ...]:
        """The rows whose whole name stands in the question, if they are few; a name within a longer one is not meant."""
        plain = normalize(question)
        held = {name for name in self._columns.by_name if len(name) >= _SHORTEST and name in plain}
        held = {n for n in held if not any(n != o and n in o for o in held)}
        found = [row for name, rows in self._columns.by_name.items() if name in held for row in rows]
        return tuple(found) if len(found) <= _ALIKE else ()

    def asks_cell(self, question: str, row: Article) -> bool:
        """Whether `question` asks for a cell of `row`, one that its table lacks, or to confirm one."""
        return bool(
            (WHICH_YEAR.search(question) and years(row.locator.steps[0].title))
            or asked_columns(question, row)
            or lacking(question, row)
            or whether(question, row, self.named_values(question, row))
        )

    def named_values(self, question: str, row: Article) -> list[Pair]:
        """The values of other columns than the name's that `question` names, as far as they are not the row's name."""
        plain = normalize(question).replace(normalize(row_name(row)), "")
        table = (row.meta.key, row.locator.steps[0].mark)
        named, _ = self._columns.conditions(table, comparable(f"{plain} {official_terms(plain)}"), plain)
        return [(name, value) for name, value in named if not options(name)]

    @cached_property
    def year(self) -> int | None:
        """The year that the tables are of, as the collection or their documents date themselves: that of 今年."""
        days = [rows[0].meta.as_of or rows[0].meta.date for rows in self._columns.rows.values()]
        return max((int(d[:4]) for d in days if d), default=None)

    def _held(self, said: frozenset[str], row: Article) -> float:
        """The weight of the pairs of the row's name that a question holds."""
        return fsum(self._name_weights[g] for g in grams(row_name(row)) & said)

    @cached_property
    def _name_weights(self) -> dict[str, float]:
        counts = Counter(g for rows in self._columns.rows.values() for r in rows for g in grams(row_name(r)))
        total = sum(len(rows) for rows in self._columns.rows.values())
        return {g: log((total + 1) / c) for g, c in counts.items()}

    def _repeats(self, table: Table, header: str) -> bool:
        """Whether rows share values of the column, so that counting by it says something."""
        rows = self._columns.rows[table]
        return len({dict(r.columns).get(header, "") for r in rows}) <= max(1, len(rows) // 2)

    def _filtered(self, table: Table, named: Sequence[Pair], without: Sequence[Pair], plain: str) -> Filtered:
        own = self._columns.rows[table]
        both = bool(_JOINTLY.search(plain))
        topics = {value: self._columns.about(table, value) for name, value in named if name == _TOPIC}
        rows = tuple(
            r
            for r in own
            if _fits(r, named, jointly=both)
            and all(r in about for about in topics.values())
            and not any(_fits(r, [pair]) for pair in without)
        )
        said = tuple(
            (_ABOUT if name == _TOPIC and any(value not in normalize(r.text) for r in rows) else name, value)
            for name, value in named
        )
        return Filtered(_table_name(own[0]), said, rows, len(own), tuple(without))

    def _of_year(self, plain: str, found: list[Filtered]) -> list[Filtered]:
        """Only the tables of the years that are named; if there are none of those, that no row is of them."""
        said = years(plain)
        dated = [f for f in found if years(f.table)]
        if not said or not dated:
            return found
        of_year = [f for f in dated if years(f.table) & said]
        if of_year:
            return of_year
        name = "、".join(f.table for f in dated)
        return [Filtered(name, (("年份", "、".join(sorted(said))),), (), sum(f.total for f in dated))]


def _fits(row: Article, conditions: Sequence[Pair], *, jointly: bool = False) -> bool:
    """All columns must fit; of several values of one column any, or all `jointly`; topics are looked up elsewhere."""
    conditions = [c for c in conditions if c[0] != _TOPIC]
    cells = dict(row.columns)
    by_column: dict[str, list[str]] = {}
    for name, value in conditions:
        by_column.setdefault(name, []).append(value)
    each = all if jointly else any
    return all(
        each(v in cell_values(cells.get(name, "")) for v in values) for name, values in by_column.items()
    )


def _bare(f: Filtered) -> bool:
    return not (f.conditions or f.excluded)


def _table_name(row: Article) -> str:
    step = row.locator.steps[0]
    return f"{step.mark}《{step.title}》" if step.title else step.mark


def tell_row(row: Article, *, details: str | None = None) -> str:
    """The row in words, to be read aloud: 《电梯用钢丝绳》为强制性标准，修订，主管部门为….

    `details` replaces the cells that are too long to be read out.
    """
    cells = dict(row.columns[2:])
    parts: list[str] = []
    kind = cells.pop("强制/推荐", None)
    done = cells.pop("制定/修订", None)
    if kind in ("强制", "推荐"):
        parts.append(f"为{kind}性标准" + (f"，{done}" if done else ""))
    elif done:
        parts.append(done)
    long = [(name, cell) for name, cell in cells.items() if len(cell) > SHORT_CELL]
    parts += [
        f"{name}为{cell}" for name, cell in cells.items() if cell not in EMPTY and len(cell) <= SHORT_CELL
    ]
    text = f"《{row_name(row)}》" + "，".join(parts)
    if not (parts and parts[0].startswith("为")):
        text = text.replace("》", "》：", 1)
    told = [cell if len(long) == 1 else f"{name}为{cell.rstrip('。')}。" for name, cell in long]
    tail = details if details is not None else "".join(told)
    return f"{text}。{tail}" if tail else f"{text}。"
