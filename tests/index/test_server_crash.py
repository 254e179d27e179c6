"""Builders killed with SIGKILL while the vectors are on a Chroma server: as `test_crash` has it for an index of files."""

from pathlib import Path

import pytest

from index.generations import current_generation
from index.manifest import Manifest
from tests.chroma_process import ChromaProcess
from tests.index.nursery import CHANGES, Nursery, change
from tests.index.outcome import finish, outcome
from tests.index.shelf import Shelf, State, measure

STEPS = {
    "an original half kept": "新增 os.rename /originals",
    "nothing embedded": "新增 embed 0",
    "half embedded": "新增 embed 4",
    "vectors written, none on the server": "新增 os.rename .*/pending-",
    "the server changed": "新增 os.mkdir .*/lexical",
    "before the manifest": "新增 os.rename .*/manifest.json",
    "before the switch": "新增 os.rename /CURRENT",
    "after the switch": "新增 os.rename /generations/000002",
    "switched, the journal not deleted": "新增 os.remove .*/pending-",
    "update: before the switch": "更新 os.rename /CURRENT",
    "removal: before the switch": "移除 os.rename /CURRENT",
    "removal: switched": "移除 os.rename /generations/000003",
}
"""Name of a point -> what the child is about to do there, as it tells it."""


@pytest.fixture(scope="module")
def served(chroma: ChromaProcess, tokenizer_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The three measures of `measures`, their vectors on the server."""
    shelf = Shelf(tmp_path_factory.mktemp("served"), tokenizer_cache, chroma.engine)
    for name in "甲乙丙":
        shelf.write(f"{name}.txt", measure(name, 5, "收费"))
    shelf.add("甲.txt", "乙.txt", "丙.txt")
    shelf.write("甲.txt", measure("甲", 5, "缓交"))
    shelf.add("甲.txt")
    return shelf


def test_every_change_leaves_the_same_library_as_one_of_files(
    served: Shelf, states: list[State], tmp_path: Path
) -> None:
    shelf = served.copied(tmp_path)
    found = [shelf.state()]
    for what in CHANGES:
        change(shelf, what)
        found.append(shelf.state())
    assert found == states
    finish(shelf, states)


def test_a_builder_that_is_killed_at_any_step_leaves_every_document_old_or_new(
    served: Shelf, states: list[State], chroma: ChromaProcess, killer: Nursery, tmp_path: Path
) -> None:
    before = {"新增": 1, "更新": 0, "移除": 2}
    for n, (name, step) in enumerate(STEPS.items()):
        shelf = served.copied(tmp_path / str(n))
        death = killer.run(tmp_path / str(n), before=step, chroma=chroma.url)
        assert (name, death.signal) == (name, 9), death.reached
        switched = "after the switch" in name or "switched" in name
        assert (name, outcome(shelf, states)) == (name, before[step[:2]] + switched)
        finish(shelf, states)


def test_a_first_build_that_is_killed_leaves_no_collection_behind(
    chroma: ChromaProcess, killer: Nursery, tokenizer_cache: Path, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path, tokenizer_cache, chroma.engine)
    shelf.write("丙.txt", measure("丙", 2, "收费"))
    death = killer.run(tmp_path, before="更新 os.rename .*/manifest.json", chroma=chroma.url)
    assert death.signal == 9, death.reached
    (made,) = (shelf.index / "collections").iterdir()
    assert len(chroma.rows(made.name)) == 7
    assert shelf.add("丙.txt").added == 3
    (kept,) = (shelf.index / "collections").iterdir()
    assert kept.name == Manifest.read(current_generation(shelf.index)).collection
    assert (chroma.rows(made.name), len(chroma.rows(kept.name))) == ([], 3)
