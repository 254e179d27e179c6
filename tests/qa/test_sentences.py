import pytest

from index.model import Article
from qa.sentences import Sentence, clauses, sentences, without_mark

LISTED = "第八条 申请应当符合以下条件：\n（一）符合规定。\n（二）具有专利；技术先进。\n但有例外的除外。"


def test_a_list_has_a_lead_items_and_what_follows() -> None:
    assert sentences(LISTED) == [
        Sentence("第八条 申请应当符合以下条件：", 0, 15, 0, item=False, lead=True),
        Sentence("（一）符合规定。", 16, 24, 1, item=True, lead=False),
        Sentence("（二）具有专利；", 25, 33, 2, item=True, lead=False),
        Sentence("技术先进。", 33, 38, 2, item=True, lead=False),
        Sentence("但有例外的除外。", 39, 47, 3, item=False, lead=False),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("没有句号的文字", ["没有句号的文字"]),
        ("三、请报送。联系人：王某！", ["三、请报送。", "联系人：王某！"]),
        ("“引号里的话。”后面的话。", ["“引号里的话。”", "后面的话。"]),
        ("（括号里的话。）后面的话。", ["（括号里的话。）", "后面的话。"]),
        ("1.第一点;2.第二点?", ["1.第一点;", "2.第二点?"]),
        ("增长 3.5%；标准 GB 1.1-2020。", ["增长 3.5%；", "标准 GB 1.1-2020。"]),
        ("  前有空格。 后有空格。 ", ["前有空格。", "后有空格。"]),
        ("\n\n空行后的字。\n", ["空行后的字。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_is_cut_at_the_marks_that_end_a_sentence(text: str, parts: list[str]) -> None:
    assert [s.text for s in sentences(text)] == parts


def test_the_mark_of_an_article_itself_makes_no_item() -> None:
    assert [s.item for s in sentences("（一）甲。\n（二）乙。\n第三条 丙。")] == [False, True, False]


def test_sentences_are_verbatim_spans_and_lose_only_white_space(articles: list[Article]) -> None:
    for article in articles:
        own = sentences(article.text)
        assert all(article.text[s.start : s.end] == s.text for s in own), article.id
        assert "".join("".join(s.text for s in own).split()) == "".join(article.text.split()), article.id


def test_an_article_of_six_items_has_six_items(articles: list[Article]) -> None:
    (eighth,) = (a for a in articles if a.id == "国市监质规〔2024〕3号/第八条")
    paragraphs = {s.paragraph for s in sentences(eighth.text) if s.item}
    assert len(paragraphs) == 6


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("第二十七条 检测不收费。", "检测不收费。"),
        ("第二十条之一　检测不收费。", "检测不收费。"),
        ("（一）符合规定。", "符合规定。"),
        ("一、总体要求", "总体要求"),
        ("第八条的规定不适用。", "第八条的规定不适用。"),
        ("检测不收费。", "检测不收费。"),
    ],
)
def test_the_number_an_article_opens_with_is_left_out(said: str, plain: str) -> None:
    assert without_mark(said) == plain


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("企业可以申请，不得转让。", ["企业可以申请，", "不得转让。"]),
        ("对申请（含复检，不含初检），不予受理。", ["对申请（含复检，不含初检），", "不予受理。"]),
        ("依照《甲,乙办法》，“丙，丁”有效", ["依照《甲,乙办法》，", "“丙，丁”有效"]),
        ("多余的右括号），仍然断开。", ["多余的右括号），", "仍然断开。"]),
        ("没有逗号。", ["没有逗号。"]),
        ("以逗号结束，", ["以逗号结束，"]),
    ],
)
def test_clauses_are_cut_at_commas_outside_brackets(text: str, parts: list[str]) -> None:
    (whole,) = sentences(text)
    assert [c.text for c in clauses(whole)] == parts


def test_clauses_are_spans_of_the_same_text_and_keep_the_place_of_their_sentence() -> None:
    _, item, *_ = sentences("第八条 应当：\n（一）合法，可靠；")
    assert clauses(item) == [
        Sentence("（一）合法，", 8, 14, 1, item=True, lead=False),
        Sentence("可靠；", 14, 17, 1, item=True, lead=False),
    ]
