"""What is logged, and how a line looks: text, or one JSON object a line, to stderr or to a file.

A line tells which request or question it belongs to (`about`). What somebody has typed stands in no line unless the
settings allow it: what a line would repeat of the words in question is taken out, also where an error of a library
repeats them; secrets are taken out always.
"""

import json
import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any

from index.errors import PolicyQAError, SettingsError, UsageError

if TYPE_CHECKING:
    from qa.settings import LogSettings, Settings

OURS = ("index", "qa", "ui", "eval")
FIELDS = "fields"
"""The attribute of a log record that holds what else is to be told, by name."""
PRIVATE = "question"
"""The field that is told only where the settings allow it."""
HIDDEN = "…"
_RUN = 4
"""Characters in a row that a line may not have in common with what was typed."""
_LETTERS = 8
"""The same of Latin letters alone, of which any two texts have short runs in common."""
_DIGIT = re.compile(r"\d")
_SECRET = "***"  # noqa: S105
_LEAST = 6
"""Characters of a secret; a shorter one would be found in any line."""
_CONTROL = {code: f"\\u{code:04x}" for code in (*range(32), 0x7F, 0x85, 0x2028, 0x2029)}
"""Characters that would end a line or steer a terminal, as JSON writes them."""


@dataclass(frozen=True)
class _About:
    id: str = ""
    words: list[str] = field(default_factory=list)


_NOTHING = _About()
_about: ContextVar[_About] = ContextVar("about", default=_NOTHING)


@contextmanager
def about(id_: str, *words: str) -> Iterator[None]:
    """What is logged meanwhile belongs to the request or question `id_`; `words` are what somebody has typed."""
    token = _about.set(_About(id_, list(words)))
    try:
        yield
    finally:
        _about.reset(token)


def new_id() -> str:
    """An id that no other request or question has."""
    return os.urandom(16).hex()


def current_id() -> str:
    """The id of the request or question that is worked on; empty if it is none."""
    return _about.get().id


def hide(*words: str) -> None:
    """What the request that is worked on has brought of what somebody has typed."""
    now = _about.get()
    if now is not _NOTHING:
        now.words.extend(words)


def private_words() -> tuple[str, ...]:
    """What somebody has typed who is worked for now."""
    return tuple(_about.get().words)


def log_told(log: logging.Logger, error: PolicyQAError) -> None:
    """Log an error that somebody was told in one line; what he has done wrong himself is no matter for a maintainer.

    Such an error may repeat what he typed, so that only its class is logged.
    """
    if type(error) is UsageError:
        log.info("refused: %s", type(error).__name__)
    else:
        log.warning("%s", error)


def without(text: str, words: Sequence[str]) -> str:
    """`text` without the runs of characters that it repeats of `words`; of a short word, without all of it."""
    for word in words:
        plain = word.strip()
        if len(plain) <= _RUN:
            text = text.replace(plain, HIDDEN) if len(plain) > 1 else text
            continue
        hidden = [False] * len(text)
        for length in (_RUN, _LETTERS):
            grams = {plain[i : i + length] for i in range(len(plain) - length + 1)}
            for i in range(len(text) - length + 1):
                gram = text[i : i + length]
                if gram in grams and (length == _LETTERS or not gram.isascii() or _DIGIT.search(gram)):
                    hidden[i : i + length] = [True] * length
        if any(hidden):
            parts = re.finditer("(1+)|0+", "".join("01"[h] for h in hidden))
            text = "".join(HIDDEN if m[1] else text[m.start() : m.end()] for m in parts)
    return text


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """`text` with stars for what nobody may read."""
    for secret in secrets:
        text = text.replace(secret, _SECRET) if len(secret) >= _LEAST else text
    return text


def secrets_of(settings: "Settings") -> tuple[str, ...]:
    """What the settings hold that nobody may read."""
    key = settings.llm_api_key
    return (key.get_secret_value(),) if key else ()


class Lines(logging.Formatter):
    """A log record as one line (text may be followed by a trace)."""

    def __init__(self, *, as_json: bool, questions: bool, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._json = as_json
        self._questions = questions
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        now = _about.get()
        fields = dict(getattr(record, FIELDS, {}))
        if not self._questions:
            fields.pop(PRIVATE, None)
        told = self._as_json(record, now, fields) if self._json else self._as_text(record, now, fields)
        return without_secrets(told, self._secrets)

    def _as_text(self, record: logging.LogRecord, now: _About, fields: Mapping[str, Any]) -> str:
        message = self._clean(record.getMessage(), now).translate(_CONTROL)  # a line is one line
        marks = {"id": now.id, **fields} if now.id else fields
        more = "".join(f" {k}={_shown(v)}" for k, v in marks.items())
        head = f"{self.formatTime(record)} {record.levelname} {record.name}：{message}{more}"
        return "\n".join([head, self._trace(record, now)]) if record.exc_info else head

    def _as_json(self, record: logging.LogRecord, now: _About, fields: Mapping[str, Any]) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._clean(record.getMessage(), now),
        }
        if now.id:
            line["id"] = now.id
        line |= fields
        if record.exc_info:
            line["trace"] = self._trace(record, now)
        told = json.dumps(line, ensure_ascii=False, default=str).translate(_CONTROL)
        return told.encode("utf-8", "backslashreplace").decode()

    def _trace(self, record: logging.LogRecord, now: _About) -> str:
        return self._clean(self.formatException(record.exc_info), now) if record.exc_info else ""

    def _clean(self, text: str, now: _About) -> str:
        return text if self._questions else without(text, now.words)


def set_up_logging(
    *, verbose: bool, wanted: "LogSettings | None" = None, secrets: Sequence[str] = ()
) -> None:
    """Log as `wanted` says, else warnings as text on stderr; with `verbose`, everything of ours.

    Raises:
        SettingsError: the log file cannot be written.
    """
    as_json, questions = (wanted.format == "json", wanted.questions) if wanted else (False, False)
    handler = _file(wanted) if wanted and wanted.file else logging.StreamHandler()
    handler.setFormatter(Lines(as_json=as_json, questions=questions, secrets=secrets))
    handler.addFilter(is_ours_or_grave)  # some libraries set their own level to DEBUG
    logging.basicConfig(handlers=[handler], force=True)
    level = "DEBUG" if verbose else wanted.level.upper() if wanted else "WARNING"
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    if not verbose:
        warnings.simplefilter("ignore")


def follow_settings(settings: "Settings", *, verbose: bool) -> None:
    """Log as the settings say, once they are known; nothing changes where somebody else has set up logging.

    Raises:
        SettingsError: see `set_up_logging`.
    """
    if any(isinstance(handler.formatter, Lines) for handler in logging.getLogger().handlers):
        set_up_logging(verbose=verbose, wanted=settings.log, secrets=secrets_of(settings))


def is_ours_or_grave(record: logging.LogRecord) -> bool:
    """Whether a record is worth telling."""
    return record.name.partition(".")[0] in OURS or record.levelno >= logging.WARNING


def _file(wanted: "LogSettings") -> logging.Handler:
    path = wanted.file
    assert path is not None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # for this user alone
        return WatchedFileHandler(path, encoding="utf-8")  # opened anew when logrotate has moved it
    except OSError as error:
        raise SettingsError(
            f"无法写入日志文件：{path}（{error.strerror}）。请改 POLICY_QA_LOG__FILE 或检查权限。"
        ) from error


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(text, ensure_ascii=False) if not text or re.search(r'[\s"=]', text) else text
