import pytest

from index.lexical import Tokenizer
from index.library import Library
from qa.spelling import Spelling


@pytest.fixture(scope="module")
def spelling(library: Library) -> Spelling:
    lexical = library.lexical
    frequent = [w for w in lexical.words if len(w) == 2 and lexical.document_frequency(w) >= 20]
    return Spelling(lexical.words, lexical.tokenizer, frequent, lexical.knows)


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
    spelling = Spelling(["小巨人"], Tokenizer([]))
    assert spelling.correct("小具人") == "小巨人"
    assert spelling.correct("晓具人") == "晓具人"


def test_a_word_that_sounds_otherwise_is_no_typo() -> None:
    assert Spelling(["小巨人"], Tokenizer([])).correct("小狗人") == "小狗人"


def test_two_characters_with_a_function_word_are_left_alone() -> None:
    # 其 sounds like 期, but 有其 may be meant
    assert Spelling(["有期"], Tokenizer([])).correct("有其") == "有其"


def test_two_characters_become_a_frequent_word_only_if_nobody_knows_them() -> None:
    assert Spelling(["工作"], Tokenizer([]), ["工作"]).correct("工做") == "工作"
    assert Spelling(["工作"], Tokenizer([])).correct("工做") == "工做"
    assert Spelling(["工作"], Tokenizer([]), ["工作"], {"_工做"}.__contains__).correct("工做") == "工做"
