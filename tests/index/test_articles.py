"""The articles in files: read when they are wanted, the same as those in the vector store, also after changes."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.article_file import ArticleFile
from index.articles import Articles
from index.build import current_generation
from index.errors import IndexMismatch
from index.library import Library
from tests.index.shelf import Shelf, measure


@pytest.fixture
def shelf(tokenizer_cache: Path, tmp_path: Path) -> Shelf:
    """Two measures, both changed once: one grew, the other lost an article."""
    shelf = Shelf(tmp_path, tokenizer_cache)
    shelf.write("甲.txt", measure("甲", 2, "收费"))
    shelf.write("乙.txt", measure("乙", 4, "免费"))
    shelf.add("甲.txt", "乙.txt")
    shelf.write("甲.txt", measure("甲", 3, "收费"))
    shelf.write("乙.txt", measure("乙", 3, "免费"))
    shelf.add("甲.txt", "乙.txt")
    return shelf


def known(library: Library) -> dict[str, object]:
    """All that is known of a library's articles."""
    articles = library.articles
    return {
        "articles": list(articles),
        "documents": articles.columns.documents.tolist(),
        "roles": articles.columns.roles.tolist(),
        "marks": articles.columns.marks().tolist(),
        "idf": dict(library.token_idf),
        "unseen": library.token_idf.get(-1),
        "tokens": [library.tokens(i)[1].tolist() for i in articles.ids],
    }


def test_the_files_say_what_the_vector_store_says_to_a_former_program(shelf: Shelf) -> None:
    library = shelf.library()
    from_files = known(library)
    assert from_files["unseen"] is None
    library.close()
    shutil.rmtree(current_generation(shelf.index) / "articles")
    library = shelf.library()
    assert known(library) == from_files
    library.close()


def test_a_change_writes_what_a_build_of_the_same_files_writes(shelf: Shelf, tmp_path: Path) -> None:
    other = Shelf(tmp_path / "other", shelf.cache)
    for name in ("甲.txt", "乙.txt"):
        other.write(name, (shelf.papers / name).read_text(encoding="utf-8"))
    other.add("甲.txt", "乙.txt")
    changed, made = (current_generation(s.index) / "articles" for s in (shelf, other))
    for name in ("records.bin", "names.json", "tokens.npy", "marks.npy"):
        assert (changed / name).read_bytes() == (made / name).read_bytes()
    columns = [0, 1, 2, 3, 5]  # all but the rows in the token file, which only grows
    assert (
        np.load(changed / "places.npy")[:, columns].tolist()
        == np.load(made / "places.npy")[:, columns].tolist()
    )


def test_the_next_build_writes_the_files_that_a_former_program_did_not(shelf: Shelf) -> None:
    before = (current_generation(shelf.index) / "articles" / "records.bin").read_bytes()
    shutil.rmtree(current_generation(shelf.index) / "articles")
    shelf.write("丙.txt", measure("丙", 1, "缓交"))
    shelf.add("丙.txt")
    after = (current_generation(shelf.index) / "articles" / "records.bin").read_bytes()
    assert after.startswith(before)
    assert shelf.state()["丙管理办法"] == ("丙管理办法", "第一条 丙第0款缓交。")


def test_a_part_numbers_its_articles_anew(shelf: Shelf) -> None:
    library = shelf.library()
    part = library.without(["甲管理办法"])
    own = [a for a in library.articles if a.meta.key == "乙管理办法"]
    assert list(part.articles) == own
    assert part.articles.rows.tolist() == [4, 5, 6, 7]
    assert [part.position[a.id] for a in own] == [0, 1, 2, 3]
    assert part.articles.of("乙管理办法") == own
    assert part.articles.of("甲管理办法") == []
    assert part.articles.marked("article") == ["乙管理办法"]
    assert [a.id for a in part.holding("乙第2款")] == ["乙管理办法/第三条"]
    assert not part.says("甲第2款")
    assert library.says("甲第2款")
    library.close()


def test_documents_are_found_by_their_marks(shelf: Shelf) -> None:
    library = shelf.library()
    articles = library.articles
    assert articles.marked("article", 3) == ["甲管理办法", "乙管理办法"]
    assert articles.marked("article", 4) == []
    assert articles.marked("article", 3, 1) == []
    assert articles.marked("chapter") == []
    assert articles[1:3] == [articles[1], articles[2]]
    assert articles[-1] == articles[len(articles) - 1]
    with pytest.raises(IndexError):
        articles[len(articles)]
    library.close()


@pytest.mark.parametrize("name", ["names.json", "places.npy", "marks.npy", "records.bin", "tokens.npy"])
def test_damaged_files_are_told_with_their_cure(shelf: Shelf, name: str) -> None:
    generation = current_generation(shelf.index)
    (generation / "articles" / name).write_bytes(b"")
    with pytest.raises(IndexMismatch, match=r"条文文件已损坏：.*请运行 policy-qa doctor --repair 修复"):
        ArticleFile(generation)


def test_files_of_other_documents_are_told(shelf: Shelf) -> None:
    file = ArticleFile(current_generation(shelf.index))
    with pytest.raises(IndexMismatch, match="条文文件与清单不符"):
        file.open({})


def test_no_articles_are_no_error() -> None:
    nothing = Articles.of_list([], [])
    assert (len(nothing), list(nothing), nothing.of("甲"), nothing.of_role("row")) == (0, [], [], [])
    assert nothing.marked("article") == []
