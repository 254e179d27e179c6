from dataclasses import replace

import pytest

from eval.bench.result import Figure
from eval.bench.table import NAMES, comparison, page, table, verdict
from tests.eval.bench.samples import LARGE, RESULT, with_p50


def test_the_table_shows_figures_by_size_their_noise_and_what_they_are_over() -> None:
    assert table(RESULT) == (
        "| | 901 条 | 6010 条 |\n"
        "| --- | --- | --- |\n"
        "| 建索引（条/秒 ÷ 单独模型的段/秒） | 0.85 ± 0.05 倍 | — |\n"
        "| 建索引，模型以外（秒/千条） | — | 1.23 |\n"
        "| 热提问 p50 ÷ 问题向量 p50 | 2.1 ± 0.1 倍 | 3.1 ± 0.2 倍 |\n"
        "| 内存（自有） | 300MB | — |\n"
        "\n"
        "比值的分母：一个问题的向量 6.0 毫秒，只导入所用的库 1.50 秒。\n"
        "2026-11-23T08:00:00+00:00，CPU，2 核，内存 8000 MB，开始时负载 0.5，Python 3.11，提交 abc。\n"
        "6010 条中真实文本 4000 条；其余由真实文本变化而来，其向量由原文的向量加噪声得出。\n"
        "6010 条的向量取自先前的计算，因此没有建索引的比值。"
    )


def test_without_regulations_the_table_says_so() -> None:
    assert "没有法规文本（--laws），超出汇编的部分都由汇编的文件变化而来。" in table(
        replace(RESULT, laws=False)
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((2.0, 2.2, 2.1), (1.7, 1.9, 1.8), "更好"),  # 0.3 apart, which vary by 0.1 each
        ((2.0, 2.2, 2.1), (2.1, 2.3, 2.2), "在波动之内"),  # 0.1 apart
        ((2.0, 2.2, 2.1), (2.4, 2.6, 2.5), "更差"),
        ((100.0,), (115.0,), "在波动之内"),  # 15 apart; measured once, they are taken to vary by 10 and 11.5
        ((100.0,), (130.0,), "更差"),
    ],
)
def test_figures_differ_where_the_gap_is_wider_than_what_they_vary(
    before: tuple[float, ...], after: tuple[float, ...], expected: str
) -> None:
    assert verdict(Figure("p50", before), Figure("p50", after)) == expected


def test_of_a_throughput_more_is_better() -> None:
    assert verdict(Figure("build", (0.8,), better="more"), Figure("build", (1.2,), better="more")) == "更好"


def test_two_runs_are_compared_where_both_have_a_figure() -> None:
    assert comparison(RESULT, with_p50(1.0, 1.2, 1.1)).splitlines()[:5] == [
        "| 条数 | 指标 | 前 | 后 | 差 | |",
        "| --- | --- | --- | --- | --- | --- |",
        "| 900 | 建索引（条/秒 ÷ 单独模型的段/秒） | 0.85 ± 0.05 倍 | 0.85 ± 0.05 倍 | +0% | 在波动之内 |",
        "| 900 | 热提问 p50 ÷ 问题向量 p50 | 2.1 ± 0.1 倍 | 1.1 ± 0.1 倍 | -48% | 更好 |",
        "| 900 | 内存（自有） | 300MB | 300MB | +0% | 在波动之内 |",
    ]


def test_runs_of_other_sizes_have_nothing_to_compare() -> None:
    found = comparison(with_p50(1.0), replace(RESULT, sizes=(LARGE,)))
    assert "两次运行没有相同的条数" in found


def test_the_page_draws_what_grows() -> None:
    html = page(RESULT)
    assert html.count("<svg") == 2  # questions and memory: the made-up run opened nothing
    assert "提问耗时 ÷ 问题向量" in html


def test_every_figure_has_a_name_of_its_own() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
