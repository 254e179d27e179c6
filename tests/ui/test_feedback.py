"""From a verdict on the page to a record that the evaluation takes in."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval import feedback as evaluation
from tests.ui.conftest import FREE, TURN, FakeChain
from ui.cli import cli
from ui.feedback import feedback_jsonl
from ui.records import FILE, Records
from ui.saved import Feedback, Judged, SavedTurn, UserVerdict, now_utc, saved_turn

SAID = "不收取费用。[1]\n另见<附件1>。[2] 此前 0 问。"


def turn(question: str, *history: str) -> SavedTurn:
    return replace(saved_turn(FakeChain().ask(question), "c", "me", history=history), id=question)


def judged(question: str, verdict: UserVerdict, comment: str = "", article: str | None = None) -> Judged:
    return Judged(turn(question), Feedback(question, "me", verdict, comment, article))


def imported(path: Path, *found: Judged) -> list[evaluation.Feedback]:
    path.write_text(feedback_jsonl(found), encoding="utf-8")
    return evaluation.read_feedback(path)


def export(folder: Path, *args: str | Path) -> Result:
    command = ["--index-dir", str(folder / "index"), "feedback", "export", *map(str, args)]
    environment = {"POLICY_QA_WEB__DATA_DIR": str(folder / "web")}
    return CliRunner().invoke(cli, command, prog_name="policy-qa", env=environment)


@pytest.mark.parametrize(
    ("given", "verdict", "comment"),
    [
        (judged("收费吗", "有用"), "right", "有用"),
        (judged("收费吗", "依据不对", " 应为问答1\n"), "wrong_source", "依据不对：应为问答1"),
        (judged("收费吗", "过期", "已有新办法"), "wrong_source", "过期：已有新办法"),
        (judged("收费吗", "没答到"), "wrong_answer", "没答到"),
        (judged("月亮收费吗", "有用"), "should_refuse", "有用"),
        (judged("月亮收费吗", "没答到"), "wrong_answer", "没答到"),
    ],
)
def test_the_evaluation_reads_every_verdict(
    given: Judged, verdict: evaluation.Verdict, comment: str, tmp_path: Path
) -> None:
    answer = "无法回答该问题。" if given.turn.refusal else SAID
    expected = evaluation.Feedback(given.turn.question, verdict, (), answer, None, comment)
    assert imported(tmp_path / "f.jsonl", given) == [expected]


def test_the_chosen_article_and_the_earlier_questions_go_along(tmp_path: Path) -> None:
    said = Feedback("那收费吗", "me", "依据不对", article=TURN.id)
    (found,) = imported(tmp_path / "f.jsonl", Judged(turn("那收费吗", "首台套怎么申请", "要多久"), said))
    assert (found.history, found.article) == (("首台套怎么申请", "要多久"), TURN.id)


def test_what_nobody_judged_is_not_exported(tmp_path: Path) -> None:
    assert imported(tmp_path / "f.jsonl", Judged(turn("收费吗"), None)) == []


def test_the_command_writes_what_the_page_kept_without_who_asked(tmp_path: Path) -> None:
    records = Records(tmp_path / "web" / FILE)
    records.add(replace(turn("收费吗"), owner="zhangsan"))
    records.add(replace(turn("旧问题"), owner="zhangsan"))
    records.add_feedback(Feedback("收费吗", "zhangsan", "依据不对", "看这条", FREE.id, now_utc()))
    records.add_feedback(Feedback("旧问题", "zhangsan", "有用", time="2020-01-01T00:00:00.000+00:00"))
    out = tmp_path / "out.jsonl"
    done = export(tmp_path, out)
    assert (done.stdout, done.stderr, done.exit_code) == (f"已导出 2 条评价：{out}\n", "", 0)
    assert [(f.question, f.verdict) for f in evaluation.read_feedback(out)] == [
        ("收费吗", "wrong_source"),
        ("旧问题", "right"),
    ]
    assert "zhangsan" not in out.read_text(encoding="utf-8")
    assert out.stat().st_mode & 0o777 == 0o600
    assert export(tmp_path, out, "--days", "30").stdout == f"已导出 1 条评价：{out}\n"
    assert [f.article for f in evaluation.read_feedback(out)] == [FREE.id]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "web"]
    records.close()


def test_without_any_feedback_an_empty_file_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert export(tmp_path, out).stdout == f"已导出 0 条评价：{out}\n"
    assert out.read_text(encoding="utf-8") == ""


def test_what_goes_wrong_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "out.jsonl"
    done = export(tmp_path, out)
    assert done.stderr == (
        f"错误：无法写入：{out}（Not a directory）。请检查权限和磁盘空间，或换一个位置。\n"
    )
    assert (done.stdout, done.exit_code) == ("", 1)
    (tmp_path / "web" / FILE).write_text("我的笔记", encoding="utf-8")
    done = export(tmp_path, tmp_path / "out.jsonl")
    assert done.stderr.startswith(f"错误：无法读写问答记录：{tmp_path / 'web' / FILE}（不是问答记录文件）。")
    assert done.exit_code == 1
    assert export(tmp_path).stderr == (
        "用法错误：缺少参数 FILE。用 policy-qa feedback export --help 查看用法。\n"
    )
