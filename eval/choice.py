"""What the commands of `eval` share: the running program, and the options that choose cases."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

if TYPE_CHECKING:
    from eval.cases import Case
    from index.model import Article
    from qa.chain import Chain
    from qa.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Host(Protocol):
    """The running program: its settings, and the way to its chain."""

    @property
    def settings(self) -> "Settings":
        """The settings in use."""
        ...

    def open_chain(self) -> "Chain":
        """Open the index for asking."""
        ...


def articles_of(host: Host) -> "Mapping[str, Article]":
    """The articles of the index by id."""
    return {a.id: a for a in host.open_chain().library.articles}


def case_options(command: Command) -> Command:
    """Give a command the options that `chosen_cases` takes."""
    for decorate in (
        click.option("--limit", type=click.IntRange(1), metavar="N", help="最多评测多少题（1 以上）。"),
        click.option("--ids", default="", metavar="A,B", help="只评测这些案例，逗号分隔。"),
        click.option("--stratum", multiple=True, metavar="S", help="只评测此题型；可多次给出。"),
        click.option(
            "--split",
            type=click.Choice(["dev", "test", "all"]),
            default="dev",
            metavar="SPLIT",
            help="题集：dev（默认）、test 或 all。",
        ),
    ):
        command = decorate(command)
    return command


def chosen_cases(*, split: Any, stratum: tuple[str, ...], ids: str, limit: int | None) -> "list[Case]":
    """The cases that the options choose.

    Raises:
        CaseError: an unknown stratum or id, or none is left.
    """
    from eval.cases import load_cases, select_cases
    from eval.errors import CaseError

    wanted = [i.strip() for i in ids.split(",") if i.strip()]
    cases = select_cases(load_cases(split=split), strata=stratum, ids=wanted, limit=limit)
    if not cases:
        raise CaseError("没有符合条件的案例。请检查 --split、--stratum 和 --ids。")
    return cases
