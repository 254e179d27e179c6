"""Where the vectors of an index are: in the folder of each generation, or on a Chroma server that many machines share.

All else of an index is the same for both, and lies in its folder: what is held, texts, keyword ranking, token vectors,
originals, and CURRENT, the revision that whoever asks goes by.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.durable import copy_tree
from index.errors import IndexMismatch
from index.ledger import Held
from index.manifest import Manifest
from index.model import Article, Metadata

if TYPE_CHECKING:
    from index.settings import IndexSettings

STORE = "chroma"
"""The folder of the vectors in that of a generation that holds its own."""


class Vectors(Protocol):
    """The vectors of one generation, open.

    Raises (from every method):
        IndexMismatch: they are damaged, or some are missing.
        IndexUnavailable: the server that holds them cannot be reached.
        OSError: a builder's own files cannot be written.
    """

    def nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        keys: Sequence[str] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The k nearest articles as (id, cosine similarity), best first; only documents `keys` if given.

        `among` are the ids of all their articles, where these are few enough to be looked at one by one.
        """
        ...

    def articles(self, metas: Mapping[str, Metadata]) -> list[Article]:
        """All articles, by document in the order of `metas` (by document key), then in their order."""
        ...

    def search_texts(self, ids: Sequence[str]) -> list[str]:
        """The search texts of articles."""
        ...

    def held(self) -> dict[str, Held]:
        """What is stored under each article id."""
        ...

    def sound(self, dimension: int) -> set[str]:
        """Ids of the articles whose text fits their content hash, and all of whose windows have a vector."""
        ...

    def rows(self, held: Mapping[str, Held]) -> list[tuple[Article, NDArray[np.float32]]]:
        """The articles that are stored of `held`, with their vectors; see `index.record.read_rows`."""
        ...

    def upsert(self, articles: Sequence[Article], vectors: Sequence[NDArray[np.float32]]) -> None:
        """Add or replace articles; `vectors[i]` is (windows, dim), one row per window of article i."""
        ...

    def delete(self, windows: Mapping[str, int]) -> None:
        """Articles are no longer held, each with so many windows."""
        ...

    def reorder(self, articles: Sequence[Article], windows: Mapping[str, int]) -> None:
        """Take over the `order` of stored articles whose content is unchanged; their vectors stay."""
        ...

    def check_whole(self, held: Mapping[str, Held]) -> None:
        """Stop where less is stored than `held` says."""
        ...

    def close(self) -> None:
        """Release what is open."""
        ...


class Engine(Protocol):
    """Opens, makes and clears away the vectors of the generations of an index."""

    def check(self, manifest: Manifest, folder: Path) -> None:
        """Stop when the vectors of the index are not where this engine looks for them.

        Raises:
            IndexMismatch: and how to go on.
        """
        ...

    def open(self, generation: Path, manifest: Manifest) -> Vectors:
        """The vectors of a generation, to be read."""
        ...

    def place(self, folder: Path, manifest: Manifest) -> Manifest:
        """`manifest` with the place where the vectors of the generation that it is for will be."""
        ...

    def create(self, target: Path, base: Path | None, manifest: Manifest) -> Vectors:
        """The vectors of the generation that is being made in `target`: at first those of `base`."""
        ...

    def sweep(self, folder: Path, whole: Mapping[Path, Manifest]) -> None:
        """Clear away what none of the generations that are left needs; what cannot be cleared now is left."""
        ...

    def pack(self, generation: Path, manifest: Manifest, target: Path) -> Manifest:
        """Have `target`, a copy of a generation's folder, hold its own vectors; its manifest."""
        ...

    def unpack(self, target: Path, manifest: Manifest) -> None:
        """Take the vectors of a generation that holds its own to where `manifest`, from `place`, says."""
        ...


class Embedded:
    """Every generation holds its own vectors, in files; see `Engine` for the methods."""

    def check(self, manifest: Manifest, folder: Path) -> None:
        """See `Engine`."""
        if manifest.collection:
            raise IndexMismatch(
                f"索引 {folder} 的向量在 Chroma 服务上，当前没有配置服务地址。"
                "请设置 POLICY_QA_CHROMA_URL，或运行 policy-qa index --rebuild 在本机重建。"
            )

    def open(self, generation: Path, manifest: Manifest) -> Vectors:  # noqa: ARG002
        """See `Engine`."""
        from index.store import Store

        return Store(generation / STORE)

    def place(self, folder: Path, manifest: Manifest) -> Manifest:  # noqa: ARG002
        """See `Engine`."""
        return manifest

    def create(self, target: Path, base: Path | None, manifest: Manifest) -> Vectors:  # noqa: ARG002
        """See `Engine`."""
        from index.store import Store

        if base is not None:
            copy_tree(base / STORE, target / STORE)
        return Store(target / STORE, create=True)

    def sweep(self, folder: Path, whole: Mapping[Path, Manifest]) -> None:
        """Nothing is left of a generation whose folder is deleted."""

    def pack(self, generation: Path, manifest: Manifest, target: Path) -> Manifest:  # noqa: ARG002
        """It has them already."""
        return manifest

    def unpack(self, target: Path, manifest: Manifest) -> None:
        """They are where they should be."""


EMBEDDED: Engine = Embedded()


def engine_of(settings: "IndexSettings") -> Engine:
    """The engine that the settings name."""
    if settings.chroma_url is None:
        return EMBEDDED
    from index.server import ServerEngine

    token = settings.chroma_token
    return ServerEngine(
        settings.chroma_url, token.get_secret_value() if token else "", settings.chroma_timeout
    )
