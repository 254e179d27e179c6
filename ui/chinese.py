"""Chinese for click: help pages laid out for wide characters, and each usage error as one line."""

import re
from collections.abc import Iterable, Sequence

import click

from ui.text import pad, width, wrap

_HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数"}
_PHRASES = {"Show this message and exit.": "显示本帮助。"}
_USAGE = {"[OPTIONS]": "[选项]", "[COMMAND] [ARGS]...": "[命令 [参数]…]", "COMMAND [ARGS]...": "命令 [参数]…"}
_EXTRA = re.compile(r"\s*\[(?:[\dx<>=]+|required|; )+\]$")
"""What click adds to an option's help: its range, and that it is required."""
_FIRST_COLUMN = 30


class ChineseFormatter(click.HelpFormatter):
    """click's help layout in Chinese, which has no spaces to wrap at and fills two columns a character."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that shows how a command is called."""
        for english, chinese in _USAGE.items():
            args = args.replace(english, chinese)
        self.write(f"{prefix or '用法：'}{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        """The heading of a section."""
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; line breaks stay."""
        for paragraph in text.split("\n"):
            lines = wrap(paragraph, self.width - self.current_indent) or [""]
            self.write("".join(f"{'':>{self.current_indent}}{line}".rstrip() + "\n" for line in lines))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _FIRST_COLUMN, col_spacing: int = 2
    ) -> None:
        """A list of terms, each with its explanation."""
        rows = list(rows)
        column = min(max((width(first) for first, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for first, second in rows:
            lines = wrap(
                _EXTRA.sub("", _PHRASES.get(second, second)), self.width - self.current_indent - column
            ) or [""]
            if width(first) > column - col_spacing:
                self.write(f"{indent}{first}\n")
                first = ""
            self.write(f"{indent}{pad(first, column)}{lines[0]}".rstrip() + "\n")
            self.write("".join(f"{indent}{' ' * column}{line}\n" for line in lines[1:]))


class ChineseContext(click.Context):
    """A context whose help pages are Chinese."""

    formatter_class = ChineseFormatter


def in_chinese(command: click.Command) -> click.Command:
    """Make the help pages of `command` and of all commands below it Chinese."""
    command.context_class = ChineseContext
    if isinstance(command, click.Group):
        for child in command.commands.values():
            in_chinese(child)
    return command


def explain(error: click.ClickException) -> str:
    """The error as one line: what is wrong with the command line, and where to look."""
    if not isinstance(error, click.UsageError):
        return _one_line(error.format_message())
    path = error.ctx.command_path if error.ctx else "policy-qa"
    return f"用法错误：{_what(error)}。用 {path} --help 查看用法。"


def _what(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}{_meant(error.possibilities)}"
    if isinstance(error, click.NoSuchCommand):
        return f"没有命令 {error.command_name}{_meant(error.possibilities)}"
    if isinstance(error, click.MissingParameter):
        kind = "参数" if isinstance(error.param, click.Argument) else "选项"
        return f"缺少{kind} {_name(error)}"
    if isinstance(error, click.BadOptionUsage):
        fault = "后面不能带值" if "does not take" in error.message else "后面缺少值"
        return f"选项 {error.option_name} {fault}"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)} 的值无效：{_bad_value(error)}"
    if extra := re.match(r"Got unexpected extra arguments? \((.*)\)$", error.message, re.DOTALL):
        return f"多余的参数：{_one_line(extra[1])}（含空格的内容请加引号）"
    if error.message == "Missing command.":
        return "缺少命令"
    return _one_line(error.message).rstrip("。.")


def _bad_value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.IntRange):
        most = f"到 {kind.max} " if kind.max is not None else "以上"
        return f"应为 {kind.min} {most}的整数"
    if isinstance(kind, click.Choice):
        return f"应为 {'、'.join(map(str, kind.choices))} 之一"
    return _one_line(error.message).rstrip("。.")


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.make_metavar(error.ctx) if error.param and error.ctx else str(error.param_hint or "")


def _meant(possibilities: Sequence[str] | None) -> str:
    return f"，是否想用 {'、'.join(possibilities)}" if possibilities else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
