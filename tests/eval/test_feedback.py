import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from eval.cases import Case, append_cases, next_id, read_cases
from eval.errors import CaseError, FeedbackError
from eval.feedback import (
    Feedback,
    case_problems,
    import_feedback,
    read_drafts,
    read_feedback,
)
from eval.review import Reviewed, review
from tests.eval.samples import ARTICLES, CASES, FEE, FEE_CASE, TERM, TERM_CASE, WEATHER_CASE

RECORD = {
    "question": "评定要交钱不？",
    "history": ["首台套怎么申请？"],
    "answer": "需要。",
    "verdict": "wrong_answer",
    "article": FEE.id,
    "comment": "第二十七条写明不收",
}


def write(path: Path, records: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def test_records_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "f.jsonl", [RECORD, {"question": "明天下雨吗", "verdict": "should_refuse"}])
    assert read_feedback(path) == [
        Feedback(
            question="评定要交钱不？",
            verdict="wrong_answer",
            history=("首台套怎么申请？",),
            answer="需要。",
            article=FEE.id,
            comment="第二十七条写明不收",
        ),
        Feedback("明天下雨吗", "should_refuse"),
    ]


BAD = [
    ({"verdict": "right"}, "f.jsonl 第 1 行 字段 question：缺少，或不是非空文字。"),
    ({"question": "x"}, "f.jsonl 第 1 行 字段 verdict：缺少，或不是非空文字。"),
    (
        {"question": "x", "verdict": "bad"},
        "f.jsonl 第 1 行 字段 verdict：应为 "
        "right、wrong_answer、wrong_source、should_refuse 之一，现为 bad。",
    ),
    (
        {"question": "x", "verdict": "right", "stars": 5},
        "f.jsonl 第 1 行 字段 stars：未知的字段，"
        "可用：question、verdict、history、answer、article、comment。",
    ),
    ({"question": "x", "verdict": "right", "history": "y"}, "f.jsonl 第 1 行 字段 history：应是文字列表。"),
    ({"question": "x", "verdict": "right", "article": 3}, "f.jsonl 第 1 行 字段 article：应是文字。"),
    (["x"], "f.jsonl 第 1 行：应是一条记录（{…}）。"),
]


@pytest.mark.parametrize(("record", "message"), BAD)
def test_a_malformed_record_gives_one_line_with_line_and_field(
    tmp_path: Path, record: object, message: str
) -> None:
    with pytest.raises(FeedbackError) as error:
        read_feedback(write(tmp_path / "f.jsonl", [record]))
    assert str(error.value) == message


def test_a_line_that_is_no_json_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    with pytest.raises(FeedbackError, match="没有反馈文件"):
        read_feedback(path)
    path.write_text("\n{", encoding="utf-8")
    with pytest.raises(FeedbackError) as error:
        read_feedback(path)
    assert str(error.value) == "f.jsonl 第 2 行：不是合法的 JSON。请每行写一条记录。"
    write(path, [RECORD | {"state": "maybe"}])
    with pytest.raises(FeedbackError) as error:
        read_drafts(path)
    assert str(error.value) == (
        "f.jsonl 第 1 行 字段 state：应为 open、accepted、discarded 之一，现为 maybe。"
    )


def test_questions_that_are_cases_or_drafts_already_are_not_imported_again(tmp_path: Path) -> None:
    drafts = tmp_path / "drafts.jsonl"
    records = [
        Feedback("评定要交钱不？", "wrong_answer"),
        Feedback("评定要交钱不", "wrong_source"),
        Feedback(WEATHER_CASE.question, "should_refuse"),
    ]
    assert import_feedback(records, drafts, CASES) == 1
    assert import_feedback(records, drafts, CASES) == 0
    assert [d.feedback.question for d in read_drafts(drafts)] == ["评定要交钱不？"]


def test_the_next_id_follows_the_last() -> None:
    assert next_id(CASES) == "d005"
    assert next_id([]) == "d001"


def test_appended_cases_are_read_back_and_the_old_text_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "dev.yaml"
    append_cases(path, CASES[:2])
    old = path.read_text(encoding="utf-8")
    number = Case("d010", "多少家？", "number", gold=((TERM.id,),), facts=(("2899", "'x"),), note="数")
    append_cases(path, [number])
    assert path.read_text(encoding="utf-8").startswith(old)
    assert read_cases(path) == [*(c for c in CASES[:2]), number]
    assert "  polarity: 'no'\n" in old
    assert "  facts:\n  - ['2899', '''x']\n" in path.read_text(encoding="utf-8")


def test_a_case_whose_id_is_taken_is_not_appended(tmp_path: Path) -> None:
    path = tmp_path / "dev.yaml"
    append_cases(path, [FEE_CASE])
    old = path.read_text(encoding="utf-8")
    with pytest.raises(CaseError) as error:
        append_cases(path, [FEE_CASE])
    assert str(error.value) == "dev.yaml 案例 d001 字段 id：编号重复。请换一个编号。"
    assert path.read_text(encoding="utf-8") == old
    assert [p.name for p in tmp_path.iterdir()] == ["dev.yaml"]


def test_a_case_without_gold_or_facts_is_not_ready() -> None:
    assert case_problems(Case("d009", "x", "fact"), CASES, ARTICLES) == [
        "案例 d009 字段 gold：未指明依据条文",
        "案例 d009 字段 facts：未写必要事实",
    ]


class Typist:
    """Types the given lines, then ends; remembers what was shown."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.shown: list[str] = []

    def read(self, prompt: str) -> str:
        self.shown.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def say(self, line: str) -> None:
        self.shown.append(line)


def files(folder: Path, *records: Feedback) -> tuple[Path, Path]:
    cases = folder / "dev.yaml"
    append_cases(cases, [TERM_CASE])
    import_feedback(records, folder / "drafts.jsonl", [TERM_CASE])
    return folder / "drafts.jsonl", cases


FEE_RECORD = Feedback("评定要交钱不？", "wrong_answer", ("首台套怎么申请？",), "需要。", FEE.id, "不收")


def test_an_accepted_draft_becomes_a_case_of_the_dev_split(tmp_path: Path) -> None:
    drafts, cases = files(tmp_path, FEE_RECORD)
    typist = Typist("a", "yes_no", "不收取|不向申请单位收取", "", "no")
    done = review(drafts, cases, ARTICLES, typist.read, typist.say)
    assert done == Reviewed(accepted=1)
    assert read_cases(cases)[1] == Case(
        id="d003",
        question="评定要交钱不？",
        history=("首台套怎么申请？",),
        stratum="yes_no",
        gold=((FEE.id,),),
        facts=(("不收取", "不向申请单位收取"),),
        polarity="no",
        note="用户反馈：不收",
    )
    assert [(d.state, d.case_id) for d in read_drafts(drafts)] == [("accepted", "d003")]
    assert "用户选择的依据：《检测评定管理办法》第二十七条" in typist.shown
    assert "已写入 dev.yaml：d003" in typist.shown


def test_a_draft_whose_fact_is_not_in_its_article_is_asked_again(tmp_path: Path) -> None:
    drafts, cases = files(tmp_path, FEE_RECORD)
    typist = Typist("a", "", "收取五千元", "", "", "c", "", "", TERM.id, "", "3年", "", "")
    assert review(drafts, cases, ARTICLES, typist.read, typist.say).accepted == 1
    assert "案例 d003 字段 facts：依据条文中没有这个事实：收取五千元" in typist.shown
    added = read_cases(cases)[1]
    assert (added.gold, added.facts, added.stratum) == (((TERM.id,),), (("3年",),), "follow_up")


def test_a_question_that_should_be_refused_needs_only_its_type(tmp_path: Path) -> None:
    drafts, cases = files(tmp_path, Feedback("明天下雨吗", "should_refuse"))
    typist = Typist("a", "超出范围")
    assert review(drafts, cases, ARTICLES, typist.read, typist.say).accepted == 1
    added = read_cases(cases)[1]
    assert (added.stratum, added.refusal, added.gold) == ("unanswerable", "超出范围", ())


def test_a_discarded_draft_does_not_come_back(tmp_path: Path) -> None:
    drafts, cases = files(tmp_path, FEE_RECORD)
    typist = Typist("x", "d")
    assert review(drafts, cases, ARTICLES, typist.read, typist.say) == Reviewed(discarded=1)
    assert "请重新选择。" in typist.shown
    assert import_feedback([FEE_RECORD], drafts, []) == 0
    assert review(drafts, cases, ARTICLES, typist.read, typist.say) == Reviewed()
    assert len(read_cases(cases)) == 1


def test_a_review_that_is_left_keeps_what_was_decided(tmp_path: Path) -> None:
    other = Feedback("第二个问题", "right")
    third = Feedback("第三个问题", "right")
    drafts, cases = files(tmp_path, FEE_RECORD, other, third)
    typist = Typist("d", "s", "q")
    assert review(drafts, cases, ARTICLES, typist.read, typist.say) == Reviewed(discarded=1, left=2)
    assert [d.state for d in read_drafts(drafts)] == ["discarded", "open", "open"]
    assert typist.shown[-1] == "采纳 0 条，丢弃 1 条，剩余 2 条。"
    ended = Typist()
    assert review(drafts, cases, ARTICLES, ended.read, ended.say).left == 2
