"""Builders killed with SIGKILL at random moments and at each step: the library is old or new, whole, and goes on."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index.nursery import Death, Nursery
from tests.index.outcome import finish, outcome
from tests.index.shelf import Counting, Shelf, State, measure

MOMENTS = 30
Table = list[tuple[str, Death, int]]
STEPS = {
    "nothing done yet": "新增 os.mkdir /readers",
    "an original half kept": "新增 os.rename /originals",
    "the store half copied": "新增 open .*/data_level0.bin",
    "copied, nothing embedded": "新增 embed 0",
    "half embedded": "新增 embed 4",
    "token rows half appended": "新增 open .*/tokens.ids",
    "token rows written, vectors not": "新增 open .*/pending-",
    "vectors written, not yet named": "新增 os.rename .*/pending-",
    "the store changed": "新增 os.mkdir .*/lexical",
    "the ranking half written": "新增 open .*/lexical/terms.json",
    "the ranking written": "新增 open .*/articles.json",
    "before the manifest": "新增 os.rename .*/manifest.json",
    "after the manifest": "新增 open .*/manifest.copy",
    "before the switch": "新增 os.rename /CURRENT",
    "after the switch": "新增 os.rename /generations/000002",
    "switched, an old generation half deleted": "新增 os.rmdir .*gone",
    "switched, an old original not deleted": "新增 os.remove /originals",
    "switched, the journal not deleted": "新增 os.remove .*/pending-",
    "update: the old article deleted": "更新 embed 0",
    "update: before the switch": "更新 os.rename /CURRENT",
    "update: after the switch, switched": "更新 os.rename /generations/000001",
    "removal: the store changed": "移除 os.mkdir .*/lexical",
    "removal: before the manifest": "移除 os.rename .*/manifest.json",
    "removal: before the switch": "移除 os.rename /CURRENT",
    "removal: switched": "移除 os.rename /generations/000003",
}
"""Name of a point -> what the child is about to do there, as it tells it."""


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Collects the outcomes; `pytest -s` shows them."""
    rows: Table = []
    yield rows
    for point, death, done in rows:
        at = f"{death.seconds:.3f} s, before {death.reached}"
        sys.stdout.write(f"\n{point:<42} {at:<70.70} {done} of 3 changes made, none half, none lost")


def test_a_builder_that_is_killed_at_any_step_leaves_every_document_old_or_new(
    measures: Shelf, states: list[State], killer: Nursery, table: Table, tmp_path: Path
) -> None:
    before = {"新增": 1, "更新": 0, "移除": 2}
    for n, (name, step) in enumerate(STEPS.items()):
        shelf = measures.copied(tmp_path / str(n))
        death = killer.run(tmp_path / str(n), before=step)
        assert (name, death.signal) == (name, 9), death.reached
        done = outcome(shelf, states)
        switched = "after the switch" in name or "switched" in name
        assert (name, done) == (name, before[step[:2]] + switched)
        table.append((name, death, done))
        finish(shelf, states)


def test_a_builder_that_is_killed_at_random_leaves_every_document_old_or_new(
    measures: Shelf, states: list[State], killer: Nursery, table: Table, tmp_path: Path
) -> None:
    measures.copied(tmp_path / "whole")
    whole = killer.run(tmp_path / "whole")
    assert whole.signal == 0, whole.reached
    chance = random.Random(6)
    seen = set()
    for n in range(MOMENTS):
        shelf = measures.copied(tmp_path / str(n))
        death = killer.run(tmp_path / str(n), after=(n + chance.random()) / MOMENTS * whole.seconds)
        done = outcome(shelf, states)
        seen.add(done)
        table.append((f"at random, about {n / MOMENTS:.0%} of the time", death, done))
        finish(shelf, states)
    assert len(seen) > 1  # the moments are spread over the changes


def test_what_a_killed_builder_had_embedded_is_not_embedded_again(
    tokenizer_cache: Path, tmp_path: Path
) -> None:
    """Five chunks of articles; the build dies in the last."""
    shelf = Shelf(tmp_path, tokenizer_cache)
    names = [f"{i}.txt" for i in range(260)]
    numbers = "零一二三四五六七八九"
    for i, name in enumerate(names):
        shelf.write(name, measure("甲" + "".join(numbers[int(d)] for d in str(i)), 9, "收费"))

    class Killed(BaseException):
        pass

    def stop(n: int) -> None:
        if n == 2500:
            raise Killed

    with pytest.raises(Killed):
        shelf.add(*names, embedder=Counting(stop))
    embedder = Counting()
    assert shelf.add(*names, embedder=embedder).added == 2600
    assert embedder.encoded == 2600 - 4 * 512
    assert shelf.state()["甲零管理办法"][1] == "第一条 甲零第0款收费。"
