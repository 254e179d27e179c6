from collections.abc import Callable

import pytest

from qa.settings import LimitSettings
from ui.queueing import Busy, Figures, Late, Line, Ticket


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A line whose threads are run by hand, one question at a time."""

    def __init__(self, at_once: int = 1, **limits: float) -> None:
        self.clock = Clock()
        self.threads: list[Callable[[], None]] = []
        self.line = Line(
            at_once, LimitSettings.model_validate(limits), clock=self.clock, start=self.threads.append
        )
        self.heard: list[str] = []
        self.told: list[tuple[str, int, str]] = []

    def ask(
        self, who: str, name: str = "", seconds: float = 1.0, then: Callable[[], object] = bool
    ) -> Ticket:
        """Ask a question that takes `seconds`, and while it is answered do `then`."""
        name = name or who

        def work(ticket: Ticket) -> None:
            self.clock.now += seconds
            then()
            if not ticket.over:
                self.heard.append(name)

        return self.line.enter(who, work, lambda late: self.told.append((name, late.status, str(late))))

    def run(self) -> list[str]:
        """Run all threads but the watch to their end; what was answered, in order."""
        while self.threads:
            thread = self.threads.pop(0)
            if getattr(thread, "__name__", "") != "_watch":
                thread()
        return self.heard


def test_a_caller_comes_after_one_question_of_who_has_asked_forty() -> None:
    desk = Desk(per_person=40)
    for n in range(40):
        desk.ask("batch", f"b{n}")
    caller = desk.ask("caller")
    second = desk.ask("caller", "again")
    other = desk.ask("other")
    # b0 is under way, and b1 is first of all that wait
    assert [desk.line.ahead(t) for t in (caller, second, other)] == [2, 5, 3]
    assert desk.run()[:8] == ["b0", "b1", "caller", "other", "b2", "again", "b3", "b4"]
    assert len(desk.heard) == 43


def test_what_is_told_to_be_ahead_is_what_comes_first() -> None:
    desk = Desk()
    tickets = {
        name: desk.ask(name[0], name) for name in ("a1", "a2", "a3", "b1", "c1", "c2", "b2", "c3", "d1")
    }
    told = {name: desk.line.ahead(ticket) for name, ticket in tickets.items()}
    order = desk.run()
    assert order == ["a1", "a2", "b1", "c1", "d1", "a3", "b2", "c2", "c3"]
    assert {name: order.index(name) for name in order} == told


def test_no_more_than_so_many_are_begun_at_once() -> None:
    desk = Desk(at_once=2)
    tickets = [desk.ask(who) for who in "abcd"]
    assert [t.running for t in tickets] == [True, True, False, False]
    assert desk.line.figures() == Figures(2, 2, 0, 0.0, closing=False)
    assert [desk.line.ahead(t) for t in tickets] == [0, 0, 2, 3]
    assert desk.run() == ["a", "c", "d", "b"]  # by hand the first thread goes on to the end
    assert desk.line.figures().running == 0


def test_who_has_asked_too_much_is_told_when_to_come_back() -> None:
    desk = Desk(per_person=3)
    desk.ask("a", "first", seconds=4.0)
    desk.run()
    assert desk.line.figures().seconds == 4.0
    desk.ask("b")
    for name in ("a1", "a2", "a3"):
        desk.ask("a", name)
    with pytest.raises(Busy) as caught:
        desk.ask("a", "a4")
    # b is under way and a1 comes next: both at four seconds
    assert (caught.value.status, caught.value.wait) == (429, 8)
    assert str(caught.value) == "您已有 3 个问题在等待回答。请等前面的答完再问（约 8 秒后）。"
    desk.ask("c")


def test_beyond_its_length_nobody_enters_the_line() -> None:
    desk = Desk(at_once=2, waiting=3)
    desk.ask("a", seconds=3.0)
    desk.run()
    for who in "abcde":
        desk.ask(who)
    with pytest.raises(Busy) as caught:
        desk.ask("f")
    # three wait and two are under way, two at once: 5 x 3 s / 2
    assert (caught.value.status, caught.value.wait) == (503, 8)
    assert str(caught.value) == "现在提问的人太多（3 个问题在排队）。请约 8 秒后再问。"
    desk.run()
    assert desk.heard == ["a", "a", "c", "d", "e", "b"]


def test_the_mean_time_follows_the_last_questions() -> None:
    desk = Desk()
    for seconds in (2.0, 12.0):
        desk.ask("a", seconds=seconds)
        desk.run()
    assert desk.line.figures().seconds == pytest.approx(3.0)  # 2 + 0.1 x (12 - 2)


def test_before_anything_was_measured_a_second_is_told() -> None:
    desk = Desk(per_person=1)
    desk.ask("a")
    with pytest.raises(Busy) as caught:
        desk.ask("a")
    assert caught.value.wait == 1


def test_who_does_not_want_to_wait_leaves_the_line() -> None:
    desk = Desk()
    under_way, waiting, last = (desk.ask(who) for who in "abc")
    desk.line.cancel(waiting)
    assert desk.line.ahead(last) == 1
    desk.line.cancel(under_way)
    desk.line.cancel(under_way)
    assert desk.run() == ["c"]
    assert desk.told == []
    assert desk.line.figures().waiting == 0


def test_who_waits_too_long_is_told() -> None:
    desk = Desk(wait_seconds=20, question_seconds=60)
    desk.ask("a")
    desk.ask("b")
    desk.clock.now += 15
    desk.ask("c")
    desk.line.give_up_late()
    assert desk.told == []
    desk.clock.now += 6
    desk.line.give_up_late()
    desk.line.give_up_late()
    assert desk.told == [("b", 503, "排队超过 20 秒还没有轮到。请稍后再问，或联系维护者。")]
    assert desk.run() == ["a", "c"]


def test_a_question_that_hangs_is_given_up_and_another_thread_takes_its_place() -> None:
    desk = Desk(question_seconds=60)

    def while_it_hangs() -> None:
        desk.line.give_up_late()
        assert desk.line.figures() == Figures(1, 0, 1, 0.0, closing=False)  # b is begun
        assert len(desk.threads) == 2  # the watch and that of b

    desk.ask("a", seconds=61.0, then=while_it_hangs)
    desk.ask("b")
    assert desk.run() == ["b"]
    assert desk.told == [("a", 504, "回答用时超过 60 秒，已放弃。请稍后重试。")]
    assert desk.line.figures().lost == 0


def test_while_too_many_threads_hang_nobody_enters() -> None:
    desk = Desk(question_seconds=60, wait_seconds=1000)
    for n in range(9):
        desk.ask("a", f"a{n}")
    for _ in range(8):
        desk.clock.now += 61
        desk.line.give_up_late()
    assert [name for name, _, _ in desk.told] == [f"a{n}" for n in range(8)]
    assert desk.line.figures() == Figures(0, 1, 8, 0.0, closing=False)
    with pytest.raises(Busy) as caught:
        desk.ask("b")
    assert caught.value.status == 503
    assert desk.run() == ["a8"]  # the threads came back after all
    assert desk.line.figures().lost == 0


def test_what_breaks_in_a_thread_does_not_end_the_line() -> None:
    desk = Desk()

    def broken() -> object:
        raise ZeroDivisionError

    desk.ask("a", then=broken)
    desk.ask("b")
    assert desk.run() == ["b"]


def test_a_line_that_is_drained_answers_what_it_holds_and_lets_nobody_in() -> None:
    desk = Desk()
    desk.ask("a")
    desk.ask("b")
    assert not desk.line.drain(0)
    assert desk.line.figures().closing
    with pytest.raises(Busy) as caught:
        desk.ask("c")
    assert (caught.value.status, caught.value.wait) == (503, 10)
    assert str(caught.value) == "服务正在停止，不再接受新问题。请稍后再问。"
    assert desk.run() == ["a", "b"]
    assert desk.line.drain(0)


def test_a_line_that_is_closed_gives_up_what_is_left() -> None:
    desk = Desk()
    desk.ask("a")
    desk.ask("b")
    desk.line.close(patience=0)
    said = "服务正在停止，这个问题没有答完。请稍后再问。"
    assert desk.told == [("a", 503, said), ("b", 503, said)]
    assert desk.run() == []


def test_in_real_threads_all_are_answered_and_the_watch_ends() -> None:
    line = Line(3, LimitSettings())
    done: list[str] = []

    def late(_: Late) -> None:
        raise AssertionError

    for n in range(60):
        line.enter(f"p{n % 20}", lambda _, n=n: done.append(str(n)), late)  # type: ignore[misc]
    assert line.drain(10)
    assert sorted(done, key=int) == [str(n) for n in range(60)]
