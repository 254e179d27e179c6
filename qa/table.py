"""Questions about tables: a row told in words, and all rows that fit a condition."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import log

from index.model import Article
from index.text import normalize
from qa.conditions import (
    EMPTY,
    Pair,
    asked_columns,
    cell_values,
    comparable,
    counted_column,
    excluded,
    lacking,
    limits,
    options,
    whether,
    with_years,
    years,
)
from qa.model import Filtered, Hit, Tally
from qa.names import grams, without_marks
from qa.tally import count_by
from qa.wording import official_terms, wording

_ROWS = r"(?:标准(?!化)|国标|项目)"
_ASKS = (
    r"(?:哪些|哪几|哪[两三四五六七八九十]|几个|几项|有几|多少(?:个|项)|(?:各|分别)有?(?:多少|几[个项])|[有共中里]多少|都有|列出|列举"
    r"|列一下|名单|全部|一共|总共|是哪|有什么)"
)
_LIST = re.compile(
    rf"{_ASKS}[^，。?？]{{0,24}}{_ROWS}|{_ROWS}[^。?？]{{0,24}}{_ASKS}"
    rf"|有没有[^，。?？]{{0,12}}{_ROWS}|有[^，。?？是]{{0,12}}{_ROWS}[^，。是]{{0,4}}吗"
)
_TOPIC_LIST = re.compile(
    r"^(?P<topic>.{2,16}?)(?:方面|领域|类|相关|有关)?的?(?:重点|国家|示范){0,2}(?:标准|国标|项目)(?:清单)?[里中]?(?:都|一共|总共|共)?"
    r"(?:有|是|包括)?(?:哪些|哪几[个项]|几[个项]|多少[个项]?)(?:标准|项目)?[?？。]?$"
    r"|(?:哪些|哪几[个项]|几[个项]|多少[个项])(?P<behind>.{2,12}?)(?:方面|领域|类|相关|有关)?的?(?:标准|国标|项目)[?？。]?$"
)
"""“机床的标准有哪些”: a topic alone, and nothing asked beside the rows."""
_TALLIES = re.compile(r"几|多少|最多(?!能|可|推荐|报|申|选|给)|最少|分布|数量")
_WHOLE = re.compile(r"附件|清单|目录表|表里|表中")
_COUNTS = re.compile(
    r"(?:一共|总共|共|合计|总计|有)[有是]?(?:多少|几)[个项行条]|(?:多少|几)[个项行条](?:标准|项目|国标)?[?？。]?$"
)
_KEYWORDS = re.compile(rf"{_ROWS}(?:清单|名单)?$")
"""“2024年生态环境部主管的强制标准”: no question at all, just what is wanted."""
_QUESTION = re.compile(r"[?？吗]|是不是|是否|哪|什么|谁|怎|如何|几|多少")
_CORE = (
    re.compile(r"^(中华全国|全国|国家|中国|中华)"),
    re.compile(r"(标准化技术委员会|管理委员会|委员会|联合会|协会|总局|总社|自治区|省|市|部|局)$"),
)
_PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆",
    "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
)  # fmt: skip
_TOPIC = "内容"
_RUN = re.compile(r"[一-鿿]+")
_ABBREVIATION = re.compile(
    r"[部委局院署会司]$|国标|标准|项目|清单|管理|技术|强制|推荐|主管|归口|领域|方向|牵头|负责|服务|联合|协会"
)
_NO_NAME = ("标准化",)
"""What is left of 国家标准化管理委员会 names nothing: it stands in every committee's name."""
_SHORT_CELL = 40
_NEARLY = 0.98
"""Names that hold so much of the best name's share of a question are told apart by nothing in it."""
_CLOSE = 0.6
"""How far behind the best row (in score) another may be and still be meant as well."""
_ALIKE = 3
"""So many rows of like names are told together."""


class Tables:
    """The tables of a library by (document key, annex)."""

    def __init__(self, articles: Iterable[Article], words: Callable[[str], list[str]]) -> None:
        """`words` cuts a run of Chinese characters into words."""
        self._words = words
        self._rows: dict[tuple[str, str], list[Article]] = {}
        for a in articles:
            if a.role == "row":
                self._rows.setdefault((a.meta.key, a.locator.steps[0].mark), []).append(a)

    @cached_property
    def _values(self) -> dict[tuple[str, str], list[tuple[str, str, frozenset[str]]]]:
        """Per table: (column, value, spellings) of every repeated short value."""
        out: dict[tuple[str, str], list[tuple[str, str, frozenset[str]]]] = {}
        for table, rows in self._rows.items():
            seen: dict[tuple[str, str], None] = {}
            for row in rows:
                for name, cell in row.columns[2:]:
                    if len(cell) <= _SHORT_CELL:
                        seen |= {(name, v): None for v in cell_values(cell) if v not in EMPTY}
            out[table] = [(name, value, _spellings(value)) for name, value in seen]
        return out

    @cached_property
    def _spelled(self) -> frozenset[str]:
        """Every spelling of every value of all tables: 国家能源局 is not named by 中海油融风能源有限公司."""
        return frozenset(s for values in self._values.values() for _, _, forms in values for s in forms)

    def filter(
        self, question: str, within: Sequence[tuple[str, str]] = (), keys: Sequence[str] | None = None
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
            named, without = self._conditions(table, text, plain)
            if named or without:
                named += [(_TOPIC, t) for t in self._topics(table, plain, [*named, *without])]
            elif topical:
                named = [(_TOPIC, t) for t in self._sole_topics(table, topical["topic"] or topical["behind"])]
            whole = bool(within and _WHOLE.search(plain)) and not self._topics(table, plain, ())
            if not (named or without or whole):
                continue
            f = self._filtered(table, named, without)
            if f.rows or len(within) == 1 or len(named) > 1 or (named and named[0][1] in _PROVINCES):
                found.append(f)
        if not (found := self._of_year(plain, found)) or (_bare(found[0]) and not _COUNTS.search(plain)):
            return []
        most = max((len(f.conditions) + len(f.excluded) for f in found), default=0)
        best = [f for f in found if len(f.conditions) + len(f.excluded) == most]
        return [f for f in best if f.rows] or best[:1]

    def tally(
        self, question: str, within: Sequence[tuple[str, str]] = (), keys: Sequence[str] | None = None
    ) -> list[Tally]:
        """The rows of each table counted by the column that `question` names for it; arguments as in `filter`."""
        plain = with_years(normalize(question), self.year)
        if not _TALLIES.search(plain):
            return []
        text = comparable(f"{plain} {official_terms(plain)}")
        found = []
        for table in self._among(plain, within, keys):
            if years(plain) and self._years(table) and not years(plain) & self._years(table):
                continue
            named, without = self._conditions(table, text, plain)
            headers = [name for name, _ in self._rows[table][0].columns[2:] if self._repeats(table, name)]
            column = counted_column(plain, headers, named, sure=bool(within or named))
            if column is None:
                continue
            rows = self._filtered(table, [c for c in named if c[0] != column], without).rows
            if rows:
                conditions = [c for c in named if c[0] != column]
                found.append(count_by(_table_name(rows[0]), column, conditions, rows))
        return found if len({t.column for t in found}) == 1 else found[:1]

    def _among(
        self, plain: str, within: Sequence[tuple[str, str]], keys: Sequence[str] | None
    ) -> list[tuple[str, str]]:
        """The tables `within` and those of the same columns that are of another year named; all if none is named."""
        said = years(plain)
        own = [
            t for w in within for t in self._alike(w) if t in within or said & self._years(t)
        ] or self._rows
        return [t for t in dict.fromkeys(own) if keys is None or t[0] in keys]

    def _called(self, plain: str) -> list[tuple[str, str]]:
        """The tables of what the question calls their rows (标准, 项目); all if it says neither."""
        noun = re.search(_ROWS, plain)
        name = "标准" if noun and noun[0] == "国标" else noun[0] if noun else ""
        own = [
            t
            for t, rows in self._rows.items()
            if rows[0].columns[1:] and rows[0].columns[1][0].startswith(name)
        ]
        return own or list(self._rows)

    def _years(self, table: tuple[str, str]) -> frozenset[str]:
        return years(self._rows[table][0].locator.steps[0].title)

    def named(self, question: str, hits: Sequence[Hit]) -> tuple[Article, ...]:
        """The rows of `hits` (best first) that `question` tells by their name; several if their names fit equally.

        The first must be one of them: where a rule of a document stands first, the question is about that.
        """
        if not hits or hits[0].article.role != "row":
            return ()
        said = grams(without_marks(question))
        rows = [h.article for h in hits if h.article.role == "row" and hits[0].score - h.score < _CLOSE]
        held = {r.id: self._held(said, r) for r in rows}
        best = max(held.values())
        named = tuple(r for r in rows if held[r.id] >= _NEARLY * best)
        return named if best > 0 and rows[0] in named and len(named) <= _ALIKE else ()

    def asks_cell(self, question: str, row: Article) -> bool:
        """Whether `question` asks for a cell of `row`, one that its table lacks, or to confirm one."""
        return bool(
            asked_columns(question, row)
            or lacking(question, row)
            or whether(question, row, self.named_values(question, row))
        )

    def named_values(self, question: str, row: Article) -> list[Pair]:
        """The values of other columns than the name's that `question` names, as far as they are not the row's name."""
        plain = normalize(question).replace(normalize(row_name(row)), "")
        table = (row.meta.key, row.locator.steps[0].mark)
        named, _ = self._conditions(table, comparable(f"{plain} {official_terms(plain)}"), plain)
        return [(name, value) for name, value in named if not options(name)]

    @cached_property
    def year(self) -> int | None:
        """The year that the tables are of, as the collection or their documents date themselves: that of 今年."""
        days = [rows[0].meta.as_of or rows[0].meta.date for rows in self._rows.values()]
        return max((int(d[:4]) for d in days if d), default=None)

    def _held(self, said: frozenset[str], row: Article) -> float:
        """The weight of the pairs of the row's name that a question holds."""
        return sum(self._name_weights[g] for g in grams(row_name(row)) & said)

    @cached_property
    def _name_weights(self) -> dict[str, float]:
        counts = Counter(g for rows in self._rows.values() for r in rows for g in grams(row_name(r)))
        total = sum(len(rows) for rows in self._rows.values())
        return {g: log((total + 1) / c) for g, c in counts.items()}

    def _repeats(self, table: tuple[str, str], header: str) -> bool:
        """Whether rows share values of the column, so that counting by it says something."""
        rows = self._rows[table]
        return len({dict(r.columns).get(header, "") for r in rows}) <= max(1, len(rows) // 2)

    def _filtered(self, table: tuple[str, str], named: Sequence[Pair], without: Sequence[Pair]) -> Filtered:
        own = self._rows[table]
        rows = tuple(r for r in own if _fits(r, named) and not any(_fits(r, [pair]) for pair in without))
        return Filtered(_table_name(own[0]), tuple(named), rows, len(own), tuple(without))

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

    def _alike(self, table: tuple[str, str]) -> list[tuple[str, str]]:
        """The tables with the same columns, the table itself included."""
        header = [name for name, _ in self._rows[table][0].columns]
        return [t for t, rows in self._rows.items() if [name for name, _ in rows[0].columns] == header]

    def _topics(self, table: tuple[str, str], plain: str, conditions: Sequence[Pair]) -> list[str]:
        """Words of the question that rows of the table hold and that no condition or title has said: 机床."""
        said = "".join(value for _, value in conditions) + self._said(table)
        rest = wording().phrases["generic"].sub(" ", wording().phrases["function_words"].sub(" ", plain))
        return [
            w
            for w in dict.fromkeys(w for run in _RUN.findall(rest) for w in self._topic_words(table, run))
            if w not in said and self._holds(table, w) and not _ABBREVIATION.search(w)
        ]

    def _sole_topics(self, table: tuple[str, str], topic: str) -> list[str]:
        """The words of a topic that is all that is asked for; none if names of rows do not hold them all."""
        rest = wording().phrases["generic"].sub(" ", topic)
        said = self._said(table)
        words = [w for run in _RUN.findall(rest) for w in self._topic_words(table, run) if w not in said]
        known = words and all(self._holds(table, w) and not _ABBREVIATION.search(w) for w in words)
        names = [row_name(r) for t in self._alike(table) for r in self._rows[t]]
        return words if known and any(w in name for w in words for name in names) else []

    def _said(self, table: tuple[str, str]) -> str:
        """What every row of the table is about: the names of its document, its annex and its columns."""
        row = self._rows[table][0]
        return row.meta.title + row.locator.steps[0].title + "".join(name for name, _ in row.columns)

    def _topic_words(self, table: tuple[str, str], run: str) -> list[str]:
        """A run of characters as one word if a row holds it so (防火窗), else its words of two and more."""
        if len(run) > 1 and self._holds(table, run):
            return [run]
        return [w for w in self._words(run) if len(w) > 1]

    def _holds(self, table: tuple[str, str], word: str) -> bool:
        return any(word in normalize(r.text) for t in self._alike(table) for r in self._rows[t])

    def _conditions(self, table: tuple[str, str], text: str, plain: str) -> tuple[list[Pair], list[Pair]]:
        """(column, value) pairs named in `text`, and those it rules out; a spelling inside a longer one does not count.

        Values are known from all tables with the same columns, so that a value this table lacks is still understood.
        """
        values = dict.fromkeys(v for t in self._alike(table) for v in self._values[t])
        if "地区" in dict(
            self._rows[table][0].columns
        ):  # a province that no row has is a condition all the same
            values |= {("地区", p, frozenset((p,))): None for p in _PROVINCES}
        matches = [
            (spelling, name, value)
            for name, value, spellings in values
            for spelling in spellings
            if re.search(rf"(?<!制){re.escape(spelling)}", text)
        ]
        said = {m[0] for m in matches} | {s for s in self._spelled if s in text}
        longest = [m for m in matches if not any(m[0] != s and m[0] in s for s in said)]
        without = {(name, value) for spelling, name, value in longest if excluded(text, spelling)}
        columns: dict[str, list[str]] = {}
        for name, value in dict.fromkeys((name, value) for _, name, value in longest):
            columns.setdefault(name, []).append(value)
        # of “强制和推荐各有多少” neither is a condition
        columns = {n: values for n, values in columns.items() if "/" not in n or len(values) == 1}
        # one body may stand in several columns (主管部门, 归口): the column the question names decides
        pairs = [
            (name, value)
            for name, values in columns.items()
            for value in values
            if not _named_elsewhere(name, value, columns, plain)
        ]
        return [p for p in pairs if p not in without], [p for p in pairs if p in without]


def _named_elsewhere(name: str, value: str, columns: dict[str, list[str]], text: str) -> bool:
    others = [
        o for o, values in columns.items() if o != name and any(_core(value) == _core(v) for v in values)
    ]
    return any(o[:2] in text for o in others) and name[:2] not in text


def _fits(row: Article, conditions: Sequence[tuple[str, str]]) -> bool:
    """All columns must fit; of several values of one column, any; every topic must stand in the row."""
    if not all(value in row.text for name, value in conditions if name == _TOPIC):
        return False
    conditions = [c for c in conditions if c[0] != _TOPIC]
    cells = dict(row.columns)
    by_column: dict[str, list[str]] = {}
    for name, value in conditions:
        by_column.setdefault(name, []).append(value)
    return all(
        any(v in cell_values(cells.get(name, "")) for v in values) for name, values in by_column.items()
    )


def _spellings(value: str) -> frozenset[str]:
    core = _core(value)
    forms = {normalize(value), core}
    if value.endswith("标准化技术委员会"):
        forms = {normalize(value), f"{core}标委会", f"{core}标准化", f"{core}技术委员会"}
    return frozenset(comparable(f) for f in forms if len(f) >= 2)


def _core(value: str) -> str:
    text = normalize(value)
    for pattern in _CORE:
        text = pattern.sub("", text)
    return text if len(text) >= 2 and text not in _NO_NAME else normalize(value)


def _bare(f: Filtered) -> bool:
    return not (f.conditions or f.excluded)


def _table_name(row: Article) -> str:
    step = row.locator.steps[0]
    return f"{step.mark}《{step.title}》" if step.title else step.mark


def row_name(row: Article) -> str:
    """What the row is about: its second column."""
    return row.columns[1][1] if len(row.columns) > 1 else row.text


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
    long = [(name, cell) for name, cell in cells.items() if len(cell) > _SHORT_CELL]
    parts += [
        f"{name}为{cell}" for name, cell in cells.items() if cell not in EMPTY and len(cell) <= _SHORT_CELL
    ]
    text = f"《{row_name(row)}》" + "，".join(parts)
    if not (parts and parts[0].startswith("为")):
        text = text.replace("》", "》：", 1)
    told = [cell if len(long) == 1 else f"{name}为{cell.rstrip('。')}。" for name, cell in long]
    tail = details if details is not None else "".join(told)
    return f"{text}。{tail}" if tail else f"{text}。"
