"""Opens sentence-transformers models: the only door to that library, which is imported only when a model loads."""

import logging
from pathlib import Path
from typing import Any

from index import weights
from index.errors import ModelUnavailable

log = logging.getLogger(__name__)


def open_model(source: str) -> Any:
    """Load a model with sentence-transformers: from this machine, or else by its name from the hub."""
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as logging_of_transformers
    except ImportError as error:
        raise ModelUnavailable(
            f"无法加载 sentence-transformers（{error}）。请重新安装本程序的依赖。"
        ) from error

    # 16 bits triple the speed where the processor has instructions for them and are slow emulation elsewhere
    able = torch.cpu.get_capabilities()
    half = able.get("avx512_bf16") or able.get("amx_bf16")
    options: dict[str, Any] = {"model_kwargs": {"dtype": torch.bfloat16 if half else torch.float32}}
    bars: Any = logging_of_transformers
    bars.disable_progress_bar()
    try:
        return SentenceTransformer(source, local_files_only=True, **options)
    except Exception as error:  # the libraries below raise errors of many kinds
        if Path(source).is_dir():
            raise broken(source) from error
        log.debug("%s is not on this machine", source, exc_info=True)
    finally:
        bars.enable_progress_bar()
    try:
        from huggingface_hub import model_info

        model_info(source, timeout=10)  # fails at once where loading would try again for a minute
        return SentenceTransformer(source, **options)
    except Exception as error:
        raise ModelUnavailable(
            f"找不到向量模型 {source}：本机没有这个文件夹或已下载的模型，也无法从模型库取得。"
            "请检查名称和网络，或先把模型下载到本机并填写其文件夹，或把向量模型设为 default。"
        ) from error


def prompts_of(own: dict[str, str], source: str) -> tuple[str, str]:
    """Return what a model wants before a question and before a passage: as it says, or as is documented."""
    query = own.get("query") or ""
    passage = own.get("document") or own.get("passage") or ""
    name = Path(source).name.lower()
    if query or passage:
        return query, passage
    if "e5" in name:
        return "query: ", "passage: "
    if "bge" in name and "zh" in name:
        return "为这个句子生成表示以用于检索相关文章：", ""
    return "", ""


def broken(folder: str) -> ModelUnavailable:
    """Describe a folder that is no model, or only part of one."""
    if weights.FOLDER in folder:
        return ModelUnavailable(
            f"默认向量模型的文件夹 {folder} 已损坏。请删除该文件夹后重试，程序会重新解包。"
        )
    return ModelUnavailable(
        f"无法加载向量模型 {folder}：该文件夹不是完整的 sentence-transformers 模型。"
        "请重新下载模型，或把向量模型设为 default。"
    )
