import io
import sys

import pytest

from ui.environment import prepare, set_up_streams


def test_nothing_calls_home_and_the_hub_is_closed() -> None:
    environ: dict[str, str] = {}
    prepare("default", environ)
    assert environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert environ["ANONYMIZED_TELEMETRY"] == "False"
    assert environ["HF_HUB_OFFLINE"] == "1"
    assert environ["NO_PROXY"] == environ["no_proxy"] == "127.0.0.1,localhost"


def test_a_model_of_the_users_own_may_be_fetched() -> None:
    environ: dict[str, str] = {}
    prepare("BAAI/bge-small-zh-v1.5", environ)
    assert "HF_HUB_OFFLINE" not in environ


def test_what_the_user_has_set_stays() -> None:
    environ = {"HF_HUB_OFFLINE": "0", "NO_PROXY": "10.0.0.1,localhost"}
    prepare("default", environ)
    assert environ["HF_HUB_OFFLINE"] == "0"
    assert environ["NO_PROXY"] == "10.0.0.1,localhost,127.0.0.1"


def test_pipes_are_utf8_whatever_the_system_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    set_up_streams()
    print("政策\ud800", flush=True)  # noqa: T201
    assert raw.getvalue().decode() == "政策?\n"
