"""Settings of the index: where it lives and what embeds its articles."""

from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

APP = "policy-qa"
SERVER = r"^https?://[^/\s?#@]+(/[^\s?#]*)?$"
"""What the address of a server looks like; secrets do not stand in it."""


@dataclass(frozen=True)
class Service:
    """Where an embedding model is served, what it is called there, and how many seconds an answer may take.

    An address that ends in `/v1` is one of OpenAI's protocol, any other one of text-embeddings-inference (TEI).
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 10.0

    @property
    def is_tei(self) -> bool:
        """Whether it is one of text-embeddings-inference."""
        return not self.url.rstrip("/").endswith("/v1")

    @property
    def name(self) -> str:
        """The name under which an index remembers it: the same model gives other tokens, or none, elsewhere."""
        return f"{self.model}@{'tei' if self.is_tei else 'openai'}"


class IndexSettings(BaseModel):
    """Where the index and the unpacked model live, and which model embeds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dir: Path = Field(default_factory=lambda: user_data_path(APP) / "index", description="索引文件夹")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path(APP), description="模型缓存文件夹")
    embedder: str = Field(
        "default", min_length=1, description="向量模型：default 或 sentence-transformers 模型名/文件夹"
    )
    embedder_url: str | None = Field(
        None,
        pattern=SERVER,
        description="向量服务地址：以 /v1 结尾为 OpenAI 兼容接口，否则为 TEI；须同时写明向量模型名",
    )
    embedder_key: SecretStr | None = Field(None, description="向量服务的密钥")
    embedder_timeout: float = Field(10.0, gt=0, description="等待向量服务回应的秒数")
    chroma_url: str | None = Field(
        None, pattern=SERVER, description="Chroma 服务地址，如 http://10.0.0.5:8000；空则向量存在索引文件夹"
    )
    chroma_token: SecretStr | None = Field(None, description="Chroma 服务的访问令牌")
    chroma_timeout: float = Field(5.0, gt=0, description="等待 Chroma 服务回应的秒数")

    @field_validator("embedder_url")
    @classmethod
    def _named(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A service has a model of its own, and another one than the default."""
        if value is not None and info.data.get("embedder") == "default":
            raise ValueError("使用向量服务时须写明模型名，如 POLICY_QA_EMBEDDER=BAAI/bge-m3")
        return value

    @property
    def service(self) -> Service | None:
        """The service that embeds, if it is not a model on this machine."""
        if self.embedder_url is None:
            return None
        key = self.embedder_key.get_secret_value() if self.embedder_key else ""
        return Service(self.embedder_url.rstrip("/"), self.embedder, key, self.embedder_timeout)
