"""The description of the API: true of what is answered (schemathesis), complete, and in Chinese."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import TypeAdapter
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from qa.contract import AnswerJson
from tests.ui.api.conftest import Make, add_key
from tests.ui.conftest import FakeChain

OPERATIONS = {
    ("POST", "/api/v1/ask"),
    ("GET", "/api/v1/search"),
    ("POST", "/api/v1/search"),
    ("GET", "/api/v1/documents"),
    ("GET", "/api/v1/articles/{id}"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{name}"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}


@pytest.fixture
def described(make: Make, keys: Path) -> Any:
    """The description, as schemathesis reads it from the application; every request brings a key."""
    secret = add_key(keys)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", make().app)
    schema.config.update(headers={"Authorization": f"Bearer {secret}"})
    return schema


FEW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_what_is_answered_is_what_the_description_says(described: Any, method: str, path: str) -> None:
    @FEW
    @given(case=described[path][method].as_strategy())
    def told(case: Any) -> None:
        case.call_and_validate()

    told()


@pytest.mark.parametrize(
    ("method", "path"), sorted(o for o in OPERATIONS if o[0] == "POST" or o[1].endswith("/search"))
)
def test_what_the_description_does_not_allow_is_refused(described: Any, method: str, path: str) -> None:
    @FEW
    @given(case=described[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def refused(case: Any) -> None:
        case.call_and_validate()

    refused()


def openapi(api: TestClient) -> Any:
    return api.get("/api/openapi.json").json()


def test_every_operation_is_described_in_chinese(api: TestClient) -> None:
    told = openapi(api)
    listed = {
        (method.upper(), path): operation
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    }
    assert listed.keys() == OPERATIONS
    for operation in listed.values():
        assert re.search("[一-鿿]", operation["summary"])
        assert re.search("[一-鿿]", operation["description"])
        for status, answer in operation["responses"].items():
            assert status == "200" or answer["content"]["application/json"]["schema"]["$ref"].endswith(
                "/ErrorJson"
            )


def test_the_answer_is_described_key_by_key(api: TestClient) -> None:
    parts = openapi(api)["components"]["schemas"]
    answer = FakeChain().ask("收费吗").to_json()
    for name, made in (("AnswerJson", answer), ("CitationJson", answer["citations"][0])):
        described = parts[name]
        assert list(described["properties"]) == list(made)
        assert described["required"] == list(made)
        assert described["additionalProperties"] is False
        assert all(re.search("[一-鿿]", one["description"]) for one in described["properties"].values())


@pytest.mark.parametrize("question", ["收费吗", "月亮", "哪个"])
def test_the_contract_accepts_what_to_json_gives_and_nothing_else(question: str) -> None:
    contract = TypeAdapter(AnswerJson)
    made: Any = json.loads(json.dumps(FakeChain().ask(question).to_json()))
    assert contract.validate_python(made, strict=True) == made
    for changed in ({**made, "more": 1}, {k: v for k, v in made.items() if k != "refused"}):
        with pytest.raises(ValueError, match="1 validation error"):
            contract.validate_python(changed, strict=True)
