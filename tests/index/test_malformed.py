"""Bad files: each comes to one line of Chinese or is read right, within bounds, and harms nothing else."""

import errno
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import read
from index.readers.given import given
from index.readers.guard import Guard, Limits
from index.readers.kinds import unopened
from tests.index.bad_files import BODY, CASES, GOOD, MIXED, Case, docx, entity_file, external, fetching, page

LIMITS = Limits(seconds=15, seconds_per_mb=1, memory_mb=2048)
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


@pytest.fixture
def visited() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who has come there."""
    visitors: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, who = server.accept()
                except OSError:
                    return
                visitors.append(who)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", visitors


@pytest.mark.parametrize(("name", "make"), [("外.docx", external), ("外.html", fetching)])
def test_nothing_is_fetched_for_a_document(
    tmp_path: Path, name: str, make: Callable[[str], bytes], guard: Guard, visited: tuple[str, list[object]]
) -> None:
    address, visitors = visited
    path = tmp_path / name
    path.write_bytes(make(address))
    (text,) = outcome(path, guard)[1]
    assert GOOD in text
    assert visitors == []


def test_a_reader_cannot_reach_the_network(tmp_path: Path, visited: tuple[str, list[object]]) -> None:
    """Whatever a parser tries: the process that reads may open no connection."""
    address, visitors = visited
    path = tmp_path / "connect.pdf"
    path.write_text(address, encoding="ascii")
    with Guard(LIMITS, "tests.index.odd_worker") as guard, pytest.raises(ReadError, match="解析时出错"):
        guard.read(path)
    assert visitors == []


def test_what_may_not_be_read_is_told() -> None:
    path = Path("办法.pdf")
    assert str(unopened(path, PermissionError(errno.EACCES, "Permission denied"))) == (
        "没有读取权限：办法.pdf。请检查文件的权限设置。"
    )


def test_what_a_word_file_names_on_this_machine_is_not_read(tmp_path: Path, guard: Guard) -> None:
    path = tmp_path / "外部实体.docx"
    path.write_bytes(docx(document=entity_file()))
    assert "root:" not in outcome(path, guard)[1][0]


def test_scripts_of_a_page_are_no_text(tmp_path: Path, guard: Guard) -> None:
    path = tmp_path / "页.html"
    path.write_bytes(
        page(f"<script>document.write('第三条 假')</script>{BODY}<noscript>第四条 假</noscript>")
    )
    assert "假" not in outcome(path, guard)[1][0]
