"""Chat models: the only door to LangChain's chat packages, which are imported at the first question, not before.

A model is asked within one time limit, and once more if the first try fails at once. Whatever goes wrong is one
`ModelUnavailable`, in words of ours: what a service says may repeat the key.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from index.errors import ModelUnavailable
from qa.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Messages = Sequence[tuple[str, str]]
"""(role, text) pairs; a role is "system" or "user"."""
AT_ONCE = 1.0
"""Seconds within which a try must fail for a second one: who has waited longer is given the built-in answer."""
PAUSE = 0.2
"""Seconds before the second try."""
MAX_REPLY = 4000
"""Characters after which a reply is cut: no answer of ours is that long."""
_NO_KEY = "none"
_Value = TypeVar("_Value")

log = logging.getLogger(__name__)


@dataclass
class Usage:
    """What asking has cost so far; filled while the reply comes. Tokens are None where the service counts none."""

    attempts: int = 0
    tokens_in: int | None = None
    tokens_out: int | None = None


class ChatModel(Protocol):
    """Something that answers messages."""

    @property
    def name(self) -> str:
        """The model's name, as answers show it."""
        ...

    def stream(self, messages: Messages, usage: Usage) -> Generator[str, None, None]:
        """The reply in pieces, without what the model only thinks.

        Raises:
            ModelUnavailable: it cannot be opened or reached, fails, or takes too long; one line that says which.
        """
        ...


@dataclass
class LangChainModel:
    """Any model that LangChain's `init_chat_model` opens."""

    name: str
    base_url: str | None
    key: str | None = field(repr=False)
    timeout: float
    """Seconds for the whole reply, a second try included."""
    _opened: "BaseChatModel | None" = field(default=None, init=False, repr=False)
    _lock: Any = field(default_factory=Lock, init=False, repr=False)

    def stream(self, messages: Messages, usage: Usage) -> Generator[str, None, None]:
        """See `ChatModel`."""
        model = self._open()
        end = monotonic() + self.timeout
        with closing(without_thoughts(_reply(self.name, model, messages, usage, end))) as pieces:
            length = 0
            for piece in pieces:
                yield piece
                length += len(piece)
                if length > MAX_REPLY:
                    return

    def _open(self) -> "BaseChatModel":
        with self._lock:
            if self._opened is None:
                self._opened = self._init()
            return self._opened

    def _init(self) -> "BaseChatModel":
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"timeout": self.timeout, "max_retries": 0, "temperature": 0}
        if self.base_url:
            # A key that the environment holds for another service must not be sent to this address.
            options |= {"base_url": self.base_url, "api_key": self.key or _NO_KEY}
        elif self.key:
            options["api_key"] = self.key
        # Behind an address of one's own stands, unless a provider is named, what speaks OpenAI's protocol.
        provider, colon, _ = self.name.partition(":")
        named = colon and provider.replace("_", "").isalpha()  # qwen2.5:7b names none
        try:
            model: BaseChatModel = init_chat_model(
                self.name, model_provider="openai" if self.base_url and not named else None, **options
            )
        except ImportError:
            raise ModelUnavailable("聊天模型的 LangChain 扩展包没有安装，请安装后重试") from None
        except Exception as error:  # noqa: BLE001 - no name, no provider, no key: each provider says it in its own way
            log.warning("%s: %s", self.name, type(error).__name__)
            raise ModelUnavailable(
                "聊天模型无法打开，请检查 POLICY_QA_LLM（如 openai:模型名）和密钥"
            ) from None
        if hasattr(model, "stream_usage"):  # else no tokens are counted behind an address of one's own
            model.stream_usage = True
        return model


def open_chat_model(settings: Settings) -> ChatModel | None:
    """The chat model that `settings` name, or None; nothing is imported or reached yet."""
    if not settings.llm:
        return None
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return LangChainModel(settings.llm, settings.llm_base_url or None, key, settings.llm_timeout)


def _reply(
    name: str, model: "BaseChatModel", messages: Messages, usage: Usage, end: float
) -> Generator[str, None, None]:
    while True:
        usage.attempts += 1
        start, begun = monotonic(), False
        try:
            for piece in within(lambda: _pieces(model, messages, usage), end):
                begun = True
                yield piece
            return
        except Exception as error:  # noqa: BLE001 - each provider has errors of its own
            reason, again = explain(error, begun=begun)
            log.warning("%s: %s", name, type(error).__name__)
            if not again or usage.attempts > 1 or monotonic() > start + AT_ONCE:
                raise ModelUnavailable(reason) from None
        sleep(PAUSE)


def _pieces(model: "BaseChatModel", messages: Messages, usage: Usage) -> Iterator[str]:
    for chunk in model.stream(list(messages)):
        if counts := cast(Any, chunk).usage_metadata:
            usage.tokens_in, usage.tokens_out = counts["input_tokens"], counts["output_tokens"]
        if chunk.text:
            yield str(chunk.text)


def within(make: Callable[[], Iterator[_Value]], end: float) -> Iterator[_Value]:
    """What `make()` yields, until `end` (of `time.monotonic`); it runs in a thread, so that no wait outlasts `end`.

    Raises:
        TimeoutError: the end came first.
    """
    queue: Queue[tuple[str, Any]] = Queue()
    stopped = Event()

    def produce() -> None:
        try:
            for value in make():
                if stopped.is_set():
                    return
                queue.put(("value", value))
            queue.put(("end", None))
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits
            queue.put(("error", error))

    Thread(target=produce, name="chat model", daemon=True).start()
    try:
        while True:
            try:
                kind, value = queue.get(timeout=max(end - monotonic(), 0.001))
            except Empty:
                raise TimeoutError from None
            if kind == "error":
                raise value
            if kind == "end":
                return
            yield value
    finally:
        stopped.set()


def without_thoughts(pieces: Iterator[str]) -> Generator[str, None, None]:
    """`pieces` without what stands between <think> and </think>, which some models say aloud first."""
    held, inside = "", False
    for piece in pieces:
        held += piece
        while True:
            mark = "</think>" if inside else "<think>"
            before, found, after = held.partition(mark)
            if not found:
                break
            if before and not inside:
                yield before
            held, inside = after, not inside
        keep = next((n for n in range(min(len(mark) - 1, len(held)), 0, -1) if mark.startswith(held[-n:])), 0)
        ready, held = held[: len(held) - keep], held[len(held) - keep :]
        if ready and not inside:
            yield ready
    if held and not inside:
        yield held


def explain(error: Exception, *, begun: bool = False) -> tuple[str, bool]:
    """A line for the user, which never repeats what `error` says, and whether a second try may help.

    A reply that has `begun` is not asked for again: half of it has been shown.
    """
    from langchain_core import exceptions as langchain

    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, bool], ...] = (
        ((TimeoutError, langchain.ModelTimeoutError), "聊天模型超时", False),
        (langchain.ModelRateLimitError, "聊天模型繁忙（429）", True),
        (langchain.ModelAPIError, "聊天模型服务出错", True),
        ((ConnectionError, langchain.ModelConnectionError), "聊天模型无法连接", True),
        (
            (langchain.ModelAuthenticationError, langchain.ModelPermissionDeniedError),
            "聊天模型拒绝了密钥，请检查 POLICY_QA_LLM_API_KEY",
            False,
        ),
        (langchain.ModelNotFoundError, "聊天模型服务没有此模型，请检查 POLICY_QA_LLM", False),
    )
    if begun and not isinstance(error, kinds[0][0]):
        return "聊天模型的回答中断了", False
    return next(
        ((line, again) for kind, line, again in kinds if isinstance(error, kind)), ("聊天模型出错", False)
    )
