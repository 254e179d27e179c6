"""The shapes of what `/v1` gives: OpenAI's, with `citations` in the message."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from qa.contract import CitationJson

_whole = with_config(ConfigDict(extra="forbid"))


@_whole
class ModelJson(TypedDict):
    """一个模型。"""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


@_whole
class ModelsJson(TypedDict):
    """模型列表。"""

    object: Literal["list"]
    data: list[ModelJson]


@_whole
class UsageJson(TypedDict):
    """用量：按向量模型的分词计。"""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@_whole
class MessageJson(TypedDict):
    """回答。"""

    role: Literal["assistant"]
    content: Annotated[str, Field(description="回答和依据的原文，编号 [n] 与 citations 相同")]
    refusal: None
    citations: Annotated[list[CitationJson], Field(description="引用的条文，与 ask --json 相同")]


@_whole
class ChoiceJson(TypedDict):
    """唯一的一个回答。"""

    index: int
    message: MessageJson
    finish_reason: Literal["stop"]
    logprobs: None


@_whole
class CompletionJson(TypedDict):
    """一次对话的结果。"""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceJson]
    usage: UsageJson
