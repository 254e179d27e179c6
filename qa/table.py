"""Questions about tables: a row told in words, and all rows that fit a condition."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from index.model import Article
from index.text import normalize
from qa.model import Filtered
from qa.wording import official_terms, wording

_ROWS = r"(?:标准(?!化)|国标|项目)"
_ASKS = (
    r"(?:哪些|哪几|哪[两三四五六七八九十]|几个|几项|有几|多少(?:个|项)|都有|列出|列举|列一下"
    r"|名单|全部|一共|总共|是哪|有什么)"
)
_LIST = re.compile(rf"{_ASKS}[^，。?？]{{0,24}}{_ROWS}|{_ROWS}[^。?？]{{0,24}}{_ASKS}")
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
_ABBREVIATION = re.compile(
    r"[部委局院署会司]$|国标|标准|项目|清单|管理|技术|强制|推荐|主管|归口|领域|方向|牵头|负责"
)
_NO_NAME = ("标准化",)
"""What is left of 国家标准化管理委员会 names nothing: it stands in every committee's name."""
_SHORT_CELL = 40
_EMPTY = ("", "—", "-", "——")


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
                        seen |= {(name, v): None for v in re.split(r"[、，]", cell) if v not in _EMPTY}
            out[table] = [(name, value, _spellings(value)) for name, value in seen]
        return out

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
        plain = normalize(question)
        keywords = _KEYWORDS.search(plain) and not _QUESTION.search(plain)
        if not (_LIST.search(plain) or keywords):
            return []
        text = _comparable(f"{plain} {official_terms(plain)}")
        found = []
        for table in within or self._rows:
            if keys is not None and table[0] not in keys:
                continue
            conditions = self._conditions(table, text, plain)
            if not conditions:
                continue
            topics = self._topics(table, plain, conditions)
            conditions += [(_TOPIC, t) for t in topics]
            rows = tuple(r for r in self._rows[table] if _fits(r, conditions))
            if rows or len(within) == 1 or len(conditions) > 1 or conditions[0][1] in _PROVINCES:
                name = _table_name(self._rows[table][0])
                found.append(Filtered(name, tuple(conditions), rows, len(self._rows[table])))
        most = max((len(f.conditions) for f in found), default=0)
        best = [f for f in found if len(f.conditions) == most]
        return [f for f in best if f.rows] or best[:1]

    def _alike(self, table: tuple[str, str]) -> list[tuple[str, str]]:
        """The tables with the same columns, the table itself included."""
        header = [name for name, _ in self._rows[table][0].columns]
        return [t for t, rows in self._rows.items() if [name for name, _ in rows[0].columns] == header]

    def _topics(self, table: tuple[str, str], plain: str, conditions: Sequence[tuple[str, str]]) -> list[str]:
        """Words of the question that rows of the table hold and that no condition or title has said: 机床."""
        said = "".join(value for _, value in conditions) + self._rows[table][0].meta.title
        said += self._rows[table][0].locator.steps[0].title + "".join(
            n for n, _ in self._rows[table][0].columns
        )
        rest = wording().phrases["generic"].sub(" ", wording().phrases["function_words"].sub(" ", plain))
        words = [w for run in re.findall(r"[一-鿿]+", rest) for w in self._words(run) if len(w) > 1]
        return [
            w
            for w in dict.fromkeys(words)
            if w not in said
            and any(w in r.text for t in self._alike(table) for r in self._rows[t])
            and not _ABBREVIATION.search(w)
        ]

    def _conditions(self, table: tuple[str, str], text: str, plain: str) -> list[tuple[str, str]]:
        """(column, value) pairs named in `text`; a spelling inside a longer one that also matched does not count.

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
        longest = [m for m in matches if not any(m[0] != o[0] and m[0] in o[0] for o in matches)]
        columns: dict[str, list[str]] = {}
        for name, value in dict.fromkeys((name, value) for _, name, value in longest):
            columns.setdefault(name, []).append(value)
        # of “强制和推荐各有多少” neither is a condition
        columns = {n: values for n, values in columns.items() if "/" not in n or len(values) == 1}
        # one body may stand in several columns (主管部门, 归口): the column the question names decides
        return [
            (name, value)
            for name, values in columns.items()
            for value in values
            if not _named_elsewhere(name, value, columns, plain)
        ]


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
        any(v in re.split(r"[、，]", cells.get(name, "")) for v in values)
        for name, values in by_column.items()
    )


def _comparable(text: str) -> str:
    """住房和城乡建设部 and 住房城乡建设部 are one body."""
    return normalize(text).replace("和", "")


def _spellings(value: str) -> frozenset[str]:
    core = _core(value)
    forms = {normalize(value), core}
    if value.endswith("标准化技术委员会"):
        forms = {normalize(value), f"{core}标委会", f"{core}标准化", f"{core}技术委员会"}
    return frozenset(_comparable(f) for f in forms if len(f) >= 2)


def _core(value: str) -> str:
    text = normalize(value)
    for pattern in _CORE:
        text = pattern.sub("", text)
    return text if len(text) >= 2 and text not in _NO_NAME else normalize(value)


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
        f"{name}为{cell}" for name, cell in cells.items() if cell not in _EMPTY and len(cell) <= _SHORT_CELL
    ]
    text = f"《{row_name(row)}》" + "，".join(parts)
    if not (parts and parts[0].startswith("为")):
        text = text.replace("》", "》：", 1)
    told = [cell if len(long) == 1 else f"{name}为{cell.rstrip('。')}。" for name, cell in long]
    tail = details if details is not None else "".join(told)
    return f"{text}。{tail}" if tail else f"{text}。"
