"""Processes that change an index and are killed while they do: `python -m tests.index.nursery CACHE`.

One process imports everything once and forks a child for each line of its standard input, a JSON object: `folder` (of
a `Shelf`), and when to kill the child, either `after` so many seconds or `before` it takes a step (a pattern of what
it tells). With `chroma`, the address of a server, the vectors are there. Instead of dying it may find the disk full:
`full` at a step, or with no file growing beyond `limit` bytes. It answers with one: the `signal` that ended the child
(0 if none did), how long it lived (`seconds`), and the last thing it told (`reached`): the change it was at and what it
was about to do to a file of the index, or its error.
"""

import errno
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import index.store
from index.engine import EMBEDDED
from index.errors import PolicyQAError
from index.lexical import Tokenizer
from index.server import ServerEngine
from tests.fakes import FakeEmbedder
from tests.index.shelf import Counting, Shelf, measure

ROOT = Path(__file__).parents[2]
CHANGES = ("更新", "新增", "移除")
_WATCHED = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect")


def change(shelf: Shelf, what: str, embedder: FakeEmbedder | None = None) -> None:
    """Update a document, add two, or remove one; what is done already is left alone."""
    if what == "更新":
        shelf.write("甲.txt", measure("甲", 6, "缓交"))
        shelf.add("甲.txt", embedder=embedder)
    elif what == "新增":
        shelf.write("丁.txt", measure("丁", 3, "收费"))
        shelf.write("戊.txt", measure("戊", 4, "收费"))
        shelf.add("丁.txt", "戊.txt", embedder=embedder)
    else:
        library = shelf.library()
        held = "丙管理办法" in library.documents
        library.close()
        if held:
            shelf.builder(embedder).remove(["丙管理办法"])


@dataclass(frozen=True)
class Death:
    """How a child ended."""

    signal: int
    seconds: float
    reached: str


class Nursery:
    """Has children change a shelf, and kills them."""

    def __init__(self, cache: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.nursery", str(cache)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def run(self, folder: Path, **when: float | str) -> Death:
        """Have a child make all changes; `after` or `before` say when it is killed, or it lives; see above."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), **when}) + "\n")
        self._process.stdin.flush()
        return Death(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


@contextmanager
def nursery(cache: Path) -> Iterator[Nursery]:
    """A nursery, closed at the end."""
    opened = Nursery(cache)
    try:
        yield opened
    finally:
        opened.close()


def _child(order: dict[str, Any], cache: Path, told: int) -> None:
    """Make all changes, telling each step before it is taken; die before the one that is asked for."""
    folder = Path(order["folder"])
    index_folder = str(folder / "index")
    last, full = (re.compile(order.get(name) or "(?!)") for name in ("before", "full"))
    now = ""

    def tell(what: str) -> None:
        os.write(told, f"{now} {what}\n".encode())
        if last.search(f"{now} {what}"):
            os.kill(os.getpid(), signal.SIGKILL)
        if full.search(f"{now} {what}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _WATCHED and isinstance(args[0], str | bytes | os.PathLike):
            path = os.fsdecode(args[0])
            reads = event == "open" and not set("wxa+") & set(args[1] or "")
            if path.startswith(index_folder) and not reads:
                tell(f"{event} {path.removeprefix(index_folder)}")

    engine = ServerEngine(order["chroma"]) if "chroma" in order else EMBEDDED
    sys.addaudithook(hook)
    for now in CHANGES:
        change(Shelf(folder, cache, engine), now, Counting(lambda n: tell(f"embed {n}")))


def _raise(order: dict[str, Any], cache: Path) -> Death:
    """Fork a child, kill it in time, and see how it ended."""
    heard, told = os.pipe()
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(heard)
        try:
            if "limit" in order:
                resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"],) * 2)
            _child(order, cache, told)
            os._exit(0)
        except PolicyQAError as error:
            os.write(told, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
        finally:  # reached only by an error, which Python shows on its way out
            traceback.print_exc()
            os._exit(1)
    os.close(told)
    if "after" in order:
        time.sleep(order["after"])
        os.kill(child, signal.SIGKILL)
    with os.fdopen(heard, encoding="utf-8", errors="replace") as lines:
        reached = lines.read().splitlines()
    _, status = os.waitpid(child, 0)
    return Death(
        os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        time.perf_counter() - begun,
        reached[-1] if reached else "",
    )


def main(cache: Path) -> None:
    """Answer orders until there are no more."""
    assert index.store  # imported for the children
    Tokenizer((), cache)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(vars(_raise(json.loads(line), cache))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
