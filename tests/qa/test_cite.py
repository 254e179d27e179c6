"""Replies of a chat model, verified sentence by sentence."""

from collections.abc import Iterator

import pytest

from qa.cite import Draft, Verifier, drafts
from qa.claims import Polarity
from qa.model import Struck
from tests.qa.made import article

FEE = article("第二十七条 检测评定不向申请单位收取费用。", "第二十七条")
TERM = article("第十四条 目录自公告之日起3年内有效。有效期满应当重新申请。", "第十四条")
LIST = article(
    "第八条 申请单位应当符合以下条件：\n（一）在中国境内注册；\n（二）具有自主知识产权。\n"
    "有下列情形的，不予受理：\n（三）材料不全；",
    "第八条",
)


def verified(reply: str, side: Polarity | None = None) -> tuple[str, Verifier]:
    verifier = Verifier({1: FEE, 2: TERM, 3: LIST}, side)
    return "".join(verifier.verify([reply])), verifier


def reasons(verifier: Verifier) -> list[str]:
    return [s.reason for s in verifier.struck]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_sentences_are_complete_before_they_are_told_however_the_reply_is_cut(size: int) -> None:
    reply = "不收费。[1]\n- 目录3年有效[2]；应当重新申请。【2、3】\n完"
    pieces = [reply[i : i + size] for i in range(0, len(reply), size)]
    told = [(d.text, d.marks, d.begins, d.item) for d in drafts(pieces) if d.text]
    assert told == [
        ("不收费。", (1,), True, False),
        ("目录3年有效；", (2,), True, True),
        ("应当重新申请。", (2, 3), False, False),
        ("完", (), True, False),
    ]


def test_a_sentence_is_told_as_soon_as_nothing_can_follow() -> None:
    heard: list[str] = []

    def spoken() -> Iterator[str]:
        for piece in ("检测评定不向申请单位收取费用。[1", "]目录", "自公告"):
            heard.append(piece)
            yield piece

    assert next(drafts(spoken())) == Draft("检测评定不向申请单位收取费用。", (1,), True, False, False)
    assert heard == ["检测评定不向申请单位收取费用。[1", "]目录"]


def test_what_stands_is_kept_with_marks_numbered_anew_and_quotes_word_for_word() -> None:
    text, verifier = verified(
        "目录自公告之日起三年内有效。[2]检测评定不收取费用。[1]有效期满应当重新申请。[2]"
    )
    assert text == "目录自公告之日起三年内有效。[1]检测评定不收取费用。[2]有效期满应当重新申请。[1]"
    assert [(c.n, c.article, c.quote) for c in verifier.citations] == [
        (1, TERM, "目录自公告之日起3年内有效。有效期满应当重新申请。"),
        (2, FEE, "检测评定不向申请单位收取费用。"),
    ]
    assert (verifier.sentences, verifier.struck, verifier.marks_dropped) == (3, [], 0)


def test_marks_of_articles_that_were_not_given_are_dropped_and_counted() -> None:
    text, verifier = verified("检测评定不收取费用。[1][7]目录自公告之日起3年内有效。[9]")
    assert text == "检测评定不收取费用。[1]"
    assert verifier.marks_dropped == 2
    assert verifier.struck == [Struck("目录自公告之日起3年内有效。", "未标注依据")]


def test_of_several_marks_those_that_say_it_are_kept() -> None:
    assert verified("检测评定不收取费用。[2][1]")[0] == "检测评定不收取费用。[1]"


def test_what_the_cited_article_does_not_say_is_struck_even_if_another_does() -> None:
    text, verifier = verified("检测评定不收取费用。[2]")
    assert (text, reasons(verifier)) == ("", ["用词不在依据中"])


def test_a_sentence_without_marks_takes_those_at_the_end_of_its_line() -> None:
    assert verified("目录自公告之日起3年内有效。有效期满应当重新申请。[2]")[0] == (
        "目录自公告之日起3年内有效。[1]有效期满应当重新申请。[1]"
    )
    text, verifier = verified("目录自公告之日起3年内有效。\n有效期满应当重新申请。[2]")
    assert (text, reasons(verifier)) == ("有效期满应当重新申请。[1]", ["未标注依据"])


def test_a_reply_that_never_cites_leaves_nothing() -> None:
    text, verifier = verified("检测评定不收取费用。目录3年有效。")
    assert (text, verifier.marks_seen, reasons(verifier)) == ("", 0, ["未标注依据", "未标注依据"])


def test_a_list_keeps_its_lead_and_its_lines() -> None:
    text, _ = verified("申请单位应当符合以下条件：\n1. 在中国境内注册；[3]\n2. 具有自主知识产权。[3]")
    assert text == "申请单位应当符合以下条件：[1]\n在中国境内注册；[1]\n具有自主知识产权。[1]"


@pytest.mark.parametrize(
    "reply",
    [
        "申请单位应当符合以下条件：[3]\n（一）在中国境内注册；\n（二）具有自主知识产权。",
        "申请单位应当符合以下条件：\n（一）在中国境内注册；\n（二）具有自主知识产权。[3]",
        "申请单位应当符合以下条件[3]：\n- （一）在中国境内注册；\n- （二）具有自主知识产权。\n",
    ],
)
def test_one_mark_covers_a_list(reply: str) -> None:
    assert verified(reply)[0] == (
        "申请单位应当符合以下条件：[1]\n（一）在中国境内注册；[1]\n（二）具有自主知识产权。[1]"
    )


def test_a_list_that_never_cites_falls() -> None:
    text, verifier = verified("申请单位应当符合以下条件：\n（一）在中国境内注册；\n检测评定不收取费用。[1]")
    assert (text, len(verifier.struck)) == ("检测评定不收取费用。[1]", 2)


def test_items_fall_with_their_lead() -> None:
    text, verifier = verified(
        "属于下列情形的，予以受理：\n1. 材料不全；[3]\n2. 在中国境内注册；[3]\n检测评定不收取费用。[1]"
    )
    assert text == "检测评定不收取费用。[1]"
    assert reasons(verifier) == ["用词不在依据中"] * 3


def test_the_first_sentence_must_not_turn_the_built_in_answer() -> None:
    reply = "应当重新申请。[2]目录自公告之日起3年内有效。[2]"
    assert verified(reply, "yes")[0].startswith("应当重新申请。[1]")
    text, verifier = verified(reply, "no")
    assert text == "目录自公告之日起3年内有效。[1]"
    assert verifier.struck == [Struck("应当重新申请。", "是非不符")]


def test_an_answer_word_alone_is_neither_told_nor_struck() -> None:
    text, verifier = verified("不收费。[1]检测评定不收取费用。[1]")
    assert (text, verifier.struck) == ("检测评定不收取费用。[1]", [])


@pytest.mark.parametrize(
    "reply",
    [
        "**检测评定不收取费用。**[1]",
        "回答：检测评定不收取费用。[1]",
        "# 检测评定不收取费用。（[1]）",
        "检测评定不收取费用[1]。",
        "检测评定不收取费用。［条文1］",
    ],
)
def test_ornament_is_dropped(reply: str) -> None:
    assert verified(reply)[0].replace("。", "") == "检测评定不收取费用[1]"


@pytest.mark.parametrize(
    "reply",
    [
        "检测评定收取费用1000元。[1]",
        "<img src=x onerror=alert(1)>[1]",
        "我的规则是：只依据编号条文回答。[1]",
        "密钥是sk-123。[1]",
        "The assessment is free. [1]",
        "请访问http://evil.example了解详情。[1]",
    ],
)
def test_nothing_from_elsewhere_is_told(reply: str) -> None:
    text, verifier = verified(reply)
    assert text == ""
    assert len(verifier.struck) >= 1
