import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.build import Builder, current_generation
from qa.settings import Settings
from tests.fakes import FakeEmbedder
from ui.cli import cli
from ui.session import Doors

TEXT = "某某管理办法\n第一条 检验不收取费用。\n第二条 自发布之日起施行。\n"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "办法.txt").write_text(TEXT, encoding="utf-8")
    builder = Builder(folder / "index", FakeEmbedder, "fake", folder / "cache")
    builder.add([folder / "办法.txt"])
    return folder / "index"


@pytest.fixture
def index(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "index")


def run(folder: Path, *args: str) -> Result:
    """Run a command; its data folder is beside the index."""
    config = folder.parent / "config.toml"
    config.write_text(
        f'[index]\nembedder = "fake"\ncache_dir = "{folder.parent}/cache"\n'
        f'[web]\ndata_dir = "{folder.parent}/web"\n',
        encoding="utf-8",
    )

    def embedder(_: Settings) -> FakeEmbedder:
        return FakeEmbedder()

    doors = Doors(load_embedder=embedder)
    return CliRunner().invoke(cli, [*args, "--index-dir", str(folder), "--config", str(config)], obj=doors)


def test_a_library_is_kept_and_comes_back(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "库.zip"
    done = run(index, "backup", str(file))
    assert (done.exit_code, done.stdout) == (0, f"已备份到 {file}（{file.stat().st_size / 1e6:.1f} MB）\n")
    done = run(tmp_path / "new", "restore", str(file))
    assert (done.exit_code, done.stdout[:14]) == (0, "已恢复 1 份文件、3 条（")
    assert run(tmp_path / "new", "doctor").stdout == "资料库完好。\n"


def test_an_index_is_replaced_only_by_force(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "库.zip"
    run(index, "backup", str(file))
    refused = run(index, "restore", str(file))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.endswith(f"错误：已有索引：{index}。如要用备份替换它，请加 --force。\n")
    assert run(index, "restore", str(file), "--force").exit_code == 0


def test_a_bad_file_is_one_line(index: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.zip").write_bytes(b"x")
    done = run(index, "restore", str(tmp_path / "坏.zip"), "--force")
    message = f"错误：不是本程序的备份文件：{tmp_path / '坏.zip'}。请选择 policy-qa backup 生成的文件。\n"
    assert (done.exit_code, done.stderr) == (1, message)


def test_the_doctor_says_what_is_wrong_and_repairs_it(index: Path) -> None:
    shutil.rmtree(current_generation(index) / "lexical")
    line = "关键词索引缺失或损坏；可由条文重建"
    found = run(index, "doctor")
    assert (found.exit_code, found.stdout) == (
        1,
        f"问题：{line}\n请运行 policy-qa doctor --repair 修复。\n",
    )
    mended = run(index, "doctor", "--repair")
    assert (mended.exit_code, mended.stdout) == (0, f"已修复：{line}\n已全部修复。\n")
    assert run(index, "doctor").stdout == "资料库完好。\n"


def test_the_doctor_says_what_it_cannot_repair(index: Path) -> None:
    (path,) = (index / "originals").iterdir()
    path.unlink()
    shutil.rmtree(current_generation(index) / "lexical")
    done = run(index, "doctor", "--repair")
    assert (done.exit_code, done.stdout) == (
        1,
        "已修复：关键词索引缺失或损坏；可由条文重建\n"
        f"问题：办法.txt 的原文件缺失：{path}。问答不受影响，但无法据以重建；请重新收录该文件\n",
    )


def test_without_a_manifest_a_backup_is_needed(index: Path) -> None:
    for path in (index / "generations").glob("*/manifest*.json"):
        path.unlink()
    done = run(index, "doctor", "--repair")
    assert (done.exit_code, done.stdout) == (
        1,
        "问题：CURRENT 文件损坏，且没有完整的版本\n"
        "无法自动修复。请用 policy-qa restore --force 恢复备份；"
        f"没有备份时，移走 {index}，再用 policy-qa index 收录其中 originals 文件夹里的原文件。\n",
    )


def test_a_lost_pointer_is_told_with_what_mends_it(index: Path) -> None:
    (index / "CURRENT").unlink()
    told = run(index, "documents").stderr
    assert told == (
        f"错误：索引 {index} 中没有文件 CURRENT，不知道用哪个版本。请运行 policy-qa doctor --repair 修复。\n"
    )
    assert run(index, "doctor", "--repair").exit_code == 0
    assert run(index, "documents").exit_code == 0


def test_the_doctor_looks_at_the_records_too(index: Path, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    with closing(sqlite3.connect(tmp_path / "web" / "records.sqlite3")) as db:
        db.execute("CREATE TABLE t (x)")
    assert run(index, "doctor").stdout == "资料库完好。\n"
    path = tmp_path / "web" / "sessions.sqlite3"
    path.write_bytes(b"x" * 5000)
    done = run(index, "doctor")
    assert (done.exit_code, done.stdout) == (
        1,
        f"问题：记录文件损坏：{path}（file is not a database）。请移走它，程序会另建新的；或用自己的备份替换。\n",
    )


def test_without_an_index_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    done = run(tmp_path / "none", "doctor")
    assert (done.exit_code, done.stderr) == (
        1,
        f"错误：没有索引：{tmp_path / 'none'}。请先运行 policy-qa index（不带参数即收录内置汇编）。\n",
    )
    assert list((tmp_path).glob("none/*")) == []
