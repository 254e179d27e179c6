"""What of Gradio stands open."""

import json
from typing import Any

import pytest

from tests.ui.asgi import Inner, ask
from ui.page_door import CALL, PageDoor

GOOD: dict[str, Any] = {"data": {"act": "hello"}, "component_id": 1, "fn_name": "act", "session_hash": "x"}
JSON = "application/json"


def call(inner: Inner, body: bytes, kind: str = JSON) -> int:
    return ask(PageDoor(inner, 1), "POST", CALL, [body[:5], body[5:]], content_type=kind).status


@pytest.mark.parametrize(
    "path",
    ["/", "", "/theme.css", "/assets/index-DphvyggB.js", "/static/js/iframeResizer.contentWindow.min.js"],
)
def test_what_the_page_loads_is_let_through(path: str) -> None:
    assert ask(PageDoor(Inner(), 1), "GET", path).status == 200
    assert ask(PageDoor(Inner(), 1), "POST", path).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/upload", "/gradio_api/queue/join",
        "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/vibe-edit", "/config", "/login", "/dev/reload",
        "/assets/../../etc/passwd", "/assets/..", "/assets/.env", "/assets//etc/passwd", "/assets/a\\..\\b",
        "/assets/a\0", "/assets/%2e%2e/x", "/assets/c:/x", "/assets/", "/assetsx", "//assets/a.js",
        "/static/..%2f", "/assets/a\n", "/gradio_api/component_server/x", "/THEME.CSS", "/../",
    ],
)  # fmt: skip
def test_nothing_else_is(path: str) -> None:
    inner = Inner()
    for method in ("GET", "POST"):
        got = ask(PageDoor(inner, 1), method, path)
        assert (got.status, got.error["type"]) == (404, "not_found")
    assert inner.asked == []


def test_below_a_path_it_is_the_same() -> None:
    door = PageDoor(Inner(), 1, "/policy-qa")
    assert [
        ask(door, "GET", p).status for p in ("/policy-qa/", "/policy-qa/assets/a.js", "/policy-qa/config")
    ] == [
        200,
        200,
        404,
    ]


def test_a_call_of_the_page_arrives_as_it_was_sent() -> None:
    inner = Inner()
    body = json.dumps(GOOD).encode()
    assert call(inner, body) == 200
    assert inner.asked == [("POST", CALL, body)]
    assert ask(PageDoor(inner, 1), "GET", CALL).status == 405


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe{", b"[" * 100_000, b'{"fn_name": "act"}',
        *(json.dumps({**GOOD, **wrong}).encode() for wrong in (
            {"fn_name": "postprocess"}, {"fn_name": "__class__"}, {"component_id": "1"}, {"component_id": 2},
            {"component_id": True}, {"component_id": 1.5},
            {"session_hash": 1}, {"session_hash": "x" * 201}, {"data": [1]}, {"data": None},
        )),
    ],
)  # fmt: skip
def test_what_the_page_cannot_have_sent_is_refused(body: bytes) -> None:
    inner = Inner()
    assert (call(inner, body), inner.asked) == (400, [])


def test_a_form_with_files_is_no_call_of_the_page() -> None:
    inner = Inner()
    assert call(inner, json.dumps(GOOD).encode(), "multipart/form-data; boundary=x") == 400
    assert call(inner, json.dumps(GOOD).encode(), "text/plain") == 400  # what a form of another site can send
    assert inner.asked == []


def test_the_page_runs_only_the_scripts_that_stand_in_it() -> None:
    page = b'<script src="a.js"></script><script>let a = 1;</script><img onerror="x()"><script a>\xe4\xb8\xad</script>'
    got = ask(PageDoor(Inner(page, content_type="text/html; charset=utf-8"), 1))
    assert got.body == page
    assert got.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self' 'unsafe-eval'"
        " 'sha256-xY6QKfH9PRsQnLz56nj6MBwiK5oHg+im1Jkpdp1x/Ck=' 'sha256-pWe9qhE2fyYPBwg5H00QdmtZYvVl2eQy8XmBo1hP4eI=';"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; manifest-src 'self';"
        " base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def test_other_answers_are_not_held_back() -> None:
    got = ask(PageDoor(Inner(b"let a;", content_type="text/javascript"), 1), path="/assets/a.js")
    assert (got.body, got.headers) == (b"let a;", {"content-type": "text/javascript"})
