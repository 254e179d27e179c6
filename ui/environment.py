"""The environment of the process, set before anything heavy is imported: offline, no calls home, UTF-8."""

import ctypes
import os
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper

_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",  # chromadb
    "CHROMA_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}
_ARENAS = -8
"""M_ARENA_MAX of glibc's malloc.h."""
_LOOPBACK = ("127.0.0.1", "localhost")


def prepare(embedder: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Switch off what calls home; what the user has set stays.

    The model hub may be reached only when the user has named a model of their own.
    """
    for name, value in _QUIET.items():
        environ.setdefault(name, value)
    if embedder == "default":
        environ.setdefault("HF_HUB_OFFLINE", "1")
    # What asks this machine itself (a chat model of its own, say) must not go through an office proxy.
    for name in ("NO_PROXY", "no_proxy"):
        listed = [h for h in environ.get(name, "").split(",") if h]
        environ[name] = ",".join([*listed, *(h for h in _LOOPBACK if h not in listed)])


def program_version() -> str:
    """The version that is installed, nothing where the program runs from its source."""
    try:
        return version("policy-qa")
    except PackageNotFoundError:
        return ""


def set_up_streams() -> None:
    """UTF-8 for pipes and files whatever the system's own encoding is; no character stops the output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def share_memory() -> None:
    """Have all threads take memory from one place; to be called before there are many.

    glibc gives every thread an arena of its own, and what one has given back the others cannot use: after 160
    questions in four threads 633 MB were in use where 385 suffice, and it went on growing.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(_ARENAS, 1)
