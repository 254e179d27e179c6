from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from index.errors import SettingsError
from qa.settings import RetrievalSettings, Settings, load_settings


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "policy-qa.toml"


def from_file(path: Path, text: str | bytes, **environ: str) -> Settings:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_settings({"POLICY_QA_CONFIG": str(path), **environ})


def message(error: pytest.ExceptionInfo[SettingsError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_without_environment_the_defaults_hold() -> None:
    settings = load_settings({"HOME": "/home/x", "OTHER_TOPK": "3"})
    assert settings == Settings()
    assert settings.retrieval == RetrievalSettings(
        candidates=60, top_k=20, rrf_k=60, vector_weight=1.0, lexical_weight=1.0, rerank=True, prior=0.5
    )
    assert (settings.answer.max_chars, settings.llm, settings.llm_timeout) == (300, None, 30.0)
    assert (settings.index.embedder, settings.index.dir.name) == ("default", "index")


def test_nested_settings_have_two_underscores() -> None:
    settings = load_settings(
        {
            "POLICY_QA_RETRIEVAL__TOP_K": "5",
            "POLICY_QA_RETRIEVAL__RERANK": "false",
            "POLICY_QA_ANSWER__REFUSE_BELOW": "0.5",
            "POLICY_QA_INDEX__DIR": "/data/index",
            "POLICY_QA_LLM": "openai:deepseek-chat",
        }
    )
    assert settings.retrieval == RetrievalSettings(top_k=5, rerank=False)
    assert settings.answer.refuse_below == 0.5
    assert settings.index.dir == Path("/data/index")
    assert settings.llm == "openai:deepseek-chat"


def test_what_people_set_most_has_short_names() -> None:
    index = load_settings(
        {
            "POLICY_QA_INDEX_DIR": "/data/index",
            "POLICY_QA_CACHE_DIR": "/data/cache",
            "POLICY_QA_EMBEDDER": "/models/bge-small-zh-v1.5",
        }
    ).index
    assert (index.dir, index.cache_dir) == (Path("/data/index"), Path("/data/cache"))
    assert index.embedder == "/models/bge-small-zh-v1.5"


def test_the_file_gives_way_to_the_environment_and_that_to_the_caller(toml: Path) -> None:
    text = '[retrieval]\ntop_k = 3\nrrf_k = 9\ncandidates = 11\n[index]\nembedder = "bge"\n'
    environ = {"POLICY_QA_RETRIEVAL__TOP_K": "4", "POLICY_QA_RETRIEVAL__RRF_K": "8"}
    assert from_file(toml, text, **environ).retrieval == RetrievalSettings(candidates=11, top_k=4, rrf_k=8)
    settings = load_settings(
        {"POLICY_QA_CONFIG": str(toml), **environ}, retrieval__top_k=7, index__embedder=None
    )
    assert (settings.retrieval.top_k, settings.retrieval.rrf_k, settings.index.embedder) == (7, 8, "bge")


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("POLICY_QA_TOPK", "topk"),
        ("POLICY_QA_RETRIEVAL__TOPK", "retrieval.topk"),
        ("POLICY_QA_INDEX__FOLDER", "index.folder"),
        ("POLICY_QA_ANSWER__MAX_CHAR", "answer.max_char"),
    ],
)
def test_an_unknown_name_in_the_environment_is_an_error(name: str, where: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({name: "3"})
    assert message(error) == f"未知的设置：{where}。请检查拼写（环境变量 {name} 或配置文件）。"


@pytest.mark.parametrize(
    ("text", "where"),
    [("topk = 3", "topk"), ("[retrieval]\ntopk = 3", "retrieval.topk"), ("[server]\nport = 1", "server")],
)
def test_an_unknown_name_in_the_file_is_an_error(toml: Path, text: str, where: str) -> None:
    with pytest.raises(SettingsError) as error:
        from_file(toml, text)
    assert message(error).startswith(f"未知的设置：{where}。请检查拼写")


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("POLICY_QA_RETRIEVAL__TOP_K", "0", "retrieval.top_k"),
        ("POLICY_QA_RETRIEVAL__TOP_K", "viele", "retrieval.top_k"),
        ("POLICY_QA_RETRIEVAL__PRIOR", "-0.1", "retrieval.prior"),
        ("POLICY_QA_RETRIEVAL__RERANK", "vielleicht", "retrieval.rerank"),
        ("POLICY_QA_ANSWER__REFUSE_BELOW", "1.5", "answer.refuse_below"),
        ("POLICY_QA_ANSWER__MAX_CHARS", "50", "answer.max_chars"),
        ("POLICY_QA_LLM_TIMEOUT", "0", "llm_timeout"),
        ("POLICY_QA_EMBEDDER", "", "index.embedder"),
        ("POLICY_QA_RETRIEVAL", "5", "retrieval"),
    ],
)
def test_a_value_out_of_range_is_an_error(name: str, value: str, where: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({name: value})
    text = message(error)
    assert text.startswith(f"设置 {where} 的值无效：{value!r}（")
    assert text.endswith("）。请改正后重试。")


def test_a_group_that_is_no_group_is_an_error(toml: Path) -> None:
    with pytest.raises(SettingsError) as error:
        from_file(toml, "retrieval = 3", POLICY_QA_RETRIEVAL__TOP_K="4")
    assert message(error) == ("设置 retrieval.top_k 无效：retrieval 不是设置组。请检查环境变量和配置文件。")


@pytest.mark.parametrize("text", ["[retrieval", "a = ", b"\xff\xfe\xff"], ids=["bracket", "value", "bytes"])
def test_a_file_that_is_not_toml_is_an_error(toml: Path, text: str | bytes) -> None:
    with pytest.raises(SettingsError) as error:
        from_file(toml, text)
    assert message(error).startswith(f"无法读取配置文件 {toml}：")
    assert message(error).endswith("。请检查路径和 TOML 语法。")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"POLICY_QA_CONFIG": str(tmp_path / "none.toml")})
    assert message(error).startswith(f"无法读取配置文件 {tmp_path / 'none.toml'}：")


def test_no_file_is_read_if_none_is_named() -> None:
    assert load_settings({"POLICY_QA_CONFIG": ""}) == Settings()


@pytest.mark.parametrize("show", [repr, str, Settings.model_dump_json, lambda s: f"{s.llm_api_key}"])
def test_a_secret_is_masked_wherever_settings_are_shown(show: Any) -> None:
    settings = load_settings({"POLICY_QA_LLM_API_KEY": "sk-geheim"})
    assert "geheim" not in show(settings)
    assert "***" in show(settings)
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == "sk-geheim"


def test_a_secret_of_the_wrong_shape_is_not_repeated_in_the_error(toml: Path) -> None:
    with pytest.raises(SettingsError) as error:
        from_file(toml, 'llm_api_key = ["sk-geheim"]')
    assert "geheim" not in message(error)


def test_settings_cannot_be_changed() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.llm = "gpt"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        settings.retrieval.top_k = 3  # type: ignore[misc]
