"""The articles of a generation: what is asked of all is known at once, a text is read when somebody wants it.

    articles/
      names.json     keys of the documents and ids of the articles, in the order of the keyword ranking
      places.npy     (articles, 6) numbers: see `_COLUMNS`
      marks.npy      (marks, 2): position of an article, and a mark that it stands under, as a number
      records.bin    what is stored of each article, one JSON record after another
      tokens.npy     (tokens, 2): vocabulary id, and how many articles hold it

The files are mapped, not loaded. A generation of a former program has none of them: its articles are read out of the
vector store (`Articles.of_list`), and the next build writes them.
"""

import json
import mmap
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import get_args, overload

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexMismatch
from index.ledger import Held
from index.marks import DEPTH, Kind, find_mark
from index.model import Article, Locator, Metadata, Role, Step

FOLDER = "articles"
_NAMES, _PLACES, _RECORDS, _TOKENS = "names.json", "places.npy", "records.bin", "tokens.npy"
_MARKS = "marks.npy"
_COLUMNS = _START, _DOCUMENT, _ROLE, _ORDER, _FIRST, _TAKES = range(6)
"""Where its record begins, number of its document, of its role, order, first row in the token file, and rows there."""
ROLES: tuple[Role, ...] = get_args(Role)
_KINDS: tuple[Kind, ...] = tuple(DEPTH)
_MOST = 10_000
"""Numbers of marks are smaller."""
_KEPT = 4096
"""Articles that stay in memory once they have been read: about 8 MB."""
Mark = tuple[Kind, int, int]
"""Family, number and 之N of a mark."""


def path_marks(article: Article) -> list[Mark]:
    """The mark of each step that is one; none below an annex, which bare numbers do not reach."""
    if article.locator.steps[0].mark.startswith("附"):
        return []
    marks = [find_mark(s.mark + " ") for s in article.locator.steps]
    return [(m.kind, m.number, m.sub) for m in marks if m is not None]


@dataclass(frozen=True)
class Stored:
    """What is kept of an article whose pages are those of its file."""

    record: bytes
    role: Role
    marks: Sequence[int]


@dataclass(frozen=True)
class Columns:
    """What is known of n articles at once.

    Attributes:
        ids: The id of each.
        keys: Keys of their documents, in order.
        documents: (n,) the number of each article's document in `keys`, ascending.
        roles: (n,) the number of each article's role in `ROLES`.
        marks: (m, 2) position of an article of running text, and the number of a mark in its path.
    """

    ids: Sequence[str]
    keys: Sequence[str]
    documents: NDArray[np.int64]
    roles: NDArray[np.int64]
    marks: Callable[[], NDArray[np.int64]]


class Articles(Sequence[Article]):
    """Articles by position; an article is made when it is asked for, and those asked for last are kept.

    Attributes:
        columns: What is known of all of them.
        rows: (n,) the position of each in the whole library.
    """

    def __init__(
        self, columns: Columns, read: Callable[[int], Article], rows: NDArray[np.int64] | None = None
    ) -> None:
        self.columns = columns
        self.rows = np.arange(len(columns.ids)) if rows is None else rows
        self._read = read

    @classmethod
    def of_list(cls, articles: Sequence[Article], keys: Sequence[str]) -> "Articles":
        """Articles that are all in memory, by documents in the order of `keys`."""
        number = {key: i for i, key in enumerate(keys)}

        def marks() -> NDArray[np.int64]:
            found = [(i, code) for i, a in enumerate(articles) for code in _codes(a)]
            return np.array(found, np.int64).reshape(-1, 2)

        columns = Columns(
            [a.id for a in articles],
            keys,
            np.array([number[a.meta.key] for a in articles], np.int64),
            np.array([ROLES.index(a.role) for a in articles], np.int64),
            marks,
        )
        return cls(columns, articles.__getitem__)

    def part(self, left_out: Collection[str]) -> "Articles":
        """Those of all documents but `left_out`, numbered anew."""
        own = self.columns
        kept = np.array([key not in left_out for key in own.keys], bool)
        rows = np.flatnonzero(kept[own.documents])

        def marks() -> NDArray[np.int64]:
            every, place = own.marks(), np.full(len(self), -1)
            place[rows] = np.arange(len(rows))
            moved = np.column_stack([place[every[:, 0]], every[:, 1]])
            return moved[moved[:, 0] >= 0]

        columns = Columns(
            [own.ids[i] for i in rows.tolist()],
            [key for key in own.keys if key not in left_out],
            (np.cumsum(kept) - 1)[own.documents[rows]],
            own.roles[rows],
            marks,
        )
        return Articles(columns, lambda i: self._read(int(rows[i])), self.rows[rows])

    @property
    def ids(self) -> Sequence[str]:
        """The id of each article."""
        return self.columns.ids

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Article id -> position."""
        return {id_: i for i, id_ in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Article: ...
    @overload
    def __getitem__(self, at: slice) -> list[Article]: ...
    def __getitem__(self, at: int | slice) -> Article | list[Article]:
        if isinstance(at, slice):
            return [self._read(i) for i in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._read(at % len(self))

    def __iter__(self) -> Iterator[Article]:
        return map(self._read, range(len(self)))

    def of(self, key: str) -> list[Article]:
        """The articles of a document, in order; none if there is no such document."""
        number = self._number.get(key)
        if number is None:
            return []
        return self[int(self._starts[number]) : int(self._starts[number + 1])]

    def of_any(self, keys: Collection[str]) -> NDArray[np.bool_]:
        """(n,) whether each is of one of the documents `keys`."""
        wanted = {*keys}
        held: NDArray[np.bool_] = np.array([key in wanted for key in self.columns.keys], bool)
        return held[self.columns.documents]

    def of_role(self, role: Role) -> list[Article]:
        """All articles of that role."""
        return [self._read(i) for i in np.flatnonzero(self.columns.roles == ROLES.index(role)).tolist()]

    def marked(self, kind: Kind, number: int | None = None, sub: int = 0) -> list[str]:
        """Keys of the documents that have a mark of that family, and of that number if one is given, in order."""
        first = _code((kind, 0 if number is None else number, sub if number is not None else 0))
        last = _code((kind, _MOST, 0)) if number is None else first + 1
        at, end = np.searchsorted(self._marks[:, 0], [first, last])
        return self._keys(self._marks[at:end, 1])

    @cached_property
    def _marks(self) -> NDArray[np.int64]:
        """(m, 2): mark, and number of a document that has it; ascending."""
        marks = self.columns.marks()
        return np.unique(np.column_stack([marks[:, 1], self.columns.documents[marks[:, 0]]]), axis=0)

    def _keys(self, documents: NDArray[np.int64]) -> list[str]:
        return [self.columns.keys[i] for i in np.unique(documents).tolist()]

    @cached_property
    def _number(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self.columns.keys)}

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.columns.documents, np.arange(len(self.columns.keys) + 1))


class ArticleFile:
    """The articles of a generation as they lie in its folder.

    Raises (on opening):
        FileNotFoundError: a former program wrote none.
        IndexMismatch: they are damaged.
    """

    def __init__(self, generation: Path) -> None:
        folder = generation / FOLDER
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        try:
            names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
            self.keys: list[str] = names["documents"]
            self.ids: list[str] = names["articles"]
            self._places: NDArray[np.int64] = np.load(folder / _PLACES, mmap_mode="r")
            self._marks: NDArray[np.int64] = np.load(folder / _MARKS, mmap_mode="r")
            self._tokens: NDArray[np.int64] = np.load(folder / _TOKENS)
            with (folder / _RECORDS).open("rb") as file:
                self._records = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            places = self._places
            if (
                places.shape != (len(self.ids), len(_COLUMNS))
                or not 0 <= int(places[:, _DOCUMENT].max()) < len(self.keys)
                or int(places[-1, _START]) >= len(self._records)
            ):
                raise ValueError("the files do not fit each other")
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise IndexMismatch(
                f"条文文件已损坏：{folder}。请运行 policy-qa doctor --repair 修复。"
            ) from error
        self._ends = np.append(places[1:, _START], len(self._records))

    @cached_property
    def position(self) -> dict[str, int]:
        """Article id -> position."""
        return {id_: i for i, id_ in enumerate(self.ids)}

    def open(self, metas: Mapping[str, Metadata]) -> Articles:
        """The articles, with the metadata of their documents.

        Raises:
            IndexMismatch: those are other documents.
        """
        if list(metas) != self.keys:
            raise IndexMismatch("条文文件与清单不符。请运行 policy-qa doctor --repair 修复。")
        own = list(metas.values())
        read = lru_cache(_KEPT)(lambda i: self.article(i, own[int(self._places[i, _DOCUMENT])]))
        documents, roles = (np.array(self._places[:, i]) for i in (_DOCUMENT, _ROLE))
        columns = Columns(self.ids, self.keys, documents, roles, lambda: self._marks)
        return Articles(columns, read)

    def stored(self, at: int) -> Stored:
        """What is stored of the article at a position."""
        first, last = self._first_marks[at : at + 2].tolist()
        marks = self._marks[first:last, 1].tolist()
        place = self._places[at]
        return Stored(self._record(at), ROLES[int(place[_ROLE])], marks)

    @cached_property
    def _first_marks(self) -> NDArray[np.int64]:
        return np.searchsorted(self._marks[:, 0], np.arange(len(self.ids) + 1))

    def _record(self, at: int) -> bytes:
        return self._records[int(self._places[at, _START]) : int(self._ends[at])]

    def article(self, at: int, meta: Metadata) -> Article:
        """The article at a position, its pages as the document counts them."""
        place = self._places[at]
        return _article(self._record(at), self.ids[at], meta, ROLES[int(place[_ROLE])], int(place[_ORDER]))

    def span(self, at: int) -> tuple[int, int]:
        """First row and number of rows of an article's token vectors."""
        return int(self._places[at, _FIRST]), int(self._places[at, _TAKES])

    @cached_property
    def frequency(self) -> dict[int, int]:
        """Vocabulary id -> in how many articles it occurs."""
        return dict(self._tokens.tolist())


class TokenIdf(Mapping[int, float]):
    """ln(N / df) of each vocabulary id that occurs; computed when it is asked for."""

    def __init__(self, df: Mapping[int, int], n: int) -> None:
        self._df, self._n = df, n

    def __getitem__(self, token: int) -> float:
        return float(np.log(self._n / self._df[token]))

    def __iter__(self) -> Iterator[int]:
        return iter(self._df)

    def __len__(self) -> int:
        return len(self._df)


def frequency(spans: Iterable[tuple[int, int]], tokens: NDArray[np.int32]) -> Counter[int]:
    """Vocabulary id -> in how many articles it occurs; `spans` are their rows in `tokens`."""
    df: Counter[int] = Counter()
    for start, n in spans:
        df.update(set(tokens[start : start + n].tolist()))
    return df


def write_articles(
    generation: Path,
    held: Mapping[str, Held],
    stored: Mapping[str, Stored],
    spans: Mapping[str, tuple[int, int]],
    df: Mapping[int, int],
) -> None:
    """Write the articles of a generation.

    Args:
        generation: its folder.
        held: what it holds, in the order of the keyword ranking: by documents.
        stored: what is to be kept of each article.
        spans: first row and number of rows of each article's token vectors.
        df: vocabulary id -> in how many articles it occurs.
    """
    folder = generation / FOLDER
    folder.mkdir()
    keys = {key: i for i, key in enumerate(dict.fromkeys(own.key for own in held.values()))}
    places = np.zeros((len(held), len(_COLUMNS)), np.int64)
    marks: list[tuple[int, int]] = []
    at = 0
    with (folder / _RECORDS).open("wb") as file:
        for i, (id_, own) in enumerate(held.items()):
            kept = stored[id_]
            places[i] = at, keys[own.key], ROLES.index(kept.role), own.order, *spans[id_]
            marks += [(i, mark) for mark in kept.marks]
            at += file.write(kept.record)
    np.save(folder / _PLACES, places)
    np.save(folder / _MARKS, np.array(marks, np.int64).reshape(-1, 2))
    np.save(folder / _TOKENS, np.array(sorted(df.items()), np.int64).reshape(-1, 2))
    names = {"documents": list(keys), "articles": list(held)}
    (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def stored(article: Article) -> Stored:
    """What is kept of an article whose pages are those of its file."""
    steps = [[s.mark, s.title] for s in article.locator.steps]
    pages = article.page, article.last_page
    parts = (
        article.label,
        article.text,
        article.search_text,
        steps,
        *pages,
        article.columns,
        article.speaker,
    )
    record = json.dumps(parts, ensure_ascii=False).encode()
    return Stored(record, article.role, _codes(article))


def _codes(article: Article) -> list[int]:
    return [_code(mark) for mark in path_marks(article)] if article.role in ("text", "turn") else []


def _code(mark: Mark) -> int:
    kind, number, sub = mark
    return (_KINDS.index(kind) * (_MOST + 1) + number) * _MOST + sub


def _article(record: bytes, id_: str, meta: Metadata, role: Role, order: int) -> Article:
    label, text, search_text, steps, page, last, columns, speaker = json.loads(record)
    return Article(
        id=id_,
        meta=meta,
        locator=Locator(tuple(Step(*s) for s in steps)),
        label=label,
        text=text,
        search_text=search_text,
        role=role,
        page=None if page is None else page + meta.page_offset,
        last_page=None if last is None else last + meta.page_offset,
        columns=tuple((name, cell) for name, cell in columns),
        speaker=speaker,
        order=order,
    )
