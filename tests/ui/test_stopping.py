"""What a signal does to a server that is answering: real processes, real connections."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from eval.bench.asking import ByPage, component
from tests.conftest import ROOT


class Client:
    """Asks the server at an address."""

    def __init__(self, address: str) -> None:
        self._port = urlsplit(address).port or 0

    def connection(self) -> HTTPConnection:
        """A new connection to the server."""
        return HTTPConnection("127.0.0.1", self._port, timeout=60)

    def get(self, path: str) -> tuple[int, str | None, str]:
        """Status, Retry-After and body."""
        return self._request("GET", path)

    def ask(self, question: str) -> tuple[int, str | None, str]:
        """Ask a question that takes as many seconds as it has characters."""
        return self._request("POST", "/api/v1/ask", json.dumps({"question": question}))

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[int, str | None, str]:
        connection = self.connection()
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        got = answer.status, answer.headers["Retry-After"], answer.read().decode()
        connection.close()
        return got


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    """A server of slow answers in a process of its own."""
    command = [sys.executable, "-m", "tests.ui.slow_server", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith("政策问答：http://127.0.0.1:")
        try:
            yield process, Client(first.removeprefix("政策问答：").split("（")[0])
        finally:
            process.kill()


def until_asked(client: Client, questions: int) -> None:
    """Wait until so many questions are in the line."""
    end = time.monotonic() + 3
    count = -1.0
    while count != questions and time.monotonic() < end:
        status, _, told = client.get("/metrics")
        assert status == 200
        count = sum(
            map(float, re.findall(r"^policy_qa_questions_(?:running|waiting) (.*)$", told, re.MULTILINE))
        )
    assert count == questions
    assert client.get("/readyz")[0] == 200


def test_a_server_that_is_stopped_answers_first_what_was_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, client):
        heard: list[tuple[int, str | None, str]] = []
        seen: list[str] = []
        page = ByPage(component(client.connection()))

        def look() -> None:
            seen.append(str(page.ask(client.connection(), "页面的人问")))

        # three are answered at once, the fourth waits for its turn, on the page or not
        callers = [Thread(target=lambda: heard.append(client.ask("四个字吗"))) for _ in range(3)]
        callers.append(Thread(target=look))
        for caller in callers:
            caller.start()
        until_asked(client, 4)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert client.get("/healthz")[0] == 200
        status, wait, body = client.get("/readyz")
        assert (status, wait) == (503, "10")
        assert json.loads(body)["error"]["message"] == "服务正在停止，不再接受新问题。请稍后再问。"
        assert client.ask("新")[:2] == (503, "10")
        for caller in callers:
            caller.join()
        assert [(status, "不收取费用" in body) for status, _, body in heard] == [(200, True)] * 3
        assert ["不收取费用" in html for html in seen] == [True]
        assert process.stderr is not None
        rest = process.stderr.read()
        assert process.wait() == 0
    assert rest.splitlines()[-1] == "已停止。"
    assert "Traceback" not in rest


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, client):
        broken: list[type[Exception]] = []

        def call() -> None:
            try:
                client.ask("这个问题要回答很久很久很久很久很久很久很久")
            except OSError as error:
                broken.append(type(error))

        caller = Thread(target=call)
        caller.start()
        until_asked(client, 1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 128 + signal.SIGINT
        assert time.monotonic() - begun < 5
        caller.join()
    assert len(broken) == 1
