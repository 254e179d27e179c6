"""What stands open to whom, asked of the real running server: routes, files, foreign pages, headers, limits."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.routing import Route

from tests.ui.site import MAINTAINER, PASSWORD, USER, Site, serving
from ui.bodies import LONGEST
from ui.page_door import CALL
from ui.rate import SIGN_INS

OPEN = {"/", "/theme.css", "/manifest.json", "/favicon.ico", "/static/x", "/assets/x", CALL, f"{CALL}/"}
"""What of Gradio the page needs."""
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
STRICT = (
    "content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
    "referrer-policy", "x-content-type-options", "x-frame-options",
)  # fmt: skip
SECRET = "geheim-7f3a"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        (served.folder / "secret.txt").write_text(SECRET)
        yield served


@pytest.fixture(scope="module")
def anonymous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("web"), signing_in=False) as served:
        (served.folder / "secret.txt").write_text(SECRET)
        yield served


def gradio_routes(site: Site) -> list[tuple[str, str]]:
    """Method and path of everything that Gradio serves, each parameter filled in."""
    found: list[tuple[str, str]] = []
    waiting: list[Any] = list(vars(site.asgi.router.default)["_app"].routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, Route):
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            found += [(method, path) for method in sorted(route.methods or ())]
        else:
            waiting += route.original_router.routes  # FastAPI's own way to hold an included router
    return found


# ---- what stands open --------------------------------------------------------------------------------------
def test_all_of_gradio_is_shut_before_sign_in(site: Site) -> None:
    routes = gradio_routes(site)
    assert len(routes) > 70  # or the list above finds none of them
    for method, path in routes:
        status, _, body = site.send(method, path)
        if path == "/":
            assert (status, b"pq-sign-in" in body or method == "HEAD", b"gradio_config" in body) == (
                200,
                True,
                False,
            )
        else:
            assert status == 401, (method, path)


@pytest.mark.parametrize("signed_in", [True, False])
def test_of_gradio_only_what_the_page_needs_is_open(site: Site, anonymous: Site, signed_in: bool) -> None:
    asked, cookie = (site, site.cookie()) if signed_in else (anonymous, {})
    shut = set()
    for method, path in gradio_routes(asked):
        status, _, body = asked.send(method, path, head=cookie)
        if path not in OPEN:
            assert (status, json.loads(body or b'{"error": {"type": ""}}')["error"]["type"]) in (
                (404, "not_found"),
                (404, ""),
            ), (method, path)
            shut.add(path)
    assert {
        "/gradio_api/file=x",
        "/gradio_api/proxy=x",
        "/gradio_api/upload",
        "/gradio_api/queue/join",
    } <= shut
    assert {"/config", "/login", "/monitoring", "/gradio_api/vibe-edit", "/gradio_api/heartbeat/x"} <= shut
    assert asked.act("hello", cookie)[0] == 200


def test_a_call_of_what_is_no_server_function_is_refused(anonymous: Site) -> None:
    head = {"Content-Type": "application/json"}
    for body in (b"", b"{", b"\xff", b"[1]", b'{"fn_name":"act"}', b"[" * 50_000):
        assert anonymous.send("POST", CALL, body, head)[0] == 400
    told = {"data": {"act": "hello"}, "component_id": 10**9, "fn_name": "act", "session_hash": "x"}
    assert anonymous.send("POST", CALL, json.dumps(told).encode(), head)[0] == 400


# ---- files -------------------------------------------------------------------------------------------------
def traversals(secret: Path) -> list[str]:
    """Ways to write a path that leads out of where one is."""
    plain = str(secret)
    up = "/".join([".."] * 12) + plain
    forms = [
        plain, up, quote(plain, safe=""), quote(up, safe=""), quote(quote(up, safe=""), safe=""),
        up.replace("../", "..%2f"), up.replace("..", "%2e%2e"), up.replace("..", ".%2e"), up.replace("../", "....//"),
        up.replace("..", "%252e%252e"), up.replace("../", "..%5c"), up.replace("/", "%5c"), up.replace("../", "..;/"),
        up.replace("..", "%c0%ae%c0%ae"), up.replace("..", "%uff0e%uff0e"), f"{plain}%00.js", f"x%00{up}",
        f"//{plain}", f"/.{plain}", f"C:{plain}", f"C:%5c{plain}", f"%5c%5c?%5cC:{plain}", f"%5c%5chost%5cshare{plain}",
        f"http://127.0.0.1:1{plain}", f"~/..{plain}", f"file://{plain}",
    ]  # fmt: skip
    return [form.replace(" ", "%20") for form in forms]


PLACES = (
    "/assets/", "/static/", "/static/js/", "/gradio_api/file=", "/gradio_api/file/", "/file=", "/svelte/", "/theme.css/",
    "/gradio_api/custom_component/1/client/x/", "/gradio_api/proxy=", "/pwa_icon/", "/", "/upload/", "/sign-in/", "/api/",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_no_file_from_outside_comes_out(site: Site, anonymous: Site, place: str) -> None:
    for asked, head in ((site, site.cookie(MAINTAINER)), (anonymous, {})):
        for form in traversals(asked.folder / "secret.txt"):
            status, _, body = asked.send("GET", place + form, head=head)
            assert status in (400, 401, 404, 405), (place, form, status)
            assert SECRET.encode() not in body


def test_a_link_in_what_is_served_leads_nowhere(site: Site) -> None:
    """The door takes names only, and Gradio follows no link out of its folder: nothing can be linked in by a name."""
    (site.folder / "link.js").symlink_to(site.folder / "secret.txt")
    for place in ("/assets/", "/static/", "/gradio_api/file="):
        for form in ("link.js", str(site.folder / "link.js")):
            status, _, body = site.send("GET", place + form, head=site.cookie())
            assert (status, SECRET.encode() in body) == (404, False)


def test_an_uploaded_name_leads_nowhere(site: Site) -> None:
    cookie = site.cookie(MAINTAINER)
    before = {p for p in site.folder.rglob("*") if "uploads" not in p.parts}
    for name in (
        "../../../escaped.txt", "/tmp/escaped.txt", "..\\..\\escaped.txt", "C:\\escaped.txt", "a/../../escaped.txt",
        "%2e%2e%2fescaped.txt", "\\\\host\\share\\escaped.txt", "escaped.txt\0.png", "．．/escaped.txt", "con.txt",
    ):  # fmt: skip
        assert site.upload(name, b"x", cookie) in (201, 400), name
    written = [p for p in site.folder.rglob("*escaped*") if p.is_file()]
    assert written
    assert all(p.is_relative_to(site.folder / "uploads") for p in written)
    assert {p for p in site.folder.rglob("*") if "uploads" not in p.parts} == before
    assert not list(Path("/tmp").glob("escaped*"))


# ---- foreign pages -----------------------------------------------------------------------------------------
def test_a_foreign_page_changes_nothing(site: Site) -> None:
    cookie, owner = site.cookie(), f"user:{USER}"
    for act in ("forget", "ask"):  # nothing but this one question
        assert site.act(act, cookie, text="收费吗")[0] == 200
    while not site.app.records.conversations(owner):
        time.sleep(0.05)
    kept = site.app.records.conversations(owner)
    staged = site.app.ingest.items(f"user:{MAINTAINER}")
    for said in (
        FOREIGN,
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        head = {**cookie, **said}
        assert site.act("forget", head)[0] == 403
        assert site.act("ask", head, text="收费吗")[0] == 403
        assert site.upload("a.txt", b"x", {**site.cookie(MAINTAINER), **said}) == 403
        assert site.send("POST", "/sign-out", b"", head)[0] == 403
        assert site.send("POST", "/sign-in", {"name": USER, "password": PASSWORD}, said)[0] == 403
    assert site.act("hello", cookie)[0] == 200  # still signed in
    assert site.app.records.conversations(owner) == kept
    assert site.app.ingest.items(f"user:{MAINTAINER}") == staged
    site.act("forget", cookie)
    assert site.app.records.conversations(owner) == ()  # the page itself can


def test_a_form_cannot_say_what_the_page_says(site: Site) -> None:
    """What forms can send without leave: three types of content, and no header of their own."""
    cookie = site.cookie(MAINTAINER)
    body = json.dumps(
        {"data": {"act": "hello"}, "fn_name": "act", "component_id": 1, "session_hash": "x"}
    ).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert site.send("POST", CALL, body, {**cookie, "Content-Type": kind})[0] == 400
    assert site.send("POST", "/upload", b"x", {**cookie, "X-Name": "a.txt"})[0] == 403
    for path in ("/sign-out", "/upload", CALL):  # a link changes nothing either
        assert site.send("GET", path, head=cookie)[0] in (303, 405)
    assert site.act("hello", cookie)[0] == 200


def test_no_other_site_is_let_in_by_its_name(site: Site, anonymous: Site) -> None:
    """Gradio would let every origin in, with cookies, wherever the server is not called localhost."""
    asking = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Host": "policy.example.cn",
    }
    for method in ("OPTIONS", "GET"):
        _, head, _ = site.send(method, "/", head={**site.cookie(), **asking})
        assert not [name for name in head if name.startswith("access-control")]
    assert anonymous.send("GET", "/", head={"Host": "evil.example"})[0] == 421
    assert anonymous.send("GET", "/", head={"Host": f"localhost:{anonymous.port}"})[0] == 200
    assert (
        site.send("GET", "/", head={"Host": "policy.example.cn"})[0] == 200
    )  # users sign in: no session, no harm


# ---- headers and limits ------------------------------------------------------------------------------------
def test_every_answer_carries_strict_headers(site: Site) -> None:
    cookie = site.cookie()
    head = {"Content-Type": "application/json", **cookie}
    answers = {
        "page": site.send("GET", "/", head=cookie),
        "sign-in": site.send("GET", "/"),
        "signed in": site.send("POST", "/sign-in", {"name": USER, "password": PASSWORD}),
        "wrong": site.send("POST", "/sign-in", {"name": "x", "password": "x"}),
        "call": site.act("hello", cookie),
        "script": site.send("GET", "/static/js/iframeResizer.contentWindow.min.js", head=cookie),
        "401": site.send("GET", "/config"),
        "403": site.send("POST", "/sign-out", head={**cookie, **FOREIGN}),
        "404": site.send("GET", "/config", head=cookie),
        "405": site.send("DELETE", "/", head=cookie),
        "413": site.send("POST", CALL, b"x", {**head, "Content-Length": str(LONGEST + 1)}),
        "400": site.send("POST", CALL, b"{}", head),
    }
    statuses = [status for status, _, _ in answers.values()]
    assert statuses == [200, 200, 303, 401, 200, 200, 401, 403, 404, 405, 413, 400]
    for name, (_, got, _) in answers.items():
        assert [h for h in STRICT if h not in got] == [], name
        assert "frame-ancestors 'none'" in got["content-security-policy"], name
        assert "server" not in got, name
    assert "'unsafe-inline'" not in answers["page"][1]["content-security-policy"].split("style-src")[0]


def test_a_body_that_is_too_long_is_refused_whatever_it_says_of_its_length(site: Site) -> None:
    head = {**site.cookie(), "Content-Type": "application/json"}
    assert site.send("POST", CALL, b"x" * (LONGEST + 1), head)[0] == 413
    assert site.send("POST", "/sign-in", {"name": "x" * (LONGEST + 1)})[0] == 413
    part = b"%x\r\n%s\r\n" % (65536, b"x" * 65536)
    chunked = {**head, "Transfer-Encoding": "chunked", "Content-Length": ""}
    assert site.send("POST", CALL, part * 17 + b"0\r\n\r\n", chunked)[0] == 413


def test_one_user_cannot_use_up_what_is_there_for_all(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=20) as site:
        cookie, other = site.cookie(), site.cookie(MAINTAINER)
        statuses = [site.act("hello", cookie)[0] for _ in range(22)]
        assert (statuses[:20], statuses[-1]) == ([200] * 20, 429)
        assert site.act("hello", other)[0] == 200
        status, head, body = site.act("hello", cookie)
        assert (status, 1 <= int(head["retry-after"]) <= 3) == (429, True)
        assert json.loads(body)["error"]["message"].startswith("请求过于频繁。请 ")


def test_passwords_cannot_be_tried_for_many_names_from_one_address(site: Site) -> None:
    behind = {"X-Forwarded-For": "10.0.0.9"}
    form = {"name": "", "password": "falsch"}
    tried = [site.send("POST", "/sign-in", {**form, "name": f"n{n}"}, behind)[0] for n in range(SIGN_INS + 1)]
    assert tried == [401] * SIGN_INS + [429]
    assert site.send("POST", "/sign-in", {**form, "name": "n"}, {"X-Forwarded-For": "10.0.0.10"})[0] == 401


def test_a_session_is_another_after_each_sign_in_and_ends_with_it(site: Site) -> None:
    first = site.cookie()
    status, head, _ = site.send("POST", "/sign-in", {"name": USER, "password": PASSWORD}, first)
    second = {"Cookie": head["set-cookie"].split(";")[0]}
    assert (status, first != second) == (303, True)
    assert (site.act("hello", first)[0], site.act("hello", second)[0]) == (401, 200)
    planted = {"Cookie": "policy-qa-session=planted-by-somebody-else"}  # session fixation
    _, head, _ = site.send("POST", "/sign-in", {"name": USER, "password": PASSWORD}, planted)
    assert "planted" not in head["set-cookie"]
    assert site.act("hello", planted)[0] == 401
