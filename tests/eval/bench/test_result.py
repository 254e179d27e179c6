from dataclasses import replace
from pathlib import Path

import pytest

from eval.bench.result import Figure, read_result
from eval.errors import RunError
from tests.eval.bench.samples import RESULT


def test_a_figure_is_its_median_and_varies_by_half_its_range() -> None:
    figure = Figure("p50", (2.0, 5.0, 3.0))
    assert (figure.value, figure.noise) == (3.0, 1.5)
    assert (Figure("p50", (2.0,)).value, Figure("p50", (2.0,)).noise) == (2.0, 0.0)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    RESULT.write(tmp_path / "deep" / "a.json")
    assert read_result(tmp_path / "deep" / "a.json") == RESULT


def test_what_is_no_run_is_told_in_one_line(tmp_path: Path) -> None:
    replace(RESULT, format=0).write(tmp_path / "old.json")
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    for name in ("old.json", "bad.json", "none.json"):
        with pytest.raises(RunError, match=r"^无法读取性能记录：.*policy-qa bench 写出的 JSON 文件。$"):
            read_result(tmp_path / name)
