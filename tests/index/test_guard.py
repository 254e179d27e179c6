"""The child process that reads files: whatever happens in it, one line and no more."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import ReadError
from index.model import Page
from index.readers import read
from index.readers.guard import Guard, Limits
from tests.conftest import ROOT
from tests.index.bad_files import picture
from tests.index.pdfs import pdf

ODD = "tests.index.odd_worker"
LIMITS = Limits(seconds=2, seconds_per_mb=0, memory_mb=1024)
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and memory limits of a POSIX system")


@pytest.fixture
def guard() -> Iterator[Guard]:
    with Guard(LIMITS, ODD) as guard:
        yield guard


def named(folder: Path, name: str) -> Path:
    path = folder / f"{name}.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def message(path: Path, guard: Guard) -> str:
    with pytest.raises(ReadError) as caught:
        guard.read(path)
    return str(caught.value)


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_file_is_read_in_another_process(tmp_path: Path, guard: Guard) -> None:
    source = guard.read(named(tmp_path, "good"))
    assert (source.name, source.pages) == ("good.pdf", (Page(None, "good"), Page(2, "二")))
    assert guard.pid not in (None, os.getpid())


def test_one_process_reads_many_files(tmp_path: Path, guard: Guard) -> None:
    guard.read(named(tmp_path, "a"))
    first = guard.pid
    guard.read(named(tmp_path, "b"))
    assert guard.pid == first


@pytest.mark.parametrize("name", ["hang", "hang-alone"])
def test_a_file_that_hangs_is_given_up(tmp_path: Path, guard: Guard, name: str) -> None:
    path = named(tmp_path, name)
    assert message(path, guard) == (
        f"读取超时：{path}（超过 2 秒没有进展）。文件可能已损坏，请重新导出或拆分后重试。"
    )
    assert guard.read(named(tmp_path, "next")).pages[0].text == "next"


@POSIX
def test_a_file_that_swells_is_given_up(tmp_path: Path, guard: Guard) -> None:
    path = named(tmp_path, "swell")
    assert message(path, guard) == (
        f"读取所需内存过大：{path}（上限 1024 MB）。请拆分文件或缩小其中的图片后重试。"
    )
    assert guard.read(named(tmp_path, "next")).pages[0].text == "next"


@pytest.mark.parametrize("name", ["abort", "leave", "raise"])
def test_a_file_that_crashes_its_parser_is_told(tmp_path: Path, guard: Guard, name: str) -> None:
    path = named(tmp_path, name)
    assert message(path, guard) == f"无法读取：{path}（解析时出错，文件可能已损坏）。请重新导出后重试。"
    assert guard.read(named(tmp_path, "next")).pages[0].text == "next"


def test_what_a_parser_prints_is_no_reply(tmp_path: Path, guard: Guard) -> None:
    assert guard.read(named(tmp_path, "print")).pages[0].text == "print"


def test_progress_gives_time_anew(tmp_path: Path, guard: Guard) -> None:
    assert guard.read(named(tmp_path, "slow")).pages[0].text == "slow"  # 3.2 seconds, of 2 without progress


def test_a_large_file_has_more_time(tmp_path: Path) -> None:
    path = named(tmp_path, "hang")
    path.write_bytes(bytes(2 << 20))
    with Guard(Limits(seconds=1, seconds_per_mb=0.5), ODD) as guard:
        assert "超过 2 秒" in message(path, guard)


@POSIX
def test_a_process_without_work_ends(tmp_path: Path) -> None:
    with Guard(Limits(idle_seconds=0.2), ODD) as guard:
        guard.read(named(tmp_path, "a"))
        pid = guard.pid
        assert pid is not None
        assert gone(pid)
        assert guard.read(named(tmp_path, "b")).pages[0].text == "b"


SCRIPT = f"""
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
from pathlib import Path
from index.readers.guard import Guard
guard = Guard(worker={ODD!r})
guard.read(Path(sys.argv[1]))
print(guard.pid, flush=True)
guard.read(Path(sys.argv[2]))
"""


@POSIX
@pytest.mark.parametrize("name", ["hang", "hang-alone"])
def test_ctrl_c_leaves_no_process_behind(tmp_path: Path, name: str) -> None:
    assert gone(left_by(signal.SIGINT, tmp_path, name))


@POSIX
def test_a_killed_program_leaves_no_process_behind(tmp_path: Path) -> None:
    assert gone(left_by(signal.SIGKILL, tmp_path, "hang"))


def left_by(ending: signal.Signals, folder: Path, name: str) -> int:
    """The process id of the child of a program that is ended while the child hangs."""
    files = [str(named(folder, n)) for n in ("good", name)]
    program = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *files], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert program.stdout is not None
    pid = int(program.stdout.readline())
    time.sleep(0.5)
    program.send_signal(ending)
    program.communicate()
    return pid


# --- the real one ---


@POSIX
def test_memory_is_bounded_for_real_files(tmp_path: Path) -> None:
    path = tmp_path / "大.png"
    path.write_bytes(picture("PNG", (10_000, 10_000), "RGB"))
    with Guard(Limits(memory_mb=450)) as guard:
        assert "读取所需内存过大" in message(path, guard)
        path.with_suffix(".pdf").write_bytes(pdf([["第一条 甲。"]]))
        assert guard.read(path.with_suffix(".pdf")).pages[0].text == "第一条 甲。"


def test_plain_text_needs_no_process(tmp_path: Path) -> None:
    path = tmp_path / "办法.md"
    path.write_text("第一条 甲。", encoding="utf-8")
    with Guard() as guard:
        assert read(path, guard).pages[0].text == "第一条 甲。"
        assert guard.pid is None


def test_the_process_starts_quickly() -> None:
    """It imports what a format needs when the first file of it comes; the rest of the program never."""
    heavy = {"pypdf", "pdfplumber", "lxml", "numpy", "PIL", "pypdfium2", "rapidocr", "pydantic", "chromadb"}
    code = "import sys, index.readers.worker; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not heavy & set(run.stdout.split())
