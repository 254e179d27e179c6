"""Two ways to ask a running server, as a load tool's user: a program over the API, and a person on the page."""

import json
import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Protocol
from uuid import uuid4

_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)


class Refused(Exception):
    """The server does not answer now: why, and after how many seconds to try again."""

    def __init__(self, why: str, wait: float) -> None:
        super().__init__(why)
        self.wait = wait


class Asker(Protocol):
    """One user."""

    def ask(self, connection: HTTPConnection, question: str) -> object:
        """What was answered, in a form that is the same whenever the answer is.

        Raises:
            Refused, OSError, HTTPException.
        """
        ...


@dataclass
class ByApi:
    """A program with a key, if it has one."""

    key: str = ""

    def ask(self, connection: HTTPConnection, question: str) -> object:
        """See `Asker`."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        said = _json(connection, "/api/v1/ask", {"question": question}, headers)
        return said["answer"], [c["id"] for c in said["citations"]]


@dataclass
class ByPage:
    """A person at a browser: asks in a new conversation, and follows the answer until it is whole."""

    component: int
    """The number by which Gradio knows what answers clicks."""
    browser: str = field(default_factory=lambda: uuid4().hex)
    session: str = field(default_factory=lambda: uuid4().hex)

    def ask(self, connection: HTTPConnection, question: str) -> object:
        """See `Asker`."""
        views = self._act(connection, act="ask", text=question)
        wait = views["state"].get("wait")
        if wait is None:
            raise Refused(views.get("notice", "no answer"), 1.0)
        where = {"conversation": views["state"]["conversation"], "wait": wait}
        while "wait" in views["state"]:
            views = self._act(connection, act="more", seen=views["state"]["seen"], **where)
        if 'data-state="done"' not in views["turn"]:
            raise Refused("failed", 1.0)
        return views["turn"].replace(wait, "")

    def _act(self, connection: HTTPConnection, **data: str) -> dict[str, Any]:
        call = {"session_hash": self.session, "component_id": self.component, "fn_name": "act"}
        return _json(
            connection, "/gradio_api/component_server", {**call, "data": {"browser": self.browser, **data}}
        )


def component(connection: HTTPConnection) -> int:
    """The number of the component that answers clicks, as the page tells it."""
    connection.request("GET", "/")
    html = connection.getresponse().read().decode()
    found = _CONFIG.search(html)
    parts = json.loads(found[1])["components"] if found else []
    return next(int(part["id"]) for part in parts if part["props"].get("server_fns"))


def _json(
    connection: HTTPConnection, path: str, sent: object, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    connection.request(
        "POST", path, json.dumps(sent).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise Refused(str(response.status), float(response.headers.get("Retry-After", "1")))
    got: dict[str, Any] = json.loads(body)
    return got
