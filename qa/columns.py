"""The columns of a library's tables: their values, and which of them a question names."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from index.model import Article
from index.text import normalize
from qa.conditions import EMPTY, Pair, cell_values, comparable, excluded, years
from qa.phrase import Phrase
from qa.provinces import PROVINCES
from qa.wording import wording

Table = tuple[str, str]
"""(document key, annex)."""

ROWS = r"(?:标准(?!化)|国标|项目)"
"""What the rows of administrative tables are called."""
SHORT_CELL = 40
"""A cell of more characters is a text, not a value."""
_CORE = (
    re.compile(r"^(中华全国|全国|国家|中国|中华)"),
    re.compile(r"(标准化技术委员会|管理委员会|委员会|联合会|协会|总局|总社|自治区|省|市|部|局)$"),
)
_RUN = re.compile(r"[一-鿿]+")
_ABBREVIATION = re.compile(
    r"[部委局院署会司]$|国标|标准|项目|清单|管理|技术|强制|推荐|主管|归口|领域|方向|牵头|负责|服务|联合|协会"
)
_SHORT_FORM = re.compile(r"[一-鿿]{2,3}[部局委联社]")
_ENDINGS = {"委": "委员会|委", "联": "联合会|联", "社": "社|总社"}
_NO_NAME = ("标准化",)
"""What is left of 国家标准化管理委员会 names nothing: it stands in every committee's name."""


class Columns:
    """The rows of a library's tables, and what their columns hold."""

    def __init__(self, articles: Iterable[Article], words: Callable[[str], list[str]]) -> None:
        """`words` cuts a run of Chinese characters into words."""
        self._words = words
        self.rows: dict[Table, list[Article]] = {}
        for a in articles:
            if a.role == "row":
                self.rows.setdefault((a.meta.key, a.locator.steps[0].mark), []).append(a)

    @cached_property
    def by_name(self) -> dict[str, list[Article]]:
        """Name of a row, normalised -> the rows of that name."""
        found: dict[str, list[Article]] = {}
        for rows in self.rows.values():
            for row in rows:
                found.setdefault(normalize(row_name(row)), []).append(row)
        return found

    @cached_property
    def _values(self) -> dict[Table, list[tuple[str, str, frozenset[str]]]]:
        """Per table: (column, value, spellings) of every repeated short value."""
        out: dict[Table, list[tuple[str, str, frozenset[str]]]] = {}
        for table, rows in self.rows.items():
            seen: dict[Pair, None] = {}
            for row in rows:
                for name, cell in row.columns[2:]:
                    if len(cell) <= SHORT_CELL:
                        seen |= {(name, v): None for v in cell_values(cell) if v not in EMPTY}
            out[table] = [(name, value, _spellings(value)) for name, value in seen]
        return out

    @cached_property
    def _spelled(self) -> frozenset[str]:
        """Every spelling of every value of all tables: 国家能源局 is not named by 中海油融风能源有限公司."""
        return frozenset(s for values in self._values.values() for _, _, forms in values for s in forms)

    def alike(self, table: Table) -> list[Table]:
        """The tables with the same columns, the table itself included."""
        header = [name for name, _ in self.rows[table][0].columns]
        return [t for t, rows in self.rows.items() if [name for name, _ in rows[0].columns] == header]

    def topics(self, table: Table, plain: str, conditions: Sequence[Pair]) -> list[str]:
        """Words of the question that rows of the table hold and that no condition or title has said: 机床."""
        said = "".join(value for _, value in conditions) + self._said(table)
        rest = wording().phrases["generic"].sub(" ", wording().phrases["function_words"].sub(" ", plain))
        return [
            w
            for w in dict.fromkeys(w for run in _RUN.findall(rest) for w in self._topic_words(table, run))
            if not self._is_said(w, said) and self.holds(table, w) and not _ABBREVIATION.search(w)
        ]

    def _is_said(self, word: str, said: str) -> bool:
        """Whether `said` holds the word, or each of the words it is made of (低碳示范 of 绿色低碳先进技术示范项目)."""
        return word in said or all(w in said for w in self._words(word))

    def sole_topics(self, table: Table, topic: str) -> list[str]:
        """The words of a topic that is all that is asked for; none if names of rows do not hold them all."""
        rest = wording().phrases["generic"].sub(" ", topic)
        said = self._said(table)
        words = [w for run in _RUN.findall(rest) for w in self._topic_words(table, run) if w not in said]
        known = words and all(self.holds(table, w) and not _ABBREVIATION.search(w) for w in words)
        names = [row_name(r) for t in self.alike(table) for r in self.rows[t]]
        return words if known and any(w in name for w in words for name in names) else []

    def _said(self, table: Table) -> str:
        """What every row of the table is about: the names of its document, its annex and its columns."""
        row = self.rows[table][0]
        return row.meta.title + row.locator.steps[0].title + "".join(name for name, _ in row.columns)

    def _topic_words(self, table: Table, run: str) -> list[str]:
        """A run of characters as one word if a row holds it so (防火窗), else its words of two and more."""
        if len(run) > 1 and self.holds(table, run):
            return [run]
        return [w for w in self._words(run) if len(w) > 1]

    def holds(self, table: Table, word: str) -> bool:
        """Whether a row of the table, or of one with the same columns, holds the word."""
        return any(word in normalize(r.text) for t in self.alike(table) for r in self.rows[t])

    def about(self, table: Table, topic: str) -> list[Article]:
        """The rows whose name or class speaks of `topic` or of its family (氢能: 绿氢减碳示范项目).

        Where no row is of such a class, or the table has none, those that hold it anywhere count as well.
        """
        rows = self.rows[table]
        family = wording().families.get(topic) or Phrase(re.escape(topic))
        close = [r for r in rows if family.search(normalize(_class(r)))]
        if close and any(len(cell) > SHORT_CELL for _, cell in rows[0].columns[2:]):
            return close
        return [r for r in rows if r in close or topic in normalize(r.text)]

    def conditions(self, table: Table, text: str, plain: str) -> tuple[list[Pair], list[Pair]]:
        """(column, value) pairs named in `text`, and those it rules out; a spelling inside a longer one does not count.

        Values are known from all tables with the same columns, so that a value this table lacks is still understood.
        """
        values = dict.fromkeys(v for t in self.alike(table) for v in self._values[t])
        if "地区" in dict(
            self.rows[table][0].columns
        ):  # a province that no row has is a condition all the same
            values |= {("地区", p, frozenset((p,))): None for p in PROVINCES}
        matches = [
            (spelling, name, value)
            for name, value, spellings in values
            for spelling in spellings
            if spelling in text and re.search(rf"(?<!制){re.escape(spelling)}", text)
        ]
        matches += [
            (short, name, value)
            for name, value, _ in values
            for short in short_forms(plain)
            if abbreviates(short, value)
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

    def called(self, plain: str) -> list[Table]:
        """The tables of what the question calls their rows (标准, 项目); all if it says neither."""
        noun = re.search(ROWS, plain)
        name = "标准" if noun and noun[0] == "国标" else noun[0] if noun else ""
        own = [
            t
            for t, rows in self.rows.items()
            if rows[0].columns[1:] and rows[0].columns[1][0].startswith(name)
        ]
        return own or list(self.rows)

    def years(self, table: Table) -> frozenset[str]:
        """The years that the title of the table names."""
        return years(self.rows[table][0].locator.steps[0].title)


def short_forms(text: str) -> list[str]:
    """The runs of three and four characters in `text` that end as a body's short name does: 林草局, 钢标委, 中电联."""
    return [m[0][-n:] for m in _SHORT_FORM.finditer(text) for n in (3, 4) if len(m[0]) >= n]


def abbreviates(short: str, value: str) -> bool:
    """Whether `short` is `value` with characters left out, from the first that names it to the last."""
    name = re.sub(r"^(?:中华人民共和国|中华全国|国家|全国)(?=.{3})", "", value)
    if len(name) <= len(short) or short[0] != name[0] or not re.search(r"[部局委会社署院]$", name):
        return False
    at = -1
    for char in short[:-1]:
        at = name.find(char, at + 1)
        if at < 0:
            return False
    end = _ENDINGS.get(short[-1], short[-1])
    return bool(re.search(f"(?:{end})$", name)) and at < len(name) - 1


def _named_elsewhere(name: str, value: str, columns: dict[str, list[str]], text: str) -> bool:
    others = [
        o for o, values in columns.items() if o != name and any(_core(value) == _core(v) for v in values)
    ]
    return any(o[:2] in text for o in others) and name[:2] not in text


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


def _class(row: Article) -> str:
    """What a row is and what it is counted as: its name, and the first sentence of a long cell (…示范项目。)."""
    long = (cell.split("。")[0] for _, cell in row.columns[2:] if len(cell) > SHORT_CELL)
    return "；".join((row_name(row), *(first for first in long if len(first) <= SHORT_CELL)))


def row_name(row: Article) -> str:
    """What the row is about: its second column."""
    return row.columns[1][1] if len(row.columns) > 1 else row.text
