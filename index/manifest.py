"""What made an index, and which documents it holds: one JSON file per generation."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from index.errors import IndexMismatch
from index.model import Metadata, Repeal, Validity
from index.split import SPLITTER_VERSION

FORMAT = 1
FILE = "manifest.json"


@dataclass(frozen=True)
class Source:
    """An indexed file: its name, the SHA-256 of its bytes, and the names of the kept original and of its questions."""

    name: str
    sha256: str
    original: str
    questions: str = ""


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


@dataclass(frozen=True)
class Manifest:
    """What made the index."""

    embedder: str
    dimension: int
    built_at: str
    tokens: str
    """Name of the token file's folder; it changes with a full rebuild."""
    splitter: int = SPLITTER_VERSION
    format: int = FORMAT
    sources: tuple[Source, ...] = ()
    documents: tuple[Entry, ...] = ()
    removed: tuple[str, ...] = ()
    """Keys of documents that were removed while their file stays: a rebuild does not bring them back."""
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Article id -> (first row, number of rows) in the token file."""
    questions: dict[str, tuple[Likely, ...]] = field(default_factory=dict)
    """Article id -> its likely questions."""

    def write(self, folder: Path) -> None:
        """Write the manifest; its presence says that the generation is whole."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / FILE).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a generation.

        Raises:
            IndexMismatch: it was written by another version, or is damaged.
        """
        try:
            data = json.loads((folder / FILE).read_text(encoding="utf-8"))
            if data["format"] != FORMAT:
                raise IndexMismatch(
                    f"索引 {folder} 由其他版本建立（格式 {data['format']}，当前 {FORMAT}）。"
                    "请运行 policy-qa index --rebuild 重建。"
                )
            known = {f.name for f in fields(cls)}
            plain = {k: v for k, v in data.items() if k in known}
            plain["sources"] = tuple(Source(**s) for s in data["sources"])
            plain["documents"] = tuple(
                Entry(read_metadata(e["meta"]), e["sha256"], e["articles"]) for e in data["documents"]
            )
            plain["removed"] = tuple(data.get("removed", ()))
            asked = data.get("questions", {})
            plain["questions"] = {k: tuple(Likely(**q) for q in own) for k, own in asked.items()}
            plain["spans"] = {k: (v[0], v[1]) for k, v in data["spans"].items()}
            return cls(**plain)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexMismatch(
                f"索引已损坏：{folder / FILE}。请运行 policy-qa index --rebuild 重建。"
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
