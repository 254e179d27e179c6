"""What offered files are and what taking them in does: read, audited and planned, before anything is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.errors import ReadError
from index.intake import Intake, Offered, ReadFile, offered
from index.ledger import Held
from index.manifest import Manifest, Source
from index.merge import Merged, merge
from index.plan import FilePlan, document_plans
from index.readers.given import Given

_Results = Mapping[str, ReadFile | ReadError]


@dataclass(frozen=True)
class Wishes:
    """How files are to be taken in; see `index.build.Builder.add`."""

    collection: str | None = None
    rebuild: bool = False
    accept_errors: bool = False
    restore: bool = False


@dataclass(frozen=True)
class Study:
    """What taking files in does: those to keep, those that were read, the library afterwards, and a plan of each."""

    keep: tuple[Offered, ...]
    read: tuple[ReadFile, ...]
    merged: Merged
    plans: tuple[FilePlan, ...]
    failed: tuple[str, ...]
    """One line for each file, or part of one, that is not taken in."""


def study(
    intake: Intake,
    given: Sequence[Given],
    held: Manifest | None,
    stored: Mapping[str, Held],
    wishes: Wishes,
) -> Study:
    """Read, split and audit the files `given`, and tell what taking them in makes of what is `held` and `stored`."""
    sources = held.sources if held else ()
    files, unopened = offered(given, sources, wishes.collection)
    anew = wishes.rebuild or wishes.restore
    results = intake.read_all([f for f in files if not f.twin and (anew or not f.unchanged)])
    good = {
        name: read
        for name, read in results.items()
        if isinstance(read, ReadFile) and (wishes.accept_errors or not _errors(read))
    }
    moved = {
        f.held.name: _moved(f, f.held)
        for f in files
        if f.held and f.source != f.held and not f.twin and (f.unchanged or f.source.name in good)
    }
    called = [moved.get(s.name, s) for s in sources]
    again = intake.read_originals([s for s in called if s.name not in good]) if wishes.rebuild else {}
    good = {n: r for n, r in again.items() if isinstance(r, ReadFile)} | good
    order = dict.fromkeys([*(s.name for s in called), *good])
    read = tuple(good[name] for name in order if name in good)
    merged = merge(held, read, moved, restore=wishes.restore, whole=wishes.rebuild)

    known = {e.meta.key: e.meta for e in held.documents} if held else {}

    def planned(file: Offered) -> FilePlan:
        name = file.source.name
        result = results.get(name)
        if isinstance(result, ReadError):
            return FilePlan(name, "unreadable", str(result), (), ())
        if result is None:
            return FilePlan(name, "unchanged", "", (), (), tuple(_notes(file)))
        own = merged if name in good else merge(held, [result], restore=wishes.restore)
        documents = document_plans(own.taken.get(name, ()), own, known, stored)
        notes = (*_notes(file), *own.notes.get(name, ()))
        if name not in good:
            return FilePlan(name, "blocked", _blocked(result), result.findings, documents, notes)
        return FilePlan(name, "changed" if file.held else "new", "", result.findings, documents, notes)

    plans = [FilePlan(name, "unreadable", str(error), (), ()) for name, error in unopened.items()]
    plans += map(planned, files)
    failed = [_failed(plan) for plan in plans if plan.status in ("blocked", "unreadable")]
    failed += [str(r) for r in again.values() if isinstance(r, ReadError)]
    failed += [line for r in (again | results).values() if isinstance(r, ReadFile) for line in r.failed]
    keep = tuple(
        f
        for f in files
        if (f.source.name in results and f.source.name in good)
        or (f.unchanged and not f.twin)  # an original that was lost is put back
    )
    return Study(keep, read, merged, tuple(plans), tuple(failed))


def _moved(file: Offered, held: Source) -> Source:
    """The record of a held file as it is called and put now; what has changed in it is merged later."""
    return replace(held, name=file.source.name, collection=file.source.collection)


def _errors(file: ReadFile) -> list[str]:
    return [f"{f.place}：{f.message}" for f in file.findings if f.severity == "error"]


def _blocked(file: ReadFile) -> str:
    errors = _errors(file)
    return f"有 {len(errors)} 处错误，如 {errors[0]}"


def _failed(plan: FilePlan) -> str:
    if plan.status == "unreadable":
        return plan.message
    return f"{plan.name} {plan.message}。请改正后重试；核对无误的，加 --accept-errors 收录。"


def _notes(file: Offered) -> Iterator[str]:
    if file.twin:
        yield f"与 {file.twin} 内容相同，不重复收录"
        return
    if file.held and file.held.name != file.source.name:
        yield f"原名 {file.held.name}"
    if file.held and file.held.collection != file.source.collection:
        yield f"由合集“{file.held.collection}”移入“{file.source.collection}”"
