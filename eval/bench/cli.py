"""The command `policy-qa bench`: measures the program beside its bare parts and a rival, and compares two runs."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval.bench.load import load_command
from eval.errors import RunError

if TYPE_CHECKING:
    from eval.choice import Host

_ROOT = Path(__file__).parents[2]
_COMPENDIUM = _ROOT / "index" / "corpus" / "zhengce-huibian-2024-04.txt"
_WORK = Path("build/bench")
_FOLDER = click.Path(path_type=Path)
_SMALLEST = 700
"""The compendium alone has more than six hundred."""


class _Sizes(click.ParamType[tuple[int, ...]]):
    name = "sizes"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        try:
            sizes = tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value} 不是用逗号分隔的条数。", param, ctx)
        if min(sizes) < _SMALLEST:
            self.fail(f"条数不能小于 {_SMALLEST}。", param, ctx)
        return sizes


_HELP = """测量性能：建索引、提问、冷启动、内存，与单独的模型、只导入所用的库、LangChain + Chroma 并列。

打印比值，记录存为 JSON，增长曲线存为同名的 HTML。默认两种规模，两核约数分钟；28000、100000 条请另行指定。
"""


@click.group(invoke_without_command=True, help=_HELP)
@click.option("--sizes", type=_Sizes(), default="900,6000", metavar="N,N", help="条数，逗号分隔。")
@click.option(
    "--laws", type=_FOLDER, metavar="PATH", help="法规文本（.tar.gz 或文件夹）；没有则用汇编的变化文本。"
)
@click.option(
    "--work", type=_FOLDER, default=_WORK, metavar="DIR", help="文本和索引的存放处，默认 build/bench。"
)
@click.option(
    "--out", type=_FOLDER, default=Path("runs/bench"), metavar="DIR", help="记录的文件夹，默认 runs/bench。"
)
@click.option("--questions", type=click.IntRange(10), default=241, metavar="N", help="问题数，默认 241。")
@click.option("--cold", type=click.IntRange(1), default=5, metavar="N", help="冷启动次数，默认 5。")
@click.pass_context
def bench_command(
    ctx: click.Context,
    sizes: tuple[int, ...],
    laws: Path | None,
    work: Path,
    out: Path,
    questions: int,
    cold: int,
) -> int | None:
    """Run the benchmark, unless a subcommand is named."""
    if ctx.invoked_subcommand is not None:
        return None
    from eval.bench.run import Plan, run
    from eval.bench.table import page, table
    from eval.cases import load_cases

    if laws is not None and not laws.exists():
        click.echo(f"没有法规文本 {laws}，改用汇编的变化文本。", err=True)
        laws = None
    host: Host = ctx.obj
    asked = [c.question for c in load_cases(split="dev") if not c.history and c.answerable][:questions]
    cache = host.settings.index.cache_dir
    plan = Plan(sizes, _COMPENDIUM, laws, work.absolute(), cache, tuple(asked), cold=cold)
    result = run(plan, _ROOT, lambda line: click.echo(line, err=True))
    target = out / f"{datetime.now():%Y%m%d-%H%M%S}.json"
    try:
        result.write(target)
        target.with_suffix(".html").write_text(page(result), encoding="utf-8")
    except OSError as error:
        raise RunError(f"无法写入性能记录：{target}（{error.strerror}）。请用 --out 换一个位置。") from error
    click.echo(table(result))
    click.echo(f"性能记录：{target}", err=True)
    return 0


@bench_command.command(help="比较两次性能记录（JSON），并指出哪些差别超出运行中的波动。")
@click.argument("before", type=_FOLDER, metavar="A")
@click.argument("after", type=_FOLDER, metavar="B")
def compare(before: Path, after: Path) -> int:
    """Compare two runs."""
    from eval.bench.result import read_result
    from eval.bench.table import comparison

    click.echo(comparison(read_result(before), read_result(after)))
    return 0


bench_command.add_command(load_command)
