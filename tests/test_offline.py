"""Everything works without any network and with an empty home, and nothing looks a name up or tries to leave."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.isolated import Report, isolated, why_not
from tests.one_visit import SERVE

EVAL = "from eval.cli import eval_command; from ui.cli import cli, main; cli.add_command(eval_command, 'eval'); main()"
TEXT = """重型机械展会补贴办法

重机协〔2024〕1号

第一章 总则

第一条 为鼓励会员单位参加展会，制定本办法。

第二条 本办法由重型机械协会负责解释。

第二章 补贴

第三条 会员单位参加展会，每个标准展位补贴5000元。

第四条 申请补贴不收取任何费用。
"""
QUESTION = "每个标准展位补贴多少钱"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home, which all commands of this module share, as those of a user would."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("home")
    assert list(folder.iterdir()) == []
    return folder


def run(home: Path, *command: str, **settings: str) -> Report:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    return isolated([sys.executable, *command], environment, home.parent)


def away(report: Report) -> tuple[object, ...]:
    """What a command did towards a network."""
    return (report.names, report.unreachable, report.interfaces)


NOTHING = ((), 0, ("lo",))


@pytest.fixture(scope="module")
def built(home: Path) -> Report:
    """The first command of a new user: it unpacks the model and builds an index."""
    file = home.parent / "展会补贴.txt"
    file.write_text(TEXT, encoding="utf-8")
    return run(home, "-c", SERVE, "index", str(file))


def test_an_index_is_built(built: Report) -> None:
    assert (built.code, built.out, away(built)) == (
        0, "新增 6，更新 0，删除 0；共 1 份文件、6 条\n", NOTHING,
    ), built.err  # fmt: skip


@pytest.mark.usefixtures("built")
def test_a_question_is_answered(home: Path) -> None:
    done = run(home, "-c", SERVE, "ask", QUESTION)
    assert (done.code, done.out.splitlines()[0], done.err, away(done)) == (
        0, "5000元。会员单位参加展会，每个标准展位补贴5000元。[1]", "", NOTHING,
    )  # fmt: skip


@pytest.mark.usefixtures("built")
def test_the_page_is_served_and_answers(home: Path) -> None:
    done = run(home, "-m", "tests.one_visit", QUESTION)
    assert (done.code, away(done)) == (0, NOTHING), done.err
    told = json.loads(done.out)
    assert (told["status"], told["code"]) == (200, 0)
    assert "政策问答" in told["page"]
    assert "每个标准展位补贴5000元" in told["turn"]


@pytest.mark.usefixtures("built")
def test_the_evaluation_runs(home: Path, index_dir: Path) -> None:
    done = run(home, "-c", EVAL, "eval", "--limit", "3", POLICY_QA_INDEX_DIR=str(index_dir))
    assert (done.code, away(done)) == (0, NOTHING), done.err
    assert "| 召回@20 | 1.000 |" in done.out
    assert "| 出错 | 0 |" in done.out


# ---- the check itself can fail -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("does", "names", "unreachable"),
    [
        ("socket.getaddrinfo('huggingface.co', 443)", ("huggingface.co",), 0),
        ("socket.gethostbyname(socket.gethostname())", (os.uname().nodename,), 0),
        ("subprocess.run(['getent', 'hosts', 'pypi.org'])", ("pypi.org",), 0),
        ("socket.create_connection(('127.0.0.1', 53)).sendall(b'..' + query)", ("x.cn",), 0),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(query, ('8.8.8.8', 53))", (), 1),
        ("socket.create_connection(('1.1.1.1', 443), 1)", (), 1),
        ("socket.create_connection(('2606:4700:4700::1111', 853), 1)", (), 1),
        ("socket.getaddrinfo('localhost', 80)", (), 0),
    ],
)
def test_what_looks_a_name_up_or_tries_to_leave_is_caught(
    home: Path, does: str, names: tuple[str, ...], unreachable: int
) -> None:
    query = "query = b'12' + bytes(10) + b'\\x01x\\x02cn\\x00' + bytes(4)"
    code = f"import socket, subprocess\n{query}\ntry:\n    {does}\nexcept OSError: pass"
    done = run(home, "-c", code)
    assert (done.code, done.names, done.unreachable) == (0, names, unreachable), done.err
