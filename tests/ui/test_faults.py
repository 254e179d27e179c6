"""What went wrong lately: what is taken from the log, how it is put together, and what is kept."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import ModelUnavailable, RecordsUnavailable, UsageError
from ui.faults import FAULT, FILE, KEPT, Fault, Faults, fault, noted
from ui.logs import about, log_told
from ui.queueing import Busy

NOW = "2024-05-03T04:00:00.000+00:00"
log = logging.getLogger("ui.test")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 5, 3, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def faults(tmp_path: Path, clock: Clock) -> Iterator[Faults]:
    opened = Faults(tmp_path / FILE, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def counted(faults: Faults) -> Iterator[list[str]]:
    """What is counted while the log is listened to."""
    kinds: list[str] = []
    with noted(faults, kinds.append):
        yield kinds


def test_alike_errors_are_one_with_the_last_ids_and_how_often(faults: Faults, clock: Clock) -> None:
    faults.add("模型", "聊天模型超时", "ui.asked", "id1")
    clock.now += timedelta(minutes=1)
    faults.add("索引", "没有索引", "ui.live")
    clock.now += timedelta(minutes=1)
    faults.add("模型", "聊天模型超时", "ui.asked", "id2", "trace")
    faults.add("模型", "聊天模型超时", "ui.asked", "id2", "")
    between, later = "2024-05-03T04:01:00.000+00:00", "2024-05-03T04:02:00.000+00:00"
    assert faults.last() == (
        Fault("模型", "聊天模型超时", "ui.asked", 3, NOW, later, ("id2", "id1"), ""),
        Fault("索引", "没有索引", "ui.live", 1, between, between, (), ""),
    )
    faults.clear()
    assert faults.last() == ()


def test_the_oldest_make_room_and_ids_are_bounded(faults: Faults, clock: Clock) -> None:
    for n in range(KEPT + 2):
        clock.now += timedelta(seconds=1)
        faults.add("模型", f"Fehler {n}", "x")
    for n in range(30):
        faults.add("模型", f"Fehler {KEPT + 1}", "x", f"id{n}")
    kept = faults.last()
    assert (len(kept), kept[0].line, kept[-1].line) == (KEPT, f"Fehler {KEPT + 1}", "Fehler 2")
    assert kept[0].ids == tuple(f"id{n}" for n in range(29, 9, -1))


def test_they_survive_a_restart(tmp_path: Path, faults: Faults) -> None:
    faults.add("模型", "聊天模型超时", "ui.asked")
    faults.close()
    again = Faults(tmp_path / FILE)
    assert [f.line for f in again.last()] == ["聊天模型超时"]
    again.close()


def test_an_error_of_ours_is_taken_with_its_place_and_trace(faults: Faults, counted: list[str]) -> None:
    with about("0123456789abcdef", "首台套检测评定收费吗"):
        try:
            raise ZeroDivisionError("评定收费是零")
        except ZeroDivisionError:
            log.exception("unexpected")
    (kept,) = faults.last()
    assert (kept.kind, kept.line, kept.ids, kept.times) == (
        "程序内部错误", "程序内部错误：ZeroDivisionError", ("0123456789abcdef",), 1,
    )  # fmt: skip
    assert kept.place.startswith("ui.test（test_faults.py:")
    assert kept.trace.startswith("Traceback")
    assert kept.trace.endswith("ZeroDivisionError: …是零\n")
    assert counted == ["ZeroDivisionError"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ModelUnavailable("聊天模型超时"), "模型"),
        (RecordsUnavailable("磁盘已满。"), "记录"),
        (Busy(503, 3, "现在提问的人太多。"), "繁忙"),
    ],
)
def test_an_error_that_was_told_is_taken_in_its_own_words(
    faults: Faults, counted: list[str], error: Exception, kind: str
) -> None:
    log_told(log, error)  # type: ignore[arg-type]
    (kept,) = faults.last()
    assert (kept.kind, kept.line, kept.trace) == (kind, str(error), "")
    assert counted == [type(error).__name__]


def test_what_a_user_does_wrong_and_what_libraries_warn_of_is_left_out(
    faults: Faults, counted: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "ui.test"):
        log_told(log, UsageError("没有“我的秘密”这份文件。"))
    log.info("nothing")
    logging.getLogger("bm25s").warning("warns")
    logging.getLogger("qa.llm").warning("openai: APITimeoutError")
    assert (faults.last(), counted) == ((), [])
    assert "秘密" not in caplog.text
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    logging.getLogger("ui.users").warning("a sign-in was refused")
    assert {(f.kind, f.line, f.place) for f in faults.last()} == {
        ("程序内部错误", "Exception in ASGI application", "uvicorn.error"),
        ("登录", "a sign-in was refused", "ui.users"),
    }
    assert counted == ["error", "warning"]


def test_a_file_that_cannot_be_written_breaks_nothing(faults: Faults, counted: list[str]) -> None:
    faults.add("x", "y", "z")
    faults._db._db.execute("PRAGMA query_only = ON")
    log.warning("goes on")
    assert counted == ["warning"]
    assert [f.line for f in faults.last()] == ["y"]


def test_who_meets_a_fault_is_told_its_id() -> None:
    assert fault() == FAULT
    assert fault("0123456789abcdef") == "程序内部错误，请稍后重试；如仍出现，请把编号 01234567 告诉维护者。"
    with about("abcdefgh12"):
        assert "编号 abcdefgh 告诉" in fault()
