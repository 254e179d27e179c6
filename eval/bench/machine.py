"""The machine that a benchmark runs on, and what is installed on it."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.run import git_revision

_PACKAGES = ("chromadb", "langchain-core", "numpy", "sentence-transformers", "tokenizers", "torch")


def describe_machine(root: Path) -> dict[str, Any]:
    """Processor, cores, memory, system, versions, the commit of `root`, and the load as it is now."""
    return {
        "processor": _first(Path("/proc/cpuinfo"), r"^model name\s*: (.+)$") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_mb": int(_first(Path("/proc/meminfo"), r"^MemTotal:\s*(\d+) kB$") or 0) // 1024,
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "revision": git_revision(root) if (root / ".git").exists() else None,
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def memory() -> dict[str, float]:
    """Megabytes that this process holds: of its own, mapped from files, and the most that it held together."""
    status = Path("/proc/self/status")
    names = {"anonymous": "RssAnon", "files": "RssFile", "most": "VmHWM"}
    return {name: int(_first(status, rf"^{field}:\s*(\d+) kB$") or 0) / 1024 for name, field in names.items()}


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _first(path: Path, pattern: str) -> str:
    """What `pattern` finds first in a file; empty where there is none."""
    try:
        found = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return found[1] if found else ""
