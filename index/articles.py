"""The articles of a library by position: what is asked of all is known at once, an article is made when it is wanted."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import get_args, overload

import numpy as np
from numpy.typing import NDArray

from index.marks import DEPTH, Kind, find_mark
from index.model import Article, Role

ROLES: tuple[Role, ...] = get_args(Role)
_KINDS: tuple[Kind, ...] = tuple(DEPTH)
_DOCUMENTS = 8
"""Documents whose articles are kept: a question asks for those of the same few again and again."""
_MOST = 10_000
"""Numbers of marks are smaller."""
Mark = tuple[Kind, int, int]
"""Family, number and 之N of a mark."""


def path_marks(article: Article) -> list[Mark]:
    """The mark of each step that is one; none below an annex, which bare numbers do not reach."""
    if article.locator.steps[0].mark.startswith("附"):
        return []
    marks = [find_mark(s.mark + " ") for s in article.locator.steps]
    return [(m.kind, m.number, m.sub) for m in marks if m is not None]


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
        self._of = lru_cache(_DOCUMENTS)(self._in_order)

    @classmethod
    def of_list(cls, articles: Sequence[Article], keys: Sequence[str]) -> "Articles":
        """Articles that are all in memory, by documents in the order of `keys`."""
        number = {key: i for i, key in enumerate(keys)}

        def marks() -> NDArray[np.int64]:
            found = [(i, code) for i, a in enumerate(articles) for code in mark_codes(a)]
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
        return list(self._of(key))

    def _in_order(self, key: str) -> Sequence[Article]:
        number = self._number.get(key)
        if number is None:
            return ()
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
        marks, n = self.columns.marks(), max(1, len(self.columns.keys))
        pairs = np.unique(marks[:, 1] * n + self.columns.documents[marks[:, 0]])
        return np.column_stack([pairs // n, pairs % n])

    def _keys(self, documents: NDArray[np.int64]) -> list[str]:
        return [self.columns.keys[i] for i in np.unique(documents).tolist()]

    @cached_property
    def _number(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self.columns.keys)}

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.columns.documents, np.arange(len(self.columns.keys) + 1))


def mark_codes(article: Article) -> list[int]:
    """The marks of running text as numbers, for `Articles.marked`."""
    return [_code(mark) for mark in path_marks(article)] if article.role in ("text", "turn") else []


def _code(mark: Mark) -> int:
    kind, number, sub = mark
    return (_KINDS.index(kind) * (_MOST + 1) + number) * _MOST + sub
