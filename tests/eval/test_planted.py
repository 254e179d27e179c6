"""Three regressions planted in the real product; the gate must catch each, and pass what is unchanged."""

from pathlib import Path

import pytest

from eval.cases import load_cases
from eval.gate import accept, gate, read_baseline
from eval.run import run_cases
from eval.runs import Run, RunInfo
from index.build import Builder
from index.embed import DEFAULT, DEFAULT_NAME, Embedder
from index.library import Library, open_library
from qa.chain import Chain
from qa.settings import Settings, load_settings

TERM = "国市监质规〔2024〕3号/第十四条"
CASES = [c for c in load_cases() if c.stratum in ("number", "unanswerable") or TERM in c.gold_ids]


def run(library: Library, folder: Path, settings: Settings | None = None) -> Run:
    chain = Chain(library, settings or load_settings({}))
    articles = {a.id: a for a in library.articles}
    return run_cases(CASES, chain.ask, articles, folder, RunInfo("dev"), progress=False)


@pytest.fixture(scope="module")
def baseline(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs")
    first = run(library, folder / "first")
    accept(first, "first", folder=folder / "baseline", changelog=folder / "CHANGELOG.md")
    return read_baseline(folder / "baseline")


def failed(found: Run, baseline: Run) -> dict[str, tuple[str, ...]]:
    return {f.rule: f.case_ids for f in gate(found, baseline)}


def test_the_unchanged_product_passes(library: Library, baseline: Run, tmp_path: Path) -> None:
    assert failed(run(library, tmp_path / "again"), baseline) == {}


def test_fusion_weights_of_zero_are_caught(library: Library, baseline: Run, tmp_path: Path) -> None:
    blind = load_settings({}, retrieval__vector_weight=0, retrieval__lexical_weight=0)
    found = failed(run(library, tmp_path / "blind", blind), baseline)
    assert len(found["首条引用由对变错超出允许范围"]) >= 5


def test_a_refusal_threshold_of_zero_is_caught(library: Library, baseline: Run, tmp_path: Path) -> None:
    fearless = load_settings({}, answer__refuse_below=0)
    found = failed(run(library, tmp_path / "fearless", fearless), baseline)
    strata = {c.id: c.stratum for c in CASES}
    assert {strata[i] for i in found["答案由对变错超出允许范围"]} == {"unanswerable"}


def test_a_splitter_that_merges_two_articles_is_caught(
    baseline: Run, index_copy: Path, corpus: Path, embedder: Embedder, cache_dir: Path, tmp_path: Path
) -> None:
    """第十四条 is taken for a part of 第十三条, as by a splitter that misses its heading."""
    text = corpus.read_text(encoding="utf-8")
    at = text.index("\n第十四条")
    (tmp_path / corpus.name).write_text(text[:at].rstrip("\n") + text[at + 1 :], encoding="utf-8")
    builder = Builder(index_copy, lambda: embedder, DEFAULT_NAME, cache_dir)
    assert len(builder.add([tmp_path / corpus.name]).failed) == 1  # the audit alone would keep it out
    builder.add([tmp_path / corpus.name], accept_errors=True)
    merged = open_library(index_copy, DEFAULT, cache_dir)
    try:
        assert TERM not in merged.position
        found = failed(run(merged, tmp_path / "merged"), baseline)
    finally:
        merged.close()
    assert found["索引中没有案例所需的条文"] == tuple(c.id for c in CASES if TERM in c.gold_ids)
