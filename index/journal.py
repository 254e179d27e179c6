"""What a build has embedded, kept until its generation is in use: a build that is killed loses one chunk of work.

The token vectors stand in the token file already, which only grows; beside it lies one file for each chunk with the other
vectors, found by the text that was embedded. So the next build, whatever it is asked to add, computes nothing twice.
"""

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.durable import PART, write_whole
from index.embed import Embedder
from index.tokens import TokenFile
from index.windows import embed_texts

_FILES = "pending-*.npz"


@dataclass(frozen=True)
class Row:
    """An embedded text: (windows, dimension) vectors, and its rows in the token file."""

    vectors: NDArray[np.float32]
    start: int
    n: int


class Journal:
    """Embeds texts into the token file in `folder`, with what an interrupted build left there.

    Args:
        folder: The folder of the token file.
        embedder: What makes the vectors; what another one left in a file of this name is deleted.
        fresh: Whether no generation uses the token file yet.
    """

    def __init__(self, folder: Path, embedder: Embedder, *, fresh: bool) -> None:
        self._folder = folder
        self._embedder = embedder
        self.width = 0
        """Numbers in the vector of a token, once something was embedded."""
        self._known: dict[str, Row] = {}
        found = sorted(folder.glob(_FILES))
        whole = [self._read(path) for path in found]
        if fresh and folder.exists() and not (whole and all(whole)):
            shutil.rmtree(folder)
            self._known.clear()

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> list[Row]:
        """Embed one chunk of texts; they are on the disk when this returns."""
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        found = self._known
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if progress is not None and len(new) < len(texts):
            progress(len(texts) - len(new))
        if new:
            embedded = embed_texts(self._embedder, list(new.values()), progress)
            self.width = embedded[0].tokens.shape[1]
            file = TokenFile(self._folder, self.width)
            spans = file.append([(e.tokens, e.token_ids) for e in embedded])
            rows = [Row(e.vectors, *span) for e, span in zip(embedded, spans, strict=True)]
            self._write(list(new), rows)
            found = self._known | dict(zip(new, rows, strict=True))
        return [found[key] for key in keys]

    def clear(self) -> None:
        """Forget: what was embedded is in use now."""
        for path in (*self._folder.glob(_FILES), *self._folder.glob(_FILES + PART)):
            path.unlink(missing_ok=True)

    def _write(self, keys: Sequence[str], rows: Sequence[Row]) -> None:
        data = io.BytesIO()
        np.savez(
            data,
            embedder=np.array(self._embedder.name),
            width=np.array(self.width),
            keys=np.array(keys),
            spans=np.array([(r.start, r.n, len(r.vectors)) for r in rows], np.int64),
            vectors=np.concatenate([r.vectors for r in rows]),
        )
        write_whole(self._folder / f"pending-{rows[0].start:012}.npz", data.getvalue())

    def _read(self, path: Path) -> bool:
        """Take in one chunk; false if another embedder made it, or it does not fit the token file."""
        try:
            with np.load(path) as chunk:
                keys, spans, vectors = chunk["keys"], chunk["spans"], chunk["vectors"]
                made_by, width = str(chunk["embedder"]), int(chunk["width"])
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return False
        ends = spans[:, :2].sum(axis=1).max()
        if made_by != self._embedder.name or ends > TokenFile(self._folder, width).rows:
            return False
        self.width = width
        own = np.split(vectors, np.cumsum(spans[:, 2])[:-1])
        for key, (start, n, _), windows in zip(keys.tolist(), spans.tolist(), own, strict=True):
            self._known[key] = Row(windows, start, n)
        return True
