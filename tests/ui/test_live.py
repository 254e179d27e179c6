from collections.abc import Callable, Sequence
from datetime import date
from threading import Event, Thread

import pytest

from index.errors import IndexMismatch, IndexMissing
from qa.chain import Chain
from qa.model import Answer
from tests.ui.conftest import FakeChain, as_chain
from ui.live import LiveChain


def ask(live: LiveChain, question: str, history: Sequence[str] = ()) -> Answer:
    *_, last = live.stream(question, history)
    return last


class Shelf:
    """Opens one fake chain after another; only the last is current."""

    def __init__(self) -> None:
        self.opened: list[FakeChain] = []
        self.newest = 0

    def open(self) -> Chain:
        number = self.newest
        self.opened.append(FakeChain(current=lambda: number == self.newest))
        return as_chain(self.opened[-1])


def test_the_chain_is_opened_once_and_anew_when_the_index_was_rebuilt() -> None:
    shelf = Shelf()
    live = LiveChain(shelf.open)
    ask(live, "一")
    ask(live, "二", ("一",))
    shelf.newest = 1
    ask(live, "三")
    assert [chain.asked for chain in shelf.opened] == [
        [("一", (), ()), ("二", ("一",), ())],
        [("三", (), ())],
    ]
    assert [chain.closed for chain in shelf.opened] == [True, False]
    live.close()
    assert shelf.opened[1].closed


def test_an_index_that_cannot_be_opened_leaves_the_old_one_in_use() -> None:
    shelf = Shelf()
    fail: list[Exception] = []

    def opened() -> Chain:
        if fail:
            raise fail[0]
        return shelf.open()

    live = LiveChain(opened)
    shelf.newest = 1
    fail.append(IndexMismatch("由其他版本建立"))
    assert ask(live, "一").text.startswith("不收取费用")
    fail.clear()
    ask(live, "二")
    assert [len(chain.asked) for chain in shelf.opened] == [1, 1]


def test_an_answer_grows_from_sentence_to_sentence() -> None:
    live = LiveChain(Shelf().open)
    assert [a.text for a in live.stream("一")] == [
        "不收取费用。[1]",
        "不收取费用。[1]\n另见<附件1>。[2] 此前 0 问。",
    ]
    assert [a.refused for a in live.stream("月亮")] == [True]


def test_without_an_index_there_is_nothing_to_open() -> None:
    def missing() -> Chain:
        raise IndexMissing("没有索引")

    with pytest.raises(IndexMissing):
        LiveChain(missing)


class Slow(FakeChain):
    """Waits in `ask` until it is let go."""

    def __init__(self, *, current: Callable[[], bool]) -> None:
        super().__init__(current=current)
        self.started, self.go = Event(), Event()

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
        collections: Sequence[str] = (),
        *,
        use_model: bool = True,
    ) -> Answer:
        self.started.set()
        assert self.go.wait(10)
        assert not self.closed
        return super().ask(question, history, documents, as_of, collections, use_model=use_model)


def test_a_chain_that_is_still_answering_is_closed_only_afterwards() -> None:
    state = {"current": True}
    slow, newer = Slow(current=lambda: state["current"]), FakeChain()
    chains = iter([slow, newer])
    live = LiveChain(lambda: as_chain(next(chains)))
    thread = Thread(target=ask, args=(live, "慢"))
    thread.start()
    assert slow.started.wait(10)
    state["current"] = False
    ask(live, "快")
    assert not slow.closed
    slow.go.set()
    thread.join(10)
    assert slow.closed
    assert not newer.closed
