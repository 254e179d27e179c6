"""Settings of the index: where it lives and what embeds its articles."""

from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr

APP = "policy-qa"
SERVER = r"^https?://[^/\s?#@]+(/[^\s?#]*)?$"
"""What the address of a server looks like; secrets do not stand in it."""


class IndexSettings(BaseModel):
    """Where the index and the unpacked model live, and which model embeds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dir: Path = Field(default_factory=lambda: user_data_path(APP) / "index", description="索引文件夹")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path(APP), description="模型缓存文件夹")
    embedder: str = Field(
        "default", min_length=1, description="向量模型：default 或 sentence-transformers 模型名/文件夹"
    )
    chroma_url: str | None = Field(
        None, pattern=SERVER, description="Chroma 服务地址，如 http://10.0.0.5:8000；空则向量存在索引文件夹"
    )
    chroma_token: SecretStr | None = Field(None, description="Chroma 服务的访问令牌")
    chroma_timeout: float = Field(5.0, gt=0, description="等待 Chroma 服务回应的秒数")
