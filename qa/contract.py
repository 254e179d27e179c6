"""The shapes of the contract's JSON, as types.

What `to_json` gives is checked against them, and the HTTP API's description is made from them. Nothing is made of
them, so that answering imports none of this.

What is said of a key is in Chinese, since it is what the users of the API read.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from qa.model import RefusalType

_whole = with_config(ConfigDict(extra="forbid"))


@_whole
class CitationJson(TypedDict):
    """回答引用的一条。"""

    n: Annotated[int, Field(description="回答中的编号 [n]")]
    document: Annotated[str, Field(description="文件标题")]
    locator: Annotated[str, Field(description="在文件中的位置，如 第五章 附则 / 第二十七条")]
    label: Annotated[str, Field(description="完整名称，如 《…》第二十七条")]
    quote: Annotated[str, Field(description="原文中的一段，逐字")]
    text: Annotated[str, Field(description="该条全文")]
    doc_number: Annotated[str | None, Field(description="文号")]
    issuers: Annotated[list[str], Field(description="发文单位")]
    date: Annotated[str | None, Field(description="成文或公布日期")]
    source: Annotated[str, Field(description="来源文件名")]
    page: Annotated[int | None, Field(description="页码，从 1 起")]
    id: Annotated[str, Field(description="条文编号，可用于 /api/v1/articles/{id}")]


@_whole
class NearestJson(TypedDict):
    """拒答时最接近的一条。"""

    id: Annotated[str, Field(description="条文编号")]
    label: Annotated[str, Field(description="完整名称")]


@_whole
class RefusalJson(TypedDict):
    """为什么不作答。"""

    type: Annotated[RefusalType, Field(description="拒答的类型")]
    reason: Annotated[str, Field(description="原因，一句话")]
    nearest: Annotated[list[NearestJson], Field(description="最接近的条文")]
    choices: Annotated[list[str], Field(description="可以从中选择的问法或对象")]


@_whole
class HitJson(TypedDict):
    """找到的一条。"""

    id: Annotated[str, Field(description="条文编号")]
    document: Annotated[str, Field(description="文件标题")]
    locator: Annotated[str, Field(description="在文件中的位置")]
    text: Annotated[str, Field(description="该条全文")]
    score: Annotated[float, Field(description="排序分数，只在同一问题内可比")]


@_whole
class AnswerJson(TypedDict):
    """对一个问题的回答，与 policy-qa ask --json 相同。"""

    question: Annotated[str, Field(description="提出的问题")]
    standalone_question: Annotated[str, Field(description="结合此前问题补全后的问题")]
    answer: Annotated[str, Field(description="回答，带编号 [n]；只查找时为空")]
    refused: Annotated[bool, Field(description="是否拒答")]
    refusal: Annotated[RefusalJson | None, Field(description="拒答的类型和原因")]
    citations: Annotated[list[CitationJson], Field(description="回答引用的条文")]
    retrieved: Annotated[list[HitJson], Field(description="找到的条文，按相关程度排列")]
    answerer: Annotated[str, Field(description="作答者：extractive 为内置回答，否则为聊天模型名")]
    confidence: Annotated[float, Field(description="把握，0 到 1")]
    as_of: Annotated[str | None, Field(description="信息截至")]
    timings_ms: Annotated[dict[str, float], Field(description="用时（毫秒）：retrieve、answer、total")]
