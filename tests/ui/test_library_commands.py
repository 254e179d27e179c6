import json
import shutil
from pathlib import Path
from typing import Never

import pytest
from click.testing import CliRunner, Result

from index.embed import Embedder
from qa.settings import Settings, WebSettings
from tests.fakes import FakeEmbedder
from tests.ui.conftest import Run
from ui.cli import cli
from ui.session import Doors

MEASURE = """检测评定管理办法（试行）
国市监质规〔2024〕3号

第一章 总则
第一条 为了规范检测评定工作，制定本办法。
第二条 评定应当符合下列条件：
（一）技术先进；
（二）已经投产。
第二章 附则
第三条 检测评定不向申请单位收取费用。
"""
NOTICE = """关于做好质量工作的通知
工信厅科函〔2024〕113号

一、总体要求
坚持质量第一。
二、重点任务
（一）开展诊断。组织专家进厂。
（二）加强培训。每年两次。
"""
CHANGE = "新增 {0}，更新 {1}，删除 {2}；共 {3} 份文件、{4} 条\n"


def fake_embedder(_: Settings) -> Embedder:
    return FakeEmbedder()


def no_embedder(_: Settings) -> Never:
    raise AssertionError("nothing is to be embedded")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "办法.txt").write_text(MEASURE, encoding="utf-8")
    (folder / "通知.txt").write_text(NOTICE, encoding="gb18030")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of both texts; take `pq` to use a copy of it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "办法.txt").write_text(MEASURE, encoding="utf-8")
    (folder / "通知.txt").write_text(NOTICE, encoding="gb18030")
    args = ["--index-dir", str(folder / "index"), "index", str(folder)]
    assert CliRunner().invoke(cli, args, obj=Doors(load_embedder=fake_embedder)).exit_code == 0
    return folder / "index"


@pytest.fixture
def pq(run: Run, built: Path, tmp_path: Path) -> Run:
    """The program over a copy of that index, with an embedder that needs no weights."""
    shutil.copytree(built, tmp_path / "index")

    def go(*args: str, doors: Doors | None = None) -> Result:
        return run(*args, doors=doors or Doors(load_embedder=fake_embedder))

    return go


def outline(pq: Run, document: str) -> list[str]:
    text: str = pq("show", document).stdout
    return text.partition("\n\n")[2].splitlines()


def test_indexing_twice_changes_nothing_and_embeds_nothing(run: Run, texts: Path) -> None:
    first = run("index", str(texts), doors=Doors(load_embedder=fake_embedder))
    assert first.exit_code == 0
    added = first.stdout.split("，")[0].removeprefix("新增 ")
    assert first.stdout == CHANGE.format(added, 0, 0, 2, added)
    assert "计算向量：" in first.stderr
    second = run("index", str(texts), doors=Doors(load_embedder=no_embedder))
    assert (second.exit_code, second.stdout) == (0, CHANGE.format(0, 0, 0, 2, added))


def test_a_file_that_cannot_be_read_does_not_stop_the_others(run: Run, texts: Path, tmp_path: Path) -> None:
    (texts / "空.txt").write_bytes(b"")
    result = run("index", str(texts), doors=Doors(load_embedder=fake_embedder))
    assert result.exit_code == 1
    assert "共 2 份文件" in result.stdout
    failures = [line for line in result.stderr.splitlines() if line.startswith("未收录：")]
    assert len(failures) == 1
    assert str(texts / "空.txt") in failures[0]
    assert (tmp_path / "index" / "CURRENT").is_file()


def test_if_missing_leaves_an_index_alone_and_says_nothing(pq: Run) -> None:
    result = pq("index", "--if-missing", doors=Doors(load_embedder=no_embedder))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_rebuild_without_files_takes_the_kept_originals(pq: Run) -> None:
    result = pq("index", "--rebuild")
    assert result.exit_code == 0
    assert "共 2 份文件" in result.stdout


def test_without_files_the_bundled_compendium_is_indexed(run: Run) -> None:
    result = run("index", doors=Doors(load_embedder=fake_embedder))
    assert result.exit_code == 0
    assert "共 17 份文件" in result.stdout


def test_an_interrupted_build_leaves_the_old_index(pq: Run, texts: Path) -> None:
    def interrupted(_: Settings) -> Never:
        raise KeyboardInterrupt

    before = pq("documents").stdout
    (texts / "办法.txt").write_text(MEASURE.replace("技术先进", "技术领先"), encoding="utf-8")
    result = pq("index", str(texts), doors=Doors(load_embedder=interrupted))
    assert result.exit_code == 130
    assert result.stderr.endswith("已中断，原索引未改动。\n")
    assert pq("documents").stdout == before


def test_documents_are_listed_with_number_and_count(pq: Run) -> None:
    shown = pq("documents")
    assert "1. 《检测评定管理办法（试行）》\n    国市监质规〔2024〕3号  （无日期）  " in shown.stdout
    listed = json.loads(pq("documents", "--json").stdout)
    assert [(d["title"], d["doc_number"], d["source"]) for d in listed] == [
        ("检测评定管理办法（试行）", "国市监质规〔2024〕3号", "办法.txt"),
        ("关于做好质量工作的通知", "工信厅科函〔2024〕113号", "通知.txt"),
    ]
    assert list(listed[0]) == [
        "key", "title", "doc_number", "date", "issuers", "effective", "expires", "articles", "source",
        "also", "collections", "standing", "reason", "versions", "given",
    ]  # fmt: skip


@pytest.mark.parametrize("document", ["《检测评定管理办法（试行）》", "国市监质规[2024] 3 号", "评定办法"])
@pytest.mark.parametrize("place", ["第三条", "3条", "第二章第三条", "第３条"])
def test_an_article_is_shown_however_it_is_written(pq: Run, document: str, place: str) -> None:
    assert pq("show", document, place).stdout == (
        "《检测评定管理办法（试行）》第三条\n"
        "国市监质规〔2024〕3号  第二章 附则 / 第三条\n\n"
        "第三条 检测评定不向申请单位收取费用。\n"
    )


def test_an_article_is_shown_by_its_id(pq: Run) -> None:
    by_id = pq("show", "国市监质规〔2024〕3号/第三条").stdout
    assert by_id == pq("show", "评定办法", "第三条").stdout


def test_without_a_place_the_outline_is_shown(pq: Run) -> None:
    assert pq("show", "质量工作", "二、", "（二）").stdout.startswith(
        "《关于做好质量工作的通知》二、（二）\n"
    )
    shown = pq("show", "质量").stdout
    assert shown.startswith("《关于做好质量工作的通知》\n文号：工信厅科函〔2024〕113号\n来源：通知.txt\n\n")
    assert "二、重点任务 / （二）" in "\n".join(outline(pq, "质量"))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["评定办法", "第四条"],
            "《检测评定管理办法（试行）》中没有“第四条”。最接近的是 第二章 附则 / 第三条。"
            "用 policy-qa show 加文件名查看全部位置。",
        ),
        (["评定办法", "某处"], "看不懂位置“某处”。请写成 第二十七条、附件1 序号44、二（三） 这样的形式。"),
        (["质量工作"], None),
        (["火星"], "没有名为“火星”的文件。可用 policy-qa documents 查看已收录的文件。"),
        (
            ["号"],
            "“号”可指多份文件：《检测评定管理办法（试行）》、《关于做好质量工作的通知》。请写全标题或文号。",
        ),
    ],
)
def test_what_cannot_be_shown_is_one_line(pq: Run, args: list[str], message: str | None) -> None:
    result = pq("show", *args)
    if message is None:
        assert result.exit_code == 0
    else:
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"错误：{message}\n")


def test_a_document_is_removed_by_its_whole_name_only(pq: Run) -> None:
    vague = pq("remove", "质量")
    assert (vague.exit_code, vague.stdout) == (1, "")
    assert vague.stderr.startswith("错误：没有名为“质量”的文件。")
    result = pq("remove", "关于做好质量工作的通知")
    assert result.exit_code == 0
    assert result.stdout.startswith("已移除《关于做好质量工作的通知》\n新增 0，更新 0，删除 ")
    assert [d["key"] for d in json.loads(pq("documents", "--json").stdout)] == ["国市监质规〔2024〕3号"]


def test_the_last_document_cannot_be_removed(pq: Run) -> None:
    result = pq("remove", "国市监质规〔2024〕3号", "工信厅科函〔2024〕113号")
    assert result.exit_code == 1
    assert result.stderr.startswith("错误：不能移除最后一个文件")
    assert len(json.loads(pq("documents", "--json").stdout)) == 2


def test_serving_hands_the_chain_and_the_settings_of_the_page(tmp_path: Path) -> None:
    seen: list[WebSettings] = []
    doors = Doors(open_chain=no_embedder, serve=lambda _, web: seen.append(web))
    users = tmp_path / "users"
    more = ["--host", "0.0.0.0", "--port", "8000", "--root-path", "/policy/", "--auth", str(users)]
    for args in ([], more):
        result = CliRunner().invoke(cli, ["serve", "--index-dir", str(tmp_path), *args], obj=doors)
        assert result.exit_code == 0
    wrong = CliRunner().invoke(
        cli, ["serve", "--index-dir", str(tmp_path), "--root-path", "policy"], obj=doors
    )
    assert (wrong.exit_code, len(seen)) == (2, 2)
    told = [(web.host, web.port, web.root_path, web.users) for web in seen]
    assert told == [("127.0.0.1", 7860, None, None), ("0.0.0.0", 8000, "/policy", users)]
