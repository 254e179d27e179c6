"""A real Chroma server on loopback, as `chroma run` starts it; it can be killed and started again."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexUnavailable
from index.server import ServerEngine

_PATIENCE = 60.0
"""Seconds to wait for a server to start on a machine that is busy."""


class ChromaProcess:
    """A server that keeps its data in `folder`; it has the same port after each start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def engine(self) -> ServerEngine:
        """What an app that is configured for this server opens its index with."""
        return ServerEngine(self.url)

    def start(self, folder: Path | None = None) -> None:
        """Start it, with the data of another folder if given, and wait until it answers."""
        program = Path(sys.executable).with_name("chroma")
        options = ("--path", str(folder or self.folder), "--host", "127.0.0.1", "--port", str(self.port))
        self._process = subprocess.Popen(
            [program, "run", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                ServerEngine(self.url).server.find("anything")
                return
            except IndexUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def rows(self, name: str) -> list[str]:
        """The names of the rows in the collection `name`, sorted."""
        found = ServerEngine(self.url).server.find(name)
        return sorted(found.get(include=[])["ids"]) if found else []


@contextmanager
def chroma_process(folder: Path) -> Iterator[ChromaProcess]:
    """A server, as long as the block lasts."""
    process = ChromaProcess(folder)
    process.start()
    try:
        yield process
    finally:
        process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
