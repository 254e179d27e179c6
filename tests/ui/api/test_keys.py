"""Keys of programs: how they are made, kept and revoked, and whom the API lets in."""

import json
import logging
import os
import stat
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.errors import SettingsError, UsageError
from qa.settings import LimitSettings, WebSettings
from tests.ui.api.conftest import TODAY, Make, add_key
from tests.ui.api.test_library import SENT, error
from tests.ui.conftest import FREE, FakeChain, Run, as_chain
from ui.api.answering import Answering
from ui.api.application import api_app
from ui.api.keys import Keys, changing, new_key, read_keys
from ui.live import LiveChain
from ui.queueing import Line

NO_KEY = "没有密钥。请维护者用 policy-qa key add 生成密钥，放在请求头 Authorization: Bearer 中。"
BAD_KEY = NO_KEY.replace("没有密钥", "密钥无效、已过期或已撤销", 1)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


# ---- the file ----------------------------------------------------------------------------------------------
def test_only_the_hash_of_a_key_is_kept(keys: Path) -> None:
    secret = add_key(keys, "总机", date(2027, 1, 31))
    assert secret.startswith("pqa_")
    assert len(secret) == 4 + 43  # 256 bits
    assert [json.loads(line) for line in keys.read_text(encoding="utf-8").splitlines()] == [
        {
            "name": "总机",
            "digest": sha256(secret.encode()).hexdigest(),
            "made": "2026-11-23",
            "expires": "2027-01-31",
            "revoked": None,
        }
    ]
    assert os.name != "posix" or stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert secret not in repr(read_keys(keys))
    assert add_key(keys, "另一个") != secret


def test_a_key_is_good_to_the_end_of_its_last_day(keys: Path) -> None:
    secret = add_key(keys, "总机", TODAY)
    days = iter([TODAY, date(2026, 11, 24)])
    held = Keys(keys, today=lambda: next(days))
    assert [held.holder(secret), held.holder(secret)] == ["总机", None]
    with pytest.raises(UsageError, match=r"^到期日 2026-11-22 已经过去。"):
        new_key("总机", TODAY, date(2026, 11, 22))


def test_the_file_is_read_anew_when_it_changes(keys: Path) -> None:
    held = Keys(keys, today=lambda: TODAY)
    assert (held.holder("pqa_x"), held.any()) == (None, False)
    secret = add_key(keys)
    assert (held.holder(secret), held.any()) == ("总机", True)
    keys.unlink()
    assert held.holder(secret) is None


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "{}",
        '{"name": "a", "digest": "zz", "made": "2026-01-01"}',
        '{"name": "a", "digest": "00", "made": "2026-01-01"}',
        json.dumps({"name": "a", "digest": "0" * 64, "made": "gestern"}),
        json.dumps({"name": "a", "digest": "0" * 64, "made": "2026-01-01", "expires": 1}),
        json.dumps({"name": "", "digest": "0" * 64, "made": "2026-01-01"}),
        json.dumps({"name": "a", "digest": "0" * 64, "made": "2026-01-01", "more": 1}),
    ],
)
def test_a_damaged_file_lets_nobody_in(make: Make, keys: Path, line: str) -> None:
    keys.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="第 2 行有误。请删除这一行"):
        read_keys(keys)
    told = error(make().post("/api/v1/ask", json=SENT, headers=bearer("pqa_x")))
    assert told == (503, "unavailable", "暂时无法核对密钥，请联系维护者查看服务端日志。")
    assert error(make().post("/api/v1/ask", json=SENT))[0] == 503


# ---- the command -------------------------------------------------------------------------------------------
def test_a_key_is_shown_once_and_listed_by_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "密钥.jsonl"
    made = run("key", "add", "总机", "--expires", "2099-12-31", "--keys", str(file))
    assert made.exit_code == 0
    secret = made.stdout.removesuffix("\n")
    assert Keys(file).holder(secret) == "总机"
    assert made.stderr == f"已添加密钥 总机（有效期至 2099-12-31）：{file}。密钥只显示这一次，请妥善保存。\n"
    again = run("key", "add", "总机", "--keys", str(file))
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith("错误：已有密钥 总机。")
    assert run("key", "add", "网站", "--keys", str(file)).exit_code == 0
    today = date.today()
    assert run("key", "list", "--keys", str(file)).stdout.splitlines() == [
        f"总机  {today} 生成  有效期至 2099-12-31",
        f"网站  {today} 生成  不过期",
    ]
    assert run("key", "revoke", "总机", "--keys", str(file)).stdout == f"已撤销密钥 总机：{file}\n"
    assert Keys(file).holder(secret) is None
    listed = run("key", "list", "--keys", str(file))
    assert listed.stdout.splitlines()[0] == f"总机  {today} 生成  已撤销（{today}）"
    assert secret not in listed.output
    assert run("key", "revoke", "谁", "--keys", str(file)).stderr.startswith("错误：没有密钥 谁。")
    renewed = run("key", "add", "总机", "--keys", str(file)).stdout.strip()
    assert (Keys(file).holder(renewed), Keys(file).holder(secret)) == ("总机", None)


@pytest.mark.parametrize(("expires", "code"), [("2020-01-01", 1), ("bald", 1)])
def test_a_day_that_cannot_be_is_told(run: Run, tmp_path: Path, expires: str, code: int) -> None:
    file = tmp_path / "keys.jsonl"
    result = run("key", "add", "总机", "--expires", expires, "--keys", str(file))
    assert (result.exit_code, result.stdout, file.exists()) == (code, "", False)


# ---- the door ----------------------------------------------------------------------------------------------
def test_without_keys_and_users_this_machine_alone_may_ask(make: Make) -> None:
    assert make().post("/api/v1/ask", json=SENT).status_code == 200
    for client, host in (
        ("192.0.2.7", "127.0.0.1"),
        ("127.0.0.1", "evil.example"),
        ("192.0.2.7", "pqa.example"),
    ):
        answer = make(client=client, host=host).post("/api/v1/ask", json=SENT)
        assert error(answer) == (401, "unauthorized", NO_KEY)
        assert answer.headers["www-authenticate"] == "Bearer"
    forwarded = make().post("/api/v1/ask", json=SENT, headers={"X-Forwarded-For": "192.0.2.7"})
    assert error(forwarded) == (401, "unauthorized", NO_KEY)


def test_with_a_key_only_who_has_one_may_ask(make: Make, keys: Path) -> None:
    secret, old = add_key(keys), add_key(keys, "旧", TODAY)
    with changing(keys) as held:
        held["撤"], revoked = new_key("撤", TODAY)
        held["撤"] = type(held["撤"])(**{**vars(held["撤"]), "revoked": "2026-11-23"})
        held["旧"] = type(held["旧"])(**{**vars(held["旧"]), "expires": "2026-11-22"})
    for api in (make(), make(client="192.0.2.7", host="pqa.example")):
        assert api.post("/api/v1/ask", json=SENT, headers=bearer(secret)).status_code == 200
        assert (
            api.post("/api/v1/ask", json=SENT, headers={"Authorization": f"bearer  {secret}"}).status_code
            == 200
        )
        assert error(api.post("/api/v1/ask", json=SENT)) == (401, "unauthorized", NO_KEY)
        for bad in (old, revoked, secret[:-1], f"{secret}x", "pqa_", "密" * 3, "x" * 10_000):
            headers: Any = {b"Authorization": f"Bearer {bad}".encode()}
            answer = api.post("/api/v1/ask", json=SENT, headers=headers)
            assert error(answer) == (401, "unauthorized", BAD_KEY)
        for path in ("/v1/models", "/api/v1/documents", "/api/nirgends", "/v1/x"):
            assert error(api.get(path))[0] == 401


def test_a_revoked_last_key_does_not_open_the_api(make: Make, keys: Path, run: Run) -> None:
    add_key(keys)
    assert run("key", "revoke", "总机", "--keys", str(keys)).exit_code == 0
    assert error(make().post("/api/v1/ask", json=SENT))[0] == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/openapi.json"])
def test_health_and_description_need_no_key(make: Make, keys: Path, path: str) -> None:
    add_key(keys)
    assert make(client="192.0.2.7").get(path).status_code == 200


def test_a_key_below_a_path_of_a_proxy(make: Make, keys: Path) -> None:
    secret = add_key(keys)
    api = make(root_path="/policy-qa")
    for path in ("/api/v1/ask", "/policy-qa/api/v1/ask"):
        assert api.post(path, json=SENT, headers=bearer(secret)).status_code == 200
        assert error(api.post(path, json=SENT))[0] == 401
    assert error(api.get("/policy-qa/api/x", headers=bearer(secret)))[0] == 404


@pytest.mark.parametrize("root_path", [None, "/a", "/ap", "/api", "/v1", "/api/v1"])
@pytest.mark.parametrize("prefixed", [False, True])
def test_no_path_leads_around_the_door(make: Make, keys: Path, root_path: str | None, prefixed: bool) -> None:
    add_key(keys)
    api = make(client="192.0.2.7", root_path=root_path)
    before = (root_path or "") if prefixed else ""
    for path in ("/api/v1/documents", "/api/documents", f"/api/v1/articles/{FREE.id}", "/v1/models"):
        for disguised in (
            path,
            f"/{path}",
            path.replace("api", "%61pi"),
            f"{path}/",
            path.replace("/v1", "//v1"),
        ):
            assert api.get(before + disguised).status_code in (401, 404), disguised
    if root_path != "/api/v1" or prefixed:  # else it is taken for a path below that one
        assert api.get(f"{before}/api/v1/documents").status_code == 401


def test_without_the_door_nobody_may_ask(chain: FakeChain) -> None:
    line = Line(1, LimitSettings())
    asgi = api_app(Answering(LiveChain(lambda: as_chain(chain)), line), WebSettings(), "1", [])
    api = TestClient(asgi, "http://127.0.0.1", client=("127.0.0.1", 1))
    assert error(api.get("/api/v1/documents")) == (
        401,
        "unauthorized",
        "请先登录，或在请求头 Authorization 中给出有效的密钥。",
    )
    assert [api.get(path).status_code for path in ("/api/documents", "/v1/models", "/healthz")] == [
        401,
        401,
        200,
    ]
    line.close()


def test_keys_are_not_in_the_log(make: Make, keys: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = add_key(keys)
    api: TestClient = make()
    for question in ("收费吗", "出错", "  "):
        api.post("/api/v1/ask", json={"question": question}, headers=bearer(secret))
    api.post("/api/v1/ask", json=SENT, headers=bearer(f"{secret}x"))
    assert "ZeroDivisionError" in caplog.text
    assert secret not in caplog.text
