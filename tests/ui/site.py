"""The whole server on a free port over a fake chain, and requests to it as an attacker writes them: byte by byte."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import FastAPI

from qa.chain import Chain
from qa.settings import Settings, WebSettings
from tests.ui.conftest import FakeChain, as_chain
from ui.app import App
from ui.attempts import Attempts
from ui.environment import prepare
from ui.live import LiveChain
from ui.page_door import CALL
from ui.records import FILE, Records
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.sign_in import Anonymous, SignIn
from ui.users import Cost, User, Users, changing, hashed

CHEAP = Cost(n=2, r=1, p=1)
USER, MAINTAINER, PASSWORD = "张三", "维护员", "mima-12345"


@dataclass
class Site:
    """The server, the folder that it works in, and its parts."""

    port: int
    folder: Path
    app: App
    page: Any
    asgi: FastAPI

    def send(
        self, method: str, path: str, body: bytes | dict[str, str] = b"", head: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to a request whose path goes out as it is."""
        sent = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", **(head or {})}
        if isinstance(body, dict):
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(body).encode()
        if body:
            sent.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in sent.items() if v), "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall("\r\n".join(lines).encode("utf-8", "surrogateescape") + body)
            answer = HTTPResponse(line, method=method)
            answer.begin()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def act(
        self, act: str, head: dict[str, str] | None = None, **data: str
    ) -> tuple[int, dict[str, str], bytes]:
        """What the page's script sends for a click."""
        component = next(
            id_ for id_, block in self.page.blocks.items() if any(getattr(block, "server_fns", None) or ())
        )
        told = {
            "data": {**data, "act": act},
            "fn_name": "act",
            "component_id": component,
            "session_hash": "x",
        }
        json_head = {"Content-Type": "application/json", **(head or {})}
        return self.send("POST", CALL, json.dumps(told).encode(), json_head)

    def cookie(self, name: str = USER) -> dict[str, str]:
        """Sign in; the header that shows the session."""
        status, head, _ = self.send("POST", "/sign-in", {"name": name, "password": PASSWORD})
        assert status == 303
        return {"Cookie": head["set-cookie"].split(";")[0]}

    def upload(self, name: str, body: bytes, head: dict[str, str]) -> int:
        """Send a file as the page does; returns the status."""
        return self.send("POST", "/upload", body, {"X-Policy-QA": "1", "X-Name": quote(name), **head})[0]


@contextmanager
def serving(
    folder: Path,
    *,
    signing_in: bool = True,
    open_chain: Callable[[], Chain] = lambda: as_chain(FakeChain()),
    **settings: Any,
) -> Iterator[Site]:
    """The server; `USER` and `MAINTAINER` may sign in, or everybody comes in."""
    prepare("default")
    from ui.server import Server
    from ui.web import build_app, build_page

    path = folder / "users.jsonl"
    with changing(path) as users:
        for name in (USER, MAINTAINER):
            users[name] = User(name, hashed(PASSWORD, CHEAP), name == MAINTAINER)
    web = WebSettings(**{"port": 0, "data_dir": folder, "users": path if signing_in else None, **settings})
    live = Users(path, Attempts())
    sessions = Sessions(folder / SESSIONS, live)
    known = SignIn(live, sessions) if signing_in else Anonymous(web)
    records = Records(folder / FILE)
    live_chain = LiveChain(open_chain)
    app = App(live_chain, records, web)
    page = build_page(app, known)
    asgi = build_app(page, app, known, Settings(web=web))
    server = Server(asgi, web.host, web.port)
    yield Site(urlsplit(server.address).port or 0, folder, app, page, asgi)
    page.close(verbose=False)
    app.close()
    server.close()
    live_chain.close()
    sessions.close()
    records.close()
