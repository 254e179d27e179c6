"""What the API says of the library, and how it says what is wrong."""

import json
from datetime import date
from threading import Event, Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.errors import IndexMissing, UsageError
from qa.model import Answer
from qa.settings import LimitSettings
from tests.ui.api.conftest import Make
from tests.ui.conftest import FREE, FakeChain, Run
from ui.queueing import Line

SENT = {"question": "收费吗"}


def error(answer: Any) -> tuple[int, str, str]:
    """Status, type and message of an error, whose form is checked."""
    told = answer.json()
    assert told.keys() == {"error"}
    assert told["error"].keys() == {"type", "message", "request_id"}
    assert "\n" not in told["error"]["message"]
    assert "Traceback" not in answer.text
    assert answer.headers["content-type"].startswith("application/json")
    return answer.status_code, told["error"]["type"], told["error"]["message"]


def events(text: str) -> list[tuple[str, Any]]:
    """Name and data of server-sent events."""
    found = []
    for event in text.removesuffix("\n\n").split("\n\n"):
        name, _, data = event.partition("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


# ---- what it gives -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/ask"])
def test_an_answer_is_that_of_the_command_line(api: TestClient, run: Run, path: str) -> None:
    answer = api.post(path, json=SENT)
    assert answer.status_code == 200
    assert answer.text == run("ask", "收费吗", "--json").stdout.removesuffix("\n")


@pytest.mark.parametrize("how", ["GET", "POST"])
def test_a_search_is_that_of_the_command_line(api: TestClient, run: Run, how: str) -> None:
    told = {"params": SENT} if how == "GET" else {"json": SENT}
    answer = api.request(how, "/api/v1/search", **told)  # type: ignore[arg-type]
    # the fake chain takes no time
    assert answer.json() == json.loads(run("search", "收费吗", "--json").stdout)


def test_a_refusal_is_an_answer(api: TestClient) -> None:
    answer = api.post("/api/v1/ask", json={"question": "月亮"})
    assert (answer.status_code, answer.json()["refusal"]["type"]) == (200, "资料未收录")


def test_all_that_a_question_may_carry_arrives(api: TestClient, chain: FakeChain) -> None:
    sent = {
        "question": "收费吗",
        "history": ["首台套是什么", "哪里办"],
        "documents": ["检测评定"],
        "collections": ["默认"],
        "as_of": "2024-05-01",
    }
    bodies = [
        api.post("/api/v1/ask", json=sent).json(),
        events(api.post("/api/v1/ask", json=sent | {"stream": True}).text)[-1][1],
        api.post("/api/v1/search", json=sent).json(),
        api.get("/api/v1/search", params=sent).json(),
    ]
    assert chain.asked == [("收费吗", ("首台套是什么", "哪里办"), ("检测评定",))] * 4
    assert chain.days == [date(2024, 5, 1)] * 4
    assert chain.collections == [("默认",)] * 4
    assert bodies[0] == bodies[1]


def test_a_streamed_answer_grows_and_ends_with_the_whole(api: TestClient) -> None:
    answer = api.post("/api/v1/ask", json=SENT | {"stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    whole = api.post("/api/v1/ask", json=SENT).json()
    assert events(answer.text) == [
        ("text", {"answer": "不收取费用。[1]"}),
        ("text", {"answer": whole["answer"]}),
        ("answer", whole),
    ]


def test_the_documents_are_those_of_the_command_line(api: TestClient) -> None:
    listed = api.get("/api/v1/documents").json()
    assert [d["title"] for d in listed] == ["检测评定管理办法（试行）", "国务院政策例行吹风会"]
    assert api.get("/api/v1/documents", params={"collection": "默认"}).json() == listed
    told = error(api.get("/api/v1/documents", params={"collection": "没有"}))
    assert told == (404, "not_found", "没有名为“没有”的合集。已有：默认。")


def test_an_article_is_found_by_its_id_with_its_strokes(api: TestClient) -> None:
    article = api.get(f"/api/v1/articles/{FREE.id}").json()
    assert (article["id"], article["text"], article["label"]) == (FREE.id, FREE.text, FREE.label)
    assert "/" in FREE.id


@pytest.mark.parametrize("id_", ["没有", "a/b/c", "%00", "../../etc/passwd", "%2e%2e%2fetc", "国" * 300])
def test_an_unknown_article_is_404(api: TestClient, id_: str) -> None:
    status, kind, _ = error(api.get(f"/api/v1/articles/x{id_}"))
    assert (status, kind) == (404, "not_found")


def test_it_lives_and_is_ready(api: TestClient, chain: FakeChain) -> None:
    assert api.get("/healthz").json() == {"status": "ok"}
    assert [api.head(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    assert api.get("/readyz").json() == {
        "status": "ready",
        "revision": "000001",
        "built_at": "2024-05-01T00:00:00",
        "embedder": "fake",
        "documents": 2,
        "articles": 2,
    }

    def gone() -> bool:
        raise IndexMissing("没有索引。请先运行 policy-qa index。")

    chain.library.is_current = gone
    assert error(api.get("/readyz")) == (503, "unavailable", "没有索引。请先运行 policy-qa index。")
    assert api.get("/healthz").status_code == 200


def test_a_server_that_stops_is_not_ready(make: Make) -> None:
    line = Line(1, LimitSettings())
    api = make(line=line)
    assert api.get("/readyz").status_code == 200
    line.close()
    status, kind, message = error(api.get("/readyz"))
    assert (status, kind) == (503, "busy")
    assert message.startswith("服务正在停止")


# ---- what is wrong -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"\xff\xfe", b'{"question": "\xff"}', b"[" * 100_000, b"nul", b'{"question": NaN}'],
)
def test_what_is_no_json_is_400_or_422(api: TestClient, body: bytes) -> None:
    answer = api.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert error(answer)[0] in (400, 422)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({}, "请求有误（question）：缺少这一项"),
        ([], "请求有误（请求正文）：应为 JSON 对象（Content-Type: application/json）"),
        ({"question": 1}, "请求有误（question）：应为文字"),
        ({"question": ""}, "请求有误（question）：不能为空"),
        ({"question": " \u3000\n"}, "请求有误（question）：不能为空"),
        ({"question": None}, "请求有误（question）：应为文字"),
        ({"question": "问" * 2001}, "请求有误（question）：超过 2000 字"),
        ({"question": "问\x00"}, "请求有误（question）：含有控制字符"),
        ({"question": "问", "frage": "?"}, "请求有误（frage）：不认识这一项"),
        ({"question": "问", "history": "前"}, "请求有误（history）：应为列表"),
        ({"question": "问", "history": [1]}, "请求有误（history.0）：应为文字"),
        ({"question": "问", "history": ["前"] * 51}, "请求有误（history）：超过 50 项"),
        ({"question": "问", "as_of": "昨天"}, "请求有误（as_of）：应为日期，如 2024-05-01"),
        ({"question": "问", "as_of": 20240501}, "请求有误（as_of）：应为日期，如 2024-05-01"),
        ({"question": "问", "as_of": "2024-13-01"}, "请求有误（as_of）：没有这一天"),
        ({"question": "问", "stream": "yes"}, "请求有误（stream）：应为 true 或 false"),
    ],
)
def test_a_wrong_request_says_where_and_what(api: TestClient, sent: Any, reason: str) -> None:
    assert error(api.post("/api/v1/ask", json=sent)) == (
        422,
        "invalid_request",
        f"{reason}。接口说明见 /api/openapi.json。",
    )


def test_half_characters_are_refused(api: TestClient) -> None:
    answer = api.post(
        "/api/v1/ask", content=rb'{"question": "\ud83d"}', headers={"Content-Type": "application/json"}
    )
    assert error(answer)[:2] == (422, "invalid_request")


def test_a_form_is_no_json(api: TestClient) -> None:
    assert error(api.post("/api/v1/ask", data=SENT))[:2] == (422, "invalid_request")
    answer = api.post("/api/v1/ask", content=json.dumps(SENT), headers={"Content-Type": "text/plain"})
    assert error(answer)[:2] == (422, "invalid_request")


@pytest.mark.parametrize("stream", [False, True])
def test_what_the_chain_refuses_is_told_in_its_words(api: TestClient, chain: FakeChain, stream: bool) -> None:
    def ask(*_: object, **__: object) -> Answer:
        raise UsageError("没有名为“甲”的文件。")

    chain.ask = ask  # type: ignore[method-assign]
    answer = api.post("/api/v1/ask", json=SENT | {"stream": stream})
    assert error(answer) == (422, "invalid_request", "没有名为“甲”的文件。")


@pytest.mark.parametrize("stream", [False, True])
def test_a_fault_of_ours_shows_no_trace(
    api: TestClient, caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    answer = api.post("/api/v1/ask", json={"question": "出错", "stream": stream})
    assert error(answer)[:2] == (500, "internal")
    assert "除数" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_a_fault_on_the_way_ends_the_stream_with_an_error(api: TestClient, chain: FakeChain) -> None:
    whole = chain.ask("收费吗")

    def breaks(*_: object, **__: object) -> Any:
        yield whole
        raise ZeroDivisionError

    chain.stream = breaks  # type: ignore[method-assign]
    told = events(api.post("/api/v1/ask", json=SENT | {"stream": True}).text)
    assert [name for name, _ in told] == ["text", "error"]
    assert told[-1][1]["error"]["type"] == "internal"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/ask", 405),
        ("DELETE", "/api/v1/search", 405),
        ("POST", "/api/v1/documents", 405),
        ("POST", "/healthz", 405),
        ("GET", "/v1/chat/completions", 405),
        ("GET", "/api/v1/ask/", 404),
        ("GET", "/api/v2/ask", 404),
        ("GET", "/api/", 404),
        ("GET", "/api", 404),
        ("GET", "/v1/embeddings", 404),
    ],
)
def test_a_wrong_method_or_path_is_told(api: TestClient, method: str, path: str, status: int) -> None:
    assert error(api.request(method, path))[:2] == (
        status,
        {404: "not_found", 405: "method_not_allowed"}[status],
    )


def test_who_asks_too_much_is_told_when_to_come_back(make: Make, chain: FakeChain) -> None:
    go, begun = Event(), Event()
    answer = chain.ask("收费吗")

    def slow(*_: object, **__: object) -> Answer:
        begun.set()
        assert go.wait(20)
        return answer

    chain.ask = slow  # type: ignore[method-assign]
    api = make(limits=LimitSettings(per_person=1))
    told: list[int] = []
    first = Thread(target=lambda: told.append(api.post("/api/v1/ask", json=SENT).status_code))
    first.start()
    assert begun.wait(20)
    second = api.post("/api/v1/ask", json=SENT)
    assert error(second)[:2] == (429, "too_many_requests")
    assert int(second.headers["retry-after"]) >= 1
    go.set()
    first.join()
    assert told == [200]
