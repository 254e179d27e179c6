import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.marks import Kind, article_label, find_mark, outline_label
from index.numerals import chinese_numeral


@pytest.mark.parametrize(
    ("text", "kind", "label", "rest"),
    [
        ("第三编", "part", "第三编", ""),
        ("第二分编 通则", "part", "第二分编", " 通则"),
        ("第一章 总则", "chapter", "第一章", " 总则"),
        ("第一章总则", "chapter", "第一章", "总则"),
        ("第 一 章　总 则", "chapter", "第一章", "　总 则"),
        ("第12章 附则", "chapter", "第十二章", " 附则"),
        ("第一节 一般规定", "section", "第一节", " 一般规定"),
        ("第一条 为了规范", "article", "第一条", " 为了规范"),
        ("第一条　为了规范", "article", "第一条", "　为了规范"),
        ("第一条\t为了规范", "article", "第一条", "\t为了规范"),
        ("第十条", "article", "第十条", ""),
        ("第 十 条 本办法", "article", "第十条", " 本办法"),
        ("第〇条 说明", "article", "第零条", " 说明"),
        ("第一百〇三条 本法", "article", "第一百零三条", " 本法"),
        ("第27条 本办法", "article", "第二十七条", " 本办法"),
        ("第２７条 本办法", "article", "第二十七条", " 本办法"),
        ("第一千零七十九条 夫妻一方", "article", "第一千零七十九条", " 夫妻一方"),
        ("第二十条之一 新增", "article", "第二十条之一", " 新增"),
        ("第二十条 之一 新增", "article", "第二十条之一", " 新增"),
        ("一、总体要求", "h1", "一、", "总体要求"),
        ("十二 、总体要求", "h1", "十二、", "总体要求"),
        ("一．总体要求", "h1", "一、", "总体要求"),
        ("一、2024年工作目标", "h1", "一、", "2024年工作目标"),
        ("（一）指导思想", "h2", "（一）", "指导思想"),
        ("(二) 实施行动", "h2", "（二）", "实施行动"),
        ("（十七）做好", "h2", "（十七）", "做好"),
        ("1. 加快", "h3", "1.", "加快"),
        ("1．加快", "h3", "1.", "加快"),
        ("1、加快", "h3", "1.", "加快"),
        ("１０.加快", "h3", "10.", "加快"),
        ("10.推动", "h3", "10.", "推动"),
        ("（1）设备", "h4", "（1）", "设备"),
        ("(12) 设备", "h4", "（12）", "设备"),
        ("①设备", "h5", "①", "设备"),
        ("⑳ 设备", "h5", "⑳", "设备"),
    ],
)
def test_a_mark_is_found_in_every_form(text: str, kind: Kind, label: str, rest: str) -> None:
    mark = find_mark(text)
    assert mark is not None
    assert (mark.kind, mark.label, text[mark.end :]) == (kind, label, rest)


@pytest.mark.parametrize(
    "text",
    [
        "第五条规定的企业应当…",
        "第五条 规定的企业应当…",
        "依照第三条、第四条…",
        "第三条、第四条规定的情形",
        "第八条第六项",
        "第八条 第六项所称",
        "第八条第一款",
        "第三条 和第四条规定的",
        "第三条和第四条规定的",
        "第五条至第八条",
        "第五条 至第八条",
        "第三条（二）项所列",
        "第三条：略",
        "第十条，",
        "第十条。",
        "第十条以外的部分",
        "第二十条之一的规定",
        "第二十条之一第二款",
        "第三章规定的程序",
        "第三章的规定办理",
        "第三节课后进行。",
        "1.5万元以上的",
        "1.5",
        "一.5万",
        "2024年3月27日",
        "2024、2025年",
        "（2024）沪01号",
        "（2023年修订）",
        "二〇二四、二〇二五年",
        "一二三四五、过大",
        "（一二三四五六）过大",
        "第99999条 过大",
        "第12345章 过大",
        "1" * 5000 + ". 过大",
        "一是推广应用",
        "十分重要",
        "",
        "附件1",
    ],
)
def test_a_mention_or_an_amount_is_no_mark(text: str) -> None:
    assert find_mark(text) is None


@pytest.mark.parametrize(
    ("text", "spaced"), [("第五条 企业", True), ("第五条", True), ("第五条企业应当", False)]
)
def test_an_article_mark_says_whether_white_space_follows(text: str, spaced: bool) -> None:
    mark = find_mark(text)
    assert mark is not None
    assert mark.spaced is spaced


@given(st.integers(1, 9999), st.integers(0, 20), st.sampled_from([" ", "　", "\t"]))
def test_every_article_number_is_found(number: int, sub: int, gap: str) -> None:
    after = f"之{chinese_numeral(sub)}" if sub else ""
    for spelling in (chinese_numeral(number), str(number), f" {chinese_numeral(number)} "):
        mark = find_mark(f"第{spelling}条{after}{gap}本办法")
        assert mark is not None
        assert (mark.kind, mark.number, mark.sub, mark.label) == (
            "article", number, sub, article_label(number, sub),
        )  # fmt: skip


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    mark = find_mark(text)
    assert mark is None or 0 < mark.end <= len(text)


@pytest.mark.parametrize(
    ("kind", "number", "label"),
    [("h1", 12, "十二、"), ("h2", 3, "（三）"), ("h3", 4, "4."), ("h4", 5, "（5）"), ("h5", 6, "⑥")],
)
def test_outline_labels_are_written_one_way(kind: Kind, number: int, label: str) -> None:
    assert outline_label(kind, number) == label


def test_depth_grows_from_part_to_item() -> None:
    texts = ["第一编", "第一章", "第一节", "第一条", "一、", "（一）", "1.", "（1）", "①"]
    depths = [mark.depth for text in texts if (mark := find_mark(text))]
    assert depths == [0, 1, 2, 3, 4, 5, 6, 7, 8]
