"""Who may read the metrics."""

import pytest
from starlette.types import Scope

from index.errors import RecordsUnavailable, UsageError
from tests.ui.asgi import Got, Inner, ask
from ui.asgi import header
from ui.metrics import Metrics
from ui.metrics_door import MetricsDoor
from ui.users import Person

AWAY = "192.0.2.7"


def person(request: object, browser: str) -> Person:  # noqa: ARG001
    who = header(request.scope, "cookie")  # type: ignore[attr-defined]
    if who == "broken":
        raise RecordsUnavailable("打不开。")
    if not who:
        raise UsageError("登录已失效。请刷新页面，重新登录。")
    return Person(f"user:{who}", maintainer=who == "anna")


async def proved(scope: Scope) -> str | None:
    return {"Bearer k": "key:prometheus", "Bearer u": "user:bert"}.get(header(scope, "authorization"))


def get(client: str, method: str = "GET", path: str = "/qa/metrics", **headers: str) -> tuple[Got, Inner]:
    inner = Inner()
    door = MetricsDoor(inner, Metrics(), person, proved, "/qa")
    head = {"host": "127.0.0.1:7860"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return ask(door, method, path, client=client, head=head), inner


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {"host": "[::1]:7860"}, 200),
        ("127.0.0.1", {"x_forwarded_for": AWAY}, 403),
        ("127.0.0.1", {"host": "evil.example"}, 403),
        (AWAY, {}, 403),
        (AWAY, {"cookie": "bert"}, 403),
        (AWAY, {"cookie": "anna"}, 200),
        (AWAY, {"cookie": "broken"}, 403),
        (AWAY, {"authorization": "Bearer k"}, 200),
        (AWAY, {"authorization": "Bearer u"}, 403),
        (AWAY, {"authorization": "Bearer x"}, 403),
    ],
)
def test_this_machine_maintainers_and_keys_may_read(
    client: str, headers: dict[str, str], status: int
) -> None:
    got, inner = get(client, **headers)
    assert (got.status, inner.asked) == (status, [])
    if status == 200:
        assert got.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert b"process_resident_memory_bytes" in got.body
    else:
        assert got.error["type"] == "forbidden"
        assert b"process" not in got.body


def test_only_what_reads_is_answered_and_only_at_its_path() -> None:
    assert get("127.0.0.1", "POST")[0].status == 405
    head, _ = get("127.0.0.1", "HEAD")
    assert (head.status, head.body) == (200, b"")
    for path in ("/metrics/", "/metricsx", "/qa/metrics/x", "/"):
        _, inner = get(AWAY, path=path)
        assert len(inner.asked) == 1, path
