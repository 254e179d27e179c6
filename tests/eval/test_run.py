import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eval.errors import RunError
from eval.run import describe_index, describe_run, git_revision, rescore, run_cases, run_folder
from eval.runs import FORMAT, Run, RunInfo, read_info, read_run
from index.errors import ModelUnavailable
from index.manifest import Entry, Manifest, Source
from qa.model import Answer, Struck, Writing
from tests.eval.samples import (
    ARTICLES,
    CASES,
    FEE_ANSWER,
    FEE_CASE,
    META,
    TERM_CASE,
    WEATHER_CASE,
    FakeAsk,
    answer,
    good_ask,
)

INFO = RunInfo(split="dev", settings={"top_k": 20}, index={"splitter": 1}, models={"answerer": "fake"})


def ticking() -> Iterator[float]:
    """A clock on which every call takes a quarter of a second."""
    now = 0.0
    while True:
        yield now
        now += 0.25


def run(folder: Path, ask: FakeAsk, *, resume: bool = False, retries: int = 0, info: RunInfo = INFO) -> Run:
    clock = ticking()
    return run_cases(
        CASES,
        ask,
        ARTICLES,
        folder,
        info,
        resume=resume,
        retries=retries,
        progress=False,
        clock=lambda: next(clock),
    )


def test_a_run_asks_every_case_with_its_history_and_keeps_everything(tmp_path: Path) -> None:
    ask = good_ask()
    done = run(tmp_path / "a", ask)
    assert ask.asked == [(c.question, c.history) for c in CASES]
    assert done.complete
    assert [r.case_id for r in done.rows] == ["d001", "d002", "d003", "d004"]
    assert [r.seconds for r in done.rows] == [0.25] * 4
    assert [r.score("right") for r in done.rows] == [1.0] * 4
    assert done.info.case_count == 4
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["rows.jsonl", "run.json", "summary.json"]
    assert read_run(tmp_path / "a").info == done.info
    assert [r.answer for r in read_run(tmp_path / "a").rows] == [r.answer for r in done.rows]


def test_an_error_is_kept_in_its_row_and_the_run_goes_on(tmp_path: Path) -> None:
    ask = good_ask()
    ask.answers[FEE_CASE.question] = ValueError("坏了")
    done = run(tmp_path / "a", ask)
    assert done.rows[0].error == "ValueError: 坏了"
    assert (done.rows[0].score("right"), done.rows[0].score("recall@20")) == (0.0, 0.0)
    assert done.complete
    summary = json.loads((tmp_path / "a" / "summary.json").read_text(encoding="utf-8"))
    assert summary["total"]["errors"] == 1


class Interrupting(FakeAsk):
    """Is interrupted (Ctrl-C) at the third question."""

    def __call__(self, question: str, history: Sequence[str]) -> Answer:
        if len(self.asked) == 2:
            raise KeyboardInterrupt
        return super().__call__(question, history)


def test_an_interrupted_run_is_continued_without_asking_again(tmp_path: Path) -> None:
    first = Interrupting(good_ask().answers)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "a", first)
    assert not read_run(tmp_path / "a").complete
    second = good_ask()
    done = run(tmp_path / "a", second, resume=True)
    assert [q for q, _ in second.asked] == [WEATHER_CASE.question, CASES[3].question]
    assert [r.case_id for r in done.rows] == ["d001", "d002", "d003", "d004"]
    assert done.rows == run(tmp_path / "b", good_ask()).rows


def test_a_row_cut_off_by_a_crash_is_asked_again(tmp_path: Path) -> None:
    run(tmp_path / "a", good_ask())
    path = tmp_path / "a" / "rows.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    ask = good_ask()
    assert run(tmp_path / "a", ask, resume=True).complete
    assert [q for q, _ in ask.asked] == [CASES[3].question]


def test_a_case_that_ended_in_an_error_is_asked_again_on_resume(tmp_path: Path) -> None:
    broken = good_ask()
    broken.answers[TERM_CASE.question] = ModelUnavailable("超时")
    run(tmp_path / "a", broken)
    ask = good_ask()
    done = run(tmp_path / "a", ask, resume=True)
    assert [q for q, _ in ask.asked] == [TERM_CASE.question]
    assert [r.error for r in done.rows] == [None] * 4


def test_a_model_that_cannot_be_reached_is_asked_again_and_nothing_else_is(tmp_path: Path) -> None:
    ask = good_ask()
    ask.answers[FEE_CASE.question] = ModelUnavailable("超时")
    ask.answers[TERM_CASE.question] = ValueError("坏了")
    done = run(tmp_path / "a", ask, retries=2)
    assert [q for q, _ in ask.asked].count(FEE_CASE.question) == 3
    assert [r.attempts for r in done.rows] == [3, 1, 1, 1]
    assert done.rows[0].error == "ModelUnavailable: 超时"


def test_a_folder_that_holds_a_run_is_not_overwritten(tmp_path: Path) -> None:
    run(tmp_path / "a", good_ask())
    with pytest.raises(RunError) as error:
        run(tmp_path / "a", good_ask())
    assert str(error.value) == f"评测记录已存在：{tmp_path / 'a'}。请加 --resume 继续，或换一个文件夹。"


def test_a_run_is_not_continued_with_other_settings_or_another_index(tmp_path: Path) -> None:
    run(tmp_path / "a", good_ask())
    with pytest.raises(RunError) as error:
        run(tmp_path / "a", good_ask(), resume=True, info=replace(INFO, settings={}, index={}))
    assert str(error.value) == (f"无法继续评测记录 {tmp_path / 'a'}：设置、索引与当时不同。请新建一次评测。")
    with pytest.raises(RunError, match="案例与当时不同"):
        run_cases(CASES[:2], good_ask(), ARTICLES, tmp_path / "a", INFO, resume=True, progress=False)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match=r"^无法写入评测记录：.*file/a"):
        run(tmp_path / "file" / "a", good_ask())


def test_a_rescore_asks_nothing_and_follows_the_cases(tmp_path: Path) -> None:
    run(tmp_path / "a", good_ask())
    stricter = [replace(c, facts=(("四年",),)) if c is TERM_CASE else c for c in CASES]
    again = rescore(tmp_path / "a", stricter, ARTICLES)
    assert [r.score("right") for r in again.rows] == [1.0, 0.0, 1.0, 1.0]
    assert read_run(tmp_path / "a").rows[1].score("right") == 0.0
    with pytest.raises(RunError) as error:
        rescore(tmp_path / "a", CASES[:3], ARTICLES)
    assert str(error.value) == (
        f"评测记录 {tmp_path / 'a'} 中的案例已不在题集里：d004。请用当时的题集，或重新运行。"
    )


def test_a_run_of_another_format_or_a_damaged_one_gives_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with pytest.raises(RunError) as error:
        read_info(folder)
    assert str(error.value) == f"没有评测记录：{folder}。请先运行 policy-qa eval。"
    run(folder, good_ask())
    info = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(info | {"format": 0}), encoding="utf-8")
    with pytest.raises(RunError) as error:
        read_run(folder)
    assert str(error.value) == (
        f"评测记录 {folder} 是其他版本的格式（0，当前 {FORMAT}）。请用当前版本重新运行 policy-qa eval。"
    )
    (folder / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="评测记录无法读取"):
        read_run(folder)
    (folder / "run.json").write_text(json.dumps(info), encoding="utf-8")
    (folder / "rows.jsonl").write_text('{"case_id": "d001"}\n', encoding="utf-8")
    with pytest.raises(RunError) as error:
        read_run(folder)
    assert str(error.value) == (
        f"评测记录已损坏：{folder / 'rows.jsonl'} 第 1 行。请删去该行后加 --resume 继续。"
    )


def test_the_facts_of_a_run_say_what_made_the_index() -> None:
    manifest = Manifest(
        embedder="e5",
        dimension=384,
        built_at="2024-05-01",
        tokens="t",
        splitter=1,
        sources=(Source("汇编.txt", "ab12", "x"),),
        documents=(Entry(META, "ab12", 29), Entry(META, "ab12", 3)),
    )
    index = describe_index(manifest)
    assert (index["embedder"], index["documents"], index["articles"]) == ("e5", 2, 32)
    assert index["sources"] == {"汇编.txt": "ab12"}
    info = describe_run("dev", settings={"a": 1}, manifest=manifest, models={"answerer": "x"})
    assert (info.split, info.settings, info.index, info.models) == ("dev", {"a": 1}, index, {"answerer": "x"})
    assert "numpy" in info.versions
    assert "python" in info.versions


def test_outside_a_repository_there_is_no_revision(tmp_path: Path) -> None:
    assert git_revision(tmp_path) is None


def test_a_run_folder_is_named_after_its_time_and_split() -> None:
    now = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    assert run_folder(Path("runs"), "dev", now) == Path("runs/20240501-093000-dev")


def test_a_quote_that_was_changed_shows_in_the_scores(tmp_path: Path) -> None:
    ask = good_ask()
    ask.answers[FEE_CASE.question] = answer(
        FEE_ANSWER.text, [FEE_ANSWER.citations[0].article], quotes=["检测评定不收取费用"]
    )
    assert run(tmp_path / "a", ask).rows[0].score("quotes_verbatim") == 0.0


def test_what_became_of_a_chat_models_reply_is_kept(tmp_path: Path) -> None:
    writing = Writing("m", "", 2, 100, 10, 1, 3, (Struck("收费。", "用词不在依据中"),))
    ask = good_ask()
    ask.answers[FEE_CASE.question] = replace(FEE_ANSWER, answerer="m", writing=writing)
    run(tmp_path / "a", ask)
    kept = {r.case_id: r.answer for r in read_run(tmp_path / "a").rows}
    assert (kept[FEE_CASE.id].answerer, kept[FEE_CASE.id].writing) == ("m", writing)
    assert kept[TERM_CASE.id].writing is None
