"""What made an index, and which documents it holds: one JSON file per generation."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from index.durable import write_whole
from index.errors import IndexMismatch
from index.model import Metadata, Repeal, Validity
from index.split import SPLITTER_VERSION

FORMAT = 2
_READABLE = (1, FORMAT)
"""Formats that this program reads: 1 had no collections, no digests, and removed documents without theirs."""
DEFAULT_COLLECTION = "默认"
FILE = "manifest.json"


@dataclass(frozen=True)
class Source:
    """An indexed file: its name, the SHA-256 of its bytes, and the names of what is kept of it among the originals."""

    name: str
    sha256: str
    original: str
    questions: str = ""
    """Its file of likely questions."""
    meta: str = ""
    """Its file of given metadata."""
    collection: str = DEFAULT_COLLECTION

    @property
    def kept(self) -> tuple[str, ...]:
        """The names of all that is kept of it among the originals."""
        return tuple(name for name in (self.original, self.questions, self.meta) if name)


@dataclass(frozen=True)
class Likely:
    """A likely question of an article: its text, and where its token vectors stand in the token file."""

    text: str
    start: int
    n: int


@dataclass(frozen=True)
class Entry:
    """A document in the index: its metadata, the file it came from and how many articles it has."""

    meta: Metadata
    sha256: str
    articles: int
    digest: str = ""
    """Tells its text, whatever it is called; empty where a former program built the index."""
    also: tuple[str, ...] = ()
    """Names of the other files that hold the same document."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all files that hold it, first the one that its text is taken from."""
        return (self.meta.source, *self.also)


@dataclass(frozen=True)
class Manifest:
    """What made the index."""

    embedder: str
    dimension: int
    built_at: str
    tokens: str
    """Name of the token file's folder; it changes with a full rebuild."""
    token_width: int = 0
    """Numbers in the vector of a token; 0 where they are as many as in that of a text."""
    collection: str = ""
    """Name of the collection on a Chroma server; empty where each generation holds its own vectors."""
    splitter: int = SPLITTER_VERSION
    format: int = FORMAT
    sources: tuple[Source, ...] = ()
    documents: tuple[Entry, ...] = ()
    removed: dict[str, str] = field(default_factory=dict)
    """Key -> digest of a document that was removed: neither a rebuild nor its file brings the same text back."""
    titles: dict[str, str] = field(default_factory=dict)
    """Key -> the title that a document was given by renaming it."""
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Article id -> (first row, number of rows) in the token file."""
    questions: dict[str, tuple[Likely, ...]] = field(default_factory=dict)
    """Article id -> its likely questions."""

    def write(self, folder: Path) -> None:
        """Write the manifest; its presence says that the generation is whole."""
        data = asdict(replace(self, spans={}, questions={}))  # these are many, and asdict copies one by one
        data["spans"] = self.spans
        data["questions"] = {i: [asdict(q) for q in own] for i, own in self.questions.items()}
        write_whole(folder / FILE, json.dumps(data, ensure_ascii=False).encode())

    @property
    def width(self) -> int:
        """Numbers in the vector of a token."""
        return self.token_width or self.dimension

    @property
    def collections(self) -> dict[str, tuple[str, ...]]:
        """Name of a collection -> keys of its documents, both in the order of indexing."""
        of = {s.name: s.collection for s in self.sources}
        found: dict[str, list[str]] = {}
        for entry in self.documents:
            for name in dict.fromkeys(of.get(s, DEFAULT_COLLECTION) for s in entry.sources):
                found.setdefault(name, []).append(entry.meta.key)
        return {name: tuple(keys) for name, keys in found.items()}

    @classmethod
    def read(cls, folder: Path, name: str = FILE, *, spans: bool = True) -> "Manifest":
        """Read the manifest of a generation, or what stands under another name in its folder; `spans` only if wanted.

        Raises:
            IndexMismatch: it was written by another version, or is damaged.
        """
        try:
            data = json.loads((folder / name).read_text(encoding="utf-8"))
            if data["format"] not in _READABLE:
                raise IndexMismatch(
                    f"索引 {folder} 由其他版本建立（格式 {data['format']}，当前 {FORMAT}）。"
                    "请运行 policy-qa index --rebuild 重建。"
                )
            known = {f.name for f in fields(cls)}
            plain = {k: v for k, v in data.items() if k in known}
            plain["sources"] = tuple(Source(**s) for s in data["sources"])
            plain["documents"] = tuple(
                Entry(**{**e, "meta": read_metadata(e["meta"]), "also": tuple(e.get("also", ()))})
                for e in data["documents"]
            )
            gone = data.get("removed", {})
            plain["removed"] = gone if isinstance(gone, dict) else dict.fromkeys(gone, "")
            plain["format"] = FORMAT
            asked = data.get("questions", {})
            plain["questions"] = {k: tuple(Likely(**q) for q in own) for k, own in asked.items()}
            plain["spans"] = {k: (v[0], v[1]) for k, v in data["spans"].items()} if spans else {}
            return cls(**plain)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexMismatch(
                f"索引已损坏：{folder / name}。请运行 policy-qa doctor --repair 修复。"
            ) from error


def read_metadata(data: dict[str, Any]) -> Metadata:
    """Metadata from its JSON form: lists become tuples again, objects what they were.

    What an older splitter wrote otherwise is left out: such an index is only read to be rebuilt.
    """
    known = {f.name for f in fields(Metadata)} - {"validity"}
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in known}
    validity = dict(data.get("validity", {}))
    repeals = tuple(Repeal(**r) for r in validity.pop("repeals", ()))
    return Metadata(**plain, validity=Validity(**validity, repeals=repeals))
