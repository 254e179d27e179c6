from pathlib import Path

from eval.bench.corpus import corpus
from index.intake import read_file
from tests.conftest import CORPUS, ROOT

DATA = ROOT / "tests" / "data"


def test_without_regulations_the_documents_of_the_compendium_are_varied(tmp_path: Path) -> None:
    found = corpus(900, CORPUS, None, tmp_path)
    assert found.paths[0] == CORPUS
    assert (found.real, found.laws) == (637, False)
    assert [p.relative_to(tmp_path).as_posix() for p in found.paths[1:3]] == [
        "varied/000-0000.txt",
        "varied/000-0001.txt",
    ]
    assert 900 <= found.articles < 1100


def test_a_variation_is_another_document_whose_articles_know_their_originals(tmp_path: Path) -> None:
    found = corpus(700, CORPUS, None, tmp_path)
    text = read_file(found.paths[1])
    first = text.articles[0][3]
    assert text.documents[0].meta.title.startswith("北京市")
    assert found.origin[first.search_text] != first.search_text
    assert found.origin[first.search_text].split("\n")[0] in first.search_text.replace("北京市", "", 1)


def test_regulations_come_before_variations_and_a_smaller_corpus_begins_a_larger_one(tmp_path: Path) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    for path in DATA.glob("*.md"):
        (laws / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    small, large = (corpus(n, CORPUS, laws, tmp_path / str(n)) for n in (650, 800))
    names = [p.name for p in large.paths]
    assert [p.name for p in small.paths] == names[: len(small.paths)]
    assert (small.real, small.laws, small.origin) == (small.articles, True, {})
    assert sorted(names[1:6]) == sorted(p.name for p in DATA.glob("*.md"))
    assert names[6] == "000-0000.md"
    assert large.real < 800 <= large.articles
