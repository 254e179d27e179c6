"""Bad files: each comes to one line of Chinese or is read right, within bounds, and harms nothing else."""

import re
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import read
from index.readers.given import given
from index.readers.guard import Guard, Limits
from tests.index.bad_files import CASES, MIXED, Case

LIMITS = Limits(seconds=20, seconds_per_mb=1, memory_mb=2048)
SECONDS = 60
"""For any of them, on a machine that does other things too."""
PEAK_MB = 1024

_LINE = re.compile(r"[^\n]*[\u4e00-\u9fff][^\n]*。")


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(LIMITS) as guard:
        yield guard


def outcome(path: Path, guard: Guard) -> tuple[list[str], list[str]]:
    """The lines about what cannot be read, and the texts of what can."""
    lines: list[str] = []
    texts: list[str] = []
    with given([path], guard) as (files, failed):
        lines += failed
        for file in files:
            try:
                texts.append("\n".join(page.text for page in read(file.path, guard).pages))
            except ReadError as error:
                lines.append(file.tell(error))
    return lines, texts


def peak_mb(guard: Guard) -> float:
    """The most memory that the child has held; 0 if it is gone, and so was within its limit."""
    if guard.pid is None:
        return 0
    status = Path(f"/proc/{guard.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def forget_peak(guard: Guard) -> None:
    if guard.pid is not None:
        Path(f"/proc/{guard.pid}/clear_refs").write_text("5", encoding="ascii")


@pytest.mark.parametrize("case", CASES + MIXED, ids=str)
def test_a_bad_file_is_one_line_or_read_right(tmp_path: Path, case: Case, guard: Guard) -> None:
    if case.ocr and find_spec("rapidocr") is None:
        pytest.skip("the extra ocr is not installed")
    path = tmp_path / case.name
    case.make(path)
    forget_peak(guard)
    start = time.monotonic()
    lines, texts = outcome(path, guard)
    assert time.monotonic() - start < SECONDS
    assert peak_mb(guard) < PEAK_MB
    if case.says:
        (line,) = lines
        assert case.says in line
        assert _LINE.fullmatch(line)
        assert str(path) in line
    if case.holds:
        (text,) = texts
        assert case.holds in text
    assert len(lines) + len(texts) == bool(case.says) + bool(case.holds) or not (case.says or case.holds)
