"""What a build has to do to the store, so that it holds what the merge says: pure."""

from collections.abc import Mapping, Sequence

from index.intake import ReadFile
from index.ledger import Held
from index.manifest import Likely
from index.merge import Merged
from index.record import content_hash
from index.writing import Work


def work_of(
    merged: Merged,
    files: Sequence[ReadFile],
    before: Mapping[str, Held],
    questions: Mapping[str, tuple[Likely, ...]],
) -> tuple[Work, dict[str, tuple[Likely, ...]]]:
    """What is to be done, and the likely questions that stay.

    Args:
        merged: what the library is to hold.
        files: those that were read.
        before: what is stored, by article id.
        questions: the likely questions that are held, by article id.
    """
    articles = {a.id: a for _, t in merged.counting.values() for a in t.articles}
    touched = {*merged.counting, *merged.gone}
    fresh = [a for a in articles.values() if a.id not in before or before[a.id].hash != content_hash(a)]
    renewed = {a.id for a in fresh}
    moved = [a for a in articles.values() if a.id not in renewed and before[a.id].order != a.order]
    stale = [i for i, stored in before.items() if stored.key in touched and i not in articles]
    gone = set(stale)
    kept = {i: own for i, own in questions.items() if i not in gone}
    asked: list[tuple[str, str]] = []
    given = {file.source.name: file.questions for file in files}
    for key, (name, taken) in merged.counting.items():
        for id_ in (a.id for a in taken.articles):
            wanted = given[name].get(taken.read_as + id_.removeprefix(key), ())
            own = tuple(q for q in kept.pop(id_, ()) if q.text in wanted)
            asked += [(id_, text) for text in wanted if text not in {q.text for q in own}]
            if own:
                kept[id_] = own
    return Work(fresh, stale, moved, asked), kept
