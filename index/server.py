"""An index whose vectors are on a Chroma server: in one collection, which all its generations share.

A build adds rows that nobody reads yet (`index.server_store`), and puts them into use by CURRENT, as it does everything
else. Rows that no generation names any more are deleted after a later build; those of a build that died, too. A full
rebuild fills a collection of its own.
"""

import logging
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

from index.chroma_server import ChromaServer
from index.engine import STORE, Vectors
from index.errors import IndexMismatch, IndexUnavailable
from index.ledger import Held, read_ledger
from index.manifest import Manifest
from index.server_store import ServerStore, all_rows, batches

log = logging.getLogger(__name__)

COLLECTIONS = "collections"
"""The folder with one empty file for each collection that was made for the index and is not deleted yet."""
_IDS = 1000
"""Rows to delete in one call."""


class ServerEngine:
    """The vectors of all generations of an index are in collections of the Chroma server at `url`."""

    def __init__(self, url: str, token: str = "", timeout: float = 10.0) -> None:
        self.server = ChromaServer(url, token, timeout)

    def check(self, manifest: Manifest, folder: Path) -> None:
        """See `index.engine.Engine`."""
        if not manifest.collection:
            raise IndexMismatch(
                f"索引 {folder} 的向量在本机文件夹，当前配置为 Chroma 服务 {self.server.url}。"
                "请先不设 POLICY_QA_CHROMA_URL 备份（policy-qa backup），再设置后恢复（policy-qa restore --force），"
                "无需重新计算；或运行 policy-qa index --rebuild 重建。"
            )

    def open(self, generation: Path, manifest: Manifest) -> Vectors:
        """See `index.engine.Engine`; the server is asked only when somebody asks for something."""
        return ServerStore(self.server, manifest.collection, partial(_held, generation))

    def place(self, folder: Path, manifest: Manifest) -> Manifest:
        """See `index.engine.Engine`."""
        if manifest.collection:
            return manifest
        name = f"policy-qa-{uuid4().hex[:16]}"
        made = folder / COLLECTIONS
        made.mkdir(exist_ok=True)
        (made / name).touch()  # before it is made: whatever dies, it is known what may be on the server
        return replace(manifest, collection=name)

    def create(self, target: Path, base: Path | None, manifest: Manifest) -> Vectors:
        """See `index.engine.Engine`."""
        if base is not None:
            return ServerStore(self.server, manifest.collection, partial(_held, base))
        about = {"made_by": "policy-qa", "index": str(target.parents[1]), "embedder": manifest.embedder}
        made = self.server.make(manifest.collection, about)
        return ServerStore(self.server, manifest.collection, dict[str, Held], made)

    def sweep(self, folder: Path, whole: Mapping[Path, Manifest]) -> None:
        """See `index.engine.Engine`."""
        needed: dict[str, set[str]] = {}
        try:
            for generation, manifest in whole.items():
                if manifest.collection:
                    needed.setdefault(manifest.collection, set()).update(all_rows(_held(generation)))
            for path in (folder / COLLECTIONS).glob("policy-qa-*"):
                if path.name not in needed:
                    self.server.drop(path.name)
                    path.unlink(missing_ok=True)
            for name, rows in needed.items():
                self._delete_others(name, rows)
        except (IndexUnavailable, IndexMismatch) as error:
            log.warning("rows that nobody needs stay on the server until the next build: %s", error)

    def pack(self, generation: Path, manifest: Manifest, target: Path) -> Manifest:
        """See `index.engine.Engine`."""
        from index.store import Store

        _copy(self.open(generation, manifest), Store(target / STORE, create=True), _held(generation))
        return replace(manifest, collection="")

    def unpack(self, target: Path, manifest: Manifest) -> None:
        """See `index.engine.Engine`."""
        from index.store import Store

        _copy(Store(target / STORE), self.create(target, None, manifest), _held(target))
        shutil.rmtree(target / STORE)

    def _delete_others(self, name: str, needed: set[str]) -> None:
        collection = self.server.find(name)
        if collection is None or collection.count() == len(needed):
            return
        others = [row for row in collection.get(include=[])["ids"] if row not in needed]
        for start in range(0, len(others), _IDS):
            collection.delete(ids=others[start : start + _IDS])


def _copy(source: Vectors, target: Vectors, held: Mapping[str, Held]) -> None:
    """Copy all articles with their vectors from one store to another, and close both."""
    try:
        for own in batches(held):
            rows = source.rows(own)
            target.upsert([article for article, _ in rows], [vectors for _, vectors in rows])
        target.check_whole(held)
    finally:
        source.close()
        target.close()


def _held(generation: Path) -> Mapping[str, Held]:
    """What a generation holds.

    Raises:
        IndexMismatch: its list is damaged.
    """
    try:
        return read_ledger(generation)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexMismatch(
            f"条文清单缺失或损坏：{generation}。请运行 policy-qa doctor --repair 修复。"
        ) from error
