"""Writing a generation: the copied store changed, the keyword ranking revised, and both put into use at once.

Nothing that is in use is touched, so that whoever asks meanwhile is answered from the old index; killed at any point,
the old one stays, and the next build finds again what was embedded (`index.journal`).
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.article_file import ArticleFile, Stored, frequency, stored, write_articles
from index.embed import Embedder
from index.engine import Engine, Vectors
from index.errors import IndexMismatch
from index.generations import next_generation, switch
from index.intake import Progress
from index.journal import Journal
from index.ledger import Held, read_ledger, write_ledger
from index.lexical import LexicalDraft
from index.manifest import Likely, Manifest
from index.model import Article
from index.record import content_hash
from index.tokens import TokenFile

_CHUNK = 512
"""Articles embedded between two writes, so that memory stays bounded."""


@dataclass(frozen=True)
class Work:
    """What a build changes: articles to embed, ids to delete, articles whose place alone has changed, and questions."""

    fresh: Sequence[Article]
    stale: Sequence[str]
    moved: Sequence[Article]
    asked: Sequence[tuple[str, str]]
    """(article id, likely question) pairs to embed."""
    stray: Mapping[str, int] = field(default_factory=dict)
    """Ids of articles to be cleared out of a damaged store -> their windows there."""


@dataclass(frozen=True)
class Base:
    """The generation that a build starts from, read once."""

    generation: Path
    manifest: Manifest
    held: Mapping[str, Held]
    """What it holds under each article id, in the order of its keyword ranking."""
    whole: bool = True
    """Whether its keyword ranking can be relied on."""


def read_base(generation: Path, engine: Engine) -> Base:
    """What a generation holds.

    Raises:
        IndexMismatch: it is damaged, or its vectors are not where `engine` looks for them.
    """
    manifest = Manifest.read(generation)
    engine.check(manifest, generation.parents[1])
    try:
        return Base(generation, manifest, read_ledger(generation))
    except (OSError, ValueError, TypeError, AttributeError):  # a former program wrote none
        store = engine.open(generation, manifest)
        try:
            return Base(generation, manifest, store.held(), whole=False)
        finally:
            store.close()


class Writer:
    """Writes generations of the index in `folder`; to be used by its only builder."""

    def __init__(
        self,
        folder: Path,
        embedder: Callable[[], Embedder],
        cache_dir: Path,
        progress: Progress,
        engine: Engine,
    ) -> None:
        self._folder = folder
        self._load_embedder = embedder
        self._cache_dir = cache_dir
        self._progress = progress
        self._engine = engine

    def write(self, base: Base | None, draft: Manifest, work: Work) -> None:
        """Make the generation after `base` that `draft` describes, and put it into use.

        `draft` lacks the dimension and the rows of what is embedded now, and the name of the token file if that is new.

        Raises:
            IndexBusy: another program keeps the store locked.
            IndexUnavailable: the server that holds the vectors cannot be reached, or fails.
            OSError: the folder cannot be written. What is in use stays in use, whatever is raised.
        """
        target = next_generation(self._folder)
        manifest = draft if draft.tokens else replace(draft, tokens=f"tokens-{target.name}")
        manifest = self._engine.place(self._folder, manifest)
        tokens = self._folder / manifest.tokens
        try:
            journal = None
            if work.fresh or work.asked:
                embedder = self._load_embedder()
                journal = Journal(tokens, embedder, fresh=not draft.tokens)
                manifest = replace(manifest, dimension=embedder.dimension)
            manifest = self._fill(target, base, manifest, work, journal)
            known = {base.generation: base.manifest} if base else {}
            switch(self._folder, target, manifest, known, self._engine)
        except BaseException:  # Ctrl-C included: the half-made one goes
            shutil.rmtree(target, ignore_errors=True)
            raise
        if journal is not None:
            journal.clear()

    def _fill(
        self, target: Path, base: Base | None, manifest: Manifest, work: Work, journal: Journal | None
    ) -> Manifest:
        before = base.held if base else {}
        held = {id_: own for id_, own in before.items() if id_ not in set(work.stale)}
        store = self._engine.create(target, base.generation if base else None, manifest)
        try:
            store.check_whole(before)
            old = {
                id_: before[id_].windows
                for id_ in (*work.stale, *(a.id for a in work.fresh))
                if id_ in before
            }
            store.delete({**old, **work.stray})
            store.reorder(work.moved, {id_: own.windows for id_, own in held.items()})
            held |= {a.id: replace(held[a.id], order=a.order) for a in work.moved}
            if journal is not None:
                fresh, spans = self._embed(store, journal, work.fresh)
                held |= fresh
                questions = self._embed_asked(journal, manifest.questions, work.asked)
                manifest = replace(
                    manifest, spans=manifest.spans | spans, questions=questions, token_width=journal.width
                )
            place = {entry.meta.key: i for i, entry in enumerate(manifest.documents)}
            held = dict(sorted(held.items(), key=lambda item: (place[item[1].key], item[1].order)))
            self._progress("建立关键词索引", 0, 1)
            self._rank(store, base, held, work.fresh).save(target / "lexical")
            self._progress("建立关键词索引", 1, 1)
            self._keep(target, store, base, manifest, work, held)
            store.check_whole(held)
        finally:
            store.close()
        write_ledger(target, held)
        return manifest

    def _keep(
        self,
        target: Path,
        store: Vectors,
        base: Base | None,
        manifest: Manifest,
        work: Work,
        held: Mapping[str, Held],
    ) -> None:
        """Write the articles of what is held; those of `base` as they stand there, if it has them in files."""
        old = _files(base)
        place = old.position if old else {}
        fresh = {a.id: a for a in work.fresh}
        if any(i not in fresh and i not in place for i in held):
            metas = {e.meta.key: replace(e.meta, page_offset=0) for e in manifest.documents}
            fresh = {a.id: a for a in store.articles(metas)} | fresh

        def kept() -> Iterator[Stored]:
            for id_ in held:
                article = fresh.get(id_)
                yield old.stored(place[id_]) if article is None and old else stored(fresh[id_])

        tokens = TokenFile(self._folder / manifest.tokens, manifest.width).open().ids
        spans = manifest.spans
        if old and base:
            before = base.manifest.spans
            same = {i for i in place if i in held and spans[i] == before[i]}
            df = Counter(old.frequency)
            df.subtract(frequency((before[i] for i in place if i not in same), tokens))
            df.update(frequency((spans[i] for i in held if i not in same), tokens))
        else:
            df = frequency((spans[i] for i in held), tokens)
        write_articles(target, held, kept(), spans, +df)

    def _rank(
        self, store: Vectors, base: Base | None, held: Mapping[str, Held], fresh: Sequence[Article]
    ) -> LexicalDraft:
        """The keyword ranking of what is held, revised from that of `base`."""
        ids = list(held)
        texts = {a.id: a.search_text for a in fresh}

        def read(wanted: Sequence[int]) -> list[str]:
            other = [ids[i] for i in wanted if ids[i] not in texts]
            found = texts | dict(zip(other, store.search_texts(other), strict=True))
            return [found[ids[i]] for i in wanted]

        draft, place = _ranking(base)
        places = [None if id_ in texts else place.get(id_) for id_ in ids]
        return draft.revised(places, read, self._cache_dir)

    def _embed(
        self, store: Vectors, journal: Journal, fresh: Sequence[Article]
    ) -> tuple[dict[str, Held], dict[str, tuple[int, int]]]:
        held: dict[str, Held] = {}
        spans: dict[str, tuple[int, int]] = {}
        done = 0

        def step(n: int) -> None:
            nonlocal done
            done = min(done + n, len(fresh))
            self._progress("计算向量", done, len(fresh))

        for start in range(0, len(fresh), _CHUNK):
            chunk = fresh[start : start + _CHUNK]
            rows = journal.embed([a.search_text for a in chunk], step)
            store.upsert(chunk, [r.vectors for r in rows])
            for article, row in zip(chunk, rows, strict=True):
                held[article.id] = Held(
                    article.meta.key, content_hash(article), article.order, len(row.vectors)
                )
                spans[article.id] = (row.start, row.n)
        return held, spans

    def _embed_asked(
        self, journal: Journal, held: Mapping[str, tuple[Likely, ...]], asked: Sequence[tuple[str, str]]
    ) -> dict[str, tuple[Likely, ...]]:
        """All likely questions by article, those of `asked` embedded: as passages, since they are found, not asked."""
        questions = dict(held)
        for start in range(0, len(asked), _CHUNK):
            self._progress("计算相似问的向量", start, len(asked))
            chunk = asked[start : start + _CHUNK]
            rows = journal.embed([text for _, text in chunk])
            for (id_, text), row in zip(chunk, rows, strict=True):
                questions[id_] = (*questions.get(id_, ()), Likely(text, row.start, row.n))
        if asked:
            self._progress("计算相似问的向量", len(asked), len(asked))
        return questions


def _files(base: Base | None) -> ArticleFile | None:
    """The articles of a generation in files; None where they cannot be relied on, or a former program wrote none."""
    if base is None or not base.whole:
        return None
    try:
        file = ArticleFile(base.generation)
    except (FileNotFoundError, IndexMismatch):
        return None
    return file if file.ids == list(base.held) else None


def _ranking(base: Base | None) -> tuple[LexicalDraft, dict[str, int]]:
    """The keyword ranking of a generation with the place of each article in it; empty where it cannot be revised."""
    if base is not None and base.whole:
        try:
            draft = LexicalDraft.load(base.generation / "lexical")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # of a former program, or damaged
            return LexicalDraft.empty(), {}
        if draft.postings.size == len(base.held):
            return draft, {id_: i for i, id_ in enumerate(base.held)}
    return LexicalDraft.empty(), {}
