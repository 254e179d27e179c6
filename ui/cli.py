"""The command line `policy-qa`: what is typed goes to the commands, what goes wrong becomes one line.

Results go to stdout, all else to stderr. Exit codes: 0 done (a refusal is an answer), 1 a known error,
2 wrong usage, 130 interrupted.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from index.errors import PolicyQAError
from ui.accounts import user
from ui.asking import ask, search
from ui.auditing import audit
from ui.changing import index, remove, rename
from ui.chinese import ChineseContext, explain, in_chinese
from ui.environment import program_version, set_up_streams
from ui.feedback import feedback
from ui.granting import key
from ui.keeping import backup, doctor, restore
from ui.library import documents, mcp, serve, show
from ui.logs import set_up_logging
from ui.session import INTERRUPTED, global_options

PLUGINS = "policy_qa.commands"
"""Entry points of packages that bring a command of their own, since nothing may be imported upwards."""
_HELP = """政策问答：在本机按条检索政策文件，回答并注明依据。

例：policy-qa ask "首台套检测评定收费吗"
"""

log = logging.getLogger(__name__)


class Program(click.Group):
    """The program: an error is one line of Chinese; commands of other packages come by entry point."""

    context_class = ChineseContext

    def __init__(
        self, *args: Any, plugins: Callable[[], Iterable[EntryPoint]] | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._plugins = plugins or (lambda: entry_points(group=PLUGINS))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands, ours first, in the order in which a newcomer needs them."""
        return [*self.commands, *(point.name for point in self._plugins())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command of ours, or of another package."""
        own = super().get_command(ctx, cmd_name)
        named = [point for point in self._plugins() if point.name == cmd_name] if own is None else []
        return in_chinese(named[0].load()) if named else own

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that click's parser leaves without a place gets it."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand
            if error.ctx is None and name and (command := self.get_command(ctx, name)):
                error.ctx = click.Context(command, parent=ctx, info_name=name)
            raise

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and leave with the exit code that the result asks for."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(self._guarded(args, prog_name, complete_var, extra))

    def _guarded(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        extra: dict[str, Any],
    ) -> int:
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return error.exit_code
        except click.ClickException as error:
            click.echo(explain(error), err=True)
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("已中断。", err=True)
            return INTERRUPTED
        except PolicyQAError as error:
            click.echo(f"错误：{' '.join(str(error).split())}", err=True)
            return 1
        except Exception as error:
            # The edge of the program: a fault of ours is one line too; --verbose shows where it comes from.
            log.debug("unexpected", exc_info=True)
            reason = " ".join(f"{type(error).__name__}：{error}".split())
            click.echo(f"程序内部错误：{reason}。请加 --verbose 重试，并把日志反馈给维护者。", err=True)
            return 1
        return result if isinstance(result, int) else 0


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        number = program_version()
        click.echo(f"policy-qa {number}" if number else "policy-qa（未安装，从源代码运行）")
        ctx.exit()


@click.group(cls=Program, no_args_is_help=True, help=_HELP)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="显示版本。"
)
@global_options
def cli() -> None:
    """Answer questions about policy documents."""


for _command in (
    ask,
    search,
    index,
    documents,
    show,
    rename,
    remove,
    audit,
    backup,
    restore,
    doctor,
    serve,
    mcp,
    user,
    key,
    feedback,
):
    cli.add_command(_command)
in_chinese(cli)


def main() -> None:
    """Run the program (the console script)."""
    set_up_streams()
    set_up_logging(verbose=False)
    cli.main(prog_name="policy-qa")
