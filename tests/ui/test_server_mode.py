"""App processes over one Chroma server: what one changes the others answer from, and a dead server is survived."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.chroma_process import ChromaProcess, chroma_process, free_port
from tests.conftest import ROOT

_START = 120.0
"""Seconds to wait for an app to start on a machine that is busy."""
PROGRAM = (sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())")
MEASURE = "检验收费管理办法\n第一条 为规范检验收费，制定本办法。\n第二条 首台套检验不收取费用。\n"
NEWER = "仓储保管管理办法\n第一条 为规范仓储，制定本办法。\n第二条 危险品仓储应当配备消防员。\n"
OLD = "首台套检验收费吗"
NEW = "危险品仓储应当配备什么人"


class Apps:
    """Processes that are configured for one index and one Chroma server."""

    def __init__(self, folder: Path, chroma: ChromaProcess, cache: Path) -> None:
        self.folder, self.chroma = folder, chroma
        self.environ = {n: v for n, v in os.environ.items() if not n.startswith("POLICY_QA_")} | {
            "POLICY_QA_CHROMA_URL": chroma.url,
            "POLICY_QA_INDEX_DIR": str(folder / "index"),
            "POLICY_QA_CACHE_DIR": str(cache),
            "POLICY_QA_CHROMA_TIMEOUT": "2",
        }

    def run(self, *args: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command."""
        return subprocess.run(
            [*PROGRAM, *map(str, args)],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def serving(self, name: str) -> Iterator[httpx.Client]:
        """An app that serves, with the way to ask it."""
        port = free_port()
        own = {"POLICY_QA_WEB__PORT": str(port), "POLICY_QA_WEB__DATA_DIR": str(self.folder / name)}
        process = subprocess.Popen(
            [*PROGRAM, "serve"],
            cwd=ROOT,
            env=self.environ | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
                _wait(client)
                yield client
        finally:
            process.kill()
            process.wait()


def _wait(client: httpx.Client) -> None:
    deadline = time.monotonic() + _START
    while True:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ask(client: httpx.Client, question: str) -> httpx.Response:
    return client.post("/api/v1/ask", json={"question": question})


def answer(client: httpx.Client, question: str) -> str:
    return str(ask(client, question).json()["answer"])


@pytest.fixture(scope="module")
def apps(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apps]:
    folder = tmp_path_factory.mktemp("apps")
    (folder / "检验.txt").write_text(MEASURE, encoding="utf-8")
    (folder / "仓储.txt").write_text(NEWER, encoding="utf-8")
    with chroma_process(folder / "chroma") as chroma:
        made = Apps(folder, chroma, cache_dir)
        done = made.run("index", folder / "检验.txt")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture(scope="module")
def two(apps: Apps) -> Iterator[list[httpx.Client]]:
    """Two apps that serve."""
    with ExitStack() as stack:
        yield [stack.enter_context(apps.serving(name)) for name in ("一", "二")]


def test_what_one_process_adds_the_others_answer_from_within_two_seconds(
    apps: Apps, two: list[httpx.Client]
) -> None:
    for client in two:
        assert answer(client, OLD) == "不收取。首台套检验不收取费用。[1]\n依据：《检验收费管理办法》第二条"
        assert ask(client, NEW).json()["refused"]
    done = apps.run("index", apps.folder / "仓储.txt")
    assert done.returncode == 0, done.stderr
    for client in two:
        asked = time.monotonic()
        assert "危险品仓储应当配备消防员" in answer(client, NEW)
        took = time.monotonic() - asked
        sys.stdout.write(f"\nanswered from the new revision {took:.2f} s after it was asked")
        assert took < 2


def test_a_server_that_is_killed_under_load_is_told_and_survived(apps: Apps, two: list[httpx.Client]) -> None:
    """Four threads ask while the server is killed, and started again three seconds later."""
    before = answer(two[0], OLD)
    ended, down = Event(), Event()
    seen: list[tuple[float, float, bool, int, str]] = []

    def asking(client: httpx.Client) -> None:
        while not ended.is_set():
            begun, was_down = time.monotonic(), down.is_set()
            told = ask(client, OLD)
            said = told.json()["answer"] if told.status_code == 200 else told.json()["error"]["message"]
            seen.append((begun, time.monotonic() - begun, was_down, told.status_code, said))

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(asking, client) for client in (*two, *two)]
        time.sleep(2)
        apps.chroma.kill()
        down.set()
        killed = time.monotonic()
        time.sleep(3)
        failed = apps.run("index", "--rebuild", apps.folder / "仓储.txt")
        ready = [client.get("/readyz").status_code for client in two]
        apps.chroma.start()
        up = time.monotonic()
        time.sleep(4)
        ended.set()
        for one in running:
            one.result()
    line = (
        f"连不上 Chroma 服务：{apps.chroma.url}。请确认服务已启动（chroma run）、地址正确；恢复后会自动继续。"
    )
    counted = Counter((status, said) for *_, status, said in seen)
    assert set(counted) == {(200, before), (503, line)}
    assert counted[200, before] > 4
    assert counted[503, line] > 4
    assert {said for begun, _, was_down, _, said in seen if was_down and begun < up - 1} == {line}
    back = min(begun + took for begun, took, _, status, _ in seen if status == 200 and begun > killed) - up
    late = [said for begun, *_, said in seen if begun > up + 2]
    assert set(late) == {before}
    assert (failed.returncode, failed.stderr.splitlines()[-1]) == (1, f"错误：{line}")
    assert ready == [503, 503]
    assert [client.get("/readyz").status_code for client in two] == [200, 200]
    assert "危险品仓储应当配备消防员" in answer(two[1], NEW)
    slowest = max(took for _, took, _, status, _ in seen if status == 503)
    sys.stdout.write(
        f"\nkilled for {up - killed:.1f} s: {counted[200, before]} answers, {counted[503, line]} clear errors, "
        f"none else; the slowest error took {slowest:.2f} s; first answer {back:.2f} s after the server was up"
    )
    assert apps.run("doctor").stdout == "资料库完好。\n"
