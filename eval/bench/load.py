"""Many users at once against a running server, each with the next question as soon as the last is answered.

    policy-qa bench load http://127.0.0.1:7860 --users 50 --seconds 300 --pid $(pgrep -f 'policy-qa serve')

First one user asks alone for a while, then all together. It is a closed loop on purpose: a caller waits for his
answer. Said are the times, what went wrong, how evenly the users were served, whether a question was answered
differently under load, and what the server used meanwhile. Over HTTP with the standard library, a thread for each
user: what measures must not need what is measured.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from math import ceil, inf
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import click

from eval.bench.asking import Asker, ByApi, ByPage, Refused, component
from eval.bench.process import Sample, Sampling
from eval.errors import RunError

_TIMEOUT = 300.0
_ANEW = 20
"""Requests after which a user opens a new connection, so that what is left of the old ones shows."""


@dataclass(frozen=True)
class Outcome:
    """One question of one user."""

    user: int
    seconds: float
    error: str = ""
    """The status, or the kind of what broke off; empty if it was answered."""


@dataclass(frozen=True)
class Figures:
    """What came of many questions; times in milliseconds, of those that were answered."""

    users: int
    seconds: float
    answered: int
    per_second: float
    p50: float
    p95: float
    p99: float
    longest: float
    fewest: int
    """Answers of the user who got the fewest."""
    most: int
    errors: dict[str, int]
    different: int
    """Answers that were not the same as the first to their question."""


def figures(outcomes: Sequence[Outcome], users: int, seconds: float, different: int = 0) -> Figures:
    """Sum up; a quantile is the smallest time that so large a share does not exceed."""
    times = sorted(o.seconds * 1000 for o in outcomes if not o.error)
    served = Counter(o.user for o in outcomes if not o.error)
    counts = [served[user] for user in range(users)]

    def quantile(share: float) -> float:
        return round(times[max(0, ceil(share * len(times)) - 1)], 1) if times else 0.0

    return Figures(
        users=users,
        seconds=round(seconds, 1),
        answered=len(times),
        per_second=round(len(times) / seconds, 2),
        p50=quantile(0.5),
        p95=quantile(0.95),
        p99=quantile(0.99),
        longest=quantile(1),
        fewest=min(counts),
        most=max(counts),
        errors=dict(Counter(o.error for o in outcomes if o.error).most_common()),
        different=different,
    )


class Users:
    """Asks questions of the server at `address`; each user is made by `asker` from his number."""

    def __init__(self, address: str, questions: Sequence[str], asker: Callable[[int], Asker]) -> None:
        self._address = address
        self._questions = questions
        self._asker = asker
        self._lock = Lock()
        self._answers: dict[str, object] = {}
        self._different = 0

    def run(self, users: int, seconds: float, questions: int | None = None) -> Figures:
        """Ask for so many seconds, or so many questions."""
        outcomes: list[Outcome] = []
        left = iter(range(questions)) if questions is not None else None
        begun, before = time.monotonic(), self._different

        def use(user: int) -> None:
            for outcome in self._asked(user, begun + seconds, left):
                outcomes.append(outcome)

        threads = [Thread(target=use, args=(user,)) for user in range(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
        return figures(outcomes, users, took, self._different - before)

    def _asked(self, user: int, end: float, left: Iterator[int] | None) -> Iterator[Outcome]:
        chosen, asker = random.Random(user), self._asker(user)  # noqa: S311 - nothing is to be secret
        connection: HTTPConnection | None = None
        number = 0
        while time.monotonic() < end:
            with self._lock:
                if left is not None and next(left, None) is None:
                    break
            if connection is not None and number % _ANEW == 0:
                connection.close()
                connection = None
            connection = connection or connected(self._address)
            number += 1
            begun = time.monotonic()
            error, wait = self._ask(asker, connection, chosen.choice(self._questions))
            yield Outcome(user, time.monotonic() - begun, error)
            if error:
                connection.close()
                connection = None
                time.sleep(wait)
        if connection is not None:
            connection.close()

    def _ask(self, asker: Asker, connection: HTTPConnection, question: str) -> tuple[str, float]:
        """What went wrong, and the seconds to wait then."""
        try:
            said = asker.ask(connection, question)
        except Refused as error:
            return str(error), error.wait
        except (OSError, HTTPException) as error:
            return type(error).__name__, 1.0
        with self._lock:
            self._different += self._answers.setdefault(question, said) != said
        return "", 0.0


def connected(address: str) -> HTTPConnection:
    """A connection that is made when something is first sent."""
    where = urlsplit(address)
    return HTTPConnection(where.hostname or "127.0.0.1", where.port or 80, timeout=_TIMEOUT)


@dataclass(frozen=True)
class Report:
    """One measurement."""

    address: str
    cores: int
    alone: Figures
    together: Figures
    samples: list[Sample] = field(default_factory=list)

    @property
    def share(self) -> float:
        """p95 together, over p95 alone times the users that each core has; 3 is the limit."""
        return self.together.p95 / (self.alone.p95 * self.together.users / self.cores)

    def table(self) -> str:
        """For people."""
        lines = [
            "             users  answered     /s    p50 ms    p95 ms    p99 ms   longest  fewest  most  errors"
        ]
        for name, f in (("alone", self.alone), ("together", self.together)):
            errors = ", ".join(f"{kind}: {n}" for kind, n in f.errors.items()) or "0"
            lines.append(
                f"{name:<12} {f.users:>5}  {f.answered:>8}  {f.per_second:>5}  {f.p50:>8.0f}  {f.p95:>8.0f}"
                f"  {f.p99:>8.0f}  {f.longest:>8.0f}  {f.fewest:>6}  {f.most:>4}  {errors}"
            )
        lines.append(f"p95 together / (p95 alone x users per core): {self.share:.2f} (limit 3)")
        lines.append(f"answers that differ from the first to the same question: {self.together.different}")
        if self.samples:
            lines.append("   second    MB  threads  files  CPU s")
            step = max(1, len(self.samples) // 12)
            for s in [*self.samples[:-1:step], self.samples[-1]]:
                lines.append(
                    f"{s.seconds:>9.0f} {s.megabytes:>5.0f} {s.threads:>8} {s.files:>6} {s.cpu_seconds:>6.0f}"
                )
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"share": round(self.share, 3)}


def measured(
    users: Users,
    address: str,
    count: int,
    seconds: float,
    alone: float,
    questions: int | None,
    pid: int | None,
) -> Report:
    """One user alone, then `count` together, for so many seconds or so many questions."""
    users.run(1, alone / 4)  # what is loaded at the first question counts for nobody
    first = users.run(1, alone)
    sampling = Sampling(pid) if pid else None
    together = users.run(count, seconds, questions)
    if sampling:
        sampling.close()
    return Report(address, os.cpu_count() or 1, first, together, sampling.samples if sampling else [])


@click.command("load", help="让很多用户同时向正在运行的服务提问，量出用时、差错、公平和服务所用的内存。")
@click.argument("address", metavar="URL")
@click.option("--users", "count", type=click.IntRange(1), default=50, show_default=True, help="用户数。")
@click.option("--seconds", type=float, help="时长（秒）；默认 300，给出题数时不限。")
@click.option("--questions", type=click.IntRange(1), help="问满这么多题为止。")
@click.option("--alone", type=float, default=30.0, show_default=True, help="先由一个用户单独提问多久（秒）。")
@click.option("--pid", type=int, help="服务的进程号；给出则记录其内存、线程和打开的文件（Linux）。")
@click.option(
    "--keys", type=click.Path(path_type=Path, exists=True), help="密钥文件，每行一个，各用户轮流使用。"
)
@click.option("--page", is_flag=True, help="像网页上的人那样提问；默认经 API。")
@click.option("--output", type=click.Path(path_type=Path), help="结果另存为 JSON。")
def load_command(
    address: str,
    count: int,
    seconds: float | None,
    questions: int | None,
    alone: float,
    pid: int | None,
    keys: Path | None,
    page: bool,
    output: Path | None,
) -> None:
    """Measure and print.

    Raises:
        RunError: nobody listens at the address.
    """
    try:
        connected(address).connect()
    except OSError as error:
        raise RunError(f"无法连接 {address}。请先用 policy-qa serve 启动服务，或检查地址。") from error
    from eval.cases import load_cases  # not for the list of commands, which starts with nothing heavy

    asked = list(dict.fromkeys(case.question for case in load_cases() if not case.history))
    secrets = keys.read_text(encoding="utf-8").split() if keys else [""]
    called = component(connected(address)) if page else 0

    def asker(user: int) -> Asker:
        return ByPage(called) if page else ByApi(secrets[user % len(secrets)])

    long = seconds or (inf if questions else 300.0)
    report = measured(Users(address, asked, asker), address, count, long, alone, questions, pid)
    click.echo(report.table())
    if output:
        output.write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
