"""A library that can be changed without any model: it reads the first lines of a file, and takes in what it is told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

from index.build import Builder, Change
from index.errors import PolicyQAError, UsageError
from index.finding import Finding
from index.intake import Progress
from index.manifest import Entry, Source
from index.model import Article, Metadata, Step
from index.plan import DocumentPlan, FilePlan
from qa.chain import Chain
from tests.ui.conftest import FREE, TURN, FakeChain, article, as_chain

WAIT = 20.0


class FakeShelf:
    """A library that opens as one fake chain after another.

    A file is its title and then one article a line; what its text holds decides what is found: 缺条 is an error, 留意
    a warning, 乱码 cannot be read.
    """

    def __init__(self) -> None:
        self.held: dict[str, tuple[Metadata, tuple[Article, ...]]] = {
            FREE.meta.key: (FREE.meta, (FREE,)),
            TURN.meta.key: (TURN.meta, (TURN,)),
        }
        self.shas: set[str] = set()
        self.generation = 0
        self.read_go, self.add_go = Event(), Event()
        self.read_go.set()
        self.add_go.set()
        self.planned: list[str] = []
        self.calls: list[tuple[tuple[str, ...], str, bool]] = []
        """Names, collection and whether errors were accepted, of each call of `add`."""
        self.fail: PolicyQAError | None = None

    def open(self) -> Chain:
        number = self.generation
        articles = [a for _, own in self.held.values() for a in own]
        chain = FakeChain(current=lambda: number == self.generation, articles=articles)
        entries = tuple(Entry(meta, "sha", len(own)) for meta, own in self.held.values())
        sources = tuple(Source(f"{sha[:6]}.txt", sha, "") for sha in self.shas)
        manifest = vars(chain.library.manifest) | {
            "documents": entries,
            "sources": sources,
            "removed": {},
        }
        chain.library.manifest = SimpleNamespace(**manifest)
        return as_chain(chain)

    def make(self, chain: Chain, progress: Progress) -> Builder:  # noqa: ARG002
        return cast(Builder, FakeBuilder(self, progress))


class FakeBuilder:
    """Changes a `FakeShelf`."""

    def __init__(self, shelf: FakeShelf, progress: Progress) -> None:
        self._shelf = shelf
        self._progress = progress

    def plan(self, paths: Sequence[Path], **_: Any) -> tuple[FilePlan, ...]:
        self._progress("读取文件", 0, len(paths))
        assert self._shelf.read_go.wait(WAIT)
        self._progress("检查条文", 0, len(paths))
        self._shelf.planned += [path.name for path in paths]
        return tuple(self._plan(path) for path in paths)

    def add(
        self,
        paths: Sequence[Path],
        *,
        collection: str | None = None,
        accept_errors: bool = False,
        restore: bool = False,  # noqa: ARG002
    ) -> Change:
        self._shelf.calls.append((tuple(path.name for path in paths), collection or "", accept_errors))
        if self._shelf.fail:
            raise self._shelf.fail
        for done in range(2):
            self._progress("计算向量", done, 2)
            assert self._shelf.add_go.wait(WAIT)
        self._progress("计算向量", 2, 2)
        plans = tuple(self._plan(path, accept_errors=accept_errors) for path in paths)
        takes = ("new", "changed")
        added = 0
        for plan in plans:
            for document in plan.documents if plan.status in takes else ():
                self._shelf.held[document.meta.key] = (document.meta, document.articles)
                added += document.added
        self._shelf.generation += 1
        return Change(added, 0, 0, len(self._shelf.held), 0, files=plans)

    def remove(self, keys: Sequence[str]) -> Change:
        self._progress("更新索引", 0, 1)
        assert self._shelf.add_go.wait(WAIT)
        for key in keys:
            if key not in self._shelf.held:
                raise UsageError(f"索引中没有该文件：{key}。")
            _, gone = self._shelf.held.pop(key)
        self._shelf.generation += 1
        return Change(0, 0, len(gone), len(self._shelf.held), 0)

    def rename(self, key: str, title: str) -> None:
        meta, articles = self._shelf.held[key]
        named = replace(meta, title=title)
        self._shelf.held[key] = (named, tuple(replace(a, meta=named) for a in articles))
        self._shelf.generation += 1

    def _plan(self, path: Path, *, accept_errors: bool = False) -> FilePlan:
        text = path.read_text(encoding="utf-8", errors="replace")
        if "乱码" in text or not text.strip():
            return FilePlan(path.name, "unreadable", f"不是文本文件：{path}。请另存为 UTF-8。", (), ())
        title, *lines = text.strip().splitlines()
        meta = Metadata(key=title, title=title, heading=title, issuers=("某部",), source=path.name)
        sidecar = path.with_name(path.stem + ".meta.toml")
        if sidecar.exists():
            given = sidecar.read_text(encoding="utf-8")
            meta = replace(meta, doc_number=given) if "doc_number" in given else meta
        own = tuple(
            article(meta, line.split()[0], line, Step(line.split()[0])) for line in lines if line.strip()
        )
        findings = [
            Finding(severity, check, title, "正文 第二条", message, (2,), 3)  # type: ignore[arg-type]
            for word, severity, check, message in (
                ("缺条", "error", "missing-article", "缺少第一条"),
                ("留意", "warning", "no-number", "没有文号"),
            )
            if word in text
        ]
        held = self._shelf.held.get(title, (meta, ()))[1]
        added = len(own) - len(held)
        status: Any = "new" if not held else "changed"
        if [a.text for a in held] == [a.text for a in own]:
            status = "unchanged"
        if "缺条" in text and not accept_errors:
            status = "blocked"
        message = "有 1 处错误，没有收录。" if status == "blocked" else ""
        document = DocumentPlan(meta, own, added, 0, len(held), 0)
        return FilePlan(path.name, status, message, tuple(findings), (document,))
