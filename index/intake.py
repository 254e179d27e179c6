"""From files to the articles of their documents, the originals kept for a later rebuild."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.compendium import Collection, divide
from index.document import read_document, with_key
from index.errors import ReadError
from index.manifest import Entry, Source
from index.model import Article, Document, SourceText
from index.paragraphs import read_lines
from index.questions import SUFFIX, Questions, questions_file, read_questions, unknown_articles
from index.readers import read
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


def read_file(path: Path, name: str | None = None) -> FileText:
    """Read a file and split its documents, in order, with unique keys.

    Raises:
        ReadError: the file cannot be read, or holds no text to cite.
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
class ReadFile:
    """A file that was read: its record, its articles by document, and the likely questions of its articles."""

    source: Source
    documents: tuple[tuple[Entry, tuple[Article, ...]], ...]
    questions: Questions = field(default_factory=dict)


class Intake:
    """Reads files for the index in `folder`."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress

    def read_all(self, paths: Sequence[Path]) -> tuple[list[ReadFile], list[str]]:
        """Read files; also the messages about those that cannot be read, and about files of questions."""
        done: list[ReadFile] = []
        failed: list[str] = []
        for n, (path, name) in enumerate(zip(paths, _names(paths), strict=True)):
            self._progress("读取文件", n, len(paths))
            try:
                done.append(self._read_file(path, name, questions_file(path), failed))
            except ReadError as error:
                failed.append(str(error))
        self._progress("读取文件", len(paths), len(paths))
        return done, failed

    def read_originals(
        self, sources: Sequence[Source], removed: set[str]
    ) -> tuple[list[ReadFile], list[str]]:
        """Read the kept originals of `sources` again, without the documents `removed`."""
        done: list[ReadFile] = []
        failed: list[str] = []
        folder = self._folder / "originals"
        for source in sources:
            asked = folder / source.questions if source.questions else None
            try:
                file = self._read_file(folder / source.original, source.name, asked, failed)
                kept = tuple(d for d in file.documents if d[0].meta.key not in removed)
                done.append(replace(file, documents=kept))
            except ReadError as error:
                failed.append(str(error))
        return done, failed

    def _read_file(self, path: Path, name: str, asked: Path | None, failed: list[str]) -> ReadFile:
        """Read a source; what is wrong with its questions goes to `failed` and keeps out the questions alone."""
        file = read_file(path, name)
        sha, original = self._keep(path, path.suffix.lower())
        entries = [
            (Entry(document.meta, sha, len(articles)), articles)
            for document, articles in zip(file.documents, file.articles, strict=True)
        ]
        source = Source(name, sha, original)
        if asked is None:
            return ReadFile(source, tuple(entries))
        try:
            questions = read_questions(asked)
        except ReadError as error:
            failed.append(str(error))
            return ReadFile(source, tuple(entries))
        ids = {a.id for _, articles in entries for a in articles}
        if wrong := unknown_articles(questions, ids, asked):
            failed.append(str(wrong))
        known = {i: q for i, q in questions.items() if i in ids}
        return ReadFile(replace(source, questions=self._keep(asked, SUFFIX)[1]), tuple(entries), known)

    def _keep(self, path: Path, suffix: str) -> tuple[str, str]:
        """Copy a file to the originals, named by its content; its SHA-256 and its name there."""
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        folder = self._folder / "originals"
        folder.mkdir(exist_ok=True)
        target = folder / f"{sha[:16]}{suffix}"
        if not target.exists():
            part = target.with_suffix(target.suffix + ".part")
            shutil.copyfile(path, part)
            part.replace(target)
        return sha, target.name


def _names(paths: Sequence[Path]) -> list[str]:
    """The name of each file in the index; of files that share a name, with the folder before it."""
    count = Counter(path.name for path in paths)
    return [path.name if count[path.name] == 1 else "/".join(path.absolute().parts[-2:]) for path in paths]
