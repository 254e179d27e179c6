"""Embedding by a service: the same numbers as on this machine, an index made of them, and services that fail."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.backup import backup, restore
from index.build import Builder
from index.doctor import examine
from index.embed import DEFAULT, Embedder, load_embedder
from index.errors import IndexMismatch, ModelUnavailable, SettingsError
from index.generations import current_generation
from index.library import Library, open_library
from index.manifest import Manifest
from index.remote import letter_tokens
from index.settings import Service
from qa.chain import Chain
from qa.settings import load_settings
from tests.chroma_process import free_port
from tests.index.embedding_service import MODEL, DefaultModel, openai, tei
from tests.index.loopback import Reply, answering

TEXTS = ("《办法》第三条\n检验不收取费用，PM_{2.5}除外。", "第四条 首台（套）", "㈠ Ａ級 𠮷野家", "条" * 600)
MEASURE = "检验管理办法\n第一条 为规范检验，制定本办法。\n第二条 首台套检验不收取费用。\n第三条 样品寄送后七日内检验。\n"


@pytest.fixture(scope="module")
def model(cache_dir: Path) -> DefaultModel:
    return DefaultModel(cache_dir)


@pytest.fixture(scope="module", params=[False, True], ids=["characters", "bytes"])
def by_tei(model: DefaultModel, request: pytest.FixtureRequest) -> Iterator[Embedder]:
    with answering(tei(model, in_bytes=request.param)) as url:
        yield served(url)


@pytest.fixture(scope="module")
def by_openai(model: DefaultModel) -> Iterator[Service]:
    with answering(openai(model)) as url:
        yield Service(f"{url}/v1", MODEL)


def served(url: str, timeout: float = 30.0, key: str = "") -> Embedder:
    return load_embedder(MODEL, Path(), service=Service(url, MODEL, key, timeout))


# --- the same as on this machine ---


def test_tei_gives_what_the_model_gives_here(by_tei: Embedder, embedder: Embedder) -> None:
    assert (by_tei.name, by_tei.dimension, by_tei.max_tokens) == (f"{MODEL}@tei", 384, embedder.max_tokens)
    pairs = list(zip(by_tei.encode_passages(TEXTS), embedder.encode_passages(TEXTS), strict=True))
    pairs.append(
        (by_tei.encode_queries(["首台套检验收费吗"])[0], embedder.encode_queries(["首台套检验收费吗"])[0])
    )
    for there, here in pairs:
        assert (there.token_ids, there.offsets) == (here.token_ids, here.offsets)
        assert np.allclose(there.vector, here.vector, atol=1e-5)
        assert np.allclose(there.tokens, here.tokens, atol=1e-5)
    assert [by_tei.token_spans(text) for text in TEXTS] == [embedder.token_spans(text) for text in TEXTS]


def test_many_texts_go_in_calls_of_thirty_two(by_tei: Embedder) -> None:
    done: list[int] = []
    found = by_tei.encode_passages([f"第{n}条" for n in range(70)], done.append)
    assert (len(found), done) == (70, [32, 32, 6])


def test_openai_gives_the_vectors_and_letters_stand_for_tokens(
    by_openai: Service, embedder: Embedder
) -> None:
    remote = load_embedder(MODEL, Path(), service=by_openai)
    assert (remote.name, remote.dimension, remote.max_tokens) == (f"{MODEL}@openai", 384, 400)
    for there, here in zip(
        remote.encode_passages(TEXTS[:3]), embedder.encode_passages(TEXTS[:3]), strict=True
    ):
        assert np.allclose(there.vector, here.vector, atol=1e-5)
    one = remote.encode_queries(["收 费"])[0]
    assert (one.offsets, one.tokens.shape, len(one.token_ids)) == (((0, 1), (2, 3)), (2, 256), 2)


def test_letters_are_alike_where_they_and_their_neighbours_are() -> None:
    def rows(text: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return letter_tokens(text, [(i, i + 1) for i in range(len(text))])[0]

    one = rows("不收费的")
    assert (one @ rows("不收费的").T).diagonal().round(3).tolist() == [1.0] * 4
    assert round(float(one[1] @ rows("要收款")[1]), 2) == 0.83  # 收 alone
    assert round(float(one[1] @ rows("要收费")[1]), 2) == 0.92  # 收, and 收费
    assert round(float(one[1] @ rows("样品寄")[1]), 2) == 0.75
    assert letter_tokens("", [])[0].shape == (0, 256)


# --- an index made by a service ---

FULL: Reply = (400, "text/plain", b"")


@contextmanager
def library_by(service: Service, folder: Path, cache: Path) -> Iterator[Library]:
    """An index of one measure, made and asked by the service."""
    (folder / "办法.txt").write_text(MEASURE, encoding="utf-8")
    loaded = load_embedder(service.model, cache, service=service)
    Builder(folder / "index", lambda: loaded, service.name, cache).add([folder / "办法.txt"])
    library = open_library(folder / "index", service.model, cache, service=service)
    try:
        yield library
    finally:
        library.close()


@pytest.mark.parametrize(("kind", "width"), [("tei", 384), ("openai", 256)])
def test_a_library_made_by_a_service_answers(
    kind: str, width: int, model: DefaultModel, cache_dir: Path, tmp_path: Path
) -> None:
    with answering(tei(model) if kind == "tei" else openai(model)) as url:
        service = Service(url if kind == "tei" else f"{url}/v1", MODEL)
        with library_by(service, tmp_path, cache_dir) as library:
            assert (library.manifest.embedder, library.manifest.width) == (f"{MODEL}@{kind}", width)
            chain = Chain(library, load_settings({}))
            assert chain.ask("首台套检验收费吗").text.startswith("不收取。首台套检验不收取费用。[1]")
            assert chain.ask("寄送样品后几天内检验").citations[0].article.id == "检验管理办法/第三条"
            assert chain.ask("食堂几点开门").refusal is not None
        assert examine(tmp_path / "index") == []
        backup(tmp_path / "index", tmp_path / "库.zip")
        restore(tmp_path / "again", tmp_path / "库.zip")
        assert examine(tmp_path / "again") == []


def test_an_index_of_another_model_or_service_is_refused(
    by_openai: Service, cache_dir: Path, tmp_path: Path
) -> None:
    with library_by(by_openai, tmp_path, cache_dir):
        pass
    index = tmp_path / "index"
    there = Service(by_openai.url.removesuffix("/v1"), MODEL)
    for name, service in ((DEFAULT, None), (MODEL, None), (MODEL, there), ("BAAI/bge-m3", by_openai)):
        other = Service(service.url, name) if service else None
        with pytest.raises(IndexMismatch, match=f"由向量模型 {MODEL}@openai 建立"):
            open_library(index, name, cache_dir, service=other)


def test_a_build_that_the_service_stops_goes_on_with_what_it_has(cache_dir: Path, tmp_path: Path) -> None:
    """600 articles; the service fails after the first chunk of 512, and is asked only for the rest when it is back."""
    asked: list[int] = []
    left = [520]

    def answer(_: str, __: str, body: bytes) -> Reply:
        texts = json.loads(body)["input"]
        left[0] -= len(texts)
        asked.append(len(texts))
        data = [{"index": i, "embedding": [1.0, len(text), i]} for i, text in enumerate(texts)]
        return (200, "application/json", json.dumps({"data": data}).encode()) if left[0] >= 0 else FULL

    numbers = "零一二三四五六七八九"
    for n in range(60):
        name = "".join(numbers[int(d)] for d in str(n))
        lines = "".join(f"第{numbers[i]}条 款{i}。\n" for i in range(1, 10))
        (tmp_path / f"{n}.txt").write_text(f"甲{name}管理办法\n{lines}", encoding="utf-8")
    with answering(answer) as url:
        service = Service(f"{url}/v1", MODEL)
        loaded = load_embedder(MODEL, cache_dir, service=service)
        builder = Builder(tmp_path / "index", lambda: loaded, service.name, cache_dir)
        with pytest.raises(ModelUnavailable, match="HTTP 400"):
            builder.add(sorted(tmp_path.glob("*.txt")))
        left[0], asked[:] = 10_000, []
        assert builder.add(sorted(tmp_path.glob("*.txt"))).added == 600
    assert sum(asked) == 600 - 512
    assert Manifest.read(current_generation(tmp_path / "index")).width == 256


# --- services that fail ---

WRONG = "向量服务出错：{}（%s）。请确认服务已启动、POLICY_QA_EMBEDDER_URL 正确；恢复后会自动继续。"
BAD: dict[str, tuple[Reply | None, str]] = {
    "a site": ((200, "text/html", b"<html>"), WRONG % "回应看不懂"),
    "an object": ((200, "application/json", b"{}"), WRONG % "回应看不懂"),
    "no vector": ((200, "application/json", b'{"data": []}'), WRONG % "回应不完整"),
    "no number": (
        (200, "application/json", b'{"data": [{"index": 0, "embedding": [NaN]}]}'),
        WRONG % "回应不完整",
    ),
    "words": (
        (200, "application/json", b'{"data": [{"index": 0, "embedding": ["a"]}]}'),
        WRONG % "回应看不懂",
    ),
    "500": ((500, "text/plain", b"boom"), WRONG % "HTTP 500"),
    "busy": ((503, "text/plain", b""), WRONG % "HTTP 503"),
    "hangs": (None, WRONG % "没有及时回应"),
    "401": ((401, "text/plain", b"geheim"), "向量服务拒绝访问：{}。请检查 POLICY_QA_EMBEDDER_KEY。"),
    "404": (
        (404, "text/plain", b""),
        f"向量服务 {{}} 没有这个接口或模型 {MODEL}。"
        "请检查 POLICY_QA_EMBEDDER_URL（OpenAI 兼容的以 /v1 结尾）和 POLICY_QA_EMBEDDER。",
    ),
}


@pytest.mark.parametrize(("reply", "said"), BAD.values(), ids=BAD)
def test_a_service_that_fails_is_told_in_one_line(reply: Reply | None, said: str) -> None:
    with answering(lambda *_: reply) as url:
        begun = time.monotonic()
        with pytest.raises(ModelUnavailable) as told:
            served(f"{url}/v1", timeout=0.5, key="geheim").encode_queries(["一"])[0]
        assert str(told.value) == said.format(f"{url}/v1")
        assert "geheim" not in str(told.value)
        assert time.monotonic() - begun < 15


def test_nobody_listening_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ModelUnavailable) as told:
        served(url).encode_queries(["一"])[0]
    assert str(told.value) == WRONG.format(url) % "连不上"


def test_another_model_than_the_one_asked_for_is_told(model: DefaultModel) -> None:
    with answering(tei(model, name="BAAI/bge-m3")) as url, pytest.raises(ModelUnavailable) as told:
        served(url).encode_queries(["一"])[0]
    assert str(told.value) == (
        f"向量服务 {url} 的模型是 BAAI/bge-m3，当前配置为 {MODEL}。请改 POLICY_QA_EMBEDDER，或换用相应的服务。"
    )


def test_a_busy_service_is_asked_again(model: DefaultModel) -> None:
    good, replies = openai(model), [(503, "text/plain", b""), (429, "text/plain", b"")]

    def answer(method: str, path: str, body: bytes) -> Reply | None:
        return replies.pop() if replies else good(method, path, body)

    with answering(answer) as url:
        assert served(f"{url}/v1").encode_queries(["一"])[0].vector.shape == (384,)


def test_a_service_needs_the_name_of_its_model() -> None:
    with pytest.raises(SettingsError, match="使用向量服务时须写明模型名"):
        load_settings({"POLICY_QA_EMBEDDER_URL": "http://127.0.0.1:8080"})
    environ = {
        "POLICY_QA_EMBEDDER_URL": "http://h:8080/v1/",
        "POLICY_QA_EMBEDDER": "bge",
        "POLICY_QA_EMBEDDER_KEY": "k",
    }
    assert load_settings(environ).index.service == Service("http://h:8080/v1", "bge", "k", 10.0)
    assert "'k'" not in repr(load_settings(environ).index.service)
