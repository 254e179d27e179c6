"""The API over a fake chain, without a page and without a network."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from qa.settings import LimitSettings, WebSettings
from tests.ui.conftest import FakeChain, as_chain
from ui.api.answering import Answering
from ui.api.application import api_app
from ui.api.door import ApiDoor, Callers
from ui.api.keys import FILE, Keys, changing, new_key
from ui.edge import Edge
from ui.live import LiveChain
from ui.queueing import Line

TODAY = date(2026, 11, 23)
Make = Callable[..., TestClient]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where the file of keys would be."""
    return tmp_path / FILE


@pytest.fixture
def make(chain: FakeChain, keys: Path) -> Iterator[Make]:
    """Makes a client of the API, on this machine unless `client` says otherwise."""
    lines: list[Line] = []

    def made(
        client: str = "127.0.0.1",
        host: str = "127.0.0.1",
        limits: LimitSettings | None = None,
        line: Line | None = None,
        **web: Any,
    ) -> TestClient:
        line = line or Line(2, limits or LimitSettings())
        lines.append(line)
        settings = WebSettings(**web)
        door = Middleware(ApiDoor, Callers(Keys(keys, today=lambda: TODAY), None), settings.root_path)
        asgi = api_app(
            Answering(LiveChain(lambda: as_chain(chain)), line), settings, "1", [Middleware(Edge), door]
        )
        return TestClient(
            asgi,
            f"http://{host}",
            client=(client, 50000),
            raise_server_exceptions=False,
            follow_redirects=False,
        )

    yield made
    for line in lines:
        line.close()


@pytest.fixture
def api(make: Make) -> TestClient:
    """The API on this machine, without keys."""
    return make()


def add_key(path: Path, name: str = "总机", expires: date | None = None) -> str:
    """A key in the file."""
    key, secret = new_key(name, TODAY, expires)
    with changing(path) as keys:
        keys[name] = key
    return secret
