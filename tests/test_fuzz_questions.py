"""Any text as a question: an answer or one line, in bounded time.

The examples are drawn anew from the same seed each time (`derandomize`), so that a run tells the same as the one before.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index
import qa
from index.errors import UsageError
from index.library import Library
from index.text import normalize
from qa.chain import MAX_QUESTION, Chain
from qa.followup import condensed, is_fragment, standalone
from qa.ordinal import ordinal
from qa.question import read_question
from qa.settings import Settings
from qa.slots import asked_slots
from qa.step import step, stepped
from qa.subject import subject_of
from qa.wording import colloquial_spans, official_terms, wording

PIECES = (
    "第", "一", "二十七", "第二十七条", "第八条（六）", "的", "、", "（", "）", "《", "》", "“", "1", "2024年3月",
    "〔2024〕3号", "？", "\n", "\r", "\t", " ", "\u3000", "哪些", "首台套", "检测评定收费吗", "附件1 序号44", "第三批",
    "那", "呢", "它", "不", "\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\x7f", "\ud800", "\udfff",
    "\U0010ffff", "😀", "\U0001f468\u200d\U0001f469", "ﷺ", "𠀀", "e\u0301", "[1]", "[[", "{0}", "${x}", "%s", "\\",
    "<b>", "&lt;", "'--", "../", "\u0645\u0631", "\u05e9\u05dc", "한국", "１２３", "①", "Ⅳ", "〇",
)  # fmt: skip
ANY = st.text(st.characters(exclude_categories=()), max_size=60)
QUESTIONS = st.lists(st.one_of(st.sampled_from(PIECES), ANY), max_size=12).map("".join)
LONG = st.tuples(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join), st.just(10_000)).map(
    lambda made: (made[0] * made[1])[: made[1]]
)
PURE: tuple[Callable[[str], object], ...] = (
    normalize, read_question, asked_slots, condensed, is_fragment, ordinal, step, subject_of, official_terms,
    colloquial_spans, lambda text: standalone(text, [text, "首台套检测评定收费吗"]), lambda text: stepped(text, 1),
)  # fmt: skip
UNITS = ("第", "一", "的", "中", "1", " ", "、", "（", "《", "》", "a", "，", "是", "不", "\n", "年")
LONG_TEXT = 1000
PER_PATTERN = 1.0
"""Seconds of a processor for so many characters. What grows with their square takes a tenth, with their cube several."""
fixed = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def chain(library: Library) -> Chain:
    return Chain(library, Settings())


@given(QUESTIONS)
@settings(fixed, max_examples=300)
def test_reading_a_question_takes_any_text(text: str) -> None:
    for read in PURE:
        read(text)


@given(LONG)
@settings(fixed, max_examples=25)
def test_reading_a_very_long_question_takes_no_time(text: str) -> None:
    for read in PURE:
        begun = time.process_time()
        read(text)
        assert time.process_time() - begun < 3, read


@given(st.lists(QUESTIONS, min_size=1, max_size=3))
@settings(fixed, max_examples=40)
def test_any_question_is_answered_refused_or_told_in_one_line(chain: Chain, asked: list[str]) -> None:
    if told := complaint(chain, asked):
        assert told == "问题为空。请输入要查询的问题。"
        return
    answer = chain.ask(asked[-1], asked[:-1])
    json.dumps(answer.to_json(), ensure_ascii=False).encode()  # no half characters are left
    assert all(c.quote in c.article.text for c in answer.citations)
    assert answer.text


def complaint(chain: Chain, asked: list[str]) -> str:
    """What is wrong with the last question, nothing if it can be asked."""
    try:
        chain.search(asked[-1], asked[:-1])
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "问题为空。请输入要查询的问题。"),
        (" \n\t", "问题为空。请输入要查询的问题。"),
        ("\ud800", "问题为空。请输入要查询的问题。"),
        ("。" * MAX_QUESTION, ""),
        ("第" * MAX_QUESTION, ""),
        ("ﷺ" * MAX_QUESTION, ""),
    ],
)
def test_odd_questions_are_told_or_asked(chain: Chain, text: str, told: str) -> None:
    assert complaint(chain, [text]) == told


def test_a_question_that_is_too_long_is_not_read(chain: Chain) -> None:
    begun = time.process_time()
    with pytest.raises(UsageError, match="问题过长（10000 字）"):
        chain.ask("首" * 10_000)
    assert time.process_time() - begun < 0.1


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that stands in a module of `qa` or `index`, or in the files of wordings, with its place."""

    def within(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield value
        elif depth < 4 and isinstance(value, dict):
            for inner in (*value, *value.values()):
                yield from within(inner, depth + 1)
        elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
            for inner in value:
                yield from within(inner, depth + 1)
        elif depth < 4 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
            for name in value.__dataclass_fields__:
                yield from within(getattr(value, name), depth + 1)

    seen = set()
    for package in (qa, index):
        for module in walk_packages([str(Path(package.__path__[0]))], f"{package.__name__}."):
            for name, value in vars(import_module(module.name)).items():
                for pattern in within(value):
                    if pattern not in seen:
                        seen.add(pattern)
                        yield f"{module.name}.{name}", pattern
    for pattern in within(wording()):
        if pattern not in seen:
            seen.add(pattern)
            yield "wording", pattern


def test_no_pattern_takes_long_over_any_question() -> None:
    """Strings of one sign, or of two in turn, that almost match: they send a pattern that backtracks through all ways."""
    slow, count = [], 0
    for place, pattern in patterns():
        count += 1
        own = list(dict.fromkeys(re.sub(r"\\.|[\[\](){}?*+|^$.:<>=!,-]", "", pattern.pattern)))[:4]
        units = [*UNITS, *own, *(a + b for a in own[:2] for b in ("1", "的", " ", *own[:2]) if a != b)]
        for unit in units:
            text = (unit * LONG_TEXT)[:LONG_TEXT] + "\x01"
            begun = time.process_time()
            for _ in pattern.finditer(text):
                pass
            spent = time.process_time() - begun
            if spent > PER_PATTERN:
                slow.append((round(spent, 2), place, unit, pattern.pattern[:80]))
    assert count > 500
    assert slow == []
