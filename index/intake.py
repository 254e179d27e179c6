"""From files to the articles of their documents, the originals kept for a later rebuild."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.audit_file import audit_file
from index.compendium import Collection, divide
from index.document import read_document, with_key
from index.durable import copy_whole
from index.errors import ReadError
from index.finding import Finding
from index.manifest import DEFAULT_COLLECTION, Source
from index.model import Article, Document, SourceText
from index.paragraphs import read_lines
from index.questions import SUFFIX as ASKED
from index.questions import Questions, questions_file, read_questions, unknown_articles
from index.readers import read
from index.readers.given import Given
from index.readers.kinds import unopened
from index.sidecar import SUFFIX as META
from index.sidecar import read_sidecar, sidecar_file, with_given
from index.split import split

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, the number done and the number to do."""


@dataclass(frozen=True)
class FileText:
    """A file as it was read: its text, how it divides, and each part's document and articles."""

    source: SourceText
    collection: Collection
    documents: tuple[Document, ...]
    articles: tuple[tuple[Article, ...], ...]

    def audit(self) -> list[Finding]:
        """What looks wrong in the file and its documents."""
        return audit_file(self.source, self.collection, self.documents, self.articles)


def read_file(path: Path, name: str | None = None, meta: Path | None = None) -> FileText:
    """Read a file and split its documents, in order, with unique keys; `meta` is its file of given metadata.

    Raises:
        ReadError: the file cannot be read, or holds no text to cite; or what is given is not right.
    """
    source = read(path)
    collection = divide(read_lines(source))
    taken: dict[str, int] = {}
    documents = []
    for part in collection.parts:
        document = read_document(part, name or path.name, collection.as_of)
        key = document.meta.key
        taken[key] = taken.get(key, 0) + 1
        documents.append(with_key(document, f"{key}#{taken[key]}") if taken[key] > 1 else document)
    if meta is not None:
        documents = with_given(documents, read_sidecar(meta))
    articles = tuple(tuple(split(d)) for d in documents)
    if not any(c.isalnum() for every in articles for a in every for c in a.text):
        raise ReadError(f"文件中没有可引用的条文：{path}。请检查文件内容。")
    return FileText(source, collection, tuple(documents), articles)


def read_documents(path: Path, name: str | None = None) -> list[Document]:
    """All documents of a file, in order, with unique keys.

    Raises:
        ReadError: the file cannot be read, or holds no text to cite.
    """
    return list(read_file(path, name).documents)


@dataclass(frozen=True)
class Offered:
    """A file that is offered: where it lies, its record, and the files beside it that say more of it.

    Where none lies beside it and the record names one, that is among the originals.
    """

    given: Given
    source: Source
    asked: Path | None = None
    meta: Path | None = None
    held: Source | None = None
    """The record of it in the library: of the same content, else of the same name."""
    twin: str = ""
    """The name of a file offered beside it with the same content, which is taken in its place."""

    @property
    def unchanged(self) -> bool:
        """Whether the library holds it as it is, whatever it is called and wherever it is put."""
        return self.held is not None and self.source == replace(
            self.held, name=self.source.name, collection=self.source.collection
        )


@dataclass(frozen=True)
class ReadFile:
    """A file that was read: its record, its documents with their articles, and what the audit says of them."""

    source: Source
    documents: tuple[tuple[Document, tuple[Article, ...]], ...]
    questions: Questions = field(default_factory=dict)
    """The likely questions of its articles."""
    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    """What is wrong with its questions; that keeps out the questions alone."""
    again: bool = False
    """Whether it was read again from the originals: then it says nothing new."""


class Intake:
    """Reads files for the index in `folder`."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._originals = folder / "originals"
        self._progress = progress

    def read_all(self, files: Sequence[Offered]) -> dict[str, ReadFile | ReadError]:
        """By name: what was read of each file, or why it cannot be read."""
        done: dict[str, ReadFile | ReadError] = {}
        for n, file in enumerate(files):
            self._progress("读取文件", n, len(files))
            try:
                done[file.source.name] = self._read(file)
            except ReadError as error:
                done[file.source.name] = ReadError(file.given.tell(error))
        if files:
            self._progress("读取文件", len(files), len(files))
        return done

    def read_originals(self, sources: Sequence[Source]) -> dict[str, ReadFile | ReadError]:
        """By name: what the kept originals of `sources` hold, read again."""
        files = [Offered(Given(self._originals / source.original, source.name), source) for source in sources]
        read_again = self.read_all(files)
        return {
            name: replace(file, again=True) if isinstance(file, ReadFile) else file
            for name, file in read_again.items()
        }

    def _read(self, file: Offered) -> ReadFile:
        """Read a file; what is wrong with its questions keeps out the questions alone."""
        source = file.source
        asked = file.asked or (self._originals / source.questions if source.questions else None)
        meta = file.meta or (self._originals / source.meta if source.meta else None)
        text = read_file(file.given.path, source.name, meta)
        documents = tuple(zip(text.documents, text.articles, strict=True))
        done = ReadFile(source, documents, findings=tuple(text.audit()))
        if asked is None:
            return done
        try:
            questions = read_questions(asked)
        except ReadError as error:
            return replace(done, source=replace(source, questions=""), failed=(str(error),))
        ids = {a.id for _, articles in documents for a in articles}
        wrong = unknown_articles(questions, ids, asked)
        known = {i: q for i, q in questions.items() if i in ids}
        return replace(done, questions=known, failed=(str(wrong),) if wrong else ())

    def keep(self, file: Offered) -> None:
        """Copy a file, and those that say more of it, to the originals, named by their content."""
        self._originals.mkdir(exist_ok=True)
        kept = (
            (file.given.path, file.source.original),
            (file.asked, file.source.questions),
            (file.meta, file.source.meta),
        )
        for path, name in kept:
            target = self._originals / name
            if path is not None and name and not target.exists():
                copy_whole(path, target)


def offered(
    files: Sequence[Given], held: Sequence[Source] = (), collection: str | None = None
) -> tuple[list[Offered], dict[str, ReadError]]:
    """Each file with what the library holds of it; by name, those that cannot be opened.

    A file is known by its content, so that one that was moved or renamed is the same; else by its name. `collection` is
    where the files are put; None leaves them where they are. What was said more of an unchanged file stays until other
    is said: who sends it again need not have the files beside it.
    """
    by_name = {s.name: s for s in held}
    by_content = {s.sha256: s for s in held}
    found: list[Offered] = []
    failed: dict[str, ReadError] = {}
    for file in files:
        path, name = file.path, _name(file, by_name)
        try:
            sha = _sha256(path)
            asked, meta = questions_file(path), sidecar_file(path)
            known = by_name.get(name) or by_content.get(sha)
            same = known if known is not None and known.sha256 == sha else None
            source = Source(
                name,
                sha,
                _original(sha, path.suffix.lower()),
                _original(_sha256(asked), ASKED) if asked else same.questions if same else "",
                _original(_sha256(meta), META) if meta else same.meta if same else "",
                collection or (known.collection if known else DEFAULT_COLLECTION),
            )
        except OSError as error:
            failed[name] = unopened(path, error)
            continue
        found.append(Offered(file, source, asked, meta, known))
    names = {f.source.name for f in found}
    return _without_twins([_apart(file, names) for file in found]), failed


def _apart(file: Offered, names: set[str]) -> Offered:
    """`file`; a new one with the content that a held file had, which is offered itself, is a file of its own."""
    held = file.held
    if held is None or held.name == file.source.name or held.name not in names:
        return file
    return replace(file, held=None)


def _name(file: Given, held: Mapping[str, Source]) -> str:
    """The name of a file; with the folder before it where the library knows it so, from files that shared a name."""
    long = "/".join(file.path.absolute().parts[-2:])
    return long if file.name == file.path.name and long in held else file.name


def _without_twins(files: Sequence[Offered]) -> list[Offered]:
    """`files`, of those with one content all but one marked as twins: the one stays whose name the library knows."""
    first: dict[str, Offered] = {}
    for file in sorted(files, key=lambda f: f.held is None or f.held.name != f.source.name):
        first.setdefault(file.source.sha256, file)
    return [
        file if (one := first[file.source.sha256]) is file else replace(file, twin=one.source.name)
        for file in files
    ]


def _original(sha: str, suffix: str) -> str:
    return f"{sha[:16]}{suffix}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
