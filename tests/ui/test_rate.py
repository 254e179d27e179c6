"""How often somebody may ask."""

from starlette.types import Scope

from tests.ui.asgi import Inner, ask
from ui.asgi import header
from ui.rate import SIGN_INS, Buckets, RateLimit

LAN = "192.168.1.7"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def who(scope: Scope) -> str | None:
    return header(scope, "x-known") or None


def test_a_bucket_is_full_at_first_and_fills_evenly() -> None:
    clock = Clock()
    buckets = Buckets(60, clock)
    assert [buckets.take("a") for _ in range(60)] == [0.0] * 60
    assert (buckets.take("a"), buckets.take("a"), buckets.take("b")) == (1.0, 1.0, 0.0)
    clock.now += 0.75
    assert buckets.take("a") == 0.25  # a refusal costs nothing
    clock.now += 0.25
    assert (buckets.take("a"), buckets.take("a")) == (0.0, 1.0)
    clock.now += 3600
    assert [buckets.take("a") for _ in range(61)] == [0.0] * 60 + [1.0]


def test_made_up_names_do_not_fill_the_memory() -> None:
    buckets = Buckets(1, Clock())
    assert buckets.take("first") == 0.0
    assert buckets.take("first") == 60.0
    for n in range(10_000):
        buckets.take(str(n))
    assert buckets.take("first") == 0.0


def test_who_sends_too_much_is_told_when_to_go_on() -> None:
    clock, inner = Clock(), Inner()
    app = RateLimit(inner, who, 2, clock=clock)
    assert [ask(app, "POST", client=LAN).status for _ in range(3)] == [200, 200, 429]
    got = ask(app, "POST", client=LAN)
    assert (got.headers["retry-after"], got.error) == (
        "30",
        {"type": "too_many_requests", "message": "请求过于频繁。请 30 秒后再试。", "request_id": ""},
    )
    clock.now += 30
    assert ask(app, "POST", client=LAN).status == 200
    assert len(inner.asked) == 3


def test_users_behind_one_address_are_counted_one_by_one() -> None:
    app = RateLimit(Inner(), who, 1, clock=Clock())
    assert [ask(app, client=LAN, x_known=n).status for n in ("user:a", "user:b", "user:a")] == [200, 200, 429]
    assert (
        ask(app, client="127.0.0.1", x_known="user:a").status == 429
    )  # a name is one wherever it comes from


def test_a_person_at_this_machine_is_not_counted_and_one_behind_a_proxy_is() -> None:
    app = RateLimit(Inner(), who, 1, clock=Clock())
    assert {ask(app).status for _ in range(50)} == {200}
    forwarded = [ask(app, x_forwarded_for=LAN).status for _ in range(2)]
    assert forwarded == [200, 429]


def test_what_a_page_loads_and_what_watches_the_server_is_not_counted() -> None:
    app = RateLimit(Inner(), who, 1, "/below", clock=Clock())
    for path in ("/assets/a.js", "/static/a.js", "/below/assets/a.js", "/healthz", "/readyz", "/metrics"):
        assert {ask(app, path=path, client=LAN).status for _ in range(3)} == {200}


def test_no_limit_where_none_is_set() -> None:
    app = RateLimit(Inner(), who, 0, clock=Clock())
    assert {ask(app, client=LAN).status for _ in range(50)} == {200}


def test_passwords_cannot_be_tried_for_many_names() -> None:
    app = RateLimit(Inner(), who, 0, "/below", clock=Clock())
    tried = [ask(app, "POST", "/below/sign-in", client=LAN).status for _ in range(SIGN_INS + 1)]
    assert tried == [200] * SIGN_INS + [429]
    assert ask(app, "GET", "/sign-in", client=LAN).status == 200
    assert ask(app, "POST", "/sign-in", client="192.168.1.8").status == 200
