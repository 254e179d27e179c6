"""One real run of the benchmark, as small as it can be; and its command."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.bench.cli import bench_command
from eval.bench.machine import describe_machine, folder_size, memory
from eval.bench.probe import KINDS
from eval.bench.run import Plan, run
from eval.bench.table import NAMES
from eval.errors import RunError
from tests.conftest import ROOT
from tests.eval.bench.samples import RESULT, with_p50

LAW = ROOT / "tests" / "data" / "女职工劳动保护特别规定.md"
QUESTIONS = ("产假有多少天", "哺乳时间是多久", "谁负责监督检查", "这个规定什么时候施行")


def test_a_whole_run_measures_all_figures(tmp_path: Path, cache_dir: Path) -> None:
    said: list[str] = []
    plan = Plan((10,), LAW, None, tmp_path / "work", cache_dir, QUESTIONS, rounds=1, cold=1)
    result = run(plan, ROOT, said.append)
    (size,) = result.sizes
    assert (size.articles, size.real, size.documents, size.embedded) == (21, 21, 1, True)
    assert set(size.by_name) == set(NAMES)
    assert all(v > 0 for f in size.figures for v in f.values)
    assert size.by_name["cold"].value > 1  # it does more than import
    assert size.by_name["p50"].value > 1  # it does more than embed
    assert set(result.bare) == {"passages_per_s", "embed_ms", "floor_s"}
    assert said[0] == "10 条：准备文本"


def test_an_index_is_built_from_what_is_remembered(tmp_path: Path, cache_dir: Path) -> None:
    wish = {
        "kind": "build",
        "index": str(tmp_path / "index"),
        "cache": str(cache_dir),
        "paths": [str(LAW)],
        "remembered": str(tmp_path / "remembered"),
        "origin": str(tmp_path / "origin.json"),
    }
    (tmp_path / "origin.json").write_text("{}", encoding="utf-8")
    told = KINDS["build"](wish)
    assert (told["articles"], told["documents"]) == (21, 1)
    assert 0 < told["beside"] < told["seconds"]
    assert sum(told["stages"].values()) <= told["seconds"]
    assert len((tmp_path / "remembered" / "rows.txt").read_text().splitlines()) == 21


def test_a_measurement_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    cache = tmp_path / "file"
    cache.touch()
    plan = Plan((10,), LAW, None, tmp_path / "work", cache, QUESTIONS)
    with pytest.raises(RunError, match=r"^性能测试的子进程失败：.*无法把默认向量模型解包到"):
        run(plan, ROOT, lambda _: None)


def test_the_machine_is_described() -> None:
    machine = describe_machine(ROOT)
    assert machine["cores"] >= 1
    assert machine["packages"].keys() >= {"chromadb", "torch"}
    assert memory()["anonymous"] >= 0


def test_a_folder_is_as_large_as_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"12345")
    (tmp_path / "c").write_bytes(b"12")
    assert folder_size(tmp_path) == 7


def test_the_command_compares_two_files(tmp_path: Path) -> None:
    RESULT.write(tmp_path / "a.json")
    with_p50(1.0, 1.2, 1.1).write(tmp_path / "b.json")
    done = CliRunner().invoke(bench_command, ["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")])
    assert done.exit_code == 0
    assert "| 900 | 热提问 p50 ÷ 问题向量 p50 | 2.1 ± 0.1 倍 | 1.1 ± 0.1 倍 | -48% | 更好 |" in done.output


@pytest.mark.parametrize(
    ("sizes", "line"), [("九百", "九百 不是用逗号分隔的条数。"), ("900,5", "条数不能小于 700。")]
)
def test_sizes_are_numbers_of_articles(sizes: str, line: str) -> None:
    done = CliRunner().invoke(bench_command, ["--sizes", sizes])
    assert done.exit_code == 2
    assert line in done.output
