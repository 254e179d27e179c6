"""The command `policy-qa eval`: runs the cases, compares runs, guards the baseline, takes in feedback.

The program finds it by its entry point and hands over its session as `ctx.obj`, so that nothing imports
`eval`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from eval.errors import CaseError, RunError
from index.errors import SettingsError

if TYPE_CHECKING:
    from eval.cases import Case, Split
    from eval.runs import Run
    from index.model import Article
    from qa.chain import Chain
    from qa.settings import Settings

RUNS = Path("runs")
DRAFTS = RUNS / "drafts.jsonl"
_ROOT = Path(__file__).parents[1]
_INTERRUPTED = 130
_FOLDER = click.Path(path_type=Path)
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Host(Protocol):
    """The running program: its settings, and the way to its chain."""

    @property
    def settings(self) -> "Settings":
        """The settings in use."""
        ...

    def open_chain(self) -> "Chain":
        """Open the index for asking."""
        ...


@dataclass(frozen=True)
class _Choice:
    """Which cases to run, and where to keep the run."""

    split: "Split"
    stratum: tuple[str, ...]
    ids: str
    limit: int | None
    resume: Path | None
    answerer: str | None

    def cases(self) -> "list[Case]":
        from eval.cases import load_cases, select_cases

        ids = [i.strip() for i in self.ids.split(",") if i.strip()]
        return select_cases(load_cases(split=self.split), strata=self.stratum, ids=ids, limit=self.limit)


def _choice_options(command: _Command) -> _Command:
    for decorate in (
        click.option(
            "--answerer",
            type=click.Choice(["extractive", "model"]),
            metavar="NAME",
            help="由谁作答：extractive 内置，model 聊天模型；默认设置了聊天模型就用它。",
        ),
        click.option("--resume", type=_FOLDER, metavar="RUN", help="继续未完成的评测记录。"),
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


_HELP = """运行评测集并打印结果；不写子命令时评测 dev 题集。

评测记录保存在 runs/ 中，供 compare、report、gate、accept 使用。
"""


@click.group(invoke_without_command=True, help=_HELP)
@_choice_options
@click.option("--gate", "guarded", is_flag=True, help="评测后与基线比较，变差时退出码为 1。")
@click.pass_context
def eval_command(ctx: click.Context, /, *, guarded: bool, **options: Any) -> int | None:
    """Run the cases, unless a subcommand is named."""
    if ctx.invoked_subcommand is not None:
        return None
    return _run(ctx.obj, _Choice(**options), guarded=guarded)


@eval_command.command(help="运行评测集并打印结果（同不写子命令）。")
@_choice_options
@click.option("--gate", "guarded", is_flag=True, help="评测后与基线比较，变差时退出码为 1。")
@click.pass_obj
def run(host: Host, /, *, guarded: bool, **options: Any) -> int:
    """Run the cases."""
    return _run(host, _Choice(**options), guarded=guarded)


@eval_command.command(help="比较两次评测：哪些题由对变错、由错变对，各指标差多少。")
@click.argument("before", type=_FOLDER, metavar="RUN_A")
@click.argument("after", type=_FOLDER, metavar="RUN_B")
def compare(before: Path, after: Path) -> int:
    """Compare two runs."""
    from eval.compare import compare as compared
    from eval.compare import markdown
    from eval.runs import read_run

    click.echo(markdown(compared(read_run(before), read_run(after))))
    return 0


@eval_command.command(help="用已有的评测记录（默认最近一次）与基线比较；变差时退出码为 1。")
@click.argument("folder", type=_FOLDER, required=False, metavar="[RUN]")
def gate(folder: Path | None) -> int:
    """Hold a kept run against the baseline."""
    from eval.runs import read_run

    return _gate(read_run(folder or _newest()))


@eval_command.command(help="接受一次评测（默认最近一次）为新基线，原因写入 CHANGELOG.md。")
@click.argument("folder", type=_FOLDER, required=False, metavar="[RUN]")
@click.option("--reason", required=True, metavar="TEXT", help="为什么接受（必填）。")
def accept(folder: Path | None, reason: str) -> int:
    """Make a run the baseline."""
    from eval.gate import BASELINE
    from eval.gate import accept as accepted
    from eval.runs import read_run

    found = accepted(read_run(folder or _newest()), reason, changelog=_ROOT / "CHANGELOG.md")
    click.echo(f"已接受为基线：{BASELINE}（{len(found.rows)} 题）")
    return 0


@eval_command.command(help="把一次评测（默认最近一次）写成可离线打开的 HTML 报告。")
@click.argument("folder", type=_FOLDER, required=False, metavar="[RUN]")
@click.option("--out", type=_FOLDER, metavar="FILE", help="报告文件，默认写在评测记录中。")
@click.option("--failures", is_flag=True, help="test 题集也列出有问题的题目（默认不列，以免照着调）。")
@click.pass_obj
def report(host: Host, folder: Path | None, out: Path | None, failures: bool) -> int:
    """Write the report of a run."""
    from eval.cases import load_cases
    from eval.report import render_report
    from eval.runs import read_run

    found = read_run(folder or _newest())
    cases = {c.id: c for c in load_cases(split="all")}
    target = out or found.folder / "report.html"
    shown = failures or found.info.split == "dev"
    try:
        target.write_text(render_report(found, cases, _articles(host), failures=shown), encoding="utf-8")
    except OSError as error:
        raise RunError(f"无法写入报告：{target}（{error.strerror}）。请用 --out 换一个位置。") from error
    click.echo(str(target))
    return 0


@eval_command.command(help="按现在的题集和评分规则重算一次评测（默认最近一次），不重新提问。")
@click.argument("folder", type=_FOLDER, required=False, metavar="[RUN]")
@click.pass_obj
def rescore(host: Host, folder: Path | None) -> int:
    """Score a kept run again."""
    from eval.cases import load_cases
    from eval.run import rescore as rescored

    _print(rescored(folder or _newest(), load_cases(split="all"), _articles(host)))
    return 0


@eval_command.command(help="检查题集：依据是否存在，事实是否有据，问题是否泄露答案。")
@click.pass_obj
def check(host: Host) -> int:
    """Check the cases against the corpus."""
    from eval.cases import load_cases
    from eval.checks import check_cases

    cases = load_cases(split="all")
    problems = check_cases(cases, _articles(host))
    for problem in problems:
        click.echo(str(problem))
    click.echo(f"共 {len(cases)} 题，{len(problems)} 处问题。", err=True)
    return 1 if problems else 0


@eval_command.command("import", help="把用户反馈（JSONL）收为草稿，待 review 整理成案例。")
@click.argument("file", type=_FOLDER, metavar="FILE")
@click.option("--drafts", type=_FOLDER, default=DRAFTS, metavar="FILE", help=f"草稿文件，默认 {DRAFTS}。")
def import_(file: Path, drafts: Path) -> int:
    """Take in feedback as drafts."""
    from eval.cases import load_cases
    from eval.feedback import import_feedback, read_feedback

    added = import_feedback(read_feedback(file), drafts, load_cases(split="all"))
    click.echo(f"新增草稿 {added} 条：{drafts}")
    return 0


@eval_command.command(help="逐条整理草稿：采纳为 dev 案例、修改或丢弃。")
@click.option("--drafts", type=_FOLDER, default=DRAFTS, metavar="FILE", help=f"草稿文件，默认 {DRAFTS}。")
@click.pass_obj
def review(host: Host, drafts: Path) -> int:
    """Walk through the open drafts."""
    from eval.cases import FOLDER
    from eval.review import review as reviewed

    reviewed(drafts, FOLDER / "dev.yaml", _articles(host), input, click.echo)
    return 0


def _run(host: Host, choice: _Choice, *, guarded: bool) -> int:
    from eval.run import describe_run, run_cases, run_folder

    cases = choice.cases()
    if not cases:
        raise CaseError("没有符合条件的案例。请检查 --split、--stratum 和 --ids。")
    settings = host.settings
    if choice.answerer == "model" and not settings.llm:
        raise SettingsError("没有设置聊天模型。请先设置 POLICY_QA_LLM，或用 --answerer extractive。")
    answerer = settings.llm if settings.llm and choice.answerer != "extractive" else "extractive"
    chain = host.open_chain()
    info = describe_run(
        choice.split,
        settings=settings.model_dump(mode="json"),
        manifest=chain.library.manifest,
        models={"embedder": chain.library.manifest.embedder, "answerer": answerer},
        repository=_ROOT if (_ROOT / ".git").exists() else None,
    )
    folder = choice.resume or run_folder(RUNS, choice.split, datetime.now())
    articles = {a.id: a for a in chain.library.articles}
    try:
        ask = partial(chain.ask, use_model=answerer != "extractive")
        done = run_cases(cases, ask, articles, folder, info, resume=choice.resume is not None)
    except KeyboardInterrupt:
        click.echo(f"已中断；已答的题已保存，可加 --resume {folder} 继续。", err=True)
        return _INTERRUPTED
    click.echo(f"评测记录：{folder}", err=True)
    _print(done)
    return _gate(done) if guarded else 0


def _print(done: "Run") -> None:
    from eval.summary import markdown, summarize

    click.echo(markdown(summarize(done.rows), f"评测结果：{done.info.split}"))


def _gate(done: "Run") -> int:
    from eval.gate import CURE, read_baseline
    from eval.gate import gate as failures_of

    failures = failures_of(done, read_baseline())
    for failure in failures:
        click.echo(str(failure))
    click.echo(f"未通过评测门槛。{CURE}" if failures else "通过评测门槛。", err=True)
    return 1 if failures else 0


def _newest() -> Path:
    """The folder of the last run.

    Raises:
        RunError: there is none.
    """
    from eval.runs import INFO

    folders = sorted(p.parent for p in RUNS.glob(f"*/{INFO}"))
    if not folders:
        raise RunError(f"没有评测记录：{RUNS}。请先运行 policy-qa eval，或写明记录的文件夹。")
    return folders[-1]


def _articles(host: Host) -> "Mapping[str, Article]":
    """The articles of the index by id."""
    return {a.id: a for a in host.open_chain().library.articles}
