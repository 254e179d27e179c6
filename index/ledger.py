"""What a generation holds of each article, beside the vectors: read in a moment where the vector store takes seconds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "articles.json"


@dataclass(frozen=True)
class Held:
    """An article as it is held: its document's key, content hash, order in the document, and number of windows."""

    key: str
    hash: str
    order: int
    windows: int


def write_ledger(folder: Path, held: Mapping[str, Held]) -> None:
    """Write down what is held under each article id, in the order of the keyword ranking."""
    rows = {id_: (own.key, own.hash, own.order, own.windows) for id_, own in held.items()}
    (folder / FILE).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def read_ledger(folder: Path) -> dict[str, Held]:
    """What `write_ledger` wrote.

    Raises:
        OSError, ValueError, TypeError, AttributeError: it is missing (a former program wrote none) or damaged.
    """
    rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return {id_: Held(*own) for id_, own in rows.items()}
