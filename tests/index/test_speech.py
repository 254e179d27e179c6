import pytest

from index.model import Paragraph
from index.speech import exchanges, is_speaker, read_turns
from tests.index.texts import paragraphs_of

BRIEFING = """某某新闻办副局长、新闻发言人 寿小丽：

大家下午好。

某某委副主任 赵辰昕：

先作介绍。

寿小丽：

请提问。

人民日报记者:

有何安排？谢谢。

赵辰昕：

谢谢提问。

某某部司长 符金陵：

我补充一点。

中新社记者：

还有问题吗？

符金陵：

没有了。

寿小丽：

今天就到这里。
"""


def turns_of(text: str) -> list[tuple[str, bool, int]]:
    _, turns = read_turns(paragraphs_of(text))
    return [(str(t.speaker), t.speaker.asks, len(t.said)) for t in turns]


def test_every_turn_has_its_speaker_with_the_post_carried_forward() -> None:
    assert turns_of(BRIEFING) == [
        ("某某新闻办副局长、新闻发言人 寿小丽", False, 1),
        ("某某委副主任 赵辰昕", False, 1),
        ("某某新闻办副局长、新闻发言人 寿小丽", False, 1),
        ("人民日报记者", True, 1),
        ("某某委副主任 赵辰昕", False, 1),
        ("某某部司长 符金陵", False, 1),
        ("中新社记者", True, 1),
        ("某某部司长 符金陵", False, 1),
        ("某某新闻办副局长、新闻发言人 寿小丽", False, 1),
    ]


def test_a_question_goes_with_all_its_answers_and_the_host_stands_alone() -> None:
    groups = exchanges(read_turns(paragraphs_of(BRIEFING))[1])
    assert [
        (g.question.speaker.name if g.question else None, [t.speaker.name for t in g.answers]) for g in groups
    ] == [
        (None, ["寿小丽"]),
        (None, ["赵辰昕"]),
        (None, ["寿小丽"]),
        ("人民日报记者", ["赵辰昕", "符金陵"]),
        ("中新社记者", ["符金陵"]),
        (None, ["寿小丽"]),
    ]


def test_what_stands_before_the_first_speaker_is_kept() -> None:
    before, turns = read_turns(paragraphs_of(f"时间：2024年4月11日。\n{BRIEFING}"))
    assert [p.text for p in before] == ["时间：2024年4月11日。"]
    assert len(turns) == 9


@pytest.mark.parametrize(
    "text", ["一、甲：\n二、乙：\n三、丙：\n四、丁：", "联系人 李启迪：\n电话。", "甲。\n乙。"]
)
def test_a_text_without_outlets_is_no_briefing(text: str) -> None:
    paragraphs: list[Paragraph] = paragraphs_of(text)
    assert read_turns(paragraphs) == (paragraphs, [])


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("国家发展改革委副主任 赵辰昕：", True),
        ("21 世纪经济报道记者：", True),
        ("人民日报记者:", True),
        ("总台主播：", True),
        ("有关事项通知如下：", False),
        ("各省、自治区、直辖市人民政府，国务院各部委：", False),
        ("国家发展改革委副主任 赵辰昕", False),
    ],
)
def test_a_speaker_line_is_a_post_and_a_name_or_an_outlet(text: str, *, speaks: bool) -> None:
    assert is_speaker(text) is speaks
