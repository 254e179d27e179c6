"""A run, or two, as Markdown tables, and one as a page with plots of its growth."""

import math
from collections.abc import Sequence
from html import escape

from eval.bench.result import Figure, Result, SizeResult
from eval.svg import Line, line_plot

NAMES = {
    "build": "建索引（条/秒 ÷ 单独模型的段/秒）",
    "build_beside": "建索引，模型以外（秒/千条）",
    "build_memory": "建索引时内存最高",
    "p50": "热提问 p50 ÷ 问题向量 p50",
    "p95": "热提问 p95 ÷ 问题向量 p50",
    "p99": "热提问 p99 ÷ 问题向量 p50",
    "first_words": "首字 ÷ 问题向量 p50",
    "opened": "打开索引并答第一题",
    "cold": "冷启动 ask ÷ 只导入所用的库",
    "cold_s": "冷启动 ask",
    "anonymous": "内存（自有）",
    "files": "内存（映射的文件）",
    "index_size": "索引大小（每条）",
    "rival_build": "LangChain + Chroma：建库 ÷ 单独模型",
    "rival_build_memory": "LangChain + Chroma：建库时内存最高",
    "rival_p50": "LangChain + Chroma：p50 ÷ 问题向量 p50",
    "rival_p95": "LangChain + Chroma：p95 ÷ 问题向量 p50",
    "rival_p99": "LangChain + Chroma：p99 ÷ 问题向量 p50",
    "rival_opened": "LangChain + Chroma：打开并取第一题",
    "rival_cold_s": "LangChain + Chroma：冷启动",
    "rival_anonymous": "LangChain + Chroma：内存（自有）",
    "rival_files": "LangChain + Chroma：内存（映射的文件）",
}
"""Names of the figures, in the order in which they are shown."""
_BARE = {
    "passages_per_s": "单独模型 {:.0f} 段/秒",
    "embed_ms": "一个问题的向量 {:.1f} 毫秒",
    "floor_s": "只导入所用的库 {:.2f} 秒",
}
_GROWTH = (
    ("提问耗时 ÷ 问题向量", ("p50", "p95", "rival_p50")),
    ("内存（MB）", ("anonymous", "files", "rival_anonymous")),
    ("打开（秒）", ("opened", "rival_opened")),
)
_SHORT = {"p50": "p50", "p95": "p95", "anonymous": "自有", "files": "文件", "opened": "本程序"}


def table(result: Result) -> str:
    """The figures by size, what a figure varied within the run after ±, and what the ratios are over."""
    sizes = result.sizes
    lines = [
        "| | " + " | ".join(f"{s.articles} 条" for s in sizes) + " |",
        "| --- |" + " --- |" * len(sizes),
    ]
    for name, label in NAMES.items():
        cells = [s.by_name.get(name) for s in sizes]
        if any(cells):
            lines.append(f"| {label} | " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join([*lines, "", *_notes(result)])


def comparison(before: Result, after: Result) -> str:
    """The figures of both runs side by side, and which differ by more than both vary within a run.

    Two figures differ if the gap between their medians is wider than the two halves of their ranges together; a figure
    that was measured once is taken to vary by a tenth.
    """
    lines = ["| 条数 | 指标 | 前 | 后 | 差 | |", "| --- | --- | --- | --- | --- | --- |"]
    later = {s.size: s for s in after.sizes}
    for size in before.sizes:
        other = later.get(size.size)
        for name, label in NAMES.items():
            a, b = size.by_name.get(name), other.by_name.get(name) if other else None
            if a is None or b is None:
                continue
            change = f"{100 * (b.value - a.value) / a.value:+.0f}%" if a.value else "—"
            lines.append(f"| {size.size} | {label} | {_cell(a)} | {_cell(b)} | {change} | {verdict(a, b)} |")
    if len(lines) == 2:
        lines.append("| 两次运行没有相同的条数 | | | | | |")
    return "\n".join([*lines, "", f"前：{_machine(before)}", f"后：{_machine(after)}"])


def verdict(before: Figure, after: Figure) -> str:
    """更好 or 更差 where the two differ by more than noise, else 在波动之内."""
    noise = sum(f.noise if len(f.values) > 1 else abs(f.value) / 10 for f in (before, after))
    gap = after.value - before.value
    if abs(gap) <= noise:
        return "在波动之内"
    return "更好" if (gap < 0) == (after.better == "less") else "更差"


def page(result: Result) -> str:
    """The table and the plots as a page that needs nothing else."""
    plots = "".join(_growth(title, names, result.sizes) for title, names in _GROWTH)
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>性能</title>'
        "<style>body{font:15px/1.6 sans-serif;max-width:960px;margin:2em auto}svg{width:460px}</style>"
        f"<h1>性能</h1><pre>{escape(table(result))}</pre>{plots}</html>\n"
    )


def _growth(title: str, names: Sequence[str], sizes: Sequence[SizeResult]) -> str:
    """A plot of figures over the number of articles, of which the axis shows the logarithm."""
    found = {
        name: [(math.log10(s.articles), s.by_name[name].value) for s in sizes if name in s.by_name]
        for name in names
    }
    lines = [Line(_SHORT.get(name, "LangChain"), points) for name, points in found.items() if points]
    if not lines:
        return ""
    across = [x for line in lines for x, _ in line.points]
    top = max(y for line in lines for _, y in line.points)
    return line_plot(
        title,
        lines,
        x_label="条数（10 的幂）",
        y_label=title,
        x_range=(math.floor(min(across)), math.ceil(max(across))),
        y_range=(0.0, top),
        x_ticks=range(math.floor(min(across)), math.ceil(max(across)) + 1),
    )


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "—"
    noise = f" ± {_number(figure.noise)}" if len(figure.values) > 1 else ""
    return f"{_number(figure.value)}{noise}{figure.unit if figure.unit != 's/1000' else ''}".replace(
        "×", " 倍"
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _notes(result: Result) -> list[str]:
    over = "，".join(text.format(result.bare[name]) for name, text in _BARE.items() if name in result.bare)
    notes = [f"比值的分母：{over}。", f"{_machine(result)}。"]
    if not result.laws:
        notes.append("没有法规文本（--laws），超出汇编的部分都由汇编的文件变化而来。")
    if derived := [s for s in result.sizes if s.articles > s.real]:
        said = "，".join(f"{s.articles} 条中真实文本 {s.real} 条" for s in derived)
        notes.append(f"{said}；其余由真实文本变化而来，其向量由原文的向量加噪声得出。")
    if kept := [s.articles for s in result.sizes if not s.embedded]:
        notes.append(f"{'、'.join(map(str, kept))} 条的向量取自先前的计算，因此没有建索引的比值。")
    return notes


def _machine(result: Result) -> str:
    m = result.machine
    load = f"，开始时负载 {m['load'][0]:.1f}" if m.get("load") else ""
    return (
        f"{result.started}，{m['processor']}，{m['cores']} 核，内存 {m['memory_mb']} MB{load}，"
        f"Python {m['python']}，提交 {m.get('revision') or '未知'}"
    )
