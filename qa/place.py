"""Exact places named in a question: articles by number, rows by number, documents by 文号.

A look-up, not a search: what is named is found, or its absence is stated.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from index.library import Library
from index.marks import outline_label
from index.model import Article
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize
from qa.genre import SaidName, called, issued_by, said_name
from qa.model import Place
from qa.names import COMMENTARY, Name, Names, cited_title, without_number
from qa.numbering import Numbering, Said, read_said

_N = NUMERAL_CHARS
_ROW = re.compile(
    rf"第\s*([{_N}]+)\s*(?:个(?:标准|项目)?|行|项|号|条|名)(?!业)|序号\s*(?:为|是)?\s*([{_N}]+)|(?<![\d年])([0-9]+)\s*号(?!文|令|楼)|(最后)一?(?:个|项|行|条)"
)
_ANNEX = re.compile(r"附件\s*([0-9]+|[一二三四五六七八九十]+)")
_TABLE_WORDS = re.compile(r"清单|目录表|附件|表格|表里|项目表|序号")
_ROW_WORDS = re.compile(r"清单|附件|表|标准|项目|序号")
_ROW_ALONE = re.compile(rf"序号|第\s*[{_N}]+\s*(?:行|(?:个|项|条)(?:标准|项目))")
"""What means a row even if no table is named."""
_ROW_NOUN = re.compile(r"标准|项目")
_COUNT = re.compile(r"(?<!哪)(?:多少|几)\s*条(?=$|[?。,!]|规定|条文|内容|吗|呢|啊|来着)")
_PARTS = re.compile(
    r"(?:几|多少)\s*(?:个|大)?(?:大)?(?:章|部分|大块|板块|大项)|哪几(?:个|大)*(?:章|部分|板块)|哪些(?:章|部分|章节)|章节(?:结构|安排|目录)"
)
_LAST = re.compile(r"最后一?条")
_MAX_CHOICES = 3
_MAX_SECTION = 8
"""Articles shown of a chapter or section that is named as a whole."""


class Places:
    """Looks up places in a library."""

    def __init__(self, library: Library) -> None:
        self._documents = library.documents
        self._library = library
        self._numberings: dict[str, Numbering] = {}
        rows = library.articles.of_role("row")
        self._rows: dict[tuple[str, str | None], dict[str, Article]] = {}
        for a in rows:
            table = self._rows.setdefault((a.meta.key, a.locator.steps[0].mark), {})
            table[a.columns[0][1]] = a
        self.names = Names(library.documents, rows)

    def _numbering(self, key: str) -> Numbering:
        """The numbering of a document."""
        own = self._numberings.get(key)
        if own is None:
            own = self._numberings[key] = Numbering(self._library.articles.of(key))
        return own

    @cached_property
    def _laws(self) -> list[str]:
        """The documents numbered by 条."""
        return self._library.articles.marked("article")

    def find(self, question: str, within: Sequence[str] | None = None) -> Place | None:
        """The place that `question` names, or None if it names none; only documents `within`, if given."""
        text = normalize(question)
        keys, absent = self.names.by_number(text)
        keys = [k for k in keys if within is None or k in within]
        document = keys[0] if len(keys) == 1 else None
        among = keys or list(within or ())
        mentioned = absent is not None and self._library.says(normalize(absent))
        if absent is not None and (not mentioned or read_said(without_number(text))):
            return Place(missing=f"已收录的资料中没有文号为{absent}的文件。")
        rest = without_number(text)
        if document is None and len(among) == 1:
            document = among[0]
        found = (
            self._row(rest, document, among)
            or self._article(rest, document, among)
            or self._count(rest, document, among)
        )
        if found or not keys or document is None:
            return found
        return Place(
            tuple(a for a in self._library.articles.of(document) if a.role == "front"), document=document
        )

    def tables_named(self, text: str) -> list[tuple[str, str]]:
        """(document key, annex) of the tables that `text` names best; empty if it names none."""
        return [(n.key, n.annex) for n in self._tables(text, ()) if n.annex]

    def _article(self, text: str, document: str | None, among: Sequence[str]) -> Place | None:
        said = read_said(text)
        if not said:
            return None
        name = said_name(text) if document is None else None
        keys = (
            [document]
            if document
            else self._called(name, text, among)
            if name
            else self._candidates(text, among)
        )
        if name and not keys:
            return Place(missing=f"已收录的资料中没有{cited_title(name.whole)}。")
        if not any(s.unit in ("条", "章", "节", "编") for s in said) and not (name or len(keys) == 1):
            return None
        each = ((k, own) for k in self._possible(said, keys) if (own := self._each(k, said)))
        holding = dict(islice(each, _MAX_CHOICES))
        if len(holding) == 1:
            ((key, own),) = holding.items()
            return self._found(own, said, key)
        if len(keys) == 1:
            return self._missing(keys[0], said)
        if holding:
            return Place(choices=tuple(map(self._title, holding)))
        where = f"已收录的{name.kind}" if name else "已收录的文件"
        return Place(missing=f"{where}都没有{''.join(s.label for s in said)}。") if keys else None

    def _possible(self, said: list[Said], keys: Sequence[str]) -> list[str]:
        """Those of `keys` whose documents have all the marks `said`, wherever they stand."""
        for s in said:
            if s.unit not in ("项", "（）", "点"):  # below 条 these are no marks of articles
                having = {k for kind in s.kinds for k in self._library.articles.marked(kind, s.number, s.sub)}
                keys = [k for k in keys if k in having]
        return list(keys)

    def _each(self, key: str, said: list[Said]) -> list[Article]:
        """The articles of each path: a unit that comes again (第八条、第九条) opens the next path.

        Empty if one of them is not there.
        """
        paths: list[list[Said]] = [[]]
        for s in said:
            if any(s.unit == before.unit for before in paths[-1]):
                paths.append([])
            paths[-1].append(s)
        found = [self._numbering(key).find(path) for path in paths]
        return list({a.id: a for own in found for a in own}.values()) if all(found) else []

    def _called(self, name: SaidName, text: str, among: Sequence[str]) -> list[str]:
        """The documents that `name` can mean, narrowed by what else the question says of them."""
        keys = [k for k in called(name, self._documents) if not among or k in among]
        if not COMMENTARY.search(text):
            keys = [k for k in keys if not COMMENTARY.search(self._documents[k].title)] or keys
        if len(keys) < 2:
            return keys
        issuer = any(issued_by(name.before, self._documents[k]) for k in keys)
        rest = text.replace(name.whole, "" if issuer else name.before)
        best = [n.key for n in self.names.best(rest, [n for n in self.names.documents if n.key in keys])]
        return best or keys

    def _title(self, key: str) -> str:
        return cited_title(self._documents[key].title)

    def _candidates(self, text: str, among: Sequence[str]) -> list[str]:
        """The documents that the text names; if it names none, those numbered by 条."""
        if among:
            return list(among)
        named = [n.key for n in self.names.best(text, self.names.documents)]
        if 0 < len(named) <= _MAX_CHOICES:
            return named
        return [k for k in self._laws if not named or k in named]

    def _found(self, articles: list[Article], said: list[Said], key: str) -> Place:
        item = None
        if self._numbering(key).law and said[-1].unit in ("项", "（）") and len(articles) == 1:
            item = outline_label("h2", said[-1].number)
            if not any(line.startswith(item) for line in _lines(articles[0])):
                return Place(missing=f"{articles[0].label}没有第{item}项。", nearest=tuple(articles))
        return Place(tuple(articles[:_MAX_SECTION]), item=item, section=len(articles) > 1)

    def _missing(self, key: str, said: list[Said]) -> Place:
        numbering, title = self._numbering(key), self._title(key)
        count = numbering.count()
        last = numbering.find([Said(count, 0, numbering.unit)])[-1:] if count else []
        if said[0].unit in ("条", "项", "点", "（）") and count:
            return Place(
                missing=f"{title}共{count}{numbering.unit}，没有{said[-1].label}。", nearest=tuple(last)
            )
        return Place(missing=f"{title}没有{''.join(s.label for s in said)}。")

    def _count(self, text: str, document: str | None, among: Sequence[str]) -> Place | None:
        """“一共多少条”, “分几个部分”, “最后一条”: the outline shows the sections, the last article the count."""
        articles, parts, end = (bool(p.search(text)) for p in (_COUNT, _PARTS, _LAST))
        if not (articles or parts or end):
            return None
        keys = [document] if document else self._candidates(text, among)
        if len(keys) != 1:
            return None
        own, title = self._numbering(keys[0]), self._title(keys[0])
        count = own.count()
        last = own.find([Said(count, 0, own.unit)]) if (articles or end) and count else []
        if end and last:
            return Place(tuple(last))
        sections = own.sections() if parts else ()
        if not sections:
            return Place(tuple(last), note=f"{title}共{count}{own.unit}。") if last else None
        outline = [
            a for a in self._library.articles.of(keys[0]) if a.role == "outline" and len(a.locator.steps) == 1
        ]
        unit = "章" if own.law else "个部分"
        total = f"，共{count}{own.unit}" if last else ""
        note = f"{title}分为{len(sections)}{unit}{total}：{'；'.join(sections)}。"
        return Place(tuple(outline[:1] or own.first_of_last()), note=note, section=True)

    def _row(self, text: str, document: str | None, among: Sequence[str]) -> Place | None:
        wanted = [
            parse_numeral(m[1] or m[2] or m[3] or "") or (-1 if m[4] else None) for m in _ROW.finditer(text)
        ]
        numbers = [n for n in wanted if n is not None]
        tables = self._tables(text, [document] if document else among)
        alone = bool(_ROW_ALONE.search(text))
        if not numbers or not (alone or _ROW_WORDS.search(text)):
            return None
        if not _TABLE_WORDS.search(text) and len(tables) != 1 and not alone:
            return None
        if self._names_law_article(text) or said_name(text):
            return None
        annex = _ANNEX.search(text)
        if not tables and annex:
            return Place(missing=f"已收录的表格中没有{annex[0]}。")
        if not tables and alone:
            tables = self._tables_of(text, [document] if document else among)
        if not tables:
            return None
        holding = [t for t in tables if any(n == -1 or str(n) in self._rows[t.key, t.annex] for n in numbers)]
        if len(tables) > 1 and not holding:
            return Place(missing=f"已收录的表格都没有第{numbers[0]}行。")
        if len(holding) > 1:
            return Place(choices=tuple(t.text for t in holding[:_MAX_CHOICES]))
        return self._rows_of((holding or tables)[0], numbers)

    def _tables_of(self, text: str, among: Sequence[str]) -> list[Name]:
        """The tables that a row without a table's name can mean: of standards, of projects, or all."""
        own = [n for n in self.names.tables if not among or n.key in among]
        noun = _ROW_NOUN.search(text)
        column = {n: next(iter(self._rows[n.key, n.annex].values())).columns[1][0] for n in own}
        return [n for n in own if not noun or column[n].startswith(noun[0])] or own

    def _rows_of(self, table: Name, numbers: list[int]) -> Place:
        rows = self._rows[table.key, table.annex]
        own = list(rows.values())
        found = [own[-1] if n == -1 else rows[str(n)] for n in numbers if n == -1 or str(n) in rows]
        if not found:
            return Place(
                missing=f"{table.text}共{len(own)}行，没有第{numbers[0]}行。", nearest=tuple(own[-1:])
            )
        return Place(tuple(dict.fromkeys(found)))

    def _names_law_article(self, text: str) -> bool:
        """第N条 of a document numbered by 条 is an article, even if the question also speaks of a list."""
        keys = [n.key for n in self.names.best(text, self.names.documents)]
        return "条" in text and len(keys) == 1 and self._numbering(keys[0]).law

    def _tables(self, text: str, among: Sequence[str]) -> list[Name]:
        """The tables whose names the question holds best; several if it cannot be told which."""
        own = [n for n in self.names.tables if not among or n.key in among]
        if said := {f"附件{parse_numeral(m[1])}" for m in _ANNEX.finditer(text)}:
            marked = [n for n in own if n.annex in said]
            if len(marked) <= len(said):
                return marked
            own = marked
        return self.names.best(text, own)


def _lines(article: Article) -> list[str]:
    return [line.replace("(", "（").replace(")", "）") for line in article.text.split("\n")]


def item_text(article: Article, item: str) -> str | None:
    """The paragraph of `article` that opens with the mark `item`, verbatim, or None."""
    return next(
        (
            line
            for line in article.text.split("\n")
            if line.replace("(", "（").replace(")", "）").startswith(item)
        ),
        None,
    )
