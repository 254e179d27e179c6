import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import FOLDER, REFUSALS, STRATA, Case, load_cases, read_cases, select_cases
from eval.checks import Problem, check_cases
from eval.errors import CaseError
from index.model import Article
from tests.eval.samples import ARTICLES, CASES, FEE, FEE_CASE, TERM_CASE

GOOD = """\
- id: d001
  question: 收费吗？
  stratum: yes_no
  gold:
  - [甲/第一条, 甲/第二条]
  facts:
  - [不收取, 不收费]
  polarity: 'no'
  forbidden: [应当缴费]
  history: [首台套怎么申请？]
  computed: true
  note: 第二十七条
- id: d002
  question: 明天下雨吗？
  stratum: unanswerable
  refusal: 超出范围
  note: 闲聊
"""
QUOTE = "（数字请加引号）。"
NESTED = "应是列表的列表，内层列出可互相替代的文字" + QUOTE
BLANK = "缺少，或不是非空文字" + QUOTE
FIELDS = "id、question、history、stratum、gold、facts、computed、polarity、forbidden、refusal、note"


def write(folder: Path, text: str, name: str = "dev.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_file_becomes_cases(tmp_path: Path) -> None:
    first, second = read_cases(write(tmp_path, GOOD))
    assert first == Case(
        id="d001",
        question="收费吗？",
        stratum="yes_no",
        gold=(("甲/第一条", "甲/第二条"),),
        facts=(("不收取", "不收费"),),
        history=("首台套怎么申请？",),
        computed=True,
        polarity="no",
        forbidden=("应当缴费",),
        note="第二十七条",
    )
    assert first.answerable
    assert first.gold_ids == {"甲/第一条", "甲/第二条"}
    assert not second.answerable
    assert second.refusal == "超出范围"


def edit(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


BAD = [
    (
        edit("note: 第二十七条", "hint: 甲"),
        f"dev.yaml 案例 d001 字段 hint：未知的字段，可用：{FIELDS}。",
    ),
    (edit("id: d002", "id: d001"), "dev.yaml 案例 d001 字段 id：编号重复。请换一个编号。"),
    (edit("- id: d002\n ", "-"), "dev.yaml 第 13 行 字段 id：" + BLANK),
    (
        edit("question: 收费吗？", "question: ''"),
        "dev.yaml 案例 d001 字段 question：" + BLANK,
    ),
    (edit("  note: 闲聊\n", ""), "dev.yaml 案例 d002 字段 note：" + BLANK),
    (
        edit("stratum: yes_no", "stratum: maybe"),
        f"dev.yaml 案例 d001 字段 stratum：未知的题型 maybe，可选：{'、'.join(STRATA)}。",
    ),
    (
        edit("refusal: 超出范围", "refusal: 不知道"),
        f"dev.yaml 案例 d002 字段 refusal：未知的拒答类型 不知道，可选：{'、'.join(REFUSALS)}。",
    ),
    (
        edit("polarity: 'no'", "polarity: no"),
        "dev.yaml 案例 d001 字段 polarity：应为 'yes' 或 'no'（加引号），现为 False。",
    ),
    (
        edit("computed: true", "computed: 1"),
        "dev.yaml 案例 d001 字段 computed：应为 true 或 false。",
    ),
    (edit("[不收取, 不收费]", "[2899]"), "dev.yaml 案例 d001 字段 facts：" + NESTED),
    (edit("  - [不收取, 不收费]", "  - 不收取"), "dev.yaml 案例 d001 字段 facts：" + NESTED),
    (
        edit("  - [甲/第一条, 甲/第二条]", "  - []"),
        "dev.yaml 案例 d001 字段 gold：" + NESTED,
    ),
    (edit("[应当缴费]", "应当缴费"), "dev.yaml 案例 d001 字段 forbidden：应是文字列表" + QUOTE),
    (
        edit("history: [首台套怎么申请？]", "history: [3]"),
        "dev.yaml 案例 d001 字段 history：应是文字列表" + QUOTE,
    ),
    (
        edit("  refusal: 超出范围\n", ""),
        "dev.yaml 案例 d002 字段 refusal：unanswerable 题型须写明拒答类型。",
    ),
    (
        edit("  facts:\n  - [不收取, 不收费]\n", ""),
        "dev.yaml 案例 d001 字段 facts：可答的案例不能为空。",
    ),
    (
        edit("  refusal: 超出范围", "  refusal: 超出范围\n  gold:\n  - [甲]"),
        "dev.yaml 案例 d002 字段 gold：应拒答的案例不能填写。",
    ),
    (
        edit("  polarity: 'no'", "  polarity: 'no'\n  polarity: 'no'"),
        "dev.yaml 第 9 行 字段 polarity：在同一案例中重复。请删去一个。",
    ),
    (
        edit("note: 闲聊", "note: 2024-13-45"),
        "dev.yaml 第 17 行 字段 note：值无法读取。请给文字加引号。",
    ),
    (
        edit("question: 收费吗？", "question: [收费吗"),
        "dev.yaml 第 3 行：不是合法的 YAML。请检查缩进、引号和冒号。",
    ),
    ("id: d001\n", "dev.yaml 第 1 行：文件应是案例列表（每个案例以“- id:”开头）。"),
    (GOOD + "- d003\n", "dev.yaml 第 18 行：应是一个案例（以“- id:”开头的各字段）。"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_malformed_file_gives_one_line_with_file_place_and_field(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CaseError) as error:
        read_cases(write(tmp_path, text))
    assert str(error.value) == message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        load_cases(tmp_path, "dev")
    assert str(error.value) == f"无法读取案例文件：{tmp_path / 'dev.yaml'}（文件不存在）。请检查路径和编码。"


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dev.yaml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(CaseError, match=r"不是 UTF-8 编码"):
        read_cases(path)


def test_an_empty_file_has_no_cases(tmp_path: Path) -> None:
    assert read_cases(write(tmp_path, "")) == []


def test_all_is_dev_and_then_test_with_ids_unique_over_both(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("d00", "t00"), "test.yaml")
    assert [c.id for c in load_cases(tmp_path, "all")] == ["d001", "d002", "t001", "t002"]
    write(tmp_path, GOOD, "test.yaml")
    with pytest.raises(CaseError) as error:
        load_cases(tmp_path, "all")
    assert str(error.value) == "test.yaml 案例 d001 字段 id：与 dev.yaml 中的案例重复。请换一个编号。"


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(CaseError, match=r"未知的题集：train。可选 dev、test、all。"):
        load_cases(FOLDER, "train")  # type: ignore[arg-type]


def test_cases_are_chosen_by_stratum_id_and_number() -> None:
    assert select_cases(CASES) == CASES
    assert [c.id for c in select_cases(CASES, strata=["unanswerable"], limit=1)] == ["d003"]
    assert [c.id for c in select_cases(CASES, ids=["d002", "d001"])] == ["d001", "d002"]
    with pytest.raises(CaseError, match=r"未知的题型：quiz。可选：number、"):
        select_cases(CASES, strata=["quiz"])
    with pytest.raises(CaseError, match=r"题集中没有案例：d999。"):
        select_cases(CASES, ids=["d999"])


def problems(*cases: Case) -> list[str]:
    return [str(p) for p in check_cases(cases, ARTICLES)]


def test_good_cases_have_no_problems() -> None:
    assert problems(*CASES) == []


def test_an_unknown_article_is_found() -> None:
    case = replace(FEE_CASE, gold=((FEE.id,), ("甲/第一条",)))
    assert problems(case) == ["案例 d001 字段 gold：没有这个条文编号：甲/第一条"]


def test_an_article_that_serves_two_places_is_found() -> None:
    case = replace(FEE_CASE, gold=((FEE.id,), (FEE.id,)))
    assert problems(case) == [f"案例 d001 字段 gold：同一条文用于两处：{FEE.id}"]


def test_a_fact_that_the_gold_text_does_not_support_is_found_unless_computed() -> None:
    case = replace(TERM_CASE, facts=(("13 年", "十三年"),))
    assert problems(case) == ["案例 d002 字段 facts：依据条文中没有这个事实：13 年 / 十三年"]
    assert problems(replace(case, computed=True)) == []


def test_one_wording_that_the_gold_text_has_is_enough() -> None:
    assert problems(replace(TERM_CASE, facts=(("三载", "三年"),))) == []


def test_a_question_that_contains_its_answer_is_found() -> None:
    case = replace(FEE_CASE, question="检测评定是不是不向申请单位收取费用？")
    assert problems(case) == ["案例 d001 字段 question：问题中含有自己的答案：不向申请单位收取"]


def test_a_short_answer_or_a_claim_to_correct_may_stand_in_the_question() -> None:
    assert problems(replace(TERM_CASE, question="目录是不是管3年？")) == []
    assert problems(replace(FEE_CASE, stratum="misleading", question="不向申请单位收取是真的吗？")) == []


def test_a_forbidden_string_inside_a_required_fact_is_found() -> None:
    case = replace(FEE_CASE, facts=(("不收取费用",),), forbidden=("收取费用",))
    assert problems(case)[-1] == "案例 d001 字段 forbidden：禁止的说法与要求的事实冲突：收取费用"


def test_a_question_asked_twice_is_found_whatever_its_punctuation() -> None:
    case = replace(FEE_CASE, id="d009", question="检测评定，收钱吗")
    assert problems(FEE_CASE, case) == ["案例 d009 字段 question：问题重复：与 d001 相同"]
    assert problems(FEE_CASE, replace(case, history=("首台套怎么申请？",))) == []


def test_the_committed_set_has_no_problems(articles: list[Article]) -> None:
    found = check_cases(load_cases(FOLDER, "all"), {a.id: a for a in articles})
    # The texts of the test split stay unseen, so that nobody tunes on them.
    assert [(p.case_id, p.field, p.kind) for p in found] == []


def test_the_counts_in_the_readme_are_those_of_the_files() -> None:
    dev, test = (Counter(c.stratum for c in load_cases(FOLDER, s)) for s in ("dev", "test"))
    table = re.findall(
        r"^\| (\w+) \| .* \| (\d+) \| (\d+) \| (\d+) \|$",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert table == [(s, str(dev[s]), str(test[s]), str(dev[s] + test[s])) for s in STRATA]


def test_the_committed_set_keeps_its_size_and_its_strata() -> None:
    dev, test = load_cases(FOLDER, "dev"), load_cases(FOLDER, "test")
    assert len(dev) >= 200
    assert len(test) == 120
    counted = Counter(c.stratum for c in dev + test)
    assert set(counted) == set(STRATA)
    assert min(counted.values()) >= 9


def test_a_problem_can_be_told_without_what_the_case_says() -> None:
    problem = Problem("t001", "facts", "依据条文中没有这个事实", "3 年")
    assert str(problem) == "案例 t001 字段 facts：依据条文中没有这个事实：3 年"
    assert problem.told(in_full=False) == "案例 t001 字段 facts：依据条文中没有这个事实"
