"""What a line of the log holds, and what it must not."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from index.errors import SettingsError
from qa.settings import LogSettings, Settings
from ui.logs import FIELDS, OURS, about, current_id, follow_settings, set_up_logging, without

QUESTION = "首台套检测评定收费吗"
log = logging.getLogger("ui.test")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Logging is the process's own; a test must not leave it to the next."""
    handlers = logging.getLogger().handlers[:]
    logging.getLogger().handlers.clear()
    yield
    for handler in set(logging.getLogger().handlers) - set(handlers):
        handler.close()
    logging.getLogger().handlers[:] = handlers
    for name in (*OURS, "index.build", "bm25s"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def json_lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_only_what_is_ours_or_grave_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(verbose=True)
    for name in ("index.build", "bm25s"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).debug("said by %s", name)
        logging.getLogger(name).warning("%s warns", name)
    said = [line.partition(" ")[2].partition(" ")[2] for line in capsys.readouterr().err.splitlines()]
    assert said == [
        "DEBUG index.build：said by index.build",
        "WARNING index.build：index.build warns",
        "WARNING bm25s：bm25s warns",
    ]


def test_a_json_line_holds_time_level_place_id_and_fields(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "qa.log"
    set_up_logging(verbose=False, wanted=LogSettings(level="info", format="json", file=file))
    log.debug("not this")
    log.info("plain\u2028line")
    with about("abc12345"):
        log.warning("%s fails", "it", extra={FIELDS: {"ms": {"found": 1.5}, "documents": ["办法"]}})
    first, second = json_lines(file)
    assert (sorted(first), first["message"]) == (["level", "logger", "message", "time"], "plain\u2028line")
    time = second.pop("time")
    assert isinstance(time, str)
    assert (len(time), time[-1]) == (24, "Z")
    assert second == {
        "level": "warning", "logger": "ui.test", "message": "it fails", "id": "abc12345", "ms": {"found": 1.5},
        "documents": ["办法"],
    }  # fmt: skip
    assert file.stat().st_mode & 0o777 == 0o600


def test_nobody_can_write_a_line_of_his_own(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(verbose=False)
    log.warning("no 《%s》", "x\n2026-01-01 ERROR\x1b[31m\u2028y")
    assert capsys.readouterr().err.endswith("：no 《x\\u000a2026-01-01 ERROR\\u001b[31m\\u2028y》\n")


def test_a_text_line_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(verbose=False)
    with about("abc12345"):
        log.warning("fails", extra={FIELDS: {"ms": {"found": 1.5}, "why": "a b", "n": 3}})
    line = capsys.readouterr().err
    assert (
        line.partition("WARNING ")[2] == 'ui.test：fails id=abc12345 ms="{\\"found\\": 1.5}" why="a b" n=3\n'
    )


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize("format_", ["json", "text"])
def test_what_was_typed_is_in_no_line_unless_that_is_allowed(
    tmp_path: Path, format_: str, allowed: bool
) -> None:
    file = tmp_path / "qa.log"
    wanted = LogSettings.model_validate(
        {"level": "info", "format": format_, "file": file, "questions": allowed}
    )
    set_up_logging(verbose=False, wanted=wanted, secrets=["sk-geheim"])
    with about("abc12345", QUESTION, "那它呢", "x"):
        log.info("question", extra={FIELDS: {"question": QUESTION, "citations": 1}})
        try:
            raise KeyError(f"{QUESTION[3:8]}，那它呢，max")
        except KeyError:
            log.exception("broken by %s with sk-geheim", QUESTION)
    told = file.read_text(encoding="utf-8")
    assert (QUESTION in told, QUESTION[3:8] in told, "那它呢" in told) == (allowed, allowed, allowed)
    assert ("sk-geheim" in told, "broken by" in told, "max" in told) == (False, True, True)
    assert 'raise KeyError(f"{QUESTION[3:8]}，…，max")' in told.replace("那它呢", "…").replace('\\"', '"')


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("没有“检测评定收费办法”这份文件", ("检测评定收费吗",), "没有“…办法”这份文件"),
        ("检测收费", ("检测评定收费吗",), "检测收费"),
        ("收费吗？收费", ("收费吗",), "…？收费"),
        ("a 吗 b", ("吗",), "a 吗 b"),
        ("ZeroDivisionError", ("an onerror here",), "ZeroDivisionError"),
        ("no Hydraulikbagger", ("ein Hydraulikbagger",), "no…"),
        ("call 13800138000 or 120", ("dial 13800138000",), "cal… or 120"),
        ("whole", (), "whole"),
        ("whole", ("", " "), "whole"),
    ],
)
def test_runs_of_what_was_typed_are_taken_out(text: str, words: tuple[str, ...], left: str) -> None:
    assert without(text, words) == left


def test_what_belongs_to_a_request_ends_with_it() -> None:
    with about("outer123"):
        with about("inner123", "words"):
            assert current_id() == "inner123"
        assert current_id() == "outer123"
    assert current_id() == ""


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"^无法写入日志文件：.*请改 POLICY_QA_LOG__FILE 或检查权限。$"):
        set_up_logging(verbose=False, wanted=LogSettings(file=tmp_path / "file" / "qa.log"))


def test_settings_change_only_what_the_program_has_set_up(tmp_path: Path) -> None:
    settings = Settings(log=LogSettings(file=tmp_path / "qa.log"), llm_api_key=SecretStr("sk-geheim"))
    follow_settings(settings, verbose=False)
    assert not (tmp_path / "qa.log").exists()
    set_up_logging(verbose=False)
    follow_settings(settings, verbose=False)
    log.warning("here is sk-geheim")
    assert "ui.test：here is ***\n" in (tmp_path / "qa.log").read_text(encoding="utf-8")


def test_a_log_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "qa.log"
    set_up_logging(verbose=False, wanted=LogSettings(file=file))
    log.warning("one")
    file.rename(tmp_path / "old")
    log.warning("two")
    assert ("one" in (tmp_path / "old").read_text(), "two" in file.read_text()) == (True, True)
