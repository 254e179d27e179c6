"""A password, a session, a key of the API and a chat model's key: none is kept, shown or logged."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from qa.chain import open_chain
from qa.settings import load_settings
from tests.qa.model_server import serve
from tests.ui.site import PASSWORD, USER, serving
from ui.api.keys import FILE as KEYS
from ui.api.keys import changing, new_key

MODEL_KEY = "sk-geheim-0123456789abcdef"
WRONG = "falsches-Passwort-99"


def contents(folder: Path) -> Iterator[bytes]:
    """What each file holds; a database's journal may go while they are read."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file():
                yield path.read_bytes()


def test_no_secret_is_kept_shown_or_logged(
    index_dir: Path, cache_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The model's service refuses and, as some do, repeats the key that it was sent."""
    caplog.set_level(logging.DEBUG)
    today = date.today()
    key, api_key = new_key("接口", today)
    with changing(tmp_path / KEYS) as keys:
        keys[key.name] = key
    shown: list[bytes] = []
    with serve(401) as model:
        settings = load_settings(
            {"POLICY_QA_LLM_API_KEY": MODEL_KEY},
            index__dir=str(index_dir), index__cache_dir=str(cache_dir), llm="openai:m", llm_base_url=model.url,
        )  # fmt: skip
        with serving(tmp_path, open_chain=lambda: open_chain(settings)) as site:
            cookie = site.cookie()
            bearer = {"Authorization": f"Bearer {api_key}"}
            json_bearer = {**bearer, "Content-Type": "application/json"}
            question = json.dumps({"question": "首台套检测评定收费吗"}).encode()
            for method, path, body, head in (
                ("POST", "/sign-in", {"name": USER, "password": WRONG}, {}),
                ("GET", f"/?token={api_key}", b"", cookie),
                ("GET", "/api/v1/documents", b"", bearer),
                ("POST", "/api/v1/ask", question, json_bearer),
                ("POST", "/api/v1/ask", b"{", json_bearer),
                ("GET", "/api/v1/articles/x", b"", bearer),
                ("GET", "/api/v1/documents", b"", {"Authorization": f"Bearer {api_key}x"}),
                ("GET", "/config", b"", cookie),
                ("GET", "/metrics", b"", bearer),
                ("POST", "/sign-out", b"", {**cookie, "Sec-Fetch-Site": "cross-site"}),
            ):
                shown.append(site.send(method, path, body, head)[2])
            shown.append(site.act("ask", cookie, text="首台套检测评定收费吗")[2])
            until = time.monotonic() + 60
            while not site.app.records.conversations(f"user:{USER}") and time.monotonic() < until:
                time.sleep(0.1)
            shown += [site.act(act, cookie)[2] for act in ("open", "maintain", "hello")]
        assert f"Bearer {MODEL_KEY}" in model.keys  # it was sent to where it belongs
    assert site.app.records
    told = b"\n".join(
        [*shown, caplog.text.encode(), repr(settings).encode(), settings.model_dump_json().encode()]
    )
    kept = b"\n".join(contents(tmp_path))
    token = cookie["Cookie"].partition("=")[2]
    for secret in (PASSWORD, WRONG, token, api_key, MODEL_KEY):
        assert secret.encode() not in told
        assert secret.encode() not in kept
        assert secret[6:22].encode() not in told + kept  # nor a good part of it
    assert sha256(token.encode()).hexdigest().encode() in kept  # the session was there
    assert today.isoformat().encode() in kept
