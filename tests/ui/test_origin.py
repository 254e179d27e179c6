"""Requests that foreign pages make are refused, and so are foreign names."""

import pytest

from tests.ui.asgi import Inner, ask
from ui.origin import OwnOrigin

OURS = {"host": "policy.example.cn"}
LINK = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        pytest.param("POST", {"sec_fetch_site": "same-origin", "origin": "https://policy.example.cn"}, id="page"),
        pytest.param("GET", {"sec_fetch_site": "none", **LINK}, id="typed"),
        pytest.param("GET", {"sec_fetch_site": "cross-site", **LINK}, id="link"),
        pytest.param("POST", {}, id="program"),
        pytest.param("POST", {"origin": "http://policy.example.cn:7860"}, id="plain-http-page"),
        pytest.param("POST", {"origin": "http://a.cn", "x_forwarded_host": "a.cn"}, id="proxy-that-hides-host"),
        pytest.param("GET", {"origin": "https://evil.example"}, id="reading-without-leave-to-see"),
        pytest.param("POST", {"sec_fetch_site": "cross-site", "authorization": "Bearer k"}, id="key"),
    ],
)  # fmt: skip
def test_what_is_ours_is_let_through(method: str, headers: dict[str, str]) -> None:
    inner = Inner()
    assert ask(OwnOrigin(inner), method, head={**OURS, **headers}).status == 200
    assert len(inner.asked) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        pytest.param("POST", {"sec_fetch_site": "cross-site"}, id="form"),
        pytest.param("POST", {"sec_fetch_site": "cross-site", **LINK}, id="form-as-navigation"),
        pytest.param("POST", {"sec_fetch_site": "same-site"}, id="subdomain"),
        pytest.param("GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"}, id="image"),
        pytest.param("GET", {"sec_fetch_site": "cross-site", **LINK, "sec_fetch_dest": "iframe"}, id="frame"),
        pytest.param("POST", {"origin": "https://evil.example"}, id="plain-http"),
        pytest.param("POST", {"origin": "null"}, id="sandbox"),
        pytest.param("DELETE", {"origin": "http://policy.example.cn.evil.example"}, id="lookalike"),
        pytest.param("POST", {"origin": "http://[", "host": ""}, id="malformed"),
        pytest.param("POST", {"sec_fetch_site": "cross-site", "authorization": "Basic eDp5"}, id="kept-password"),
    ],
)  # fmt: skip
def test_what_a_foreign_page_sends_is_refused(method: str, headers: dict[str, str]) -> None:
    inner = Inner()
    got = ask(OwnOrigin(inner), method, head={**OURS, **headers})
    assert (got.status, got.error["type"], inner.asked) == (403, "foreign_page", [])


def test_another_name_for_this_machine_is_refused() -> None:
    app = OwnOrigin(Inner(), frozenset(["policy.example.cn"]))
    for host in ("policy.example.cn", "policy.example.cn:8443", "127.0.0.1:7860", "localhost", "[::1]:7860"):
        assert ask(app, host=host).status == 200, host
    for host in (
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "",
        "[",
        "a@e.cn",
    ):
        assert (ask(app, host=host).status, ask(app, host=host).error["type"]) == (421, "wrong_host"), host
    assert ask(OwnOrigin(Inner()), host="evil.example").status == 200
