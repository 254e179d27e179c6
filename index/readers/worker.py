"""The child process that reads files: see `index.readers.guard`, which starts it.

It imports what a format needs when the first file of that format comes, so that it starts quickly.
"""

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from index.errors import ReadError
from index.model import SourceText
from index.readers import Beat, read_here
from index.readers.archive import expand

_GRACE = 5
"""Seconds that a child whose parent is gone outlives the time its file was given."""
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind")


Read = Callable[[Path, Beat], SourceText]


def main(read: Read = read_here) -> None:
    """Answer requests from standard input until it ends."""
    replies = _own_output()
    _limit_memory(int(sys.argv[1]) << 20)
    sys.addaudithook(_no_network)
    for request in _requests():
        _answer(request, replies, read)


def _answer(request: dict[str, Any], replies: TextIO, read: Read) -> None:
    def say(reply: dict[str, Any]) -> None:
        _alarm(request["seconds"])
        replies.write(json.dumps(reply) + "\n")
        replies.flush()

    _alarm(request["seconds"])
    path = Path(request["path"])
    try:
        if request["task"] == "read":
            source = read(path, lambda page: say({"page": page}))
            say({"done": {"pages": [(page.number, page.text) for page in source.pages]}})
        else:
            say({"done": expand(path, Path(request["into"]))})
    except ReadError as error:
        say({"error": str(error)})
    except MemoryError:
        say({"memory": True})
    except Exception as error:  # noqa: BLE001 - whatever a parser raises on a broken file ends here
        say({"crash": f"{type(error).__name__}: {error}"})
    finally:
        _alarm(0)


def _own_output() -> TextIO:
    """The standard output for replies alone: whatever else is printed goes to the standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return replies


def _requests() -> Iterator[dict[str, Any]]:
    """Requests as they come; when the input ends, which it does with the parent, the process ends at once."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        yield json.loads(lines.get())


def _alarm(seconds: float) -> None:
    """Let the system end this process, should it hang where no thread of it can run and nobody be there to end it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE if seconds else 0)


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):  # macOS does not take every limit, and a lower one may be set already
        return


def _no_network(event: str, _: tuple[Any, ...]) -> None:
    """Audit hook: a document that names something outside gets nothing of it."""
    if event in _NETWORK:
        raise ConnectionError(f"reading a document needs no network: {event}")


if __name__ == "__main__":
    main()
