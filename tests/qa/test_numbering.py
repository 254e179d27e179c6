import pytest

from index.model import Article
from qa.numbering import Numbering, Said, read_said
from tests.qa.made import article, row


def law() -> Numbering:
    return Numbering(
        [
            article("第一条 甲", "第一章", "第一条"),
            article("第二条 乙", "第一章", "第二条"),
            article("第二条之一 丙", "第一章", "第二条之一"),
            article("第三条 丁\n（一）戊", "第二章", "第三条"),
            article("第一条 己", "附件1", "第一条"),
        ]
    )


def outline() -> Numbering:
    """二、 and 三、 both have （一）; 1. runs on through them."""
    return Numbering(
        [
            article("一、甲", "一、"),
            article("1.乙", "二、", "（一）", "1."),
            article("2.丙", "二、", "（二）", "2."),
            article("（一）丁", "三、", "（一）"),
        ]
    )


def found(numbering: Numbering, text: str) -> list[str]:
    return [a.text[-1] for a in numbering.find(read_said(text))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("第二十七条", [Said(27, 0, "条")]),
        ("第27条", [Said(27, 0, "条")]),
        ("第 27 条", [Said(27, 0, "条")]),
        ("27条", [Said(27, 0, "条")]),
        ("第二十条之一", [Said(20, 1, "条")]),
        ("20条之一", [Said(20, 1, "条")]),
        ("第二章第八条第六项", [Said(2, 0, "章"), Said(8, 0, "条"), Said(6, 0, "项")]),
        ("第八条第二款第六项", [Said(8, 0, "条"), Said(6, 0, "项")]),
        ("第八条（六）", [Said(8, 0, "条"), Said(6, 0, "（）")]),
        ("第二部分第（五）项", [Said(2, 0, "部分"), Said(5, 0, "（）")]),
        ("第三大项第2点", [Said(3, 0, "大项"), Said(2, 0, "点")]),
        ("第一千零七十九条", [Said(1079, 0, "条")]),
        ("第一批小巨人", []),
        ("国家（一）流企业", []),
        ("收费吗", []),
        ("", []),
    ],
)
def test_marks_are_read_in_order(text: str, said: list[Said]) -> None:
    assert read_said(text) == said


def test_a_mark_is_read_whole_or_not_at_all() -> None:
    assert read_said("第廿七条") in ([], [Said(27, 0, "条")])


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (Said(45, 0, "条"), "第四十五条"),
        (Said(20, 1, "条"), "第二十条之一"),
        (Said(3, 0, "章"), "第三章"),
        (Said(5, 0, "（）"), "第5项"),
    ],
)
def test_a_mark_is_cited_officially(said: Said, label: str) -> None:
    assert said.label == label


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("第二条", ["乙"]),
        ("第二条之一", ["丙"]),
        ("第一章第二条", ["乙"]),
        ("第二章第二条", []),
        ("第三条第（一）项", ["戊"]),
        ("第一章", ["甲", "乙", "丙"]),
        ("第三章", []),
        ("第四条", []),
        ("第一项", []),
    ],
)
def test_an_article_of_a_law_is_found_by_its_number(text: str, texts: list[str]) -> None:
    assert found(law(), text) == texts


def test_an_annex_that_restarts_is_not_reached_by_a_bare_number() -> None:
    assert found(law(), "第一条") == ["甲"]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("第一部分", ["甲"]),
        ("第二部分", ["乙", "丙"]),
        ("第二部分第二项", ["丙"]),
        ("第三部分第一项", ["丁"]),
        ("第二部分第三项", []),
    ],
)
def test_an_outline_is_found_by_its_path(text: str, texts: list[str]) -> None:
    assert found(outline(), text) == texts


def test_laws_and_outlines_are_counted_by_their_highest_number() -> None:
    assert (law().law, law().count(), law().unit) == (True, 3, "条")
    assert (outline().law, outline().count(), outline().unit) == (False, 2, "项")


def test_an_announcement_of_plain_sections_has_articles() -> None:
    announcement = Numbering([article("一、甲", "一、"), article("二、乙", "二、")])
    assert (announcement.law, announcement.count(), announcement.unit) == (False, 2, "条")


def test_without_numbers_there_is_nothing_to_find() -> None:
    rows: list[Article] = [row(1, ("名称", "甲"))]
    for numbering in (Numbering(rows), Numbering([])):
        assert (numbering.count(), numbering.find([Said(1, 0, "条")])) == (0, [])
