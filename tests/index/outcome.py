"""What a library must be after a builder came to grief: one of the states it may be in, answering, and able to go on."""

from index.doctor import examine
from index.generations import current_generation, whole_generations
from index.ledger import read_ledger
from index.manifest import Manifest
from index.server import COLLECTIONS, ServerEngine
from index.server_store import all_rows
from qa.chain import Chain
from qa.settings import load_settings
from tests.index.nursery import CHANGES, change
from tests.index.shelf import Shelf, State, measure


def asked(shelf: Shelf) -> str:
    """The answer to a question that every state of the library answers alike."""
    library = shelf.library()
    try:
        return Chain(library, load_settings({})).ask("《乙管理办法》第二条").text
    finally:
        library.close()


def outcome(shelf: Shelf, states: list[State]) -> int:
    """How many of the changes are there: the library is exactly what it was before, or after, each of them."""
    found = shelf.state()
    assert found in states
    assert asked(shelf) == "乙第1款收费。[1]\n依据：《乙管理办法》第二条"
    return states.index(found)


def finish(shelf: Shelf, states: list[State]) -> None:
    """The next run makes all changes; one more change leaves nothing of the killed one behind."""
    for what in CHANGES:
        change(shelf, what)
    assert shelf.state() == states[-1]
    shelf.write("己.txt", measure("己", 1, "收费"))
    assert shelf.add("己.txt").added == 2
    assert [fault.message for fault in examine(shelf.index, shelf.engine)] == []
    manifest = Manifest.read(current_generation(shelf.index))
    kept = {p.name for p in (shelf.index / "generations").iterdir()}
    assert len(kept) <= 2
    assert {p.name for p in shelf.index.iterdir()} - {COLLECTIONS} == {
        "CURRENT", "generations", "originals", "readers", "lock", manifest.tokens
    }  # fmt: skip
    if isinstance(shelf.engine, ServerEngine):
        needed = {row for g in whole_generations(shelf.index) for row in all_rows(read_ledger(g))}
        (made,) = (shelf.index / COLLECTIONS).iterdir()
        collection = shelf.engine.server.find(manifest.collection)
        assert made.name == manifest.collection
        assert collection is not None
        assert set(collection.get(include=[])["ids"]) == needed
    assert sorted(p.name for p in (shelf.index / manifest.tokens).iterdir()) == ["tokens.i8", "tokens.ids"]
    assert [p.name for p in (shelf.index / "readers").iterdir()] == ["lock"]
