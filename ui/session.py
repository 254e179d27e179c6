"""What every command shares: the global options, the settings they lead to, and doors to the heavy parts.

A door imports what stands behind it only when it is opened, so that help pages and errors appear at once.
Tests hand in doors of their own through click's `obj`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ui.environment import prepare
from ui.logs import follow_settings, set_up_logging

if TYPE_CHECKING:
    from index.embed import Embedder
    from qa.chain import Chain
    from qa.settings import Settings

INTERRUPTED = 130
"""Exit code of a run that Ctrl-C ended."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _open_chain(settings: "Settings") -> "Chain":
    from qa.chain import open_chain

    return open_chain(settings)


def _load_embedder(settings: "Settings") -> "Embedder":
    from index.embed import load_embedder

    index = settings.index
    return load_embedder(index.embedder, index.cache_dir, service=index.service)


def _serve(open_chain: "Callable[[], Chain]", settings: "Settings") -> None:
    from ui.web import serve

    serve(open_chain, settings)


def _serve_tools(open_chain: "Callable[[], Chain]") -> None:
    from ui.api.tools import serve_tools

    serve_tools(open_chain)


@dataclass(frozen=True)
class Doors:
    """How the heavy parts are opened."""

    open_chain: "Callable[[Settings], Chain]" = _open_chain
    load_embedder: "Callable[[Settings], Embedder]" = _load_embedder
    serve: "Callable[[Callable[[], Chain], Settings], None]" = _serve
    serve_tools: "Callable[[Callable[[], Chain]], None]" = _serve_tools


@dataclass
class Session:
    """One run of the program; commands of other packages find it as `ctx.obj`."""

    doors: Doors = field(default_factory=Doors)
    index_dir: Path | None = None
    config: Path | None = None
    verbose: bool = False

    @cached_property
    def settings(self) -> "Settings":
        """The settings; the first look prepares the environment too.

        Raises:
            SettingsError: see `qa.settings`.
        """
        from qa.settings import load_settings

        environ = dict(os.environ)
        if self.config is not None:
            environ["POLICY_QA_CONFIG"] = str(self.config)
        settings = load_settings(environ, index__dir=self.index_dir)
        index = settings.index
        prepare("default" if index.service else index.embedder)  # no hub is needed for what is served
        follow_settings(settings, verbose=self.verbose)
        return settings

    def open_chain(self) -> "Chain":
        """Open the index for asking.

        Raises:
            IndexMissing, IndexMismatch, ModelUnavailable.
        """
        return self.doors.open_chain(self.settings)


pass_session = click.make_pass_decorator(Session)


def global_options(command: _Command) -> _Command:
    """Give a command the options that may stand before or after its name."""
    for decorate in (
        click.option(
            "--verbose",
            "-v",
            is_flag=True,
            expose_value=False,
            callback=_keep,
            help="在标准错误上显示日志。",
        ),
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            metavar="FILE",
            expose_value=False,
            callback=_keep,
            help="TOML 配置文件（也可用环境变量 POLICY_QA_CONFIG）。",
        ),
        click.option(
            "--index-dir",
            type=click.Path(path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_keep,
            help="索引文件夹（也可用环境变量 POLICY_QA_INDEX_DIR）。",
        ),
    ):
        command = decorate(command)
    return command


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Remember a global option in the session; what stands after the command's name wins."""
    session = ctx.find_object(Session)
    if session is None:  # the group itself: click reads its options before its body runs
        doors = ctx.find_object(Doors)
        session = ctx.obj = Session(doors or Doors())
    if value and param.name:
        setattr(session, param.name, value)
        if param.name == "verbose":
            set_up_logging(verbose=True)
