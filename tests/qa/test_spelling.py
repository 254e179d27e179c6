from importlib.resources import files

import pytest
from pypinyin import Style, lazy_pinyin

from index.lexical import Tokenizer
from index.library import Library
from qa.spelling import Spelling


@pytest.fixture(scope="module")
def spelling(library: Library) -> Spelling:
    lexical = library.lexical
    return Spelling(lexical.known, lexical.tokenizer, lambda word: lexical.document_frequency(word) >= 20)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("小具人企业的申报条件", "小巨人企业的申报条件"),
        ("首台套检侧评定收费吗", "首台套检测评定收费吗"),
        ("专精特心小巨人", "专精特新小巨人"),
        ("以旧换薪有补贴吗", "以旧换新有补贴吗"),
        ("煤炭产能处备", "煤炭产能储备"),
        ("申清小巨人", "申请小巨人"),
        ("补帖多少", "补贴多少"),
        ("股权激厉", "股权激励"),
        ("特色产业级群怎么报", "特色产业集群怎么报"),
        ("重大计术装备", "重大技术装备"),
        ("数字化转形试点", "数字化转型试点"),
        ("质量工做的总结", "质量工作的总结"),
        ("小具人和检侧评定", "小巨人和检测评定"),
    ],
)
def test_a_typo_that_sounds_the_same_is_read_as_the_documents_word(
    spelling: Spelling, typed: str, meant: str
) -> None:
    assert spelling.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "首台套检测评定收费吗?",
        "我们公司有几台设备,可以报吗",
        "北京的项目有几个",
        "计划单列市能推荐几个",
        "是吗",
        "第二十七条",
        "GB50174-2017 abc 25%",
        "他的厂子在哪",
        "还要过哪几关",
        "钱打到哪个账户",
        "",
    ],
)
def test_text_without_typos_is_not_changed(spelling: Spelling, text: str) -> None:
    assert spelling.correct(text) == text


def test_the_titles_of_the_library_are_not_changed(spelling: Spelling, library: Library) -> None:
    for meta in library.documents.values():
        assert spelling.correct(meta.title) == meta.title


def test_one_character_is_corrected_two_are_not() -> None:
    spelling = Spelling({"小巨人"}.intersection, Tokenizer([]))
    assert spelling.correct("小具人") == "小巨人"
    assert spelling.correct("晓具人") == "晓具人"


def test_a_word_that_sounds_otherwise_is_no_typo() -> None:
    assert Spelling({"小巨人"}.intersection, Tokenizer([])).correct("小狗人") == "小狗人"


def test_of_several_words_the_first_in_order_is_meant() -> None:
    held = {"巨成", "据成", "聚成"}
    assert Spelling(held.intersection, Tokenizer([])).correct("炬成") == "巨成"


def test_two_characters_with_a_function_word_are_left_alone() -> None:
    # 其 sounds like 期, but 有其 may be meant
    assert Spelling({"有期"}.intersection, Tokenizer([])).correct("有其") == "有其"


def test_two_characters_become_a_frequent_word_only_if_nobody_knows_them() -> None:
    held, frequent, tokenizer = {"工作"}.intersection, {"工作"}.__contains__, Tokenizer([])
    assert Spelling(held, tokenizer, frequent).correct("工做") == "工作"
    assert Spelling(held, tokenizer).correct("工做") == "工做"
    assert Spelling({"工作", "_工做"}.intersection, tokenizer, frequent).correct("工做") == "工做"


def test_the_sounds_are_those_of_pypinyin() -> None:
    sounds = dict(line.split() for line in files("qa").joinpath("sounds.txt").read_text("utf-8").splitlines())
    said: dict[str, list[str]] = {}
    for char in map(chr, range(ord("一"), ord("鿿") + 1)):
        (sound,) = lazy_pinyin(char, style=Style.TONE3)
        if sound != char:
            said.setdefault(sound, []).append(char)
    assert sounds == {sound: "".join(chars) for sound, chars in said.items()}
