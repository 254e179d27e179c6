"""The outermost layer: ids, the access log, and what is counted of requests."""

import asyncio
import logging
import re

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from tests.ui.asgi import Got, Inner, ask
from ui.access import Access
from ui.api.application import NO_TELEMETRY
from ui.logs import FIELDS, current_id

Counted = tuple[str, str, int]


class Counts:
    def __init__(self) -> None:
        self.counted: list[Counted] = []
        self.seconds: list[float] = []

    def __call__(self, method: str, route: str, status: int, seconds: float) -> None:
        self.counted.append((method, route, status))
        self.seconds.append(seconds)


def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.path_params} {current_id()}")


ROUTES = [
    Route("/articles/{id}", answer, methods=["GET", "POST"]),
    Route("/any/{rest:path}", answer),
    Mount("/below", Starlette(routes=[Route("/{name}", answer)])),
]


@pytest.mark.parametrize("given", ["", "kurz", "x" * 65, "böse-böse", "a b c d e f", "<script>123"])
def test_a_request_without_a_sane_id_gets_one(given: str) -> None:
    got = ask(Access(Starlette(routes=ROUTES), Counts(), frozenset()), path="/articles/7", x_request_id=given)
    id_ = got.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", id_)
    assert got.body.decode() == f"{{'id': '7'}} {id_}"


@pytest.mark.parametrize("given", ["Root-1_2.3", "a" * 64])
def test_a_sane_id_is_taken_over(given: str) -> None:
    got = ask(Access(Starlette(routes=ROUTES), Counts(), frozenset()), path="/articles/7", x_request_id=given)
    assert (got.headers["x-request-id"], got.body.decode()) == (given, f"{{'id': '7'}} {given}")


@pytest.mark.parametrize(
    ("method", "path", "counted"),
    [
        ("GET", "/articles/7", ("GET", "/articles/{id}", 200)),
        ("DELETE", "/articles/7", ("DELETE", "/articles/{id}", 405)),
        ("GET", "/below/x", ("GET", "/below/{name}", 200)),
        ("GET", "/any/x/y/z", ("GET", "/any/{rest:path}", 200)),
        ("GET", "/articles/7/8", ("GET", "(other)", 404)),
        ("ERFUNDEN", "/x", ("(other)", "(other)", 404)),
    ],
)
def test_requests_are_counted_by_the_template_of_their_route(
    method: str, path: str, counted: Counted
) -> None:
    counts = Counts()
    ask(Access(Starlette(routes=ROUTES), counts, frozenset()), method, path)
    assert counts.counted == [counted]
    assert 0 < counts.seconds[0] < 5


def test_what_stands_before_the_routes_is_counted_by_its_path_below_the_root() -> None:
    counts = Counts()
    access = Access(Inner(), counts, frozenset({"/upload"}), "/policy-qa")
    ask(access, "POST", "/policy-qa/upload", [b""])
    ask(access, "POST", "/upload", [b""])
    ask(access, "POST", "/upload2", [b""])
    assert [route for _, route, _ in counts.counted] == ["/upload", "/upload", "(other)"]


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ZeroDivisionError


async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
    return


def test_what_breaks_is_counted_as_500_and_what_gets_no_answer_as_499() -> None:
    counts = Counts()
    with pytest.raises(ZeroDivisionError):
        ask(Access(broken, counts, frozenset()))
    assert ask(Access(silent, counts, frozenset())) == Got()
    assert [status for _, _, status in counts.counted] == [500, 499]


def test_nothing_but_requests_is_looked_at() -> None:
    inner, counts = Inner(), Counts()

    async def lifespan() -> None:
        async def receive() -> Message:
            return {}

        async def send(message: Message) -> None: ...

        await Access(inner, counts, frozenset())({"type": "lifespan"}, receive, send)

    asyncio.run(lifespan())
    assert (inner.asked, counts.counted) == ([("lifespan", "", b"")], [])


def test_the_line_of_a_request_names_neither_path_nor_query_nor_cookie(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "ui.access"):
        ask(
            Access(Starlette(routes=ROUTES), Counts(), frozenset()),
            path="/articles/geheim",
            cookie="policy-qa-session=geheim",
            authorization="Bearer geheim",
        )
    (record,) = caplog.records
    told = getattr(record, FIELDS)
    assert told.pop("ms") > 0
    assert told == {"method": "GET", "route": "/articles/{id}", "status": 200}
    assert "geheim" not in str(vars(record))


def test_a_router_below_a_path_is_counted_with_that_path() -> None:
    router, counts = APIRouter(), Counts()

    @router.get("/articles/{name}")
    def one(name: str) -> str:
        return name

    @router.get("/parts/{name:path}")
    def part(name: str) -> str:
        return name

    asgi = FastAPI(telemetry=NO_TELEMETRY)
    asgi.include_router(router, prefix="/api/v1")
    got = ask(Access(asgi, counts, frozenset(), "/qa"), path="/api/v1/articles/7")
    assert got.body == b'"7"'
    ask(Access(asgi, counts, frozenset(), "/qa"), path="/api/v1/parts/7/parts/8")
    assert counts.counted == [
        ("GET", "/api/v1/articles/{name}", 200),
        ("GET", "/api/v1/parts/{name:path}", 200),
    ]
