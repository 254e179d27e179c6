"""All settings: from the environment (`POLICY_QA_*`), an optional TOML file, and defaults, in this order.

Nested settings are written with a double underscore: `POLICY_QA_RETRIEVAL__CANDIDATES=120`. An unknown key is an
error, in the file and in the environment.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from index.errors import SettingsError
from index.settings import APP, IndexSettings

PREFIX = "POLICY_QA_"
ROOT_PATH = r"^(/[\w.~-]+)*$"
"""What a path below which a reverse proxy shows the page looks like."""
_FILE_VARIABLE = "POLICY_QA_CONFIG"


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RetrievalSettings(_Group):
    """How articles are found and ranked; a weight of 0 switches a stage off."""

    candidates: int = Field(60, gt=0, description="重排候选条数")
    top_k: int = Field(20, gt=0, description="返回条数")
    rrf_k: int = Field(60, gt=0, description="RRF 常数")
    vector_weight: float = Field(1.0, ge=0, description="向量检索在 RRF 和重排先验中的权重")
    lexical_weight: float = Field(1.0, ge=0, description="关键词检索在 RRF 和重排先验中的权重")
    expand: bool = Field(True, description="检索前是否改正错字、补充正式用语")
    rerank: bool = Field(True, description="是否用迟交互重排")
    prior: float = Field(0.5, ge=0, description="重排时向量与关键词标准分的权重")
    preference: float = Field(1.0, ge=0, description="重排时问题类型偏好的权重")
    likely: float = Field(1.0, ge=0, description="重排时相似问的权重")
    named_bonus: float = Field(1.0, ge=0, description="重排时点名文件的加分（标准差）")
    look_up: bool = Field(True, description="是否把点名的条文、符合条件的表格行排在最前")


class AnswerSettings(_Group):
    """How answers are made."""

    short_chars: int = Field(120, gt=20, description="问一件事时的引文字数")
    max_chars: int = Field(300, gt=50, description="问条件、步骤、清单或比较时每条引文的字数上限")
    refuse_below: float = Field(0.42, ge=0, le=1, description="把握低于此值即拒答")


class WebSettings(_Group):
    """The page: where it listens, how it looks, where it keeps conversations."""

    host: str = Field("127.0.0.1", min_length=1, description="监听地址；127.0.0.1 仅本机")
    port: int = Field(7860, ge=0, le=65535, description="端口；0 为自动选择")
    root_path: str | None = Field(None, pattern=ROOT_PATH, description="反向代理下的路径前缀，如 /policy-qa")
    title: str = Field("政策问答", min_length=1, description="网页标题")
    welcome: str = Field(
        "请输入问题。回答只依据已收录的政策文件，并逐条注明出处。", description="空白页上的欢迎语"
    )
    colour: str = Field("#1d5fa7", pattern="^#[0-9a-fA-F]{6}$", description="主色（#RRGGBB）")
    logo: Path | None = Field(None, description="标志图片（SVG、PNG、JPEG 或 WebP）")
    data_dir: Path = Field(default_factory=lambda: user_data_path(APP) / "web", description="对话记录文件夹")
    keep_days: int | None = Field(None, gt=0, description="对话保留天数；空则一直保留")
    users: Path | None = Field(None, description="用户文件；给出后须登录")
    local_maintainer: bool = Field(False, description="不登录时，本机直接打开网页的人是否为维护者")
    watch: tuple[Path, ...] = Field((), description="监视的文件夹：放进去的文件自动收录")
    hosts: tuple[str, ...] = Field((), description="网页的域名（逗号分隔）；空则不登录时仅限本机名，否则不限")
    requests_per_minute: int = Field(600, ge=0, description="每个用户、密钥或地址每分钟的请求数；0 为不限")
    upload_file_mb: int = Field(50, gt=0, description="上传文件的大小上限（MB）")
    upload_person_mb: int = Field(500, gt=0, description="每人待收录文件的合计上限（MB）")
    upload_total_mb: int = Field(2000, gt=0, description="全部待收录文件的合计上限（MB）")

    @field_validator("watch", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """In an environment variable folders are listed as in PATH."""
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


class LimitSettings(_Group):
    """How much the server takes on, and how long it has patience."""

    at_once: int | None = Field(None, gt=0, description="同时回答的问题数；空则为 3，设了聊天模型时为 8")
    per_person: int = Field(20, gt=0, description="每人（每个密钥）未答完的问题数上限，超过回 429")
    waiting: int = Field(200, gt=0, description="排队的问题总数上限，超过回 503")
    wait_seconds: float = Field(120.0, gt=0, description="排队的时限（秒）")
    question_seconds: float = Field(90.0, gt=0, description="回答一个问题的时限（秒）")
    body_seconds: float = Field(
        30.0, gt=0, description="接收请求、发送回应的时限（秒）；正文每 50 KB 另加 1 秒"
    )
    connections: int = Field(500, gt=0, description="同时处理的请求数上限，超过回 503")
    drain_seconds: float = Field(30.0, ge=0, description="停止服务时，等待未答完问题的时限（秒）")


class ApiSettings(_Group):
    """The interface for programs."""

    keys: Path | None = Field(None, description="API 密钥文件；空则为 web.data_dir 下的 keys.jsonl")


class LogSettings(_Group):
    """What is logged, how and where."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="日志级别：debug、info（含每个问题、每个请求）、warning 或 error"
    )
    format: Literal["text", "json"] = Field("text", description="日志格式：text，或 json（每行一个对象）")
    file: Path | None = Field(None, description="日志文件；空则写到标准错误")
    questions: bool = Field(False, description="日志中是否可以出现提问的文字")


class Settings(_Group):
    """The whole tree."""

    index: IndexSettings = Field(default_factory=IndexSettings)
    retrieval: RetrievalSettings = Field(default_factory=RetrievalSettings)
    answer: AnswerSettings = Field(default_factory=AnswerSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    api: ApiSettings = Field(default_factory=ApiSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    llm: str | None = Field(
        None, description="聊天模型名（LangChain init_chat_model 的写法）；空则用内置回答"
    )
    llm_base_url: str | None = Field(None, description="聊天模型服务地址")
    llm_api_key: SecretStr | None = Field(None, description="聊天模型密钥")
    llm_timeout: float = Field(30.0, gt=0, description="聊天模型超时（秒）")
    llm_context: int = Field(3000, ge=300, description="交给聊天模型的条文总字数上限")


def load_settings(environ: dict[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings; `overrides` are dotted as keywords with double underscores (`index__dir=...`).

    Raises:
        SettingsError: an unknown key, a value out of range, or an unreadable file.
    """
    environ = dict(os.environ) if environ is None else environ
    tree = _read_file(environ[_FILE_VARIABLE]) if environ.get(_FILE_VARIABLE) else {}
    for name, value in environ.items():
        if name.startswith(PREFIX) and name != _FILE_VARIABLE:
            _put(tree, _path(name.removeprefix(PREFIX).lower()), value)
    for name, value in overrides.items():
        if value is not None:
            _put(tree, name.split("__"), value)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error


def _path(name: str) -> list[str]:
    """What belongs to the index is set most, so that its group may be left out; `index_dir` is short for `index__dir`."""
    if name == "index_dir":
        return ["index", "dir"]
    if name in IndexSettings.model_fields and name != "dir":
        return ["index", name]
    return name.split("__")


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):
            raise SettingsError(f"设置 {'.'.join(path)} 无效：{key} 不是设置组。请检查环境变量和配置文件。")
        tree = inner
    tree[path[-1]] = value


def _read_file(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"无法读取配置文件 {name}：{error}。请检查路径和 TOML 语法。") from error


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"未知的设置：{where}。请检查拼写（环境变量 {PREFIX}{where.replace('.', '__').upper()} 或配置文件）。"
    if "key" in where:
        return f"设置 {where} 的值无效（{first['msg']}）。请改正后重试。"
    return f"设置 {where} 的值无效：{first['input']!r}（{first['msg']}）。请改正后重试。"
