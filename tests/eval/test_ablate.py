"""Every stage is switched by its setting, and each way of retrieving is a run of its own."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.ablate import FULL, Remembering, Way, ablate, markdown, variants, ways
from eval.cases import Case
from eval.errors import RunError
from eval.runs import RunInfo, read_run
from index.library import Library
from qa.settings import RetrievalSettings, Settings
from tests.eval.samples import BAN, FEE, FEE_CASE, TERM, TERM_CASE, WEATHER_CASE
from tests.fakes import FakeEmbedder

INFO = RunInfo(split="dev", settings={"llm": None}, models={"embedder": "fake", "answerer": "extractive"})


def way(name: str, **found: str) -> Way:
    """Finds for each case the one article that is named."""
    return Way(name, f"方式 {name}", lambda case: [frozenset({found[case.id]})], {"prior": 0.5})


RIGHT = way(FULL, d001=FEE.id, d002=TERM.id)
HALF = way("half", d001=FEE.id, d002=BAN.id)


def test_each_way_is_a_run_without_questions_over_the_cases_with_gold(tmp_path: Path) -> None:
    runs = ablate([FEE_CASE, TERM_CASE, WEATHER_CASE], [HALF, RIGHT], tmp_path / "a", INFO)
    kept = read_run(tmp_path / "a/half")
    assert kept == runs[0]
    assert [(r.case_id, r.question, r.score("recall@1"), r.score("mrr")) for r in kept.rows] == [
        ("d001", "", 1.0, 1.0),
        ("d002", "", 0.0, 0.0),
    ]
    assert (kept.complete, kept.info.settings) == (True, {"llm": None, "retrieval": {"prior": 0.5}})
    assert kept.info.models == {"embedder": "fake", "answerer": "—（仅检索：方式 half）"}


def test_the_table_has_means_with_intervals_and_differences_to_the_whole(tmp_path: Path) -> None:
    chosen = [HALF, RIGHT]
    lines = markdown(ablate([FEE_CASE, TERM_CASE], chosen, tmp_path / "a", INFO), chosen, "dev").splitlines()
    assert lines[0] == "## 检索消融：dev（2 道有依据的题）"
    assert lines[4] == "| 方式 half |" + " 0.500 [0.000, 1.000] |" * 6
    assert lines[5] == "| 方式 full |" + " 1.000 [1.000, 1.000] |" * 6
    assert lines[11:13] == ["| 方式 half |" + " -0.500 [-1.000, +0.000] |" * 6, ""]


def test_a_clear_difference_has_a_star(tmp_path: Path) -> None:
    chosen = [way("none", d001=BAN.id), way(FULL, d001=FEE.id)]
    text = markdown(ablate([FEE_CASE], chosen, tmp_path / "a", INFO), chosen, "dev")
    assert "| 方式 none |" + " -1.000 [-1.000, -1.000] * |" * 6 in text


def test_cases_without_gold_have_nothing_to_retrieve(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"^所选案例都没有应引用的条文"):
        ablate([WEATHER_CASE], [RIGHT], tmp_path, INFO)


def test_the_stages_are_added_one_by_one_and_taken_away_one_by_one() -> None:
    made: dict[str, dict[str, Any]] = {name: changes for name, _, changes in variants()}
    names = list(made)
    upwards = names[names.index("fused") : names.index(FULL) + 1]
    removed = [made[a].keys() - made[b].keys() for a, b in pairwise(upwards)]
    stages = ["expand", "rerank", "prior", "preference", "likely", "named_bonus", "look_up"]
    assert removed == [{s} for s in stages]
    lesions = names[names.index(FULL) + 1 :]
    assert [set(made[n]) for n in lesions] == [
        {"vector_weight"}, {"lexical_weight"}, *({s} for s in stages[:-1])
    ]  # fmt: skip
    switched = {s for changes in made.values() for s in changes}
    assert switched == set(RetrievalSettings.model_fields) - {"candidates", "top_k", "rrf_k"}


def test_a_question_is_encoded_once() -> None:
    class Counting(FakeEmbedder):
        asked = 0

        def encode_queries(self, texts: Any) -> Any:
            self.asked += 1
            return super().encode_queries(texts)

    inner = Counting()
    remembering = Remembering(inner)
    assert remembering.encode_queries(["费用"])[0] is remembering.encode_queries(["费用"])[0]
    assert (inner.asked, remembering.name) == (1, inner.name)


def test_a_baseline_is_asked_a_follow_up_with_what_came_before(library: Library) -> None:
    plain = library.embedder
    try:
        words = next(w for w in ways(library, Settings()) if w.name == "bm25")
    finally:
        library.embedder = plain
    follow_up = replace(FEE_CASE, question="那收费吗", history=("首台套检测评定的目录有效几年",))
    whole = replace(FEE_CASE, question="首台套检测评定的目录有效几年 那收费吗")
    assert (
        words.retrieve(follow_up) == words.retrieve(whole) != words.retrieve(replace(follow_up, history=()))
    )


@pytest.fixture
def asked(library: Library) -> Case:
    first = next(a for a in library.articles if a.label.endswith("第二十七条"))
    return Case("d001", "首台套检测评定收费吗", "yes_no", gold=((first.id,),), facts=(("不",),))


def test_the_whole_finds_what_a_real_index_holds(library: Library, asked: Case) -> None:
    plain = library.embedder
    try:
        found = {w.name: w for w in ways(library, Settings()) if w.name in (FULL, "fused", "bm25")}
        assert found[FULL].retrieve(asked)[0] == asked.gold_ids
        assert len(found["bm25"].retrieve(asked)) == 20
        assert found["fused"].settings["rerank"] is False
    finally:
        library.embedder = plain
