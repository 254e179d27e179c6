"""What an operator says, asks and trusts: made from the turn alone."""

from dataclasses import replace

import pytest

from index.model import Article, Metadata, Step
from qa.model import Answer, Citation, Hit, Refusal
from tests.ui.conftest import FREE, article
from tests.ui.markup import Reader
from ui.must_ask import Ask, must_ask
from ui.operator import KEYS, brief_html, call_html, certainty, desk_html, switch_html
from ui.speech import LENGTH, Speech, grounds, speech, spoken
from ui.turn import Turn

NOTICE = Metadata(
    key="通知", title="申报通知", heading="申报通知", doc_number="工信厅〔2024〕12号", source="a.txt"
)


def clause(text: str, place: str = "一") -> Article:
    return article(NOTICE, place, text, Step(place))


def row(table: str, number: int) -> Article:
    made = article(
        NOTICE, f"{table} 序号{number}", f"{number}\t钢丝绳\t修订", Step(table), Step(f"序号{number}")
    )
    return replace(made, columns=(("序号", str(number)), ("名称", "钢丝绳"), ("制定/修订", "修订")))


def turn(
    text: str,
    *cited: Article,
    question: str = "怎么报",
    found: tuple[Article, ...] = (),
    confidence: float = 0.99,
    refusal: Refusal | None = None,
) -> Turn:
    citations = tuple(Citation(n, a, a.text) for n, a in enumerate(cited, start=1))
    hits = tuple(Hit(a, 1.0) for a in (*cited, *found))
    answer = Answer(question, question, text, citations, hits, "fake", refusal, confidence)
    return Turn("t1", question, "done", answer.to_json())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("国市监质规〔2024〕3号", "国市监质规2024年第3号"),
        ("国市监标技发〔2024〕第34号", "国市监标技发2024年第34号"),
        ("财税[2016] 101 号", "财税2016年第101号"),
        ("不少于 5 个工作日", "不少于5个工作日"),
        ("增长 25% 以上，10%~20%", "增长百分之25以上，百分之10至百分之20"),
        ("2021—2025 年", "2021至2025年"),
        ("2024-03-22 印发", "2024年3月22日印发"),
        ("电话010-68205324", "电话010-68205324"),
        ("首台（套）（见附件1）", "首台套"),
        ("省级中小企业主管部门（以下统称省级部门）。", "省级中小企业主管部门。"),
        ("10蒸吨/小时", "10蒸吨每小时"),
        ("不超过1/3", "不超过3分之1"),
        ("350MW/1750MWh", "350MW/1750MWh"),
        ("PUE≤1.1，PM_{2.5}", "PUE小于等于1.1，PM2.5"),
        ("1,000 家", "1000家"),
        ("平台（<https://zjtx.miit.gov.cn>）", "平台（https://zjtx.miit.gov.cn）"),
    ],
)
def test_signs_are_spelled_so_that_they_can_be_read_out(written: str, said: str) -> None:
    assert spoken(written) == said


def test_the_speech_is_the_answer_without_marks_notes_and_grounds() -> None:
    text = (
        "提示：该文件有效期至2024年1月1日，截至2024年5月1日已过有效期，以下内容仅供参考。\n"
        "不收取。检测评定不收费。[1][2]\n依据：《办法》（国市监质规〔2024〕3号）第二十七条。信息截至2024年4月。\n"
        "（聊天模型未能作答，以上为内置回答。）"
    )
    assert speech(text) == Speech(
        (
            "该文件有效期至2024年1月1日，截至2024年5月1日已过有效期，以下内容仅供参考。",
            "不收取。",
            "检测评定不收费。",
        )
    )
    assert grounds(text) == "《办法》（国市监质规2024年第3号）第二十七条。信息截至2024年4月。"


def test_half_a_minute_is_enough_and_what_is_left_out_is_told() -> None:
    sentence = "申请单位应当如实填写申报表并提交全部佐证材料。"
    said = speech(sentence * 9)
    assert (said.lines, said.is_part, said.seconds) == ((sentence,) * 5, True, 29)


def test_an_exception_is_never_left_out_after_what_it_limits() -> None:
    first = "企业" * 55 + "可以申报。"
    assert speech(f"{first}但已获评的除外。其他见附件。").lines == (first, "但已获评的除外。")


def test_a_long_sentence_ends_at_a_comma_that_it_can_end_at() -> None:
    head = "重点推动" + "机床、" * 30 + "铣床更新"
    said = speech(f"{head}，不得以旧充新，" + "另行报送" * 10 + "。")
    assert said == Speech((f"{head}，不得以旧充新……",), True)
    waiting = "对" + "设备、" * 39 + "机床的"
    assert speech(f"{waiting}，不予支持，另作处理。").lines == (f"{waiting}，不予支持……",)


def test_a_lead_is_not_said_alone() -> None:
    long = "一" * (LENGTH + 5) + "。"
    assert speech(f"条文未直接表态，相关规定是：\n{long}").lines == ("条文未直接表态，相关规定是：", long)


def test_nothing_is_added_to_the_words_of_the_answer() -> None:
    text = "附件共2个：1、申请书；2、复核表。[1]"
    assert "".join(speech(text).lines) == "附件共2个：1、申请书；2、复核表。"
    assert speech("") == Speech(())


def test_an_item_that_is_said_alone_ends_like_a_sentence() -> None:
    assert speech("不可以。涉及国家秘密的；[1]").lines == ("不可以。", "涉及国家秘密的。")


@pytest.mark.parametrize(
    ("confidence", "text", "word"),
    [
        (0.98, "不收取。[1]", "可直接答复"),
        (0.9799, "不收取。[1]", "请核对原文"),
        (0.85, "不收取。[1]", "请核对原文"),
        (0.8499, "不收取。[1]", "不确定"),
        (1.0, "条文未直接表态，相关规定是：\n不收费。[1]", "请核对原文"),
        (1.0, "提示：该文件已过有效期。\n不收费。[1]", "请核对原文"),
        (0.5, "条文未直接表态，相关规定是：\n不收费。[1]", "不确定"),
    ],
)
def test_how_sure_an_answer_is(confidence: float, text: str, word: str) -> None:
    assert certainty(turn(text, FREE, confidence=confidence)).word == word


def test_a_question_that_was_understood_in_other_words_is_to_be_checked() -> None:
    asked = turn("2025年的有4项。[1]", FREE, question="2025年的呢", confidence=1.0)
    assert asked.answer is not None
    follow_up = replace(asked, answer={**asked.answer, "standalone_question": "2025年的清单有几项"})
    assert (certainty(asked).word, certainty(follow_up).word) == ("可直接答复", "请核对原文")
    assert "问题理解：2025年的清单有几项" in brief_html(follow_up)
    assert "问题理解" not in brief_html(asked)


def test_a_refusal_is_no_degree_of_certainty() -> None:
    back = Refusal("需要更多信息", "不同文件的规定不同，请说明您问的是哪一份：甲；乙。", (), ("甲", "乙"))
    none = Refusal("资料未收录", "资料中没有关于月亮的内容。", (FREE,))
    asked, refused = turn("", refusal=back, confidence=1.0), turn("", refusal=none, confidence=1.0)
    assert (certainty(asked).word, certainty(refused).word) == ("先问清楚", "没有答案")
    assert must_ask(asked) == (Ask("不同文件的规定不同，请说明您问的是哪一份？", choices=("甲", "乙")),)
    assert must_ask(refused) == ()
    assert "<p>不同文件的规定不同，请说明您问的是哪一份？</p>" in brief_html(asked)
    assert 'data-act="choose" data-text="乙怎么报"' in brief_html(asked)


@pytest.mark.parametrize(
    ("text", "question", "asks"),
    [
        (
            "第六批企业填写申请书，第三批企业填写复核表。",
            "填什么表",
            [Ask("请问是第六批还是第三批？", ("第六批", "第三批"))],
        ),
        ("第六批企业填写申请书，第三批企业填写复核表。", "第三批填什么表", []),
        (
            "中央企业由集团报送，地方企业由省级部门报送。",
            "找谁报",
            [Ask("请问属于中央企业还是地方企业？", ("中央企业", "地方企业"))],
        ),
        ("中央企业和地方企业均可申报。", "谁能报", []),
        ("中央企业由集团报送，地方企业由省级部门报送。", "我们是央企，找谁报", []),
        (
            "各省不超过8个，计划单列市不超过2个。",
            "能报几个",
            [Ask("请问您在哪个省、自治区、直辖市或计划单列市？", ("计划单列市",))],
        ),
        (
            "向所在地省级主管部门提交申请。",
            "向谁申请",
            [Ask("请问您在哪个省、自治区、直辖市或计划单列市？", ("所在地",))],
        ),
        ("向所在地省级主管部门提交申请。", "山西的企业向谁申请", []),
        (
            "在2023年1月1日后行权的，可按本公告执行。",
            "能分期交吗",
            [Ask("请问事情发生在哪一天？", ("2023年1月1日后",))],
        ),
        ("在2023年1月1日后行权的，可按本公告执行。", "2024年行权能分期交吗", []),
        ("自2024年1月1日起施行。", "何时施行", []),
    ],
)
def test_what_tells_cases_apart_is_asked_unless_the_question_says_it(
    text: str, question: str, asks: list[Ask]
) -> None:
    assert list(must_ask(turn("答。[1]", clause(text), question=question))) == asks


def test_the_words_of_a_letterhead_and_of_a_row_set_nothing_apart() -> None:
    head = clause("第六批和第三批，各地：所在地主管部门", "文首")
    assert must_ask(turn("答。[1]", head)) == ()
    assert must_ask(turn("答。[1]", replace(row("附件1 2024 年项目清单", 3), text="第一批\t第二批"))) == ()


def test_rows_by_number_ask_for_the_year_of_the_list() -> None:
    this, next_ = row("附件1 2024 年项目清单", 10), row("附件2 2025 年项目清单", 10)
    asked = [Ask("请问是哪一年的清单，2024年还是2025年？", ("2024年", "2025年"))]
    assert list(must_ask(turn("钢丝绳。[1]", this, question="第10项是什么", found=(next_,)))) == asked
    assert (
        list(must_ask(turn("共3项：节选如下。[1]", this, question="修订的有哪些", found=(next_,)))) == asked
    )
    assert must_ask(turn("钢丝绳。[1]", this, question="2024年第10项是什么", found=(next_,))) == ()
    assert must_ask(turn("钢丝绳。[1][2]", this, next_, question="第10项是什么")) == ()
    assert must_ask(turn("钢丝绳。[1]", this, question="钢丝绳归谁管", found=(next_,))) == ()


def test_a_caller_is_asked_three_things_at_most() -> None:
    text = (
        "第六批中央企业新申请的，2023年1月1日后向所在地主管部门提交；第三批地方企业复核的，报集团。"
        "大型企业除外，小微企业除外。"
    )
    assert [a.question for a in must_ask(turn("答。[1]", clause(text)))] == [
        "请问是第六批还是第三批？",
        "请问您在哪个省、自治区、直辖市或计划单列市？",
        "请问属于中央企业还是地方企业？",
    ]


def test_the_brief_says_in_order_how_sure_what_why_and_what_to_ask() -> None:
    html = brief_html(
        turn("不收取。[1]\n依据：《申报通知》（工信厅〔2024〕12号）一。", clause("第六批不收，第三批收。"))
    )
    assert Reader(html).text == (
        "可直接答复检索把握高。不收取。约 1 秒依据《申报通知》（工信厅2024年第12号）一。"
        "先问来电人请问是第六批还是第三批？条文区分：第六批、第三批"
    )
    assert 'data-tone="high"' in html
    assert brief_html(Turn("t1", "问", "working")) == ""


def test_what_others_wrote_is_no_markup() -> None:
    evil = '<img src=x onerror="x()"></textarea><script>'
    back = Refusal("需要更多信息", f"{evil}：{evil}", (), (evil, evil))
    for html in (
        brief_html(turn(f"{evil}[1]\n依据：{evil}", clause(f"第一批{evil}，第二批"))),
        brief_html(turn("", refusal=back)),
    ):
        Reader(html).check()
    note = call_html(evil, f"\n{evil}")
    assert "<img" not in note
    assert "<script" not in note
    assert note.count("</textarea>") == 1
    assert f">\n\n{'&lt;img'}" in note  # a browser drops the first newline of a textarea


def test_every_key_is_told() -> None:
    assert [key for key, _ in KEYS if f"<kbd>{key}</kbd>" not in desk_html()] == []
    assert 'role="switch"' in switch_html()
