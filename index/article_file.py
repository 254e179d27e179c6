"""The articles of a generation: what is asked of all is known at once, a text is read when somebody wants it.

    articles/
      names.json     keys of the documents and ids of the articles, in the order of the keyword ranking
      places.npy     (articles, 6) numbers: see `_COLUMNS`
      marks.npy      (marks, 2): position of an article, and a mark that it stands under, as a number
      records.bin    what is stored of each article, one JSON record after another
      tokens.npy     (tokens, 2): vocabulary id, and how many articles hold it

The files are mapped, not loaded. A generation of a former program has none of them: its articles are read out of the
vector store (`index.articles`), and the next build writes them.
"""

import json
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import ROLES, Articles, Columns, mark_codes
from index.errors import IndexMismatch
from index.ledger import Held
from index.model import Article, Locator, Metadata, Role, Step

FOLDER = "articles"
_NAMES, _PLACES, _RECORDS, _TOKENS = "names.json", "places.npy", "records.bin", "tokens.npy"
_MARKS = "marks.npy"
_COLUMNS = _START, _DOCUMENT, _ROLE, _ORDER, _FIRST, _TAKES = range(6)
"""Where its record begins, number of its document, of its role, order, first row in the token file, and rows there."""
_KEPT = 4096
"""Articles that stay in memory once they have been read: about 8 MB."""


@dataclass(frozen=True)
class Stored:
    """What is kept of an article whose pages are those of its file."""

    record: bytes
    role: Role
    marks: Sequence[int]


def has_articles(generation: Path) -> bool:
    """Whether a generation has its articles in files; one of a former program has not."""
    return (generation / FOLDER).is_dir()


class ArticleFile:
    """The articles of a generation as they lie in its folder.

    Raises (on opening):
        FileNotFoundError: a former program wrote none.
        IndexMismatch: they are damaged.
    """

    def __init__(self, generation: Path) -> None:
        folder = generation / FOLDER
        if not has_articles(generation):
            raise FileNotFoundError(folder)
        try:
            names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
            self.keys: list[str] = names["documents"]
            self.ids: list[str] = names["articles"]
            self._places = np.asarray(np.load(folder / _PLACES, mmap_mode="r"))
            self._marks = np.asarray(np.load(folder / _MARKS, mmap_mode="r"))
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
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
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
    stored: Iterable[Stored],
    spans: Mapping[str, tuple[int, int]],
    df: Mapping[int, int],
) -> None:
    """Write the articles of a generation.

    Args:
        generation: its folder.
        held: what it holds, in the order of the keyword ranking: by documents.
        stored: what is to be kept of each article, in that order.
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
        for i, ((id_, own), kept) in enumerate(zip(held.items(), stored, strict=True)):
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
    return Stored(record, article.role, mark_codes(article))


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
