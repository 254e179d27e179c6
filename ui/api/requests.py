"""What may be sent to the API: strict, so that a misspelt key is an error and not silently without effect."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

MAX_QUESTION = 2000
"""Characters, as the chain has it."""
MAX_HISTORY = 50
MAX_NAMES = 50
_MAX_NAME = 500
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
"""Tabs and line ends may be typed; what else steers a screen may not."""
_NO_CONTROLS = rf"^[^{_CONTROLS}]*$"
_SOMETHING = rf"^[^{_CONTROLS}]*[^{_CONTROLS}\s][^{_CONTROLS}]*$"


def _iso(value: Any) -> Any:
    """A day as text only: pydantic would take a number for seconds since 1970."""
    if not isinstance(value, str) or len(value) != len("2024-05-01"):
        raise ValueError("应为日期，如 2024-05-01")
    return value


Question = Annotated[
    StrictStr,
    Field(
        min_length=1,
        max_length=MAX_QUESTION,
        pattern=_SOMETHING,
        description="问题",
        examples=["首台套检测评定收费吗"],
    ),
]
Earlier = Annotated[StrictStr, Field(max_length=MAX_QUESTION, pattern=_NO_CONTROLS)]
Name = Annotated[StrictStr, Field(min_length=1, max_length=_MAX_NAME, pattern=_NO_CONTROLS)]
Day = Annotated[date, BeforeValidator(_iso)]
History = Annotated[
    list[Earlier], Field(max_length=MAX_HISTORY, description="此前问过的问题，从早到晚，用于理解追问")
]
Documents = Annotated[
    list[Name], Field(max_length=MAX_NAMES, description="只在这些文件中查找（标题、文号或标识）；空则不限")
]
Collections = Annotated[list[Name], Field(max_length=MAX_NAMES, description="只在这些合集中查找；空则不限")]
AsOf = Annotated[Day | None, Field(description="按这一天有效的版本作答；默认今天")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchRequest(_Strict):
    """要查找什么。"""

    question: Question
    history: History = []
    documents: Documents = []
    collections: Collections = []
    as_of: AsOf = None


class AskRequest(SearchRequest):
    """要问什么。"""

    stream: Annotated[StrictBool, Field(description="是否边答边发（server-sent events）")] = False


class DocumentsQuery(_Strict):
    """哪些文件。"""

    collection: Annotated[Name | None, Field(description="只列这个合集")] = None


class TextPart(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: Literal["text"]
    text: Annotated[StrictStr, Field(max_length=100_000)]


class Message(BaseModel):
    """一条消息：回答只看用户的消息，最后一条是问题，此前的用于理解追问。"""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Annotated[
        Literal["system", "developer", "user", "assistant", "tool", "function"],
        Field(description="说话的一方"),
    ]
    content: Annotated[
        Annotated[StrictStr, Field(max_length=100_000)]
        | Annotated[list[TextPart], Field(max_length=100)]
        | None,
        Field(description="内容：文字，或文字片段的列表"),
    ] = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """流式回答的选项。"""

    model_config = ConfigDict(extra="ignore", frozen=True)

    include_usage: StrictBool = False


class ResponseFormat(BaseModel):
    """回答的形式。"""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: Annotated[StrictStr, Field(max_length=_MAX_NAME)]


class CompletionRequest(BaseModel):
    """与 OpenAI 的 /v1/chat/completions 相同；温度等对本引擎没有意义的参数不起作用。"""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: Annotated[StrictStr, Field(max_length=_MAX_NAME, description="policy-qa", examples=["policy-qa"])]
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000, description="对话，从早到晚")]
    stream: Annotated[StrictBool | None, Field(description="是否边答边发")] = None
    stream_options: StreamOptions | None = None
    response_format: Annotated[ResponseFormat | None, Field(description="只能为 text")] = None
    tool_choice: Annotated[
        StrictStr | dict[str, Any] | None, Field(description="不能要求调用工具", max_length=_MAX_NAME)
    ] = None
    n: Annotated[StrictInt | None, Field(description="只能为 1：同一问题只有一个回答")] = None
