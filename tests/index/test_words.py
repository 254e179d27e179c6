import marshal
import os
from pathlib import Path

import jieba
import pytest

from index.words import Dictionary, Words, dictionary


@pytest.fixture(scope="module")
def whole() -> Dictionary:
    return dictionary(None)


TEXTS = (
    "小巨人企业的认定管理办法",
    "工业和信息化部关于设备更新的通知",
    "研究生命的起源",
    "厂里转形升级搞得咋样",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_cut_as_jieba_cuts_it_with_all_its_words(whole: Dictionary, text: str) -> None:
    terms = ("小巨人企业", "设备更新", "更新的通知", "小巨人")
    plain, own = jieba.Tokenizer(), jieba.Tokenizer()
    for term in sorted(terms):
        own.add_word(term, plain.suggest_freq(term))
    own.total = plain.total
    cutter = Words(whole, terms).cutter(text)
    assert list(cutter.cut_for_search(text)) == list(own.cut_for_search(text))
    assert list(cutter.cut(text, HMM=False)) == list(own.cut(text, HMM=False))


def test_only_words_that_begin_with_a_character_of_the_text_are_in_memory(whole: Dictionary) -> None:
    cutter = Words(whole, ["更新改造"]).cutter("更新")
    assert {word[0] for word in cutter.FREQ} == {"更", "新"}
    assert cutter.FREQ["更新改"] == 0
    assert cutter.total == whole.total


def test_the_dictionary_is_kept_and_read_again(tmp_path: Path) -> None:
    made = dictionary(tmp_path)
    kept = tmp_path / "words.marshal"
    assert marshal.loads(kept.read_bytes()) == (made.total, dict(made.parts))
    dictionary.cache_clear()
    kept.write_bytes(marshal.dumps((7, {"甲": marshal.dumps({"甲": 3})})))
    assert dictionary(tmp_path).beginning("甲") == {"甲": 3}
    for broken in (b"", b"x", marshal.dumps(3)):
        dictionary.cache_clear()
        kept.write_bytes(broken)
        assert dictionary(tmp_path).total == made.total
    dictionary.cache_clear()
    kept.write_bytes(marshal.dumps((7, {})))
    os.utime(kept, (0, 0))  # older than the list that it was made from
    assert dictionary(tmp_path).total == made.total


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert dictionary(tmp_path / "file" / "cache").total > 0
