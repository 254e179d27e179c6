"""The articles of a generation: what is asked of all is known at once, a text is read when somebody wants it.

    articles/
      names.json     keys of the documents and ids of the articles, in the order of the keyword ranking
      places.npy     (articles, 6) numbers: see `_COLUMNS`
      records.bin    what is stored of each article, one JSON record after another
      tokens.npy     (tokens, 2): vocabulary id, and how many articles hold it

The files are mapped, not loaded. A generation of a former program has none of them: its articles are read out of the
vector store (`Articles.of_list`), and the next build writes them.
"""

import json
import mmap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import get_args, overload

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexMismatch
from index.ledger import Held
from index.model import Article, Locator, Metadata, Role, Step

FOLDER = "articles"
_NAMES, _PLACES, _RECORDS, _TOKENS = "names.json", "places.npy", "records.bin", "tokens.npy"
_COLUMNS = _START, _DOCUMENT, _ROLE, _ORDER, _FIRST, _TAKES = range(6)
"""Where its record begins, number of its document, of its role, order, first row in the token file, and rows there."""
ROLES: tuple[Role, ...] = get_args(Role)
_KEPT = 4096
"""Articles that stay in memory once they have been read: about 8 MB."""


class Articles(Sequence[Article]):
    """Articles by position; an article is made when it is asked for, and those asked for last are kept.

    Attributes:
        ids: The id of each article.
        keys: Keys of the documents, in order.
        documents: (n,) the number of each article's document in `keys`, ascending.
        roles: (n,) the number of each article's role in `ROLES`.
    """

    def __init__(
        self,
        ids: Sequence[str],
        keys: Sequence[str],
        documents: NDArray[np.int64],
        roles: NDArray[np.int64],
        read: Callable[[int], Article],
    ) -> None:
        self.ids, self.keys = ids, keys
        self.documents, self.roles = documents, roles
        self._read = read

    @classmethod
    def of_list(cls, articles: Sequence[Article], keys: Sequence[str]) -> "Articles":
        """Articles that are all in memory, by documents in the order of `keys`."""
        number = {key: i for i, key in enumerate(keys)}
        return cls(
            [a.id for a in articles],
            keys,
            np.array([number[a.meta.key] for a in articles], np.int64),
            np.array([ROLES.index(a.role) for a in articles], np.int64),
            articles.__getitem__,
        )

    def part(self, left_out: Iterable[str]) -> "Articles":
        """Those of all documents but `left_out`, numbered anew."""
        gone = {*left_out}
        kept = np.array([key not in gone for key in self.keys], bool)
        rows = np.flatnonzero(kept[self.documents])
        number = np.cumsum(kept) - 1
        own = rows.tolist()
        return _Part(
            [self.ids[i] for i in own],
            [key for key in self.keys if key not in gone],
            number[self.documents[rows]],
            self.roles[rows],
            lambda i: self[own[i]],
            rows,
        )

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Article id -> position."""
        return {id_: i for i, id_ in enumerate(self.ids)}

    @property
    def rows(self) -> NDArray[np.int64]:
        """(n,) position of each article in the whole library."""
        return np.arange(len(self))

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

    def of_role(self, role: Role) -> list[Article]:
        """All articles of that role."""
        return [self._read(i) for i in np.flatnonzero(self.roles == ROLES.index(role)).tolist()]

    @cached_property
    def _number(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.documents, np.arange(len(self.keys) + 1))


class _Part(Articles):
    """Articles of some documents of a library."""

    def __init__(
        self,
        ids: Sequence[str],
        keys: Sequence[str],
        documents: NDArray[np.int64],
        roles: NDArray[np.int64],
        read: Callable[[int], Article],
        rows: NDArray[np.int64],
    ) -> None:
        super().__init__(ids, keys, documents, roles, read)
        self._rows = rows

    @property
    def rows(self) -> NDArray[np.int64]:
        """(n,) position of each article in the whole library."""
        return self._rows


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
        documents, roles = (np.array(self._places[:, column]) for column in (_DOCUMENT, _ROLE))
        return Articles(self.ids, self.keys, documents, roles, read)

    def stored(self, at: int) -> tuple[bytes, Role]:
        """What is stored of the article at a position, and its role."""
        start, role = int(self._places[at, _START]), int(self._places[at, _ROLE])
        return self._records[start : int(self._ends[at])], ROLES[role]

    def article(self, at: int, meta: Metadata) -> Article:
        """The article at a position, its pages as the document counts them."""
        record, role = self.stored(at)
        return _article(record, self.ids[at], meta, role, int(self._places[at, _ORDER]))

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
    stored: Mapping[str, tuple[bytes, Role]],
    spans: Mapping[str, tuple[int, int]],
    df: Mapping[int, int],
) -> None:
    """Write the articles of a generation.

    Args:
        generation: its folder.
        held: what it holds, in the order of the keyword ranking: by documents.
        stored: record (see `record_of`) and role of each article.
        spans: first row and number of rows of each article's token vectors.
        df: vocabulary id -> in how many articles it occurs.
    """
    folder = generation / FOLDER
    folder.mkdir()
    keys = {key: i for i, key in enumerate(dict.fromkeys(own.key for own in held.values()))}
    places = np.zeros((len(held), len(_COLUMNS)), np.int64)
    at = 0
    with (folder / _RECORDS).open("wb") as file:
        for i, (id_, own) in enumerate(held.items()):
            record, role = stored[id_]
            places[i] = at, keys[own.key], ROLES.index(role), own.order, *spans[id_]
            at += file.write(record)
    np.save(folder / _PLACES, places)
    np.save(folder / _TOKENS, np.array(sorted(df.items()), np.int64).reshape(-1, 2))
    names = {"documents": list(keys), "articles": list(held)}
    (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def record_of(article: Article) -> bytes:
    """What is stored of an article whose pages are those of its file."""
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
    return json.dumps(parts, ensure_ascii=False).encode()


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
