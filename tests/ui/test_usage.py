import os
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Never

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT
from tests.ui.conftest import Run
from ui.cli import cli
from ui.session import Doors

HELP = """\
用法：policy-qa ask [选项] 问题

  回答一个问题，并列出依据。

  问题写 - 时从标准输入读取。--batch 的每行为
  {"id": …, "question": …, "history": [此前的问题, …]}，
  每行输出一个带 id 的 JSON 对象；可加 "as_of": "2024-05-01"，同 --as-of。

选项：
  --json             输出一个 JSON 对象。
  --history Q        此前问过的问题，用于理解追问；可多次给出。
  --as-of DATE       按这一天有效的版本作答（如 2024-05-01）；默认今天。
  --collection NAME  只在此合集中查找；可多次给出。
  --document NAME    只在此文件中查找（标题或文号）；可多次给出。
  --batch FILE       逐行处理 JSONL 文件中的问题；- 为标准输入。
  --index-dir DIR    索引文件夹（也可用环境变量 POLICY_QA_INDEX_DIR）。
  --config FILE      TOML 配置文件（也可用环境变量 POLICY_QA_CONFIG）。
  -v, --verbose      在标准错误上显示日志。
  --help             显示本帮助。
"""


def test_help_is_chinese_and_aligned(run: Run) -> None:
    result = run("ask", "--help")
    assert (result.exit_code, result.stdout, result.stderr) == (0, HELP, "")


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_no_help_page_holds_english_of_click(run: Run, command: str) -> None:
    text = run(*command.split(), "--help").stdout
    assert text.startswith("用法：policy-qa")
    assert not re.search(r"Usage|Options|Commands|Show|exit|ARGS|OPTIONS|x<=", text)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["ask"], "请给出一个问题，或用 --batch 给出问题文件，二者选一。用 policy-qa ask --help 查看用法。"),
        (
            ["ask", "a", "--batch", "b"],
            "请给出一个问题，或用 --batch 给出问题文件，二者选一。用 policy-qa ask --help 查看用法。",
        ),
        (
            ["search", "--batch", "b", "--history", "c"],
            "--history 不能与 --batch 同用，请写在文件各行的 history 中。"
            "用 policy-qa search --help 查看用法。",
        ),
        (
            ["ask", "首台套", "收费吗"],
            "多余的参数：收费吗（含空格的内容请加引号）。用 policy-qa ask --help 查看用法。",
        ),
        (["ask", "--jsn", "a"], "没有选项 --jsn，是否想用 --json。用 policy-qa ask --help 查看用法。"),
        (["ask", "a", "--history"], "选项 --history 后面缺少值。用 policy-qa ask --help 查看用法。"),
        (["ask", "a", "--json=1"], "选项 --json 后面不能带值。用 policy-qa ask --help 查看用法。"),
        (["aks", "a"], "没有命令 aks，是否想用 ask。用 policy-qa --help 查看用法。"),
        (["show"], "缺少参数 文件。用 policy-qa show --help 查看用法。"),
        (["remove"], "缺少参数 文件…。用 policy-qa remove --help 查看用法。"),
        (
            ["serve", "--port", "65536"],
            "--port 的值无效：应为 0 到 65535 的整数。用 policy-qa serve --help 查看用法。",
        ),
        (
            ["serve", "--root-path", "policy-qa"],
            "--root-path 的值无效：应以 / 开头，如 /policy-qa。用 policy-qa serve --help 查看用法。",
        ),
        (
            ["serve", "--port", "x"],
            "--port 的值无效：应为 0 到 65535 的整数。用 policy-qa serve --help 查看用法。",
        ),
        (["--verbose"], "缺少命令。用 policy-qa --help 查看用法。"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run: Run, args: list[str], message: str) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"用法错误：{message}\n")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["ask", ""], "问题为空。请输入要查询的问题。"),
        (["ask", "  "], "问题为空。请输入要查询的问题。"),
        (["ask", "--batch", "no"], "无法打开问题文件：no（No such file or directory）。请检查路径和权限。"),
        (["ask", "--batch", "."], "无法打开问题文件：.（Is a directory）。请检查路径和权限。"),
        (["ask", "--batch", "/dev/null"], "/dev/null 中没有问题。每行应为一个 JSON 对象。"),
        (["index", "nowhere.txt"], "文件不存在：nowhere.txt。请检查路径。"),
        (["--config", "nowhere.toml", "ask", "a"], "无法读取配置文件 nowhere.toml："),
        (["documents"], "没有索引："),
        (["show", "办法"], "没有索引："),
        (["remove", "办法"], "没有索引："),
    ],
)  # fmt: skip
def test_a_known_error_is_one_line_and_exit_code_1(run: Run, args: list[str], message: str) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"错误：{message}")
    assert result.stderr.count("\n") == 1


def test_text_in_no_known_encoding_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(b'{"id": 1, "question": "\xff\xff\xff"}')
    result = run("ask", "--batch", str(file))
    assert (result.exit_code, result.stderr) == (
        1,
        f"错误：{file} 不是 UTF-8 或 GB18030 文本。请转换编码后重试。\n",
    )


def test_the_real_door_says_that_there_is_no_index(run: Run, tmp_path: Path) -> None:
    result = run("ask", "收费吗", doors=Doors())
    assert (result.exit_code, result.stderr) == (
        1,
        f"错误：没有索引：{tmp_path / 'index'}。请先运行 policy-qa index（不带参数即收录内置汇编）。\n",
    )


def test_a_fault_of_ours_is_one_line_too(run: Run) -> None:
    result = run("ask", "出错")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "程序内部错误：ZeroDivisionError：除数为零。请加 --verbose 重试，并把日志反馈给维护者。\n",
    )


def test_an_interruption_is_one_line(run: Run) -> None:
    def interrupted(_: object) -> Never:
        raise KeyboardInterrupt

    result = run("ask", "a", doors=Doors(open_chain=interrupted))
    assert (result.exit_code, result.stderr.strip()) == (130, "已中断。")


def test_without_a_command_the_help_is_shown_as_wrong_usage() -> None:
    result = CliRunner().invoke(cli, [], prog_name="policy-qa")
    assert result.exit_code == 2
    assert result.stderr.startswith("用法：policy-qa [选项] 命令 [参数]…")


def test_an_option_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    for args in (["--index-dir", str(tmp_path), "documents"], ["documents", "--index-dir", str(tmp_path)]):
        assert str(tmp_path) in CliRunner().invoke(cli, args).stderr


def test_what_stands_in_the_configuration_file_counts(tmp_path: Path) -> None:
    file = tmp_path / "policy-qa.toml"
    file.write_text(f'[index]\ndir = "{(tmp_path / "elsewhere").as_posix()}"\n', encoding="utf-8")
    result = CliRunner().invoke(cli, ["--config", str(file), "documents"])
    assert "elsewhere" in result.stderr
    file.write_text("[retrieval]\ntopk = 5\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["--config", str(file), "documents"])
    assert (result.exit_code, result.stderr[:24]) == (1, "错误：未知的设置：retrieval.topk。")


def test_help_starts_without_anything_heavy() -> None:
    code = (
        "import sys; from ui.cli import cli\n"
        "try: cli.main(['--help'], prog_name='policy-qa')\n"
        "finally: print([m for m in ('chromadb', 'gradio', 'torch', 'langchain_core', 'numpy', 'pydantic')"
        " if m in sys.modules])"
    )
    started = perf_counter()
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert found.stdout.endswith("[]\n")
    assert perf_counter() - started < 3  # 0.15 s on an idle machine
