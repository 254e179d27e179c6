"""The wish to stop: the first Ctrl-C or SIGTERM is heard, and answers under way are finished; the second ends at once."""

import os
import signal
from threading import Event
from types import FrameType

_TICK = 0.5
_KILLED = 128
"""What the exit code of a program that a signal ended begins with."""


class Stop:
    """Takes the signals from the moment it is made; only the main thread may make one.

    What is ended at once loses nothing that was kept: all that is written is written in transactions.
    """

    def __init__(self) -> None:
        self._wished = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def wait(self) -> None:
        """Wait until somebody wishes it."""
        while not self._wished.wait(_TICK):  # a wait without end cannot be interrupted on Windows
            pass

    def _hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self._wished.is_set():
            os._exit(_KILLED + number)
        self._wished.set()
