"""What nobody expected."""

import logging

import pytest
from starlette.types import Receive, Scope, Send

from tests.ui.asgi import Inner, ask
from ui.edge import Edge
from ui.faults import FAULT
from ui.headers import SafeHeaders


class Failing(Inner):
    """Raises before its answer or, if it is `late`, after its head."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__()
        self._late = late

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append((scope["method"], scope["path"], b""))
        if self._late:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()
        raise ZeroDivisionError("geheim")


def test_who_asks_is_told_and_the_trace_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        got = ask(SafeHeaders(Edge(Failing())))
    assert (got.status, got.error["type"], got.error["message"]) == (500, "internal", FAULT)
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "geheim" not in got.body.decode()
    assert "ZeroDivisionError: geheim" in caplog.text


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    with pytest.raises(ZeroDivisionError):
        ask(Edge(Failing(late=True)))


def test_what_does_not_fail_is_let_through() -> None:
    assert ask(Edge(Inner())).body == b"ok"
