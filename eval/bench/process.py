"""What another process on this machine uses, read from /proc (Linux)."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Sample:
    """What a process used at a moment."""

    seconds: float
    """Since the sampling began."""
    megabytes: float
    """Of memory that is its own or shared, as far as it is in RAM (VmRSS)."""
    threads: int
    files: int
    """Open files, connections among them."""
    cpu_seconds: float


def sample(pid: int, begun: float, proc: Path = Path("/proc")) -> Sample:
    """What the process `pid` uses now; `begun` is the start of the sampling (`time.monotonic`).

    Raises:
        OSError: there is no such process, or it is somebody else's.
    """
    home = proc / str(pid)
    status = dict(line.split(":", 1) for line in (home / "status").read_text().splitlines())
    # the name of the program, in brackets, may hold spaces
    fields = (home / "stat").read_text().rpartition(")")[2].split()
    return Sample(
        seconds=round(time.monotonic() - begun, 1),
        megabytes=round(int(status["VmRSS"].split()[0]) / 1024, 1),
        threads=int(status["Threads"]),
        files=len(list((home / "fd").iterdir())),
        cpu_seconds=round((int(fields[11]) + int(fields[12])) / _TICKS, 2),
    )


class Sampling:
    """Samples of a process, every `every` seconds from the moment it is made until it is closed."""

    def __init__(self, pid: int, every: float = 5.0, take: Callable[[int, float], Sample] = sample) -> None:
        self.samples: list[Sample] = []
        self._stop = Event()
        self._thread = Thread(target=self._run, args=(pid, every, take), name="samples", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take the last one."""
        self._stop.set()
        self._thread.join()

    def _run(self, pid: int, every: float, take: Callable[[int, float], Sample]) -> None:
        begun, last = time.monotonic(), False
        while not last:
            last = self._stop.wait(every if self.samples else 0)
            try:
                self.samples.append(take(pid, begun))
            except OSError:
                return  # it has ended; what was seen is kept
