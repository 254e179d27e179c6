"""The command `policy-qa eval`: runs the cases, compares runs, guards the baseline, takes in feedback.

The program finds it by its entry point and hands over its session as `ctx.obj`, so that nothing imports
`eval`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from eval.choice import Command, Host, articles_of, case_options, chosen_cases
from eval.errors import RunError
from index.errors import SettingsError

if TYPE_CHECKING:
    from eval.cases import Split
    from eval.runs import Run, RunInfo
    from index.model import Article
    from qa.chain import Chain

RUNS = Path("runs")
DRAFTS = RUNS / "drafts.jsonl"
_ROOT = Path(__file__).parents[1]
_INTERRUPTED = 130
_FOLDER = click.Path(path_type=Path)


def _run_options(command: Command) -> Command:
    resume = click.option("--resume", type=_FOLDER, metavar="RUN", help="继续未完成的评测记录。")
    guarded = click.option("--gate", "guarded", is_flag=True, help="评测后与基线比较，变差时退出码为 1。")
    answerer = click.option(
        "--answerer",
        type=click.Choice(["extractive", "model"]),
        metavar="NAME",
        help="由谁作答：extractive 内置，model 聊天模型；默认设置了聊天模型就用它。",
    )
    return case_options(answerer(resume(guarded(command))))


_HELP = """运行评测集并打印结果；不写子命令时评测 dev 题集。

评测记录保存在 runs/ 中，供 compare、report、gate、accept 使用。
"""


@click.group(invoke_without_command=True, help=_HELP)
@_run_options
@click.pass_context
def eval_command(ctx: click.Context, /, **options: Any) -> int | None:
    """Run the cases, unless a subcommand is named."""
    return None if ctx.invoked_subcommand is not None else _run(ctx.obj, **options)


@eval_command.command(help="运行评测集并打印结果（同不写子命令）。")
@_run_options
@click.pass_obj
def run(host: Host, /, **options: Any) -> int:
    """Run the cases."""
    return _run(host, **options)


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
@click.pass_obj
def gate(host: Host, folder: Path | None) -> int:
    """Hold a kept run against the baseline."""
    from eval.runs import read_run

    return _gate(read_run(folder or _newest()), articles_of(host))


@eval_command.command(help="接受一次评测（默认最近一次）为新基线，原因写入 CHANGELOG.md。")
@click.argument("folder", type=_FOLDER, required=False, metavar="[RUN]")
@click.option("--reason", required=True, metavar="TEXT", help="为什么接受（必填）。")
def accept(folder: Path | None, reason: str) -> int:
    """Make a run the baseline."""
    from eval.cases import load_cases
    from eval.gate import BASELINE
    from eval.gate import accept as accepted
    from eval.runs import read_run

    done = read_run(folder or _newest())
    wanted = load_cases(split=cast("Split", done.info.split))
    found = accepted(done, reason, changelog=_ROOT / "CHANGELOG.md", cases=wanted)
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
        target.write_text(render_report(found, cases, articles_of(host), failures=shown), encoding="utf-8")
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

    _print(rescored(folder or _newest(), load_cases(split="all"), articles_of(host)))
    return 0


_ABLATE_HELP = """逐级打开、逐项关闭检索的各个环节，与现成做法比较；只检索，不回答。

每种检索方式各存为一份评测记录，可用 compare、report 查看；表格另存为 table.md。
"""


@eval_command.command(help=_ABLATE_HELP)
@case_options
@click.pass_obj
def ablate(host: Host, /, *, split: str, **choice: Any) -> int:
    """Measure retrieval with and without each stage."""
    from eval.ablate import ablate as ablated
    from eval.ablate import markdown, ways
    from eval.run import run_folder

    cases = chosen_cases(split=split, **choice)
    chain = host.open_chain()
    folder = run_folder(RUNS, f"ablate-{split}", datetime.now())
    chosen = ways(chain.library, host.settings)
    table = markdown(ablated(cases, chosen, folder, _described(split, chain, None)), chosen, split)
    (folder / "table.md").write_text(table + "\n", encoding="utf-8")
    click.echo(f"消融记录：{folder}", err=True)
    click.echo(table)
    return 0


@eval_command.command(help="检查题集：依据是否存在，事实是否有据，问题是否泄露答案；并统计题目分布。")
@click.pass_obj
def check(host: Host) -> int:
    """Check the cases against the corpus, and count them."""
    from eval.cases import load_cases
    from eval.census import markdown
    from eval.checks import check_cases

    articles = articles_of(host)
    splits = {"dev": load_cases(split="dev"), "test": load_cases(split="test")}
    cases = [*splits["dev"], *splits["test"]]
    closed = {c.id for c in splits["test"]}
    problems = check_cases(cases, articles)
    for problem in problems:
        click.echo(problem.told(in_full=problem.case_id not in closed))
    click.echo(markdown(splits, articles))
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

    reviewed(drafts, FOLDER / "dev.yaml", articles_of(host), input, click.echo)
    return 0


def _run(
    host: Host, *, split: str, resume: Path | None, guarded: bool, answerer: str | None, **choice: Any
) -> int:
    from eval.run import run_cases, run_folder

    settings = host.settings
    if answerer == "model" and not settings.llm:
        raise SettingsError("没有设置聊天模型。请先设置 POLICY_QA_LLM，或用 --answerer extractive。")
    model = settings.llm if answerer != "extractive" else None
    cases = chosen_cases(split=split, **choice)
    chain = host.open_chain()
    folder = resume or run_folder(RUNS, split, datetime.now())
    articles = {a.id: a for a in chain.library.articles}
    info = _described(split, chain, model)
    try:
        ask = partial(chain.ask, use_model=model is not None)
        done = run_cases(cases, ask, articles, folder, info, resume=resume is not None)
    except KeyboardInterrupt:
        click.echo(f"已中断；已答的题已保存，可加 --resume {folder} 继续。", err=True)
        return _INTERRUPTED
    click.echo(f"评测记录：{folder}", err=True)
    _print(done)
    return _gate(done, articles) if guarded else 0


def _described(split: str, chain: "Chain", model: str | None) -> "RunInfo":
    from eval.run import describe_run

    settings, manifest = chain.settings, chain.library.manifest
    return describe_run(
        split,
        settings=settings.model_dump(mode="json"),
        manifest=manifest,
        models={"embedder": manifest.embedder, "answerer": model or "extractive"},
        repository=_ROOT if (_ROOT / ".git").exists() else None,
    )


def _print(done: "Run") -> None:
    from eval.summary import markdown, summarize

    click.echo(markdown(summarize(done.rows), f"评测结果：{done.info.split}"))


def _gate(done: "Run", articles: "Mapping[str, Article]") -> int:
    from eval.cases import load_cases
    from eval.gate import CURE, hold, read_baseline

    verdict = hold(done, read_baseline(), load_cases(split="all"), articles)
    for finding in verdict.failures:
        click.echo(str(finding))
    for finding in verdict.notes:
        click.echo(f"提示：{finding}", err=True)
    click.echo(f"未通过评测门槛。{CURE}" if verdict.failures else "通过评测门槛。", err=True)
    return 1 if verdict.failures else 0


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
