"""The load tool: its figures by hand, and itself against a small server."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from eval.bench.asking import ByApi
from eval.bench.load import Outcome, Report, Users, figures
from eval.bench.process import Sample, Sampling, sample

Answer = Callable[[str, str], tuple[int, dict[str, str], object]]


@pytest.fixture
def served() -> Iterator[Callable[[Answer], str]]:
    """Serves answers of a function to which key and question are given; returns the address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, headers, said = answer(self.headers["Authorization"], asked["question"])
                body = json.dumps(said).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def said(text: str) -> object:
    return {"answer": text, "citations": [{"id": "a/1"}]}


def test_the_figures_are_those_of_what_was_answered() -> None:
    outcomes = [Outcome(n % 2, (n + 1) / 1000) for n in range(100)]
    outcomes += [Outcome(0, 9.0, "503"), Outcome(1, 9.0, "503"), Outcome(2, 9.0, "TimeoutError")]
    got = figures(outcomes, 3, 50.0)
    assert (got.answered, got.per_second, got.fewest, got.most) == (100, 2.0, 0, 50)
    assert (got.p50, got.p95, got.p99, got.longest) == (50.0, 95.0, 99.0, 100.0)
    assert got.errors == {"503": 2, "TimeoutError": 1}
    assert figures([], 1, 1.0).p95 == 0.0


def test_so_many_questions_are_asked_by_all_together(served: Callable[[Answer], str]) -> None:
    heard: list[tuple[str, str]] = []

    def answer(key: str, question: str) -> tuple[int, dict[str, str], object]:
        heard.append((key, question))
        return 200, {}, said(question)

    got = Users(served(answer), ["一", "二"], lambda n: ByApi(f"k{n % 2}")).run(4, 60, questions=50)
    assert (got.answered, got.errors, got.different, len(heard)) == (50, {}, 0, 50)
    assert {key for key, _ in heard} == {"Bearer k0", "Bearer k1"}
    assert {question for _, question in heard} == {"一", "二"}


def test_an_answer_that_changes_is_counted(served: Callable[[Answer], str]) -> None:
    said_before: list[object] = []

    def answer(key: str, question: str) -> tuple[int, dict[str, str], object]:  # noqa: ARG001
        said_before.append(said("甲" if len(said_before) < 3 else "乙"))
        return 200, {}, said_before[-1]

    got = Users(served(answer), ["一"], lambda _: ByApi("k")).run(1, 60, questions=5)
    assert (got.answered, got.different) == (5, 2)


def test_who_is_told_to_wait_does(served: Callable[[Answer], str]) -> None:
    times: list[float] = []

    def answer(key: str, question: str) -> tuple[int, dict[str, str], object]:  # noqa: ARG001
        times.append(time.monotonic())
        return (429, {"Retry-After": "1"}, {}) if len(times) == 1 else (200, {}, said("甲"))

    got = Users(served(answer), ["一"], lambda _: ByApi("k")).run(1, 60, questions=2)
    assert (got.answered, got.errors) == (1, {"429": 1})
    assert times[1] - times[0] >= 1


def test_a_server_that_is_not_there_is_an_error_by_its_kind() -> None:
    got = Users("http://127.0.0.1:1/", ["一"], lambda _: ByApi()).run(1, 0.5)
    assert (got.answered, got.errors) == (0, {"ConnectionRefusedError": 1})


def test_what_a_process_uses_is_read_from_proc(tmp_path: Path) -> None:
    home = tmp_path / "7"
    (home / "fd").mkdir(parents=True)
    for name in "012":
        (home / "fd" / name).touch()
    (home / "status").write_text("Name:\ta: b\nVmRSS:\t  2560 kB\nThreads:\t4\n")
    (home / "stat").write_text("7 (a (b) S) S " + "0 " * 10 + "150 50 0\n")
    got = sample(7, time.monotonic(), tmp_path)
    assert got == Sample(0.0, 2.5, 4, 3, 2.0)


def test_a_process_is_sampled_until_it_ends() -> None:
    left = iter((0.0, 1.0, 2.0))

    def take(pid: int, begun: float) -> Sample:  # noqa: ARG001
        at = next(left, None)
        if at is None:
            ended.set()
            raise ProcessLookupError
        return Sample(at, 1.0, 1, 1, 1.0)

    ended = Event()
    sampling = Sampling(7, 0.001, take)
    assert ended.wait(10)
    sampling.close()
    assert [s.seconds for s in sampling.samples] == [0.0, 1.0, 2.0]


def test_the_limit_is_three_times_what_each_core_has_to_do() -> None:
    alone = figures([Outcome(0, 0.1)], 1, 1.0)
    together = figures([Outcome(n, 5.0) for n in range(50)], 50, 125.0)
    report = Report("http://a", 2, alone, together, [Sample(0.0, 100.0, 9, 40, 1.0)])
    assert report.share == pytest.approx(2.0)  # 5 s / (0.1 s x 50 / 2)
    assert "p95 together / (p95 alone x users per core): 2.00 (limit 3)" in report.table()
    assert report.to_json()["together"]["answered"] == 50
