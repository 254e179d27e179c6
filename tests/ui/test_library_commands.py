import json
import re
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
    doors = Doors(open_chain=no_embedder, serve=lambda _, settings: seen.append(settings.web))
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


# --- telling before doing, versions, collections, names ---

ENDING = """关于清理文件的通知
工信厅科函〔2025〕1号
各单位：
一、自本通知印发之日起，《关于做好质量工作的通知》（工信厅科函〔2024〕113号）同时废止。
二、做好衔接。
工业和信息化部
2025年1月2日
"""


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dry_run_tells_file_by_file_and_changes_nothing(pq: Run, texts: Path) -> None:
    written(texts, "办法.txt", MEASURE.replace("技术先进", "技术领先").replace("第三条", "第五条"))
    written(texts, "新.txt", ENDING)
    (texts / "空.txt").write_bytes(b"")
    before = pq("documents", "--json").stdout
    result = pq("index", "--dry-run", str(texts), doors=Doors(load_embedder=no_embedder))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "办法.txt：不收录（有 1 处错误，如 正文 第五条：缺少第三条至第四条）",
        "  错误  正文 第五条：缺少第三条至第四条",
        "  《检测评定管理办法（试行）》  国市监质规〔2024〕3号：新增 1 条，更新 1 条，删除 1 条，不变 3 条",
        "  办法.txt 的《检测评定管理办法（试行）》未识别到日期，可写在 办法.meta.toml 中：date = 2024-01-31",
        "新.txt：新文件",
        "  《关于清理文件的通知》  工信厅科函〔2025〕1号  2025-01-02：新增 5 条",
        "    废止 工信厅科函〔2024〕113号",
        f"空.txt：无法读取（文件为空：{texts / '空.txt'}。请检查文件内容，或将其移出后重试。）",
        "通知.txt：无变化",
        "共 4 个文件：新文件 1，无变化 1，不收录 1，无法读取 1。未作任何改动。",
    ]
    assert pq("documents", "--json").stdout == before
    both = pq("index", "--dry-run", "--rebuild")
    assert (both.exit_code, "--dry-run 不能与 --rebuild 同用" in both.stderr) == (2, True)


def test_a_blocked_file_is_told_and_taken_in_if_accepted(pq: Run, texts: Path) -> None:
    path = written(texts, "乱.txt", ENDING.replace("二、", "四、") + "附件：\n第一条 甲。\n第九条 乙。\n")
    result = pq("index", path)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("未收录：乱.txt 有 ")
    assert pq("index", "--accept-errors", path).exit_code == 0
    assert "工信厅科函〔2025〕1号" in pq("documents").stdout


def test_what_was_replaced_or_repealed_is_told_and_listed(pq: Run, texts: Path) -> None:
    rules = "鉴定管理办法\n2020年3月22日 公布\n" + MEASURE.partition("3号\n")[2]
    pq("index", written(texts, "旧.txt", rules))
    newer = written(texts, "新.txt", rules.replace("2020年", "2024年"))
    added = pq("index", newer, written(texts, "清理.txt", ENDING))
    assert "提示：《鉴定管理办法》 替代 鉴定管理办法（旧版标为已被替代）\n" in added.stderr
    assert "提示：《关于清理文件的通知》 废止 工信厅科函〔2024〕113号\n" in added.stderr
    listed = {d["key"]: d for d in json.loads(pq("documents", "--json").stdout)}
    assert {key: d["standing"] for key, d in listed.items()} == {
        "国市监质规〔2024〕3号": "试行",
        "工信厅科函〔2024〕113号": "已废止",
        "鉴定管理办法": "已被替代",
        "鉴定管理办法@2024-03-22": "期限未写明",
        "工信厅科函〔2025〕1号": "期限未写明",
    }
    assert listed["鉴定管理办法"]["versions"] == ["鉴定管理办法@2024-03-22"]
    assert "    （无文号）  2020-03-22  5 条  已被替代\n    截至" in pq("documents").stdout
    assert "其他版本：鉴定管理办法@2020-03-22\n" in pq("show", "鉴定管理办法").stdout
    old = pq("show", "鉴定管理办法@2020-03-22", "第三条").stdout
    assert re.match(
        "提示：截至.*已被替代（见《鉴定管理办法》，2024年3月22日起的版本）。$", old.split("\n")[2]
    )
    vague = pq("remove", "鉴定管理办法")
    assert vague.stderr == (
        "错误：“鉴定管理办法”有多个版本：鉴定管理办法@2020-03-22、鉴定管理办法@2024-03-22。请写出其中一个。\n"
    )
    assert pq("remove", "鉴定管理办法@2020-03-22").exit_code == 0
    assert "鉴定管理办法@2024-03-22" in pq("documents", "--json").stdout


def test_documents_are_listed_by_collection(pq: Run, texts: Path) -> None:
    pq("index", "--collection", "清理", written(texts, "清理.txt", ENDING))
    shown = pq("documents").stdout.splitlines()
    assert [line for line in shown if line.startswith("合集：")] == [
        "合集：默认（2 份）",
        "合集：清理（1 份）",
    ]
    own = json.loads(pq("documents", "--collection", "清理", "--json").stdout)
    assert [(d["key"], d["collections"]) for d in own] == [("工信厅科函〔2025〕1号", ["清理"])]
    none = pq("documents", "--collection", "无")
    assert none.stderr == "错误：没有名为“无”的合集。已有：默认、清理。\n"
    assert "合集：清理\n" in pq("show", "清理文件").stdout


def test_a_document_is_renamed(pq: Run) -> None:
    result = pq("rename", "关于做好质量工作的通知", "质量工作通知")
    assert result.stdout.startswith("《关于做好质量工作的通知》已改名为《质量工作通知》\n")
    assert pq("show", "质量工作通知").stdout.startswith(
        "《质量工作通知》（由维护者给出）\n文号：工信厅科函〔2024〕113号\n"
    )
    assert pq("show", "质量工作通知", "二、（二）").stdout.startswith("《质量工作通知》二、（二）\n")
    assert pq("rename", "无", "有").exit_code == 1


def test_what_a_text_does_not_say_is_hinted_at_and_given(pq: Run, texts: Path) -> None:
    path = written(texts, "说明.txt", "关于开展检验的说明\n一、做好检验。\n二、做好培训。\n")
    hint = "提示：说明.txt 的《关于开展检验的说明》未识别到日期、文号，可写在 说明.meta.toml 中：date = 2024-01-31；"
    assert hint in pq("index", path).stderr
    written(texts, "说明.meta.toml", "date = 2024-05-06\n")
    assert "提示：" not in pq("index", path).stderr
    assert "日期：2024-05-06（由维护者给出）\n" in pq("show", "检验的说明").stdout
    written(texts, "说明.meta.toml", "datum = 2024-05-06\n")
    wrong = pq("index", path)
    assert (wrong.exit_code, "中“datum”不是可用的项。" in wrong.stderr) == (1, True)
    assert "日期：2024-05-06（由维护者给出）\n" in pq("show", "检验的说明").stdout
