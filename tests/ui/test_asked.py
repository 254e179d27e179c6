"""What is told of a question, once it is over."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.errors import UsageError
from qa.model import Answer, Writing
from tests.ui.conftest import FREE, TURN, FakeChain
from ui.asked import Asked, Asking, Observer, observed
from ui.logs import FIELDS, current_id

ASKING = Asking("0123abcd", "page", "收费吗", ("此前",), "000001", 12.5)


class Ears(Observer):
    def __init__(self) -> None:
        self.heard: list[Asked] = []

    def question(self, asked: Asked) -> None:
        self.heard.append(asked)


def ask(question: str, answers: Iterator[Answer] | None = None) -> tuple[list[Answer], Asked]:
    ears, got = Ears(), list[Answer]()
    asking = replace(ASKING, question=question)
    try:
        got.extend(observed(answers or FakeChain().stream(question), asking, ears))
    except (UsageError, ZeroDivisionError):
        got.clear()
    (asked,) = ears.heard
    assert asked.asking == asking
    return got, asked


def test_an_answer_is_told_with_its_times_and_sources() -> None:
    got, asked = ask("收费吗")
    assert len(got) == 2
    assert (asked.outcome, asked.refusal, asked.citations, asked.answerer, asked.error) == (
        "answered", None, 2, "fake", "",
    )  # fmt: skip
    assert asked.documents == (FREE.meta.key, TURN.meta.key)
    times = asked.milliseconds
    assert list(times) == ["waited", "found", "first", "worded", "total"]
    assert (times["waited"], times["found"]) == (12.5, 1.0)
    assert 0 < times["first"] <= times["total"] < 1000
    assert times["worded"] == max(times["total"] - 1.0, 0)


def test_a_refusal_is_told_with_its_type() -> None:
    _, asked = ask("月亮")
    assert (asked.outcome, asked.refusal, asked.citations, asked.documents) == (
        "refused",
        "资料未收录",
        0,
        (),
    )


@pytest.mark.parametrize(("question", "error"), [("出错", "ZeroDivisionError"), (" ", "UsageError")])
def test_what_broke_is_told_by_its_class(question: str, error: str) -> None:
    got, asked = ask(question)
    assert (got, asked.outcome, asked.error, list(asked.milliseconds)) == (
        [], "failed", error, ["waited", "total"],
    )  # fmt: skip


def test_who_stops_listening_stops_the_answer() -> None:
    ears, chain = Ears(), FakeChain()
    source = chain.stream("收费吗")
    answers = observed(source, ASKING, ears)
    next(answers)
    answers.close()
    assert [a.outcome for a in ears.heard] == ["stopped"]
    assert list(source) == []


def test_a_model_that_failed_is_told() -> None:
    (answer,) = FakeChain().stream("月亮")
    _, asked = ask("月亮", iter([replace(answer, writing=Writing("m", "聊天模型超时"))]))
    assert asked.model_failure == "聊天模型超时"


def test_the_line_of_a_question_names_all_but_its_text_and_belongs_to_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ids: list[str] = []

    def answers() -> Iterator[Answer]:
        for answer in FakeChain().stream("月亮"):
            ids.append(current_id())
            yield answer

    with caplog.at_level(logging.INFO, "ui.asked"):
        for _ in observed(answers(), ASKING, Observer()):
            ids.append(current_id())
    (record,) = caplog.records
    told = getattr(record, FIELDS)
    assert ids == ["0123abcd", ""]
    assert told.pop("ms").keys() == {"waited", "found", "first", "worded", "total"}
    assert told == {
        "channel": "page", "outcome": "refused", "refusal": "资料未收录", "citations": 0, "documents": [],
        "answerer": "fake", "revision": "000001", "question": "收费吗",
    }  # fmt: skip
    assert json.dumps(told)
