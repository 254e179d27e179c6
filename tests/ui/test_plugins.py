"""Commands of other packages: found by entry point, Chinese like ours, served from our session."""

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eval.cli import eval_command
from tests.ui.conftest import FakeChain, as_chain
from ui.cli import PLUGINS, Program
from ui.session import Doors, global_options


@pytest.fixture
def program() -> Program:
    point = EntryPoint("eval", "eval.cli:eval_command", PLUGINS)
    made = Program("policy-qa", plugins=lambda: [point], params=[], callback=lambda: None)
    return global_options(made)


def test_a_plugin_is_listed_and_its_help_is_chinese(program: Program) -> None:
    listed = CliRunner().invoke(program, ["--help"], prog_name="policy-qa").stdout
    assert "  eval  运行评测集并打印结果；不写子命令时评测 dev 题集。" in listed
    shown = CliRunner().invoke(program, ["eval", "--help"], prog_name="policy-qa").stdout
    assert shown.startswith("用法：policy-qa eval [选项] [命令 [参数]…]")
    for command in eval_command.commands:
        page = CliRunner().invoke(program, ["eval", command, "--help"], prog_name="policy-qa").stdout
        assert page.startswith(f"用法：policy-qa eval {command} [选项]")
        assert "Show this message" not in page


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["eval", "--split", "x"], 2, "用法错误：--split 的值无效：应为 dev、test、all 之一。"),
        (["eval", "--limit", "0"], 2, "用法错误：--limit 的值无效：应为 1 以上的整数。"),
        (["eval", "accept"], 2, "用法错误：缺少选项 --reason。"),
        (["eval", "--stratum", "x"], 1, "错误：未知的题型：x。"),
        (["eval", "ablate", "--stratum", "x"], 1, "错误：未知的题型：x。"),
        (["eval", "ablate", "--limit", "1"], 1, "错误：没有索引："),
        (["eval", "--ids", "x,y"], 1, "错误：题集中没有案例：x、y。"),
        (["eval", "compare", "a", "b"], 1, "错误：没有评测记录：a。"),
        (["eval", "gate"], 1, "错误：没有评测记录：runs。"),
        (["eval", "--limit", "1"], 1, "错误：没有索引："),
        (["eval", "--answerer", "model"], 1, "错误：没有设置聊天模型。"),
    ],
)
def test_its_errors_are_one_line(
    program: Program,
    args: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        program, ["--index-dir", str(tmp_path / "index"), *args], prog_name="policy-qa", obj=Doors()
    )
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_a_plugin_reaches_our_settings_and_chain() -> None:
    @click.command("echo")
    @click.pass_obj
    def echo(host: object) -> None:
        settings, chain = host.settings, host.open_chain()  # type: ignore[attr-defined]
        click.echo(json.dumps([settings.index.dir.name, chain.ask("收费吗").answerer], ensure_ascii=False))

    class Point(EntryPoint):
        def load(self) -> click.Command:
            return echo

    program = global_options(
        Program("policy-qa", plugins=lambda: [Point("echo", "x:y", PLUGINS)], callback=lambda: None)
    )
    doors = Doors(open_chain=lambda _: as_chain(FakeChain()))
    result = CliRunner().invoke(program, ["--index-dir", "somewhere", "echo"], obj=doors)
    assert result.stdout == '["somewhere", "fake"]\n'
