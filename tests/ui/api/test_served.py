"""The API beside the page, as it is served: by curl and over sockets, with users who sign in and with keys."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from qa.settings import ApiSettings, Settings, WebSettings
from tests.conftest import ROOT
from tests.ui.api.test_library import events
from tests.ui.conftest import BRIEFING, FREE, MEASURE, FakeChain, as_chain
from ui.api.keys import changing as changing_keys
from ui.api.keys import new_key
from ui.app import App
from ui.attempts import Attempts
from ui.environment import prepare
from ui.live import LiveChain
from ui.records import FILE, Records
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.sign_in import SignIn
from ui.users import Cost, User, Users, changing, hashed

SENT = json.dumps({"question": "收费吗"})
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Served:
    address: str
    secret: str

    def send(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of the answer."""
        connection = HTTPConnection("127.0.0.1", urlsplit(self.address).port or 0, timeout=20)
        sent = body.encode() if isinstance(body, str) else body
        connection.request(method, path, sent, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        told = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        connection.close()
        return told

    def ask(self, body: bytes | str = SENT, **headers: str) -> tuple[int, Any]:
        status, _, told = self.send("POST", "/api/v1/ask", body, Content_Type="application/json", **headers)
        return status, json.loads(told)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    prepare("default")
    from ui.web import build_page, launch

    folder = tmp_path_factory.mktemp("api")
    users, keys = folder / "users.jsonl", folder / "keys.jsonl"
    with changing(users) as known_users:
        known_users["张三"] = User("张三", hashed("mima-12345", Cost(n=2, r=1, p=1)))
    with changing_keys(keys) as known_keys:
        known_keys["总机"], secret = new_key("总机", date.today())
    web = WebSettings(port=0, data_dir=folder, users=users)
    live = Users(users, Attempts())
    known = SignIn(live, Sessions(folder / SESSIONS, live))
    records = Records(folder / FILE)
    app = App(LiveChain(lambda: as_chain(FakeChain())), records, web)
    settings = Settings(web=web, api=ApiSettings(keys=keys))
    server = launch(build_page(app, known), app, known, settings)
    yield Served(server.address, secret)
    app.close()
    server.close()
    known.sessions.close()
    records.close()


def test_a_key_opens_the_api_but_not_the_page(served: Served) -> None:
    bearer = f"Bearer {served.secret}"
    assert served.ask(Authorization=bearer)[1]["answer"].startswith("不收取费用。")
    assert served.ask()[0] == 401
    status, _, page = served.send("GET", "/", Authorization=bearer)
    assert (status, "用户名" in page) == (200, True)


def test_who_has_signed_in_may_use_the_api(served: Served) -> None:
    form = urlencode({"name": "张三", "password": "mima-12345"})
    kind = "application/x-www-form-urlencoded"
    _, headers, _ = served.send("POST", "/sign-in", form, Content_Type=kind)
    cookie = headers["set-cookie"].partition(";")[0]
    assert served.ask(Cookie=cookie)[0] == 200
    assert served.ask(Cookie=cookie, Sec_Fetch_Site="cross-site")[0] == 403
    assert served.ask(Cookie=cookie, Authorization="Bearer pqa_x")[0] == 401


def test_what_belongs_to_the_api_never_reaches_the_page(served: Served) -> None:
    bearer = f"Bearer {served.secret}"
    for method, path, status in (
        ("GET", "/api/v1/ask", 405),
        ("GET", "/api/nirgends", 404),
        ("POST", "/v1/embeddings", 404),
        ("GET", "/api/v1/articles/..%2f..%2fetc%2fpasswd", 404),
    ):
        told = served.send(method, path, Authorization=bearer)
        assert (told[0], told[1]["content-type"]) == (status, "application/json")
        assert json.loads(told[2])["error"].keys() == {"type", "message", "request_id"}


def test_health_needs_no_sign_in(served: Served) -> None:
    assert served.send("GET", "/healthz")[2] == '{"status": "ok"}'
    assert json.loads(served.send("GET", "/readyz")[2])["status"] == "ready"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"question": 1}', 422),
        (b'{"question": "' + "问".encode() * 2001 + b'"}', 422),
        (b"[" * 500_000, 400),
    ],
)
def test_a_body_that_is_none_is_refused(served: Served, body: bytes, status: int) -> None:
    told = served.ask(body, Authorization=f"Bearer {served.secret}")
    assert (told[0], told[1].keys()) == (status, {"error"})


def test_a_client_that_leaves_while_it_is_answered_harms_nobody(served: Served) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", urlsplit(served.address).port or 0)) as line:
            sent = json.dumps({"question": "收费吗", "stream": True}).encode()
            line.sendall(
                b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + f"Authorization: Bearer {served.secret}\r\nContent-Length: {len(sent)}\r\n\r\n".encode()
                + sent
            )
    assert served.ask(Authorization=f"Bearer {served.secret}")[0] == 200


def curl(served: Served, path: str, *args: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    key = f"Authorization: Bearer {served.secret}"
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20", "-H", key, *args]
    done = subprocess.run(
        [*command, served.address.rstrip("/") + path], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_curl_lines_of_a_readme_do_what_it_says(served: Served, name: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    lines = re.findall(r"^    (curl .*)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    known = {"A": served.address.rstrip("/"), "H": f"Authorization: Bearer {served.secret}", "no_proxy": "*"}
    told = [
        subprocess.run(
            ["bash", "-c", f"{line} --fail --silent"],
            env=os.environ | known,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for line in lines
    ]
    whole = json.loads(told[0])
    assert whole["answer"].startswith("不收取费用。")
    assert events(told[1])[-1] == ("answer", whole)
    assert json.loads(told[2])["retrieved"] == whole["retrieved"]
    assert [d["key"] for d in json.loads(told[3])] == [MEASURE.key, BRIEFING.key]
    assert json.loads(told[4])["text"] == FREE.text
    assert json.loads(told[5])["status"] == "ready"
    assert len(told) == 6


def test_a_huge_body_is_refused_before_it_is_read(served: Served, tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    huge.write_text(json.dumps({"question": "问" * 2_000_000}))
    told = curl(served, "/api/v1/ask", "--json", f"@{huge}", "--write-out", "\n%{http_code}")
    body, status = told.split("\n")
    assert (json.loads(body)["error"]["type"], status) == ("too_large", "413")


def test_by_curl(served: Served) -> None:
    json_ = ("-H", "Content-Type: application/json", "--json", SENT)
    whole = json.loads(curl(served, "/api/v1/ask", *json_))
    assert whole["citations"][0]["id"] == FREE.id
    stream = json.dumps({"question": "收费吗", "stream": True})
    told = events(curl(served, "/api/v1/ask", "--no-buffer", "--json", stream))
    assert [name for name, _ in told] == ["text", "text", "answer"]
    assert told[-1][1] == whole
    found = curl(served, "/api/v1/search", "--get", "--data-urlencode", "question=收费吗")
    assert json.loads(found)["retrieved"][0]["id"] == FREE.id
    assert json.loads(curl(served, f"/api/v1/articles/{FREE.id}", "--globoff"))["text"] == FREE.text
    assert len(json.loads(curl(served, "/api/v1/documents"))) == 2
