"""How often a sign-in may be tried: after some failures in a row each further one must wait longer."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock
from time import monotonic

from index.errors import UsageError

FREE = 5
"""Failures in a row before the first wait."""
_FIRST_WAIT, _LONGEST_WAIT = 30.0, 900.0
_FORGOTTEN = 3600.0
_NAMES = 10_000
"""Names that are remembered, so that made-up ones cannot fill the memory."""


class LockedOut(UsageError):
    """Too many failures; `wait` are the seconds until the next try."""

    def __init__(self, wait: float) -> None:
        self.wait = ceil(wait)
        said = f"{self.wait} 秒" if self.wait < 60 else f"{ceil(self.wait / 60)} 分钟"
        super().__init__(f"登录失败次数过多。请 {said}后再试；忘记密码请联系维护者。")


@dataclass
class _Failures:
    count: int
    last: float


class Attempts:
    """Failures in a row, by name; may be used from several threads. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: dict[str, _Failures] = {}

    def begin(self, name: str) -> None:
        """Count a try as a failure until it has succeeded, so that many at once gain nothing.

        Raises:
            LockedOut: it comes too early; it is not counted.
        """
        with self._lock:
            now = self._clock()
            before = self._failures.pop(name, _Failures(0, now))  # the name goes to the end of the line
            if now - before.last > _FORGOTTEN:
                before = _Failures(0, now)
            wait = before.last + _wait(before.count) - now
            if wait > 0:
                self._failures[name] = before
                raise LockedOut(wait)
            self._failures[name] = _Failures(before.count + 1, now)
            if len(self._failures) > _NAMES:
                del self._failures[next(iter(self._failures))]

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        with self._lock:
            self._failures.pop(name, None)


def _wait(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 0, then 30, doubled each time, a quarter of an hour at most."""
    if failures < FREE:
        return 0.0
    return float(min(_FIRST_WAIT * 2 ** (failures - FREE), _LONGEST_WAIT))
