"""Questions about documents in several versions, put to a small library."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from index.errors import UsageError
from index.library import Library
from index.model import Metadata, Validity
from qa.chain import Chain
from qa.settings import Settings
from qa.validity import Status, article_status, status
from qa.versions import choose
from tests.fakes import FakeEmbedder
from tests.index.desk import Desk, measure, notice

DAY = date(2026, 11, 22)
OLD, NEW = "检测评定管理办法", "检测评定管理办法@2024-05-01"
RETIRING = (
    "三、下列文件或条款同时废止：\n（一）《设备鉴定管理办法》第三条；\n"
    "（二）《设备鉴定管理办法》第二条第（一）项。\n"
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[Chain]:
    """Two versions of a measure, one of another with retired clauses, and the notice that retires them."""
    desk = Desk(tmp_path_factory.mktemp("versions"), cache_dir)
    desk.add(
        desk.write("旧.txt", measure()), desk.write("新.txt", measure("2024年5月1日", "按照标准收取费用"))
    )
    desk.add(desk.write("鉴定.txt", measure(title="设备鉴定管理办法")), collection="鉴定")
    desk.add(desk.write("通知.txt", notice("9号", "关于清理文件的通知", RETIRING)))
    library = Library(desk.index, FakeEmbedder(), cache_dir)
    yield Chain(library, Settings())
    library.close()


def found(chain: Chain, question: str, day: date = DAY, *documents: str) -> set[str]:
    """The versions among what is found."""
    hits = chain.search(question, documents=documents, as_of=day).hits
    return {h.article.meta.key for h in hits} & {OLD, NEW}


@pytest.mark.parametrize(
    ("question", "day", "expected"),
    [
        ("检测评定收取费用吗", DAY, {NEW}),
        ("检测评定管理办法第二条怎么规定", DAY, {NEW}),
        ("检测评定收取费用吗", date(2020, 1, 1), {OLD}),
        ("检测评定收取费用吗", date(2024, 4, 30), {OLD}),
        ("2019年的检测评定管理办法收取费用吗", DAY, {OLD}),
        ("检测评定管理办法修订前收取费用吗", DAY, {OLD}),
        ("旧版检测评定管理办法第二条怎么规定", DAY, {OLD}),
        ("检测评定管理办法修订前后有什么变化", DAY, {OLD, NEW}),
        ("2019年购买的设备，检测评定管理办法怎么收取费用", DAY, {NEW}),
        ("旧设备的检测评定管理办法", DAY, {NEW}),
    ],
)
def test_the_version_in_force_is_found_unless_another_is_asked_for(
    chain: Chain, question: str, day: date, expected: set[str]
) -> None:
    assert found(chain, question, day) == expected


@pytest.mark.parametrize(("name", "expected"), [("检测评定管理办法", NEW), (NEW, NEW), ("检测评定", NEW)])
def test_a_name_means_the_version_in_force(chain: Chain, name: str, expected: str) -> None:
    assert found(chain, "收取费用吗", DAY, name) == {expected}


def test_a_key_means_that_version_and_no_other(chain: Chain) -> None:
    *_, answer = chain.stream("检测评定收取费用吗", (), (OLD,), DAY)
    assert {h.article.meta.key for h in answer.hits} == {OLD}


def test_an_answer_from_an_earlier_version_says_first_that_it_was_replaced(chain: Chain) -> None:
    said = chain.ask("旧版检测评定管理办法第二条怎么规定", as_of=DAY)
    assert said.text.split("\n")[0] == (
        "提示：该文件截至2026年11月22日已被替代（见《检测评定管理办法》，2024年5月1日起的版本），以下内容仅供参考。"
    )
    assert [c.article.id for c in said.citations] == [f"{OLD}/第二条"]
    then = chain.ask("检测评定管理办法第二条怎么规定", as_of=date(2020, 1, 1))
    assert (then.citations[0].article.id, "提示" in then.text) == (f"{OLD}/第二条", False)
    now = chain.ask("检测评定管理办法第二条怎么规定", as_of=DAY)
    assert (now.citations[0].article.id, "提示" in now.text) == (f"{NEW}/第二条", False)


def test_whether_an_earlier_version_is_in_force_is_told(chain: Chain) -> None:
    said = chain.ask("2019年的检测评定管理办法还有效吗", as_of=DAY).text
    assert said.startswith(
        "不再有效，《检测评定管理办法》截至2026年11月22日已被替代（见《检测评定管理办法》，2024年5月1日起的版本）。"
    )


def test_a_title_that_a_later_version_bears_on_is_in_force(tmp_path: Path, cache_dir: Path) -> None:
    desk = Desk(tmp_path, cache_dir)
    ending = measure("2024年5月1日").rstrip() + "《检测评定管理办法》同时废止。\n"
    desk.add(desk.write("旧.txt", measure()), desk.write("新.txt", ending))
    library = Library(desk.index, FakeEmbedder(), cache_dir)
    try:
        said = Chain(library, Settings()).ask("《检测评定管理办法》还有效吗", as_of=DAY)
    finally:
        library.close()
    assert "不再有效" not in said.text
    assert {c.article.meta.key for c in said.citations} <= {NEW}


def test_a_retired_clause_is_marked_on_its_article_alone(chain: Chain) -> None:
    documents = chain.library.documents
    stands = {
        a.id.partition("/")[2]: article_status(a, DAY, documents).standing
        for a in chain.library.articles
        if a.meta.key == "设备鉴定管理办法"
    }
    assert stands == {
        "文首": "期限未写明", "第一条": "期限未写明", "第二条": "部分废止", "第三条": "已废止", "第四条": "期限未写明",
    }  # fmt: skip
    said = chain.ask("设备鉴定管理办法第三条怎么规定", as_of=DAY).text
    assert said.split("\n")[0] == (
        "提示：该文件第三条截至2026年11月22日已废止（见《关于清理文件的通知》，某发〔2024〕9号），以下内容仅供参考。"
    )


def test_a_question_is_limited_to_collections(chain: Chain) -> None:
    def keys(*collections: str) -> set[str]:
        hits = chain.search("收取费用吗", as_of=DAY, collections=collections).hits
        return {h.article.meta.key for h in hits}

    assert keys("鉴定") == {"设备鉴定管理办法"}
    assert keys("默认") == {NEW, "某发〔2024〕9号"}
    assert keys("默认", "鉴定") == keys() == {NEW, "某发〔2024〕9号", "设备鉴定管理办法"}
    with pytest.raises(UsageError, match="没有名为“六月”的合集。已有：默认、鉴定。"):
        keys("六月")
    with pytest.raises(UsageError, match="合集“鉴定”中没有《检测评定管理办法》。"):
        chain.search("收取费用吗", documents=["检测评定管理办法"], as_of=DAY, collections=["鉴定"])


def test_a_version_is_told_by_its_number() -> None:
    def version(key: str, number: str, day: str) -> Metadata:
        return Metadata(key, "关于检测评定的意见", "关于检测评定的意见", number, date=day)

    metas = {
        m.key: m
        for m in (
            version("旧", "某发〔2019〕1号", "2019-03-01"),
            version("新", "某发〔2024〕2号", "2024-03-01"),
        )
    }

    def out(question: str, wanted: Sequence[str] = ()) -> frozenset[str]:
        return choose(question, (), [("旧", "新")], metas, DAY, wanted).left_out

    assert out("某发[2019]1 号怎么说") == {"新"}
    assert out("意见怎么说") == {"旧"}
    assert out("意见怎么说", ["旧", "别的"]) == {"新"}


@pytest.mark.parametrize(
    ("question", "history", "expected", "left"),
    [
        ("检测评定管理办法收费吗", (), {"旧"}, "检测评定管理办法收费吗"),
        ("旧版检测评定管理办法收费吗", (), {"新"}, "检测评定管理办法收费吗"),
        ("2019年修订的检测评定管理办法收费吗", (), {"新"}, "检测评定管理办法收费吗"),
        ("2019年3月发布的检测评定管理办法收费吗", (), {"新"}, "检测评定管理办法收费吗"),
        ("旧版呢？", ("检测评定管理办法收费吗",), {"新"}, ""),
        ("那第三条呢", ("检测评定管理办法收费吗", "旧版呢"), {"新"}, "那第三条呢"),
        ("现行的呢", ("检测评定管理办法收费吗", "旧版呢"), {"旧"}, "现行的呢"),
        ("旧版手册还能用吗", (), {"旧"}, "旧版手册还能用吗"),
        ("2", ("检测评定管理办法收费吗",), {"旧"}, "2"),
    ],
)
def test_the_words_that_choose_a_version_are_no_part_of_the_question(
    question: str, history: tuple[str, ...], expected: set[str], left: str
) -> None:
    def version(key: str, day: str) -> Metadata:
        return Metadata(key, "检测评定管理办法", "检测评定管理办法", date=day)

    metas = {m.key: m for m in (version("旧", "2019-03-01"), version("新", "2024-05-01"))}
    chosen = choose(question, history, [("旧", "新")], metas, DAY)
    assert ({*chosen.left_out}, chosen.question) == (expected, left)


def test_a_question_for_nothing_but_the_version_asks_the_one_before_again(chain: Chain) -> None:
    said = chain.ask("旧版呢？", ["检测评定管理办法第二条怎么规定"], as_of=DAY)
    assert (said.question, [c.article.id for c in said.citations]) == ("旧版呢？", [f"{OLD}/第二条"])


def test_a_version_ended_by_its_successor_is_replaced_one_ended_by_another_is_repealed() -> None:
    old = Metadata("旧", "检测评定办法", "检测评定办法", date="2019-03-01")
    new = Metadata("新", "检测评定办法", "检测评定办法", date="2024-05-01", validity=Validity("2024-07-01"))
    metas = {m.key: m for m in (old, new)}
    assert status(old, date(2024, 6, 30), metas) == Status("期限未写明")
    assert status(old, date(2024, 7, 1), metas).standing == "已被替代"
    assert status(new, date(2024, 6, 30), metas).standing == "尚未施行"
