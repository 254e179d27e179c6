"""Likely questions: read, kept with their source, embedded once, and used by the search alone."""

from pathlib import Path

import pytest

from index.build import Builder, Change, current_generation
from index.errors import ReadError
from index.library import Library
from index.manifest import Manifest
from index.questions import questions_file, read_questions
from tests.fakes import FakeEmbedder
from tests.index.texts import COMPENDIUM

TEXT = "某某管理办法\n第一条 为了规范，制定本办法。\n第二条 检验不收取费用。\n"
FEES = '"某某管理办法/第二条" = ["要钱吗", " 检验收费不 ", "要钱吗"]\n'
NOTHING = Change(added=0, updated=0, removed=0, documents=1, articles=3)


class Desk:
    """A measure with its questions, and an index of it."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "办法.txt"
        self.questions = folder / "办法.questions.toml"
        self.index = folder / "index"
        self.source.write_text(TEXT, encoding="utf-8")

    def add(self, questions: str | None, *, rebuild: bool = False) -> Change:
        self.questions.unlink(missing_ok=True)
        if questions is not None:
            self.questions.write_text(questions, encoding="utf-8")
        builder = Builder(self.index, FakeEmbedder, "fake", self.index / "cache")
        return builder.add([self.source], rebuild=rebuild)

    def held(self) -> dict[str, list[str]]:
        manifest = Manifest.read(current_generation(self.index))
        return {i: [q.text for q in own] for i, own in manifest.questions.items()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_questions_beside_a_source_are_indexed_with_it(desk: Desk) -> None:
    assert desk.add(FEES) == Change(added=3, updated=0, removed=0, documents=1, articles=3)
    assert desk.held() == {"某某管理办法/第二条": ["要钱吗", "检验收费不"]}
    library = Library(desk.index, FakeEmbedder(), desk.index / "cache")
    try:
        assert [t.shape for t in library.question_tokens("某某管理办法/第二条")] == [(3, 64), (5, 64)]
        assert library.question_tokens("某某管理办法/第一条") == []
    finally:
        library.close()


def test_new_questions_embed_nothing_else_and_old_ones_go(desk: Desk) -> None:
    desk.add(FEES)
    first = Manifest.read(current_generation(desk.index)).questions["某某管理办法/第二条"][0]
    assert desk.add('"某某管理办法/第二条" = ["要钱吗", "几块钱"]') == NOTHING
    now = Manifest.read(current_generation(desk.index)).questions["某某管理办法/第二条"]
    assert (now[0], now[1].text) == (first, "几块钱")
    assert desk.add(None) == NOTHING
    assert desk.held() == {"某某管理办法/第二条": ["要钱吗", "几块钱"]}  # nothing is taken back
    assert desk.add("") == NOTHING
    assert desk.held() == {}


def test_the_same_questions_again_change_nothing(desk: Desk) -> None:
    desk.add(FEES)
    before = current_generation(desk.index)
    assert desk.add(FEES) == NOTHING
    assert current_generation(desk.index) == before


def test_a_rebuild_finds_the_questions_among_the_originals(desk: Desk) -> None:
    desk.add(FEES)
    desk.source.unlink()
    desk.questions.unlink()
    Builder(desk.index, FakeEmbedder, "fake", desk.index / "cache").add([], rebuild=True)
    assert desk.held() == {"某某管理办法/第二条": ["要钱吗", "检验收费不"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("要钱吗", "无法读取相似问文件"),
        ('"某某管理办法/第二条" = "要钱吗"', "中“某某管理办法/第二条”的值不是问题列表"),
        ('"某某管理办法/第二条" = [" "]', "中“某某管理办法/第二条”的值不是问题列表"),
    ],
)
def test_a_broken_file_of_questions_keeps_out_the_questions_alone(desk: Desk, text: str, said: str) -> None:
    change = desk.add(text)
    assert (change.articles, len(change.failed), desk.held()) == (3, 1, {})
    assert said in change.failed[0]
    assert str(desk.questions) in change.failed[0]
    with pytest.raises(ReadError):
        read_questions(desk.questions)


def test_questions_for_articles_that_are_not_there_are_named_and_the_others_used(desk: Desk) -> None:
    change = desk.add(FEES + '"某某管理办法/第九条" = ["几年"]\n')
    assert change.failed == (
        f"相似问文件 {desk.questions} 中有来源文件没有的条文：某某管理办法/第九条（其余照用）。"
        "请用 policy-qa show 查看编号后改正。",
    )
    assert desk.held() == {"某某管理办法/第二条": ["要钱吗", "检验收费不"]}


def test_the_bundled_text_has_its_questions_wherever_it_lies(tmp_path: Path) -> None:
    copy = tmp_path / "汇编.txt"
    copy.write_bytes(COMPENDIUM.read_bytes())
    bundled = questions_file(copy)
    assert bundled is not None
    assert bundled.name == "zhengce-huibian-2024-04.questions.toml"
    copy.write_bytes(COMPENDIUM.read_bytes() + b" ")
    assert questions_file(copy) is None


def test_the_bundled_questions_are_of_articles_and_differ(tmp_path: Path) -> None:
    builder = Builder(tmp_path, FakeEmbedder, "fake", tmp_path / "cache")
    assert builder.add([COMPENDIUM]).failed == ()
    questions = [q for own in read_questions(questions_file(COMPENDIUM) or COMPENDIUM).values() for q in own]
    assert len(questions) == len(set(questions)) == 2269
