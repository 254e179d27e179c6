"""Progress bars on stderr, so that stdout holds results only."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from tqdm import tqdm

_T = TypeVar("_T")
_COUNT = "{desc}：{n_fmt}/{total_fmt} |{bar}| {elapsed}<{remaining}"
_SECONDS_BETWEEN_LINES = 5.0  # where stderr is a file or a pipe, every refresh is a line to keep


def _options() -> dict[str, Any]:
    terminal = sys.stderr.isatty()
    return {
        "file": sys.stderr,
        "bar_format": _COUNT,
        "mininterval": 0.1 if terminal else _SECONDS_BETWEEN_LINES,
        "ncols": None if terminal else 80,
        "ascii": None if terminal else True,
        "dynamic_ncols": terminal,
    }


def with_progress(items: Iterable[_T], total: int, name: str) -> Iterator[_T]:
    """The items, while a bar counts them."""
    yield from tqdm(items, total=total, desc=name, **_options())


def print_result(text: str) -> None:
    """Print a result while a bar is shown: on a terminal the bar makes way and comes back below."""
    if sys.stdout.isatty():
        with tqdm.external_write_mode(file=sys.stdout):
            click.echo(text)
    else:
        click.echo(text)


class Bars:
    """One bar for each stage of a build; call it with stage, number done and number to do."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if stage != self._stage or self._bar is None:
            self.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, **_options())
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        """Finish the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars that are closed in the end, however it ends."""
    shown = Bars()
    try:
        yield shown
    finally:
        shown.close()
