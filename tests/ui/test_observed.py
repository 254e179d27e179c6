"""One server, asked by its page and by its API: what it logs, counts and keeps of errors, and what it must not."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from qa.settings import LogSettings
from tests.ui.site import MAINTAINER, PASSWORD, USER, Site, serving
from tests.ui.test_metrics import numbers
from ui.api.keys import FILE as KEYS
from ui.api.keys import changing, new_key
from ui.faults import FILE as FAULTS
from ui.faults import Faults, noted
from ui.logs import OURS, set_up_logging

ANSWERED, REFUSED, BROKEN = "我公司的绝密设备收费吗", "月亮上的绝密设备呢", "绝密设备为何出错"
HISTORY = "此前的绝密设备"
WRONG = "falsches-Passwort"
MODEL_KEY = "sk-geheim-0123456789"


@dataclass
class Server:
    """A server with its log file; `key` opens its API."""

    site: Site
    faults: Faults
    log: Path
    key: str
    cookie: dict[str, str] = field(default_factory=dict)

    def ask(self, question: str) -> str:
        """Ask on the page; the HTML of the finished turn."""
        views = self.act("ask", text=question)
        while "wait" in views["state"]:
            views = self.act("more", **views["state"])
        return str(views["turn"])

    def act(self, act: str, **data: str) -> dict[str, Any]:
        """Click on the page."""
        status, _, text = self.site.act(act, self.cookie, **data)
        assert status == 200, text
        views: dict[str, Any] = json.loads(text)
        return views

    def api(
        self, path: str, body: Any, key: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Ask the API; a stream gives nothing."""
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {key or self.key}"}
        sent = {k.replace("_", "-"): v for k, v in headers.items()}
        status, got, text = self.site.send("POST", path, json.dumps(body).encode(), head | sent)
        return status, got, {} if got["content-type"].startswith("text/event") else json.loads(text)

    def counted(self, logger: str, id_: str) -> int:
        """How many lines a logger has written for a request."""
        return sum(line["logger"] == logger and line.get("id") == id_ for line in self.lines())

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def until(true: Callable[[], bool]) -> None:
    """A request is logged and counted once its last byte is sent, when the client may have it already."""
    end = monotonic() + 10
    while not true() and monotonic() < end:
        sleep(0.02)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("web")
    handlers = logging.getLogger().handlers[:]
    wanted = LogSettings(level="debug", format="json", file=folder / "qa.log")
    set_up_logging(verbose=False, wanted=wanted, secrets=[MODEL_KEY])
    key, secret = new_key("总机", date.today())
    with changing(folder / KEYS) as keys:
        keys[key.name] = key
    faults = Faults(folder / FAULTS)
    with serving(folder) as site, noted(faults, site.app.metrics.error, [MODEL_KEY]):
        site.app.faults = faults
        made = Server(site, faults, folder / "qa.log", secret)
        use(made)
        yield made
    faults.close()
    for handler in set(logging.getLogger().handlers) - set(handlers):
        handler.close()
    logging.getLogger().handlers[:] = handlers
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def use(server: Server) -> None:
    """What users and programs do, right and wrong."""
    server.site.send("POST", "/sign-in", {"name": USER, "password": WRONG})
    server.cookie = server.site.cookie()
    for question in (ANSWERED, REFUSED, BROKEN):
        server.ask(question)
    server.act("more", wait=ANSWERED, seen=ANSWERED)  # breaks the act itself
    for question in (ANSWERED, BROKEN):
        body = {"question": question, "history": [HISTORY]}
        server.api("/api/v1/ask", body, X_Request_ID="von-der-Zentrale-1")
        server.api("/api/v1/ask", {"question": question, "stream": True})
    server.api("/api/v1/ask", {"question": ANSWERED, "as_of": "geheim"})
    server.api("/api/v1/ask", {"question": ANSWERED}, key="pqa_falscher-Schluessel")
    message = {"role": "user", "content": ANSWERED}
    server.api("/v1/chat/completions", {"model": "policy-qa", "messages": [message]})
    head = {"Authorization": f"Bearer {server.key}", "Cookie": "a=geheim"}
    server.site.send("GET", "/api/v1/articles/geheim?q=geheim", head=head)
    logging.getLogger("qa.test").warning("a library says %s", MODEL_KEY)


def test_nothing_that_was_typed_and_no_secret_is_in_the_log(server: Server) -> None:
    told = server.log.read_text(encoding="utf-8")
    token = server.cookie["Cookie"].partition("=")[2]
    assert len(token) > 40
    secrets = ("绝密", "geheim", WRONG, PASSWORD, token, server.key, "falscher-Schluessel")
    assert [s for s in secrets if s in told] == []
    assert "a library says ***" in told
    kept = json.dumps([vars(f) for f in server.faults.last()], ensure_ascii=False)
    assert [s for s in secrets if s in kept] == []
    assert "a library says ***" in kept


def test_each_question_is_one_line_with_its_channel_and_outcome(server: Server) -> None:
    lines = [line for line in server.lines() if line["message"] == "question"][:8]
    assert [(line["channel"], line["outcome"], line.get("refusal"), line.get("error")) for line in lines] == [
        ("page", "answered", None, None),
        ("page", "refused", "资料未收录", None),
        ("page", "failed", None, "ZeroDivisionError"),
        ("api", "answered", None, None),
        ("api", "answered", None, None),
        ("api", "failed", None, "ZeroDivisionError"),
        ("api", "failed", None, "ZeroDivisionError"),
        ("api", "answered", None, None),
    ]
    assert {line["logger"] for line in lines} == {"ui.asked"}
    assert {line["revision"] for line in lines} == {"000001"}
    assert [line["outcome"] for line in lines if line["id"] == "von-der-Zentrale-1"] == ["answered", "failed"]


def test_the_id_of_a_request_is_in_its_answer_its_error_and_its_lines(server: Server) -> None:
    status, headers, told = server.api("/api/v1/ask", {"question": BROKEN}, X_Request_ID="Anruf-17-Sued")
    assert (status, headers["x-request-id"]) == (500, "Anruf-17-Sued")
    assert told["error"]["request_id"] == "Anruf-17-Sued"
    until(lambda: server.counted("ui.access", "Anruf-17-Sued") == 1)
    own = [line for line in server.lines() if line.get("id") == "Anruf-17-Sued"]
    assert {(line["logger"], line["level"]) for line in own} >= {("ui.asked", "info"), ("ui.access", "info")}
    assert [(w["method"], w["route"], w["status"]) for w in own if w["logger"] == "ui.access"] == [
        ("POST", "/api/v1/ask", 500)
    ]
    assert "ZeroDivisionError" in next(line["trace"] for line in own if line["level"] == "error")
    status, headers, told = server.api("/api/v1/ask", {"question": "x"}, key="pqa_falsch")
    assert (status, told["error"]["request_id"]) == (401, headers["x-request-id"])


def test_a_fault_on_the_page_names_the_id_under_which_it_is_kept(server: Server) -> None:
    found = re.search(r"编号 ([0-9a-f]{8}) 告诉维护者", server.ask(BROKEN))
    assert found is not None
    newest = server.faults.last()[0]
    assert (newest.line, newest.ids[0][:8]) == ("程序内部错误：ZeroDivisionError", found[1])


def test_what_was_asked_is_counted(server: Server) -> None:
    server.api("/api/v1/ask", {"question": "x"}, key="pqa_falsch", X_Request_ID="der-letzte-1")
    until(lambda: server.counted("ui.access", "der-letzte-1") == 1)
    status, headers, text = server.site.send("GET", "/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "绝密" not in text.decode()
    found = numbers(server.site.app.metrics)
    assert found["policy_qa_questions_total{channel=page,outcome=answered}"] == 1
    assert found["policy_qa_questions_total{channel=api,outcome=answered}"] == 3
    assert found["policy_qa_refusals_total{type=资料未收录}"] == 1
    assert found["policy_qa_errors_total{kind=ZeroDivisionError}"] >= 3
    assert found["policy_qa_http_requests_total{method=POST,route=/sign-in,status=401}"] == 1
    assert found["policy_qa_http_requests_total{method=POST,route=/api/v1/ask,status=200}"] == 2
    assert found["policy_qa_http_requests_total{method=GET,route=/api/v1/articles/{id:path},status=404}"] == 1
    assert found["policy_qa_articles{}"] == 2
    assert found["policy_qa_index_info{embedder=fake,revision=000001}"] == 1


def test_the_metrics_are_not_for_everybody(server: Server) -> None:
    away = {"X-Forwarded-For": "192.0.2.7"}
    heads: tuple[dict[str, str], ...]
    heads = ({}, server.cookie, server.site.cookie(MAINTAINER), {"Authorization": f"Bearer {server.key}"})
    assert [server.site.send("GET", "/metrics", head=away | head)[0] for head in heads] == [
        403,
        403,
        200,
        200,
    ]
