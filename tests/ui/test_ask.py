import json
import logging
from datetime import date
from pathlib import Path

import pytest

from tests.ui.conftest import FREE, FakeChain, Run
from ui.logs import FIELDS

ANSWER = """\
不收取费用。[1]
另见<附件1>。[2] 此前 0 问。

原文：
[1] 《检测评定管理办法（试行）》第二十七条  国市监质规〔2024〕3号  2024-03-22
    “不向申请单位收取费用”
[2] 《国务院政策例行吹风会》问答1  第 3 页
    “记者：何时实施？
    司长：见<附件1>。”
"""
REFUSAL = """\
【资料未收录】资料中没有关于月亮的内容。

可以从中选择：
  - 火星

最接近的条文：
  - 《检测评定管理办法（试行）》第二十七条  国市监质规〔2024〕3号  2024-03-22
"""


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_an_answer_is_printed_with_its_sources(run: Run) -> None:
    result = run("ask", "收费吗")
    assert (result.exit_code, result.stdout, result.stderr) == (0, ANSWER, "")


def test_a_refusal_is_an_answer_too(run: Run) -> None:
    result = run("ask", "月亮上收费吗")
    assert (result.exit_code, result.stdout, result.stderr) == (0, REFUSAL, "")


def test_json_is_the_contracts_object_on_one_line(run: Run) -> None:
    result = run("ask", "收费吗", "--json")
    assert result.stdout.count("\n") == 1
    data = json.loads(result.stdout)
    assert list(data) == [
        "question", "standalone_question", "answer", "refused", "refusal", "citations", "retrieved",
        "answerer", "confidence", "as_of", "timings_ms",
    ]  # fmt: skip
    assert data["citations"][0] == {
        "n": 1,
        "document": "检测评定管理办法（试行）",
        "locator": "第五章 附则 / 第二十七条",
        "label": "《检测评定管理办法（试行）》第二十七条",
        "quote": "不向申请单位收取费用",
        "text": FREE.text,
        "doc_number": "国市监质规〔2024〕3号",
        "issuers": ["市场监管总局", "国家发展改革委"],
        "date": "2024-03-22",
        "source": "办法.txt",
        "page": None,
        "id": "国市监质规〔2024〕3号/第二十七条",
    }
    assert data["retrieved"][0]["score"] == 0.9
    assert data["timings_ms"] == {"retrieve": 1.0, "answer": 2.0, "total": 3.0}


def test_history_and_documents_reach_the_chain(run: Run, chain: FakeChain) -> None:
    run("ask", "那第三批呢", "--history", "第一批多少", "--history", "第二批呢", "--document", "办法")
    assert chain.asked == [("那第三批呢", ("第一批多少", "第二批呢"), ("办法",))]


def test_the_day_asked_for_reaches_the_chain(run: Run, chain: FakeChain) -> None:
    run("ask", "收费吗")
    run("ask", "收费吗", "--as-of", "2024-05-01")
    run("ask", "收费吗", "--as-of", "2024年5月1日")
    assert chain.days == [None, date(2024, 5, 1), date(2024, 5, 1)]


def test_a_day_that_is_none_is_one_line(run: Run) -> None:
    result = run("ask", "收费吗", "--as-of", "2024-02-30")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "错误：日期无效：2024-02-30。请写成 2024-05-01 的形式。\n"


def test_a_line_of_a_batch_may_name_its_day(run: Run, chain: FakeChain, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"id": 1, "question": "甲", "as_of": "2024-05-01"}\n{"id": 2, "question": "乙"}\n', encoding="utf-8"
    )
    assert run("ask", "--batch", str(file), "--as-of", "2030-01-01").exit_code == 0
    assert chain.days == [date(2024, 5, 1), date(2030, 1, 1)]


@pytest.mark.parametrize("day", ['"明天"', "20240501"])
def test_a_line_of_a_batch_with_a_day_that_is_none_is_named(run: Run, tmp_path: Path, day: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(f'{{"id": 1, "question": "甲", "as_of": {day}}}\n', encoding="utf-8")
    result = run("ask", "--batch", str(file))
    assert result.exit_code == 1
    assert f"{file} 第 1 行无法使用" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_question_may_come_from_stdin(run: Run, chain: FakeChain) -> None:
    assert run("ask", "-", stdin="收费吗\n").exit_code == 0
    assert run("ask", "-", stdin="收费吗\n".encode("gb18030")).exit_code == 0
    assert [question for question, _, _ in chain.asked] == ["收费吗", "收费吗"]


def test_an_argument_in_another_encoding_is_read(run: Run, chain: FakeChain) -> None:
    run("ask", "收费吗".encode("gb18030").decode("utf-8", "surrogateescape"))
    assert chain.asked[0][0] == "收费吗"


def test_search_prints_what_was_found_in_rank_order(run: Run) -> None:
    assert run("search", "收费吗").stdout == (
        " 1. 《检测评定管理办法（试行）》第二十七条  国市监质规〔2024〕3号  2024-03-22  （0.900）\n"
        "    第二十七条 检测评定不向申请单位收取费用。\n"
        " 2. 《国务院政策例行吹风会》问答1  第 3 页  （0.500）\n"
        "    记者：何时实施？ 司长：见<附件1>。\n"
    )


def test_search_gives_the_same_object_without_an_answer(run: Run) -> None:
    answered, found = (json.loads(run(c, "收费吗", "--json").stdout) for c in ("ask", "search"))
    assert list(found) == list(answered)
    assert found["retrieved"] == answered["retrieved"]
    assert (found["answer"], found["citations"], found["refused"], found["answerer"]) == ("", [], False, "")


def test_a_batch_gives_one_object_a_line_with_its_id(run: Run, chain: FakeChain, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '\ufeff{"id": "a", "question": "收费吗", "history": ["此前"]}\n\n{"id": 2, "question": "月亮"}\n',
        encoding="utf-8",
    )
    result = run("ask", "--batch", str(file))
    assert result.exit_code == 0
    first, second = lines(result.stdout)
    assert (next(iter(first)), first["id"], first["refused"]) == ("id", "a", False)
    assert (second["id"], second["refused"]) == (2, True)
    assert chain.asked[0] == ("收费吗", ("此前",), ())
    assert "处理问题：2/2" in result.stderr


def test_a_batch_may_come_from_stdin_and_be_searched_only(run: Run) -> None:
    result = run("search", "--batch", "-", stdin='{"id": "a", "question": "收费吗"}')
    assert [(d["id"], d["answer"], len(d["retrieved"])) for d in lines(result.stdout)] == [("a", "", 2)]  # type: ignore[arg-type]


def test_a_question_that_fails_does_not_stop_the_others(run: Run) -> None:
    questions = "\n".join(
        json.dumps({"id": i, "question": q}) for i, q in enumerate(["收费吗", "", "出错", "收费吗"])
    )
    result = run("ask", "--batch", "-", stdin=questions)
    assert result.exit_code == 1
    assert [d.get("error") for d in lines(result.stdout)] == [
        None,
        "问题为空。请输入要查询的问题。",
        "程序内部错误：ZeroDivisionError：除数为零",
        None,
    ]
    assert result.stderr.endswith("2 个问题出错，原因见输出中的 error。\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "不是 JSON 对象"),
        ("[1]", "不是 JSON 对象"),
        ('{"question": "收费吗"}', "缺少 id（文字或整数）"),
        ('{"id": true, "question": "收费吗"}', "缺少 id（文字或整数）"),
        ('{"id": 1}', "缺少 question（文字）"),
        ('{"id": 1, "question": "a", "history": "b"}', "history 应为文字的列表"),
    ],
)
def test_a_malformed_line_is_named_before_anything_is_asked(
    run: Run, chain: FakeChain, line: str, reason: str
) -> None:
    result = run("ask", "--batch", "-", stdin=f'{{"id": 1, "question": "收费吗"}}\n{line}\n')
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        f'错误：标准输入 第 2 行无法使用：{reason}。每行应为 {{"id": …, "question": …, "history": […]}}。\n'
    )
    assert chain.asked == []


def test_output_stays_one_line_each_whatever_the_text_holds(run: Run) -> None:
    question = json.dumps({"id": "\u2028", "question": "a\u2028b\ud800"})
    result = run("ask", "--batch", "-", stdin=question)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert lines(result.stdout)[0]["question"] == "a\u2028b\ud800"


def test_collections_are_handed_on(run: Run, chain: FakeChain) -> None:
    assert run("ask", "收费吗", "--collection", "四月", "--collection", "五月").exit_code == 0
    assert run("search", "收费吗", "--collection", "四月", "--as-of", "2024-05-01").exit_code == 0
    assert chain.collections == [("四月", "五月"), ("四月",)]
    assert chain.days == [None, date(2024, 5, 1)]


def test_a_question_is_one_line_of_the_log_and_nothing_of_it_is_shown(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "ui.asked"):
        assert run("ask", "月亮").stderr == ""
    (record,) = caplog.records
    told = getattr(record, FIELDS)
    assert (record.message, told["channel"], told["outcome"], told["refusal"]) == (
        "question", "cli", "refused", "资料未收录",
    )  # fmt: skip
