"""The shapes of the JSON that only the API and `documents --json` give; those of answers are in `qa.contract`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

_whole = with_config(ConfigDict(extra="forbid"))
_STANDING = Field(description="今天的效力：现行有效、已废止等")
_REASON = Field(description="效力的依据；没有则为空")


@_whole
class DocumentJson(TypedDict):
    """一份已收录的文件，与 policy-qa documents --json 相同。"""

    key: Annotated[str, Field(description="文件的标识")]
    title: Annotated[str, Field(description="标题")]
    doc_number: Annotated[str | None, Field(description="文号")]
    date: Annotated[str | None, Field(description="成文或公布日期")]
    issuers: Annotated[list[str], Field(description="发文单位")]
    effective: Annotated[str | None, Field(description="施行日期")]
    expires: Annotated[str | None, Field(description="失效日期")]
    articles: Annotated[int, Field(description="条数")]
    source: Annotated[str, Field(description="来源文件名")]
    also: Annotated[list[str], Field(description="同一文件的其他来源")]
    collections: Annotated[list[str], Field(description="所在的合集")]
    standing: Annotated[str, _STANDING]
    reason: Annotated[str, _REASON]
    versions: Annotated[list[str], Field(description="其他版本的标识")]
    given: Annotated[list[str], Field(description="由维护者给出、而不是从文件读出的项")]


@_whole
class ArticleJson(TypedDict):
    """一条的全文和出处。"""

    id: Annotated[str, Field(description="条文编号")]
    document: Annotated[str, Field(description="文件标题")]
    key: Annotated[str, Field(description="文件的标识")]
    locator: Annotated[str, Field(description="在文件中的位置")]
    label: Annotated[str, Field(description="完整名称")]
    text: Annotated[str, Field(description="全文，逐字")]
    columns: Annotated[list[list[str]], Field(description="表格行的各列：[列名, 值]；不是表格行则为空")]
    doc_number: Annotated[str | None, Field(description="文号")]
    issuers: Annotated[list[str], Field(description="发文单位")]
    date: Annotated[str | None, Field(description="成文或公布日期")]
    source: Annotated[str, Field(description="来源文件名")]
    page: Annotated[int | None, Field(description="页码，从 1 起")]
    standing: Annotated[str, _STANDING]
    reason: Annotated[str, _REASON]


@_whole
class ErrorPart(TypedDict):
    """哪里不对，现在怎么办。"""

    type: Annotated[str, Field(description="错误的类型，供程序判断")]
    message: Annotated[str, Field(description="一句话：哪里不对，怎么办")]
    request_id: Annotated[str, Field(description="请求编号，反馈问题时请附上")]


@_whole
class ErrorJson(TypedDict):
    """所有错误都是这个形式。"""

    error: ErrorPart


@_whole
class AliveJson(TypedDict):
    """进程在运行。"""

    status: Literal["ok"]


@_whole
class ReadyJson(TypedDict):
    """可以作答。"""

    status: Literal["ready"]
    revision: Annotated[str, Field(description="索引的版次")]
    built_at: Annotated[str, Field(description="索引建立的时间")]
    embedder: Annotated[str, Field(description="向量模型")]
    documents: Annotated[int, Field(description="文件数")]
    articles: Annotated[int, Field(description="条数")]
