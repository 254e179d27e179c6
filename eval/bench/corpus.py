"""Documents for an index of so many articles: the bundled compendium, real regulations, and variations of both.

A smaller corpus is the beginning of a larger one. Variations (`eval.bench.variation`) come only after all that is
real; without the regulations they are variations of the compendium's documents.
"""

import random
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.bench.variation import PLACES, varied
from index.compendium import divide
from index.errors import ReadError
from index.intake import read_file
from index.model import Article
from index.paragraphs import read_lines
from index.readers import read

_SEED = "policy-qa"


@dataclass(frozen=True)
class Corpus:
    """Files to be indexed.

    Attributes:
        paths: In the order in which they are to be indexed.
        articles: Articles in them.
        real: Articles that are no variations.
        laws: Whether the regulations were there.
        origin: Search text of an article of a variation -> that of the article that it varies.
    """

    paths: tuple[Path, ...]
    articles: int
    real: int
    laws: bool
    origin: dict[str, str] = field(repr=False)


def corpus(size: int, compendium: Path, laws: Path | None, folder: Path) -> Corpus:
    """Files of at least `size` articles, as few documents as give it; written to `folder`, but for `compendium`.

    `laws` is a folder of Markdown files, or a .tar.gz of one; None if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths, total = [compendium], len(_articles(compendium))
    sources: dict[Path, list[Article]] = {}
    for path in _regulations(laws, folder) if laws else _parts(compendium, folder):
        if total >= size:
            break
        if articles := _articles(path):
            sources[path] = articles
            if laws:
                paths.append(path)
                total += len(articles)
    real = total
    origin: dict[str, str] = {}
    for path, found in _variations(sources, folder) if total < size else ():
        paths.append(path)
        own = _articles(path)
        total += len(own)
        origin |= _paired(own, found)
        if total >= size:
            break
    return Corpus(tuple(paths), total, real, laws is not None, origin)


def _regulations(laws: Path, folder: Path) -> list[Path]:
    """All regulations, in an order that does not depend on what they are about."""
    if laws.is_file():
        target = folder / "laws"
        if not target.is_dir():
            with tarfile.open(laws) as archive:
                archive.extractall(target, filter="data")
        laws = target
    found = sorted(laws.rglob("*.md"))
    random.Random(_SEED).shuffle(found)  # noqa: S311
    return found


def _parts(compendium: Path, folder: Path) -> list[Path]:
    """The compendium's documents, each as a file of its own."""
    out = []
    for n, part in enumerate(divide(read_lines(read(compendium))).parts):
        path = folder / "parts" / f"{n:02}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(line.text for line in part.lines), encoding="utf-8")
        if not part.contact:
            out.append(path)
    return out


def _variations(sources: Mapping[Path, list[Article]], folder: Path) -> Iterator[tuple[Path, list[Article]]]:
    """Each source once for each place, with the articles of the source."""
    target = folder / "varied"
    target.mkdir(exist_ok=True)
    for n, place in enumerate(PLACES):
        for i, (source, articles) in enumerate(sources.items()):
            path = target / f"{n:03}-{i:04}{source.suffix}"
            title, text = articles[0].meta.title, source.read_text(encoding="utf-8")
            path.write_text(varied(text, title, place, f"{_SEED} {n} {source.name}"), encoding="utf-8")
            yield path, articles


def _articles(path: Path) -> list[Article]:
    """The articles of a file; none if it cannot be read, or the audit would keep it out."""
    try:
        text = read_file(path)
    except ReadError:
        return []
    if any(f.severity == "error" for f in text.audit()):
        return []
    return [a for articles in text.articles for a in articles]


def _paired(own: Sequence[Article], found: Sequence[Article]) -> dict[str, str]:
    """Search texts of `own` -> those of the articles of `found` at the same place."""
    texts = {a.id.removeprefix(a.meta.key): a.search_text for a in found}
    places = {a.search_text: a.id.removeprefix(a.meta.key) for a in own}
    return {text: texts[place] for text, place in places.items() if place in texts}
