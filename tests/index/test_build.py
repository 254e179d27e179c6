import json
import multiprocessing
import re
import shutil
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from filelock import FileLock

from index import generations, manifest
from index.build import Builder, Change, current_generation
from index.embed import Embedder, Encoding
from index.engine import EMBEDDED, Engine
from index.errors import IndexBusy, IndexMismatch, IndexMissing, IndexUnwritable, UsageError
from index.intake import Progress
from index.library import Library
from index.split import SPLITTER_VERSION
from tests.chroma_process import ChromaProcess
from tests.fakes import FakeEmbedder
from tests.index.texts import COMPENDIUM

MEASURE = "某某管理办法\n第一条 为了规范，制定本办法。\n第二条 检验不收取费用。\n第三条 自发布之日起施行。\n"
NOTICE = (
    "关于检验的通知\n某发〔2024〕1号\n各市人民政府：\n一、做好检验。\n二、做好培训。\n某某部\n2024年1月2日\n"
)


class Counting(FakeEmbedder):
    """A fake that counts the passages it encodes, and may stop after some of them."""

    def __init__(self, name: str = "fake", max_tokens: int = 500) -> None:
        super().__init__(name, max_tokens=max_tokens)
        self.passages: list[str] = []
        self.stop: BaseException | None = None

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        if self.stop is not None:
            raise self.stop
        self.passages += texts
        return super().encode_passages(texts, progress)


class Desk:
    """A folder of documents and an index of them, whose vectors `engine` keeps."""

    def __init__(self, folder: Path, cache: Path, engine: Engine) -> None:
        self.papers = folder / "文件"
        self.papers.mkdir()
        self.index = folder / "index"
        self.cache = cache
        self.engine = engine
        self.embedder = Counting()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.papers / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def builder(self, progress: Progress | None = None) -> Builder:
        return Builder(
            self.index, lambda: self.embedder, self.embedder.name, self.cache, progress, self.engine
        )

    def library(self, embedder: Embedder | None = None) -> Library:
        return Library(self.index, embedder or FakeEmbedder(self.embedder.name), self.cache, self.engine)

    def add(self, *paths: Path, rebuild: bool = False) -> Change:
        self.embedder.passages.clear()
        return self.builder().add(paths, rebuild=rebuild)

    def ids(self) -> list[str]:
        library = self.library()
        try:
            return [a.id for a in library.articles]
        finally:
            library.close()

    def manifest(self) -> manifest.Manifest:
        return manifest.Manifest.read(current_generation(self.index))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tokenizer keeps its dictionary: making it takes a second."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(params=["files", "server"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, cache: Path) -> Desk:
    """All that is said of a library is said of both kinds: its vectors in its own files, and on a Chroma server."""
    if request.param == "files":
        return Desk(tmp_path, cache, EMBEDDED)
    server: ChromaProcess = request.getfixturevalue("chroma")
    return Desk(tmp_path, cache, server.engine)


@pytest.fixture
def built(desk: Desk) -> Desk:
    """An index of one measure and one notice."""
    desk.add(desk.write("办法.txt", MEASURE), desk.write("通知.txt", NOTICE))
    return desk


IDS = [
    *(f"某某管理办法/{m}" for m in ("文首", "第一条", "第二条", "第三条")),
    *(f"某发〔2024〕1号/{m}" for m in ("文首", "一", "二", "落款")),
]


# --- adding ---


def test_a_first_build_adds_everything(desk: Desk) -> None:
    change = desk.add(desk.write("办法.txt", MEASURE), desk.write("通知.txt", NOTICE))
    assert change == Change(added=8, updated=0, removed=0, documents=2, articles=8)
    assert desk.ids() == IDS
    assert len(desk.embedder.passages) == 8


def test_building_twice_changes_nothing_and_embeds_nothing(built: Desk) -> None:
    before = current_generation(built.index)
    change = built.add(built.papers / "办法.txt", built.papers / "通知.txt")
    assert change == Change(added=0, updated=0, removed=0, documents=2, articles=8)
    assert built.embedder.passages == []
    assert current_generation(built.index) == before


def test_the_compendium_is_built_once(desk: Desk) -> None:
    assert desk.add(COMPENDIUM) == Change(added=637, updated=0, removed=0, documents=17, articles=637)
    assert desk.add(COMPENDIUM) == Change(added=0, updated=0, removed=0, documents=17, articles=637)
    assert desk.embedder.passages == []


def test_editing_one_article_embeds_one_article(built: Desk) -> None:
    path = built.write("办法.txt", MEASURE.replace("不收取费用", "收取费用"))
    assert built.add(path) == Change(added=0, updated=1, removed=0, documents=2, articles=8)
    assert built.embedder.passages == ["《某某管理办法》第二条\n第二条检验收取费用。"]
    assert built.ids() == IDS


def test_an_article_put_in_between_embeds_one_and_keeps_the_order(built: Desk) -> None:
    path = built.write("办法.txt", MEASURE.replace("第二条", "第一条之一 新增。\n第二条"))
    assert built.add(path) == Change(added=1, updated=0, removed=0, documents=2, articles=9)
    assert built.embedder.passages == ["《某某管理办法》第一条之一\n第一条之一新增。"]
    assert built.ids()[:5] == [*IDS[:2], "某某管理办法/第一条之一", *IDS[2:4]]


def test_an_article_that_was_taken_out_is_removed(built: Desk) -> None:
    path = built.write("办法.txt", MEASURE.replace("第三条 自发布之日起施行。\n", ""))
    assert built.add(path) == Change(added=0, updated=0, removed=1, documents=2, articles=7)
    assert built.embedder.passages == []
    assert built.ids() == [*IDS[:3], *IDS[4:]]


def test_a_document_that_a_file_no_longer_holds_is_removed(built: Desk) -> None:
    assert built.add(built.write("办法.txt", NOTICE.replace("1号", "2号"))).documents == 2
    assert built.ids() == [*IDS[4:], *(i.replace("1号", "2号") for i in IDS[4:])]


def test_a_broken_file_does_not_stop_the_others(desk: Desk) -> None:
    broken, empty = desk.write("坏.pdf", b"x"), desk.write("空.txt", "")
    change = desk.add(broken, desk.write("办法.txt", MEASURE), empty)
    assert (change.added, change.documents) == (4, 1)
    assert change.failed == (
        f"无法读取 PDF：{broken}（文件损坏或格式不符）。请重新导出后重试。",
        f"文件为空：{empty}。请检查文件内容，或将其移出后重试。",
    )


def test_broken_files_alone_make_no_index(desk: Desk) -> None:
    change = desk.add(desk.write("空.txt", ""))
    assert (change.added, change.documents, len(change.failed)) == (0, 0, 1)
    with pytest.raises(IndexMissing):
        current_generation(desk.index)


def test_files_of_one_name_are_kept_apart(desk: Desk) -> None:
    paths = [desk.write("甲/文件.txt", MEASURE), desk.write("乙/文件.txt", NOTICE)]
    desk.add(*paths)
    assert [s.name for s in desk.manifest().sources] == ["甲/文件.txt", "乙/文件.txt"]
    assert desk.add(*paths) == Change(added=0, updated=0, removed=0, documents=2, articles=8)
    assert desk.add(rebuild=True).documents == 2
    assert desk.ids() == IDS


def test_of_two_files_with_one_document_the_later_counts_whole(desk: Desk) -> None:
    change = desk.add(
        desk.write("旧.txt", MEASURE),
        desk.write("新.txt", MEASURE.replace("第三条 自发布之日起施行。\n", "")),
    )
    assert change == Change(added=3, updated=0, removed=0, documents=1, articles=3)
    assert desk.ids() == IDS[:3]


def test_progress_is_told_for_every_stage(desk: Desk) -> None:
    seen: list[tuple[str, int, int]] = []
    desk.builder(lambda *step: seen.append(step)).add([desk.write("办法.txt", MEASURE)])
    assert seen == [
        ("读取文件", 0, 1), ("读取文件", 1, 1), ("比对条文", 0, 1), ("比对条文", 1, 1), ("计算向量", 4, 4),
        ("建立关键词索引", 0, 1), ("建立关键词索引", 1, 1),
    ]  # fmt: skip


# --- removing ---


def test_a_removed_document_is_gone_and_nothing_is_embedded(built: Desk) -> None:
    built.embedder.passages.clear()
    assert built.builder().remove(["某某管理办法"]) == Change(
        added=0, updated=0, removed=4, documents=1, articles=4
    )
    assert built.embedder.passages == []
    assert built.ids() == IDS[4:]
    assert [s.name for s in built.manifest().sources] == ["通知.txt"]


def test_a_removed_document_stays_removed_after_a_rebuild(desk: Desk) -> None:
    path = desk.write("两份.txt", NOTICE + NOTICE.replace("1号", "2号").replace("关于检验", "关于培训"))
    assert desk.add(path).documents == 2
    desk.builder().remove(["某发〔2024〕2号"])
    assert desk.add(rebuild=True).documents == 1
    assert desk.ids() == IDS[4:]
    assert desk.add(path).documents == 1  # a folder that is watched does not bring it back
    assert desk.builder().add([path], restore=True).documents == 2
    assert desk.manifest().removed == {}


def test_removing_what_is_not_there_is_told(built: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        built.builder().remove(["某某管理办法", "无"])
    assert str(caught.value) == "索引中没有该文件：无。可用 policy-qa documents 查看已收录的文件。"
    assert built.ids() == IDS


def test_the_last_document_cannot_be_removed(built: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        built.builder().remove(["某某管理办法", "某发〔2024〕1号"])
    assert str(caught.value) == "不能移除最后一个文件：索引不能为空。如需清空，请删除索引文件夹。"
    assert built.ids() == IDS


# --- what does not fit ---


def test_a_missing_index_is_told(desk: Desk) -> None:
    message = f"没有索引：{desk.index}。请先运行 policy-qa index（不带参数即收录内置汇编）。"
    with pytest.raises(IndexMissing) as caught:
        current_generation(desk.index)
    assert str(caught.value) == message
    with pytest.raises(IndexMissing, match="没有索引"):
        desk.builder().remove(["某某管理办法"])


def test_an_index_of_another_embedder_is_told(built: Desk) -> None:
    built.embedder = Counting("bge-small-zh")
    message = (
        f"索引 {built.index} 由向量模型 fake 建立，当前配置为 bge-small-zh。"
        "请改回原模型，或运行 policy-qa index --rebuild 重建。"
    )
    for use in (
        lambda: built.add(built.papers / "办法.txt"),
        lambda: built.library(built.embedder),
    ):
        with pytest.raises(IndexMismatch) as caught:
            use()
        assert str(caught.value) == message


def alter(desk: Desk, **values: object) -> None:
    path = current_generation(desk.index) / manifest.FILE
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def test_an_index_of_an_older_splitter_is_told(built: Desk) -> None:
    alter(built, splitter=0)
    with pytest.raises(IndexMismatch) as caught:
        built.add(built.papers / "办法.txt")
    assert str(caught.value) == (
        f"索引 {built.index} 由第 0 版切分规则建立，当前为第 {SPLITTER_VERSION} 版。"
        "请运行 policy-qa index --rebuild 重建（原文件已留存，无需重新提供）。"
    )


def test_an_index_of_another_format_is_told(built: Desk) -> None:
    alter(built, format=9)
    with pytest.raises(IndexMismatch) as caught:
        built.add(built.papers / "办法.txt")
    assert str(caught.value) == (
        f"索引 {current_generation(built.index)} 由其他版本建立（格式 9，当前 {manifest.FORMAT}）。"
        "请运行 policy-qa index --rebuild 重建。"
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "sources": 3}'])
def test_a_damaged_manifest_is_told(built: Desk, text: str) -> None:
    path = current_generation(built.index) / manifest.FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IndexMismatch) as caught:
        built.add(built.papers / "办法.txt")
    assert str(caught.value) == f"索引已损坏：{path}。请运行 policy-qa doctor --repair 修复。"


def test_a_rebuild_replaces_a_damaged_index(built: Desk) -> None:
    (current_generation(built.index) / manifest.FILE).write_text("{", encoding="utf-8")
    assert built.add(built.papers / "办法.txt", rebuild=True).documents == 1
    assert built.ids() == IDS[:4]


def test_a_manifest_comes_back_as_it_was_written(built: Desk, tmp_path: Path) -> None:
    before = built.manifest()
    before.write(tmp_path)
    assert manifest.Manifest.read(tmp_path) == before
    assert [e.meta.key for e in before.documents] == ["某某管理办法", "某发〔2024〕1号"]
    assert (before.embedder, before.dimension, before.removed) == ("fake", 64, {})
    assert list(before.spans) == IDS


# --- rebuilding ---


def test_a_rebuild_works_from_the_kept_originals(built: Desk) -> None:
    alter(built, splitter=0)
    shutil.rmtree(built.papers)
    built.embedder = Counting("bge-small-zh")
    assert built.add(rebuild=True) == Change(added=8, updated=0, removed=0, documents=2, articles=8)
    assert len(built.embedder.passages) == 8
    assert built.ids() == IDS
    assert built.manifest().embedder == "bge-small-zh"


def test_a_rebuild_takes_the_new_text_of_a_file_it_is_given(built: Desk) -> None:
    path = built.write("办法.txt", MEASURE.replace("第三条 自发布之日起施行。\n", ""))
    assert built.add(path, rebuild=True).articles == 7
    assert built.ids() == [*IDS[:3], *IDS[4:]]


def test_old_token_files_go_when_no_kept_generation_uses_them(built: Desk) -> None:
    def tokens() -> list[str]:
        return sorted(p.name for p in built.index.glob("tokens-*"))

    assert tokens() == ["tokens-000001"]
    built.add(rebuild=True)
    assert tokens() == ["tokens-000001", "tokens-000002"]  # the generation before may still be open
    built.add(built.write("办法.txt", MEASURE.replace("不收取", "收取")))
    assert tokens() == ["tokens-000002"]


def test_two_generations_are_kept(built: Desk) -> None:
    for n in range(3):
        built.add(built.write("办法.txt", MEASURE.replace("不收取", f"第{n}次收取")))
    assert sorted(p.name for p in (built.index / "generations").iterdir()) == ["000003", "000004"]


# --- interruptions ---


def test_an_interrupted_build_leaves_the_old_index_whole(built: Desk) -> None:
    before = current_generation(built.index)
    built.embedder.stop = KeyboardInterrupt()
    path = built.write("办法.txt", MEASURE.replace("不收取", "收取"))
    with pytest.raises(KeyboardInterrupt):
        built.add(path)
    assert current_generation(built.index) == before
    assert [p.name for p in (built.index / "generations").iterdir()] == [before.name]
    assert built.ids() == IDS
    built.embedder.stop = None
    assert built.add(path).updated == 1


def test_an_interrupted_first_build_leaves_no_index_and_the_next_one_works(desk: Desk) -> None:
    path = desk.write("办法.txt", MEASURE)
    desk.embedder.stop = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        desk.add(path)
    with pytest.raises(IndexMissing):
        current_generation(desk.index)
    desk.embedder.stop = None
    assert desk.add(path).added == 4


def test_what_a_killed_build_left_is_cleared(built: Desk) -> None:
    half = built.index / "generations" / "000002"
    shutil.copytree(current_generation(built.index), half)
    (half / manifest.FILE).unlink()
    with (built.index / "tokens-000001" / "tokens.i8").open("ab") as tail:
        tail.write(b"\x01" * 100)
    assert built.add(built.write("办法.txt", MEASURE.replace("不收取", "收取"))).updated == 1
    assert (half / manifest.FILE).is_file()  # its number is taken again, by a whole generation
    assert built.ids() == IDS


def test_a_build_that_died_before_the_switch_changes_nothing(built: Desk) -> None:
    old = current_generation(built.index)
    built.add(built.write("办法.txt", MEASURE.replace("不收取", "收取")))
    (built.index / generations.CURRENT).write_text(
        old.name, encoding="utf-8"
    )  # as if the switch had not come
    assert built.ids() == IDS
    assert built.add(built.papers / "办法.txt").updated == 1
    assert current_generation(built.index).name == "000002"  # its number is taken again


def test_a_reader_keeps_the_generation_it_opened(built: Desk) -> None:
    library = built.library()
    built.add(built.write("办法.txt", MEASURE.replace("不收取", "收取")))
    assert not library.is_current()
    article = library.article("某某管理办法/第二条")
    assert article is not None
    assert article.text == "第二条 检验不收取费用。"
    assert library.tokens(article.id)[0].shape == (len("《某某管理办法》第二条第二条检验不收取费用。"), 64)
    library.close()


# --- two at a time, no permission ---


def _hold(path: str, ready: Event, done: Event) -> None:
    with FileLock(path):
        ready.set()
        done.wait(30)


def test_a_second_process_that_builds_is_told(built: Desk) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(built.index / "lock"), ready, done))
    other.start()
    try:
        assert ready.wait(30)
        message = f"另一个进程正在更新索引：{built.index}。请等它结束后重试。"
        with pytest.raises(IndexBusy, match=re.escape(message)):
            built.add(built.papers / "办法.txt")
        with pytest.raises(IndexBusy, match=re.escape(message)):
            built.builder().remove(["某某管理办法"])
        assert built.ids() == IDS  # reading goes on
    finally:
        done.set()
        other.join()


def test_a_folder_that_cannot_be_written_is_told(desk: Desk) -> None:
    path = desk.write("办法.txt", MEASURE)
    desk.index = path / "index"  # below a regular file, so that root cannot write there either
    with pytest.raises(IndexUnwritable) as caught:
        desk.add(path)
    assert str(caught.value) == (
        f"无法写入索引文件夹：{desk.index}（Not a directory）。"
        "请检查权限和磁盘空间，或用 --index-dir 换一个位置。"
    )


def test_a_disk_that_fills_up_while_building_leaves_the_old_index_whole(built: Desk) -> None:
    built.embedder.stop = OSError(28, "No space left on device")
    with pytest.raises(IndexUnwritable, match="No space left on device"):
        built.add(built.write("办法.txt", MEASURE.replace("不收取", "收取")))
    assert built.ids() == IDS


# --- long articles, and what a library gives ---


def test_a_long_article_is_found_by_each_of_its_windows_and_counts_once(desk: Desk) -> None:
    desk.embedder = Counting(max_tokens=100)
    ends = "锅炉热效率", "电梯钢丝绳"
    text = MEASURE + f"第四条 {ends[0]}{'应当符合有关规定' * 60}{ends[1]}。\n"
    desk.add(desk.write("办法.txt", text))
    library = desk.library(FakeEmbedder(max_tokens=100))
    for words in ends:
        found = [i for i, _ in library.nearest(library.embedder.encode_queries([words])[0].vector, 5)]
        assert sorted(found) == sorted([*IDS[:4], "某某管理办法/第四条"])
    search_text = library.articles[-1].search_text
    assert library.tokens("某某管理办法/第四条")[1].shape == (len("".join(search_text.split())),)
    library.close()


def test_a_library_gives_documents_articles_places_and_rarity_of_tokens(built: Desk) -> None:
    library = built.library()
    assert list(library.documents) == ["某某管理办法", "某发〔2024〕1号"]
    assert library.position["某发〔2024〕1号/一"] == 5
    assert library.article("无") is None
    assert library.lexical.scores("收取费用").argmax() == 2
    assert [
        i for i, _ in library.nearest(library.embedder.encode_queries(["检验不收取费用"])[0].vector, 1)
    ] == [IDS[2]]
    ids = library.tokens(IDS[2])[1].tolist()
    mark = "《某某管理办法》第二条第二条检验不收取费用。".index("费")
    assert library.token_idf[ids[0]] == 0.0  # 《 begins every search text
    assert round(library.token_idf[ids[mark]], 4) == 2.0794  # 费 is in one of eight: ln 8
    library.close()
