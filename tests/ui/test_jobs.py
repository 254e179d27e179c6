from collections.abc import Iterator
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest

from index.errors import ModelUnavailable, RecordsUnavailable, UsageError
from qa.model import Answer
from qa.settings import LimitSettings
from tests.ui.conftest import FREE, TURN, FakeChain, as_chain
from ui.faults import fault
from ui.jobs import Jobs, Order
from ui.live import LiveChain
from ui.queueing import Busy, Line
from ui.saved import SavedTurn
from ui.turn import Turn

WAIT = 10.0


class Stepwise(FakeChain):
    """Says its first sentence, and the rest when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()
        self.error: Exception | None = None

    def stream(self, question: str, *told: Any, **more: Any) -> Iterator[Answer]:
        first, *rest = super().stream(question, *told, **more)
        yield first
        assert self.go.wait(WAIT)
        if self.error:
            raise self.error
        yield from rest


class Bench:
    """Jobs over a chain, with what they kept."""

    def __init__(self, chain: FakeChain, keep: Any = None) -> None:
        self.kept: list[SavedTurn] = []
        self.line = Line(4, LimitSettings(per_person=5))
        self.jobs = Jobs(LiveChain(lambda: as_chain(chain)), self.line, keep or self.kept.append, "1.0")

    def end(self, id_: str = "t1") -> Turn:
        """The turn once it is finished."""
        seen, turn = -1, None
        while turn is None or turn.state == "working":
            grown = self.jobs.wait(id_, "anna", seen, WAIT)
            assert grown is not None
            turn, seen = grown
        return turn


def order(id_: str = "t1", conversation: str = "c1", question: str = "收费吗", owner: str = "anna") -> Order:
    return Order(id_, owner, conversation, question, ("此前",), (FREE.meta.key,))


def test_an_answer_grows_and_is_kept_with_what_made_it() -> None:
    chain = Stepwise()
    bench = Bench(chain)
    assert bench.jobs.start(order()) == Turn("t1", "收费吗", "working")
    grown = bench.jobs.wait("t1", "anna", 0, WAIT)
    assert grown is not None
    assert (grown[0].state, grown[0].text, grown[1]) == ("working", "不收取费用。[1]", 1)
    assert bench.jobs.working("anna", "c1") == grown[0]
    assert bench.kept == []
    chain.go.set()
    turn = bench.end()
    assert turn.text == "不收取费用。[1]\n另见<附件1>。[2] 此前 1 问。"
    assert bench.jobs.working("anna", "c1") is None
    (kept,) = bench.kept
    assert (kept.id, kept.owner, kept.conversation, kept.answer) == ("t1", "anna", "c1", turn.answer)
    assert (kept.replay.history, kept.replay.documents) == (("此前",), (FREE.meta.key,))
    assert [(r.id, r.rank) for r in kept.replay.cited] == [(FREE.id, 1), (TURN.id, 2)]
    made = kept.replay.versions
    assert (made.program, made.generation, made.embedder, made.splitter) == ("1.0", "000001", "fake", 1)
    assert chain.asked == [("收费吗", ("此前",), (FREE.meta.key,))]


def test_a_stopped_answer_is_kept_as_far_as_it_went() -> None:
    chain = Stepwise()
    bench = Bench(chain)
    bench.jobs.start(order())
    bench.jobs.wait("t1", "anna", 0, WAIT)
    bench.jobs.stop("t1", "someone else")
    assert bench.jobs.working("anna", "c1") is not None
    bench.jobs.stop("t1", "anna")
    assert bench.end().text == "不收取费用。[1]\n（已按要求停止，以上内容可能不全。）"
    chain.go.set()
    bench.line.close()
    assert [t.answer["answer"] for t in bench.kept] == [
        "不收取费用。[1]\n（已按要求停止，以上内容可能不全。）"
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModelUnavailable("聊天模型断开。请稍后重试。"), "聊天模型断开。请稍后重试。"),
        (ZeroDivisionError(), fault("t1")),
    ],
)
def test_what_breaks_off_is_told_and_not_kept(error: Exception, told: str) -> None:
    chain = Stepwise()
    chain.error = error
    bench = Bench(chain)
    bench.jobs.start(order())
    chain.go.set()
    turn = bench.end()
    assert (turn.state, turn.answer, turn.error, bench.kept) == ("failed", None, told, [])


@pytest.mark.parametrize(
    ("error", "why"), [(RecordsUnavailable("磁盘已满。"), "磁盘已满。"), (ZeroDivisionError(), fault("t1"))]
)
def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(error: Exception, why: str) -> None:
    def keep(_: SavedTurn) -> None:
        raise error

    bench = Bench(FakeChain(), keep)
    bench.jobs.start(order())
    turn = bench.end()
    assert turn.state == "done"
    assert turn.error == f"这条回答没有存下来，刷新后会消失。{why}"
    assert turn.text.startswith("不收取费用。")


def test_one_question_at_a_time_in_a_conversation_and_five_of_one_owner() -> None:
    chain = Stepwise()
    bench = Bench(chain)
    bench.jobs.start(order())
    with pytest.raises(UsageError, match="上一个问题还在回答"):
        bench.jobs.start(order("t2"))
    for n in range(2, 6):
        bench.jobs.start(order(f"t{n}", f"c{n}"))
    with pytest.raises(Busy, match="您已有 5 个问题在等待回答"):
        bench.jobs.start(order("t6", "c6"))
    bench.jobs.start(order("u1", "c1", owner="bert"))
    chain.go.set()
    assert [bench.end(f"t{n}").state for n in range(1, 6)] == ["done"] * 5
    bench.jobs.start(order("t7"))
    assert bench.end("t7").state == "done"


def test_nobody_hears_what_others_ask() -> None:
    bench = Bench(FakeChain())
    bench.jobs.start(order())
    bench.end()
    assert bench.jobs.wait("t1", "bert", -1, 0) is None
    assert bench.jobs.wait("unknown", "anna", -1, 0) is None


def test_what_is_being_answered_for_who_is_forgotten_is_given_up_and_not_kept() -> None:
    chain = Stepwise()
    bench = Bench(chain)
    bench.jobs.start(order())
    assert bench.jobs.wait("t1", "anna", 0, WAIT) is not None
    bench.jobs.start(order("t2", "c2", owner="bert"))
    bench.jobs.forget("anna")
    chain.go.set()
    seen = 0
    while (grown := bench.jobs.wait("t2", "bert", seen, WAIT)) and grown[0].state == "working":
        seen = grown[1]
    bench.line.close()
    assert bench.jobs.wait("t1", "anna", 0, 0) is None
    assert [saved.id for saved in bench.kept] == ["t2"]


def test_who_waits_hears_how_many_are_before_him() -> None:
    chain = Stepwise()
    bench = Bench(chain)
    for n in range(4):
        bench.jobs.start(order(f"b{n}", f"c{n}", owner="bert"))
    assert bench.jobs.start(order()).ahead == 4
    assert bench.jobs.start(order("t2", "c2")).ahead == 5
    bench.jobs.stop("t1", "anna")
    moved = bench.jobs.wait("t2", "anna", 0, 0)
    assert moved is not None
    assert (moved[0].ahead, moved[1]) == (4, 1)
    chain.go.set()
    assert bench.end("t2").ahead == 0


def test_what_is_given_up_is_told_in_one_line_and_not_kept() -> None:
    chain = Stepwise()
    bench = Bench(chain)
    bench.jobs.start(order())
    bench.jobs.wait("t1", "anna", 0, WAIT)
    assert not bench.jobs.settle(0)
    closing = Thread(target=bench.line.close)
    closing.start()
    turn = bench.end()
    assert (turn.state, turn.error) == ("failed", "服务正在停止，这个问题没有答完。请稍后再问。")
    assert bench.jobs.settle(0)
    chain.go.set()
    closing.join()
    assert bench.kept == []


def test_who_waits_for_all_to_have_heard_goes_on_as_soon_as_they_have() -> None:
    bench = Bench(FakeChain())
    bench.jobs.start(order())
    settled: list[bool] = []
    waiting = Thread(target=lambda: settled.append(bench.jobs.settle(WAIT)))
    waiting.start()
    begun = monotonic()
    assert bench.end().state == "done"
    waiting.join()
    assert settled == [True]
    assert monotonic() - begun < WAIT / 2
